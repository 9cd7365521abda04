"""The report's parts on what went in: photos, splits, settings, machine."""

from __future__ import annotations

from collections import Counter
from typing import Any

from studio.core.config import StudioConfig
from studio.core.presets import PRESETS, apply_preset
from studio.core.settings import sections, settings
from studio.core.words import plural
from studio.data.manifest import Manifest
from studio.learn import report_words as words
from studio.learn.report_facts import Facts, sides
from studio.learn.report_markup import Markup, paragraph, section, table, tag

MOST_REJECTED = 20
SPLITS = (("train", "Training"), ("val", "Validation"), ("test", "Test"))


def data_part(facts: Facts) -> Markup:
    """Counts of each class, real and painted apart; what was set aside."""
    place = "" if facts.environment is None else facts.environment.dataset or facts.environment.data
    parts = [paragraph(f"Dataset: {place}.", "note")] if place else []
    if facts.manifest is None and (facts.environment is None or not facts.environment.dataset):
        return section("data", "Data", *parts, paragraph("The run came to no dataset.", "warning"))
    if facts.manifest is None:
        parts += [paragraph("The dataset is no longer where it was, so its photos cannot be counted here.", "warning")]
        parts += [_from_log(facts)] if facts.started is not None else []
        return section("data", "Data", *parts)
    if facts.is_changed:
        parts.append(paragraph("The dataset has changed since this run learned from it; these are today's.", "warning"))
    missing = sum(not facts.manifest.picture(sample).exists() for sample in facts.manifest.samples)
    if missing:
        said = f"{plural(missing, 'picture')} of {len(facts.manifest.samples):,} are no longer where they were."
        parts.append(paragraph(said, "warning"))
    parts += [_counts(facts, facts.manifest), *_set_aside(facts.manifest)]
    return section("data", "Data", *parts)


def _counts(facts: Facts, manifest: Manifest) -> Markup:
    kinds = Counter((sample.label, sample.synthetic) for sample in manifest.samples)
    has_guesses = any(sample.is_guessed for sample in manifest.samples)
    guesses = Counter(sample.label for sample in manifest.samples if sample.is_guessed)
    dealt = {} if facts.splits is None else sides(facts.splits, manifest)
    dealt = {side: counts for side, counts in dealt.items() if counts}
    head = ["Class", "Real photos", "Painted", *(["of these guessed"] if has_guesses else [])]
    rows = []
    for name in manifest.classes:
        row = [name, f"{kinds[name, False]:,}", f"{kinds[name, True]:,}"]
        row += [f"{guesses[name]:,}"] if has_guesses else []
        rows.append([*row, *(_both(dealt[side], name) for side, _ in SPLITS if side in dealt)])
    head += [title for side, title in SPLITS if side in dealt]
    return table(head, rows, caption="Samples of each class; in a split as real + painted")


def _both(counts: Counter[tuple[str, bool]], name: str) -> str:
    real, painted = counts[name, False], counts[name, True]
    return f"{real:,} + {painted:,}"


def _from_log(facts: Facts) -> Markup:
    started = facts.started
    assert started is not None
    counts = (started.train_count, started.val_count, started.test_count)
    rows = [
        [title, f"{real:,}", f"{max(0, count - real):,}"]
        for (_, title), count, real in zip(SPLITS, counts, started.real_counts, strict=True)
    ]
    return table(["Split", "Real photos", "Painted"], rows, caption="As the run said when it began")


def _set_aside(manifest: Manifest) -> list[Markup]:
    parts = []
    blurred = sum(sample.is_blurred for sample in manifest.samples)
    alike = len(manifest.near_duplicates)
    if blurred:
        parts.append(paragraph(f"{plural(blurred, 'photo')} look out of focus."))
    if alike:
        parts.append(paragraph(f"{plural(alike, 'pair')} of photos are nearly the same."))
    if not manifest.rejected:
        return [*parts, paragraph("No file was set aside.")]
    rows = [[item.kind, item.path, item.reason] for item in manifest.rejected[:MOST_REJECTED]]
    more = len(manifest.rejected) - len(rows)
    caption = f"Set aside: {plural(len(manifest.rejected), 'file')}"
    parts.append(table(["Kind", "File", "Reason"], rows, caption=caption, words=(0, 1, 2)))
    return [*parts, *([paragraph(f"{more:,} more are in rejected.csv of the dataset.", "note")] if more else [])]


def splits_part(facts: Facts) -> Markup:
    """The certificate of the splits, and what had to bend."""
    if facts.splits is None:
        told = facts.started.certificate if facts.started is not None else ""
        return section("splits", "Splits", paragraph(told or "The photos were not dealt to splits yet."))
    certificate = facts.splits.certificate
    notes = [note for note in facts.splits.notes if note not in certificate.sentence]
    parts = [paragraph(certificate.sentence, "success" if certificate.shared == 0 else "danger")]
    return section("splits", "Splits", *parts, *(paragraph(note, "note") for note in notes))


def settings_part(facts: Facts) -> Markup:
    """The settings: those first that a person, a preset or the machine changed."""
    config, ground = facts.config, _ground(facts.config)
    known = PRESETS.get(config.preset or "")
    name = "default" if known is None else known.title
    own, preset, rest = [], [], []
    titles = dict(sections())
    for one in settings():
        value, given, default = config.value(one.path), ground.value(one.path), one.default
        row = [f"{titles[one.section]}: {one.title}", words.setting(value), words.setting(given)]
        if value != given:
            own.append(row)
        elif _plain(value) != _plain(default):
            preset.append([row[0], row[1], words.setting(default)])
        else:
            rest.append(row[:2])
    parts = [
        table(["Setting", "Here", name], own, caption=f"Changed from {name}", words=(0, 1, 2))
        if own
        else paragraph(f"No setting was changed from {name}.")
    ]
    if preset:
        parts.append(table(["Setting", "Here", "Default"], preset, caption=f"Set by {name}", words=(0, 1, 2)))
    folded = table(["Setting", "Default"], rest, words=(0, 1))
    parts.append(tag("details", tag("summary", f"{len(rest)} settings at their defaults"), folded))
    return section("settings", "Settings", *parts)


def _ground(config: StudioConfig) -> StudioConfig:
    known = PRESETS.get(config.preset or "")
    return StudioConfig() if known is None or known.is_overlay else apply_preset(known.slug)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def machine_part(facts: Facts) -> Markup:
    """What the run was made with."""
    rows: list[list[str]] = []
    started = facts.started
    if started is not None:
        rows.append(["Device", started.device])
        rows.append(["Precision", started.precision])
        rows.append(["Processes", str(started.processes)])
        rows.append(["Weights", f"{started.parameters:,}, of which {started.trainable:,} learn"])
    if facts.environment is not None:
        if facts.environment.resolved is not None:
            resolved = facts.environment.resolved
            rows.append(["Threads, workers", f"{resolved.threads}, {resolved.workers}"])
        rows += [[name, words.setting(value)] for name, value in facts.environment.machine.items() if value]
        rows.append(["Fingerprint of the dataset", facts.environment.fingerprint or "–"])
    if not rows:
        return section("environment", "Environment", paragraph("What the run was made with is not known.", "warning"))
    return section("environment", "Environment", table(["What", "Value"], rows, words=(0, 1)))
