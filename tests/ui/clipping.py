"""Tells which texts of the real window are cut off: `python -m tests.ui.clipping FOLDER [--size 1024 640]`.

A process of its own per scale, since Qt reads QT_SCALE_FACTOR once. Prints a JSON list of sentences; empty is good.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QComboBox, QLabel, QPushButton, QWidget

from studio.core.children import never
from studio.core.events import Event
from studio.core.runs import EventLog, RunFolder
from studio.data.import_job import import_manifest
from studio.ui.app import open_window
from studio.ui.crash_dialog import CrashDialog
from studio.ui.main_window import MainWindow
from studio.ui.widgets.labels import ElidedLabel
from tests.data.pictures import save_dishes
from tests.ui.answering import AnswersAtOnce
from tests.ui.made_runs import checks, judged, make_run, write_evidence
from tests.waiting import until, wait


def cut_off(window: QWidget) -> Iterator[str]:
    """Say of each visible text what hides a part of it.

    Texts that end in an ellipsis by design, with the whole of it in their tooltip, are no concern.
    """
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or isinstance(widget, ElidedLabel) or not text_of(widget):
            continue
        name = f"{type(widget).__name__} {text_of(widget)!r} ({ancestry(widget)})"
        needs, has = needed_px(widget), (widget.width(), widget.height())
        if needs[0] > has[0] or needs[1] > has[1]:
            yield f"{name} needs {needs[0]} x {needs[1]} px and has {has[0]} x {has[1]}"
        elif hidden_by := hider(widget):
            yield f"{name} reaches out of {hidden_by}"


def text_of(widget: QWidget) -> str:
    """The text that a widget shows; empty when it shows none."""
    if isinstance(widget, (QLabel, QAbstractButton)):
        return widget.text()
    return widget.currentText() if isinstance(widget, QComboBox) else ""


def needed_px(widget: QWidget) -> tuple[int, int]:
    """Width and height without which its text is cut."""
    if isinstance(widget, QLabel) and widget.wordWrap():
        return 0, widget.heightForWidth(widget.width())
    if isinstance(widget, (QPushButton, QComboBox)):
        return min(widget.minimumSizeHint().width(), widget.sizeHint().width()), 0
    if isinstance(widget, QLabel):
        return widget.fontMetrics().horizontalAdvance(widget.text()), widget.fontMetrics().ascent()
    return widget.fontMetrics().horizontalAdvance(text_of(widget)), 0


def hider(widget: QWidget) -> str:
    """The ancestor that cuts a widget off; empty when none does. What can be scrolled into sight is not cut."""
    place, ancestor = QRect(widget.rect()), widget
    while (parent := ancestor.parentWidget()) is not None and not ancestor.isWindow():
        place.translate(ancestor.pos())
        if isinstance(parent.parentWidget(), QAbstractScrollArea):
            return ""
        if not parent.rect().contains(place):
            return type(parent).__name__
        ancestor = parent
    return ""


def ancestry(widget: QWidget) -> str:
    """Where in the window a widget is."""
    names, ancestor = [], widget.parentWidget()
    while ancestor is not None and not ancestor.isWindow():
        if type(ancestor).__module__.startswith("studio"):
            names.append(type(ancestor).__name__)
        ancestor = ancestor.parentWidget()
    return " in ".join(names[:3])


def scenes(window: Any, photos: list[Path]) -> Iterator[str]:
    """Show one state of the window after another; its name."""
    window.show_tab("dataset")
    yield "dataset"
    window.session.say("warning", "2 of 8 photos were set aside: one is cut off, one is no picture.", "details")
    yield "dataset with a message"
    window.message_bar.hide()
    window.show_tab("configure")
    yield "configure"
    window.show_tab("train")
    pages = window.tabs["train"].results.pages
    for page in ("results", "check", "details"):
        pages.part(page).click()
        yield f"train, {page}"
    window.show_tab("classify")
    classify = window.tabs["classify"]
    if photos:
        classify.take_paths(photos)
        until(lambda: classify.feed.done == len(photos))
        yield "classify, cards"
        classify.tools.view.part("table").click()
        yield "classify, table"
        classify.tools.view.part("cards").click()
    else:
        yield "classify"
    window.sheet.open()
    yield "shortcuts"
    window.sheet.hide()
    window.about.open()
    yield "about"
    window.about.licences.click()
    until(lambda: bool(window.about.page.text.toPlainText()))
    yield "licences"
    window.about.hide()
    crash = CrashDialog(window.theme, "KeyError: 'a name that is much longer than one would think'", "", window)
    crash.count_one_more()
    crash.show()
    yield "crash"
    crash.close()


def main() -> None:
    """Look at the window on an empty workspace, then on a filled one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", type=int, nargs=2, default=(1024, 640))
    parser.add_argument("--themes", choices=("light", "dark"), nargs="+", default=("light", "dark"))
    asked = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    found: dict[str, str] = {}
    for name in ("empty", "full"):
        workspace = asked.folder / name
        photos = fill(workspace) if name == "full" else []
        window = open_window(workspace)
        try:
            window.session.torch_host = AnswersAtOnce(window.session)  # type: ignore[assignment]
            if photos:
                window.session.open_dataset(workspace / "datasets" / "plates")
                until(lambda window=window: window.session.dataset is not None)
                window.session.set_run(run(workspace))
            window.resize(*asked.size)
            for theme in asked.themes:
                window.theme.set_mode(theme)
                look(window, photos, f"{name}, {theme}", found)
        finally:
            window.close()
            wait(100)
    print(json.dumps([f"{where}: {words}" for words, where in found.items()], indent=1))


def look(window: MainWindow, photos: list[Path], state: str, found: dict[str, str]) -> None:
    """Note what is cut off in each scene, each thing once."""
    for scene in scenes(window, photos):
        wait(150)
        cut = set(cut_off(window))
        if cut:
            wait(1000)  # figures may have come in a moment ago, whose layout is still to be done
            cut &= set(cut_off(window))
        for words in cut:
            found.setdefault(words, f"{scene} ({state})")


def fill(workspace: Path) -> list[Path]:
    """Make a dataset of drawn dishes and a finished run; photos to ask about."""
    place = workspace / "photos"
    save_dishes(place / "clean", 6)
    save_dishes(place / "dirty", 2, first_seed=50)
    (place / "clean" / "broken.jpg").write_bytes(b"no picture")
    import_manifest([place], workspace / "datasets" / "plates", emit=unheard, should_stop=never, workers=0)
    made = make_run(run(workspace).path, title="From clean photos, the second", outcome="finished")
    log = EventLog(made)
    log.write(judged(made.path))
    log.write(checks(made.path, "beside"))
    log.close()
    write_evidence(made.path)
    asked = workspace / "asked"
    save_dishes(asked, 3)
    for number, photo in enumerate(sorted(asked.iterdir())):
        photo.rename(photo.with_name(f"{('clean', 'dirty')[number % 2]}-{10 + 40 * number}{photo.suffix}"))
    return sorted(asked.iterdir())


def run(workspace: Path) -> RunFolder:
    """The one run of the filled workspace."""
    return RunFolder(workspace / "runs" / "2026-11-22_2000_transfer_aa")


def unheard(event: Event) -> None:
    """Nobody listens."""


if __name__ == "__main__":
    main()
