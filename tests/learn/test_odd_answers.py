"""Whatever lies in a folder gets an answer, or a reason why there is none."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from studio.core.answer_files import answers_csv
from studio.core.children import never
from studio.core.runs import RunFolder
from studio.data.photos import shown
from studio.learn.answers import classify_files
from tests.data import odd_photos
from tests.data.odd_corpus import Odd, OddPhotos
from tests.data.pictures import dish
from tests.learn.models import save_random_model
from tests.learn.training import quick_config, train_here


def check_answers(table: str, odds: list[Odd]) -> None:
    """One row for each file, with an answer for every good one and a reason for every other."""
    _, *rows = csv.reader(table.splitlines(keepends=True))
    found = {row[0]: row for row in rows}
    assert len(rows) == len(found) == len(odds)
    for odd in odds:
        row = found[shown(odd.path)]
        assert bool(row[1]) != bool(row[-1]), row
        if not odd.is_any:
            assert bool(row[1]) == (odd.looks is not None), row


def test_every_odd_file_is_answered_or_refused_with_a_reason(odd_photos_here: OddPhotos, tmp_path: Path) -> None:
    folder, odds = odd_photos_here
    save_random_model(tmp_path / "best.pt")
    answers = classify_files([folder], str(tmp_path / "best.pt"), emit=lambda event: None, should_stop=never)
    check_answers(answers_csv(answers).encode("utf-8", "backslashreplace").decode(), odds)
    assert {one.path for one in (*answers.predictions, *answers.rejected)} == {str(odd.path) for odd in odds}


@pytest.mark.slow
def test_the_command_answers_for_every_odd_file(tmp_path: Path) -> None:
    odds = odd_photos.make(tmp_path / "photos", is_whole=True)
    save_random_model(tmp_path / "best.pt")
    asked = [str(tmp_path / "photos"), "--model", str(tmp_path / "best.pt"), "--csv", str(tmp_path / "answers.csv")]
    done = subprocess.run(
        [sys.executable, "-m", "studio", "classify", *asked, "--json", "-"],
        capture_output=True, timeout=250, env={**os.environ, "LC_ALL": "C"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-3000:]
    check_answers((tmp_path / "answers.csv").read_bytes().decode(), odds)
    told = json.loads(done.stdout)
    paths = {Path(one["path"]) for one in (*told["predictions"], *told["rejected"])}
    assert paths == {odd.path for odd in odds}
    odd_photos.sweep(tmp_path / "photos")


@pytest.mark.skipif(sys.platform != "linux", reason="names are text on this system")
def test_photos_whose_names_are_no_text_are_learned_from(tmp_path: Path) -> None:
    for label in (b"clean", b"dirty"):
        for number in range(4):
            file = Path(os.fsdecode(bytes(tmp_path / "photos") + b"/" + label + b"/\xfc %d.png" % number))
            file.parent.mkdir(parents=True, exist_ok=True)
            dish(number + 10 * len(label) * (label == b"dirty")).save(file)
    # A network that learns nothing calls all of them alike, and its mistakes are told by name.
    train_here(tmp_path / "photos", tmp_path / "run", quick_config(training__epochs=1, training__learning_rate=1e-9))
    run = RunFolder(tmp_path / "run")
    assert run.best.is_file()
    assert b"\\udcfc" in run.events.read_bytes()
    assert sum(1 for _ in run.replay()) == len(run.events.read_text(encoding="utf-8").splitlines())
