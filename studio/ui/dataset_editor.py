"""Changes to the open dataset that can be undone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack
from typing_extensions import override

from studio.core.words import plural
from studio.ui.session import Session
from studio.ui.widgets.class_glyph import class_look

if TYPE_CHECKING:
    from studio.data.manifest import Manifest
    from studio.data.moved_photos import Moved

_WRITERS = ("import", "generate")
"""Jobs that write the manifest themselves."""
_STILL_WRITING = "The last change is still being written; try again in a moment."


@dataclass(frozen=True, kw_only=True)
class State:
    """A dataset with what was taken out of it by hand."""

    manifest: Manifest
    removed: Manifest | None


class DatasetEditor(QObject):
    """Applies a change at once, writes it in the background, keeps it on a stack for undo.

    The stack is cleared when the dataset changes otherwise: what a job has written is not undone by hand.
    """

    done = Signal(str)
    saved = Signal()
    not_saved = Signal()
    removed_changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        """Args:
        session: holds the open dataset.
        parent: owner.
        """
        super().__init__(parent)
        self._session = session
        self._removed: Manifest | None = None
        self._expected: Manifest | None = None
        self._is_saving = False
        self._is_rewriting = False
        self._is_applying = False
        self._unsaved: State | None = None
        self.stack = QUndoStack(self)
        session.dataset_changed.connect(self._follow)

    @property
    def removed(self) -> Manifest | None:
        """What was taken out of the open dataset by hand."""
        return self._removed

    @property
    def is_applying(self) -> bool:
        """Whether the dataset changes just now because of a change made here."""
        return self._is_applying

    @property
    def is_saving(self) -> bool:
        """Whether the last change is still being written."""
        return self._is_saving

    def remove(self, ids: Sequence[str]) -> None:
        """Take samples out of the dataset; the files stay where they are."""
        state = self._state()
        if state is None:
            return
        from studio.data.edits import removed_with, without

        after = State(manifest=without(state.manifest, ids), removed=removed_with(state.manifest, state.removed, ids))
        self._push(f"Removed {plural(len(ids), 'sample')}", state, after)

    def relabel(self, ids: Sequence[str], label: str) -> None:
        """Move photos to another class; what was painted on them goes."""
        state = self._state()
        if state is None:
            return
        from studio.data.edits import relabelled

        after = State(manifest=relabelled(state.manifest, ids, label), removed=state.removed)
        title = class_look(label).title
        self._push(f"Moved {plural(len(ids), 'photo')} to {title}", state, after)

    def restore(self, ids: Sequence[str]) -> None:
        """Bring removed photos back."""
        state = self._state()
        if state is None or state.removed is None:
            return
        from studio.data.edits import restored

        manifest, left = restored(state.manifest, state.removed, ids)
        self._push(f"Restored {plural(len(ids), 'photo')}", state, State(manifest=manifest, removed=left))

    def rename(self, name: str) -> None:
        """Change what the window calls the dataset."""
        state = self._state()
        if state is not None:
            after = State(manifest=replace(state.manifest, name=name), removed=state.removed)
            self._push(f"Renamed to {name}", state, after)

    def undo(self) -> None:
        """Take the last change back."""
        if self.stack.canUndo() and self._may_write():
            self.stack.undo()
            self.done.emit("")

    def redo(self) -> None:
        """Make the change again that was taken back last."""
        if self.stack.canRedo() and self._may_write():
            self.stack.redo()

    def delete_painted(self) -> None:
        """Delete every painted sample with its files; they can be painted again."""
        state = self._state()
        if state is not None and self._begins_rewriting():
            from studio.data.synthesis_job import delete_painted

            folder = state.manifest.folder
            self._session.in_background(delete_painted, folder, done=self._take_unpainted, failed=self._not_saved)

    def locate(self, ids: Sequence[str], folder: Path, *, told: Callable[[Moved], None]) -> None:
        """Have photos that are missing looked for in a folder, and the dataset name where they are now.

        There is no way back, since there is nothing to go back to.

        Args:
            ids: of the photos.
            folder: where they may be.
            told: called with what was found.
        """
        state = self._state()
        if state is None or not self._begins_rewriting():
            return
        from studio.data.moved_photos import find_moved

        done = partial(self._take_located, told)
        self._session.in_background(find_moved, state.manifest, ids, folder, done=done, failed=self._not_saved)

    def delete_dataset(self) -> None:
        """Put the dataset's folder into the bin; the photos themselves stay where they are."""
        state = self._state()
        if state is not None:
            folder = state.manifest.folder
            self._session.in_background(_to_bin, folder, done=self._forget, failed=self._keep)

    def apply(self, state: State) -> None:
        """Show a state of the dataset, and write it."""
        self._expected = state.manifest
        self._removed = state.removed
        self._is_applying = True
        self._session.use_dataset(state.manifest)
        self._is_applying = False
        self._unsaved = state
        self._save_next()

    def _state(self) -> State | None:
        manifest = self._session.dataset
        if manifest is None or not self._may_write():
            return None
        return State(manifest=manifest, removed=self._removed)

    def _may_write(self) -> bool:
        job = self._session.job
        if job is not None and job.kind in _WRITERS:
            self._session.say("warning", f"{job.title} changes the dataset right now; wait until it is done.")
            return False
        if self._is_rewriting:  # what is on disk afterwards would be written over by this change
            self._session.say("warning", _STILL_WRITING)
            return False
        return True

    def _begins_rewriting(self) -> bool:
        """Whether a change may begin that is made on disk first; no other is taken until it has ended."""
        if self._is_saving:
            self._session.say("warning", _STILL_WRITING)
            return False
        self._is_saving = self._is_rewriting = True
        return True

    def _push(self, words: str, before: State, after: State) -> None:
        self.stack.push(_Change(self, words, before, after))
        self.done.emit(words)

    def _take_unpainted(self, manifest: Manifest) -> None:
        self._is_saving = self._is_rewriting = False
        self._session.use_dataset(manifest)
        self.saved.emit()

    def _take_located(self, told: Callable[[Moved], None], moved: Moved) -> None:
        self._is_saving = self._is_rewriting = False
        if moved.found:
            self._session.use_dataset(moved.manifest)
        told(moved)
        self.saved.emit()

    def _save_next(self) -> None:
        """Write the newest state; states that came while one was being written are skipped."""
        if self._is_saving or self._unsaved is None:
            return
        state, self._unsaved = self._unsaved, None
        self._is_saving = True
        self._session.in_background(_save, state, done=self._saved, failed=self._not_saved)

    def _saved(self, _: object) -> None:
        self._is_saving = False
        self._save_next()
        if not self._is_saving:
            self.saved.emit()

    def _not_saved(self, sentence: str, details: str) -> None:
        self._is_saving = self._is_rewriting = False
        self.not_saved.emit()
        self._session.say("danger", f"The change could not be kept: {sentence}", details)
        self._session.reload_dataset()

    def _follow(self, manifest: Manifest | None) -> None:
        if manifest is self._expected:
            return
        self._expected = manifest
        self._removed = None
        self.stack.clear()
        self.done.emit("")
        if manifest is not None:
            self._session.in_background(_load_removed, manifest, done=self._take_removed)

    def _take_removed(self, loaded: tuple[Manifest, Manifest | None]) -> None:
        manifest, removed = loaded
        if manifest is self._expected and self._removed is None:
            self._removed = removed
            self.removed_changed.emit()

    def _forget(self, folder: Path) -> None:
        self._session.forget_dataset(folder)
        self._session.close_dataset()

    def _keep(self, sentence: str, details: str) -> None:
        self._session.say("danger", f"The dataset could not be put into the bin: {sentence}", details)


class _Change(QUndoCommand):
    def __init__(self, editor: DatasetEditor, words: str, before: State, after: State) -> None:
        super().__init__(words)
        self._editor = editor
        self._before = before
        self._after = after

    @override
    def redo(self) -> None:
        self._editor.apply(self._after)

    @override
    def undo(self) -> None:
        self._editor.apply(self._before)


def _save(state: State) -> None:
    from studio.data.changes import changing
    from studio.data.edits import save_removed

    with changing(state.manifest.folder):
        state.manifest.save()
        if state.removed is not None:
            save_removed(state.removed, state.manifest)


def _load_removed(manifest: Manifest) -> tuple[Manifest, Manifest | None]:
    from studio.data.edits import load_removed

    return manifest, load_removed(manifest)


def _to_bin(folder: Path) -> Path:
    from send2trash import send2trash

    send2trash(str(folder))
    return folder
