"""Train, validation and test: who is learned from, who judges."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from studio.core.bounded import read_text
from studio.core.errors import UserError
from studio.core.sections import DataSettings, SplitSettings
from studio.data.cross_fit import deal_folds, describe_folds, is_cross_fitted, rarest_class
from studio.data.dealing import SPLITS, Group, deal, groups_of
from studio.data.manifest import Manifest, Sample
from studio.data.photos import read_photo
from studio.data.quality import correlation, nearest, small_grey

VERSION = 1
_LOOKED_AT = 12
"""Pairs with the nearest hashes, of which the most alike is named."""

_COARSE_BELOW = 5
"""Independent photos below which a split's figures deserve a warning."""


@dataclass(frozen=True, kw_only=True)
class Closest:
    """The two photos on different sides that look most alike.

    Attributes:
        first, second: ids of the samples.
        splits: where they are: names of splits or of folds.
        bits: how many of the 64 bits of their perceptual hashes differ.
        correlation: of their 64 px copies, -1..1; None where their pictures cannot be read.
    """

    first: str
    second: str
    splits: tuple[str, str]
    bits: int
    correlation: float | None


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """What was checked on the finished splits.

    Attributes:
        sentence: the result in words.
        groups: how many groups (a photo, what was painted on it, look-alikes) each split has: train, val, test.
        shared: groups that stand on two sides; 0, or the split would not have been handed out.
        closest: the most alike photos on different sides, if the photos were hashed.
    """

    sentence: str
    groups: tuple[int, int, int]
    shared: int
    closest: Closest | None


@dataclass(frozen=True, kw_only=True)
class Splits:
    """Ids of the samples on each side, sorted.

    Attributes:
        train, val, test: the ids; guessed and corrected photos are always in `train`, and in no fold.
        certificate: what keeps the sides apart.
        notes: sentences on what had to bend.
        folds: where photos are held out in turn, the parts of `train`: member k of the model, from 1, never learns
            from the samples of fold (k - 1) % folds, which judge it; `val` is empty then. What is in no fold is
            learned by every member.
    """

    train: tuple[str, ...]
    val: tuple[str, ...]
    test: tuple[str, ...]
    certificate: Certificate
    notes: tuple[str, ...] = ()
    folds: tuple[tuple[str, ...], ...] = ()

    def to_json(self) -> str:
        """The text of `split.json`."""
        return json.dumps({"version": VERSION, **asdict(self)}, indent=1) + "\n"

    @classmethod
    def load(cls, file: Path) -> Splits:
        """Read a file of splits.

        Raises:
            UserError: it cannot be read, or is torn or wrong.
        """
        try:
            text = read_text(file)
        except (OSError, UnicodeDecodeError) as error:
            raise UserError(f"{file}: cannot be read ({error})") from None
        return cls.from_json(text, place=str(file))

    @classmethod
    def from_json(cls, text: str, *, place: str = "split.json") -> Splits:
        """Read what `to_json` wrote.

        Raises:
            UserError: the text is torn or wrong; the sentence begins with `place`.
        """
        try:
            values = json.loads(text)
            version = values.get("version", VERSION)
            if not isinstance(version, int) or version > VERSION:
                raise ValueError(f"of version {version!r:.20}, which only a newer Spotless Studio reads")
            parts = {name: _names(values[name]) for name in ("train", "val", "test", "notes")}
            if len({*parts["train"], *parts["val"], *parts["test"]}) != sum(len(parts[name]) for name in SPLITS):
                raise ValueError("a sample stands on two sides")
            folds = tuple(_names(fold) for fold in values.get("folds", []))
            dealt = [id for fold in folds for id in fold]
            if len(set(dealt)) < len(dealt) or not set(dealt) <= set(parts["train"]):
                raise ValueError("the folds are no parts of the training samples")
            return cls(
                train=parts["train"], val=parts["val"], test=parts["test"], notes=parts["notes"],
                certificate=_certificate(values["certificate"]), folds=folds,
            )  # fmt: skip
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
            raise UserError(f"{place}: is torn or no split ({error})") from None


def split(manifest: Manifest, data: DataSettings, split: SplitSettings, *, members: int = 1) -> Splits:
    """Deal a dataset's samples to train, validation and test.

    A photo, everything painted on it, and photos confirmed to look almost the same form a group, and a group is
    never parted. Classes, real and painted apart, keep their shares on each side as closely as groups allow. The
    result depends on the ids and the seed, not on the order in the manifest. With few photos and several members
    every photo is held out once instead (cross-fitting), since a tenth of them would judge by chance. A photo whose
    label is a guess, or that was corrected, judges nothing: all networks learn from it, unless one that it looks like
    may have to judge them.

    Args:
        manifest: the dataset.
        data: the shares.
        split: the seed, whether look-alikes stay together, whether to cross-fit.
        members: networks of the model.

    Raises:
        ConfigError: cross-fitting is asked for with a single member.
        UserError: no samples, or a class with a single group, which cannot be learned and judged at once.
    """
    if not manifest.samples:
        raise UserError(f"{manifest.folder}: the dataset has no photos; import some first")
    only_learned = learned_only(manifest)
    if not only_learned:
        return _split(manifest, data, split, members)
    known = manifest.with_samples(sample for sample in manifest.samples if sample.id not in only_learned)
    splits = _split(known, data, split, members)
    return replace(splits, train=tuple(sorted({*splits.train, *unlike_judges(manifest, only_learned, splits)})))


