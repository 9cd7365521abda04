"""What a person types into a terminal, done with a bundle."""

from __future__ import annotations

import configparser
import json
import os
import re
import shlex
import shutil
import signal
import threading
import time
import urllib.request
from pathlib import Path

from PIL import Image

import studio
from studio.core.events import EpochFinished
from studio.core.runs import MODEL_SUFFIX, RunFolder
from studio.data.sample_dishes import draw_dish
from tests.bundle.place import LIMIT_S, WINDOWED, Place
from tests.bundle.steps import NotHereError, step
from tests.waiting import until

#: A training of seconds that goes through everything that a long one does.
SMALL = (
    "--preset", "cpu-only", "--model.architecture", "custom_cnn", "--model.input_size", "48",
    "--training.batch_size", "8", "--hardware.precision", "float32", "--hardware.threads", "1",
)  # fmt: skip
DISHES = 8


@step("starts")
def starts(place: Place) -> str:
    said = place.studio("--version").strip()
    assert said.endswith(studio.__version__), said
    return said


@step("import, generate")
def generates(place: Place) -> str:
    photos = place.scratch / "photos"
    photos.mkdir()
    for number in range(1, DISHES + 1):
        Image.fromarray(draw_dish(number, 256)).save(photos / f"teller-{number}ü.jpg", quality=90)
    place.studio("generate", photos, "--out", dataset(place), "--ratio", "2")
    samples = json.loads((dataset(place) / "manifest.json").read_text("utf-8"))["samples"]
    painted = sum(sample["synthetic"] for sample in samples)
    assert painted == 2 * DISHES, painted
    return f"{DISHES} photos, {painted} painted"


@step("train, 2 loader workers")
def trains(place: Place) -> str:
    with Census(place) as census:
        words = (*SMALL, "--training.epochs", "2", "--data.cache", "false", "--data.workers", "2")
        place.studio("train", dataset(place), "--out", run(place), *words)
    assert census.most >= 3, f"only {census.most} processes at once"
    return f"{epochs(run(place))} epochs, {census.most} processes at once"


@step("train, 2 ranks, stop")
def stops(place: Place) -> str:
    words = ("--training.epochs", "500", "--hardware.processes", "2", "--data.workers", "0")
    command = [str(place.program("studio")), "train", str(dataset(place)), "--out", str(ranks(place)), *SMALL, *words]
    if os.name == "nt":
        raise NotHereError("Ctrl+C cannot be sent to one process alone")
    with Census(place) as census, place.start(command) as training:
        until(lambda: epochs(ranks(place)) > 0 or training.poll() is not None)
        training.send_signal(signal.SIGINT)
        asked = time.monotonic()
        said, _ = training.communicate(timeout=LIMIT_S)
    assert training.returncode == 130, f"ended with {training.returncode}:\n{said[-2000:]}"
    assert census.most >= 3, f"only {census.most} processes at once"
    return f"{epochs(ranks(place))} epochs, {census.most} processes, ended after {time.monotonic() - asked:.1f} s"


@step("resume")
def resumes(place: Place) -> str:
    before = epochs(ranks(place))
    place.studio("train", "--resume", ranks(place), "--training.epochs", str(before + 2))
    assert epochs(ranks(place)) == before + 2
    return f"from epoch {before} to {before + 2}"


@step("classify")
def classifies(place: Place) -> str:
    answers = place.scratch / "answers.json"
    place.studio("classify", place.scratch / "photos", "--model", model(place), "--json", answers)
    said = json.loads(answers.read_text("utf-8"))
    text = json.dumps(said)
    assert text.count("ü.jpg") + text.count("\\u00fc.jpg") >= DISHES, text[:2000]
    return f"{DISHES} answers from a model file"


@step("evaluate")
def evaluates(place: Place) -> str:
    labelled = place.scratch / "labelled"
    shutil.copytree(place.scratch / "photos", labelled / "clean")
    shutil.copytree(dataset(place) / "images", labelled / "dirty")
    report = place.scratch / "evaluation.json"
    place.studio("evaluate", labelled, "--model", run(place), "--json", report)
    return f"{len(json.loads(report.read_text('utf-8')))} parts"


