"""Runs and bundles are compared with what they say of themselves, and trained again."""

from __future__ import annotations

import itertools
import json
import shutil
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from studio.core import jobs
from studio.core.children import never
from studio.core.errors import UserError
from studio.core.events import Event, Notice, RunFinished
from studio.core.expert_events import Replayed
from studio.core.held_out import read_held_out
from studio.core.requests import ExportRequest, ReplayRequest, ThresholdRequest, VerifyRequest
from studio.core.runs import RunFolder
from studio.core.sections import DirtSettings
from studio.data.dataset import make_dataset
from studio.data.manifest import Manifest
from studio.learn.bundle_format import INDEX, WEIGHTS
from studio.learn.bundle_reading import unpack
from studio.learn.checkpoints import load_model, save_model
from studio.learn.export_job import export
from studio.learn.replay_job import replay
from studio.learn.run_bundle import write_bundle
from studio.learn.threshold_job import set_threshold
from studio.learn.verify_job import verify
from tests.learn.training import are_equal, draw_photos, quick_config, train_here


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with photos, a dataset, a run on it and its bundle."""
    folder = tmp_path_factory.mktemp("original")
    photos = draw_photos(folder / "photos", {"": 8})
    dirt = DirtSettings(ratio=1.0, size_px=64)
    make_dataset([photos], folder / "dataset", dirt, emit=lambda event: None, should_stop=never)
    train_here(folder / "dataset", folder / "run", quick_config(training__epochs=1))
    pack(folder / "run", folder / "run.zip")
    return folder


def pack(run: Path, file: Path) -> None:
    request = ExportRequest(model=str(run), kind="bundle", file=str(file))
    export(request, run, seat=jobs.ALONE, emit=lambda event: None, should_stop=never)


@pytest.fixture
def run(original: Path, tmp_path: Path) -> RunFolder:
    """A copy that may be damaged."""
    shutil.copytree(original / "run", tmp_path / "run")
    return RunFolder(tmp_path / "run")


def problems(place: Path, hear: Callable[[Event], None] = lambda event: None) -> tuple[str, ...]:
    request = VerifyRequest(path=str(place))
    found = verify(request, place, seat=jobs.ALONE, emit=hear, should_stop=never)
    assert found is not None and found.checked > 20
    return found.problems


def flip(file: Path, place: int) -> None:
    content = bytearray(file.read_bytes())
    content[place] ^= 1
    file.write_bytes(bytes(content))


def place_of_tensors(file: Path) -> int:
    """A byte in the middle of the largest tensor's own bytes."""
    with zipfile.ZipFile(file) as archive:
        largest = max(archive.infolist(), key=lambda part: part.file_size)
        return largest.header_offset + 200 + largest.file_size // 2


def changed_json(file: Path, **values: object) -> None:
    file.write_text(json.dumps({**json.loads(file.read_text(encoding="utf-8")), **values}), encoding="utf-8")


def test_a_run_as_it_was_trained_holds_what_it_says(original: Path) -> None:
    assert problems(original / "run") == ()


def test_a_bundle_as_it_was_packed_holds_what_it_says(original: Path) -> None:
    assert problems(original / "run.zip") == ()


