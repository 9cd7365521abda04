"""The commands that export, verify and replay, as a script calls them."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.cli import main
from studio.core.runs import RunFolder
from tests.learn.training import draw_photos, quick_config, train_here


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """A run whose photos are of two classes."""
    folder = tmp_path_factory.mktemp("commands")
    photos = draw_photos(folder / "photos", {"clean": 6, "dirty": 6})
    return train_here(photos, folder / "run", quick_config(training__epochs=1)).run


def test_a_run_is_packed_verified_and_replayed(
    run: RunFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle, again = str(tmp_path / "run.zip"), str(tmp_path / "again")
    assert main(["export", str(run.path), "--bundle", bundle]) == 0
    assert main(["verify", bundle]) == 0
    assert main(["replay", bundle, "--out", again]) == 0
    assert main(["verify", again]) == 0
    said = capsys.readouterr().out
    assert "every weight is equal to the last bit" in said
    assert "all hold." in said


def test_a_resumed_run_still_holds_what_it_says(tmp_path: Path) -> None:
    photos = draw_photos(tmp_path / "photos", {"clean": 6, "dirty": 6})
    train_here(photos, tmp_path / "run", quick_config(training__epochs=1))
    assert main(["train", "--resume", str(tmp_path / "run"), "--training.epochs", "2"]) == 0
    assert main(["verify", str(tmp_path / "run")]) == 0


def test_a_run_that_is_not_what_it_says_ends_with_1(run: RunFolder, capsys: pytest.CaptureFixture[str]) -> None:
    kept = run.metrics.read_text()
    run.metrics.write_text(kept.splitlines()[0] + "\n")
    try:
        assert main(["verify", str(run.path)]) == 1
    finally:
        run.metrics.write_text(kept)
    assert "WRONG: metrics.csv has 0 epochs and the log 1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["export", "RUN"], "one of the arguments --onnx --torch --bundle is required"),
        (["export", "nowhere", "--torch", "a.pt2"], "nowhere: does not exist"),
        (["verify", "nowhere"], "nowhere: does not exist"),
        (["replay", "nowhere.zip", "--out", "RUN2"], "nowhere.zip: does not exist"),
    ],
)
def test_bad_input_ends_with_2_and_a_sentence(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    assert sentence in capsys.readouterr().err
