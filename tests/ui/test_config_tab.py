"""The Configure tab, through its controls."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from studio.core.config import StudioConfig
from studio.core.presets import PRESETS, apply_preset
from studio.core.settings import settings
from studio.data.manifest import Manifest, Sample
from studio.ui.config_row import ConfigRow
from studio.ui.config_tab import ConfigTab
from studio.ui.session import Session
from studio.ui.theme import ThemeManager
from studio.ui.widgets.file_dialogs import ask_which_file


@pytest.fixture
def tab(qtbot: QtBot, session: Session, theme: ThemeManager) -> ConfigTab:
    tab = ConfigTab(session, theme)
    qtbot.addWidget(tab)
    tab.resize(1280, 712)
    tab.show()
    return tab


def test_a_card_sets_the_whole_strategy(tab: ConfigTab, session: Session) -> None:
    tab.cards.cards["cpu-only"].click()
    assert session.config == apply_preset("cpu-only")
    assert tab.cards.cards["cpu-only"].isChecked()
    assert not tab.cards.cards["transfer"].isChecked()


def test_against_overfitting_changes_what_is_there(tab: ConfigTab, session: Session) -> None:
    tab.cards.cards["cpu-only"].click()
    tab.cards.cards["against-overfitting"].click()
    assert session.config.model.architecture == "mobilenet_v3"
    assert session.config.training.batch_size == 8


def test_a_change_beside_what_a_strategy_sets_is_marked_and_taken_back(tab: ConfigTab, session: Session) -> None:
    tab.cards.cards["against-overfitting"].click()
    before = session.config
    tab.form.row_of("training.epochs").control.setValue(7)
    assert tab.reset.text() == "1 change from the strategy"
    tab.reset.click()
    assert session.config == before


def test_the_form_has_a_row_for_every_setting(tab: ConfigTab) -> None:
    for setting in settings():
        assert tab.form.row_of(setting.path).control.accessibleName() == setting.title


def test_a_changed_row_changes_config_and_json(tab: ConfigTab, session: Session) -> None:
    tab.form.row_of("training.epochs").control.setValue(7)
    assert session.config.training.epochs == 7
    assert json.loads(tab.json.toPlainText())["training"]["epochs"] == 7


def test_json_that_is_coloured_out_of_sight_undoes_no_settings(tab: ConfigTab, session: Session) -> None:
    tab.hide()
    session.set_config(session.config.edited(training__epochs=7))
    tab.json._pause.timeout.emit()
    assert session.config.training.epochs == 7


def test_typed_json_changes_form_and_config(tab: ConfigTab, session: Session, qtbot: QtBot) -> None:
    tab.cards.cards["balanced"].click()
    text = tab.json.toPlainText()
    assert '"optimizer": "adam"' in text
    with qtbot.waitSignal(session.config_changed):
        tab.json.setPlainText(text.replace('"optimizer": "adam"', '"optimizer": "sgd"'))
    assert tab.form.row_of("training.optimizer").control.currentData() == "sgd"


def test_what_is_wrong_is_marked_in_place_and_the_last_good_config_stays(
    tab: ConfigTab, session: Session, qtbot: QtBot
) -> None:
    before = session.config
    tab.form.row_of("data.train_ratio").control.setValue(0.95)
    assert session.config == before
    shown = tab.form.row_of("data.train_ratio")
    assert shown.control.property("state") == "error"
    assert not tab.primary_action.button.isEnabled()
    tab.form.row_of("data.test_ratio").control.setValue(0.0)
    tab.form.row_of("data.val_ratio").control.setValue(0.05)
    assert session.config.data.train_ratio == 0.95
    assert shown.control.property("state") == ""


def test_broken_json_says_where_and_changes_nothing(tab: ConfigTab, session: Session, qtbot: QtBot) -> None:
    before = session.config
    with qtbot.waitSignal(tab.json.edited):
        tab.json.setPlainText('{\n  "training": {\n    "epochs": ,\n')
    assert session.config == before
    assert "Line 3" in tab.primary_action.button.toolTip()


def test_a_value_that_is_wrong_in_the_json_marks_line_row_and_section(
    tab: ConfigTab, session: Session, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(tab.json.edited):
        tab.json.setPlainText(tab.json.toPlainText().replace('"epochs": ', '"epochs": -'))
    line = tab.json.lines_of()["training.epochs"]
    assert list(tab.json._faulty_lines) == [line]
    assert "training.epochs" in tab.form.row_of("training.epochs")._help_label.text()
    assert tab.form._sections["training"]._is_faulty


def test_an_empty_optional_setting_shows_what_that_means(tab: ConfigTab, session: Session) -> None:
    clipping = tab.form.row_of("training.gradient_clipping").control
    assert clipping.text() == "no limit"
    clipping.setValue(1.5)
    assert session.config.training.gradient_clipping == 1.5
    clipping.setValue(clipping.minimum())
    assert session.config.training.gradient_clipping is None


def test_every_value_of_every_preset_survives_the_form(tab: ConfigTab, session: Session) -> None:
    for slug in PRESETS:
        expected = apply_preset(slug, session.config)
        session.set_config(expected)
        assert StudioConfig.from_mapping(json.loads(tab.json.toPlainText())) == expected
        assert session.config == expected


def test_changes_from_the_strategy_are_counted_and_taken_back(tab: ConfigTab, session: Session) -> None:
    tab.cards.cards["balanced"].click()
    tab.form.row_of("training.epochs").control.setValue(3)
    tab.form.row_of("training.seed").control.setValue(9)
    assert "2 changes" in tab.reset.text()
    tab.reset.click()
    assert session.config == apply_preset("balanced")


def test_training_needs_a_dataset(tab: ConfigTab) -> None:
    assert not tab.primary_action.button.isEnabled()
    assert "dataset" in tab.primary_action.button.toolTip()


def photos(session: Session, *labels: str) -> Manifest:
    samples = tuple(
        Sample(id=f"{number:016x}", path=f"{number}.jpg", label=label, source_photo=f"{number:016x}")
        for number, label in enumerate(labels)
    )
    return Manifest(folder=session.datasets_folder / "pets", name="pets", samples=samples)


def test_photos_of_one_class_are_too_little_unless_they_are_clean(tab: ConfigTab, session: Session) -> None:
    session.use_dataset(photos(session, "cats", "cats"))
    assert tab.primary_action.button.toolTip().startswith("All photos are cats; add photos of another class.")
    session.use_dataset(photos(session, "clean", "clean"))
    assert tab.primary_action.button.isEnabled()


def clean_photos(session: Session) -> Manifest:
    samples = tuple(
        Sample(id=f"{number:016x}", path=f"{number}.jpg", label="clean", source_photo=f"{number:016x}")
        for number in range(20)
    )
    return Manifest(folder=session.datasets_folder / "plates", name="plates", samples=samples)


def test_the_strategy_for_what_is_open_is_recommended(tab: ConfigTab, session: Session, qtbot: QtBot) -> None:
    cards = tab.cards.cards
    assert cards["transfer"].accessibleDescription().endswith("Best here")
    session.use_dataset(clean_photos(session))
    assert cards["from-clean-photos"].accessibleDescription().endswith("Best here")
    assert not cards["transfer"].accessibleDescription().endswith("Best here")
    assert cards["from-clean-photos"].isChecked()


@pytest.mark.parametrize(("width", "rows"), [(1280, 2), (1120, 1)])
def test_cards_stand_in_a_row_where_three_abreast_would_be_cut_off(tab: ConfigTab, width: int, rows: int) -> None:
    tab.resize(width, 712)
    tab.set_compact(False)
    cards = tab.cards.cards.values()
    assert len({card.y() for card in cards}) == rows
    assert all(card.width() >= card.sizeHint().width() for card in cards)


def test_all_cards_are_in_sight_where_the_window_grew_meanwhile(tab: ConfigTab) -> None:
    tab.resize(1120, 712)
    tab.set_compact(False)
    tab.hide()
    tab.resize(1280, 712)
    tab.show()
    assert all(not card.visibleRegion().isEmpty() for card in tab.cards.cards.values())


def test_pressing_the_card_that_is_chosen_already_is_a_choice(tab: ConfigTab, session: Session) -> None:
    tab.cards.cards["transfer"].click()
    session.use_dataset(clean_photos(session))
    assert session.config == apply_preset("transfer")
    assert tab.cards.cards["transfer"].isChecked()


def test_in_a_narrow_window_the_chosen_card_is_in_sight(tab: ConfigTab, session: Session, qtbot: QtBot) -> None:
    tab.set_compact(True)
    tab.resize(1024, 560)
    session.use_dataset(clean_photos(session))
    card = tab.cards.cards["from-clean-photos"]
    qtbot.waitUntil(lambda: card.visibleRegion().boundingRect() == card.rect(), timeout=5000)


def test_settings_are_found_in_all_sections(tab: ConfigTab, session: Session, qtbot: QtBot) -> None:
    qtbot.keyClicks(tab.form.search, "decay")
    assert tab.form.finder.isVisible()
    assert tab.form.finder.found == ["training.weight_decay", "ema.decay"]
    shown = [row for row in tab.form.findChildren(ConfigRow) if row.isVisible()]
    shown[0].control.setValue(0.25)
    assert session.config.training.weight_decay == 0.25
    assert tab.form.row_of("training.weight_decay").control.value() == 0.25
    qtbot.keyClick(tab.form.search, Qt.Key.Key_Escape)
    assert not tab.form.finder.isVisible()


def test_what_no_setting_is_called_says_so(tab: ConfigTab, qtbot: QtBot) -> None:
    qtbot.keyClicks(tab.form.search, "zebra")
    assert tab.form.finder.found == []
    assert "zebra" in tab.form.finder._nothing.text()


def test_one_setting_goes_back_to_the_strategy(tab: ConfigTab, session: Session) -> None:
    tab.cards.cards["balanced"].click()
    tab.form.show_section("training")
    shown = tab.form.row_of("training.epochs")
    assert shown._back.isHidden()
    shown.control.setValue(3)
    tab.form.row_of("training.seed").control.setValue(9)
    assert "The strategy has 10" in shown._back.toolTip()
    shown._back.click()
    assert session.config.training.epochs == 10
    assert session.config.training.seed == 9
    assert shown._back.isHidden()


def test_a_card_says_what_it_lacks(tab: ConfigTab, session: Session) -> None:
    session.use_dataset(photos(session, *("cats", "dogs") * 3))
    card = tab.cards.cards["from-clean-photos"]
    assert not card.isEnabled()
    assert card.toolTip() == "needs clean photos"


def test_on_a_wide_screen_all_cards_stand_abreast(tab: ConfigTab) -> None:
    tab.cards.setFixedWidth(1700)
    tab.cards._grid.activate()
    tops = {card.y() for card in tab.cards.cards.values()}
    assert len(tops) == 1


def test_saving_and_opening_stop_nothing(tab: ConfigTab, session: Session, qtbot: QtBot, tmp_path: Path) -> None:
    tab.form.row_of("training.epochs").control.setValue(7)
    with qtbot.waitSignal(session.message) as told:
        tab.inspector._write(str(tmp_path / "mine.json"))
    assert told.args[0] == "success"
    tab.cards.cards["balanced"].click()
    with qtbot.waitSignal(session.config_changed):
        tab.inspector._read(str(tmp_path / "mine.json"))
    assert session.config.training.epochs == 7
    dialog = ask_which_file(tab, "Open settings", "Settings (*.json)", tab.inspector._read)
    assert not dialog.isModal()
    dialog.close()


def test_the_way_to_the_laboratory_is_as_wide_as_the_fields_around_it(tab: ConfigTab, qtbot: QtBot) -> None:
    tab.resize(1280, 700)
    tab.form.show_section("dirt")
    tab.show()
    kinds, seed = (tab.form.row_of(path).control for path in ("dirt.kinds", "dirt.seed"))
    qtbot.waitUntil(lambda: (kinds.x(), kinds.width()) == (seed.x(), seed.width()))
