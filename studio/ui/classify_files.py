"""Asks for the files that Classify takes and gives: photos, folders, models, exports."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from studio.core.answer_files import answers_csv, answers_json
from studio.core.files import write_text
from studio.core.requests import Classified
from studio.core.runs import MODEL_SUFFIX
from studio.ui.drop_zone import dropped_paths
from studio.ui.session import Session

MODEL_SUFFIXES = (MODEL_SUFFIX, ".pt")
_MODEL_FILES = "Models (*.spotless *.pt)"
_PLACE = "classify/place"


class ClassifyFiles(QObject):
    """Opens dialogs that stop nothing else, each where the last one was left; takes what was copied."""

    photos_given = Signal(object)
    model_given = Signal(str)
    export_given = Signal(str)

    def __init__(self, session: Session, owner: QWidget) -> None:
        """Args:
        session: remembers the place, says what went wrong.
        owner: over which dialogs open.
        """
        super().__init__(owner)
        self._session = session
        self._owner = owner

    def ask_photos(self) -> None:
        """Ask for photos."""
        from studio.data.photos import PHOTO_EXTENSIONS

        dialog = self._dialog("Choose photos to classify", QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilter(f"Photos ({' '.join(f'*{suffix}' for suffix in sorted(PHOTO_EXTENSIONS))})")
        dialog.filesSelected.connect(self._take_chosen)
        dialog.open()

    def ask_folder(self) -> None:
        """Ask for a folder of photos."""
        dialog = self._dialog("Choose a folder of photos to classify", QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.filesSelected.connect(self._take_chosen)
        dialog.open()

    def ask_model(self) -> None:
        """Ask for a model file."""
        dialog = self._dialog("Open a model file", QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(_MODEL_FILES)
        dialog.fileSelected.connect(self.model_given)
        dialog.open()

    def ask_export(self, kind: str) -> None:
        """Ask where the answers go.

        Args:
            kind: csv or json.
        """
        dialog = self._dialog("Export the answers", QFileDialog.FileMode.AnyFile)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("Table (*.csv)" if kind == "csv" else "JSON (*.json)")
        dialog.setDefaultSuffix(kind)
        dialog.selectFile(f"answers.{kind}")
        dialog.fileSelected.connect(self.export_given)
        dialog.open()

    def paste(self) -> None:
        """Take the files that were copied in a file manager."""
        mime = QGuiApplication.clipboard().mimeData()
        paths = dropped_paths(mime) if mime is not None else []
        if paths:
            self.photos_given.emit(paths)
        else:
            self._session.say("warning", "There are no files to paste. Copy photos in the file manager first.")

    def _dialog(self, title: str, mode: QFileDialog.FileMode) -> QFileDialog:
        dialog = QFileDialog(self._owner, title, str(self._session.settings.value(_PLACE, "") or ""))
        dialog.setFileMode(mode)
        dialog.finished.connect(dialog.deleteLater)
        return dialog

    def _take_chosen(self, files: Sequence[str]) -> None:
        if files:
            self._session.settings.setValue(_PLACE, str(Path(files[0]).parent))
            self.photos_given.emit([Path(file) for file in files])


def write_answers(file: Path, answers: Classified) -> tuple[Path, int]:
    """Write answers as JSON where the file's name says so, else as a table.

    Returns:
        the file, how many answers it has.
    """
    if file.suffix.lower() == ".json":
        text = json.dumps(answers_json(answers), indent=2, ensure_ascii=False) + "\n"
    else:
        text = answers_csv(answers)
    write_text(file, text)
    return file, len(answers.predictions)


def is_model(path: Path) -> bool:
    """Whether a file's name ends as a model's does."""
    return path.suffix.lower() in MODEL_SUFFIXES