@step("report")
def reports(place: Place) -> str:
    page, paper = place.scratch / "report.html", place.scratch / "report.pdf"
    place.studio("report", run(place), "--out", page, "--pdf", paper)
    assert page.stat().st_size > 20_000 and paper.read_bytes().startswith(b"%PDF")
    return f"a page of {page.stat().st_size // 1000} kB, PDF of {paper.stat().st_size // 1000} kB"


@step("search")
def searches(place: Place) -> str:
    folder = place.scratch / "search"
    words = ("--trials", "2", "--training.epochs", "1", "--data.workers", "0")
    said = place.studio("search", dataset(place), "--out", folder, *SMALL, *words)
    return said.strip().splitlines()[-1]


@step("diagnose")
def diagnoses(place: Place) -> str:
    said = place.studio("diagnose", run(place))
    return said.strip().splitlines()[-1]


@step("export as ONNX")
def exports_onnx(place: Place) -> str:
    return _exported(place, "--onnx", "model.onnx")


@step("export for PyTorch")
def exports_torch(place: Place) -> str:
    return _exported(place, "--torch", "model.pt2")


@step("bundle a run, verify it")
def verifies(place: Place) -> str:
    said = _exported(place, "--bundle", "run.zip")
    place.studio("verify", place.scratch / "run.zip")
    return said


@step("TensorBoard's pages")
def serves(place: Place) -> str:
    with place.start([str(place.program("studio")), "tensorboard", str(place.scratch)]) as serving:
        assert serving.stdout is not None
        line = serving.stdout.readline()
        try:
            assert line.startswith("http://127.0.0.1:"), line + serving.stdout.read()
            address = line.split()[0]
            page = _page(address)
            assert b"<tf-" in page or b"tensorboard" in page.lower(), page[:500]
            script = re.search(rb'src="([^"]+\.js)', page)
            size = len(page) + (len(_page(address + script[1].decode())) if script else 0)
            runs = json.loads(_page(address + "data/runs"))
            assert runs, "no run is listed"
        finally:
            serving.send_signal(signal.SIGTERM if os.name == "nt" else signal.SIGINT)
            serving.wait(LIMIT_S)
    return f"{size // 1000} kB of pages, {len(runs)} runs"


@step("menu entry")
def enters_the_menu(place: Place) -> str:
    if os.name == "nt" or not Path("/usr/bin").is_dir() or not shutil.which("sh"):
        raise NotHereError("menus of Linux desktops")
    place.studio("desktop")
    program = menu_words(place)[0]
    assert Path(program) == place.program(WINDOWED), program
    return f"starts {Path(program).name}"


def menu_words(place: Place) -> list[str]:
    """The words by which the menu starts the studio, fields such as `%F` among them."""
    entry = configparser.RawConfigParser()
    entry.optionxform = str  # type: ignore[assignment, method-assign]
    entry.read(place.scratch / "home/.local/share/applications/spotless-studio.desktop", encoding="utf-8")
    return shlex.split(entry["Desktop Entry"]["Exec"])


def dataset(place: Place) -> Path:
    return place.scratch / "dataset"


def run(place: Place) -> Path:
    return place.scratch / "runs" / "alone"


def ranks(place: Place) -> Path:
    return place.scratch / "runs" / "ranks"


def model(place: Place) -> Path:
    """The trained model as a file of its own, as *Save model as* writes it."""
    file = place.scratch / f"plates{MODEL_SUFFIX}"
    if not file.exists():
        shutil.copy(RunFolder(run(place)).best, file)
    return file


def epochs(folder: Path) -> int:
    """How far a run is."""
    if not RunFolder(folder).events.is_file():
        return 0
    return max((event.epoch for _, event in RunFolder(folder).replay(EpochFinished)), default=0)  # type: ignore[attr-defined]


class Census:
    """Counts, while something runs, how many processes of the bundle there are at once."""

    def __init__(self, place: Place) -> None:
        self.most = 0
        self._place = place
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._count)

    def __enter__(self) -> Census:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _count(self) -> None:
        while not self._is_over.wait(0.1):
            self.most = max(self.most, len(self._place.processes()))


def _exported(place: Place, kind: str, name: str) -> str:
    said = place.studio("export", run(place), kind, place.scratch / name)
    size = (place.scratch / name).stat().st_size
    return f"{size // 1000} kB; {said.strip().splitlines()[-1].replace(str(place.scratch), '')}"


def _page(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=120) as page:
        content: bytes = page.read()
    return content
