"""Adapting a model to the photos at hand, from the Classify tab."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.core.events import AdaptationFinished
from studio.core.runs import RunFolder
from studio.ui import adapting
from studio.ui.adapt_bar import AdaptBar
from studio.ui.classify_tab import ClassifyTab
from studio.ui.evidence import Evidence
from studio.ui.session import Session
from studio.ui.theme import ThemeManager
from tests.ui.answering import AnswersAtOnce
from tests.ui.made_runs import make_run, scores, write_evidence

WAIT_MS = 20_000


@pytest.fixture
def session(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """A session that answers from the photos' names and adapts without learning."""
    monkeypatch.setattr(adapting, "ADAPT_TARGET", "tests.ui.jobs_here:adapt_quickly")
    session = Session(tmp_path / "workspace")
    session.torch_host = AnswersAtOnce(session)  # type: ignore[assignment]
    yield session
    session.close()


def opened(session: Session, theme: ThemeManager, qtbot: QtBot, *, name: str = "plates") -> ClassifyTab:
    run = make_run(session.runs_folder / f"2026-11-22_2000_{name}", title="Plates", outcome="finished")
    write_evidence(run.path)
    tab = ClassifyTab(session, theme)
    qtbot.addWidget(tab)
    tab.resize(1280, 712)
    tab.show()
    session.refresh_runs()
    qtbot.waitUntil(lambda: tab.results.facts is not None, timeout=WAIT_MS)
    return tab


def answered(tab: ClassifyTab, qtbot: QtBot, folder: Path, photos: int = 24) -> ClassifyTab:
    folder.mkdir()
    image = QImage(32, 24, QImage.Format.Format_RGB32)
    image.fill(QColor(200, 200, 200))
    for place in range(photos):
        image.save(str(folder / f"dish-{4 * place:02d}.jpg"))
    number = len(tab.results.results) + photos
    tab.take_paths([folder])
    qtbot.waitUntil(lambda: len(tab.results.results) == number and not tab.feed.is_running, timeout=WAIT_MS)
    return tab


def adapted(tab: ClassifyTab, qtbot: QtBot) -> None:
    tab.tools.adapt.click()
    qtbot.waitUntil(lambda: tab.adapt_bar.outcome is not None, timeout=WAIT_MS)


def test_adapting_says_what_it_needs(session: Session, theme: ThemeManager, qtbot: QtBot, tmp_path: Path) -> None:
    tab = opened(session, theme, qtbot)
    assert "20 photos of the place of use are needed; 0 are answered." in tab.tools.adapt.toolTip()
    answered(tab, qtbot, tmp_path / "few", photos=4)
    assert not tab.tools.adapt.isEnabled()
    answered(tab, qtbot, tmp_path / "more", photos=24)
    assert tab.tools.adapt.isEnabled()
    assert "learns from its surest guesses" in tab.tools.adapt.toolTip()


def test_the_adapted_model_answers_and_before_and_after_are_shown(
    session: Session, theme: ThemeManager, qtbot: QtBot, tmp_path: Path
) -> None:
    tab = answered(opened(session, theme, qtbot), qtbot, tmp_path / "photos")
    before = tab.feed.model
    adapted(tab, qtbot)
    assert tab.adapt_bar.isVisible()
    assert tab.adapt_bar.words == "Adapted to 24 photos. 2 answers changed; 11 guesses learned"
    told = tab.adapt_bar._figures[0].accessibleName()
    assert told == "Balanced accuracy: 92.5 % 79 – 97, before 87.5 % (86 – 93)"
    assert tab.feed.model != before
    qtbot.waitUntil(lambda: tab.tools.picker.currentText() == "Plates, adapted", timeout=WAIT_MS)
    assert RunFolder(Path(before)).exists()


