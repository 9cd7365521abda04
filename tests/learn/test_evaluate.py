"""Evaluation: the figures add up, real and painted stand apart, foreign classes are bad input."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from studio.core.children import ALONE, never
from studio.core.errors import UserError
from studio.core.events import EvaluationFinished, Event, Notice
from studio.core.requests import EvaluateRequest, ModelFacts, Prediction, RejectedPhoto
from studio.core.sections import DirtSettings
from studio.data.dataset import make_dataset
from studio.learn.evaluate_job import evaluate, evaluate_folder
from studio.learn.evaluation import Case, Evaluation
from tests.data.pictures import save_dishes, silent
from tests.learn.models import save_random_model
from tests.learn.training import draw_photos, train_here

FACTS = ModelFacts(classes=("clean", "dirty"), positive="dirty", threshold=0.5, title="")


def case(label: str, dirty: float, *, painted: bool = False, threshold: float = 0.5) -> Case:
    answer = Prediction(
        path="photo.jpg",
        chosen="dirty" if dirty >= threshold else "clean",
        look=False,
        probabilities={"clean": 1 - dirty, "dirty": dirty},
        heat_map=None,
        ms=1.0,
    )
    return Case(label=label, is_painted=painted, answer=answer)


CASES = (
    case("clean", 0.1),
    case("clean", 0.6),
    case("clean", 0.2),
    case("dirty", 0.9, painted=True),
    case("dirty", 0.4, painted=True),
    case("dirty", 0.7),
)


def test_the_report_adds_up():
    report = Evaluation(model=FACTS, cases=CASES, rejected=()).report()
    assert report["counts"] == {"clean": 3, "dirty": 3}
    assert report["confusion"] == [[2, 1], [1, 2]]
    assert report["accuracy"] == report["balanced_accuracy"] == pytest.approx(4 / 6)
    assert report["auroc"] == pytest.approx(8 / 9)
    low, high = report["accuracy_95"]
    assert 0.2 < low < 4 / 6 < high < 0.95
    assert report["classes"] == ["clean", "dirty"] and report["threshold"] == 0.5 and report["rejected"] == []
    assert report["loss"] == pytest.approx(-sum(map(math.log, (0.9, 0.4, 0.8, 0.9, 0.4, 0.7))) / 6)


def test_each_class_has_its_ratios_with_intervals():
    dirty = Evaluation(model=FACTS, cases=CASES, rejected=()).report()["per_class"]["dirty"]
    assert (dirty["count"], dirty["chosen"]) == (3, 3)
    for name in ("precision", "recall", "f1"):
        low, high = dirty[f"{name}_95"]
        assert dirty[name] == pytest.approx(2 / 3) and 0 <= low < 2 / 3 < high <= 1


def test_ratios_of_nothing_are_null():
    report = Evaluation(model=FACTS, cases=(case("clean", 0.1),), rejected=()).report()
    dirty = report["per_class"]["dirty"]
    assert dirty["precision"] is dirty["recall"] is dirty["f1"] is None and dirty["f1_95"] == [0, 1]
    assert report["auroc"] is None and report["synthetic"] is None


def test_real_and_painted_stand_apart():
    report = Evaluation(model=FACTS, cases=CASES, rejected=()).report()
    assert report["real"]["confusion"] == [[2, 1], [0, 1]] and report["real"]["auroc"] == 1.0
    assert report["synthetic"]["confusion"] == [[0, 0], [1, 1]] and report["synthetic"]["auroc"] is None


def test_near_certain_answers_still_rank():
    cases = (case("clean", 1 - 1e-12), case("dirty", 1 - 1e-15))
    assert Evaluation(model=FACTS, cases=cases, rejected=()).report()["auroc"] == 1.0


def test_a_report_is_plain_json_with_its_rejections():
    rejected = (RejectedPhoto(path="a.jpg", reason="is empty"),)
    report = Evaluation(model=FACTS, cases=CASES, rejected=rejected).report()
    assert json.loads(json.dumps(report)) == report
    assert report["rejected"] == [{"path": "a.jpg", "reason": "is empty"}]


def judged(photos: Path, model: Path, **how: object) -> tuple[dict[str, object] | None, list[Event]]:
    events: list[Event] = []
    request = EvaluateRequest(photos=str(photos), model=str(model))
    settings = {"emit": events.append, "should_stop": never}
    return evaluate_folder(request, **(settings | how)), events  # type: ignore[arg-type]


def test_a_labelled_folder_is_judged_and_kept_with_the_run(tmp_path: Path):
    data = draw_photos(tmp_path / "kitchen", {"Cleaned": 5, "dirty": 5})
    training = train_here(data, tmp_path / "run")
    (data / "dirty" / "torn.jpg").write_bytes(b"no picture")
    report, events = judged(data, tmp_path / "run")
    (finished,) = [event for event in events if isinstance(event, EvaluationFinished)]
    assert report is not None and report["counts"] == {"clean": 5, "dirty": 5}
    assert [Path(one["path"]).name for one in report["rejected"]] == ["torn.jpg"]
    assert finished.split == "kitchen" and finished.scores.count == 10 and finished.painted is None
    kept = training.run.evaluation / "evaluation-kitchen.json"
    assert finished.report == str(kept) and json.loads(kept.read_text()) == report


def test_a_dataset_is_judged_real_and_painted_apart(tmp_path: Path):
    save_dishes(tmp_path / "photos", 2)
    dirt = DirtSettings(ratio=2, size_px=64)
    make_dataset([tmp_path / "photos"], tmp_path / "set", dirt, emit=silent, should_stop=never)
    save_random_model(tmp_path / "m.spotless")
    report, events = judged(tmp_path / "set", tmp_path / "m.spotless")
    assert report is not None
    assert report["real"]["counts"] == {"clean": 2, "dirty": 0}
    assert report["synthetic"]["counts"] == {"clean": 0, "dirty": 4}
    assert next(event for event in events if isinstance(event, EvaluationFinished)).report == ""


def test_as_a_job_it_writes_into_its_folder(tmp_path: Path):
    data = draw_photos(tmp_path / "photos", {"clean": 2, "dirty": 2})
    save_random_model(tmp_path / "m.spotless")
    request = EvaluateRequest(photos=str(data), model=str(tmp_path / "m.spotless"))
    report = evaluate(request, tmp_path / "out", seat=ALONE, emit=silent, should_stop=never)
    assert json.loads((tmp_path / "out" / "evaluation-photos.json").read_text()) == report


def test_a_class_that_the_model_does_not_know_is_bad_input(tmp_path: Path):
    save_random_model(tmp_path / "m.spotless")
    data = draw_photos(tmp_path / "photos", {"clean": 1, "broken": 1, "cup": 1})
    with pytest.raises(UserError, match=r"does not know the classes broken, cup; it tells apart clean, dirty"):
        judged(data, tmp_path / "m.spotless")


def test_a_folder_without_a_readable_photo_is_bad_input(tmp_path: Path):
    save_random_model(tmp_path / "m.spotless")
    (tmp_path / "photos" / "clean").mkdir(parents=True)
    with pytest.raises(UserError, match="holds no photos"):
        judged(tmp_path / "photos", tmp_path / "m.spotless")
    (tmp_path / "photos" / "clean" / "a.jpg").write_bytes(b"nothing")
    with pytest.raises(UserError, match="none of its 1 photos can be read"):
        judged(tmp_path / "photos", tmp_path / "m.spotless")


def test_a_stopped_evaluation_reports_nothing(tmp_path: Path):
    save_random_model(tmp_path / "m.spotless")
    data = draw_photos(tmp_path / "photos", {"clean": 3, "dirty": 3})
    report, events = judged(data, tmp_path / "m.spotless", should_stop=lambda: True)
    assert report is None and not any(isinstance(event, EvaluationFinished) for event in events)


def test_a_report_that_cannot_be_kept_is_a_warning(tmp_path: Path):
    save_random_model(tmp_path / "m.spotless")
    data = draw_photos(tmp_path / "photos", {"clean": 1, "dirty": 1})
    (tmp_path / "taken").write_text("a file where the folder should be")
    report, events = judged(data, tmp_path / "m.spotless", out=tmp_path / "taken")
    assert report is not None and any(isinstance(event, Notice) for event in events)
