"""The manifest: what a dataset is."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from studio.core.errors import UserError
from studio.core.files import write_text
from studio.data.outline_text import unpack_outline
from studio.data.photos import CLEAN, DIRTY, shown
from studio.data.photos import is_dataset as is_dataset
from studio.data.promises import SUFFIX
from studio.dirt.outline import Outline

FORMAT = "spotless-dataset"
VERSION = 1
FILE_NAME = "manifest.json"
MOST_TIMES = 100


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
        times: how often it is learned from in an epoch, each time varied anew; 1 but for guesses.
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

    @property
    def outline(self) -> Outline | None:
        """Where the dish is; None where none was found."""
        return unpack_outline(self.dish)

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


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """A dataset: its samples, and what was set aside.

    Attributes:
        folder: where it lies.
        name: what the window calls it.
        samples: in order of import, painted ones after the photos.
        rejected: files that became no sample.
        near_duplicates: confirmed pairs of ids whose photos show almost the same.
    """

    folder: Path
    name: str = ""
    samples: tuple[Sample, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    near_duplicates: tuple[tuple[str, str], ...] = ()

    @cached_property
    def counts(self) -> dict[str, int]:
        """Samples per class, painted ones included, in the order of `classes`."""
        counts: dict[str, int] = {}
        for sample in self.samples:
            counts[sample.label] = counts.get(sample.label, 0) + 1
        return dict(sorted(counts.items()))

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes that occur, sorted."""
        return tuple(self.counts)

    @property
    def positive(self) -> str | None:
        """The class that a threshold is about: dirty, where it occurs."""
        return DIRTY if DIRTY in self.counts else None

    @property
    def painted(self) -> int:
        """How many samples are painted."""
        return sum(sample.synthetic for sample in self.samples)

    @cached_property
    def by_id(self) -> Mapping[str, Sample]:
        """Every sample by its id."""
        return {sample.id: sample for sample in self.samples}

    @cached_property
    def near_duplicate_of(self) -> Mapping[str, str]:
        """By the id of each photo that is nearly the same as one before it, the id of that one."""
        found: dict[str, str] = {}
        for first, second in self.near_duplicates:
            found.setdefault(second, first)  # one of a film of hundreds is like all the others
        return found

    @property
    def clean_photos(self) -> tuple[Sample, ...]:
        """The photos that dirt can be painted on, by id."""
        known = (sample for sample in self.samples if not sample.synthetic and not sample.is_guessed)
        found = (sample for sample in known if sample.label == CLEAN)
        return tuple(sorted(found, key=lambda sample: sample.id))

    def picture(self, sample: Sample) -> Path:
        """The file that people are shown."""
        return self.folder / sample.path

    def file(self, sample: Sample) -> Path:
        """The file that training reads."""
        return self.folder / (sample.path if sample.synthetic else sample.twin or sample.path)

    def with_twins(self, samples: Iterable[Sample]) -> list[Sample]:
        """The samples, and behind each whose dish was varied its clean twin as a sample of its own.

        The manifest counts what a person sees, so twins stand in no list of its own; the network learns from both.
        What weighs more than once stands there as often, under other ids, so that each is varied in its own way.
        """
        found: list[Sample] = []
        for sample in samples:
            found.append(sample)
            found += (replace(sample, id=f"{sample.id}-{number}", times=1) for number in range(2, sample.times + 1))
            if sample.synthetic and sample.twin is not None:
                found.append(_clean_twin(sample, sample.twin))
        return found

    def mask_file(self, sample: Sample) -> Path | None:
        """The mask of painted dirt."""
        return self.folder / sample.mask if sample.mask else None

    def thumbnail(self, sample: Sample) -> Path:
        """A small JPEG of the picture, longest side 256 px."""
        return self.folder / "thumbnails" / f"{sample.id}.jpg"

    def with_samples(self, samples: Iterable[Sample]) -> Manifest:
        """This dataset with other samples; near-duplicates of those that are gone go too."""
        kept = tuple(samples)
        ids = {sample.id for sample in kept}
        pairs = tuple(pair for pair in self.near_duplicates if ids.issuperset(pair))
        return replace(self, samples=kept, near_duplicates=pairs)

    def fingerprint(self) -> str:
        """A hash of what training reads, the same wherever the dataset lies."""
        digest = hashlib.sha1(usedforsecurity=False)
        for sample in sorted(self.samples, key=lambda sample: sample.id):
            parts = (sample.id, sample.label, sample.pair, sample.sha1, sample.twin_sha1, sample.dish)
            digest.update(json.dumps(parts).encode())
            if sample.is_guessed:  # said only where it is so: datasets without guesses keep their fingerprint
                digest.update(f"guessed {sample.times}".encode())
        digest.update(json.dumps(sorted(self.near_duplicates)).encode())
        return digest.hexdigest()

    def save(self) -> None:
        """Write `manifest.json` and `rejected.csv`, each as one step.

        Raises:
            UserError: the folder cannot be written.
        """
        table = io.StringIO()
        rows = csv.writer(table)
        rows.writerow(["path", "kind", "reason"])
        rows.writerows([shown(item.path), item.kind, item.reason] for item in self.rejected)
        write_text(self.folder / "rejected.csv", table.getvalue())
        write_text(self.folder / FILE_NAME, self.to_text())

    def to_text(self) -> str:
        """The text of `manifest.json`: one line for each sample, what is at its default left out.

        Plain ASCII, since the names of files may hold bytes that are no text.
        """
        lines: list[str] = []
        dishes: dict[str, str] = {}
        for sample in self.samples:
            record = _record(sample)
            if sample.source_photo == sample.id:
                dishes[sample.id] = sample.dish
            elif dishes.get(sample.source_photo) == sample.dish:
                record.pop("dish", None)  # a child's dish lies where its photo's does
            lines.append(json.dumps(record))
        head = {"format": FORMAT, "version": VERSION, "name": self.name}
        rejected = [{"path": item.path, "reason": item.reason, "kind": item.kind} for item in self.rejected]
        parts = [
            json.dumps(head)[:-1],
            '"samples": [\n' + ",\n".join(lines) + "\n]",
            '"rejected": [\n' + ",\n".join(json.dumps(item) for item in rejected) + "\n]",
            '"near_duplicates": ' + json.dumps(self.near_duplicates) + "}\n",
        ]
        return ",\n".join(parts)

    @classmethod
    def load(cls, place: Path) -> Manifest:
        """Read a dataset.

        Args:
            place: its folder, or its `manifest.json`.

        Raises:
            UserError: there is none, or it is torn, of a newer version, or wrong.
        """
        file = place / FILE_NAME if place.is_dir() else place
        try:
            values = json.loads(file.read_bytes())
        except FileNotFoundError:
            raise UserError(f"{place}: is no dataset (it has no {FILE_NAME}); import the photos first") from None
        except OSError as error:
            raise UserError(f"{file}: cannot be read ({error.strerror or error})") from None
        except (ValueError, RecursionError) as error:
            raise UserError(f"{file}: is torn or no manifest ({error}); import the photos again") from None
        try:
            return _checked(values, file.parent)
        except (TypeError, ValueError, KeyError, AttributeError, OverflowError) as error:
            raise UserError(f"{file}: {error}; import the photos again") from None


