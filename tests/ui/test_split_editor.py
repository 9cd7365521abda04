"""The sheet that says how photos are dealt to the splits."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.core.requests import SplitCounts
from studio.ui.dataset_facts import DatasetFacts
from studio.ui.dataset_overview import OverviewColumn, OverviewStrip
from studio.ui.folds import folded
from studio.ui.overview_rows import SplitLegend
from studio.ui.session import Session
from studio.ui.split_editor import SplitEditor
from studio.ui.theme import ThemeManager

LIMIT_MS = 5000


@pytest.fixture
def editor(qtbot: QtBot, session: Session, theme: ThemeManager) -> SplitEditor:
    shares = {"data.train_ratio": 0.8, "data.val_ratio": 0.1, "data.test_ratio": 0.1}
    session.set_config(session.config.with_values(shares))
    editor = SplitEditor(session, theme)
    qtbot.addWidget(editor)
    editor.show()
    return editor


def test_a_grip_moved_by_keys_changes_the_shares(editor: SplitEditor, session: Session) -> None:
    QTest.keyClick(editor.shares.grips[0], Qt.Key.Key_PageDown)
    data = session.config.data
    assert (data.train_ratio, data.val_ratio, data.test_ratio) == (0.7, 0.2, 0.1)
    QTest.keyClick(editor.shares.grips[1], Qt.Key.Key_End)
    data = session.config.data
    assert (data.train_ratio, data.val_ratio, data.test_ratio) == (0.7, 0.3, 0.0)


def test_the_network_keeps_something_to_learn_from(editor: SplitEditor, session: Session) -> None:
    QTest.keyClick(editor.shares.grips[0], Qt.Key.Key_Home)
    assert session.config.data.train_ratio == 0.01


def test_dealing_anew_uses_the_next_seed(qtbot: QtBot, editor: SplitEditor, session: Session) -> None:
    qtbot.mouseClick(editor.again, Qt.MouseButton.LeftButton)
    assert session.config.split.seed == 1
    qtbot.keyClick(editor.seed, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: session.config.split.seed == 2, timeout=LIMIT_MS)


def test_look_alikes_can_be_dealt_apart(qtbot: QtBot, editor: SplitEditor, session: Session) -> None:
    editor.together.click()
    qtbot.waitUntil(lambda: not session.config.split.group_near_duplicates, timeout=LIMIT_MS)


def test_the_sheet_follows_settings_that_were_changed_elsewhere(editor: SplitEditor, session: Session) -> None:
    changes = {"data.train_ratio": 0.6, "data.val_ratio": 0.2, "data.test_ratio": 0.2, "split.seed": 7}
    session.set_config(session.config.with_values(changes))
    assert editor.shares.shares == (60, 20, 20)
    assert editor.seed.value() == 7


def test_shares_that_are_no_whole_percents_stay_until_a_grip_moves(editor: SplitEditor, session: Session) -> None:
    changes = {"data.train_ratio": 0.805, "data.val_ratio": 0.0975, "data.test_ratio": 0.0975}
    session.set_config(session.config.with_values(changes))
    editor.again.click()
    assert session.config.data.train_ratio == 0.805


def test_what_came_of_it_is_said_in_a_sentence(editor: SplitEditor) -> None:
    editor.show_counts(SplitCounts(train=8, val=1, test=1, certificate="No photo is in two splits.", notes=("Few.",)))
    assert editor.words == "No photo is in two splits. Few."
    editor.show_counts(SplitCounts(obstacle="Too few photos"))
    assert editor.words == "Too few photos"


def test_escape_closes_the_sheet(editor: SplitEditor) -> None:
    QTest.keyClick(editor.shares.grips[0], Qt.Key.Key_Escape)
    assert editor.isHidden()


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_all_settings_are_on_the_configure_tab(qtbot: QtBot, editor: SplitEditor) -> None:
    editor.open_at(QPoint(10, 10))
    with qtbot.waitSignal(editor.configure_wanted):
        qtbot.mouseClick(editor.more, Qt.MouseButton.LeftButton)
    assert editor.isHidden()


def test_column_and_strip_both_ask_for_the_sheet(qtbot: QtBot, theme: ThemeManager) -> None:
    for overview in (OverviewColumn(theme), OverviewStrip(theme)):
        qtbot.addWidget(overview)
        overview.show()
        with qtbot.waitSignal(overview.splits_pressed):
            overview.splits_button.click()


def test_the_legend_says_folds_where_each_photo_judges_once(qtbot: QtBot, theme: ThemeManager) -> None:
    legend = SplitLegend(theme)
    qtbot.addWidget(legend)
    legend.show_counts([87, 0, 9], folds=5)
    assert legend.accessibleName() == "Train 87, Val 5 folds, Test 9"


def facts(photos: int, folds: int = 0) -> DatasetFacts:
    splits = SplitCounts(train=8, val=0 if folds else 1, test=1, folds=folds, certificate="Apart.")
    return DatasetFacts(name="plates", samples=3 * photos, classes=(), asides=(), splits=splits, photos=photos)


def test_cross_validation_is_offered_below_200_photos_until_it_is_on(qtbot: QtBot, theme: ThemeManager) -> None:
    column = OverviewColumn(theme)
    qtbot.addWidget(column)
    column.show()
    for known, is_offered in ((facts(199), True), (facts(200), False), (facts(40, folds=5), False)):
        column.show_facts(known)
        assert column.folds_button.isVisible() is is_offered
    column.show_facts(facts(40))
    with qtbot.waitSignal(column.folds_pressed):
        qtbot.mouseClick(column.folds_button, Qt.MouseButton.LeftButton)


def test_the_switch_holds_every_photo_out_once_and_takes_it_back(editor: SplitEditor, session: Session) -> None:
    session.set_config(session.config.with_values({"ensemble.members": 1}))
    assert not editor.folds.isChecked()
    editor.folds.click()
    assert (session.config.split.cross_fit, session.config.ensemble.members) == ("on", 5)
    editor.folds.click()
    assert (session.config.split.cross_fit, session.config.ensemble.members) == ("auto", 1)


def test_a_share_judges_the_same_networks_again_as_before_the_folds(editor: SplitEditor, session: Session) -> None:
    session.set_config(session.config.with_values({"ensemble.members": 3, "split.cross_fit": "off"}))
    editor.folds.click()
    assert (session.config.ensemble.members, session.config.split.cross_fit) == (3, "on")
    editor.folds.click()
    assert (session.config.ensemble.members, session.config.split.cross_fit) == (3, "off")
    session.set_config(folded(session.config))  # as the button beside the splits does
    editor.folds.click()
    assert (session.config.ensemble.members, session.config.split.cross_fit) == (3, "off")
