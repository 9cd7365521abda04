"""Classifier: every file is answered for or rejected, by the very steps of the validation."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import torch

from studio.core.errors import UserError
from studio.core.requests import ClassifyRequest, Prediction, RejectedPhoto
from studio.data.framing import Framed
from studio.data.sight import see_unknown
from studio.data.transforms import to_input, unpack
from studio.learn import classifier as classifier_module
from studio.learn import classify_host
from studio.learn.checkpoints import load_model
from studio.learn.classifier import Classifier
from studio.learn.recollection import Known, Recollection
from tests.data.pictures import save_dishes
from tests.learn.models import save_random_model
from tests.learn.training import draw_photos, train_here


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return save_dishes(tmp_path_factory.mktemp("photos"), 6)


@pytest.fixture(autouse=True)
def two_desks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several photos are answered for at once, as where there are two cores."""
    monkeypatch.setattr(classifier_module, "desk_count", lambda: 2)


def answered(classifier: Classifier, photos: list[Path], **how: object) -> list[Prediction]:
    answers = list(classifier.classify(photos, **how))  # type: ignore[arg-type]
    assert all(isinstance(answer, Prediction) for answer in answers)
    return answers  # type: ignore[return-value]


def shares(answers: list[Prediction]) -> np.ndarray:
    return np.array([list(answer.probabilities.values()) for answer in answers])


def by_hand(photo: Path, network: torch.nn.Module, *, flip: tuple[int, ...] = ()) -> torch.Tensor:
    framed = see_unknown(photo, framing="stretch", background="keep", size_hw=(32, 32))
    images, inside = unpack(torch.from_numpy(np.dstack([framed.image_HW3, framed.inside_HW]))[None])
    pictures = to_input(images, network.scale)
    with torch.no_grad():
        return network(pictures.flip(flip), inside.flip(flip)).double()[0]


@pytest.mark.parametrize("is_frozen", [False, True])
def test_probabilities_are_those_of_the_network_for_the_framed_photo(
    tmp_path: Path, photos: list[Path], is_frozen: bool
):
    (network,) = save_random_model(tmp_path / "m.spotless", temperature=2.0, is_frozen=is_frozen)
    answers = answered(Classifier.load(tmp_path / "m.spotless"), photos)
    wanted = np.stack([(by_hand(photo, network) / 2).softmax(0).numpy() for photo in photos])
    np.testing.assert_allclose(shares(answers), wanted, atol=1e-4)
    np.testing.assert_allclose(shares(answers).sum(1), 1, atol=1e-9)
    assert [answer.path for answer in answers] == [str(photo) for photo in photos]
    assert all(answer.ms > 0 and answer.heat_map is None and not answer.look for answer in answers)


@pytest.mark.parametrize("is_frozen", [False, True])
def test_fewer_bits_give_nearly_the_same_answers_with_heat_maps(
    tmp_path: Path, photos: list[Path], monkeypatch: pytest.MonkeyPatch, is_frozen: bool
):
    save_random_model(tmp_path / "m.spotless", members=2, is_frozen=is_frozen)
    wanted = answered(Classifier.load(tmp_path / "m.spotless"), photos, heat_maps=True)
    monkeypatch.setattr(classifier_module, "choose_answering_precision", lambda *_: "bfloat16")
    given = answered(Classifier.load(tmp_path / "m.spotless"), photos, heat_maps=True)
    assert not np.array_equal(shares(given), shares(wanted))
    np.testing.assert_allclose(shares(given), shares(wanted), atol=0.02)
    for one, other in zip(given, wanted, strict=True):
        assert one.heat_map is not None and other.heat_map is not None
        seen, meant = (np.frombuffer(answer.rgb, np.uint8).astype(float) for answer in (one.heat_map, other.heat_map))
        assert np.abs(seen - meant).mean() < 8


@pytest.mark.parametrize("is_frozen", [False, True])
def test_members_are_averaged(tmp_path: Path, photos: list[Path], is_frozen: bool):
    made = save_random_model(tmp_path / "m.spotless", members=3, is_frozen=is_frozen)
    wanted = torch.stack([by_hand(photos[0], network).softmax(0) for network in made]).mean(0)
    (answer,) = answered(Classifier.load(tmp_path / "m.spotless"), photos[:1])
    np.testing.assert_allclose(list(answer.probabilities.values()), wanted.numpy(), atol=1e-4)


@pytest.mark.parametrize(("views", "flips"), [("mirror", [(), (3,)]), ("flips", [(), (3,), (2,), (2, 3)])])
def test_several_looks_are_averaged(tmp_path: Path, photos: list[Path], views: str, flips: list[tuple[int, ...]]):
    (network,) = save_random_model(tmp_path / "m.spotless", tta__enabled=True, tta__views=views)
    wanted = torch.stack([by_hand(photos[0], network, flip=flip).softmax(0) for flip in flips]).mean(0)
    (answer,) = answered(Classifier.load(tmp_path / "m.spotless"), photos[:1])
    np.testing.assert_allclose(list(answer.probabilities.values()), wanted.numpy(), atol=1e-4)


