"""What is open, chosen or running: the place where the tabs meet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from studio.core.config import StudioConfig
from studio.core.events import DatasetReady, Event, JobEnded, Notice, RunStarted
from studio.core.leftovers import sweep_workspace
from studio.core.presets import CLEAN_PRESET, DEFAULT_PRESET
from studio.core.requests import SampleDishesRequest, TrainRequest
from studio.core.run_summary import KnownLogs, RunSummary, summaries
from studio.core.runs import RunFolder, new_run
from studio.core.workspace import datasets_folder, runs_folder
from studio.ui.background import Background
from studio.ui.job_runner import JobInfo, JobRunner
from studio.ui.memory import Memory
from studio.ui.own_config import OwnConfig
from studio.ui.progress import JobProgress
from studio.ui.recent_datasets import RecentDataset, RecentDatasets
from studio.ui.session_files import continuation, give_title, load_if_there, load_manifest, run_if_there
from studio.ui.worker_link import WorkerLink

if TYPE_CHECKING:
    from studio.data.manifest import Manifest

TRAIN_TARGET = "studio.learn.train_job:train"
TRAIN_MODULES = (
    "studio.learn.train_job",
    "studio.learn.efficientnet_lite",
    "torch._dynamo",
    "torch.utils.tensorboard",
)
"""What is imported late and takes seconds; even the compiler's half of torch, which an optimizer tells to keep out."""
SAMPLES_TARGET = "studio.data.sample_job:open_samples"
PAINTER_TARGET = "studio.data.paint_host:make"
TORCH_HOST_TARGET = "studio.learn.classify_host:make"
_SAMPLES_FOLDER = "sample-dishes"
_CLEAN = "clean"


