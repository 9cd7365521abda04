"""How many dirty samples to paint on which photo."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from studio.core.sections import DirtSettings
from studio.data.manifest import Manifest
from studio.data.photos import DIRTY


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What painting will come to.

    Attributes:
        clean_ids: clean photos, by id.
        existing: dirty photos that are there already, painted ones not counted.
        total_wanted: dirty samples in the end.
        to_paint: how many of them are painted.
        seed: decides who gets one more.
    """

    clean_ids: tuple[str, ...]
    existing: int
    total_wanted: int
    to_paint: int
    seed: int

    @property
    def clean(self) -> int:
        """How many clean photos there are."""
        return len(self.clean_ids)

    @cached_property
    def per_photo(self) -> Mapping[str, int]:
        """How many are painted on each clean photo, by its id; no two differ by more than one."""
        share, more = divmod(self.to_paint, self.clean) if self.clean else (0, 0)
        order = sorted(self.clean_ids, key=lambda id: hashlib.sha1(f"{self.seed}/{id}".encode()).digest())
        return {id: share + (number < more) for number, id in enumerate(order)}

    def __str__(self) -> str:
        if not self.to_paint:
            return (
                f"Nothing to paint: {self.existing} dirty photos are there already for {self.clean} clean ones, "
                f"and {self.total_wanted} are wanted."
            )
        counting = f"; {self.existing} dirty photos are there already" if self.existing else ""
        return f"Painting {self.to_paint} dirty samples on {self.clean} clean photos{counting}."


def how_many(manifest: Manifest, dirt: DirtSettings) -> Plan:
    """Plan the painting: up to the ratio and never beyond, dirty photos counted.

    Args:
        manifest: the dataset; what is painted in it already will be replaced.
        dirt: the ratio or the number of variations, and the seed that chooses who gets one more.
    """
    clean = tuple(sample.id for sample in manifest.clean_photos)
    existing = sum(sample.label == DIRTY and not sample.synthetic for sample in manifest.samples)
    if dirt.variations is not None:
        to_paint = dirt.variations * len(clean)
        total = to_paint + existing
    elif dirt.total is not None:
        total = dirt.total
        to_paint = max(0, total - existing)
    else:
        total = round(dirt.ratio * len(clean))
        to_paint = max(0, total - existing)
    return Plan(clean_ids=clean, existing=existing, total_wanted=total, to_paint=to_paint, seed=dirt.seed)
