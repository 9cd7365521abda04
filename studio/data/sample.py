"""Records of a dataset: one labelled image, one file set aside."""

from __future__ import annotations

from dataclasses import dataclass

from studio.data.outline_text import unpack_outline
from studio.data.promises import SUFFIX
from studio.dirt.outline import Outline


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """One labelled image.

    Attributes:
        id: first 16 digits of the content's hash for a photo, `SOURCE-003` for the dirt painted on it.
        path: the picture that people are shown: absolute, or relative to the manifest's folder.
        label: its class.
        source_photo: id of the photo it stems from; its own for a photo.
        pair: id that a clean picture shares with the dirty ones that were made of it; None without such.
        synthetic: whether dirt was painted on it.
        mask: where that dirt lies (PNG, 0..255); None for a photo.
        twin: of a photo: the photo saved anew in the way of its dirty children, so that nothing but dirt tells them
            apart. Of a painted sample whose dish was varied: the same picture without the dirt; see `with_twins`.
        dish: its outline as `pack_outline` writes it; see `outline`.
        width, height: of the upright picture at `path`, px.
        size: of that file, bytes.
        mtime: when it was last changed, nanoseconds since 1970.
        sha1: of its content, hexadecimal.
        twin_sha1: of the twin's content; empty without one.
        phash: perceptual hash, 16 hexadecimal digits; empty when painted.
        is_blurred: whether the photo looks out of focus.
        level: light, medium or heavy when painted, else empty.
        kinds: names of the kinds of dirt that were painted.
        look_alikes: names of what was done to the dish before; its twin shows them too.
        is_guessed: whether a model chose the label of this photo; it is learned from, and never judges.
        times: how often it is learned from in an epoch, each time varied anew; 1 but for guesses and corrections.
        is_corrected: whether a model was wrong about this photo and a person gave it its class; it is learned from, and
            never judges, or the models to come would be judged on what the first one found hard.
    """

    id: str
    path: str
    label: str
    source_photo: str
    pair: str | None = None
    synthetic: bool = False
    mask: str | None = None
    twin: str | None = None
    dish: str = ""
    width: int = 0
    height: int = 0
    size: int = 0
    mtime: int = 0
    sha1: str = ""
    twin_sha1: str = ""
    phash: str = ""
    is_blurred: bool = False
    level: str = ""
    kinds: tuple[str, ...] = ()
    look_alikes: tuple[str, ...] = ()
    is_guessed: bool = False
    times: int = 1
    is_corrected: bool = False

    @property
    def outline(self) -> Outline | None:
        """Where the dish is; None where none was found."""
        return unpack_outline(self.dish)

    @property
    def learned_sha1(self) -> str:
        """Of the content of the file that training reads, see `Manifest.file`; empty where it is not known."""
        return self.twin_sha1 if self.twin and not self.synthetic else self.sha1

    @property
    def is_promised(self) -> bool:
        """Whether the picture is painted when it is read, so that no file holds it."""
        return self.path.endswith(SUFFIX)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rejected:
    """A file with a picture's extension that became no sample.

    Attributes:
        path: the file.
        reason: one sentence for its owner.
        kind: `unreadable`, `duplicate` or `conflict`.
    """

    path: str
    reason: str
    kind: str = "unreadable"