def _clean_twin(sample: Sample, path: str) -> Sample:
    return replace(
        sample, id=f"{sample.id}-clean", path=path, label=CLEAN, mask=None, twin=None, sha1=sample.twin_sha1,
        twin_sha1="", size=0, mtime=0, level="", kinds=(),
    )  # fmt: skip


_FILE_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,99}")
_ALWAYS = frozenset({"id", "path", "label", "source_photo", "pair", "synthetic", "mask"})
"""What scripts read of a sample; the rest is written only where it says something."""
_DEFAULTS = {field.name: field.default for field in fields(Sample)}
_TYPES: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("id", "path", "label", "source_photo", "dish", "sha1", "twin_sha1", "phash", "level"), (str,)),
    **dict.fromkeys(("pair", "mask", "twin"), (str, type(None))),
    **dict.fromkeys(("synthetic", "is_blurred", "is_guessed"), (bool,)),
    **dict.fromkeys(("width", "height", "size", "mtime", "times"), (int,)),
    **dict.fromkeys(("kinds", "look_alikes"), (list,)),
}


def _record(sample: Sample) -> dict[str, Any]:
    values = ((name, getattr(sample, name)) for name in _DEFAULTS)
    return {name: value for name, value in values if name in _ALWAYS or value != _DEFAULTS[name]}


