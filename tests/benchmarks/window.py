"""The figures that the window promises: `python -m tests.benchmarks.window [--json FILE|-] [--only NAME ...]`.

Every figure is taken in the real window, in a process of its own, without a screen unless one is there:

    first_paint    from the start of the process to the first painted window, and until every tab is built
    lateness       of the window's event loop while 10,000 photos are imported, dishes painted, a network trained,
                   with the longest computation of the window's own thread between two ticks
    preview        from a changed setting to the new picture in the dirt laboratory
    answer         from a dropped photo to its card, the network being warm
    stop           from Finish now to the end of training, and from a second press to its death
    memory         private bytes after a walk through 10,000 thumbnails
    frames         drawings a second of a dashboard with 100,000 points
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.telling import asking, tell
from tests.waiting import wait

LIMIT_S = 600
TICK_MS = 5
REPEATS = 3
OPENS = """
import sys, time
from studio.ui import garbage
garbage.put_off()
from PySide6.QtCore import QEvent, QObject, QTimer
from studio.ui import app

class Watch(QObject):
    def eventFilter(self, thing, event):
        if event.type() == QEvent.Type.Paint:
            self.painted = time.time()
            application.removeEventFilter(self)
            QTimer.singleShot(0, self.wait)
        return False

    def wait(self):
        QTimer.singleShot(0, self.wait if window.tabs.missing else self.finish)

    def finish(self):
        print(self.painted, time.time(), flush=True)
        window.close()

