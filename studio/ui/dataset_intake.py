"""How photos get in: dropped, pasted or chosen, then imported by a job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMimeData, QObject
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from studio.core.errors import UserError
from studio.core.events import JobEnded
from studio.core.files import write_bytes
from studio.core.requests import ImportRequest
from studio.ui.drop_zone import dropped_paths
from studio.ui.job_runner import JobInfo
from studio.ui.session import Session

IMPORT_TARGET = "studio.data.import_job:import_photos"
_PASTED = "pasted"
"""Folder of the workspace for pictures that came without a file."""

_FILTER = "Photos ({})"


@dataclass(frozen=True, kw_only=True)
class Found:
    """What lies behind some dropped paths.

    Attributes:
        paths: the paths.
        photos: how many photos there are, by the names of the files.
        dataset: the dataset that was dropped, where the only path is one.
        name: what a dataset of these photos would be called.
        refusal: what to say where there are no photos.
    """

    paths: tuple[Path, ...]
    photos: int
    dataset: Path | None
    name: str
    refusal: str = "There are no photos in it"


class Intake(QObject):
    """Counts what is dragged, starts the import of what is dropped."""

    def __init__(self, session: Session, owner: QWidget) -> None:
        """Args:
        session: runs the job.
        owner: parent of the file dialogs.
        """
        super().__init__(owner)
        self._session = session
        self._owner = owner
        self._dialog: QFileDialog | None = None
        self._later: list[tuple[str, tuple[str, ...]]] = []
        session.job_ended.connect(self._go_on)

    def obstacle(self) -> str:
        """Why no photos can be taken now; empty when they can."""
        job = self._session.job
        return "" if job is None else f"Wait until {job.title.lower()} is done"

    def take(self, paths: Sequence[Path]) -> None:
        """Import photos into the open dataset, or into a new one; a dataset's own folder is opened."""
        self._session.in_background(look_at, tuple(paths), done=self._start)

    def add(self, photos: Mapping[str, Sequence[str]]) -> None:
        """Add photos whose classes are known to the open dataset, class by class.

        Args:
            photos: files of each class.
        """
        self._later = [(label, tuple(paths)) for label, paths in photos.items()]
        self._add_next()

    def _add_next(self) -> None:
        dataset = self._session.dataset
        if dataset is None or not self._later:
            return
        label, paths = self._later.pop(0)
        request = ImportRequest(paths=paths, name=dataset.name, label=label, is_addition=True)
        if not self._session.start_job(IMPORT_TARGET, request, dataset.folder, kind="import", title="Importing"):
            self._later.clear()

    def paste(self) -> None:
        """Take what was copied: files of a file manager, their paths as text, or a picture itself."""
        mime = QGuiApplication.clipboard().mimeData() or QMimeData()
        paths = dropped_paths(mime) or _paths_in(mime.text())
        if paths:
            self.take(paths)
        elif mime.hasImage():
            folder = self._session.workspace / _PASTED
            self._session.in_background(_keep, QGuiApplication.clipboard().image(), folder, done=self._take_kept)
        else:
            self._session.say(
                "warning", "There are no photos to paste. Copy photos or a folder in the file manager first."
            )

    def _take_kept(self, file: Path) -> None:
        self.take([file])

    def choose_folder(self) -> None:
        """Ask for a folder of photos."""
        self._ask("Choose a folder of photos", QFileDialog.FileMode.Directory)

    def choose_photos(self) -> None:
        """Ask for photos."""
        self._ask("Choose photos", QFileDialog.FileMode.ExistingFiles)

    def choose_dataset(self) -> None:
        """Ask for a dataset's folder, which is then opened."""
        self._ask("Open a dataset's folder", QFileDialog.FileMode.Directory)

    def _ask(self, title: str, mode: QFileDialog.FileMode) -> None:
        dialog = QFileDialog(self._owner, title)
        dialog.setFileMode(mode)
        last = str(self._session.settings.value("dataset/last_place", "") or "")
        if last:
            dialog.setDirectory(last)
        if mode == QFileDialog.FileMode.ExistingFiles:
            from studio.data.photos import PHOTO_EXTENSIONS

            dialog.setNameFilter(_FILTER.format(" ".join(f"*{suffix}" for suffix in sorted(PHOTO_EXTENSIONS))))
        else:
            dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.filesSelected.connect(self._take_chosen)
        dialog.finished.connect(dialog.deleteLater)
        self._dialog = dialog
        dialog.open()

    def _take_chosen(self, files: Sequence[str]) -> None:
        paths = [Path(file) for file in files]
        if paths:
            self._session.settings.setValue("dataset/last_place", str(paths[0].parent))
            self.take(paths)

    def _start(self, found: Found) -> None:
        if found.dataset is not None:
            self._session.open_dataset(found.dataset)
            return
        if not found.photos:
            names = ", ".join(path.name for path in found.paths[:3])
            self._session.say(
                "warning",
                f"There are no photos in {names}. Drop JPEG, PNG, HEIC, WebP, TIFF or BMP files, or a folder.",
            )
            return
        dataset = self._session.dataset
        if dataset is not None:
            folder, name = dataset.folder, dataset.name
        else:
            folder, name = self._session.new_dataset_folder(found.name), found.name
        request = ImportRequest(
            paths=tuple(str(path) for path in found.paths), name=name, is_addition=dataset is not None
        )
        self._session.start_job(IMPORT_TARGET, request, folder, kind="import", title="Importing")

    def _go_on(self, job: JobInfo, ending: JobEnded) -> None:
        if job.kind != "import":
            return
        if ending.outcome == "done":
            self._add_next()
        else:
            self._later.clear()
        if ending.outcome == "stopped" and self._session.dataset is None:
            self._session.say("info", "The import was stopped; nothing was changed.")


