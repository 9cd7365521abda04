"""Whatever a model, a run or a bundle holds, reading it gives a value or a sentence, and runs nothing of it."""

from __future__ import annotations

import io
import pickle
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from studio.core.children import ALONE, never
from studio.core.errors import UserError
from studio.core.requests import VerifyRequest
from studio.core.runs import RunFolder
from studio.data.splits import Splits
from studio.learn.bundle_reading import unpack
from studio.learn.checkpoints import load_model, load_state, save_state
from studio.learn.claim_counts import Findings
from studio.learn.classifier import Classifier
from studio.learn.environment import read_environment
from studio.learn.report_files import read_checks, read_diagnosis, read_reports
from studio.learn.run_claims import check_claims
from studio.learn.verify_job import verify
from studio.learn.weights import read_weights
from tests.fuzzing import EXAMPLES, FEW, damaged, read_damaged
from tests.learn.models import save_random_model
from tests.learn.test_run_bundle import pack
from tests.learn.training import draw_photos, quick_config, train_here

IN_A_RUN = (
    "config.json", "split.json", "environment.json", "events.jsonl", "metrics.csv", "checkpoints/best.pt",
    "evaluation/val.json", "evaluation/validation.json",
)  # fmt: skip


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """A small run on photos of two classes."""
    folder = tmp_path_factory.mktemp("fuzzed")
    photos = draw_photos(folder / "photos", {"clean": 6, "dirty": 6})
    train_here(photos, folder / "run", quick_config(training__epochs=1))
    return RunFolder(folder / "run")


def rezipped(content: bytes, seed: int) -> bytes:
    """A zip archive of which one member was damaged before it was packed; now and then the archive itself."""
    if seed % 4 == 0:
        return damaged(content, seed)
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        names = old.namelist()
        for number, name in enumerate(names):
            part = old.read(name)
            new.writestr(name, damaged(part, seed) if number == seed % len(names) else part)
    return made.getvalue()


@EXAMPLES
@pytest.mark.parametrize("damage", [damaged, rezipped])
def test_a_model(tmp_path: Path, damage: Callable[[bytes, int], bytes], examples: int) -> None:
    save_random_model(tmp_path / "best.pt")
    read = load_model if examples == FEW else Classifier.load  # which builds the network
    read_damaged(tmp_path / "best.pt", read, examples, damage=damage)


@EXAMPLES
@pytest.mark.parametrize("damage", [damaged, rezipped])
def test_the_state_of_a_training(tmp_path: Path, damage: Callable[[bytes, int], bytes], examples: int) -> None:
    save_state(tmp_path / "last.pt", {"epoch": 3, "optimizer": {"steps": [torch.ones(2)], "lr": 0.1}})
    read_damaged(tmp_path / "last.pt", load_state, examples, damage=damage)


@EXAMPLES
@pytest.mark.parametrize("name", IN_A_RUN)
def test_a_run(trained: RunFolder, name: str, examples: int) -> None:
    file = trained.path / name

    def read(file: Path) -> None:
        problems: list[str] = []
        for report in (read_reports, read_checks, read_diagnosis):
            report(trained, problems)
        check_claims(trained, findings := Findings())
        assert findings.checked
        for one in (lambda: Splits.load(trained.split), lambda: read_environment(trained)):
            if file in (trained.split, trained.environment):
                one()

    read_damaged(file, read, max(5, examples // 5))


@EXAMPLES
@pytest.mark.parametrize("damage", [damaged, rezipped])
def test_a_bundle(trained: RunFolder, tmp_path: Path, damage: Callable[[bytes, int], bytes], examples: int) -> None:
    pack(trained.path, tmp_path / "run.zip")

    def read(file: Path) -> None:
        verify(VerifyRequest(path=str(file)), tmp_path, seat=ALONE, emit=lambda event: None, should_stop=never)

    read_damaged(tmp_path / "run.zip", read, max(5, examples // 5), damage=damage)
    assert [place.name for place in tmp_path.iterdir()] == ["run.zip"]


def opcodes(target: Path) -> dict[str, bytes]:
    """Pickles that would make a file when they are read, each by other means."""
    path = str(target).encode()
    make = b"cpathlib\nPath.touch\n"
    return {
        "REDUCE": b"cposix\nmkdir\n(V" + path + b"\ntR.",
        "builtins": b"cbuiltins\nexec\n(Vopen('" + path + b"', 'w')\ntR.",
        "STACK_GLOBAL": b"\x80\x04\x8c\x05posix\x8c\x05mkdir\x93" + _text(path) + b"\x85R.",
        "INST": b"(V" + path + b"\niposix\nmkdir\n.",
        "OBJ": b"(cposix\nmkdir\nV" + path + b"\no.",
        "NEWOBJ": b"\x80\x02cpathlib\nPath\n)\x81.",
        "BUILD": b"\x80\x02ctorch._utils\n_rebuild_tensor\n}V__call__\n" + make + b"sb.",
        "EXT": b"\x80\x02\x82\x01.",
        "PERSID": b"Ppersistent\n.",
        "torch": b"ctorch.hub\nload_state_dict_from_url\n(Vhttp://127.0.0.1:9/x.pt\ntR.",
        "inner": b"\x80\x02ctorch.serialization\nload\n(V" + path + b"\ntR.",
    }


def _text(content: bytes) -> bytes:
    return b"X" + struct.pack("<I", len(content)) + content


def zipped(content: bytes) -> bytes:
    """A pickle where a file of PyTorch holds its own."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("archive/data.pkl", content)
        archive.writestr("archive/version", "3\n")
        archive.writestr("archive/byteorder", "little")
    return made.getvalue()


def legacy(content: bytes) -> bytes:
    """A pickle behind the head of PyTorch's old format."""
    head = (0x1950A86A20F9469CFC6C, 1001, {"protocol_version": 1001, "little_endian": True, "type_sizes": {}})
    return b"".join(pickle.dumps(part, protocol=2) for part in head) + content + pickle.dumps([], protocol=2)


@pytest.mark.parametrize("packed", [bytes, zipped, legacy])
@pytest.mark.parametrize("name", opcodes(Path("/nowhere")))
def test_no_pickle_runs(tmp_path: Path, name: str, packed: Callable[[bytes], bytes]) -> None:
    target = tmp_path / "harm"
    for suffix in (".pt", ".pth", ".spotless", ".safetensors", ".npy", ".zip"):
        file = tmp_path / f"hostile{suffix}"
        file.write_bytes(packed(opcodes(target)[name]))
        for read in (load_model, load_state, read_weights, lambda file: unpack(file, tmp_path / "run")):
            with pytest.raises(UserError, match="hostile"):
                read(file)
            assert not target.exists() and not (tmp_path / "run").exists()


def test_a_pickle_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    doubled = b"\x80\x02]q\x00" + b"".join(b"h\x00h\x00\x86q\x00" for _ in range(60)) + b"."
    tensor = b"\x80\x02cbuiltins\nbytearray\n\x8a\x05\x00\x00\x00\x00\x10\x85R."
    for content in (doubled, tensor):
        (tmp_path / "bomb.pt").write_bytes(zipped(content))
        with pytest.raises(UserError, match=r"bomb\.pt"):
            load_model(tmp_path / "bomb.pt")


def test_a_bundle_of_very_many_files_is_refused_at_once(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as archive:
        for number in range(3_000):
            archive.writestr(f"evaluation/{number}.json", "")
    with pytest.raises(UserError, match="3000 files, more than"):
        unpack(tmp_path / "many.zip", tmp_path / "run")
