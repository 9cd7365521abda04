"""Model and training files: what is written is read back, anything else is refused in words."""

from __future__ import annotations

import os
import pickle
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from studio.core.config import StudioConfig
from studio.core.errors import UserError
from studio.learn.checkpoints import Member, Model, load_model, load_state, save_model, save_state
from tests.full_disk import no_file_larger_than


def a_model() -> Model:
    weights = {"head.weight": torch.arange(6.0).view(2, 3), "head.bias": torch.zeros(2)}
    return Model(
        config=StudioConfig().edited(training__epochs=3),
        classes=("clean", "dirty"),
        positive="dirty",
        threshold=0.5,
        temperature=1.0,
        members=(Member(weights=weights, raw_weights={name: value + 1 for name, value in weights.items()}),),
        info={"name": "first", "best_epoch": 2},
    )


def rewritten(file: Path, **changes: object) -> Path:
    content = torch.load(file, weights_only=True)
    torch.save({**content, **changes}, file)
    return file


def test_a_model_survives_the_file(tmp_path: Path):
    save_model(tmp_path / "best.pt", a_model())
    loaded = load_model(tmp_path / "best.pt")
    assert replace(loaded, members=()) == replace(a_model(), members=())
    ours, theirs = loaded.members[0], a_model().members[0]
    assert torch.equal(ours.weights["head.weight"], theirs.weights["head.weight"])
    assert ours.raw_weights is not None
    assert torch.equal(ours.raw_weights["head.bias"], torch.ones(2))


def test_a_view_does_not_drag_its_storage_into_the_file(tmp_path: Path):
    large = torch.zeros(1_000_000)
    save_model(tmp_path / "best.pt", replace(a_model(), members=(Member(weights={"w": large[:4]}),)))
    assert (tmp_path / "best.pt").stat().st_size < 100_000


def test_what_members_have_in_common_is_stored_once(tmp_path: Path):
    body = torch.randn(100_000)
    one = Member(weights={"body": body, "head": torch.zeros(3)})
    other = Member(
        weights={"body": body.clone(), "head": torch.ones(3)}, raw_weights={"body": body + 0, "head": body[:3]}
    )
    save_model(tmp_path / "best.pt", replace(a_model(), members=(one, other)))
    assert (tmp_path / "best.pt").stat().st_size < 1.1 * 4 * len(body)
    first, second = load_model(tmp_path / "best.pt").members
    assert torch.equal(second.weights["body"], body) and second.raw_weights is not None
    assert torch.equal(first.weights["head"], torch.zeros(3)) and torch.equal(second.weights["head"], torch.ones(3))
    assert torch.equal(second.raw_weights["head"], body[:3])


def test_a_state_survives_the_file(tmp_path: Path):
    save_state(tmp_path / "last.pt", {"epoch": 3, "optimizer": {"steps": [torch.ones(2)], "lr": 0.1}})
    state = load_state(tmp_path / "last.pt")
    assert state["epoch"] == 3
    assert torch.equal(state["optimizer"]["steps"][0], torch.ones(2))


@pytest.mark.parametrize("room", [500, 40_000, 200_000])
def test_a_full_disk_keeps_the_last_state_and_says_so(tmp_path: Path, room: int):
    file = tmp_path / "last.pt"
    save_state(file, {"epoch": 3})
    with no_file_larger_than(room), pytest.raises(UserError, match=r"last\.pt: cannot be written \(.*; make room"):
        save_state(file, {"epoch": 4, "weights": torch.zeros(100_000)})
    assert load_state(file)["epoch"] == 3 and list(tmp_path.iterdir()) == [file]


def test_a_file_that_would_run_code_is_refused_and_does_not_run_it(tmp_path: Path):
    class Bomb:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.system, (f"touch {tmp_path / 'exploded'}",)

    (tmp_path / "raw.pt").write_bytes(pickle.dumps(Bomb(), protocol=2))
    torch.save({"format": "spotless-model", "bomb": Bomb()}, tmp_path / "zip.pt")
    for name in ("raw.pt", "zip.pt"):
        with pytest.raises(UserError, match=name):
            load_model(tmp_path / name)
    assert not (tmp_path / "exploded").exists()


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04 torn", bytes(range(256)) * 40])
def test_junk_is_refused_by_name(tmp_path: Path, content: bytes):
    (tmp_path / "best.pt").write_bytes(content)
    with pytest.raises(UserError, match=r"best\.pt"):
        load_model(tmp_path / "best.pt")


def test_a_torn_model_is_refused(tmp_path: Path):
    save_model(tmp_path / "best.pt", a_model())
    whole = (tmp_path / "best.pt").read_bytes()
    for share in (0.1, 0.5, 0.99):
        (tmp_path / "torn.pt").write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(UserError, match=r"torn\.pt"):
            load_model(tmp_path / "torn.pt")


@pytest.mark.parametrize(
    "changes",
    [
        {"classes": ["clean"]},
        {"classes": ["clean", "clean"]},
        {"classes": [1, 2]},
        {"positive": "mud"},
        {"threshold": 2.0},
        {"threshold": float("nan")},
        {"temperature": 0.0},
        {"members": []},
        {"members": [{"weights": {"w": 3}}]},
        {"members": 7},
        {"config": {"training": {"epochs": 0}}},
        {"info": 3},
    ],
)
def test_facts_that_contradict_each_other_are_refused(tmp_path: Path, changes: dict[str, object]):
    save_model(tmp_path / "best.pt", a_model())
    with pytest.raises(UserError, match=r"best\.pt"):
        load_model(rewritten(tmp_path / "best.pt", **changes))


def test_a_model_of_a_newer_version_says_so(tmp_path: Path):
    save_model(tmp_path / "best.pt", a_model())
    with pytest.raises(UserError, match="newer"):
        load_model(rewritten(tmp_path / "best.pt", schema_version=99))


def test_a_training_state_is_no_model(tmp_path: Path):
    save_state(tmp_path / "last.pt", {"epoch": 1})
    with pytest.raises(UserError, match="is not a model"):
        load_model(tmp_path / "last.pt")


def test_a_missing_file_is_said_by_name(tmp_path: Path):
    with pytest.raises(UserError, match=r"gone\.pt"):
        load_model(tmp_path / "gone.pt")
