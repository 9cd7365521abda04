"""Dealing groups of samples to splits so that every kind of sample keeps its share."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from studio.core.errors import UserError
from studio.data.manifest import Sample

SPLITS = ("train", "val", "test")
_ATTEMPTS = 20

Stratum = tuple[str, bool]


@dataclass(frozen=True, kw_only=True, eq=False)
class Group:
    """Samples that stay together.

    Attributes:
        key: the smallest of their ids.
        members: their ids.
        strata: how many of them are of which class, painted and real counted apart.
    """

    key: str
    members: tuple[str, ...]
    strata: Mapping[Stratum, int]

    @cached_property
    def labels(self) -> set[str]:
        """The classes that occur in it."""
        return {label for label, _ in self.strata}


def groups_of(samples: Sequence[Sample], near_duplicates: Sequence[tuple[str, str]]) -> list[Group]:
    """Put photos together with what was painted on them, and with confirmed look-alikes.

    Args:
        samples: of the dataset, in any order.
        near_duplicates: confirmed pairs of ids.

    Returns:
        the groups, sorted by key.
    """
    leaders: dict[str, str] = {}

    def leader(id: str) -> str:
        while leaders.setdefault(id, id) != id:
            leaders[id] = leaders[leaders[id]]
            id = leaders[id]
        return id

    bonds = [(sample.id, sample.source_photo) for sample in samples]
    bonds += [(sample.id, sample.pair) for sample in samples if sample.pair]
    for first, second in (*bonds, *near_duplicates):
        leaders[leader(first)] = leader(second)
    gathered: dict[str, list[Sample]] = {}
    for sample in sorted(samples, key=lambda sample: sample.id):
        gathered.setdefault(leader(sample.id), []).append(sample)
    groups = [
        Group(
            key=members[0].id,
            members=tuple(sample.id for sample in members),
            strata=dict(Counter((sample.label, sample.synthetic) for sample in members)),
        )
        for members in gathered.values()
    ]
    return sorted(groups, key=lambda group: group.key)


def deal(groups: Sequence[Group], shares: Mapping[str, float], *, seed: int) -> dict[str, list[Group]]:
    """Deal groups to splits.

    First each split with a share gets one group of each class; then every group, the largest first, goes where it
    brings all strata nearest to their shares (after Sechidis et al., "On the stratification of multi-label data",
    2011, with whole groups in the place of samples).

    Args:
        groups: all of them, sorted by key.
        shares: of each split or fold, 0..1, together 1.
        seed: decides between groups that are alike.

    Returns:
        the groups of each, sorted by key, in the order of the shares.

    Raises:
        UserError: groups hold so many classes at once that a split must go without one of them.
    """
    for attempt in range(_ATTEMPTS):
        sides = _dealt(groups, shares, f"{seed}/{attempt}")
        if sides is not None:
            return sides
    raise UserError(
        "the photos cannot be split so that train and validation both have every class: too many of them belong "
        "together; add other photos, or set split.group_near_duplicates to false"
    )


def _dealt(groups: Sequence[Group], shares: Mapping[str, float], salt: str) -> dict[str, list[Group]] | None:
    order = sorted(groups, key=lambda group: hashlib.sha1(f"{salt}/{group.key}".encode()).digest())
    used = [name for name in shares if shares[name] > 0]
    totals: Counter[Stratum] = Counter()
    for group in groups:
        totals.update(group.strata)
    sides: dict[str, list[Group]] = {name: [] for name in shares}
    missing = {name: {stratum: shares[name] * count for stratum, count in totals.items()} for name in used}
    waiting = dict.fromkeys(order)

    def give(name: str, group: Group) -> None:
        sides[name].append(group)
        del waiting[group]
        for stratum, count in group.strata.items():
            missing[name][stratum] -= count

    if not _give_each_class(waiting, used, sides, give):
        return None
    for group in sorted(waiting, key=lambda group: -len(group.members)):
        give(max(used, key=lambda name: _gain(group, missing[name], totals)), group)
    return {name: sorted(members, key=lambda group: group.key) for name, members in sides.items()}


def _give_each_class(
    waiting: Mapping[Group, None],
    used: Sequence[str],
    sides: Mapping[str, list[Group]],
    give: Callable[[str, Group], None],
) -> bool:
    """Give each split one group of each class, the rarest class first; False where that cannot be."""
    having = Counter(label for group in waiting for label in group.labels)
    for label in sorted(having, key=lambda label: (having[label], label)):
        for name in sorted(used, key="train".__eq__):  # which can spare them best
            if any(label in group.labels for group in sides[name]):
                continue
            fitting = [group for group in waiting if label in group.labels]
            if not fitting:
                return False
            # Not one that another rare class needs, then the smallest: judging splits are small.
            rarity = {group: min(having[other] for other in group.labels) for group in fitting}
            chosen = min(fitting, key=lambda group: (-rarity[group], len(group.members)))
            give(name, chosen)
            having.subtract(chosen.labels)
    return True


def _gain(group: Group, missing: Mapping[Stratum, float], totals: Mapping[Stratum, int]) -> float:
    """How much nearer a split comes to its shares by a group: the fall of the sum of squared relative gaps."""
    return sum(count * (2 * missing[stratum] - count) / totals[stratum] for stratum, count in group.strata.items())