def learned_only(manifest: Manifest) -> set[str]:
    """Samples that never judge: guesses, corrections, and what was painted on either."""
    photos = {sample.id for sample in manifest.samples if sample.is_guessed or sample.is_corrected}
    return {sample.id for sample in manifest.samples if sample.source_photo in photos} if photos else set()


def unlike_judges(manifest: Manifest, ids: Set[str], splits: Splits) -> set[str]:
    """Those of some samples whose photo looks like none that judges."""
    judging = {*splits.val, *splits.test, *(id for fold in splits.folds for id in fold)}
    sources = {manifest.by_id[id].source_photo for id in judging}
    doubtful = {id for pair in manifest.near_duplicates if not sources.isdisjoint(pair) for id in pair}
    return {id for id in ids if manifest.by_id[id].source_photo not in doubtful}


def _split(manifest: Manifest, data: DataSettings, split: SplitSettings, members: int) -> Splits:
    """Deal samples whose labels are known."""
    pairs = manifest.near_duplicates if split.group_near_duplicates else ()
    groups = groups_of(manifest.samples, pairs)
    if is_cross_fitted(manifest, groups, split, members):
        return _cross_fitted(manifest, groups, data, split, members)
    shares = {"train": data.train_ratio, "val": data.val_ratio, "test": data.test_ratio}
    shares, notes = _bent(manifest, groups, shares)
    sides = deal(groups, shares, seed=split.seed)
    notes += _off_target(sides, groups, shares)
    return Splits(
        train=_ids(sides["train"]),
        val=_ids(sides["val"]),
        test=_ids(sides["test"]),
        certificate=_checked(manifest, sides),
        notes=tuple(notes),
    )


def _cross_fitted(
    manifest: Manifest, groups: Sequence[Group], data: DataSettings, split: SplitSettings, members: int
) -> Splits:
    """Folds of all samples but a test share, where one is asked for."""
    learned = 1 - data.test_ratio
    bent, notes = _bent(manifest, groups, {"train": learned / 2, "val": learned / 2, "test": data.test_ratio})
    shares = {"train": 1 - bent["test"], "val": 0.0, "test": bent["test"]}
    sides = deal(groups, shares, seed=split.seed)
    notes += _off_target(sides, groups, shares)
    folds = deal_folds(manifest, sides["train"], members, seed=split.seed)
    ids, test = tuple(_ids(fold) for fold in folds), _ids(sides["test"])
    checked = _checked(
        manifest, {**{f"fold {place}": fold for place, fold in enumerate(folds, 1)}, "test": sides["test"]}
    )
    story = describe_folds(manifest, ids, test)
    return Splits(
        train=_ids(sides["train"]),
        val=(),
        test=test,
        certificate=replace(
            checked,
            sentence=f"{story} {checked.sentence}",
            groups=(len(sides["train"]), 0, len(sides["test"])),
        ),
        notes=(story, *notes),
        folds=ids,
    )


def _ids(groups: Sequence[Group]) -> tuple[str, ...]:
    return tuple(sorted(id for group in groups for id in group.members))


def _bent(manifest: Manifest, groups: Sequence[Group], shares: dict[str, float]) -> tuple[dict[str, float], list[str]]:
    """Shares that so few groups can fill, and what to say of it."""
    rarest, count = rarest_class(manifest, groups)
    judged = [name for name in ("val", "test") if shares[name] > 0]
    if not judged:
        return shares, []
    if count == 1:
        raise UserError(
            f"{rarest}: all its samples stem from one photo or its look-alikes, which cannot be learned from and "
            f"judged at once; add other photos of this class, or set data.train_ratio to 1"
        )
    if count < 1 + len(judged) and len(judged) == 2:
        bent = {**shares, "train": shares["train"] + shares["test"], "test": 0.0}
        return bent, [f"No test split: {rarest} has {count} independent photos, and three are needed for three splits."]
    return shares, []


