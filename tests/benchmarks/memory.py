"""What many photos cost: `python -m tests.benchmarks.memory [--counts N ...] [--json FILE|-]`.

For each number of small drawn photos, no two alike:

    import_MiB           the most memory private to the import and its helpers together
    import_per_s         photos imported a second, all cores
    import_KiB_a_photo   what each photo adds to that, from the number before to this one
    cache_MiB            the same memory while their pixels are cached at 64 px, the cache itself being a mapped file
    cache_per_s          photos cached a second
    cache_KiB_a_photo    what each photo adds to that
    manifest_MiB         size of the dataset's `manifest.json`
    load_s               time to read it, median of 3

Memory belongs to a process that does nothing else; without anything imported it has a base, told apart as `base_MiB`.
100,000 photos take most of an hour: `--counts 1000 10000 100000`. Their manifest needs no photos: `manifests`
has its size, the time to read it, and the memory of the process that does, for manifests made of a small one's samples.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import psutil

from tests.benchmarks.telling import asking, tell
from tests.benchmarks.window import write_photos

COUNTS, MADE, SEED_COUNT = (1000, 10_000), (1000, 10_000, 100_000), 300
EVERY_S, MIB, CACHED_PX = 0.1, 2**20, 64


def main() -> None:
    """Take the figures; print them as JSON."""
    parser = asking(__doc__)
    parser.add_argument("--counts", type=int, nargs="+", default=COUNTS, metavar="N")
    asked = parser.parse_args()
    figures: dict[str, Any] = {"base_MiB": apart(nothing)["most_MiB"], "counts": []}
    with tempfile.TemporaryDirectory() as place:
        for count in asked.counts:
            figures["counts"].append(costs(Path(place) / str(count), count))
            add_growth(figures["counts"])
            print(json.dumps(figures["counts"][-1]), file=sys.stderr, flush=True)
        figures["manifests"] = manifests(Path(place) / "seed")
    tell(figures, asked.json)


def costs(place: Path, count: int) -> dict[str, Any]:
    """Import so many photos, cache them, read what was written."""
    place.mkdir()
    write_photos(place / "photos", count)
    imported, cached = apart(imports, place), apart(caches, place)
    loads = [apart(loads_manifest, place)["seconds"] for _ in range(3)]
    return {
        "photos": count,
        "import_MiB": imported["most_MiB"],
        "import_per_s": round(count / imported["seconds"], 1),
        "cache_MiB": cached["most_MiB"],
        "cache_per_s": round(count / cached["seconds"], 1),
        "manifest_MiB": round((place / "dataset" / "manifest.json").stat().st_size / MIB, 1),
        "load_s": round(median(loads), 2),
    }


def add_growth(counts: list[dict[str, Any]]) -> None:
    """Say of the last count what each photo more than in the one before has cost."""
    if len(counts) < 2:
        return
    before, last = counts[-2:]
    more = last["photos"] - before["photos"]
    for work in ("import", "cache"):
        growth = last[f"{work}_MiB"] - before[f"{work}_MiB"]
        last[f"{work}_KiB_a_photo"] = round(1024 * growth / more, 2)


def manifests(place: Path) -> list[dict[str, Any]]:
    """What reading manifests of many samples costs, each made of a small one's."""
    place.mkdir()
    write_photos(place / "photos", SEED_COUNT)
    apart(imports, place)
    figures = []
    for count in MADE:
        made = place / str(count)
        apart(grow_manifest, place, made, count)
        reads = [apart(loads_manifest, made) for _ in range(3)]
        figures.append(
            {
                "samples": count,
                "manifest_MiB": round((made / "dataset" / "manifest.json").stat().st_size / MIB, 1),
                "load_s": round(median(read["seconds"] for read in reads), 2),
                "load_MiB": median(read["most_MiB"] for read in reads),
            }
        )
    return figures


def apart(work: Callable[..., None], *args: Any) -> dict[str, float]:
    """Do something in a process of its own; the time it took there, the most memory private to it and its children."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_timed, args=(theirs, work, args))
    process.start()
    theirs.close()
    most, is_over = [0], threading.Event()
    watch = threading.Thread(target=_watch, args=(psutil.Process(process.pid), most, is_over))
    watch.start()
    seconds = ours.recv()
    process.join()
    is_over.set()
    watch.join()
    return {"seconds": seconds, "most_MiB": round(most[0] / MIB)}


def _timed(pipe: Any, work: Callable[..., None], args: tuple[Any, ...]) -> None:
    import studio.data.cache  # noqa: F401 - the base, which is not the work's

    began = time.perf_counter()
    work(*args)
    pipe.send(time.perf_counter() - began)


def _watch(process: psutil.Process, most: list[int], is_over: threading.Event) -> None:
    while not is_over.wait(EVERY_S):
        total = 0
        for member in [process, *_children(process)]:
            try:
                total += member.memory_full_info().uss
            except psutil.Error:
                continue  # ended meanwhile
        most[0] = max(most[0], total)


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.Error:
        return []


def nothing() -> None:
    """Stay a moment."""
    time.sleep(1)


def imports(place: Path) -> None:
    """Import the photos."""
    from studio.core.children import never
    from studio.data.import_job import import_manifest

    import_manifest([place / "photos"], place / "dataset", label="clean", emit=lambda _: None, should_stop=never)


def caches(place: Path) -> None:
    """Cache their pixels."""
    from studio.core.children import never
    from studio.data.cache import open_cache
    from studio.data.manifest import Manifest

    manifest = Manifest.load(place / "dataset")
    open_cache(
        manifest, manifest.samples, framing="fit", background="keep", size_hw=(CACHED_PX, CACHED_PX),
        emit=lambda _: None, should_stop=never,
    )  # fmt: skip


def loads_manifest(place: Path) -> None:
    """Read the manifest."""
    from studio.data.manifest import Manifest

    Manifest.load(place / "dataset")


def grow_manifest(place: Path, made: Path, count: int) -> None:
    """Write a manifest of many samples, made of a small one's."""
    from studio.data.manifest import Manifest

    small = Manifest.load(place / "dataset")
    folder = made / "dataset"
    folder.mkdir(parents=True)
    ids = (f"{number:016x}" for number in range(count))
    samples = tuple(
        replace(small.samples[number % len(small.samples)], id=id, source_photo=id) for number, id in enumerate(ids)
    )
    replace(small, folder=folder, samples=samples).save()


if __name__ == "__main__":
    main()
