"""Validation predictions that a run keeps."""

from __future__ import annotations

import math
import struct
from dataclasses import replace
from pathlib import Path

import pytest

from studio.core.errors import UserError
from studio.core.held_out import HELD_OUT_FILE, HeldOut, read_held_out, write_held_out
from studio.core.winner import winner

HELD_OUT = HeldOut(
    classes=("clean", "dirty"),
    labels=("clean", "dirty"),
    probabilities=((0.75, 0.25), (0.125, 0.875)),
    is_painted=(False, True),
)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    write_held_out(tmp_path / "evaluation", HELD_OUT)
    assert read_held_out(tmp_path / "evaluation") == HELD_OUT


@pytest.mark.parametrize("threshold", [0.7, 0.5, 1 / 3, 0.1 + 0.2, 0.69999999])
def test_an_answer_beside_the_threshold_is_the_same_once_it_is_read_back(threshold: float, tmp_path: Path) -> None:
    single = struct.unpack("f", struct.pack("f", threshold))[0]  # as a network says it
    shares = [near for each in (threshold, single) for near in (math.nextafter(each, 0), each, math.nextafter(each, 1))]
    answers = tuple((1 - share, share) for share in shares)
    said = replace(HELD_OUT, labels=("dirty",) * 6, probabilities=answers, is_painted=(False,) * 6)
    write_held_out(tmp_path, said)
    read = read_held_out(tmp_path)
    assert read is not None
    live = [winner(one, 1, threshold) for one in answers]
    assert [read.chosen(one, "dirty", threshold) for one in read.probabilities] == live
    assert live[:3] == [0, 1, 1]


def test_the_files_of_the_samples_are_kept(tmp_path: Path) -> None:
    with_pictures = replace(HELD_OUT, pictures=("/photos/a.png", "/photos/teller ä.png"))
    write_held_out(tmp_path / "evaluation", with_pictures)
    assert read_held_out(tmp_path / "evaluation") == with_pictures


def test_a_run_without_predictions_has_none(tmp_path: Path) -> None:
    assert read_held_out(tmp_path / "evaluation") is None


def test_a_model_that_is_a_file_of_its_own_has_none(tmp_path: Path) -> None:
    model = tmp_path / "plates.spotless"
    model.write_bytes(b"")
    assert read_held_out(model / "evaluation") is None


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"classes": ["a"], "samples": [{"label": "b", "probabilities": [1], "painted": false}]}',
        '{"classes": ["a", "b"], "samples": [{"label": "b", "probabilities": [1], "painted": false}]}',
    ],
)
def test_a_torn_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / HELD_OUT_FILE).write_text(text)
    with pytest.raises(UserError, match=HELD_OUT_FILE):
        read_held_out(tmp_path)
