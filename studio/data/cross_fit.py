"""Folds: with few photos each is held out once, from another network of the model."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from studio.core.errors import ConfigError, UserError
from studio.core.sections import FEW_PHOTOS, SplitSettings
from studio.data.dealing import Group, deal
from studio.data.manifest import Manifest

FEWEST_FOLDS = 2


def is_cross_fitted(manifest: Manifest, groups: Sequence[Group], split: SplitSettings, members: int) -> bool:
    """Whether photos are held out in turn, in the place of a validation share.

    Args:
        manifest: the dataset.
        groups: its samples, in groups that stay together.
        split: says on, off or auto, which is on with several members and few photos.
        members: networks of the model.

    Raises:
        ConfigError: it is on for a single network.
        UserError: it is on, and a class has a single group.
    """
    rarest, count = rarest_class(manifest, groups)
    if split.cross_fit == "on":
        if members < FEWEST_FOLDS:
            raise ConfigError(f"ensemble.members: {members}, but cross-fitting needs {FEWEST_FOLDS} or more")
        if count < FEWEST_FOLDS:
            raise UserError(
                f"{rarest}: all its samples stem from one photo or its look-alikes, which cannot be learned from and "
                f"held out at once; add other photos of this class, or set split.cross_fit to auto"
            )
        return True
    is_wanted = split.cross_fit == "auto" and members >= FEWEST_FOLDS and count >= FEWEST_FOLDS
    return is_wanted and count_photos(manifest, manifest.by_id) < FEW_PHOTOS


def deal_folds(manifest: Manifest, groups: Sequence[Group], members: int, *, seed: int) -> list[list[Group]]:
    """Deal groups to folds alike, so that each fold has each class.

    Args:
        manifest: the dataset.
        groups: to be dealt; each class occurs in two or more.
        members: networks of the model, the most folds there can be.
        seed: decides between groups that are alike.

    Raises:
        UserError: groups hold so many classes at once that not even two folds have all of them.
    """
    count = max(FEWEST_FOLDS, min(members, rarest_class(manifest, groups)[1]))
    while True:
        shares = {f"fold {number}": 1 / count for number in range(1, count + 1)}
        try:
            return list(deal(groups, shares, seed=seed).values())
        except UserError:
            if count <= FEWEST_FOLDS:
                raise
            count -= 1


def describe_folds(manifest: Manifest, folds: Sequence[Collection[str]], test: Collection[str]) -> str:
    """What was dealt, in one sentence."""
    photos = count_photos(manifest, [id for fold in folds for id in fold])
    kept = count_photos(manifest, test)
    if kept:
        return (
            f"{kept} photos are kept for the test, and every other one is held out once: {len(folds)} folds of "
            f"{photos} photos."
        )
    return f"Every photo is held out once: {len(folds)} folds of {photos} photos; no test share."


def count_photos(manifest: Manifest, ids: Collection[str]) -> int:
    """How many photos some samples stem from."""
    return len({manifest.by_id[id].source_photo for id in ids})


def rarest_class(manifest: Manifest, groups: Sequence[Group]) -> tuple[str, int]:
    """The class that occurs in the fewest groups, and in how many."""
    having = {label: sum(label in group.labels for group in groups) for label in manifest.classes}
    rarest = min(having, key=lambda label: (having[label], label))
    return rarest, having[rarest]
