"""Reads what evaluations, checks and diagnosis have left in a run's folder, for its report."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from studio.core.bounded import read_text
from studio.core.diagnoses import DIAGNOSIS_FILE
from studio.core.held_out import HELD_OUT_FILE
from studio.core.runs import RunFolder

_OTHERS = (HELD_OUT_FILE, DIAGNOSIS_FILE, "checks.json", "adaptation.json")
Ends = tuple[float, float]


class _Scores(BaseModel):
    confusion: Sequence[Sequence[int]]
    accuracy: float
    accuracy_95: Ends
    balanced_accuracy: float
    auroc: float | None = None


class _OfClass(BaseModel):
    count: int
    precision: float | None
    precision_95: Ends
    recall: float | None
    recall_95: Ends
    f1: float | None
    f1_95: Ends


class _Report(_Scores):
    """What a report of an evaluation must hold at least, or nothing of it is told."""

    classes: Sequence[str]
    counts: Mapping[str, int] = {}
    per_class: Mapping[str, _OfClass] = {}
    real: _Scores | None = None
    synthetic: _Scores | None = None
    source_photos: int = 0
    balanced_accuracy_95_by_photo: Ends | None = None
    auroc_95_by_photo: Ends | None = None
    rejected: Sequence[Any] | None = None


class _Heat(BaseModel):
    count: int
    hits: float
    hit_chance: float
    inside: float
    inside_chance: float


class _Found(BaseModel):
    checks: Sequence[Mapping[str, Any]] = ()
    diagnoses: Sequence[Mapping[str, Any]] = ()
    heat: _Heat | None = None


def read_reports(run: RunFolder, problems: list[str]) -> dict[str, Mapping[str, Any]]:
    """Reports of splits and labelled folders, by name; `val` and `test` first.

    Args:
        run: its folder.
        problems: gets a sentence for each that is not whole, and is left out.
    """
    files = {file.stem.removeprefix("evaluation-"): file for file in sorted(run.evaluation.glob("*.json"))}
    order = sorted(files, key=lambda name: (("val", "test", name).index(name), name))
    named = {name: files[name] for name in order if files[name].name not in _OTHERS}
    found = {name: _content(file, _Report, problems, mark="confusion") for name, file in named.items()}
    return {name: content for name, content in found.items() if content}


def read_checks(run: RunFolder, problems: list[str]) -> dict[str, Any]:
    """Content of `checks.json`; empty without."""
    return _content(run.checks, _Found, problems)


def read_diagnosis(run: RunFolder, problems: list[str]) -> dict[str, Any]:
    """Content of `diagnosis.json`; empty without."""
    return _content(run.evaluation / DIAGNOSIS_FILE, _Found, problems)


def _content(file: Path, kind: type[BaseModel], problems: list[str], *, mark: str = "") -> dict[str, Any]:
    """A file's content if it is whole; files of another kind, which lack the mark, are passed over."""
    try:
        values = json.loads(read_text(file))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        problems.append(f"{file.name} cannot be read ({error}).")
        return {}
    if mark and not (isinstance(values, dict) and mark in values):
        return {}
    try:
        kind.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "its content"
        problems.append(f"{file.name} is torn or of another kind ({place}: {first['msg']}), and is left out.")
        return {}
    return dict(values)