application = app._application()
watch = Watch()
application.installEventFilter(watch)
from pathlib import Path
window = app.open_window(Path(sys.argv[1]))
application.exec()
"""


def main() -> None:
    """Take the figures asked for; print them as JSON."""
    parser = asking(__doc__)
    parser.add_argument("--photos", type=int, default=10_000)
    parser.add_argument("--points", type=int, default=100_000)
    parser.add_argument("--only", nargs="+", choices=sorted(FIGURES), default=list(FIGURES))
    asked = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    taken: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in asked.only:
            taken[name] = FIGURES[name](Bench(folder=Path(folder), photos=asked.photos, points=asked.points))
            print(f"{name}: {json.dumps(taken[name])}", file=sys.stderr, flush=True)
    tell(taken, asked.json)


@dataclass(frozen=True, kw_only=True)
class Bench:
    """What the figures are taken on.

    Attributes:
        folder: to write to.
        photos: how many the large dataset has.
        points: how many the long run has.
    """

    folder: Path
    photos: int
    points: int

    @contextmanager
    def window(self, name: str, *, sample: bool = False) -> Iterator[Any]:
        """The real window on a workspace that lasts as long as the bench."""
        from studio.ui.app import open_window

        window = open_window(self.folder / name, sample=sample)
        window.resize(1280, 800)
        try:
            if sample:
                until(lambda: window.session.dataset is not None and not window.session.is_busy)
            yield window
        finally:
            window.close()
            wait(200)

    def many(self) -> Path:
        """A folder of small photos, no two alike, written at first use."""
        folder = self.folder / "photos"
        if not folder.is_dir():
            write_photos(folder, self.photos)
        return folder


@dataclass
class Lateness:
    """How late a timer of TICK_MS fires, which is how long the event loop was kept from events.

    `busy_ms` is what the window's own thread computed from one tick to the next. The rest of a late tick is a machine
    whose cores all work on something else, the job that is watched among it.
    """

    late_ms: list[float] = field(default_factory=list)
    busy_ms: list[float] = field(default_factory=list)

    def figures(self) -> dict[str, float]:
        """Median, 99th percentile, worst, the longest computation, in ms, and how many ticks."""
        values = np.asarray(self.late_ms)
        p50, p99, worst = np.percentile(values, (50, 99, 100))
        return {
            "p50_ms": rounded(p50),
            "p99_ms": rounded(p99),
            "max_ms": rounded(worst),
            "busy_max_ms": rounded(max(self.busy_ms)),
            "ticks": len(values),
        }


@contextmanager
def watched() -> Iterator[Lateness]:
    """Watch the event loop."""
    from PySide6.QtCore import Qt, QTimer

    lateness, timer, due, computed = Lateness(), QTimer(), [0.0], [time.thread_time()]

    def tick() -> None:
        now, busy = time.perf_counter(), time.thread_time()
        lateness.late_ms.append(max(0.0, 1e3 * (now - due[0])))
        lateness.busy_ms.append(1e3 * (busy - computed[0]))
        due[0], computed[0] = now + TICK_MS / 1e3, busy

    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(tick)
    due[0] = time.perf_counter() + TICK_MS / 1e3
    timer.start(TICK_MS)
    yield lateness
    timer.stop()


def first_paint(bench: Bench) -> dict[str, float]:
    """Seconds from the start of the process; the first start, which compiles, is not counted."""
    painted, built = [], []
    # Compiled once, as an installed program is; where bytecode is not written every start would compile.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(bench.folder / "compiled")
    for _ in range(REPEATS + 1):
        began = time.time()
        said = subprocess.run(
            [sys.executable, "-c", OPENS, str(bench.folder / "first")],
            check=True,
            capture_output=True,
            text=True,
            env=environment,
        )
        at, done = (float(word) for word in said.stdout.split())
        painted.append(at - began)
        built.append(done - began)
    return {"first_paint_s": middle(painted[1:]), "all_tabs_s": middle(built[1:])}


def lateness(bench: Bench) -> dict[str, dict[str, float]]:
    """Of the event loop, by what runs."""
    from studio.core.presets import apply_preset

    found: dict[str, dict[str, float]] = {}
    photos = bench.many()
    with bench.window("large") as window:
        session = window.session
        until(lambda: not window.tabs.missing, what="every tab is built")
        wait(2000)
        with watched() as late:
            window.tabs["dataset"].take_paths([photos])
            until(lambda: session.is_busy)
            until(lambda: not session.is_busy and session.dataset is not None)
            wait(2000)
        found[f"importing {len(session.dataset.samples)} photos"] = late.figures()
    with bench.window("small", sample=True) as window:
        session = window.session
        session.set_config(apply_preset("transfer").edited(dirt__total=240, model__input_size=224))
        until(lambda: not window.tabs.missing, what="every tab is built")
        with watched() as late:
            press(window, "dataset")
            wait(1000)
        found["painting 240 samples"] = late.figures()
        config = apply_preset("balanced").edited(
            model__input_size=64, training__epochs=12, training__batch_size=16, early_stopping__enabled=False
        )
        session.set_config(config)
        with watched() as late:
            press(window, "configure")
            wait(1000)
        found["training 12 epochs"] = late.figures()
    return found


def preview(bench: Bench) -> dict[str, float]:
    """Milliseconds from a moved slider to the painted picture."""
    with bench.window("small", sample=True) as window:
        laboratory = window.tabs["dataset"].laboratory
        until(lambda: laboratory.painting is not None)
        took = []
        for turn in range(20):
            before = laboratory.painting
            began = time.perf_counter()
            kinds = laboratory.bench.pages.kinds
            next(iter(kinds.rows.values())).slider.setValue(20 + 3 * turn)
            until(lambda before=before: laboratory.painting is not before, step_ms=1)  # type: ignore[misc]
            laboratory.bench.picture.repaint()
            took.append(1e3 * (time.perf_counter() - began))
    return {"median_ms": middle(took), "max_ms": rounded(max(took))}


def answer(bench: Bench) -> dict[str, float]:
    """Milliseconds from a drop to the answered card."""
    from studio.core.presets import apply_preset

    with bench.window("small", sample=True) as window:
        session = window.session
        if not session.dataset.counts.get("dirty"):
            session.set_config(apply_preset("transfer").edited(dirt__total=64, model__input_size=224))
            press(window, "dataset")
        session.set_config(apply_preset("transfer").edited(model__input_size=224, ensemble__members=1))
        press(window, "configure")
        pictures = [session.dataset.picture(sample) for sample in session.dataset.samples[:20]]
        window.show_tab("classify")
        tab = window.tabs["classify"]
        took: list[float] = []
        answered: list[object] = []
        tab.feed.answered.connect(answered.append)
        for picture in pictures:
            answered.clear()
            began = time.perf_counter()
            tab.take_paths([picture])
            until(lambda: bool(answered), step_ms=1)
            tab.repaint()
            took.append(1e3 * (time.perf_counter() - began))
    return {"cold_ms": rounded(took[0]), "median_ms": middle(took[1:]), "max_ms": rounded(max(took[1:]))}


def stop(bench: Bench) -> dict[str, float]:
    """Seconds until training has ended after one press, and after two."""
    from studio.core.presets import apply_preset

    config = apply_preset("balanced").edited(
        model__input_size=64, training__epochs=500, training__batch_size=16, early_stopping__enabled=False
    )
    found = {}
    with bench.window("small", sample=True) as window:
        session = window.session
        if not session.dataset.counts.get("dirty"):
            session.set_config(apply_preset("transfer").edited(dirt__total=64, model__input_size=224))
            press(window, "dataset")
        session.set_config(config)
        for name, presses in (("finish_s", 1), ("second_press_s", 2)):
            seen: list[object] = []
            session.event_happened.connect(seen.append)
            window.show_tab("configure")
            window.tabs["configure"].primary_action.button.click()
            until(lambda: any(type(event).__name__ == "EpochFinished" for event in seen))  # noqa: B023
            for _ in range(presses):
                began = time.perf_counter()
                session.stop_job()
            until(lambda: not session.is_busy, step_ms=1)
            found[name] = rounded(time.perf_counter() - began, 2)
            session.event_happened.disconnect(seen.append)
    return found


def memory(bench: Bench) -> dict[str, float]:
    """MiB private to the window's process, empty and after every thumbnail was in sight."""
    import psutil

    photos, process = bench.many(), psutil.Process()
    with bench.window("large") as window:
        session = window.session
        empty = process.memory_full_info().uss
        if session.dataset is None:
            window.tabs["dataset"].take_paths([photos])
            until(lambda: session.is_busy)
            until(lambda: not session.is_busy and session.dataset is not None)
        wait(2000)
        grid = window.tabs["dataset"].wall.grid
        bar = grid.verticalScrollBar()
        for place in range(0, bar.maximum(), max(1, bar.pageStep())):
            bar.setValue(place)
            wait(30)
        wait(2000)
        full = process.memory_full_info().uss
    return {"before_MiB": rounded(empty / 2**20), "after_MiB": rounded(full / 2**20), "thumbnails": bench.photos}


