"""Heat maps: asked for in the order in which they are seen, as bright as the model is sure."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from studio.core.requests import Classified, Picture, Prediction
from studio.ui.decision import Decision
from studio.ui.heat_maps import HeatMaps, coloured, grey_image, is_visible
from studio.ui.result_model import ResultModel
from tests.ui.answering import FACTS, AnswersAtOnce

WAIT_MS = 5_000


@pytest.fixture
def host(qapp: QObject) -> AnswersAtOnce:
    return AnswersAtOnce(qapp)


def test_the_last_wish_of_one_painting_is_granted_first(qtbot: QtBot, host: AnswersAtOnce) -> None:
    maps = HeatMaps(host, host)  # type: ignore[arg-type]
    maps.set_model("model")
    for number in (5, 4, 3, 2, 1):  # a painting wishes from the bottom up
        maps.want(f"dish-{number}.jpg")
    qtbot.waitUntil(lambda: maps.image("dish-5.jpg") is not None, timeout=WAIT_MS)
    assert [one for request in host.asked for one in request.photos] == [f"dish-{number}.jpg" for number in range(1, 6)]
    assert all(request.with_heat_map for request in host.asked)


def test_what_was_not_granted_is_asked_for_after_a_failure(qtbot: QtBot, host: AnswersAtOnce) -> None:
    maps = HeatMaps(host, host)  # type: ignore[arg-type]
    maps.set_model("broken")
    for number in range(5):
        maps.want(f"dish-{number}.jpg")
    qtbot.waitUntil(lambda: len(host.asked) == 3 and not maps.is_waiting, timeout=WAIT_MS)


def test_little_evidence_leaves_nothing_to_be_seen() -> None:
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)
    grey = grey_image(Picture(width=256, height=1, rgb=ramp.tobytes()))
    full, half, none = (coloured(grey, strength) for strength in (1.0, 0.5, 0.1))
    assert full.pixelColor(255, 0).alphaF() == pytest.approx(0.82, abs=0.01)
    assert 0 < half.pixelColor(255, 0).alpha() < full.pixelColor(255, 0).alpha()
    assert half.pixelColor(254, 0) == full.pixelColor(127, 0)
    assert max(none.pixelColor(x, 0).alpha() for x in range(256)) == 0
    assert is_visible(1.0) and not is_visible(0.1)


def test_a_photo_glows_less_the_surer_the_model_is_that_it_is_clean(qapp: QObject) -> None:
    model = ResultModel()
    model.set_facts(FACTS)
    model.set_decision(Decision(positive="dirty", threshold=0.4, low=0.4, high=0.4))
    answers = [
        Prediction(
            path=f"{share}.jpg", chosen="clean", look=False, probabilities={"clean": 1 - share, "dirty": share},
            heat_map=None, ms=1.0,
        )
        for share in (0.02, 0.2, 0.4, 0.9)
    ]  # fmt: skip
    model.add(Classified(model=FACTS, predictions=tuple(answers), rejected=()).predictions)
    assert [model.heat_strength(one) for one in model.results] == pytest.approx([0.05, 0.5, 1.0, 1.0])