def test_the_positive_class_wins_exactly_from_its_threshold(tmp_path: Path, photos: list[Path]):
    save_random_model(tmp_path / "m.spotless", threshold=0.999999)
    classifier = Classifier.load(tmp_path / "m.spotless")
    answers = answered(classifier, photos)
    assert {answer.chosen for answer in answers} == {"clean"}
    exactly = answers[0].probabilities["dirty"]
    assert answered(classifier, photos, threshold=exactly)[0].chosen == "dirty"
    assert answered(classifier, photos, threshold=np.nextafter(exactly, 1))[0].chosen == "clean"
    assert {answer.chosen for answer in answered(classifier, photos, threshold=0.0)} == {"dirty"}


def test_without_a_threshold_the_most_probable_class_wins(tmp_path: Path, photos: list[Path]):
    save_random_model(tmp_path / "m.spotless", classes=("cup", "fork", "plate"), threshold=None)
    classifier = Classifier.load(tmp_path / "m.spotless")
    for answer in answered(classifier, photos):
        assert answer.probabilities[answer.chosen] == max(answer.probabilities.values())
    assert classifier.facts.threshold is None and classifier.facts.positive is None


def test_every_file_is_answered_or_rejected_in_order(tmp_path: Path, photos: list[Path]):
    save_random_model(tmp_path / "m.spotless")
    torn = tmp_path / "torn.jpg"
    torn.write_bytes(photos[0].read_bytes()[:300])
    (tmp_path / "empty.png").write_bytes(b"")
    files = [torn, photos[0], tmp_path / "empty.png", tmp_path / "gone.jpg", photos[1], *photos[2:], torn]
    answers = list(Classifier.load(tmp_path / "m.spotless").classify(files))
    assert [answer.path for answer in answers] == [str(file) for file in files]
    kinds = [type(answer) for answer in answers]
    assert kinds == [RejectedPhoto, Prediction, RejectedPhoto, RejectedPhoto, *[Prediction] * 5, RejectedPhoto]
    assert all(answer.reason for answer in answers if isinstance(answer, RejectedPhoto))


def test_nothing_asked_is_nothing_answered(tmp_path: Path):
    save_random_model(tmp_path / "m.spotless")
    assert list(Classifier.load(tmp_path / "m.spotless").classify([])) == []


def test_who_stops_listening_leaves_no_thread(tmp_path: Path, photos: list[Path]):
    save_random_model(tmp_path / "m.spotless")
    answers = Classifier.load(tmp_path / "m.spotless").classify(photos * 4)
    next(answers)
    answers.close()  # the guard of all tests looks for threads


def test_a_photo_is_answered_alike_alone_and_among_others(tmp_path: Path, photos: list[Path]):
    save_random_model(tmp_path / "m.spotless")
    classifier = Classifier.load(tmp_path / "m.spotless")
    together, alone = answered(classifier, photos), answered(classifier, photos[3:4])
    np.testing.assert_allclose(shares(together)[3], shares(alone)[0], atol=1e-6)


@pytest.mark.parametrize("is_frozen", [False, True])
def test_a_heat_map_lies_over_the_whole_upright_photo(tmp_path: Path, photos: list[Path], is_frozen: bool):
    save_random_model(tmp_path / "m.spotless", is_frozen=is_frozen, data__framing="dish")
    for answer in answered(Classifier.load(tmp_path / "m.spotless"), photos[:2], heat_maps=True):
        heat = answer.heat_map
        assert heat is not None and (heat.width, heat.height) == (96, 72)
        pixels = np.frombuffer(heat.rgb, np.uint8).reshape(72, 96, 3)
        assert (pixels[..., 0] == pixels[..., 1]).all() and pixels.max() > 150


def test_a_run_s_folder_is_a_model(tmp_path: Path):
    data = draw_photos(tmp_path / "photos", {"clean": 5, "dirty": 5})
    training = train_here(data, tmp_path / "run")
    classifier = Classifier.load(training.run.path)
    assert classifier.classes == ("clean", "dirty") and classifier.positive == "dirty"
    assert classifier.facts.title == training.run.title
    assert len(answered(classifier, sorted(data.rglob("*.png")))) == 10


def test_what_is_no_model_is_refused_in_words(tmp_path: Path):
    with pytest.raises(UserError, match=r"does not exist; name a run's folder or a model file"):
        Classifier.load(tmp_path / "nowhere")
    with pytest.raises(UserError, match="is no run"):
        Classifier.load(tmp_path)
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(UserError, match="no model yet"):
        Classifier.load(tmp_path)


def spoilt(file: Path, change: object) -> Path:
    content = torch.load(file, weights_only=True)
    change(content)  # type: ignore[operator]
    torch.save(content, file)
    return file


