"""The report's part on where an answer turns, what that costs, whether probabilities are honest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from studio.core.figures import binned, calibration, spread
from studio.core.held_out import HeldOut
from studio.core.sections import DecisionSettings
from studio.core.winner import winner
from studio.core.words import plural
from studio.data import outlook
from studio.learn import report_words as words
from studio.learn.report_facts import Facts
from studio.learn.report_markup import Markup, drawings, paragraph, section, table

TITLE = "Threshold and calibration"


@dataclass(frozen=True, kw_only=True)
class Point:
    """How the model's logits become an answer.

    Attributes:
        temperature: logits are divided by it.
        threshold: probability of the positive class from which it wins; None for more than two classes.
        band: probabilities between which a person should look; None for nobody.
        decision: the costs behind it.
    """

    temperature: float
    threshold: float | None
    band: tuple[float, float] | None
    decision: DecisionSettings


def threshold_part(facts: Facts, point: Point | None) -> Markup:
    """The operating point and the calibration.

    Args:
        facts: of the run.
        point: of its model; None without one.
    """
    held_out = facts.held_out
    told = _told(facts, point)
    if held_out is None or not held_out.labels:
        none = "There are no held-out answers, so nothing can be said of errors to expect or of calibration."
        return section("threshold", TITLE, paragraph(told), paragraph(none, "note"))
    positive, threshold = facts.positive, _threshold(facts, point)
    if positive is None or threshold is None or positive not in held_out.classes:
        return section("threshold", TITLE, paragraph(told), _of_surest(held_out))
    place = held_out.classes.index(positive)
    shares = [row[place] for row in held_out.probabilities]
    groups = [
        (
            name,
            look,
            [share for share, label in zip(shares, held_out.labels, strict=True) if (label == positive) == is_positive],
        )
        for name, look, is_positive in (
            (" and ".join(one for one in held_out.classes if one != positive), "curve-clean", False),
            (positive, "curve-dirty", True),
        )
    ]
    band = point.band if point is not None else None
    found = outlook.calibration(held_out, positive)
    off = f"Probabilities are off by {words.percent(outlook.calibration_error(found))} in the mean." if found else ""
    x_title = f"Probability of {positive}; dashed: the threshold{' and the band' if band else ''}"
    return section(
        "threshold",
        TITLE,
        paragraph(told),
        _errors(held_out, positive, threshold, point),
        drawings(
            spread("Held-out samples by probability", groups, [threshold, *(band or ())], x_title),
            calibration("Calibration", [(one.share, one.found, one.low, one.high) for one in found]) if found else None,
        ),
        paragraph(off, "note") if off else None,
    )


def _threshold(facts: Facts, point: Point | None) -> float | None:
    if point is not None:
        return point.threshold
    value = facts.reports.get("val", {}).get("threshold")
    return None if value is None else float(value)


def _told(facts: Facts, point: Point | None) -> str:
    threshold = _threshold(facts, point)
    if facts.started is None:
        return "The run never began, so there is no threshold."
    if facts.positive is None or threshold is None:
        told = "There is no class that a threshold is about: the likeliest class wins."
    else:
        told = f"An answer is {facts.positive} from a probability of {threshold:.3f}."
    if point is None:
        return told
    if threshold is not None:
        costs = point.decision
        told += f" A miss costs {costs.miss_cost:g}, a needless alarm {costs.rewash_cost:g};"
        told += f" {words.percent(costs.prevalence)} of the dishes to come are taken to be {facts.positive}."
    if point.band is not None:
        told += f" Between {point.band[0]:.3f} and {point.band[1]:.3f} a person is asked to look."
    return f"{told} Logits are divided by {point.temperature:.2f}."


def _errors(held_out: HeldOut, positive: str, threshold: float, point: Point | None) -> Markup | None:
    """What to expect of 1,000 dishes."""
    band = point.band if point is not None else None
    prevalence = (point.decision if point is not None else DecisionSettings()).prevalence
    found = outlook.foretell(held_out, positive, threshold, band or (threshold, threshold), prevalence)
    if found is None:
        return paragraph("A class has no held-out samples, so errors cannot be foretold.", "warning")
    rows = [
        [
            name,
            f"{one.count:.0f}",
            f"{one.low:.0f} to {one.high:.0f}",
            plural(one.samples, "painted sample" if one.is_painted else "real photo"),
        ]
        for name, one in ((f"{positive}, missed", found.missed), ("needless alarms", found.needless))
    ]
    rows += [["a person looks", f"{found.look:.0f}", "–", "–"]] if band else []
    head = ["Of 1,000 dishes", "Expected", "95 %", "Held out"]
    return table(head, rows, caption="What to expect at this threshold")


def _of_surest(held_out: HeldOut) -> Markup | None:
    """Without a positive class: is the class that won as probable as was said?"""
    surest = [max(shares) for shares in held_out.probabilities]
    right = [
        held_out.classes[winner(shares, None, None)] == label
        for label, shares in zip(held_out.labels, held_out.probabilities, strict=True)
    ]
    groups: Sequence[tuple[str, str, Sequence[float]]] = [
        (name, look, [share for share, is_right in zip(surest, right, strict=True) if is_right == wanted])
        for name, look, wanted in (("right", "curve-clean", True), ("wrong", "curve-dirty", False))
    ]
    return drawings(
        spread("Held-out samples by probability", groups, (), "Probability of the class that won"),
        calibration("Calibration of the class that won", binned(surest, right)),
    )
