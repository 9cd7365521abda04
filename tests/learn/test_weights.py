"""Weights: those of the package fit to the bit, those of a file are read without running code."""

from __future__ import annotations

import pickle
import zipfile
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from studio.core.errors import UserError
from studio.core.sections import ModelSettings
from studio.learn import weights
from studio.learn.architectures import build_network
from studio.learn.weights import fill, lite0_weights, read_weights


def pattern_224() -> torch.Tensor:
    numbers = torch.arange(3 * 224 * 224, dtype=torch.int64) * 7919 % 256
    return (numbers.view(1, 3, 224, 224).float() - 127) / 128


def test_lite0_answers_as_the_original_package_does():
    timm = pytest.importorskip("timm")
    network = timm.create_model("tf_efficientnet_lite0", pretrained=False).eval()
    assert not any(network.load_state_dict(lite0_weights()))
    with torch.no_grad():
        logits = network(pattern_224())[0]
    # Logits of efficientnet-lite-pytorch 0.1.0 with the same weights, equal to the last bit when they were taken.
    values, places = logits.topk(5)
    assert places.tolist() == [905, 904, 753, 892, 858]
    wanted = torch.tensor([6.7051, 5.4078, 4.4689, 4.3743, 3.8986])
    torch.testing.assert_close(values, wanted, atol=2e-3, rtol=0)
    first = torch.tensor([-1.41795, -0.46799, 0.04607, -1.45537, -0.95375])
    torch.testing.assert_close(logits[:5], first, atol=2e-3, rtol=0)


def test_pretrained_lite0_brings_its_weights_and_their_scale():
    network = build_network(ModelSettings(architecture="efficientnet_lite0", pretrained=True, input_size=64), 3)
    assert torch.equal(network.body.conv_stem.weight, lite0_weights()["conv_stem.weight"])
    assert network.body.classifier.weight.shape == (3, 1280)
    assert network.scale.mean == (127, 127, 127) and network.scale.std == (128, 128, 128)


def state() -> dict[str, torch.Tensor]:
    return {
        "0.weight": torch.ones(4, 3),
        "0.bias": torch.zeros(4),
        "1.weight": torch.ones(2, 4),
        "1.bias": torch.ones(2),
    }


def two_layers() -> torch.nn.Sequential:
    return torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Linear(4, 2))


WRAPPINGS = {
    "as it is": lambda tensors: tensors,
    "in a checkpoint": lambda tensors: {"epoch": 3, "state_dict": tensors},
    "of a wrapped network": lambda tensors: {f"module._orig_mod.{name}": value for name, value in tensors.items()},
    "of a model of ours": lambda tensors: {
        "format": "spotless-model",
        "members": [{"weights": {f"body.{name}": value for name, value in tensors.items()}}],
    },
}


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_a_state_dict_is_found_wherever_it_lies(tmp_path: Path, wrapping: str):
    torch.save(WRAPPINGS[wrapping](state()), tmp_path / "file.pt")
    network = two_layers()
    fill(network, read_weights(tmp_path / "file.pt"), source="file.pt", heads=("1",))
    assert network[0].weight.eq(1).all()


def test_safetensors_are_read(tmp_path: Path):
    save_file(state(), tmp_path / "file.safetensors")
    assert read_weights(tmp_path / "file.safetensors").keys() == state().keys()


def test_a_head_of_other_classes_is_left_out():
    network = two_layers()
    before = network[1].weight.clone()
    other = {**state(), "1.weight": torch.ones(1000, 4), "1.bias": torch.ones(1000)}
    fill(network, other, source="file.pt", heads=("1",))
    assert network[0].weight.eq(1).all() and torch.equal(network[1].weight, before)


def test_weights_of_another_network_are_refused_with_an_example_and_change_nothing():
    network = two_layers()
    before = network[0].weight.clone()
    with pytest.raises(UserError, match=r"file\.pt: belongs to another network.*0\.weight is 4 × 9 instead of 4 × 3"):
        fill(network, {**state(), "0.weight": torch.ones(4, 9)}, source="file.pt", heads=("1",))
    with pytest.raises(UserError, match=r"0\.bias is missing"):
        fill(network, {"0.weight": torch.ones(4, 3)}, source="file.pt", heads=("1",))
    assert torch.equal(network[0].weight, before)


class Evil:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (exec, ("raise SystemExit('code of a stranger ran')",))


def write_hostile(folder: Path) -> dict[str, Path]:
    files = {}
    for name, content in {
        "empty": b"",
        "text": b"these are no weights",
        "cut": b"PK\x03\x04" + bytes(100),
        "pickle": pickle.dumps(Evil()),
    }.items():
        files[name] = folder / f"{name}.pt"
        files[name].write_bytes(content)
    files["code"] = folder / "code.pt"
    torch.save({"state_dict": Evil()}, files["code"])
    files["numbers"] = folder / "numbers.pt"
    torch.save([1, 2, 3], files["numbers"])
    files["unnamed"] = folder / "unnamed.pt"
    torch.save({1: torch.ones(2)}, files["unnamed"])
    files["half"] = folder / "half.pt"
    torch.save(state(), files["half"])
    files["half"].write_bytes(files["half"].read_bytes()[:-200])
    files["safe"] = folder / "bad.safetensors"
    files["safe"].write_bytes(b"\xff" * 64)
    files["missing"] = folder / "nowhere.pt"
    files["folder"] = folder
    return files


@pytest.mark.parametrize(
    "kind",
    ["empty", "text", "cut", "pickle", "code", "numbers", "unnamed", "half", "safe", "missing", "folder"],
)
def test_a_hostile_or_broken_file_is_refused_by_name(tmp_path: Path, kind: str):
    file = write_hostile(tmp_path)[kind]
    with pytest.raises(UserError, match=str(file)):
        read_weights(file)


def test_a_tensor_that_claims_more_than_it_holds_is_refused(tmp_path: Path):
    torch.save({"weight": torch.zeros(1).expand(64, 3, 3, 3)}, tmp_path / "thin.pt")
    torch.save({"weight": torch.zeros(8).as_strided((4, 4), (1, 1))}, tmp_path / "woven.pt")
    torch.save({"weight": torch.zeros(4, 3, 5, 5).to(memory_format=torch.channels_last)}, tmp_path / "whole.pt")
    for name in ("thin", "woven"):
        with pytest.raises(UserError, match=r"\.pt: is damaged"):
            read_weights(tmp_path / f"{name}.pt")
    assert read_weights(tmp_path / "whole.pt")["weight"].shape == (4, 3, 5, 5)


def test_a_file_packed_to_explode_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(weights, "MAX_FILE_BYTES", 1_000_000)
    file = tmp_path / "bomb.pt"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data/0", bytes(5_000_000))
    assert file.stat().st_size < 100_000
    with pytest.raises(UserError, match="of memory"):
        read_weights(file)