SPOILED = {
    "a tensor of another shape": lambda content: content["members"][0]["weights"].update(
        {"body.head.5.bias": torch.zeros(7)}
    ),
    "a tensor missing": lambda content: content["members"][0]["weights"].pop("body.head.5.bias"),
    "a tensor too many": lambda content: content["members"][0]["weights"].update({"other": torch.zeros(1)}),
    "no numbers": lambda content: content["members"][0]["weights"]["body.head.5.bias"].fill_(float("nan")),
    "a network too large for its weights": lambda content: content["config"]["model"].update(
        {"architecture": "timm/vit_giant_patch14_clip_224"}
    ),
    "an unknown network": lambda content: content["config"]["model"].update({"architecture": "timm/none"}),
    "a later version": lambda content: content.update({"schema_version": 99}),
    "no settings": lambda content: content.pop("config"),
    "one class": lambda content: content.update({"classes": ["clean"]}),
}


@pytest.mark.parametrize("how", SPOILED)
def test_a_hostile_or_broken_model_is_refused_by_name(tmp_path: Path, how: str):
    save_random_model(tmp_path / "m.spotless")
    file = spoilt(tmp_path / "m.spotless", SPOILED[how])
    with pytest.raises(UserError, match=str(file)):
        Classifier.load(file)


def test_a_model_that_was_trained_from_packaged_weights_needs_neither_them_nor_their_file(
    tmp_path: Path, photos: list[Path]
):
    save_random_model(tmp_path / "m.spotless", is_frozen=True)
    (tmp_path / "weights.pt").unlink()
    assert load_model(tmp_path / "m.spotless").config.model.weights is not None
    assert len(answered(Classifier.load(tmp_path / "m.spotless"), photos)) == 6


def test_the_warm_host_loads_a_model_once_until_its_file_changes(
    tmp_path: Path, photos: list[Path], monkeypatch: pytest.MonkeyPatch
):
    file = tmp_path / "m.spotless"
    save_random_model(file)
    threads = torch.get_num_threads()
    answer = classify_host.make()
    torch.set_num_threads(threads)
    loaded: list[Path] = []
    load = Classifier.load
    monkeypatch.setattr(Classifier, "load", lambda place: loaded.append(place) or load(place))
    empty = answer(ClassifyRequest(model=str(file), photos=()))
    assert empty.predictions == () and empty.model.classes == ("clean", "dirty")
    first = answer(ClassifyRequest(model=str(file), photos=(str(photos[0]), str(tmp_path / "gone.jpg"))))
    assert len(first.predictions) == 1 and len(first.rejected) == 1 and len(loaded) == 1
    save_random_model(file, members=2)
    os.utime(file, ns=(1, 1))
    second = answer(ClassifyRequest(model=str(file), photos=(str(photos[0]),), threshold=0.0, with_heat_map=True))
    assert len(loaded) == 2
    assert second.predictions[0].chosen == "dirty" and second.predictions[0].heat_map is not None
    assert second.predictions[0].probabilities != first.predictions[0].probabilities


def test_a_second_question_about_a_photo_reads_it_only_if_it_has_changed(
    tmp_path: Path, photos: list[Path], monkeypatch: pytest.MonkeyPatch
):
    save_random_model(tmp_path / "m.spotless")
    file = tmp_path / "dish.jpg"
    file.write_bytes(photos[0].read_bytes())
    classifier = Classifier.load(tmp_path / "m.spotless")
    classifier.remember(2**20)
    read: list[Path] = []
    see = see_unknown
    monkeypatch.setattr(
        "studio.learn.classifier.see_unknown", lambda path, **how: read.append(path) or see(path, **how)
    )
    (first,) = answered(classifier, [file])
    (second,) = answered(classifier, [file], heat_maps=True)
    assert read == [file] and second.heat_map is not None
    assert second.probabilities == first.probabilities
    file.write_bytes(photos[1].read_bytes())
    os.utime(file, ns=(1, 1))
    (third,) = answered(classifier, [file])
    assert len(read) == 2 and third.probabilities != first.probabilities


def test_photos_not_asked_about_for_longest_are_forgotten_first(tmp_path: Path):
    nothing = np.zeros((8, 8), np.uint8)
    framed = Framed(image_HW3=np.dstack([nothing] * 3), inside_HW=nothing, window=(0, 0, 8, 8), photo_hw=(8, 8))
    paths = [tmp_path / name for name in "abc"]
    recollection = Recollection(2 * 4 * 64)
    for path in paths:
        path.touch()
        recollection.keep(path, Known(framed=framed))
        recollection.find(paths[0])
    assert [recollection.find(path) is not None for path in paths] == [True, False, True]


def test_warming_up_leaves_nothing_behind(tmp_path: Path, photos: list[Path]):
    save_random_model(tmp_path / "m.spotless", is_frozen=True)
    classifier = Classifier.load(tmp_path / "m.spotless")
    before = shares(answered(classifier, photos[:1]))
    classifier.warm_up()
    np.testing.assert_allclose(shares(answered(classifier, photos[:1])), before, atol=1e-9)
