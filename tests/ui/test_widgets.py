"""The foundation widgets, as a person uses them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QWheelEvent
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import Button, IconButton, key_caps
from studio.ui.widgets.class_glyph import class_look
from studio.ui.widgets.figures import FigureWithInterval
from studio.ui.widgets.flow import clear, column, row
from studio.ui.widgets.focus_ring import FocusRing
from studio.ui.widgets.inputs import DecimalBox, SearchField, Slider, SpinBox
from studio.ui.widgets.labels import ElidedLabel, Label
from studio.ui.widgets.messages import MessageBar
from studio.ui.widgets.panels import ScrollPanel
from studio.ui.widgets.primary_action import PrimaryAction
from studio.ui.widgets.question import Question
from studio.ui.widgets.segmented import Choice, SegmentedControl
from studio.ui.widgets.switch import Switch


def shown(qtbot: QtBot, widget: QWidget) -> QWidget:
    qtbot.addWidget(widget)
    widget.show()
    return widget


def test_a_switch_follows_the_space_bar(qtbot: QtBot, theme: ThemeManager) -> None:
    switch = Switch(theme, "Mask")
    shown(qtbot, switch)
    with qtbot.waitSignal(switch.toggled):
        qtbot.keyClick(switch, Qt.Key.Key_Space)
    assert switch.isChecked()


def test_exactly_one_part_of_a_segmented_control_is_active(qtbot: QtBot, theme: ThemeManager) -> None:
    control = SegmentedControl(theme, [Choice(key="a", text="A"), Choice(key="b", text="B"), Choice(key="c", text="C")])
    shown(qtbot, control)
    with qtbot.waitSignal(control.chosen) as told:
        control.part("b").click()
    assert told.args == ["b"]
    assert [control.part(key).isChecked() for key in "abc"] == [False, True, False]


def test_arrow_keys_move_through_a_segmented_control(qtbot: QtBot, theme: ThemeManager) -> None:
    control = SegmentedControl(theme, [Choice(key="a", text="A"), Choice(key="b", text="B")])
    shown(qtbot, control)
    qtbot.keyClick(control.part("a"), Qt.Key.Key_Right)
    assert control.current == "b"
    qtbot.keyClick(control.part("b"), Qt.Key.Key_Right)
    assert control.current == "a"


def test_choosing_the_active_part_again_says_nothing(qtbot: QtBot, theme: ThemeManager) -> None:
    control = SegmentedControl(theme, [Choice(key="a", text="A"), Choice(key="b", text="B")])
    shown(qtbot, control)
    with qtbot.assertNotEmitted(control.chosen):
        control.choose("a")


def test_a_blocked_button_says_why(qtbot: QtBot, theme: ThemeManager) -> None:
    button = Button(theme, "Start training", kind="primary", keys="Ctrl+Return", tooltip="Train on the open dataset")
    shown(qtbot, button)
    assert "Ctrl" in button.toolTip()
    button.set_blocked("Open a dataset first.")
    assert not button.isEnabled()
    assert button.toolTip() == "Open a dataset first."
    button.set_blocked("")
    assert button.isEnabled()
    assert button.toolTip().startswith("Train on the open dataset")


def test_a_button_with_another_label_keeps_its_shortcut(qtbot: QtBot, theme: ThemeManager) -> None:
    button = Button(theme, "Generate", keys="Ctrl+G")
    button.set_text("Generate 16")
    assert button.shortcut().toString() == "Ctrl+G"


def test_an_icon_button_has_a_name_and_a_tooltip_with_its_keys(qtbot: QtBot, theme: ThemeManager) -> None:
    button = IconButton(theme, "search", "Find a run", keys="Ctrl+F")
    shown(qtbot, button)
    assert button.accessibleName() == "Find a run"
    assert button.toolTip() == "Find a run  (Ctrl+F)"


def test_keys_are_told_one_by_one() -> None:
    assert key_caps(QKeySequence("Ctrl+Shift+L")) == ("Ctrl", "Shift", "L")
    assert key_caps(QKeySequence("Ctrl+Return")) == ("Ctrl", "↵")
    assert key_caps(QKeySequence()) == ()


def test_progress_takes_the_place_of_the_primary_button(qtbot: QtBot, theme: ThemeManager) -> None:
    action = PrimaryAction(theme, "Generate 464", keys="Ctrl+G")
    shown(qtbot, action)
    action.show_progress("Painting 120 of 464", 0.26, "1 min 22 s left")
    assert action.is_running
    assert not action.button.isVisible()
    with qtbot.waitSignal(action.cancelled):
        action.cancel.click()
    action.show_button()
    with qtbot.waitSignal(action.triggered):
        action.button.click()


def test_a_message_keeps_its_details_one_click_away(qtbot: QtBot, theme: ThemeManager) -> None:
    bar = MessageBar(theme)
    shown(qtbot, bar)
    bar.show_message("danger", "plate_17.jpg ends in the middle. Copy it again.", details="line 3")
    log = bar.findChild(QPlainTextEdit)
    assert not log.isVisible()
    details = next(button for button in bar.findChildren(Button) if button.text() == "Details")
    details.click()
    assert log.isVisible()
    copy = next(button for button in bar.findChildren(IconButton) if button.accessibleName() == "Copy the details")
    copy.click()
    assert QGuiApplication.clipboard().text() == "plate_17.jpg ends in the middle. Copy it again.\n\nline 3"
    with qtbot.waitSignal(bar.closed):
        bar.dismiss()
    assert not bar.isVisible()


def test_a_question_is_declined_by_escape(qtbot: QtBot, theme: ThemeManager) -> None:
    question = Question(theme)
    shown(qtbot, question)
    question.ask("Move this run to the bin?", "Move to the bin")
    with qtbot.waitSignal(question.declined):
        qtbot.keyClick(question, Qt.Key.Key_Escape)
    assert not question.isVisible()


def test_an_elided_text_is_whole_in_the_tooltip(qtbot: QtBot, theme: ThemeManager) -> None:
    label = ElidedLabel("a_very_long_file_name_from_a_camera.jpg")
    shown(qtbot, label)
    label.resize(60, 20)
    assert label.toolTip() == "a_very_long_file_name_from_a_camera.jpg"
    label.resize(600, 20)
    assert label.toolTip() == ""


def test_wrapped_text_is_never_taken_for_markup(qtbot: QtBot, theme: ThemeManager) -> None:
    label = Label("<b>plate</b> & bowl", wrap=True)
    shown(qtbot, label)
    assert label.text() == "<b>plate</b> & bowl"
    assert label.textFormat() == Qt.TextFormat.PlainText


def test_wrapped_text_has_the_line_height_of_its_step(qtbot: QtBot, theme: ThemeManager) -> None:
    label = Label("one two three four five six seven eight", role="body", wrap=True)
    shown(qtbot, label)
    assert label.heightForWidth(1000) == theme.line_px("body")
    assert label.heightForWidth(160) == 2 * theme.line_px("body")
    label.setText("one\ntwo")
    assert label.heightForWidth(1000) == 2 * theme.line_px("body")


def test_a_figure_is_read_out_with_its_interval(qtbot: QtBot, theme: ThemeManager) -> None:
    figure = FigureWithInterval(theme, "Real photos")
    shown(qtbot, figure)
    figure.set_figure("94.3 %", "85 – 98")
    assert figure.accessibleName() == "Real photos: 94.3 % 85 – 98"


def test_a_unit_is_no_part_of_the_number(qtbot: QtBot, theme: ThemeManager) -> None:
    box = SpinBox(theme, unit="epochs")
    shown(qtbot, box)
    box.setValue(20)
    assert box.text() == "20"


@pytest.mark.parametrize(("value", "text"), [(0.0002, "0.0002"), (1.0, "1"), (0.25, "0.25"), (1e-6, "0.000001")])
def test_decimals_are_shown_without_idle_zeros(qtbot: QtBot, theme: ThemeManager, value: float, text: str) -> None:
    box = DecimalBox(theme)
    shown(qtbot, box)
    box.setRange(0, 1)
    box.setValue(value)
    assert box.text() == text


def test_money_keeps_two_decimals(qtbot: QtBot, theme: ThemeManager) -> None:
    box = DecimalBox(theme, least_decimals=2)
    shown(qtbot, box)
    box.setValue(5)
    assert box.text() == "5.00"


def test_the_wheel_does_not_change_an_unfocused_slider(qtbot: QtBot, theme: ThemeManager) -> None:
    slider = Slider(value=50)
    shown(qtbot, slider)
    slider.clearFocus()
    event = QWheelEvent(
        QPointF(5, 5),
        QPointF(5, 5),
        QPoint(0, 0),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(slider, event)
    assert slider.value() == 50


def test_escape_empties_a_search(qtbot: QtBot, theme: ThemeManager) -> None:
    field = SearchField(theme, "Find by name")
    shown(qtbot, field)
    qtbot.keyClicks(field, "plate")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == ""


def test_clearing_a_layout_empties_what_is_inside_it(qtbot: QtBot, theme: ThemeManager) -> None:
    holder = QWidget()
    layout = column(Label("one"), row(Label("two"), Label("three")))
    holder.setLayout(layout)
    shown(qtbot, holder)
    clear(layout)
    assert layout.count() == 0


def test_every_class_has_a_glyph_a_word_and_a_colour() -> None:
    looks = [class_look("clean"), class_look("dirty"), class_look("dirty", is_painted=True), class_look("look")]
    looks += [class_look(name, index=number) for number, name in enumerate(("chipped", "wet", "stacked"))]
    assert len({(look.glyph, look.token) for look in looks}) == len(looks)
    assert all(look.title for look in looks)


def test_the_focus_ring_appears_for_the_keyboard_alone(qtbot: QtBot, theme: ThemeManager) -> None:
    window = QWidget()
    one, two = Button(theme, "One"), Button(theme, "Two")
    window.setLayout(row(one, two))
    ring = FocusRing(theme, window)
    shown(qtbot, window)
    with qtbot.waitActive(window):
        window.activateWindow()
    one.setFocus(Qt.FocusReason.MouseFocusReason)
    assert not ring.isVisible()
    qtbot.keyClick(one, Qt.Key.Key_Tab)
    qtbot.waitUntil(two.hasFocus)
    assert ring.isVisible()
    assert ring.geometry().contains(two.geometry())


def test_a_column_that_has_become_lower_no_longer_scrolls(qtbot: QtBot, theme: ThemeManager) -> None:
    panel = ScrollPanel()
    qtbot.addWidget(panel)
    words = Label("words " * 400, "body", wrap=True)
    panel.content.setLayout(column(Label("title", "body"), words, None))
    panel.resize(200, 120)
    panel.show()
    assert panel.verticalScrollBar().maximum() > 0
    words.hide()
    qtbot.waitUntil(lambda: panel.verticalScrollBar().maximum() == 0, timeout=5000)
