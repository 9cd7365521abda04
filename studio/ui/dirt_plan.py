"""What pressing Generate would do, and what it takes, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from studio.core.registry import LOOK_ALIKES
from studio.core.sections import DirtSettings
from studio.core.words import count, duration, plural

if TYPE_CHECKING:
    from studio.data.manifest import Manifest
    from studio.data.plan import Plan

_SAVING_MS = 45.0
"""What a painted sample takes beyond its dirt: reading, compressing picture and mask."""


@dataclass(frozen=True, kw_only=True)
class PlanWords:
    """The footer of the laboratory.

    Attributes:
        headline: what will happen.
        twins: which of them will show another dish than the photo; empty for none.
        cost: at what cost, or what stands in the way.
        button: the label of the button.
        obstacle: why it cannot be pressed; empty when it can.
    """

    headline: str
    cost: str
    twins: str = ""
    button: str = "Generate"
    obstacle: str = ""


class Planner:
    """Counts what would be painted, and counts again only when something has changed that matters."""

    def __init__(self) -> None:
        self._known: tuple[Manifest, object, Plan] | None = None

    def plan(self, manifest: Manifest | None, dirt: DirtSettings) -> Plan | None:
        """What painting would come to; None without clean photos.

        Args:
            manifest: the open dataset.
            dirt: the settings.
        """
        if manifest is None:
            return None
        matters = (dirt.ratio, dirt.variations, dirt.total, dirt.seed)
        if self._known is None or self._known[0] is not manifest or self._known[1] != matters:
            # The dataset is there, so its module is loaded; the window opens without it.
            from studio.data.plan import how_many

            self._known = (manifest, matters, how_many(manifest, dirt))
        plan = self._known[2]
        return plan if plan.clean else None


def plan_words(
    manifest: Manifest | None,
    plan: Plan | None,
    *,
    is_any_kind_on: bool,
    varied_share: float = 0.0,
    per_sample_ms: float | None,
    cores: int,
    busy_with: str,
) -> PlanWords:
    """Say what painting would come to.

    Args:
        manifest: the open dataset.
        plan: what painting would come to; None without clean photos.
        is_any_kind_on: whether some kind of dirt has a strength.
        varied_share: how many of the samples show a varied dish, 0..1.
        per_sample_ms: how long the last preview took; None before the first.
        cores: how many samples are painted at once.
        busy_with: title of the job that runs; empty for none.
    """
    if manifest is None or plan is None:
        words = "Dirt is painted on photos of clean dishes."
        return PlanWords(headline="No clean photos yet", cost=words, obstacle=f"{words} Drop some.")
    there = f"; {count(plan.existing)} are there" if plan.existing else ""
    button = f"Generate {count(plan.to_paint)}"
    if not is_any_kind_on:
        words = "Switch on at least one kind."
        return PlanWords(headline="Every kind of dirt is off", cost=words, button=button, obstacle=words)
    if not plan.to_paint:
        words = f"{plural(plan.existing, 'dirty photo')} for {count(plan.clean)} clean: as many as wanted."
        return PlanWords(headline="Nothing to paint", cost=words, obstacle="Raise the ratio to paint more.")
    anew = " anew" if manifest.painted else ""
    headline = f"{plural(plan.to_paint, 'dirty sample')} will be painted{anew}"
    cost = f"{count(plan.total_wanted)} for {count(plan.clean)} clean{there}."
    if per_sample_ms is not None:
        whole_s = (plan.to_paint * (per_sample_ms + _SAVING_MS) + len(manifest.samples) * _SAVING_MS) / 1000 / cores
        cost += f" About {duration(_rough(whole_s))}."
    obstacle = f"{busy_with} is still running" if busy_with else ""
    return PlanWords(
        headline=headline,
        cost=f"{obstacle}." if obstacle else cost,
        twins=_twins_words(plan.to_paint, varied_share),
        button=button,
        obstacle=obstacle,
    )


def ratio_help(dirt: DirtSettings) -> str:
    """What the ratio means, and where it comes from.

    Args:
        dirt: the settings.
    """
    help_ = "Dirty samples per clean photo; dirty photos that you have count"
    if dirt.variations is not None:
        return f"{help_}. The settings ask for {count(dirt.variations)} on each; change the ratio to use it instead."
    if dirt.total is not None:
        return f"{help_}. The settings ask for {count(dirt.total)} in all; change the ratio to use it instead."
    return help_


def share_of_varied(dirt: DirtSettings) -> float:
    """The share of painted samples whose dish is varied, 0..1.

    Args:
        dirt: the settings.
    """
    if not dirt.look_alikes:  # most are on by themselves, and the registry need not be loaded to know
        return dirt.vary
    is_any_on = any(dirt.look_alikes.get(name, 1.0) > 0 for name in LOOK_ALIKES.names())
    return dirt.vary if is_any_on else 0.0


def _twins_words(number: int, varied_share: float) -> str:
    varied = round(number * varied_share)
    if not varied:
        return ""
    if varied_share == 1:
        return "All on varied dishes, with clean twins of their own"
    return f"About {count(varied)} of them on varied dishes with clean twins"


def _rough(seconds: float) -> float:
    """No more precise than it is known."""
    step = 1 if seconds < 10 else 5 if seconds < 60 else 10 if seconds < 600 else 60
    return max(1, round(seconds / step)) * step
