"""The report of a run: one page that tells everything and needs nothing else."""

from __future__ import annotations

import base64
import io
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

from studio.core import jobs
from studio.core.errors import UserError
from studio.core.events import Event, Notice, RunFinished, RunStarted
from studio.core.expert_events import ReportReady, TrialFinished
from studio.core.files import write_json
from studio.core.held_out import HeldOut
from studio.core.requests import ReportRequest
from studio.core.runs import EventLog, RunFolder
from studio.learn.report_facts import read_facts
from studio.learn.report_job import report
from studio.learn.report_photos import worst
from tests.learn.training import draw_photos, quick_config, train_here

PLACE = b"51.5007 N 0.1246 W"


def page_of(run: Path, **more: str) -> ElementTree.Element:
    """The report, read as XML."""
    done = report(
        ReportRequest(run=str(run), **more), run, seat=jobs.ALONE, emit=lambda event: None, should_stop=lambda: False
    )
    assert done is not None
    return ElementTree.fromstring(Path(done.files[0]).read_text(encoding="utf-8").partition("\n")[2])


def said(page: ElementTree.Element, part: str) -> str:
    """All words of one part."""
    (found,) = [section for section in page.iter("section") if section.get("id") == part]
    return " ".join("".join(found.itertext()).split())


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of two networks on photos that say where they were taken, with names that are no markup."""
    root = tmp_path_factory.mktemp("report")
    photos = draw_photos(root / "photos", {"clean": 14, "dirty": 14})
    for label in ("clean", "dirty"):
        for number, file in enumerate(sorted((photos / label).iterdir())):
            exif = Image.Exif()
            exif[0x010E] = PLACE.decode()
            Image.open(file).convert("RGB").save(file.with_name(f"<b>&{number}.jpg"), exif=exif)
            file.unlink()
    config = quick_config(training__epochs=2, ensemble__members=2, training__learning_rate=1e-6)
    return train_here(photos, root / "run", config).run.path


@pytest.fixture
def run(trained: Path, tmp_path: Path) -> Path:
    """A copy of the run for one test."""
    return Path(shutil.copytree(trained, tmp_path / "run"))


def test_a_report_tells_everything_in_one_file(run: Path) -> None:
    page = page_of(run)
    parts = [section.get("id") for section in page.iter("section")]
    assert parts[:4] == ["summary", "alarms", "results", "mistakes"]
    assert parts[4:] == ["threshold", "heat", "curves", "data", "splits", "settings", "environment"]
    assert "14" in said(page, "data") and "No photo" in said(page, "splits")
    assert "Precision" in said(page, "results") and "95 %" in said(page, "results")
    assert "Training: Epochs2" in said(page, "settings").replace(" 2", "2")
    assert "torch" in said(page, "environment")


def test_a_report_needs_no_network_and_runs_no_program(run: Path) -> None:
    page_of(run)
    text = (run / "report.html").read_text(encoding="utf-8")
    addresses = set(re.findall(r"https?://[^\"'<\s]*", text))
    assert addresses <= {"http://www.w3.org/2000/svg"}
    assert "<script" not in text and "@import" not in text
    assert all(source.startswith("data:image/jpeg") for source in re.findall(r'src="([^"]*)"', text))


def test_names_are_told_and_never_taken_for_markup(run: Path) -> None:
    RunFolder(run).rename("<script>alert(1)</script> & co")
    page = page_of(run)
    assert page.findtext("body/main/header/h1") == "<script>alert(1)</script> & co"
    text = (run / "report.html").read_text(encoding="utf-8")
    assert "<script" not in text and "<b>&" not in text
    assert "&lt;b&gt;&amp;" in text


def test_pictures_of_mistakes_carry_nothing_that_the_camera_noted(run: Path) -> None:
    page = page_of(run)
    sources = [picture.get("src", "") for picture in page.iter("img")]
    assert sources
    for source in sources:
        content = base64.b64decode(source.partition(",")[2])
        assert PLACE not in content
        assert not Image.open(io.BytesIO(content)).getexif()


def test_each_mistake_has_its_heat_map_beside_it(run: Path) -> None:
    cards = [part for part in page_of(run).iter("div") if part.get("class") == "card"]
    assert cards and all(len(list(card.iter("img"))) == 2 for card in cards)


def test_a_report_looks_right_in_light_dark_and_print(run: Path) -> None:
    style = page_of(run).findtext("head/style") or ""
    assert "prefers-color-scheme:dark" in style and "@media print" in style
    used = set(re.findall(r"var\(--(\w+)\)", style))
    assert used and used <= set(re.findall(r"--(\w+):", style))


def test_the_history_is_drawn_beside_the_evaluation(run: Path) -> None:
    page_of(run)
    drawing = ElementTree.parse(run / "evaluation" / "history.svg").getroot()
    words = [text.text for text in drawing.iter("{http://www.w3.org/2000/svg}text")]
    assert {"Loss, 2 networks", "Accuracy, 2 networks", "Learning rate", "Summary"} <= set(words)


def test_an_interrupted_run_is_reported_as_far_as_it_came(run: Path) -> None:
    folder = RunFolder(run)
    lines = folder.events.read_text(encoding="utf-8").splitlines()
    first = next(number for number, line in enumerate(lines) if '"event": "EpochFinished"' in line)
    folder.events.write_text("\n".join(lines[: first + 1]) + '\n{"event": "Epo', encoding="utf-8")
    shutil.rmtree(folder.evaluation)
    shutil.rmtree(run / "checkpoints")
    page = page_of(run)
    assert "Interrupted, or still running: 1 of 2 networks, 1 of 2 epochs" in said(page, "summary")
    assert "was not judged" in said(page, "results")
    assert "most wrong in epoch 1" in said(page, "mistakes")


def test_epochs_that_a_later_beginning_takes_back_are_not_told(tmp_path: Path) -> None:
    photos = draw_photos(tmp_path / "photos", {"clean": 6, "dirty": 6})
    run = train_here(photos, tmp_path / "run", quick_config(training__epochs=2)).run
    (started,) = (event for _, event in run.replay() if isinstance(event, RunStarted))
    log = EventLog(run)
    log.write(replace(started, first_epoch=2))
    log.close()
    assert [epoch.epoch for epoch in read_facts(run).epochs] == [1]


def test_a_run_that_never_began_says_so(run: Path) -> None:
    folder = RunFolder(run)
    for file in (folder.events, folder.split, folder.environment):
        file.unlink()
    shutil.rmtree(folder.evaluation)
    page = page_of(run)
    assert "never began" in said(page, "summary")
    assert "not known" in said(page, "environment")


def test_photos_that_are_gone_are_told(trained: Path, tmp_path: Path) -> None:
    run = Path(shutil.copytree(trained, tmp_path / "run"))
    file = RunFolder(run).evaluation / "validation.json"
    values = json.loads(file.read_text(encoding="utf-8"))
    for sample in values["samples"]:
        sample["picture"] = str(tmp_path / "gone" / "photo.jpg")
    write_json(file, values)
    page = page_of(run)
    assert "cannot be shown" in said(page, "summary") and "cannot be opened" in said(page, "mistakes")


def test_a_photo_that_was_replaced_since_is_told_and_not_shown_beside_the_old_mistake(run: Path) -> None:
    file = RunFolder(run).evaluation / "validation.json"
    values = json.loads(file.read_text(encoding="utf-8"))
    before = [tag.get("alt") for tag in page_of(run).iter("img")]
    for sample in values["samples"]:
        sample["sample"] = "0" * 16
    write_json(file, values)
    page = page_of(run)
    assert "The photo was replaced since it was judged." in said(page, "mistakes")
    (mistakes,) = [section for section in page.iter("section") if section.get("id") == "mistakes"]
    assert before and not list(mistakes.iter("img"))


def test_a_dataset_that_is_gone_is_told(run: Path) -> None:
    folder = RunFolder(run)
    values = json.loads(folder.environment.read_text(encoding="utf-8"))
    write_json(folder.environment, {**values, "dataset": str(run / "nowhere")})
    page = page_of(run)
    assert "cannot be read where it was" in said(page, "summary")
    assert "no longer where it was" in said(page, "data") and "As the run said" in said(page, "data")


def test_alarms_come_first_and_stand_in_the_summary(run: Path) -> None:
    check = {"name": "beside", "title": "Dirt beside the dish", "state": "fired", "sentence": "12 of 24 became dirty."}
    quiet = {"name": "steps", "title": "Painting nothing", "state": "quiet", "sentence": "Fine."}
    heat = {"count": 20, "hits": 0.9, "hit_chance": 0.3, "inside": 0.4, "inside_chance": 0.1}
    write_json(RunFolder(run).evaluation / "checks.json", {"checks": [quiet, check], "heat": heat})
    diagnosis = {
        "name": "x",
        "title": "Labels are right",
        "state": "fired",
        "measured": "3 disagree.",
        "proposal": "Look.",
    }
    write_json(RunFolder(run).evaluation / "diagnosis.json", {"diagnoses": [diagnosis]})
    page = page_of(run)
    assert "2 alarms: dirt beside the dish, labels are right" in said(page, "summary")
    alarms = said(page, "alarms")
    assert alarms.index("Dirt beside") < alarms.index("Painting nothing") and "3 disagree. Look." in alarms
    assert "90.0 %" in said(page, "heat") and "40.0 %" in said(page, "heat")


def test_three_classes_without_a_positive_one_are_reported(tmp_path: Path) -> None:
    photos = draw_photos(tmp_path / "photos", {"bowl": 8, "cup": 8, "plate": 8})
    run = train_here(photos, tmp_path / "run", quick_config(training__epochs=1)).run.path
    page = page_of(run)
    assert "likeliest class wins" in said(page, "threshold")
    assert all(name in said(page, "results") for name in ("bowl", "cup", "plate"))


def test_a_report_goes_where_it_is_asked_to(run: Path, tmp_path: Path) -> None:
    page_of(run, file=str(tmp_path / "elsewhere" / "r.html"))
    assert (tmp_path / "elsewhere" / "r.html").is_file() and not (run / "report.html").exists()


def test_a_run_that_may_not_be_written_is_reported_elsewhere_all_the_same(run: Path, tmp_path: Path) -> None:
    (run / "evaluation" / "history.svg").mkdir()
    events: list[Event] = []
    request = ReportRequest(run=str(run), file=str(tmp_path / "r.html"))
    done = report(request, run, seat=jobs.ALONE, emit=events.append, should_stop=lambda: False)
    assert done is not None and done.files == (str(tmp_path / "r.html"),)
    assert any(isinstance(event, Notice) and "history.svg: cannot be written" in event.text for event in events)


def test_a_damaged_model_leaves_out_the_heat_maps_alone(run: Path) -> None:
    RunFolder(run).best.write_bytes(b"torn")
    events: list[Event] = []
    done = report(ReportRequest(run=str(run)), run, seat=jobs.ALONE, emit=events.append, should_stop=lambda: False)
    assert isinstance(done, ReportReady) and events[-1] == done
    assert any(isinstance(event, Notice) and "model cannot be read" in event.text for event in events)


@pytest.mark.parametrize("name", ["accuracy_95", "balanced_accuracy", "per_class", "confusion"])
def test_an_evaluation_that_is_torn_is_told_and_left_out(run: Path, name: str) -> None:
    file = RunFolder(run).evaluation / "val.json"
    values = json.loads(file.read_text(encoding="utf-8"))
    write_json(file, {**values, name: {"clean": {}}})
    facts = read_facts(RunFolder(run))
    assert any(f"val.json is torn or of another kind ({name}" in problem for problem in facts.problems)
    assert list(facts.reports) == ["test"]


def test_checks_that_are_torn_are_told_and_left_out(run: Path) -> None:
    write_json(RunFolder(run).evaluation / "checks.json", {"checks": [], "heat": {"count": 3}})
    facts = read_facts(RunFolder(run))
    assert not facts.checks
    assert any("checks.json is torn or of another kind (heat.hits" in problem for problem in facts.problems)


def test_a_trial_that_its_search_gave_up_was_not_stopped_by_hand(run: Path, tmp_path: Path) -> None:
    trial = tmp_path / "search" / "trials" / "trial-1"
    shutil.copytree(run, trial)
    log = EventLog(RunFolder(trial))
    (ending,) = (event for _, event in RunFolder(trial).replay(RunFinished))
    log.write(replace(ending, outcome="stopped"))  # type: ignore[type-var]
    log.close()
    assert "Stopped by hand" in said(page_of(trial), "summary")
    log = EventLog(RunFolder(tmp_path / "search"))
    log.write(
        TrialFinished(
            study="search", number=0, done=1, total=4, state="pruned", values={}, score=0.5, epochs=1, run=str(trial),
            best=None, duration_s=1.0,
        )
    )  # fmt: skip
    log.close()
    assert "Given up early by its search" in said(page_of(trial), "summary")


def test_a_clean_twin_among_the_mistakes_of_an_epoch_was_not_painted(run: Path) -> None:
    folder = RunFolder(run)
    shutil.rmtree(folder.evaluation)
    shutil.rmtree(run / "checkpoints")
    lines = folder.events.read_text(encoding="utf-8").splitlines()
    values = [json.loads(line) for line in lines]
    for one in values:
        for mistake, id in zip(one.get("mistakes", ()), ("ab12-clean", "ab12-003", "ab12"), strict=False):
            mistake["sample"] = id
    folder.events.write_text("".join(json.dumps(one) + "\n" for one in values), encoding="utf-8")
    cards = [" ".join(part.itertext()) for part in page_of(run).iter("div") if part.get("class") == "card"]
    assert ["Painted" in card for card in cards[:3]] == [False, True, False]


def test_a_stopped_report_writes_nothing(run: Path) -> None:
    request = ReportRequest(run=str(run))
    assert report(request, run, seat=jobs.ALONE, emit=lambda event: None, should_stop=lambda: True) is None
    assert not (run / "report.html").exists()


def test_what_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is not a run"):
        page_of(tmp_path)


def test_the_surest_mistake_comes_first() -> None:
    held_out = HeldOut(
        classes=("clean", "dirty"),
        labels=("clean", "dirty", "clean", "dirty"),
        probabilities=((0.4, 0.6), (0.9, 0.1), (0.8, 0.2), (0.3, 0.7)),
        is_painted=(False,) * 4,
        pictures=("a", "b", "c", "d"),
    )
    assert [wrong.picture for wrong in worst(held_out, "dirty", 0.5)] == ["b", "a"]
    assert [wrong.picture for wrong in worst(held_out, "dirty", 0.65)] == ["b"]
