"""Sees when the open dataset changes outside the window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from studio.ui.dataset_editor import DatasetEditor
from studio.ui.session import Session

if TYPE_CHECKING:
    from studio.core.events import JobEnded
    from studio.data.manifest import Manifest
    from studio.data.whereabouts import Whereabouts
    from studio.ui.job_runner import JobInfo

_QUIET_MS = 700
"""Files come in crowds: they are looked at once a moment has passed without another one."""

_WRITERS = ("import", "generate")


@dataclass(frozen=True, kw_only=True)
class _Places:
    """What is watched: folders of the dataset that are there, and those around them, which tell of their moves."""

    folders: frozenset[str] = frozenset()
    around: frozenset[str] = frozenset()


class DatasetWatch(QObject):
    """Watches the dataset's folder and those of its photos; what has changed is looked at off the window's thread."""

    changed = Signal()

    def __init__(self, session: Session, editor: DatasetEditor, parent: QObject) -> None:
        """Args:
        session: holds the open dataset.
        editor: changes it too, and must not be taken for someone else.
        parent: owner.
        """
        super().__init__(parent)
        self._session = session
        self._editor = editor
        self._manifest: Manifest | None = None
        self._found: Whereabouts | None = None
        self._is_told_gone = False
        self._followed: frozenset[str] = frozenset()
        self._watcher = QFileSystemWatcher(self)
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(_QUIET_MS)
        self._quiet.timeout.connect(self._look)
        self._watcher.directoryChanged.connect(self._hear)
        session.dataset_changed.connect(self._follow)
        session.job_ended.connect(self._look_after)
        editor.saved.connect(self._wait)
        self._follow(session.dataset)

    @property
    def found(self) -> Whereabouts | None:
        """What lies on disk; None until it has been looked at."""
        return self._found

    def _follow(self, manifest: Manifest | None) -> None:
        before, self._manifest = self._manifest, manifest
        is_other = before is None or manifest is None or before.folder != manifest.folder
        if is_other:
            self._found, self._is_told_gone = None, False
        if manifest is None:
            self._watch(_Places())
        elif not self._editor.is_applying:
            self._session.in_background(_places, manifest, done=self._watch)
            self._wait()

    def _watch(self, places: _Places) -> None:
        self._followed = places.folders
        wanted = set(places.folders | places.around)
        watched = set(self._watcher.directories())
        if watched - wanted:
            self._watcher.removePaths(sorted(watched - wanted))
        if wanted - watched:
            self._watcher.addPaths(sorted(wanted - watched))

    def _hear(self, folder: str) -> None:
        manifest = self._manifest
        if manifest is not None and folder not in self._followed:
            # Of its own move a folder says nothing. Its neighbours are nobody's business.
            self._session.in_background(_places, manifest, done=self._take_presence)
        else:
            self._wait()

    def _take_presence(self, places: _Places) -> None:
        if self._manifest is not None and (places.folders != self._followed or self._is_told_gone):
            self._watch(places)
            self._wait()

    def _wait(self) -> None:
        self._quiet.start()

    def _look_after(self, job: JobInfo, ending: JobEnded) -> None:
        if job.kind in _WRITERS:
            self._quiet.start()

    def _look(self) -> None:
        job = self._session.job
        is_writing = self._editor.is_saving or (job is not None and job.kind in _WRITERS)
        if self._manifest is not None and not is_writing:  # the end of what writes leads here again
            removed = self._editor.removed
            files = () if removed is None else tuple(str(removed.picture(sample)) for sample in removed.samples)
            self._session.in_background(_look_around, self._manifest, files, done=self._take)

    def _take(self, found: tuple[Manifest, Whereabouts]) -> None:
        manifest, seen = found
        if manifest is not self._session.dataset:
            return  # it has changed meanwhile; that is looked at by itself
        if not seen.is_there:
            self._say_gone(manifest)
            return
        self._is_told_gone = False
        job = self._session.job
        if seen.is_other and not self._editor.is_saving and (job is None or job.kind not in _WRITERS):
            self._session.say("info", f"{manifest.name} was changed outside the studio, and is read again.")
            self._session.reload_dataset()
            return
        if seen != self._found:
            self._found = seen
            self.changed.emit()

    def _say_gone(self, manifest: Manifest) -> None:
        if not self._is_told_gone:
            self._is_told_gone = True
            self._session.say(
                "danger",
                f"{manifest.folder}: the dataset is no longer there. Put it back, or connect the drive again; what is "
                f"on show can be looked at meanwhile.",
            )


def _places(manifest: Manifest) -> _Places:
    from studio.data.whereabouts import photo_folders

    folders = (manifest.folder, *photo_folders(manifest))
    return _Places(
        folders=frozenset(str(folder) for folder in folders if folder.is_dir()),
        around=frozenset(str(folder.parent) for folder in folders if folder.parent.is_dir()),
    )


def _look_around(manifest: Manifest, removed: tuple[str, ...]) -> tuple[Manifest, Whereabouts]:
    from studio.data.whereabouts import look_around

    return manifest, look_around(manifest, removed)
