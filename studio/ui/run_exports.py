"""A run's model for other programs, the run as one file, its files compared: from the menu of a run."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Literal, TypeAlias

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QWidget

from studio.core.events import Event
from studio.core.expert_events import Exported, Verified
from studio.core.requests import ExportRequest, VerifyRequest
from studio.core.runs import RunFolder
from studio.core.words import count, plural
from studio.ui.session import Session
from studio.ui.widgets.file_dialogs import ask_where_to_save

EXPORT_TARGET = "studio.learn.export_job:export"
VERIFY_TARGET = "studio.learn.verify_job:verify"
KIND = "export"

Form: TypeAlias = Literal["onnx", "torch", "bundle"]


class RunExports(QObject):
    """Exports and verifies by the jobs that the command line calls, and says how that went."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        """Args:
        session: runs the jobs.
        parent: owner of dialogs.
        """
        super().__init__(parent)
        self._session = session
        self._dialogs = parent
        self._run: RunFolder | None = None
        self._title = ""
        self._verified = ""
        self.export_target, self.verify_target = EXPORT_TARGET, VERIFY_TARGET
        session.event_happened.connect(self._hear)

    def offer(self, menu: QMenu, run: RunFolder, title: str, *, has_model: bool, is_running: bool) -> None:
        """Add what can be made of a run to a menu.

        Args:
            menu: opened soon.
            run: the run that it is about.
            title: what it is called.
            has_model: whether there is something to export.
            is_running: whether the run is being trained, so that no other job can start.
        """
        self._run, self._title = run, title
        export = menu.addMenu("Export")
        export.addAction("ONNX, for onnxruntime…", self._ask_for_onnx)
        export.addAction("Archive, for PyTorch alone…", self._ask_for_archive)
        export.addAction("Bundle of the whole run…", self._ask_for_bundle)
        export.setEnabled(has_model and not is_running)
        menu.addAction("Verify its files", self._verify).setEnabled(has_model and not is_running)

    def _ask_for_onnx(self) -> None:
        self._ask("Export as ONNX", "ONNX (*.onnx)", ".onnx", "onnx")

    def _ask_for_archive(self) -> None:
        self._ask("Export for PyTorch", "PyTorch archive (*.pt2)", ".pt2", "torch")

    def _ask_for_bundle(self) -> None:
        self._ask("Export the run", "Bundle (*.zip)", ".zip", "bundle")

    def _ask(self, title: str, kinds: str, suffix: str, form: Form) -> None:
        # The run is settled now: while the dialog is open, the menu of another may be opened.
        if self._run is not None:
            write = partial(self._export, str(self._run.path), form)
            ask_where_to_save(self._dialogs, title, f"{self._title}{suffix}", kinds, suffix, write)

    def _export(self, model: str, form: Form, file: str) -> None:
        request = ExportRequest(model=model, kind=form, file=file)
        self._session.start_job(self.export_target, request, Path(file).parent, kind=KIND, title="Export")

    def _verify(self) -> None:
        if self._run is not None:
            request = VerifyRequest(path=str(self._run.path))
            if self._session.start_job(self.verify_target, request, self._run.path, kind=KIND, title="Verifying"):
                self._verified = self._title

    def _hear(self, event: Event) -> None:
        job = self._session.job
        if job is None or job.kind != KIND:
            return
        match event:
            case Exported():
                self._session.say("success", event.sentence, "\n".join(event.files))
            case Verified():
                self._tell_verified(event)
            case _:
                pass

    def _tell_verified(self, event: Verified) -> None:
        if event.problems:
            first, *others = event.problems
            more = f" {plural(len(others), 'more problem')} in the details." if others else ""
            text = f"“{self._verified}” is not what it says of itself: {first}.{more}"
            self._session.say("warning", text, "\n".join(event.problems))
        else:
            text = f"“{self._verified}” is what it says of itself: {count(event.checked)} comparisons hold"
            self._session.say("success", f"{text}, of its log, reports, model and photos.")
