"""Imports and painting, as the Dataset tab starts and shows them."""

from __future__ import annotations

from PySide6.QtCore import QObject

from studio.core.events import JobEnded
from studio.core.requests import SynthesisRequest
from studio.ui.dataset_editor import DatasetEditor
from studio.ui.dataset_start import DatasetStart
from studio.ui.dirt_laboratory import DirtLaboratory
from studio.ui.job_runner import JobInfo
from studio.ui.progress import JobProgress
from studio.ui.session import Session

GENERATE_TARGET = "studio.data.synthesis_job:generate"
_OURS = ("import", "generate")


class DatasetJobs(QObject):
    """Progress takes the place of the one primary button in sight; painting waits for what is still being written."""

    def __init__(
        self,
        session: Session,
        editor: DatasetEditor,
        start: DatasetStart,
        laboratory: DirtLaboratory,
        parent: QObject,
    ) -> None:
        """Args:
        session: runs the jobs.
        editor: writes changes that painting has to see.
        start: shows progress while nothing is open.
        laboratory: shows it beside an open dataset.
        parent: owner.
        """
        super().__init__(parent)
        self._session = session
        self._editor = editor
        self._start = start
        self._laboratory = laboratory
        self._is_generate_due = False
        session.job_started.connect(self._follow)
        session.job_ended.connect(self._end)
        session.progress_changed.connect(self._show_progress)
        editor.saved.connect(self._go_on)
        editor.not_saved.connect(self._give_up)

    def generate(self) -> None:
        """Paint dirt on the open dataset's clean photos, once its last change is on disk."""
        dataset = self._session.dataset
        self._is_generate_due = self._editor.is_saving  # the job reads what is on disk
        if dataset is not None and not self._is_generate_due:
            request = SynthesisRequest(dirt=self._session.config.dirt)
            self._session.start_job(GENERATE_TARGET, request, dataset.folder, kind="generate", title="Painting")

    def _go_on(self) -> None:
        if self._is_generate_due:
            self.generate()

    def _give_up(self) -> None:
        """What is open is not what painting was asked for."""
        self._is_generate_due = False

    def _follow(self, job: JobInfo) -> None:
        if job.kind == "import":
            self._session.painter.warm_up()  # its first picture is wanted once the photos are in
        self._laboratory.update_plan()

    def _show_progress(self, progress: JobProgress | None) -> None:
        job = self._session.job
        if progress is None or job is None or job.kind not in _OURS:
            return
        self._start.show_progress(progress, job.title)
        self._laboratory.show_progress(progress, job.title)

    def _end(self, job: JobInfo, ending: JobEnded) -> None:
        if job.kind in _OURS:
            self._start.show_progress(None, "")
            self._laboratory.show_progress(None, "")
        else:
            self._laboratory.update_plan()
