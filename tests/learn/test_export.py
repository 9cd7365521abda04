"""An exported model answers as the studio does."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from studio.core import jobs
from studio.core.children import never
from studio.core.errors import UserError
from studio.core.expert_events import Exported
from studio.core.registry import ARCHITECTURES
from studio.core.requests import ExportRequest, Prediction
from studio.core.winner import winner
from studio.data.exported_model import answer, open_model
from studio.learn import architectures as architectures
from studio.learn import export_job, export_onnx, export_torch
from studio.learn.checkpoints import load_model, save_model
from studio.learn.classifier import Classifier
from studio.learn.export_job import SUFFIXES
from studio.learn.export_network import Exportable
from studio.learn.export_parity import LIMIT
from studio.learn.export_torch import FACTS
from tests.learn.models import save_random_model
from tests.learn.training import draw_photos

QUICK = {"onnx": ("custom_cnn",), "torch": ("mobilenet_v3",)}
ALL = (*(entry.name for entry in ARCHITECTURES), "timm/resnet10t")
# Chance weights of some networks answer 0.5 for everything; divided by little, their answers part.
LIVELY = 0.01


def _need_onnx() -> None:
    """ONNX is an extra; without it the rest is tested."""
    # Not imported: onnxruntime loads with what `open_model` tells it, or reports to its makers.
    missing = [name for name in export_onnx.PACKAGES if find_spec(name) is None]
    if missing:
        pytest.skip(f"{missing} are not installed")


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return draw_photos(tmp_path / "photos", {"clean": 3, "dirty": 3}, size_px=80)


@pytest.fixture
def export(photos: Path) -> Callable[..., Exported]:
    def run(model: Path, file: Path, kind: str = "onnx") -> Exported:
        if kind == "onnx":
            _need_onnx()
        request = ExportRequest(model=str(model), kind=kind, file=str(file), photos=(str(photos),))  # type: ignore[arg-type]
        done = export_job.export(request, file.parent, seat=jobs.ALONE, emit=lambda event: None, should_stop=never)
        assert done is not None
        return done

    return run


def answers(model: Path, photos: Path) -> list[Prediction]:
    found = Classifier.load(model).classify(sorted(photos.rglob("*.png")))
    return [one for one in found if isinstance(one, Prediction)]


def lively_temperature(found: list[Prediction]) -> float:
    """What to divide logits by so that answers are neither all alike nor all certain, which would agree anyhow."""
    margins = [abs(math.log(one.probabilities["dirty"]) - math.log(one.probabilities["clean"])) for one in found]
    return max(margins) / 2


@pytest.mark.parametrize(
    ("kind", "architecture"),
    [
        (kind, name) if name in quick else pytest.param(kind, name, marks=pytest.mark.slow)
        for kind, quick in QUICK.items()
        for name in ALL
    ],
)
def test_every_architecture_can_be_exported(
    kind: str, architecture: str, tmp_path: Path, photos: Path, export: Callable[..., Exported]
) -> None:
    model = tmp_path / "model.spotless"
    # No multiple of 32, so that maps of odd sizes occur.
    save_random_model(model, model__architecture=architecture, model__input_size=[72, 72])
    save_model(model, replace(load_model(model), temperature=lively_temperature(answers(model, photos))))
    assert 0.6 < max(max(one.probabilities.values()) for one in answers(model, photos)) < 0.95
    done = export(model, tmp_path / "out" / "model", kind)
    assert done.framed_difference is not None and done.framed_difference <= LIMIT
    assert done.file_difference is not None and done.file_difference <= LIMIT
    assert done.photos == 6
    assert [Path(file).name for file in done.files] == [f"model{SUFFIXES[kind]}", "framing.py"]


def test_members_views_temperature_threshold_and_band_are_inside(
    tmp_path: Path, photos: Path, export: Callable[..., Exported]
) -> None:
    model = tmp_path / "model.spotless"
    save_random_model(
        model, members=2, is_frozen=True, tta__enabled=True, tta__views="mirror", data__framing="dish",
        data__background="grey", temperature=3.0, threshold=0.2,
    )  # fmt: skip
    shares = sorted(one.probabilities["dirty"] for one in answers(model, photos))
    # Between the answers, so that both sides of each occur.
    threshold, low = (shares[2] + shares[3]) / 2, (shares[0] + shares[1]) / 2
    save_model(model, replace(load_model(model), threshold=threshold, band=(low, shares[4] + 1e-9)))
    export(model, tmp_path / "model.onnx")
    session = open_model(tmp_path / "model.onnx")
    for own in answers(model, photos):
        chosen, found, look = answer(session, own.path)
        assert found == pytest.approx(own.probabilities, abs=1e-5)
        assert (chosen, look) == (own.chosen, own.look)


def test_three_classes_without_a_threshold_are_told_apart(
    tmp_path: Path, photos: Path, export: Callable[..., Exported]
) -> None:
    model = tmp_path / "model.spotless"
    save_random_model(model, classes=("cup", "plate", "tray"), threshold=None, temperature=LIVELY)
    export(model, tmp_path / "model.onnx")
    session = open_model(tmp_path / "model.onnx")
    assert json.loads(session.get_modelmeta().custom_metadata_map["threshold"]) is None
    for own in answers(model, photos):
        chosen, found, look = answer(session, own.path)
        assert (chosen, set(found), look) == (own.chosen, {"cup", "plate", "tray"}, False)


@pytest.mark.parametrize("share", [np.float32(0.7), np.nextafter(np.float32(0.7), np.float32(1)), np.float32(0.25)])
@pytest.mark.parametrize("point", [0.7, 0.25, float(np.float32(0.7))])
def test_a_probability_beside_the_threshold_is_judged_as_by_winner(
    tmp_path: Path, share: np.float32, point: float
) -> None:
    file = tmp_path / "model.spotless"
    save_random_model(file, threshold=point)
    network = Exportable(replace(load_model(file), band=(point, 1.0)), file).network
    shares = torch.tensor([[1 - share, share]], dtype=torch.float32)
    assert int(network.chosen(shares)) == winner(shares[0].tolist(), 1, point)
    assert bool(network.look(shares)) == (point <= float(share) < 1.0)


@pytest.fixture(scope="module")
def cropping(tmp_path_factory: pytest.TempPathFactory) -> Any:
    _need_onnx()
    folder = tmp_path_factory.mktemp("cropping")
    save_random_model(folder / "model.spotless", data__framing="crop", threshold=0.25)
    photo = next(draw_photos(folder / "photos", {"clean": 1}).rglob("*.png"))
    request = ExportRequest(
        model=str(folder / "model.spotless"), kind="onnx", file=str(folder / "model.onnx"), photos=(str(photo),)
    )
    export_job.export(request, folder, seat=jobs.ALONE, emit=lambda event: None, should_stop=never)
    return open_model(folder / "model.onnx")


def test_the_file_says_what_it_needs(cropping: Any) -> None:
    facts = cropping.get_modelmeta().custom_metadata_map
    values = {name: json.loads(value) for name, value in facts.items()}
    assert values["classes"] == ["clean", "dirty"]
    assert (values["positive"], values["threshold"]) == ("dirty", 0.25)
    assert (values["framing"], values["background"], values["input_size"]) == ("crop", "keep", [32, 32])
    assert (values["spotless_schema"], values["framing_file"], values["inputs"]) == (1, "framing.py", ["image"])


def test_a_larger_framed_picture_is_scaled_inside_without_aliasing(cropping: Any) -> None:
    stripes = np.zeros((1, 128, 128, 3), np.uint8)
    stripes[:, :, ::2] = 200  # finer than the network's 32 px can show
    grey = np.full((1, 32, 32, 3), 100, np.uint8)
    fine, plain = (cropping.run(["probabilities"], {"image": image})[0] for image in (stripes, grey))
    assert fine == pytest.approx(plain, abs=0.02)
    many = cropping.run(["chosen"], {"image": np.zeros((5, 40, 50, 3), np.uint8)})[0]
    assert many.shape == (5,)


def test_an_archive_of_pytorch_answers_the_same(tmp_path: Path, photos: Path, export: Callable[..., Exported]) -> None:
    model = tmp_path / "model.spotless"
    save_random_model(model, is_frozen=True, temperature=2.0)
    done = export(model, tmp_path / "model", "torch")
    assert done.files[0].endswith("model.pt2")
    assert max(done.framed_difference or 0, done.file_difference or 0) <= LIMIT
    extra: dict[str, Any] = {FACTS: ""}
    network = torch.export.load(done.files[0], extra_files=extra).module()
    assert json.loads(extra[FACTS])["inputs"] == ["image", "inside"]
    image = torch.zeros(3, 40, 48, 3, dtype=torch.uint8)
    shares, chosen, look = network(image, torch.full((3, 40, 48), 255, dtype=torch.uint8))
    assert (tuple(shares.shape), tuple(chosen.shape), look.dtype) == ((3, 2), (3,), torch.bool)


def test_an_export_that_answers_otherwise_is_not_written(
    tmp_path: Path, export: Callable[..., Exported], monkeypatch: pytest.MonkeyPatch
) -> None:
    model, file = tmp_path / "model.spotless", tmp_path / "out" / "model.pt2"
    save_random_model(model)
    file.parent.mkdir()
    file.write_bytes(b"the one before")
    monkeypatch.setattr(export_torch, "open_archive", lambda *_: lambda inputs: np.array([[1.0, 0.0]], np.float32))
    with pytest.raises(UserError, match="was not written: its probabilities differ .* more than 0.001 is refused"):
        export(model, file, "torch")
    assert file.read_bytes() == b"the one before"
    assert [one.name for one in file.parent.iterdir()] == ["model.pt2"]


def test_without_the_packages_it_says_which_command_installs_them(
    tmp_path: Path, export: Callable[..., Exported], monkeypatch: pytest.MonkeyPatch
) -> None:
    save_random_model(tmp_path / "model.spotless")
    monkeypatch.setattr(export_onnx, "find_spec", lambda name: None if name == "onnxscript" else name)
    with pytest.raises(UserError, match=r"needs onnxscript, which is not installed; .*pip install .*export"):
        export(tmp_path / "model.spotless", tmp_path / "model.onnx")


def test_a_file_named_as_something_else_is_refused(tmp_path: Path, export: Callable[..., Exported]) -> None:
    save_random_model(tmp_path / "model.spotless")
    with pytest.raises(UserError, match="must end in .pt2; name it model.pt2"):
        export(tmp_path / "model.spotless", tmp_path / "model.pt", "torch")


def test_a_model_without_photos_is_compared_on_drawn_dishes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_job, "PHOTOS", 3)
    save_random_model(tmp_path / "model.spotless")
    file = str(tmp_path / "model.pt2")
    request = ExportRequest(model=str(tmp_path / "model.spotless"), kind="torch", file=file)
    done = export_job.export(request, tmp_path, seat=jobs.ALONE, emit=lambda event: None, should_stop=never)
    assert done is not None and done.photos == 3
    assert "On 3 drawn dishes its probabilities are the studio's to within 0.000" in done.sentence


def test_photos_that_opencv_cannot_read_are_told_of(
    tmp_path: Path, photos: Path, export: Callable[..., Exported]
) -> None:
    import pillow_heif

    pillow_heif.register_heif_opener()
    picture = Image.open(next(photos.rglob("*.png")))
    picture.save(photos / "clean" / "phone.heic")
    save_random_model(tmp_path / "model.spotless")
    done = export(tmp_path / "model.spotless", tmp_path / "model.pt2", "torch")
    assert done.photos == 7
    assert "framing.py cannot read 1 of them" in done.sentence


def test_a_stopped_export_leaves_nothing(tmp_path: Path, photos: Path) -> None:
    save_random_model(tmp_path / "model.spotless")
    file = tmp_path / "out" / "model.pt2"
    request = ExportRequest(model=str(tmp_path / "model.spotless"), kind="torch", file=str(file), photos=(str(photos),))
    assert (
        export_job.export(request, tmp_path, seat=jobs.ALONE, emit=lambda event: None, should_stop=lambda: True) is None
    )
    assert list(file.parent.iterdir()) == []
