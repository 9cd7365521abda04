"""The report's parts on what came out: curves, scores, threshold, mistakes, alarms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from studio.core.figures import confusion
from studio.core.history_figure import accuracy_plot, heat_plot, loss_plot, parts_plot, rate_plot
from studio.core.intervals import wilson
from studio.core.words import plural
from studio.learn import report_words as words
from studio.learn.report_facts import Facts
from studio.learn.report_markup import Markup, drawings, paragraph, picture, section, table, tag
from studio.learn.report_photos import Shown

TITLES = {"val": "Validation", "test": "Test"}
ENOUGH = 20
"""Samples below which a figure deserves a warning."""
STATES = {"quiet": "Quiet", "fired": "ALARM", "skipped": "Not checked"}


def curves_part(facts: Facts) -> Markup:
    """Loss, accuracy, learning rate by epoch."""
    if not facts.members:
        return section("curves", "Curves", paragraph("No epoch was finished.", "warning"))
    said = None
    if len(facts.members) > 1:
        said = paragraph(
            f"{len(facts.members)} networks were trained one after another; the first stands out, the others are faint."
        )
    found = drawings(
        loss_plot(facts.members, facts.finished),
        accuracy_plot(facts.members, facts.finished),
        rate_plot(facts.members),
        parts_plot(facts.members),
    )
    return section("curves", "Curves", said, found, paragraph("Dashed upright: the epoch that was kept.", "note"))


def results_part(facts: Facts) -> Markup:
    """What the model scores on each split and labelled folder."""
    parts: list[Markup | None] = []
    for name, report in facts.reports.items():
        parts += _result(name, report)
    if not parts:
        parts = [paragraph("The model was not judged: nothing was held out, or the run ended before.", "warning")]
    return section("results", "Results", *parts, _gains(facts))


def _result(name: str, report: Mapping[str, Any]) -> list[Markup | None]:
    title = TITLES.get(name, f"Labelled folder {name}")
    is_in_turn = bool(report.get("cross_fitted"))
    parts: list[Markup | None] = [tag("h3", f"{title}, each photo held out once" if is_in_turn else title)]
    rows = []
    for part, key in (("All", None), ("Real photos", "real"), ("Painted", "synthetic")):
        scores = report if key is None else report.get(key)
        if scores:
            rows.append(_scores(part, scores))
    by_photo = report.get("balanced_accuracy_95_by_photo")
    parts.append(table(["Samples", "Count", "Accuracy", "95 %", "Balanced accuracy", "AUROC"], rows))
    if by_photo:
        photos = plural(int(report.get("source_photos", 0)), "independent photo")
        told = f"balanced accuracy {words.interval(by_photo)}"
        auroc = report.get("auroc_95_by_photo")
        told += f", AUROC {auroc[0]:.3f} to {auroc[1]:.3f}" if auroc else ""
        parts.append(paragraph(f"Samples of one photo err together. By the {photos}, 95 %: {told}.", "note"))
    smallest = min((count for count in report.get("counts", {}).values()), default=0)
    if smallest < ENOUGH:
        parts.append(paragraph(f"The smallest class has {plural(smallest, 'sample')}: the ranges are wide.", "warning"))
    classes, per_class = report["classes"], report.get("per_class", {})
    matrix = confusion(f"{title}: true class by predicted class", classes, report["confusion"])
    parts.append(drawings(matrix) or _confused(classes, report["confusion"]))
    rows = [
        [
            one,
            f"{found['count']:,}",
            words.with_interval(found["precision"], found["precision_95"]),
            words.with_interval(found["recall"], found["recall_95"]),
            words.with_interval(found["f1"], found["f1_95"]),
        ]
        for one, found in per_class.items()
    ]
    parts.append(table(["Class", "Count", "Precision (95 %)", "Recall (95 %)", "F1 (95 %)"], rows))
    rejected = report.get("rejected") or []
    if rejected:
        parts.append(paragraph(f"{plural(len(rejected), 'file')} could not be answered for.", "warning"))
    return parts


def _scores(part: str, scores: Mapping[str, Any]) -> list[str]:
    auroc = scores.get("auroc")
    return [
        part,
        f"{sum(map(sum, scores['confusion'])):,}",
        words.percent(scores["accuracy"]),
        words.interval(scores["accuracy_95"]),
        words.percent(scores["balanced_accuracy"]),
        "–" if auroc is None else f"{auroc:.3f}",
    ]


def _confused(classes: Sequence[str], counts: Sequence[Sequence[int]]) -> Markup:
    """For more classes than a matrix has room for: the pairs that are confused most."""
    pairs = [
        (count, name, other)
        for name, line in zip(classes, counts, strict=True)
        for other, count in zip(classes, line, strict=True)
        if name != other and count
    ]
    rows = [[name, other, f"{count:,}"] for count, name, other in sorted(pairs, key=lambda pair: -pair[0])[:20]]
    if not rows:
        return paragraph("No sample was confused.", "success")
    return table(["Class", "Called", "Samples"], rows, caption="Confused most", words=(0, 1))


def _gains(facts: Facts) -> Markup | None:
    if not facts.gains:
        return None
    rows = []
    for gain in facts.gains:
        of = "networks" if gain.of == "members" else "views"
        ends = None if gain.gain_95 is None else f"{100 * gain.gain_95[0]:+.1f} to {100 * gain.gain_95[1]:+.1f} points"
        rows.append([f"{gain.count} {of}", words.percent(gain.single), words.percent(gain.together), ends or "–"])
    head = ["Averaged", "One alone", "Together", "Gain, 95 % by photo"]
    return table(head, rows, caption="What averaging brings, in balanced accuracy")


def mistakes_part(shown: Sequence[Shown], total: int, facts: Facts, epoch: int | None) -> Markup:
    """The worst mistakes as pictures.

    Args:
        shown: the worst ones.
        total: how many there are.
        facts: of the run.
        epoch: the one that made them; None where the finished model did.
    """
    title = "Worst mistakes"
    if not shown and (facts.held_out is None or epoch is not None):
        return section("mistakes", title, paragraph("There are no held-out answers, so no mistakes are known."))
    if not shown:
        return section("mistakes", title, paragraph("No held-out sample was called the wrong class.", "success"))
    said = f"{plural(total, 'held-out sample')} {'was' if total == 1 else 'were'} called the wrong class"
    said += f"; the surest {len(shown)} are shown." if total > len(shown) else "."
    if epoch is not None:
        said = f"What the network got most wrong in epoch {epoch}; answers of the finished model were not kept."
    if any(one.heat for one in shown):
        whose = f"for {facts.positive}" if facts.positive else "for the class that was chosen"
        said += f" Beside each, where the whole model sees evidence {whose}."
    return section("mistakes", title, paragraph(said), tag("div", *map(_card, shown), look="cards"))


def _card(shown: Shown) -> Markup:
    wrong = shown.wrong
    name = Path(wrong.picture).name
    seen = [picture(shown.photo, f"{name}, {wrong.label}")] if shown.photo else []
    seen += [picture(shown.heat, f"Evidence in {name}")] if shown.heat else []
    told = f"{wrong.label} called {wrong.chosen}, {words.percent(wrong.probability)}"
    return tag(
        "div",
        tag("div", *seen, look="pictures") if seen else paragraph(shown.reason, "warning"),
        tag("b", told),
        tag("span", f"{'Painted' if wrong.is_painted else 'Real photo'}: {name or 'no name'}", look="under"),
        look="card",
    )


def alarms_part(facts: Facts) -> Markup:
    """What the checks and the diagnosis found, alarms first."""
    parts: list[Markup] = []
    checks = [check for check in facts.checks.get("checks", ()) if isinstance(check, dict)]
    if checks:
        rows = [
            [_state(check), str(check.get("title", "")), str(check.get("sentence", ""))]
            for check in sorted(checks, key=_rank)
        ]
        parts.append(table(["State", "Check", "Found"], rows, caption="Nothing but the dirt", words=(0, 1, 2)))
    diagnoses = [one for one in facts.diagnosis.get("diagnoses", ()) if isinstance(one, dict)]
    if diagnoses:
        rows = [[_state(one), str(one.get("title", "")), _found(one)] for one in sorted(diagnoses, key=_rank)]
        parts.append(table(["State", "Looked into", "Found"], rows, caption="Diagnosis", words=(0, 1, 2)))
    if not parts:
        parts.append(paragraph("The model was not checked, and the run was not diagnosed."))
    return section("alarms", "Alarms", *parts)


def heat_part(facts: Facts) -> Markup:
    """How well heat maps point at the painted dirt."""
    heat, title = facts.checks.get("heat"), "Heat maps against the true dirt"
    curve = drawings(heat_plot(facts.members))
    if not isinstance(heat, dict) or not heat.get("count"):
        said = "Heat maps were not scored: that takes painted dirt on samples that the model never learned from."
        return section("heat", title, None if curve else paragraph(said), curve)
    count = int(heat["count"])
    hits = wilson(round(heat["hits"] * count), count)
    rows = [
        ["Hottest place lies in or beside the dirt (pointing game)", words.with_interval(heat["hits"], hits),
         words.percent(heat["hit_chance"])],
        ["Share of the heat in the dirt (energy)", words.percent(heat["inside"]), words.percent(heat["inside_chance"])],
    ]  # fmt: skip
    scored = table(["Score", "Measured", "By chance"], rows, caption=f"On {plural(count, 'painted sample')}")
    return section("heat", title, scored, curve)


def _state(one: Mapping[str, Any]) -> Markup:
    state = str(one.get("state", "skipped"))
    return tag("span", STATES.get(state, state), look=f"state-{state}")


def _rank(one: Mapping[str, Any]) -> int:
    return ("fired", "quiet", "skipped").index(state) if (state := one.get("state")) in STATES else 3


def _found(one: Mapping[str, Any]) -> str:
    parts = [str(one.get(name) or "") for name in ("measured", "meaning", "proposal")]
    return " ".join(part for part in parts if part)