def _checked(values: Any, folder: Path) -> Manifest:
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise ValueError("is no manifest of this program")
    if not isinstance(values.get("version"), int) or values["version"] > VERSION:
        raise ValueError(f"was written by a newer version ({values.get('version')!r})")
    dishes: dict[str, str] = {}
    shapes: set[tuple[type, ...]] = set()
    samples = tuple(_sample(record, number, dishes, shapes) for number, record in enumerate(values["samples"]))
    if len({sample.id for sample in samples}) != len(samples):
        raise ValueError("two samples have the same id")
    rejected = tuple(
        Rejected(path=str(item["path"]), reason=str(item["reason"]), kind=str(item["kind"]))
        for item in values["rejected"]
    )
    ids = {sample.id for sample in samples}
    pairs = tuple((str(first), str(second)) for first, second in values["near_duplicates"])
    if not all(ids.issuperset(pair) for pair in pairs):
        raise ValueError("near_duplicates names a sample that is not there")
    name = values.get("name", "")
    if not isinstance(name, str):
        raise ValueError("name is not text")
    return Manifest(folder=folder, name=name, samples=samples, rejected=rejected, near_duplicates=pairs)


def _sample(record: Any, number: int, dishes: dict[str, str], shapes: set[Any]) -> Sample:
    if not isinstance(record, dict):
        raise ValueError(f"sample {number + 1} is not a record")
    # Of 100,000 records nearly all have one of a few shapes, so each shape is looked at once.
    shape = (*record, *map(type, record.values()))
    if shape not in shapes:
        _check_types(record, number)
        shapes.add(shape)
    for name in ("kinds", "look_alikes"):
        if name in record:
            record[name] = tuple(str(kind) for kind in record[name])
    for path in (record["path"], record.get("mask"), record.get("twin")):
        if path is not None and ".." in path and not os.path.isabs(path) and ".." in PurePosixPath(path).parts:
            raise ValueError(f"sample {number + 1}: {path!r:.80} leads out of the dataset's folder")
    if not _FILE_NAME.fullmatch(record["id"]):
        raise ValueError(f"sample {number + 1}: {record['id']!r:.60} cannot be an id")
    source = record["source_photo"]
    if source != record["id"]:
        record.setdefault("dish", dishes.get(source, ""))
    sample = Sample(**record)
    if not 1 <= sample.times <= MOST_TIMES:
        raise ValueError(f"sample {number + 1}: times is {sample.times}, not 1 to {MOST_TIMES}")
    if sample.is_guessed and (sample.synthetic or sample.pair is not None):
        raise ValueError(f"sample {number + 1}: a guess is about a photo by itself")
    if sample.synthetic and (os.path.isabs(sample.path) or source == sample.id):
        raise ValueError(f"sample {number + 1}: a painted picture lies in the dataset and has a source")
    dishes[sample.id] = sample.dish
    return sample


def _check_types(record: dict[str, Any], number: int) -> None:
    for name, value in record.items():
        types = _TYPES.get(name)
        if types is None:
            raise ValueError(f"sample {number + 1}: unknown entry {name!r:.60}")
        # bool passes for int in Python; a width of True is a torn file all the same
        if type(value) not in types:
            raise ValueError(f"sample {number + 1}: {name} is {value!r:.60}")
    for name in ("id", "path", "label", "source_photo"):
        if name not in record:
            raise ValueError(f"sample {number + 1}: {name} is missing")
