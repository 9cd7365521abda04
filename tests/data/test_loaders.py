"""Pixels on their way to the device."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from studio.core.errors import UserError
from studio.core.jobs import never
from studio.data import loaders
from studio.data.cache import PixelCache, open_cache
from studio.data.import_job import import_manifest
from studio.data.loaders import choose_workers, lost_worker, open_loader

CPU = torch.device("cpu")
PARTS = [np.array([3, 0]), np.array([1]), np.array([2, 4, 5])]


def silent(event: object) -> None:
    """Hear nothing."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photos")
    rng = np.random.default_rng(0)
    for number in range(6):
        coarse = Image.fromarray(rng.integers(0, 255, (5, 5, 3), dtype=np.uint8))
        coarse.resize((40, 40), Image.Resampling.BICUBIC).save(folder / f"{number}.png")
    return folder


def pixels(folder: Path, place: Path, *, is_cached: bool) -> PixelCache:
    manifest = import_manifest([folder], place, emit=silent, should_stop=never)
    assert manifest is not None
    cache = open_cache(
        manifest,
        manifest.samples,
        framing="stretch",
        background="keep",
        size_hw=(32, 32),
        is_wanted=is_cached,
        emit=silent,
        should_stop=never,
    )
    assert cache is not None
    return cache


@pytest.mark.parametrize("is_cached", [True, False])
def test_every_part_comes_in_its_order(folder: Path, tmp_path: Path, is_cached: bool):
    cache = pixels(folder, tmp_path / "set", is_cached=is_cached)
    loader = open_loader(cache, CPU, workers=0)
    for _ in range(2):
        streamed = list(loader.stream(PARTS))
        assert [len(part) for part in streamed] == [2, 1, 3]
        for part, numbers in zip(streamed, PARTS, strict=True):
            assert part.dtype == torch.uint8 and part.shape[1:] == (32, 32, 4)
            assert np.array_equal(part.numpy(), cache.take(numbers))
    loader.close()


def test_a_loader_leaves_everyone_s_random_numbers_alone(folder: Path, tmp_path: Path):
    loader = open_loader(pixels(folder, tmp_path / "set", is_cached=False), CPU, workers=0)
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    list(loader.stream(PARTS))
    assert torch.equal(torch.rand(3), expected)


def test_a_photo_that_is_gone_is_named(folder: Path, tmp_path: Path):
    copies = tmp_path / "copies"
    copies.mkdir()
    for photo in folder.iterdir():
        (copies / photo.name).write_bytes(photo.read_bytes())
    loader = open_loader(pixels(copies, tmp_path / "set", is_cached=False), CPU, workers=0)
    for photo in copies.iterdir():
        photo.unlink()
    with pytest.raises(UserError, match=r"\.png"):
        list(loader.stream(PARTS))


def test_a_worker_that_died_is_told_in_a_sentence():
    died = RuntimeError("DataLoader worker (pid 7) is killed by signal: Killed. ")
    assert str(lost_worker(died)).startswith("A process that reads photos has died; most often memory had run out")
    assert lost_worker(RuntimeError("mat1 and mat2 shapes cannot be multiplied")) is None


def test_workers_are_for_files_alone(folder: Path, tmp_path: Path):
    cached = pixels(folder, tmp_path / "set", is_cached=True)
    read = pixels(folder, tmp_path / "set", is_cached=False)
    assert choose_workers(None, cached, 1) == choose_workers(4, cached, 1) == 0
    assert choose_workers(3, read, 1) == 3
    assert choose_workers(None, read, 1) >= 1


def test_a_thread_ahead_passes_errors_on_and_ends_with_its_listener():
    made: list[int] = []

    def items() -> Iterator[torch.Tensor]:
        for number in range(100):
            made.append(number)
            yield torch.tensor(number)

    def broken() -> Iterator[torch.Tensor]:
        yield torch.tensor(1)
        raise UserError("gone")

    assert [int(item) for item in loaders._ahead(items())] == list(range(100))
    made.clear()
    listening = loaders._ahead(items())
    next(listening)
    listening.close()
    assert len(made) < 10
    with pytest.raises(UserError, match="gone"):
        list(loaders._ahead(broken()))
