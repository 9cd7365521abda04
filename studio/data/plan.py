"""How many dirty samples to paint on which photo."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from studio.core.sections import DirtSettings
from studio.data.manifest import Manifest
from studio.data.photos import DIRTY


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What painting will come to.

    Attributes:
        clean: clean photos.
        existing: dirty photos that are there already, painted ones not counted.
        total_wanted: dirty samples in the end.
        to_paint: how many of them are painted.
        per_photo: by the id of each clean photo; no two differ by more than one.
    """

    clean: int
    existing: int
    total_wanted: int
    to_paint: int
    per_photo: Mapping[str, int]

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
    clean = [sample.id for sample in manifest.clean_photos]
    existing = sum(sample.label == DIRTY and not sample.synthetic for sample in manifest.samples)
    if dirt.variations is not None:
        to_paint = dirt.variations * len(clean)
        total = to_paint + existing
    else:
        total = round(dirt.ratio * len(clean))
        to_paint = max(0, total - existing)
    share, more = divmod(to_paint, len(clean)) if clean else (0, 0)
    order = sorted(clean, key=lambda id: hashlib.sha1(f"{dirt.seed}/{id}".encode()).digest())
    per_photo = {id: share + (number < more) for number, id in enumerate(order)}
    return Plan(clean=len(clean), existing=existing, total_wanted=total, to_paint=to_paint, per_photo=per_photo)
