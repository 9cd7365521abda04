"""The manifest: what a dataset is."""

from __future__ import annotations

import gc
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from studio.core.bounded import read_bytes
from studio.core.errors import UserError
from studio.core.files import write_parts, write_text
from studio.core.tables import table_text
from studio.data.changes import MANIFEST, REJECTED, recover
from studio.data.photos import CLEAN, DIRTY
from studio.data.photos import is_dataset as is_dataset
from studio.data.sample import Rejected as Rejected
from studio.data.sample import Sample as Sample
from studio.data.sample_records import record_of, samples_of

FORMAT = "spotless-dataset"
VERSION = 1
FILE_NAME = MANIFEST
SAMPLES_OPEN, SAMPLES_CLOSE = '"samples": [\n', '\n],\n"rejected": ['
"""Between them stand the records, one a line."""


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
            if sample.is_corrected:
                digest.update(f"corrected {sample.times}".encode())
        digest.update(json.dumps(sorted(self.near_duplicates)).encode())
        return digest.hexdigest()

    def save(self) -> None:
        """Write `manifest.json` and `rejected.csv`, each as one step.

        Raises:
            UserError: the folder cannot be written.
        """
        write_text(self.folder / REJECTED, self.rejected_text())
        self.write_to(self.folder / FILE_NAME)

    def write_to(self, file: Path) -> None:
        """Write the text of `manifest.json`, as one step.

        Raises:
            UserError: the file cannot be written.
        """
        write_parts(file, self._parts())

    def rejected_text(self) -> str:
        """The text of `rejected.csv`."""
        return table_text([("path", "kind", "reason"), *((one.path, one.kind, one.reason) for one in self.rejected)])

    def to_text(self) -> str:
        """The text of `manifest.json`: one line for each sample, what is at its default left out.

        Plain ASCII, since the names of files may hold bytes that are no text.
        """
        return "".join(self._parts())

    def _parts(self) -> Iterator[str]:
        """That text, sample by sample: for 100,000 it has 70 MB."""
        head = {"format": FORMAT, "version": VERSION, "name": self.name}
        yield f"{json.dumps(head)[:-1]},\n{SAMPLES_OPEN}"
        dishes: dict[str, str] = {}
        for number, sample in enumerate(self.samples):
            record = record_of(sample)
            if sample.source_photo == sample.id:
                dishes[sample.id] = sample.dish
            elif dishes.get(sample.source_photo) == sample.dish:
                record.pop("dish", None)  # a child's dish lies where its photo's does
            yield (",\n" if number else "") + json.dumps(record)
        rejected = [{"path": item.path, "reason": item.reason, "kind": item.kind} for item in self.rejected]
        yield SAMPLES_CLOSE + "\n" + ",\n".join(json.dumps(item) for item in rejected) + "\n],\n"
        yield '"near_duplicates": ' + json.dumps(self.near_duplicates) + "}\n"

    @classmethod
    def load(cls, place: Path) -> Manifest:
        """Read a dataset.

        Args:
            place: its folder, or its `manifest.json`.

        Raises:
            UserError: there is none, or it is torn, of a newer version, or wrong.
        """
        file = place / FILE_NAME if place.is_dir() else place
        recover(file.parent)
        try:
            content = read_bytes(file)
        except FileNotFoundError:
            raise UserError(f"{place}: is no dataset (it has no {FILE_NAME}); import the photos first") from None
        except (OSError, ValueError) as error:
            raise UserError(f"{file}: cannot be read ({getattr(error, 'strerror', None) or error})") from None
        with _uncollected():
            return _read(content, file)


def _clean_twin(sample: Sample, path: str) -> Sample:
    return replace(
        sample, id=f"{sample.id}-clean", path=path, label=CLEAN, mask=None, twin=None, sha1=sample.twin_sha1,
        twin_sha1="", size=0, mtime=0, level="", kinds=(),
    )  # fmt: skip


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the search for cycles, which looks through 100,000 new records time and again; they hold none."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _read(content: bytes, file: Path) -> Manifest:
    try:
        try:
            return _checked(_line_by_line(content), file.parent)
        except json.JSONDecodeError:  # laid out otherwise, or torn
            return _checked(json.loads(content), file.parent)
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UserError(f"{file}: is torn or no manifest ({error}); import the photos again") from None
    except (TypeError, ValueError, KeyError, AttributeError, OverflowError) as error:
        raise UserError(f"{file}: {error}; import the photos again") from None


def _line_by_line(content: bytes) -> Any:
    """The values of a manifest as the studio lays it out, whose records are read one by one when they are asked for.

    All at once they take as much memory as the samples that they become.
    """
    opening, closing = SAMPLES_OPEN.encode(), SAMPLES_CLOSE.encode()
    start, end = content.find(opening) + len(opening), content.rfind(closing)
    if start < len(opening) or end < start:
        return json.loads(content)
    values = json.loads(content[:start] + content[end:])
    if isinstance(values, dict):
        values["samples"] = _records(content, start, end)
    return values


def _records(content: bytes, start: int, end: int) -> Iterator[Any]:
    while start < end:
        stop = content.find(b"\n", start, end)
        is_last = stop < 0
        line = content[start:end] if is_last else content[start:stop]
        if not is_last and not line.endswith(b","):
            raise json.JSONDecodeError("no comma after a sample", "", 0)
        start = end if is_last else stop + 1
        # A comma after the last one, before an empty line, stays and is refused.
        yield json.loads(line[:-1] if start < end else line)


def _checked(values: Any, folder: Path) -> Manifest:
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise ValueError("is no manifest of this program")
    if not isinstance(values.get("version"), int) or values["version"] > VERSION:
        raise ValueError(f"was written by a newer version ({values.get('version')!r})")
    samples = samples_of(values["samples"])
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