def test_the_same_run_gives_the_same_bundle(original: Path, tmp_path: Path) -> None:
    pack(original / "run", tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == (original / "run.zip").read_bytes()


def test_one_flipped_bit_in_a_models_tensors_is_noticed(run: RunFolder) -> None:
    flip(run.best, place_of_tensors(run.best))
    assert any("was changed or damaged" in problem for problem in problems(run.path))
    assert any("their digest differs" in problem for problem in problems(run.path))


def test_one_flipped_bit_in_a_bundles_tensors_is_noticed(original: Path, tmp_path: Path) -> None:
    file = shutil.copy(original / "run.zip", tmp_path / "run.zip")
    with zipfile.ZipFile(file) as archive:
        weights = archive.getinfo(WEIGHTS)
    flip(file, weights.header_offset + weights.file_size // 2)
    with pytest.raises(UserError, match="is damaged"):
        problems(file)


def test_another_model_in_the_place_of_the_judged_one_is_noticed(run: RunFolder) -> None:
    model = load_model(run.best)
    for tensor in model.members[0].weights.values():
        if tensor.is_floating_point():
            tensor += 0.01
    save_model(run.best, model)
    assert "evaluation/val.json: best.pt is not the model that was judged" in problems(run.path)


def test_a_figure_that_was_made_better_is_noticed_in_the_report(run: RunFolder) -> None:
    changed_json(run.evaluation / "val.json", accuracy=0.987)
    assert any("accuracy 0.9870, but its counts give" in problem for problem in problems(run.path))


def test_counts_that_were_made_better_are_noticed(run: RunFolder) -> None:
    file = run.evaluation / "val.json"
    count = sum(map(sum, json.loads(file.read_text(encoding="utf-8"))["confusion"]))
    changed_json(file, confusion=[[count, 0], [0, 0]])
    found = problems(run.path)
    assert any("its counts are not those of the log" in problem for problem in found)
    assert any("do not follow from evaluation/validation.json" in problem for problem in found)


def test_a_log_that_was_written_over_is_noticed(run: RunFolder) -> None:
    text = run.events.read_text(encoding="utf-8")
    (line,) = (line for line in text.splitlines() if '"EpochFinished"' in line)
    values = json.loads(line)
    values["train"]["accuracy"] = 0.999
    run.events.write_text(text.replace(line, json.dumps(values)), encoding="utf-8")
    found = problems(run.path)
    assert any("epoch 1, training: accuracy 0.9990" in problem for problem in found)
    assert any("metrics.csv, epoch 1: train_accuracy differ" in problem for problem in found)


def test_a_table_that_is_missing_is_told_as_missing(run: RunFolder) -> None:
    run.metrics.unlink()
    assert "metrics.csv is missing" in problems(run.path)


def test_a_log_cut_short_reads_as_interrupted(run: RunFolder) -> None:
    lines = run.events.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if '"RunFinished"' not in line]
    run.events.write_text("".join(kept), encoding="utf-8")
    assert problems(run.path) == ("the log does not say that the training ended: it was interrupted",)


def test_a_threshold_chosen_later_makes_no_ensemble_wrong(original: Path, tmp_path: Path) -> None:
    config = quick_config(training__epochs=1, ensemble__members=2, split__cross_fit="off")
    train_here(original / "dataset", tmp_path / "run", config)
    run = RunFolder(tmp_path / "run")
    (ending,) = (event for _, event in run.replay() if isinstance(event, RunFinished))
    held_out = read_held_out(run.evaluation)
    assert held_out is not None
    shares = sorted(row[1] for row in held_out.probabilities)
    for threshold in [0.0, *((low + high) / 2 for low, high in itertools.pairwise(shares))]:
        request = ThresholdRequest(run=str(run.path), threshold=threshold)
        set_threshold(request, run.path, seat=jobs.ALONE, emit=lambda event: None, should_stop=never)
        if json.loads((run.evaluation / "val.json").read_text(encoding="utf-8"))["accuracy"] != ending.val_accuracy:
            break
    else:
        raise AssertionError("no threshold changes a figure")
    assert problems(run.path) == ()


def test_counts_that_are_no_table_are_told(run: RunFolder) -> None:
    text = run.events.read_text(encoding="utf-8")
    (line,) = (line for line in text.splitlines() if '"EpochFinished"' in line)
    values = json.loads(line)
    values["train"]["confusion"] = [[1, 2], [3]]
    run.events.write_text(text.replace(line, json.dumps(values)), encoding="utf-8")
    assert any("epoch 1, training: its counts are no table" in problem for problem in problems(run.path))


def test_a_photo_that_changed_is_noticed(original: Path, tmp_path: Path) -> None:
    photo = next((original / "photos").glob("*.png"))
    kept = photo.read_bytes()
    try:
        photo.write_bytes(kept + b" ")
        (found,) = problems(original / "run")
        assert "1 (" in found and photo.name in found and "changed since they were imported" in found
        photo.unlink()
        (found,) = problems(original / "run")
        assert "cannot be read any more" in found
    finally:
        photo.write_bytes(kept)


def test_a_run_whose_photos_are_elsewhere_is_checked_without_them(run: RunFolder) -> None:
    changed_json(run.environment, dataset="/nowhere/at/all")
    heard: list[Event] = []
    assert problems(run.path, heard.append) == ()
    assert any(isinstance(event, Notice) and "photos were not compared" in event.text for event in heard)


def test_a_bundle_that_was_packed_anew_with_another_text_is_noticed(original: Path, tmp_path: Path) -> None:
    repack(original / "run.zip", tmp_path / "run.zip", {"metrics.csv": b"member,epoch\n"})
    assert "metrics.csv was changed since it was packed" in problems(tmp_path / "run.zip")


def test_a_replay_on_the_same_machine_is_equal_to_the_bit(original: Path, tmp_path: Path) -> None:
    request = ReplayRequest(bundle=str(original / "run.zip"))
    done = replay(request, tmp_path / "again", seat=jobs.ALONE, emit=lambda event: None, should_stop=never)
    assert done is not None and done.is_equal
    assert (done.weights_difference, done.probability_difference) == (0.0, 0.0)
    then, now = (load_model(RunFolder(folder).best) for folder in (original / "run", tmp_path / "again"))
    assert are_equal(dict(then.members[0].weights), dict(now.members[0].weights))
    assert RunFolder(tmp_path / "again").split.read_text() == RunFolder(original / "run").split.read_text()


def test_a_replay_refuses_other_photos(original: Path, tmp_path: Path) -> None:
    photos = draw_photos(tmp_path / "photos", {"": 4})
    make_dataset(
        [photos], tmp_path / "other", DirtSettings(ratio=1.0, size_px=64), emit=lambda event: None, should_stop=never
    )
    request = ReplayRequest(bundle=str(original / "run.zip"), data=str(tmp_path / "other"))
    with pytest.raises(UserError, match=r"is not the dataset that the run learned from.*it lacks 8 \("):
        replay(request, tmp_path / "again", seat=jobs.ALONE, emit=lambda event: None, should_stop=never)
    assert not (tmp_path / "again").exists()


def replay_of(bundle: Path, folder: Path, data: Path | str = "") -> Replayed | None:
    request = ReplayRequest(bundle=str(bundle), data=str(data))
    return replay(request, folder, seat=jobs.ALONE, emit=lambda event: None, should_stop=never)


def test_a_replay_says_which_photos_of_a_dataset_have_changed(original: Path, tmp_path: Path) -> None:
    shutil.copytree(original / "dataset", tmp_path / "dataset")
    manifest = Manifest.load(tmp_path / "dataset")
    painted = next(sample for sample in manifest.samples if sample.synthetic)
    manifest.picture(painted).write_bytes(manifest.picture(painted).read_bytes() + b" ")
    with pytest.raises(UserError, match=rf"1 \(.*{painted.id}.*\) of its pictures changed"):
        replay_of(original / "run.zip", tmp_path / "again", tmp_path / "dataset")


def test_a_replay_says_which_of_the_photos_themselves_are_others(original: Path, tmp_path: Path) -> None:
    shutil.copytree(original / "photos", tmp_path / "photos")
    first, second, *_ = sorted((tmp_path / "photos").rglob("*.png"))
    first.unlink()
    second.write_bytes(second.read_bytes() + b" ")
    with pytest.raises(UserError, match=r"it lacks 2 \(.*it has besides 1 \("):
        replay_of(original / "run.zip", tmp_path / "again", tmp_path / "photos")
    assert not (tmp_path / "again").exists()


def test_a_place_that_a_bundle_names_is_not_taken_for_its_photos_unless_it_is(original: Path, tmp_path: Path) -> None:
    photos = draw_photos(tmp_path / "photos", {"": 4})
    dirt = DirtSettings(ratio=1.0, size_px=64)
    make_dataset([photos], tmp_path / "private", dirt, emit=lambda event: None, should_stop=never)
    with zipfile.ZipFile(original / "run.zip") as archive:
        values = json.loads(archive.read("environment.json"))
    for said in (tmp_path / "private", photos, tmp_path / "nowhere"):
        told = json.dumps({**values, "dataset": str(said), "data": str(photos)}).encode()
        repack(original / "run.zip", tmp_path / "evil.zip", {"environment.json": told})
        with pytest.raises(UserError, match="is not here any more, or is another dataset; say with --data"):
            replay_of(tmp_path / "evil.zip", tmp_path / "again")


@pytest.fixture(scope="module")
def continued(original: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that started from weights, which are gone by now, and its bundle from before."""
    folder = tmp_path_factory.mktemp("continued")
    start = Path(shutil.copy(original / "run" / "checkpoints" / "best.pt", folder / "earlier.pt"))
    train_here(original / "dataset", folder / "run", quick_config(training__epochs=1, model__weights=str(start)))
    pack(folder / "run", folder / "run.zip")
    start.unlink()
    return folder


def test_a_run_that_started_from_weights_is_replayed_from_its_bundle_alone(continued: Path, tmp_path: Path) -> None:
    assert problems(continued / "run.zip") == ()
    done = replay_of(continued / "run.zip", tmp_path / "again")
    assert done is not None and done.is_equal
    kept = RunFolder(tmp_path / "again").load_config().model.weights
    assert kept is not None and Path(kept).is_file() and Path(kept).is_relative_to(tmp_path / "again")


def test_a_bundle_without_the_weights_that_its_run_started_from_says_so(continued: Path, tmp_path: Path) -> None:
    told = write_bundle(RunFolder(continued / "run"), tmp_path / "run.zip").sentence
    assert "earlier.pt, are gone, so it cannot be replayed" in told
    with pytest.raises(UserError, match="started from weights that are not in it"):
        replay_of(tmp_path / "run.zip", tmp_path / "again")


def test_nothing_is_packed_that_would_not_be_unpacked(
    original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.learn.bundle_format.MOST_FILES", 6)
    with pytest.raises(UserError, match="files, more than the 6"):
        write_bundle(RunFolder(original / "run"), tmp_path / "run.zip")
    assert not (tmp_path / "run.zip").exists()


def repack(source: Path, target: Path, texts: dict[str, bytes]) -> None:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, texts.pop(name, None) or old.read(name))
        for name, content in texts.items():
            new.writestr(name, content)


@pytest.mark.parametrize(
    "name",
    ["../evil.txt", "/etc/evil", "..\\evil.txt", "C:/evil", "evaluation/../../evil.json", "checkpoints/evil.py", "a/"],
)
def test_a_name_that_is_no_part_of_a_run_is_not_unpacked(original: Path, tmp_path: Path, name: str) -> None:
    repack(original / "run.zip", tmp_path / "evil.zip", {name: b"harm"})
    with pytest.raises(UserError, match="no part of a run; it is not unpacked"):
        unpack(tmp_path / "evil.zip", tmp_path / "here" / "run")
    assert not (tmp_path / "here").exists()


def test_a_link_in_a_bundle_is_not_unpacked(original: Path, tmp_path: Path) -> None:
    shutil.copy(original / "run.zip", tmp_path / "evil.zip")
    link = zipfile.ZipInfo("title.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "evil.zip", "a") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(UserError, match="is a link or another special file"):
        unpack(tmp_path / "evil.zip", tmp_path / "here")
    assert not (tmp_path / "here").exists()


def test_a_file_that_stands_twice_in_a_bundle_is_refused(original: Path, tmp_path: Path) -> None:
    shutil.copy(original / "run.zip", tmp_path / "evil.zip")
    with zipfile.ZipFile(tmp_path / "evil.zip", "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("config.json", "{}")
    with pytest.raises(UserError, match="'config.json' twice"):
        unpack(tmp_path / "evil.zip", tmp_path / "here")


def test_a_file_packed_to_explode_is_refused(original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.learn.bundle_format.MOST_TEXT_BYTES", 1000)
    with pytest.raises(UserError, match="more than is allowed; it is not unpacked"):
        unpack(original / "run.zip", tmp_path / "here")
    assert not (tmp_path / "here").exists()


def test_many_texts_that_are_each_bearable_are_refused_together(
    original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.learn.bundle_format.MOST_TEXTS_BYTES", 1000)
    with pytest.raises(UserError, match="holds texts of"):
        unpack(original / "run.zip", tmp_path / "here")
    assert not (tmp_path / "here").exists()


def test_weights_that_would_run_code_do_not(original: Path, tmp_path: Path) -> None:
    class Harm:
        def __reduce__(self) -> object:
            return (Path.touch, (tmp_path / "harm",))

    torch.save({"format": "spotless-model", "schema_version": 1, "harm": Harm()}, tmp_path / "evil.pt")
    repack(original / "run.zip", tmp_path / "evil.zip", {WEIGHTS: (tmp_path / "evil.pt").read_bytes()})
    assert any("more than weights" in problem for problem in problems(tmp_path / "evil.zip"))
    with pytest.raises(UserError, match="more than weights"):
        replay(
            ReplayRequest(bundle=str(tmp_path / "evil.zip")), tmp_path / "again",
            seat=jobs.ALONE, emit=lambda event: None, should_stop=never,
        )  # fmt: skip
    assert not (tmp_path / "harm").exists()


@pytest.mark.parametrize("content", [b"", b"no bundle at all", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_bundle_is_told_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "wrong.zip").write_bytes(content)
    with pytest.raises(UserError, match="wrong.zip: is (damaged, or )?no bundle"):
        verify(
            VerifyRequest(path=str(tmp_path / "wrong.zip")), tmp_path,
            seat=jobs.ALONE, emit=lambda event: None, should_stop=never,
        )  # fmt: skip


@pytest.mark.parametrize("text", ["[" * 100_000, "{}", '{"format": "spotless-bundle", "version": 99}', "null"])
def test_a_torn_index_is_told(original: Path, tmp_path: Path, text: str) -> None:
    repack(original / "run.zip", tmp_path / "torn.zip", {INDEX: text.encode()})
    with pytest.raises(UserError, match=r"torn or wrong|newer Spotless Studio"):
        unpack(tmp_path / "torn.zip", tmp_path / "here")


def test_every_cut_of_a_bundle_is_refused(original: Path, tmp_path: Path) -> None:
    content = (original / "run.zip").read_bytes()
    for share in (0.1, 0.5, 0.9, 0.999):
        (tmp_path / "cut.zip").write_bytes(content[: int(share * len(content))])
        with pytest.raises(UserError, match="cut.zip"):
            unpack(tmp_path / "cut.zip", tmp_path / "here")
