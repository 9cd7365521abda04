"""Drawings of a run: what they say, and what they leave out."""

from __future__ import annotations

import math
from xml.etree import ElementTree

import pytest

from studio.core.drawing import Drawing, colors, drawing_rules, ticks
from studio.core.figures import Axes, Line, binned, confusion, plain, plot
from studio.core.history_figure import history_figure, loss_plot
from tests.ui.made_runs import epoch_event

SVG = "{http://www.w3.org/2000/svg}"


def shapes(drawing: Drawing, kind: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(drawing.standalone()).iter(f"{SVG}{kind}"))


def words(drawing: Drawing) -> list[str]:
    return [text.text or "" for text in shapes(drawing, "text")]


@pytest.mark.parametrize(
    ("low", "high", "wanted"),
    [(0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]), (0.62, 0.97, [0.7, 0.8, 0.9]), (1, 40, [10, 20, 30, 40]), (3, 3, [3])],
)
def test_axes_are_marked_at_round_numbers(low: float, high: float, wanted: list[float]) -> None:
    assert ticks(low, high) == pytest.approx(wanted)


def test_words_are_told_and_never_taken_for_markup() -> None:
    drawing = Drawing(10, 10, "<title> & more")
    drawing.words((0, 0), "</text><script>")
    assert words(drawing) == ["</text><script>"]
    assert shapes(drawing, "title")[0].text == "<title> & more"


def test_a_loss_that_is_no_number_is_left_out_of_its_curve() -> None:
    axes = Axes(x=(1, 4), y=(0, 1), x_title="Epoch", say=plain)
    line = Line(name="", look="curve-train", points=[(1, 0.5), (2, math.nan), (3, math.inf), (4, 0.2)])
    (curve,) = shapes(plot("Loss", [line], axes), "polyline")
    assert len(curve.get("points", "").split()) == 2


def test_a_single_epoch_is_a_dot() -> None:
    drawing = loss_plot({1: [epoch_event(1)]}, None)
    assert [dot.get("class") for dot in shapes(drawing, "circle")] == ["dot-train", "dot-validation"]


def test_a_confusion_matrix_holds_every_count_and_gives_way_to_too_many_classes() -> None:
    drawing = confusion("Confusion", ("clean", "dirty"), ((31, 1), (4, 12)))
    assert drawing is not None and {"31", "1", "4", "12"} <= set(words(drawing))
    assert confusion("Confusion", [str(number) for number in range(17)], [[1] * 17] * 17) is None
    assert confusion("Confusion", ("clean", "dirty"), ((0, 0), (0, 0))) is None


def test_the_history_has_four_panels_with_a_summary() -> None:
    drawing = history_figure("Plates", {1: [epoch_event(number) for number in range(1, 6)]}, None)
    said = words(drawing)
    assert {"Loss", "Accuracy", "Learning rate", "Summary", "Plates", "Best epoch", "5 of 20"} <= set(said)
    assert "interrupted, or still running" in said


def test_probabilities_of_one_are_in_the_last_tenth() -> None:
    ((said, found, low, high),) = binned([1.0, 0.95], [True, False])
    assert (said, found) == (pytest.approx(0.975), 0.5) and low < 0.5 < high


def test_every_look_has_a_colour_in_light_and_dark() -> None:
    light, dark = colors("light"), colors("dark")
    assert light.keys() == dark.keys()
    assert drawing_rules(light) != drawing_rules(dark)