def _paths_in(text: str) -> list[Path]:
    """Paths that were copied as text, one in a line, perhaps in quotes."""
    paths = [Path(line.strip().strip("\"'")) for line in text.splitlines() if line.strip()]
    return paths if all(path.is_absolute() for path in paths) else []


def _keep(picture: QImage, folder: Path) -> Path:
    """Write a copied picture to a file, since a dataset is made of files."""
    number = 1 + (sum(1 for _ in folder.iterdir()) if folder.is_dir() else 0)
    while (file := folder / f"pasted-{number:03d}.png").exists():
        number += 1
    for key in picture.textKeys():
        picture.setText(key, "")  # what a camera or a program noted, perhaps where it was
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not picture.save(buffer, "PNG"):  # type: ignore[call-overload]
        raise UserError("The copied picture cannot be kept as a photo. Save it as a file, and drop that file here.")
    write_bytes(file, bytes(buffer.data().data()))
    return file


def look_at(paths: Sequence[Path]) -> Found:
    """Count the photos behind dropped paths; reads folders, so it belongs off the window's thread."""
    from studio.data.photos import PHOTO_EXTENSIONS, ending_of, find_photos, is_dataset

    first = paths[0]
    if len(paths) == 1 and first.is_dir() and is_dataset(first):
        return Found(paths=tuple(paths), photos=0, dataset=first, name=first.name)
    name = first.name if len(paths) == 1 and first.is_dir() else first.parent.name
    # A file without an ending may be a photo; a text file is none.
    photos = sum(ending_of(path.name) in ("", *PHOTO_EXTENSIONS) for path in find_photos(paths))
    return Found(paths=tuple(paths), photos=photos, dataset=None, name=name or "photos", refusal=_refusal(paths))


def _refusal(paths: Sequence[Path]) -> str:
    if any(path.is_dir() for path in paths):
        return "There are no photos in it" if len(paths) == 1 else "There are no photos in them"
    return "This is not a photo" if len(paths) == 1 else "These are not photos"