def frames(bench: Bench) -> dict[str, float]:
    """Drawings a second while a run with many points is shown and grows."""
    from studio.core.runs import RunFolder
    from tests.ui.made_runs import batches, epoch_event, started

    with bench.window("long") as window:
        window.show_tab("train")
        tab, run = window.tabs["train"], RunFolder(bench.folder / "long" / "runs" / "long")
        run.path.mkdir(parents=True)
        window.session.set_run(run)
        epochs = 100
        a_epoch = bench.points // epochs
        tab.receive(started(run.path, epochs=epochs + 1), run)
        for epoch in range(1, epochs + 1):
            for event in batches(epoch, count=a_epoch, each=a_epoch // 4):
                tab.receive(event, run)
            tab.receive(epoch_event(epoch, epochs=epochs + 1), run)
        wait(500)
        more = batches(epochs + 1, count=10**6, each=10)
        began, drawn = time.perf_counter(), 0
        while time.perf_counter() - began < 5:
            tab.receive(next(more), run)
            tab.plots.redraw_now()
            tab.plots.grab()
            drawn += 1
        took = time.perf_counter() - began
    return {"points": bench.points, "frames_per_s": rounded(drawn / took)}


def press(window: Any, tab: str) -> None:
    """Press a tab's primary button and wait for the end of what it started."""
    ended: list[object] = []
    window.session.job_ended.connect(lambda *_: ended.append(True))
    window.show_tab(tab)
    button = window.tabs[tab].primary_action.button
    until(button.isEnabled, what=f"{button.text()} can be pressed")
    wait(500)  # whoever presses it has seen it before
    button.click()
    until(lambda: bool(ended), what=f"{button.text()} has ended")
    until(lambda: not window.session.is_busy)


def until(is_true: Callable[[], bool], *, step_ms: int = 20, what: str = "the window is ready") -> None:
    """Run the event loop until something is true."""
    began = time.monotonic()
    while not is_true():
        if time.monotonic() - began > LIMIT_S:
            raise TimeoutError(f"waited {LIMIT_S} s until {what}")
        wait(step_ms)


def write_photos(folder: Path, count: int) -> None:
    """Write small JPEG files of speckled discs on speckled grounds, no two alike."""
    import cv2

    folder.mkdir()
    rng = np.random.default_rng(0)
    for number in range(count):
        speckles = rng.integers(0, 256, (6, 6, 3), dtype=np.uint8)
        image_HW3 = cv2.resize(speckles, (160, 160), interpolation=cv2.INTER_CUBIC)
        dish = rng.integers(0, 256, 3).tolist()
        centre = tuple(int(place) for place in rng.integers(70, 90, 2))
        cv2.circle(image_HW3, centre, int(rng.integers(45, 65)), dish, 3, cv2.LINE_AA)
        cv2.putText(image_HW3, str(number), (50, 85), cv2.FONT_HERSHEY_SIMPLEX, 0.6, dish, 2)
        cv2.imwrite(str(folder / f"photo-{number:05d}.jpg"), image_HW3)


def rounded(value: float, digits: int = 1) -> float:
    """A figure worth reading."""
    return round(float(value), digits)


def middle(values: Sequence[float]) -> float:
    """The median, rounded."""
    return rounded(float(np.median(values)), 2)


FIGURES: dict[str, Callable[[Bench], dict[str, Any]]] = {
    "first_paint": first_paint,
    "preview": preview,
    "answer": answer,
    "stop": stop,
    "frames": frames,
    "lateness": lateness,
    "memory": memory,
}

if __name__ == "__main__":
    main()