def test_every_figure_of_an_adaptation_has_its_range(theme: ThemeManager, qtbot: QtBot) -> None:
    bar = AdaptBar(theme)
    qtbot.addWidget(bar)
    before, after = (replace(scores(0.3, ((18, 2), (3, 17))), auroc=area) for area in (0.931, 0.951))
    event = AdaptationFinished(
        run_before="a", run="b", is_kept=True, rounds=1, photos=24, guessed={"clean": 6}, answers_before={},
        answers_after={}, changed=2, before=before, after=after, sentence="Learned.", report="",
    )  # fmt: skip
    evidence = Evidence(
        photos=20, samples=433, folds=5, balanced_accuracy=0.875, auroc=0.951, balanced_accuracy_95=(0.861, 0.932),
        auroc_95=(0.912, 0.978),
    )  # fmt: skip
    bar.show_end(event, evidence, replace(evidence, balanced_accuracy_95=(0.79, 0.921), auroc_95=(0.88, 0.964)))
    assert bar._figures[1].accessibleName() == "AUROC: 0.951 0.91 – 0.98, before 0.931 (0.88 – 0.96)"
    assert bar._figures[0].accessibleName() == "Balanced accuracy: 87.5 % 86 – 93, before 87.5 % (79 – 92)"
    for figure in bar._figures:
        assert figure.width() >= figure.sizeHint().width()
    bar.show_end(event, evidence)  # what is known of the run before has no range
    assert bar._figures[1].accessibleName() == "AUROC: 0.951 0.91 – 0.98"
    assert bar._figures[0].accessibleName() == "Balanced accuracy: 87.5 % 86 – 93, before 87.5 % (73 – 94)"
    bar.show_end(event)  # too few photos for a range: no figure without one
    assert bar._figures[1].isHidden()


def test_one_press_goes_back_and_bins_the_adapted_run(
    session: Session, theme: ThemeManager, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    binned: list[Path] = []

    def bin_(run: RunFolder) -> RunFolder:
        binned.append(run.path)
        return run

    monkeypatch.setattr(adapting, "to_bin", bin_)
    tab = answered(opened(session, theme, qtbot), qtbot, tmp_path / "photos")
    before = tab.feed.model
    adapted(tab, qtbot)
    qtbot.waitUntil(lambda: not tab.feed.is_running, timeout=WAIT_MS)
    made = Path(tab.feed.model)
    with qtbot.waitSignal(session.message, timeout=WAIT_MS) as told:
        tab.adapt_bar.undo.click()
    assert told.args[1] == "Back to the model before; the adapted run was moved to the bin."
    assert tab.feed.model == before
    assert binned == [made]
    assert tab.adapt_bar.isHidden()


def test_what_the_guard_refused_changes_nothing(
    session: Session, theme: ThemeManager, qtbot: QtBot, tmp_path: Path
) -> None:
    tab = answered(opened(session, theme, qtbot, name="bad"), qtbot, tmp_path / "photos")
    before = tab.feed.model
    adapted(tab, qtbot)
    assert tab.adapt_bar.words.startswith("The model stays as it was. Nothing was kept: ")
    assert tab.adapt_bar.undo.isHidden()
    assert tab.feed.model == before


def test_an_adaptation_can_be_stopped(
    session: Session, theme: ThemeManager, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapting, "ADAPT_TARGET", "tests.ui.jobs_here:adapt_until_stopped")
    tab = answered(opened(session, theme, qtbot), qtbot, tmp_path / "photos")
    before = tab.feed.model
    tab.tools.adapt.click()
    qtbot.waitUntil(lambda: tab.adapt_bar.words == "Adapting to 24 photos. Guessing 12 of 100", timeout=WAIT_MS)
    assert not tab.tools.adapt.isEnabled()
    with qtbot.waitSignal(session.job_ended, timeout=WAIT_MS):
        tab.adapt_bar.cancel.click()
    assert tab.adapt_bar.isHidden()
    assert tab.feed.model == before
    assert tab.tools.adapt.isEnabled()


def test_another_model_takes_the_bar_away(session: Session, theme: ThemeManager, qtbot: QtBot, tmp_path: Path) -> None:
    tab = answered(opened(session, theme, qtbot), qtbot, tmp_path / "photos")
    before = tab.feed.model
    adapted(tab, qtbot)
    tab.tools.model_picked.emit(before)
    assert tab.adapt_bar.isHidden()


def test_the_threshold_says_what_it_rests_on(session: Session, theme: ThemeManager, qtbot: QtBot) -> None:
    tab = opened(session, theme, qtbot)
    qtbot.waitUntil(tab.point.basis.isVisible, timeout=WAIT_MS)
    assert tab.point.basis.text().replace("\N{NO-BREAK SPACE}", " ") == (
        "Held out once each: 20 photos, 5 folds. Balanced accuracy 89.9 % (86 – 93 by photo) at the model's 50 %."
    )
