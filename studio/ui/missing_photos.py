"""Asks where the missing photos of the open dataset are now."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from studio.core.words import count, plural
from studio.ui.dataset_editor import DatasetEditor
from studio.ui.dataset_watch import DatasetWatch
from studio.ui.session import Session
from studio.ui.widgets.file_dialogs import ask_which_folder

if TYPE_CHECKING:
    from studio.data.moved_photos import Moved

_TITLE = "Choose the folder where the photos are now"


class MissingPhotos(QObject):
    """Asks for a folder, has the photos looked for in it, says how many were found."""

    def __init__(self, session: Session, editor: DatasetEditor, watch: DatasetWatch, owner: QWidget) -> None:
        """Args:
        session: holds the open dataset.
        editor: writes it.
        watch: knows what is missing.
        owner: parent of the dialog.
        """
        super().__init__(owner)
        self._session = session
        self._editor = editor
        self._watch = watch
        self._owner = owner

    def ask(self) -> None:
        """Ask for the folder; the window stays usable meanwhile."""
        ask_which_folder(self._owner, _TITLE, self.look_in)

    def look_in(self, folder: str) -> None:
        """Look for the missing photos in a folder."""
        found = self._watch.found
        if found is not None and found.missing:
            self._editor.locate(
                sorted(found.missing), Path(folder), told=partial(self._say, folder, len(found.missing))
            )

    def _say(self, folder: str, asked: int, moved: Moved) -> None:
        others = (
            f" {plural(moved.changed, 'file')} there with such a name shows another picture." if moved.changed else ""
        )
        if moved.found == asked:
            self._session.say("success", f"{plural(asked, 'photo')} found in {folder}.")
        elif moved.found:
            self._session.say("info", f"{count(moved.found)} of {plural(asked, 'photo')} found in {folder}.{others}")
        else:
            self._session.say("warning", f"None of the missing photos is in {folder}.{others} Choose another folder.")