class Session(QObject):
    """Holds the open dataset, the settings, the chosen run, the running job; tells everyone what changes."""

    dataset_changed = Signal(object)
    config_changed = Signal(object)
    run_changed = Signal(object)
    runs_changed = Signal()
    job_started = Signal(object)
    event_happened = Signal(object)
    progress_changed = Signal(object)
    job_ended = Signal(object, object)
    message = Signal(str, str, str)
    tab_requested = Signal(str)
    section_requested = Signal(str)
    compact_changed = Signal(bool)
    closing = Signal()

    def __init__(self, workspace: Path, parent: QObject | None = None) -> None:
        """Args:
        workspace: where datasets, runs and the window's memory are kept; made when missing.
        parent: owner.
        """
        super().__init__(parent)
        workspace.mkdir(parents=True, exist_ok=True)
        self.workspace = workspace
        self.settings = Memory(workspace, self)
        self.painter = WorkerLink(PAINTER_TARGET, self)
        self.thumbnailer = WorkerLink(PAINTER_TARGET, self)
        self.torch_host = WorkerLink(TORCH_HOST_TARGET, self)
        self._background = Background(self)
        self._dataset: Manifest | None = None
        self._own = OwnConfig(self.settings)
        self._run: RunFolder | None = None
        self._resumes: RunFolder | None = None
        self._summaries: Sequence[RunSummary] = ()
        self._known_logs = KnownLogs()
        self._recent = RecentDatasets(self.settings)
        self._is_compact = False
        self._jobs = JobRunner(self)
        self._jobs.started.connect(self.job_started)
        self._jobs.happened.connect(self._hear)
        self._jobs.progressed.connect(self.progress_changed)
        self._jobs.ended.connect(self._end)

    # Places

    @property
    def datasets_folder(self) -> Path:
        """Where the datasets lie."""
        return datasets_folder(self.workspace)

    @property
    def runs_folder(self) -> Path:
        """Where the runs lie."""
        return runs_folder(self.workspace)

    # Dataset

    @property
    def dataset(self) -> Manifest | None:
        """The open dataset."""
        return self._dataset

    def open_dataset(self, folder: Path) -> None:
        """Open a dataset; it is read off the window's thread, then `dataset_changed` is sent."""
        self.in_background(load_manifest, folder, done=self._take_dataset, failed=self._refuse_dataset)

    def reload_dataset(self) -> None:
        """Read the open dataset again, after its files changed."""
        if self._dataset is not None:
            self.open_dataset(self._dataset.folder)

    def use_dataset(self, manifest: Manifest) -> None:
        """Go on with a changed copy of the open dataset, which its caller has saved or will save."""
        self._take_dataset(manifest)

    def close_dataset(self) -> None:
        """Have no dataset open."""
        self._dataset = None
        self.settings.remove("dataset/last")
        self.dataset_changed.emit(None)

    def recent_datasets(self) -> list[RecentDataset]:
        """Datasets that were open before, the last one first; whether they still exist is not looked at."""
        return self._recent.entries()

    def forget_dataset(self, folder: Path) -> None:
        """Take a dataset off the recent ones, since it was deleted."""
        self._recent.forget(folder)

    def open_samples(self) -> None:
        """Open the sample dishes, drawing them first where they are missing."""
        folder = self.datasets_folder / _SAMPLES_FOLDER
        self.in_background(load_if_there, folder, done=self._take_samples)

    def new_dataset_folder(self, name: str) -> Path:
        """A folder for a new dataset that no other dataset has; it is not made yet."""
        safe = "".join(letter if letter.isalnum() or letter in "-_ ." else "-" for letter in name).strip(" .-")
        wanted = self.datasets_folder / (safe or "dataset")
        folder, number = wanted, 2
        while folder.exists():
            folder, number = wanted.with_name(f"{wanted.name}-{number}"), number + 1
        return folder

    # Settings

    @property
    def config(self) -> StudioConfig:
        """The settings for the next run."""
        return self._own.config

    @property
    def recommended_preset(self) -> str:
        """Slug of the strategy for what is open: with photos of clean dishes alone, the one made for these."""
        # What was painted on photos of clean dishes does not count.
        samples = () if self._dataset is None else self._dataset.samples
        labels = {sample.label for sample in samples if not sample.synthetic}
        return CLEAN_PRESET if labels == {_CLEAN} else DEFAULT_PRESET

    def set_config(self, config: StudioConfig) -> None:
        """Use these settings for the next run."""
        if config != self._own.config:
            self._own.use(config)
            self.config_changed.emit(config)

    def keep_config(self) -> None:
        """Have the settings be the person's own: no dataset changes them, and they are there after a restart."""
        self._own.keep()

    # Runs

    @property
    def run(self) -> RunFolder | None:
        """The chosen run."""
        return self._run

    def set_run(self, run: RunFolder | None) -> None:
        """Choose a run."""
        if run != self._run:
            self._run = run
            self.settings.setValue("run/last", "" if run is None else str(run.path))
            self.run_changed.emit(run)

    @property
    def summaries(self) -> Sequence[RunSummary]:
        """What is known of all runs, newest first."""
        return self._summaries

    def summary(self, run: RunFolder | None) -> RunSummary | None:
        """What is known of one run."""
        return next((summary for summary in self._summaries if summary.run == run), None)

    def refresh_runs(self) -> None:
        """Look through the runs again; `runs_changed` follows."""
        self.in_background(summaries, self.runs_folder, self._known_logs, done=self._take_summaries)

    # Jobs

    @property
    def job(self) -> JobInfo | None:
        """The running job."""
        return self._jobs.job

    @property
    def is_busy(self) -> bool:
        """Whether a job is running."""
        return self._jobs.job is not None

    @property
    def is_stopping(self) -> bool:
        """Whether the running job has been asked to stop."""
        return self._jobs.is_stopping

    @property
    def progress(self) -> JobProgress:
        """How far the running job has come."""
        return self._jobs.progress

    def start_job(self, target: str, request: Any, folder: Path, *, kind: str, title: str, ranks: int = 1) -> bool:
        """Start a job, unless one is running.

        Args:
            target: dotted name of the job.
            request: what the job takes first.
            folder: where it works.
            kind: one of those of `JobInfo`.
            title: what the status bar calls it.
            ranks: number of processes.

        Returns:
            whether it was started; if not, a message says why.
        """
        running = self._jobs.job
        if running is not None:
            self.say("warning", f"{running.title} is still running; stop it, or wait until it is done.")
            return False
        self._jobs.start(target, request, folder, kind=kind, title=title, ranks=ranks)
        return True

    def stop_job(self) -> None:
        """Ask the running job to stop at the next good moment; a second call ends it at once."""
        self._jobs.stop()

    def kill_job(self) -> None:
        """End the running job at once."""
        self._jobs.kill()

    def training_obstacle(self) -> str:
        """What stands in the way of a training, as a sentence; empty when nothing does."""
        if self._jobs.job is not None:
            return f"{self._jobs.job.title} is still running."
        if self._dataset is None:
            return "Open a dataset first."
        if not self._dataset.samples:
            return "The dataset has no photos yet."
        classes = self._dataset.classes
        if len(classes) == 1 and classes[0] != _CLEAN:  # on clean ones alone the training paints
            return f"All photos are {classes[0]}; add photos of another class."
        return ""

    def prepare_training(self) -> None:
        """Have a process import what a training needs, so that the next one begins when it is asked for."""
        self._jobs.prepare(TRAIN_MODULES)

    def start_training(self) -> bool:
        """Train on the open dataset with the settings at hand; the new run becomes the chosen one."""
        obstacle = self.training_obstacle()
        if obstacle or self._dataset is None:
            self.say("warning", obstacle)
            return False
        run = new_run(self.runs_folder, self._own.config.preset or self._own.config.model.architecture)
        return self._train(run, TrainRequest(config=self._own.config, data=str(self._dataset.folder)))

    def resume_training(self, run: RunFolder, *, epochs: int | None = None) -> None:
        """Go on with a run where its last whole epoch ended, once its settings are read.

        Args:
            run: the run.
            epochs: planned epochs, where there shall be more of them.
        """
        if run != self._resumes:  # a second press while they are being read asks for the same
            self._resumes = run
            self.in_background(continuation, run, epochs, done=self._go_on, failed=self._refuse_to_go_on)

    # The rest

    @property
    def is_compact(self) -> bool:
        """Whether the window is so small that the layout gives way."""
        return self._is_compact

    def set_compact(self, is_compact: bool) -> None:
        """Say that the window crossed the breakpoint."""
        if is_compact != self._is_compact:
            self._is_compact = is_compact
            self.compact_changed.emit(is_compact)

    def say(self, kind: str, text: str, details: str = "") -> None:
        """Show a message bar in the tab that is open.

        Args:
            kind: danger, warning, info or success.
            text: what happened, to which file, what to do.
            details: log or traceback.
        """
        self.message.emit(kind, text, details)

    def in_background(
        self,
        function: Callable[..., Any],
        *args: Any,
        done: Callable[[Any], None] | None = None,
        failed: Callable[[str, str], None] | None = None,
    ) -> None:
        """Run a plain function off the window's thread; see `Background.call`.

        Without `failed`, an error becomes a message.
        """
        self._background.call(function, *args, done=done, failed=failed or self._report)

    def restore(self) -> None:
        """Open what was open last, and look through the runs."""
        folder = str(self.settings.value("dataset/last", "") or "")
        if folder:
            self.in_background(load_if_there, Path(folder), done=self._take_restored, failed=self._report)
        run = str(self.settings.value("run/last", "") or "")
        if run:
            self.in_background(run_if_there, Path(run), done=self._take_run)
        self.in_background(sweep_workspace, self.workspace)
        self.refresh_runs()
        if self._own.left_out:
            text = "Some of your settings are of another version and back at their defaults."
            self.say("warning", text, "\n".join(self._own.left_out))

    def close(self) -> None:
        """End the running job, the warm processes, the threads; the settings are written."""
        self.closing.emit()
        self._jobs.close()
        self.painter.close()
        self.thumbnailer.close()
        self.torch_host.close()
        self._background.close()
        self.settings.sync()

    def _train(self, run: RunFolder, request: TrainRequest) -> bool:
        ranks = max(1, request.config.hardware.processes)
        if not self.start_job(TRAIN_TARGET, request, run.path, kind="train", title="Training", ranks=ranks):
            return False
        self.set_run(run)
        return True

    def _go_on(self, request: TrainRequest) -> None:
        run, self._resumes = self._resumes, None
        assert run is not None
        self._train(run, request)

    def _refuse_to_go_on(self, sentence: str, details: str) -> None:
        self._resumes = None
        self._report(sentence, details)

    def _hear(self, event: Event) -> None:
        job = self._jobs.job
        match event:
            case DatasetReady():
                self.open_dataset(Path(event.folder))
            case RunStarted():
                self._name_run(RunFolder(Path(event.folder)))
            case Notice() if event.kind == "warning" or (job is not None and job.kind == "train"):
                # What an import or a generation is doing is said where its progress is.
                self.say(event.kind, event.text, event.details)
            case _:
                pass
        self.event_happened.emit(event)

    def _end(self, job: JobInfo, ending: JobEnded) -> None:
        self.job_ended.emit(job, ending)
        if ending.outcome in ("failed", "bad input"):
            self.say("danger", str(ending), ending.details)
        if job.kind in ("train", "evaluate"):
            self.refresh_runs()

    def _name_run(self, run: RunFolder) -> None:
        self.in_background(give_title, run, done=self._runs_may_differ)

    def _runs_may_differ(self, _: object) -> None:
        self.refresh_runs()

    def _take_dataset(self, manifest: Manifest) -> None:
        self._dataset = manifest
        self.settings.setValue("dataset/last", str(manifest.folder))
        self._recent.put_first(manifest.folder, manifest.name, len(manifest.samples))
        if self._own.suit(self.recommended_preset):
            self.config_changed.emit(self._own.config)
        self.dataset_changed.emit(manifest)

    def _take_samples(self, manifest: Manifest | None) -> None:
        if manifest is not None:
            self._take_dataset(manifest)
            return
        request = SampleDishesRequest(photos=str(self.workspace / _SAMPLES_FOLDER))
        folder = self.datasets_folder / _SAMPLES_FOLDER
        self.start_job(SAMPLES_TARGET, request, folder, kind="import", title="Sample dishes")

    def _take_restored(self, manifest: Manifest | None) -> None:
        if manifest is not None and self._dataset is None:
            self._take_dataset(manifest)

    def _take_run(self, run: RunFolder | None) -> None:
        if run is not None and self._run is None:
            self.set_run(run)

    def _take_summaries(self, found: Sequence[RunSummary]) -> None:
        self._summaries = found
        self.runs_changed.emit()

    def _refuse_dataset(self, sentence: str, details: str) -> None:
        self.say("danger", f"The dataset cannot be opened: {sentence}", details)

    def _report(self, sentence: str, details: str) -> None:
        self.say("danger", sentence, details)
