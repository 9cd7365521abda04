"""Makes a folder of odd photos: `python -m tests.data.odd_photos FOLDER`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from tests.data import odd_contents, odd_places
from tests.data.odd_corpus import Corpus, Odd, saved


def make(folder: Path, *, is_whole: bool = True) -> list[Odd]:
    """Fill a folder with odd photos.

    Args:
        folder: made when missing.
        is_whole: as for `Corpus`.

    Returns:
        every file that an import has to take or to refuse.
    """
    corpus = Corpus(folder, is_whole=is_whole)
    odd_contents.cut(corpus)
    odd_contents.turned(corpus)
    odd_contents.modes(corpus)
    odd_contents.moving(corpus)
    odd_contents.torn_notes(corpus)
    odd_contents.sizes(corpus)
    odd_contents.no_pictures(corpus)
    odd_places.names(corpus)
    odd_places.not_plain(corpus)
    odd_places.deep(corpus)
    return corpus.files


def make_closed(folder: Path) -> list[Odd]:
    """An open photo, then a photo and a folder that nobody but root may read."""
    corpus = Corpus(folder, is_whole=False)
    for name in ("open", "closed"):
        seen = corpus.picture()
        corpus.good(f"{name}.jpg", saved(seen, "JPEG"), seen)
    (folder / "closed.jpg").chmod(0)
    (folder / "closed").mkdir(mode=0)
    corpus.refused(folder / "closed")
    return corpus.files


def sweep(folder: Path) -> None:
    """Delete a corpus, also what is too deep for a path."""
    for place in folder.glob("closed*"):
        place.chmod(0o700)
    for deep in folder.glob("deep/*"):
        _pull_up(deep)
    shutil.rmtree(folder)


def _pull_up(folder: Path) -> None:
    """Delete a chain of folders from its top, each next one moved up first."""
    while (below := next((place for place in folder.iterdir() if place.is_dir()), None)) is not None:
        spare = folder.with_name(f"{folder.name}+")
        below.rename(spare)
        shutil.rmtree(folder)
        spare.rename(folder)


if __name__ == "__main__":
    made = make(Path(sys.argv[1]))
    print(f"{len(made)} files, {sum(odd.looks is not None for odd in made)} of them good photos")
