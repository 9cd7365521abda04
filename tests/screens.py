"""Pictures of every screen, to look at: `python -m tests.screens FOLDER [--tabs train ...] [--only WORD ...]`.

Opens the real window on a workspace of drawn dishes (made once in FOLDER/workspace: painted, trained, a few minutes)
and on an empty one, in light and dark, at 1280 x 800 and 1024 x 640, and grabs every tab with its pages. `--scale 2`
draws as on a screen at 200 %.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

SETTLE_MS = 1200
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SIZES = ((1280, 800), (1024, 640))
TABS = ("dataset", "configure", "train", "classify", "sheets")


def main() -> None:
    """Make the workspace where it is missing, then the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tabs", nargs="+", choices=TABS, default=TABS)
    parser.add_argument("--only", nargs="+", default=(), help="words that the picture's name must all have")
    parser.add_argument("--scale", default="1")
    asked = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["QT_SCALE_FACTOR"] = asked.scale
    # Qt reads both once, when its application is made.
    from studio.core.crash_notes import LeftNote
    from studio.core.presets import apply_preset
    from studio.ui.app import open_window
    from studio.ui.crash_dialog import CrashDialog
    from studio.ui.main_window import MainWindow
    from tests.waiting import until, wait

    def made(workspace: Path) -> None:
        window = open_window(workspace, sample=True)
        session = window.session
        until(lambda: session.dataset is not None and not session.is_busy)
        session.set_config(apply_preset("transfer").edited(dirt__total=64, model__input_size=224))
        wait(SETTLE_MS)
        click(window, "dataset")
        until(lambda: session.dataset is not None and "dirty" in session.dataset.counts and not session.is_busy)
        click(window, "configure")
        until(lambda: not session.is_busy)
        session.set_config(
            apply_preset("balanced").edited(model__input_size=64, training__epochs=12, training__batch_size=32)
        )
        wait(SETTLE_MS)
        click(window, "configure")
        until(lambda: not session.is_busy)
        window.close()

    def click(window: MainWindow, tab: str) -> None:
        window.show_tab(tab)
        tabs: Any = window.tabs
        until(tabs[tab].primary_action.button.isEnabled)
        tabs[tab].primary_action.button.click()
        wait(SETTLE_MS)

    def pages(window: Any, tab: str) -> Iterator[str]:
        """Show one state of a tab, or what lies over one, after another; its name."""
        if tab == "sheets":
            yield from sheets(window)
            return
        shown = window.tabs[tab]
        window.show_tab(tab)
        if tab == "dataset":
            yield ""
            if window.session.dataset is not None:
                shown.wall.grid.selectAll()
                yield "selected"
                shown.wall.grid.choose(0)
                shown.wall.bar.remove_pressed.emit()
                until(shown.wall.undo_bar.isVisible)
                yield "undo"
                shown.overview.aside_pressed.emit("removed")
                yield "set-aside"
                shown.wall.close_aside()
                shown.wall.undo_bar.undo.click()
                until(lambda: not shown.wall.undo_bar.isVisible())
            if shown.laboratory.isVisible():
                switch = shown.laboratory.bench.pages.switch
                for part in ("look_alikes", "dirt"):
                    switch.part(part).click()
                    if part != "dirt":
                        yield part
        elif tab == "configure":
            yield ""
            for section in ("training", "augmentation", "dirt", "hardware", "search"):
                shown.form.show_section(section)
                yield section
            shown.form.search.setText("rate")
            yield "found"
            shown.form.search.clear()
            right = shown.json.toPlainText()
            shown.json.setPlainText(right.replace('"epochs": ', '"epochs": -', 1))
            yield "faulty"
            shown.json.setPlainText(right)
            wait(SETTLE_MS)
        elif tab == "train":
            others = [summary.run for summary in window.session.summaries if summary.run != window.session.run]
            for other in others[:1]:
                shown.runs.model.set_ticked(other, True)
                yield "laid-over"
                shown.runs.model.set_ticked(other, False)
            if others:
                shown.open_search()
                yield "search"
                shown.search.left.emit()
            for page in ("results", "check", "details"):
                shown.results.pages.part(page).click()
                yield page
        elif tab == "classify" and window.session.dataset is not None:
            pictures = [window.session.dataset.picture(one) for one in window.session.dataset.samples]
            chosen = [*pictures[:6], *pictures[-12:]]
            shown.tools.heat.setChecked(True)
            shown.tools.view.part("cards").click()
            shown.take_paths(chosen)
            until(lambda: shown.feed.done == len(chosen) and not shown.feed.is_running)
            wait(5 * SETTLE_MS)
            yield "cards"
            shown.tools.view.part("table").click()
            yield "table"
        else:
            yield ""

    def sheets(window: Any) -> Iterator[str]:
        window.show_tab("configure")
        window.sheet.open()
        yield "shortcuts"
        window.sheet.hide()
        window.about.open()
        yield "about"
        window.about.licences.click()
        until(lambda: bool(window.about.page.text.toPlainText()))
        yield "licences"
        window.about.hide()
        window.tell_of_crashes([LeftNote(kind="window", process_id=1, words="Segmentation fault", time_s=0.0)])
        yield "crash-of-before"
        window.message_bar.dismiss()
        crash = CrashDialog(window.theme, "KeyError: 'clean'", "", window)
        crash.show()
        wait(SETTLE_MS)
        crash.grab().save(str(asked.folder / f"crash-{window.theme.mode}.png"))
        crash.close()

    def shoot(workspace: Path, state: str) -> None:
        window = open_window(workspace)
        try:
            grab_all(window, state)
        finally:
            window.close()

    def grab_all(window: MainWindow, state: str) -> None:
        wait(3 * SETTLE_MS)
        for tab in asked.tabs:
            for width, height in SIZES:
                for theme in THEMES:
                    name = f"{tab}-{state}-{theme}-{width}"
                    if not all(word in name for word in asked.only):
                        continue
                    window.theme.set_mode(theme)
                    window.resize(width, height)
                    for page in pages(window, tab):
                        wait(SETTLE_MS)
                        window.grab().save(str(asked.folder / f"{name}{page and '-' + page}.png"))

    if not (asked.folder / "workspace").is_dir():
        made(asked.folder / "workspace")
    shoot(asked.folder / "workspace", "full")
    shoot(asked.folder / "empty", "empty")


if __name__ == "__main__":
    main()
