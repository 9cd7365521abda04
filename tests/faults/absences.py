"""Photos, datasets and runs go away, or change, while the studio works on them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np

from studio.core.runs import RunFolder
from tests.data.pictures import save_dishes
from tests.faults._datasets import photos
from tests.faults._disks import shared, take_away
from tests.faults._moments import refused, wait_for, wait_for_event
from tests.faults._runs import assert_same, config_of, unbroken
from tests.faults._victims import cold, warm
from tests.faults._whole import assert_dataset, assert_whole, leftovers
from tests.faults.suite import fault

FROM_FILES = {"data.cache": False, "data.workers": 0, "training.epochs": 6}
"""Photos are read anew in each epoch, so that there is always something to miss."""

Undo = Callable[[], object]


@fault("photos-change", count=15)
def photos_change(number: int, place: Path) -> str:
    """A photo is deleted, replaced or cut short while it is learned from: refused by name, or it was not needed."""
    rng = np.random.default_rng([5, number])
    way, change = list(CHANGES.items())[number % len(CHANGES)]
    share = _share(place.parent)
    command = ["train", str(share), "--config", str(config_of(place.parent, "from-files", FROM_FILES)), "--out"]
    whole = unbroken("from-files", place.parent, lambda run: warm([*command, str(run)], place))
    run = place / "run"
    victim = warm([*command, str(run)], place)
    # What is imported afterwards is another dataset, and rightly so.
    wait_for(RunFolder(run).split.exists, victim)
    moment = wait_for_event(run, whole.run, rng, victim)
    undo = change(share, rng)
    try:
        said = refused(victim, share)
    finally:
        undo()
    return f"{way} {moment}: {said or 'not needed any more'}; {_gone_on(run, whole.run, place)}"


@fault("photos-vanish", count=10)
def photos_vanish(number: int, place: Path) -> str:
    """The drive with the photos goes away during an import, a painting, a training, an answer; and comes back."""
    rng = np.random.default_rng([6, number])
    source = place / "photos"
    save_dishes(source, 20)
    drive = place / "drive"
    dataset = place / "dataset"
    commands = {
        "generate": ["generate", str(drive), "--out", str(dataset), "--variations", "2", "--vary", "0"],
        "train": ["train", str(drive), "--out", str(place / "run"), *_quick()],
    }
    name = list(commands)[number % len(commands)]
    with shared(source, drive):
        victim = cold(commands[name], place)
        folder = dataset if name == "generate" else place / "run" / "dataset"
        count = int(rng.integers(1, 40))
        wait_for(lambda: len(list(folder.glob(".building-*/**/*.*"))) >= count, victim)
        take_away(drive)
        said = refused(victim, drive)
        assert not leftovers(place), leftovers(place)
        if (folder / "manifest.json").is_file():
            assert len(assert_dataset_without_photos(folder)) in (20, 60)
    with shared(source, drive):
        again = commands[name]
        if name == "train" and RunFolder(place / "run").last.is_file():
            again = ["train", "--resume", str(place / "run")]
        victim = cold(again, place)
        assert victim.wait() == 0, victim.printed()
        assert_dataset(folder)
    return f"{name}, gone after {count} files: {said or 'done all the same'}; goes on"


@fault("run-vanishes", count=6)
def run_vanishes(number: int, place: Path) -> str:
    """The folder of a training goes away: it says so, begins no other in its place, and goes on when it is back."""
    rng = np.random.default_rng([7, number])
    share = _share(place.parent)
    command = ["train", str(share), "--config", str(config_of(place.parent, "from-files", FROM_FILES)), "--out"]
    whole = unbroken("from-files", place.parent, lambda run: warm([*command, str(run)], place))
    run, away = place / "run", place / "away"
    victim = warm([*command, str(run)], place)
    wait_for(RunFolder(run).split.exists, victim)
    moment = wait_for_event(run, whole.run, rng, victim)
    run.rename(away)
    said = refused(victim, run)
    assert not run.exists() or not any(run.rglob("*.pt")), sorted(run.rglob("*"))
    shutil.rmtree(run, ignore_errors=True)
    away.rename(run)
    return f"gone {moment}: {said or 'done before'}; {_gone_on(run, whole.run, place)}"


def _delete(photo: Path, _: Path) -> None:
    photo.unlink()


def _replace(photo: Path, other: Path) -> None:
    shutil.copyfile(other, photo)


def _truncate(photo: Path, _: Path) -> None:
    with photo.open("r+b") as stream:
        stream.truncate(photo.stat().st_size // 2)


def _one(change: Callable[[Path, Path], None]) -> Callable[[Path, np.random.Generator], Undo]:
    """A change of one photo, which is drawn."""

    def make(share: Path, rng: np.random.Generator) -> Undo:
        files = sorted(share.rglob("*.png"))
        photo, other = (files[place] for place in rng.choice(len(files), 2, replace=False))
        kept = photo.read_bytes()
        change(photo, other)
        return lambda: photo.write_bytes(kept)

    return make


def _rename(share: Path, _: np.random.Generator) -> Undo:
    """All photos at once."""
    away = share.with_name("elsewhere")
    share.rename(away)
    return lambda: away.rename(share)


CHANGES: dict[str, Callable[[Path, np.random.Generator], Undo]] = {
    "deleted": _one(_delete),
    "replaced": _one(_replace),
    "cut short": _one(_truncate),
    "folder renamed": _rename,
}


def assert_dataset_without_photos(folder: Path) -> list[str]:
    """The ids of a dataset whose photos are away; what the studio made of them is whole.

    Raises:
        AssertionError: something is missing or torn.
    """
    from studio.data.manifest import Manifest

    manifest = Manifest.load(folder)
    for sample in manifest.samples:
        for made in (sample.mask, sample.twin, sample.path if sample.synthetic else None):
            assert made is None or (folder / made).is_file(), made
    return [sample.id for sample in manifest.samples]


def _gone_on(run: Path, whole: Path, place: Path) -> str:
    """Resume a run, and compare it with one that nothing happened to."""
    victim = warm(["train", "--resume", str(run)], place)
    assert victim.wait() == 0, victim.printed()
    assert_whole(run)
    assert_same(run, whole)
    return "resumed to the same weights"


def _quick() -> list[str]:
    return [
        "--model.architecture", "custom_cnn", "--model.pretrained", "false", "--model.input_size", "32",
        "--training.epochs", "2",
        "--data.framing", "stretch", "--dirt.total", "40", "--dirt.vary", "0", "--model.freeze", "none",
        "--ensemble.members", "1", "--hardware.device", "cpu", "--hardware.precision", "float32",
    ]  # fmt: skip


def _share(ledger: Path) -> Path:
    """Photos that every trial finds as the one before found them."""
    return photos(ledger, name="changing")
