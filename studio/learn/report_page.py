"""The page of a run's report: one file that needs nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import studio
from studio.core import resources
from studio.core.drawing import colors, drawing_rules
from studio.core.words import duration, plural
from studio.learn import report_words as words
from studio.learn.report_data import data_part, machine_part, settings_part, splits_part
from studio.learn.report_facts import Facts
from studio.learn.report_markup import Content, Markup, figures, paragraph, section, tag
from studio.learn.report_photos import Shown
from studio.learn.report_results import (
    alarms_part,
    curves_part,
    heat_part,
    mistakes_part,
    results_part,
)
from studio.learn.report_threshold import Point, threshold_part

PARTS = (
    ("summary", "Summary"), ("alarms", "Alarms"), ("results", "Results"), ("mistakes", "Worst mistakes"),
    ("threshold", "Threshold"), ("heat", "Heat maps"), ("curves", "Curves"), ("data", "Data"), ("splits", "Splits"),
    ("settings", "Settings"), ("environment", "Environment"),
)  # fmt: skip
_NO_NETWORK = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What was worked out for the report beside what the run's folder says.

    Attributes:
        shown: the worst mistakes.
        mistakes: how many there are.
        epoch: the one that made them; None where the finished model did.
        point: the model's operating point; None without one.
        problems: sentences on what could not be done.
        written_s: when the report was made, in seconds since 1970.
    """

    shown: Sequence[Shown]
    mistakes: int
    epoch: int | None
    point: Point | None
    problems: Sequence[str]
    written_s: float


def page(facts: Facts, findings: Findings) -> str:
    """The whole page, in HTML that a reader of XML can read too."""
    title = facts.run.title
    body = tag(
        "main",
        tag("header", tag("h1", title), paragraph(_subtitle(facts, findings), "note"), _contents()),
        _summary(facts, findings),
        alarms_part(facts),
        results_part(facts),
        mistakes_part(findings.shown, findings.mistakes, facts, findings.epoch),
        threshold_part(facts, findings.point),
        heat_part(facts),
        curves_part(facts),
        data_part(facts),
        splits_part(facts),
        settings_part(facts),
        machine_part(facts),
    )
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", **{"http-equiv": "Content-Security-Policy", "content": _NO_NETWORK}),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"{title}: report"),
        tag("style", Markup(style_sheet())),
    )
    return "<!DOCTYPE html>\n" + tag("html", head, tag("body", body), lang="en") + "\n"


def style_sheet() -> str:
    """The page's looks: light, dark where the system is, light again on paper."""
    light, dark = (
        "".join(f"--{name}:{color};" for name, color in sorted(colors(mode).items())) for mode in ("light", "dark")
    )
    named = {name: f"var(--{name})" for name in colors("light")}
    rules = resources.path("report/page.css").read_text(encoding="utf-8")
    found = f":root{{color-scheme:light dark;{light}}}@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}"
    # A child combinator's `>` may stand in XML as it is; `<` and `&` stand in no rule.
    return f"{found}\n{rules}{drawing_rules(named)}"


def _contents() -> Markup:
    return tag("nav", *(tag("a", title, href=f"#{anchor}") for anchor, title in PARTS))


def _subtitle(facts: Facts, findings: Findings) -> str:
    began, written = words.when(facts.began_s), words.when(findings.written_s)
    return f"Run of {began}. Report of {written}, Spotless Studio {studio.__version__}. {facts.run.path}"


def _summary(facts: Facts, findings: Findings) -> Markup:
    parts: list[Content | None] = [paragraph(*_ending(facts)), _headline(facts)]
    said = [*facts.problems, *findings.problems]
    if facts.is_changed:
        said.append("The dataset has changed since this run learned from it.")
    gone = [one for one in findings.shown if one.reason]
    if gone:
        said.append(f"{plural(len(gone), 'picture')} of the worst mistakes cannot be shown; see there.")
    parts += [paragraph(sentence, "warning") for sentence in dict.fromkeys(said)]
    fired = [one for one in _checked(facts) if one.get("state") == "fired"]
    if fired:
        names = ", ".join(str(one.get("title", "")).lower() for one in fired)
        parts.append(paragraph(f"{plural(len(fired), 'alarm')}: {names}.", "danger"))
    return section("summary", "Summary", *parts)


def _checked(facts: Facts) -> list[dict[str, object]]:
    every = [*facts.checks.get("checks", ()), *facts.diagnosis.get("diagnoses", ())]
    return [one for one in every if isinstance(one, dict)]


def _ending(facts: Facts) -> tuple[str, str]:
    started, finished = facts.started, facts.finished
    if started is None:
        return "This run never began to train.", "warning"
    done = f"{len(facts.epochs)} of {started.epochs} epochs"
    if started.members > 1:
        done = f"{len(facts.members)} of {started.members} networks, {done} of the first"
    if finished is None:
        return f"Interrupted, or still running: {done}.", "warning"
    how = {"finished": "Finished", "stopped early": "Finished early, since validation no longer improved", "stopped":
           "Stopped by hand, with the best so far kept"}[finished.outcome]  # fmt: skip
    if facts.is_given_up:
        how = "Given up early by its search, since other trials promised more"
    took = sum(epoch.duration_s for epochs in facts.members.values() for epoch in epochs)
    if started.first_epoch == 1:  # else it is of the last part alone
        took = finished.duration_s
    return f"{how}: {done}, in {duration(took)}.", "plain"


def _headline(facts: Facts) -> Markup | None:
    name = next(iter(facts.reports), None)
    if name is None:
        return None
    report = facts.reports[name]
    where = {"val": "validation", "test": "test"}.get(name, name)
    items = [("Accuracy", words.percent(report["accuracy"]), f"{words.interval(report['accuracy_95'])}, {where}")]
    by_photo = report.get("balanced_accuracy_95_by_photo")
    balanced = words.percent(report["balanced_accuracy"])
    items.append(("Balanced accuracy", balanced, words.interval(by_photo) + " by photo" if by_photo else where))
    if report.get("auroc") is not None:
        ends = report.get("auroc_95_by_photo")
        under = f"{ends[0]:.3f} to {ends[1]:.3f} by photo" if ends else where
        items.append(("AUROC", f"{report['auroc']:.3f}", under))
    real = report.get("real")
    if real and report.get("synthetic"):
        items.append(("On real photos", words.percent(real["accuracy"]), words.interval(real["accuracy_95"])))
    return figures(items)
