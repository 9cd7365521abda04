"""What a model's figures rest on, and what averaging brings it."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from studio.core.events import HeatFit
from studio.core.files import write_json
from studio.core.runs import RunFolder
from studio.ui.evidence import read_evidence
from studio.ui.evidence_view import EvidenceView
from studio.ui.run_history import RunHistory
from studio.ui.theme import ThemeManager
from tests.ui.made_runs import epoch_event, started


def judged(folder: Path, gains: list[dict[str, object]], test: list[dict[str, object]] | None = None) -> RunFolder:
    run = RunFolder(folder / "run")
    report = {
        "source_photos": 12, "counts": {"clean": 12, "dirty": 24}, "balanced_accuracy": 0.9, "auroc": None,
        "balanced_accuracy_95_by_photo": [0.8, 0.97], "gains": gains,
    }  # fmt: skip
    run.evaluation.mkdir(parents=True)
    write_json(run.evaluation / "val.json", report)
    if test is not None:
        write_json(run.evaluation / "test.json", {"gains": test})
    return run


def gain(of: str, ends: tuple[float, float] | None = (-0.003, 0.028)) -> dict[str, object]:
    return {"of": of, "count": 5, "single": 0.9, "together": 0.912, "gain_95": ends}


def test_no_gain_is_told_without_its_range_or_why_there_is_none(
    tmp_path: Path, qtbot: QtBot, theme: ThemeManager
) -> None:
    evidence = read_evidence(judged(tmp_path, [gain("members"), gain("views", None)]))
    assert evidence is not None
    view = EvidenceView(theme)
    qtbot.addWidget(view)
    view.show_evidence(evidence)
    assert view.gains.splitlines() == [
        "5 networks together: +1.2 points over one (-0.3 to +2.8)",
        "5 views together: +1.2 points over one (too few photos for a range)",
    ]
    view.set_compact(True)
    assert view.gains == ""


def test_where_photos_were_held_out_in_turn_the_test_photos_tell_what_members_bring(tmp_path: Path) -> None:
    evidence = read_evidence(judged(tmp_path, [gain("views")], [gain("members"), gain("views")]))
    assert evidence is not None
    assert [line.split(" together")[0] for line in evidence.gains] == ["5 networks", "5 views"]
    assert evidence.gains[0].endswith("test photos") and not evidence.gains[1].endswith("test photos")


def test_where_the_network_looks_is_a_curve_with_a_sentence(tmp_path: Path) -> None:
    history = RunHistory()
    history.receive(started(tmp_path))
    assert history.heat_in_words == "" and len(history.heat()[0]) == 0
    for number in (1, 2, 3):
        event = epoch_event(number)
        heat = HeatFit(count=8, hits=0.75, hit_chance=0.2, inside=0.1 * number, inside_chance=0.06)
        history.receive(type(event)(**{**vars(event), "heat": None if number == 2 else heat}))
    epochs, inside = history.heat()
    assert epochs.tolist() == [1, 3] and inside.tolist() == [0.1, 0.1 * 3]
    assert "30 % of its heat" in history.heat_in_words and "(chance 20 %)" in history.heat_in_words