def _off_target(sides: dict[str, list[Group]], groups: Sequence[Group], shares: dict[str, float]) -> list[str]:
    """What to say of splits that came out far from their shares."""
    total = sum(len(group.members) for group in groups)
    notes = []
    few = [name for name in ("val", "test") if 0 < len(sides[name]) < _COARSE_BELOW]
    if few:
        counts = " and ".join(f"{name} on {len(sides[name])}" for name in few)
        notes.append(f"Few independent photos to judge by ({counts}): the figures are coarse.")
    for name in SPLITS:
        got = sum(len(group.members) for group in sides[name])
        wanted = shares[name] * total
        if abs(got - wanted) > max(1.0, 0.15 * wanted):
            notes.append(
                f"{name} has {got} of {total} samples instead of {wanted:.0f}: {len(groups)} groups of photos that "
                f"belong together cannot be dealt out more finely."
            )
    return notes


def _checked(manifest: Manifest, sides: Mapping[str, Sequence[Group]]) -> Certificate:
    """What the sides, splits or folds, have in common: nothing."""
    side_of = {id: name for name, dealt in sides.items() for group in dealt for id in group.members}
    assert len(side_of) == len(manifest.samples), "every sample stands on exactly one side"
    shared = sum(len({side_of[id] for id in group.members}) > 1 for dealt in sides.values() for group in dealt)
    assert shared == 0, "a group was parted"
    counts = {name: len(dealt) for name, dealt in sides.items()}
    closest = _closest(manifest, side_of, tuple(sides))
    used = [f"{count} in {name}" for name, count in counts.items() if count and name in SPLITS]
    folds = [count for name, count in counts.items() if name not in SPLITS]
    if folds:
        used.insert(0, f"{' to '.join(map(str, sorted({min(folds), max(folds)})))} in each fold")
    groups = f"{', '.join(used)} of {sum(counts.values())} groups"
    parted = sum(side_of[first] != side_of[second] for first, second in manifest.near_duplicates)
    sentence = f"No photo, nothing painted on it and none of its look-alikes stands on two sides: {groups}."
    if parted:
        sentence = (
            f"No photo and nothing painted on it stands on two sides, but {parted} pairs of look-alikes do, "
            f"as split.group_near_duplicates is off: {groups}."
        )
    if closest:
        alike = "" if closest.correlation is None else f", correlation {closest.correlation:.2f}"
        sentence += f" The most alike across sides differ in {closest.bits} of 64 bits{alike}."
    train, val, test = (counts.get(name, 0) for name in SPLITS)
    return Certificate(sentence=sentence, groups=(train, val, test), shared=shared, closest=closest)


def _closest(manifest: Manifest, side_of: Mapping[str, str], sides: tuple[str, ...]) -> Closest | None:
    """The most alike photos on different sides."""
    photos = sorted((item for item in manifest.samples if item.phash and not item.synthetic), key=lambda item: item.id)
    best: list[tuple[int, str, str]] = []
    for number, name in enumerate(sides[1:], start=1):
        here = [item for item in photos if side_of[item.id] == name]
        others = [item for item in photos if side_of[item.id] in sides[:number]]
        if here and others:
            found = nearest([item.phash for item in here], [item.phash for item in others])
            best += [(bits, item.id, others[other].id) for item, (other, bits) in zip(here, found, strict=True)]
    best = sorted(best)[:_LOOKED_AT]
    if not best:
        return None
    judged = [(_likeness(manifest, first, second), bits, first, second) for bits, first, second in best]
    alike, differing, first, second = max(judged, key=lambda item: (-2.0 if item[0] is None else item[0], -item[1]))
    return Closest(
        first=first, second=second, splits=(side_of[first], side_of[second]), bits=differing,
        correlation=None if alike is None else round(alike, 4),
    )  # fmt: skip


def _likeness(manifest: Manifest, first: str, second: str) -> float | None:
    try:
        smalls = [small_grey(read_photo(_small_file(manifest, manifest.by_id[id]))) for id in (first, second)]
    except UserError:
        return None  # the pictures have been moved away; the hashes still tell
    return correlation(*smalls)


def _small_file(manifest: Manifest, sample: Sample) -> str:
    thumbnail = manifest.thumbnail(sample)
    return str(thumbnail if thumbnail.is_file() else manifest.picture(sample))


def _names(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ValueError("a list of names is expected")
    return tuple(values)


def _certificate(values: Any) -> Certificate:
    near = values["closest"]
    train, val, test = (int(count) for count in values["groups"])
    closest = None
    if near is not None:
        alike = near["correlation"]
        closest = Closest(
            first=str(near["first"]),
            second=str(near["second"]),
            splits=(str(near["splits"][0]), str(near["splits"][1])),
            bits=int(near["bits"]),
            correlation=None if alike is None else float(alike),
        )
    return Certificate(
        sentence=str(values["sentence"]), groups=(train, val, test), shared=int(values["shared"]), closest=closest
    )
