"""Samples as they stand in a manifest: records of plain values, whoever wrote them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import field, fields, make_dataclass
from pathlib import PurePath, PureWindowsPath
from typing import Any

from studio.data.outline_text import is_packed
from studio.data.sample import Sample

MOST_TIMES = 100

_FILE_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,99}")
_PLAIN_PATH = re.compile(r"(?!/)(?!.*\.\.)[0-9A-Za-z_./-]+")
"""Nearly every path that the studio makes, so that the others alone are looked at part by part."""
_DEVICES = frozenset({"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10))})
"""What Windows takes for a device, whatever the folder and the ending."""
_ALWAYS = frozenset({"id", "path", "label", "source_photo", "pair", "synthetic", "mask"})
"""What scripts read of a sample; the rest is written only where it says something."""
_DEFAULTS = {field.name: field.default for field in fields(Sample)}
_TYPES: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("id", "path", "label", "source_photo", "dish", "sha1", "twin_sha1", "phash", "level"), (str,)),
    **dict.fromkeys(("pair", "mask", "twin"), (str, type(None))),
    **dict.fromkeys(("synthetic", "is_blurred", "is_guessed", "is_corrected"), (bool,)),
    **dict.fromkeys(("width", "height", "size", "mtime", "times"), (int,)),
    **dict.fromkeys(("kinds", "look_alikes"), (list,)),
}
_Draft: Any = make_dataclass(
    "_Draft", [(own.name, own.type, field(default=own.default)) for own in fields(Sample)], slots=True
)
"""A sample before it is one. A frozen record sets each of its fields by a call, which for 100,000 samples took longer
than everything else; one that may be written to, and has the same slots, becomes a sample by its class."""


def record_of(sample: Sample) -> dict[str, Any]:
    """A sample's entries; what is at its default is left out, save what scripts read."""
    values = ((name, getattr(sample, name)) for name in _DEFAULTS)
    return {name: value for name, value in values if name in _ALWAYS or value != _DEFAULTS[name]}


def samples_of(records: Iterable[Any]) -> tuple[Sample, ...]:
    """The samples that records tell of.

    Args:
        records: as a file holds them; a child's dish is its photo's, which comes before it, where it names none.

    Raises:
        ValueError: one of them is wrong; says which, and what of it.
    """
    dishes: dict[str, str] = {}
    shapes: set[tuple[Any, ...]] = set()
    samples = tuple(_sample(record, number, dishes, shapes) for number, record in enumerate(records, 1))
    if len(dishes) != len(samples):
        raise ValueError("two samples have the same id")
    return samples


def _sample(record: Any, number: int, dishes: dict[str, str], shapes: set[tuple[Any, ...]]) -> Sample:
    if not isinstance(record, dict):
        raise ValueError(f"sample {number} is not a record")
    # Of 100,000 records nearly all have one of a few shapes, so each shape is looked at once.
    shape = (*record, *map(type, record.values()))
    if shape not in shapes:
        _check_types(record, number)
        shapes.add(shape)
    for name in ("kinds", "look_alikes"):
        if name in record:
            record[name] = tuple(str(kind) for kind in record[name])
    own = record["id"]
    if not _FILE_NAME.fullmatch(own) or own.upper() in _DEVICES:
        raise ValueError(f"sample {number}: {own!r:.60} cannot be an id")
    path = record["path"]
    is_photo = not record.get("synthetic", False)
    if not (_PLAIN_PATH.fullmatch(path) or (is_photo and _is_beside_or_absolute(path)) or _is_inside(path)):
        raise ValueError(f"sample {number}: {path!r:.80} leads out of the dataset's folder")
    for made in (record.get("mask"), record.get("twin")):
        if made is not None and not _PLAIN_PATH.fullmatch(made) and not _is_inside(made):
            raise ValueError(f"sample {number}: {made!r:.80} leads out of the dataset's folder")
    if not is_packed(record.get("dish", "")):
        raise ValueError(f"sample {number}: dish is {record['dish']!r:.60}, no outline")
    source = record["source_photo"]
    if source != own:
        record.setdefault("dish", dishes.get(source, ""))
    draft = _Draft(*map(record.get, _DEFAULTS, _DEFAULTS.values()))
    if not 1 <= draft.times <= MOST_TIMES:
        raise ValueError(f"sample {number}: times is {draft.times}, not 1 to {MOST_TIMES}")
    if draft.is_guessed and (draft.synthetic or draft.pair is not None):
        raise ValueError(f"sample {number}: a guess is about a photo by itself")
    if draft.synthetic and source == own:
        raise ValueError(f"sample {number}: a painted picture lies in the dataset and has a source")
    dishes[own] = draft.dish
    draft.__class__ = Sample
    sample: Sample = draft
    return sample


def _is_inside(path: str) -> bool:
    """Whether a path stays in its folder, on every system: one that is plain here may lead away on Windows."""
    there = PureWindowsPath(path)
    return not there.anchor and ".." not in there.parts and not os.path.isabs(path) and "\0" not in path


def _is_beside_or_absolute(path: str) -> bool:
    """Whether a photo lies anywhere by an absolute path, or in the dataset's folder."""
    return os.path.isabs(path) or ".." not in PurePath(path).parts


def _check_types(record: dict[str, Any], number: int) -> None:
    for name, value in record.items():
        types = _TYPES.get(name)
        if types is None:
            raise ValueError(f"sample {number}: unknown entry {name!r:.60}")
        # bool passes for int in Python; a width of True is a torn file all the same
        if type(value) not in types:
            raise ValueError(f"sample {number}: {name} is {value!r:.60}")
    for name in ("id", "path", "label", "source_photo"):
        if name not in record:
            raise ValueError(f"sample {number}: {name} is missing")
