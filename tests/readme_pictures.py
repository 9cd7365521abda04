"""Makes the README's pictures anew: `python -m tests.readme_pictures` (a few minutes, no screen needed).

Opens the real window on the drawn sample dishes, generates, trains, classifies, and grabs each tab. The demo's picture
is the one that `studio demo` leaves.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from studio.core.presets import apply_preset
from studio.ui.app import open_window
from studio.ui.main_window import MainWindow
from tests.waiting import until, wait

TARGET = Path(__file__).resolve().parent.parent / "resources" / "readme"
SETTLE_MS = 4000


def main() -> None:
    """Make all pictures."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        window = open_window(Path(folder) / "workspace", sample=True)
        try:
            _walk(window, Path(folder))
        finally:
            window.close()


def _walk(window: MainWindow, folder: Path) -> None:
    session = window.session
    window.theme.set_mode("light")
    window.resize(1280, 800)
    until(lambda: session.dataset is not None and not session.is_busy)
    session.set_config(apply_preset("transfer").edited(dirt__total=120, model__input_size=320))
    wait(SETTLE_MS)
    window.tabs["dataset"].primary_action.button.click()  # type: ignore[attr-defined]
    until(lambda: session.dataset is not None and "dirty" in session.dataset.counts and not session.is_busy)
    wait(SETTLE_MS)
    _grab(window, "dataset", "dataset-light")
    window.theme.set_mode("dark")
    _grab(window, "dataset", "dataset-dark")
    window.theme.set_mode("light")
    configure: Any = window.tabs["configure"]
    window.show_tab("configure")
    configure.estimator.measure()
    until(lambda: configure.estimator.find(session.config) is not None)
    _grab(window, "configure", "configure-light")
    window.tabs["configure"].primary_action.button.click()  # type: ignore[attr-defined]
    wait(SETTLE_MS)
    until(lambda: not session.is_busy)
    _grab(window, "train", "train-light")
    assert session.dataset is not None
    pictures = [session.dataset.picture(sample) for sample in session.dataset.samples]
    window.show_tab("classify")
    classify: Any = window.tabs["classify"]
    chosen = pictures[:6] + pictures[-12:]
    classify.tools.heat.setChecked(True)
    classify.take_paths(chosen)
    until(lambda: classify.feed.done == len(chosen))
    wait(10 * SETTLE_MS)  # heat maps follow
    _grab(window, "classify", "classify-light")


def _grab(window: MainWindow, tab: str, name: str) -> None:
    window.show_tab(tab)
    wait(SETTLE_MS)
    window.grab().save(str(TARGET / f"{name}.png"))


if __name__ == "__main__":
    main()
