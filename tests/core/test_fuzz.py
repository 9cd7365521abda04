"""Whatever the files of settings, logs and records hold, reading them gives a value or a sentence."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

import pytest

from studio.core.bounded import read_bytes
from studio.core.config import StudioConfig
from studio.core.diagnoses import read_diagnoses
from studio.core.disks import trouble_of
from studio.core.errors import ConfigError
from studio.core.held_out import HeldOut, read_held_out, write_held_out
from studio.core.requests import SearchRequest
from studio.core.run_summary import summaries, summarise
from studio.core.runs import RunFolder
from studio.core.searches import SearchFolder
from studio.core.speeds import Speed, keep_speeds, known_speeds
from tests.fuzzing import EXAMPLES, read_damaged
from tests.ui.made_runs import make_run


@EXAMPLES
def test_a_config_file(tmp_path: Path, examples: int) -> None:
    file = tmp_path / "config.json"
    file.write_text(StudioConfig().to_json())
    read_damaged(file, StudioConfig.load, examples)


@EXAMPLES
@pytest.mark.parametrize("name", ["config.json", "events.jsonl", "title.txt", "metrics.csv"])
def test_a_run_in_the_list(tmp_path: Path, name: str, examples: int) -> None:
    run = make_run(tmp_path / "run", title="A title", outcome="finished")
    assert (run.path / "config.json").is_file()
    file = run.path / name
    if not file.is_file():
        file.write_text("epoch,loss\n1,2\n")

    def read(file: Path) -> None:
        summarise(RunFolder(file.parent))
        assert len(summaries(file.parent.parent)) == 1
        list(RunFolder(file.parent).replay())

    read_damaged(file, read, examples)


@EXAMPLES
def test_the_record_of_a_search(tmp_path: Path, examples: int) -> None:
    search = SearchFolder(tmp_path)
    search.save(SearchRequest(config=StudioConfig(), data="/photos"))
    read_damaged(search.record, lambda file: SearchFolder(file.parent).load(), examples)


@EXAMPLES
def test_predictions_for_held_out_samples(tmp_path: Path, examples: int) -> None:
    shares = ((0.9, 0.1), (0.3, 0.7))
    held_out = HeldOut(
        classes=("clean", "dirty"), labels=("clean", "dirty"), probabilities=shares, is_painted=(False, True)
    )
    write_held_out(tmp_path, held_out)
    (file,) = tmp_path.iterdir()
    read_damaged(file, lambda file: read_held_out(file.parent), examples)


@EXAMPLES
def test_what_a_diagnosis_found(tmp_path: Path, examples: int) -> None:
    run = RunFolder(tmp_path)
    run.evaluation.mkdir()
    file = run.evaluation / "diagnosis.json"
    diagnosis = {"title": "x", "measured": "x", "meaning": "x", "kind": "batch", "level": "info"}
    file.write_text(json.dumps({"diagnoses": [diagnosis], "pictures": {"a": {"path": "/a.jpg", "label": "clean"}}}))
    read_damaged(file, lambda file: read_diagnoses(RunFolder(file.parent.parent)), examples)


@EXAMPLES
def test_how_fast_this_machine_is(tmp_path: Path, examples: int) -> None:
    speed = Speed(
        architecture="custom_cnn", device="cpu", device_name="CPU", precision="float32", height=32, width=32,
        batch_size=8, sample_s=0.1, caching_s=0.1, measured_s=1.0,
    )  # fmt: skip
    keep_speeds(tmp_path, [speed])
    (file,) = tmp_path.iterdir()

    def read(file: Path) -> None:
        for known in known_speeds(file.parent):
            known.is_of(StudioConfig())
            assert [type(value) for value in asdict(known).values()] == [
                type(value) for value in asdict(speed).values()
            ]

    read_damaged(file, read, examples)


def test_a_giant_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    with file.open("wb") as stream:
        os.truncate(stream.fileno(), 1 << 30)
    with pytest.raises(ConfigError, match=r"config\.json: cannot be read \(it has 1,024 MiB, and more than 512"):
        StudioConfig.load(file)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "config.json")
    with pytest.raises(ConfigError, match="it is no plain file"):
        StudioConfig.load(tmp_path / "config.json")
    with pytest.raises(OSError, match="it is a folder"):
        read_bytes(tmp_path)


def test_a_file_too_large_to_read_is_no_full_disk(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"12345")
    with pytest.raises(OSError, match="it has 0 MiB, and more than 0 are not read") as refused:
        read_bytes(tmp_path / "large", most_bytes=4)
    assert trouble_of(refused.value, "a disk") is None
