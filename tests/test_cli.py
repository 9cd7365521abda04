"""The command line, as a person or a script uses it."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from studio.cli import main
from studio.core import log
from studio.core.runs import RunFolder

SMALL = [
    "--dirt.total", "12", "--preset", "balanced", "--model.input_size", "48", "--training.batch_size", "8",
    "--hardware.precision", "float32", "--monitoring.tensorboard", "false", "--data.workers", "0",
]  # fmt: skip


def write_dishes(folder: Path, count: int) -> None:
    """Draw `count` different plates on a table as small JPEG files."""
    import numpy as np
    from PIL import Image, ImageDraw

    folder.mkdir(parents=True)
    for number in range(count):
        rng = np.random.default_rng(number)
        picture = Image.fromarray(rng.integers(60, 90, (120, 160, 3), dtype=np.uint8))
        draw = ImageDraw.Draw(picture)
        draw.ellipse((30, 10, 130, 110), fill=tuple(int(v) for v in rng.integers(170, 250, 3)))
        draw.ellipse((50, 30, 110, 90), outline=tuple(int(v) for v in rng.integers(80, 160, 3)), width=2)
        picture.save(folder / f"teller-{number:02d}ü.jpg", quality=90)


@pytest.fixture(scope="module")
def clean_photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "photos"
    write_dishes(folder, 8)
    return folder


@pytest.fixture(scope="module")
def trained(clean_photos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("runs") / "first"
    assert main(["train", str(clean_photos), "--out", str(run), "--training.epochs", "2", *SMALL]) == 0
    return run


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("Spotless Studio ")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["bake"], "invalid choice: 'bake'"),
        (["train"], "name a dataset or a folder of photos"),
        (["train", "nowhere"], "nowhere: does not exist"),
        (["train", ".", "--preset", "fast"], "unknown preset 'fast'"),
        (["train", ".", "--training.epochs", "0"], "training.epochs: 0 is below 1"),
        (["train", ".", "--training.epoch", "1"], "--training.epoch"),
        (["train", ".", "--config", "none.json"], "none.json: cannot be read"),
        (["train", "--resume", "nowhere"], "nowhere: is not a run"),
        (["generate", "nowhere", "--out", "x"], "nowhere: does not exist"),
        (["generate", ".", "--out", "x", "--total", "9", "--ratio", "2"], "--ratio: not allowed with argument --total"),
        (["evaluate", "nowhere", "--model", "x"], "does not exist"),
        (["classify", "nowhere", "--model", "x"], "nowhere: does not exist"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_2(
    words: list[str],
    sentence: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(words) == 2
    said = capsys.readouterr()
    assert sentence in said.err
    assert said.err.count("\n") == 1
    assert said.out == ""


def test_generate_varies_every_dish_and_paints_a_number_in_total(clean_photos: Path, tmp_path: Path) -> None:
    dataset = tmp_path / "dataset"
    assert main(["generate", str(clean_photos), "--out", str(dataset), "--total", "5", "--vary", "1"]) == 0
    manifest = json.loads((dataset / "manifest.json").read_text(encoding="utf-8"))
    painted = [sample for sample in manifest["samples"] if sample["synthetic"]]
    assert len(painted) == 5
    assert all(sample["look_alikes"] and (dataset / sample["twin"]).is_file() for sample in painted)


def test_generate_paints_what_the_ratio_asks_for(clean_photos: Path, tmp_path: Path) -> None:
    dataset = tmp_path / "dataset"
    assert main(["generate", str(clean_photos), "--out", str(dataset), "--ratio", "1.5", "--seed", "3"]) == 0
    manifest = json.loads((dataset / "manifest.json").read_text(encoding="utf-8"))
    painted = [sample for sample in manifest["samples"] if sample["synthetic"]]
    assert len(painted) == 12
    assert {sample["label"] for sample in painted} == {"dirty"}
    assert all((dataset / sample["path"]).is_file() and (dataset / sample["mask"]).is_file() for sample in painted)


def test_train_on_clean_photos_paints_trains_and_keeps_everything(trained: Path) -> None:
    run = RunFolder(trained)
    for file in (run.config, run.split, run.environment, run.events, run.metrics, run.best, run.last):
        assert file.is_file(), file
    assert (run.dataset / "manifest.json").is_file()
    assert len(list(csv.DictReader(run.metrics.read_text().splitlines()))) == 2


def test_the_console_speaks_as_the_guide_does(
    clean_photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", str(clean_photos), "--out", str(tmp_path / "run"), "--training.epochs", "1", *SMALL]) == 0
    said = capsys.readouterr().out
    assert "Epoch 1/1: Train Loss: 0." in said
    assert "Training completed! Best validation accuracy: " in said
    assert f"Model saved: {tmp_path / 'run'}" in said


def test_a_run_is_never_written_over(clean_photos: Path, trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", str(clean_photos), "--out", str(trained), *SMALL]) == 2
    assert "holds a run already" in capsys.readouterr().err


def test_a_refused_run_does_not_hold_its_folder(clean_photos: Path, tmp_path: Path) -> None:
    words = ["train", str(clean_photos), "--out", str(tmp_path / "run"), "--training.epochs", "1", *SMALL]
    assert main([*words, "--model.num_classes", "3"]) == 2
    assert main(words) == 0


@pytest.mark.parametrize("out", ["taken", "taken/below"])
@pytest.mark.parametrize("command", ["generate", "train"])
def test_a_file_in_the_place_of_a_folder_is_bad_input(
    clean_photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str, out: str
) -> None:
    (tmp_path / "taken").write_text("")
    assert main([command, str(clean_photos), "--out", str(tmp_path / out)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_network_that_cannot_be_had_is_refused_before_anything_is_painted(
    clean_photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["train", str(clean_photos), "--out", str(tmp_path / "run"), *SMALL]
    assert main([*words, "--model.pretrained", "true"]) == 2
    assert main([*words, "--model.architecture", "timm/nonsense"]) == 2
    assert "Reading" not in capsys.readouterr().out


def test_a_config_file_of_somebody_else_is_not_written_over(clean_photos: Path, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    assert main(["train", str(clean_photos), "--out", str(tmp_path), *SMALL]) == 2
    assert (tmp_path / "config.json").read_text() == "{}"


def test_a_folder_called_by_a_number_is_text(
    clean_photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["train", str(clean_photos), "--out", str(tmp_path / "run"), "--training.epochs", "1", *SMALL]
    assert main([*words, "--monitoring.log_dir", "2026"]) == 0
    assert RunFolder(tmp_path / "run").load_config().monitoring.log_dir == "2026"


def test_a_resumed_run_keeps_its_settings(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--resume", str(trained), "--training.batch_size", "4"]) == 2
    assert "only training.epochs may differ" in capsys.readouterr().err


def test_a_finished_run_goes_on_with_more_epochs(trained: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(trained, run)
    assert main(["train", "--resume", str(run), "--training.epochs", "3"]) == 0
    rows = list(csv.DictReader(RunFolder(run).metrics.read_text().splitlines()))
    assert [row["epoch"] for row in rows] == ["1", "2", "3"]


def test_an_ensemble_does_not_leave_finished_members_behind(
    clean_photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = str(tmp_path / "run")
    assert (
        main(["train", str(clean_photos), "--out", run, "--ensemble.members", "2", "--training.epochs", "1", *SMALL])
        == 0
    )
    assert main(["train", "--resume", run, "--training.epochs", "2"]) == 2
    assert "earlier members" in capsys.readouterr().err


def test_evaluate_reports_real_and_painted_apart(
    clean_photos: Path, trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    labelled = tmp_path / "labelled"
    shutil.copytree(clean_photos, labelled / "Cleaned")
    write_dishes(labelled / "DIRTY", 3)
    for file in (labelled / "Cleaned").iterdir():
        if file.name in {other.name for other in (labelled / "DIRTY").iterdir()}:
            file.unlink()
    assert main(["evaluate", str(labelled), "--model", str(trained), "--json", "-"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert set(report) >= {
        "counts", "classes", "confusion", "accuracy", "accuracy_95", "balanced_accuracy", "auroc", "per_class",
        "real", "synthetic",
    }  # fmt: skip
    assert report["counts"] == {"clean": 5, "dirty": 3}
    assert report["real"]["accuracy"] == report["accuracy"]
    assert report["synthetic"] is None


def test_a_class_that_the_model_does_not_know_is_bad_input(
    clean_photos: Path, trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(clean_photos, tmp_path / "labelled" / "clean")
    write_dishes(tmp_path / "labelled" / "broken", 2)
    assert main(["evaluate", str(tmp_path / "labelled"), "--model", str(trained)]) == 2
    assert "broken" in capsys.readouterr().err


def test_classify_answers_or_rejects_every_file(
    clean_photos: Path, trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "in"
    shutil.copytree(clean_photos, folder / "deep" / "er")
    (folder / "broken.jpg").write_bytes(b"<html>not a photo</html>")
    (folder / "notes.txt").write_text("no picture")
    table = tmp_path / "answers.csv"
    assert main(["classify", str(folder), "--model", str(trained), "--json", "-", "--csv", str(table)]) == 0
    answers = json.loads(capsys.readouterr().out)
    assert answers["classes"] == ["clean", "dirty"]
    assert answers["positive"] == "dirty"
    assert 0 < answers["threshold"] < 1
    assert len(answers["predictions"]) == 8
    for prediction in answers["predictions"]:
        assert prediction["class"] in answers["classes"]
        assert prediction["look"] is False
        assert sum(prediction["probabilities"].values()) == pytest.approx(1)
    assert [Path(item["path"]).name for item in answers["rejected"]] == ["broken.jpg"]
    assert len(list(csv.reader(io.StringIO(table.read_text(encoding="utf-8"))))) == 10


def test_answers_are_utf_8_whatever_the_consoles_language(clean_photos: Path, trained: Path) -> None:
    words = ["classify", str(clean_photos), "--model", str(trained), "--json", "-"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    ended = subprocess.run([sys.executable, "-m", "studio", *words], env=environment, capture_output=True, check=True)
    assert "teller-00ü.jpg" in json.loads(ended.stdout.decode("utf-8"))["predictions"][0]["path"]


def test_classify_looks_into_hidden_folders_too(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_dishes(tmp_path / "in" / ".hidden", 1)
    assert main(["classify", str(tmp_path / "in"), "--model", str(trained), "--json", "-"]) == 0
    assert len(json.loads(capsys.readouterr().out)["predictions"]) == 1


def test_a_missing_photo_does_not_cost_the_answers_for_the_others(
    clean_photos: Path, trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [str(next(clean_photos.iterdir())), str(tmp_path / "gone.jpg")]
    assert main(["classify", *files, "--model", str(trained), "--json", "-"]) == 0
    answers = json.loads(capsys.readouterr().out)
    assert len(answers["predictions"]) == 1
    assert answers["rejected"] == [{"path": files[1], "reason": "does not exist"}]


def test_classify_fails_when_nothing_could_be_answered(trained: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").write_bytes(b"")
    assert main(["classify", str(tmp_path / "empty.jpg"), "--model", str(trained)]) == 2


def test_a_model_file_alone_is_enough_to_classify(clean_photos: Path, trained: Path, tmp_path: Path) -> None:
    model = tmp_path / "plates.spotless"
    shutil.copy(RunFolder(trained).best, model)
    assert main(["classify", str(clean_photos), "--model", str(model)]) == 0


def test_asking_for_the_version_loads_neither_torch_nor_opencv_nor_qt() -> None:
    code = (
        "import sys\nfrom studio.cli import main\n"
        "try: main(['--version'])\nexcept SystemExit: pass\n"
        "print([name for name in ('torch', 'cv2', 'PySide6') if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.splitlines()[-1] == "[]"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EPIPE])
def test_a_window_without_streams_ends_with_an_exit_code_when_a_disk_refuses(
    monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(asked: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    monkeypatch.setattr("studio.cli_commands.open_window", refuse)
    assert main([]) == (1 if number == errno.EPIPE else 2)
    if number == errno.ENOSPC:
        assert "in refuse" in "\n".join(log.last_lines(50)), "the log says where it came from"


def test_bench_tells_how_fast_training_is_here(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--architectures", "custom_cnn", "--input-size", "32", "--batch-size", "4", "--seconds", "0.05"]
    assert main(["bench", *asked, "--device", "cpu", "--precision", "float32", "--json", "-"]) == 0
    (figures,) = json.loads(capsys.readouterr().out)
    assert figures["architecture"] == "custom_cnn"
    assert {"device", "precision", "step_only_per_s", "data_only_per_s", "end_to_end_share"} <= set(figures)
    assert main(["bench", "--architectures", "custom_cmm"]) == 2
    assert "custom_cnn" in capsys.readouterr().err
