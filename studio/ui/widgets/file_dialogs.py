"""Asks for a file without stopping anything else."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget


def ask_where_to_save(
    parent: QWidget, title: str, name: str, kinds: str, suffix: str, done: Callable[[str], None]
) -> QFileDialog:
    """Ask where to save; the window stays usable meanwhile.

    Args:
        parent: owner.
        title: of the dialog.
        name: proposed file name.
        kinds: file kinds, such as `Settings (*.json)`.
        suffix: added where the person types none.
        done: a bound slot that takes the file, with what it is about bound too: a menu may mean another by then.
    """
    dialog = _dialog(parent, title, kinds, done)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(suffix)
    dialog.selectFile(name)
    dialog.show()
    return dialog


def ask_which_file(parent: QWidget, title: str, kinds: str, done: Callable[[str], None]) -> QFileDialog:
    """Ask for a file that exists; arguments as for `ask_where_to_save`."""
    dialog = _dialog(parent, title, kinds, done)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.show()
    return dialog


def ask_which_folder(parent: QWidget, title: str, done: Callable[[str], None]) -> QFileDialog:
    """Ask for a folder that exists; arguments as for `ask_where_to_save`."""
    dialog = _dialog(parent, title, "", done)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.show()
    return dialog


def _dialog(parent: QWidget, title: str, kinds: str, done: Callable[[str], None]) -> QFileDialog:
    dialog = QFileDialog(parent, title, "", kinds)
    dialog.setWindowModality(Qt.WindowModality.NonModal)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(done)
    return dialog
