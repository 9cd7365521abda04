"""The row of tools above the answers: model, filters, heat map, view, export."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget
from typing_extensions import override

from studio.core.words import count
from studio.ui.adapt_bar import ICON as ADAPT_ICON
from studio.ui.icons import icon
from studio.ui.result import ALL, LOOK, REJECTED
from studio.ui.result_model import ResultModel
from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import IconButton
from studio.ui.widgets.class_glyph import class_look
from studio.ui.widgets.inputs import ComboBox
from studio.ui.widgets.panels import Hairline
from studio.ui.widgets.plain import plain
from studio.ui.widgets.segmented import Choice, SegmentedControl
from studio.ui.widgets.switch import Switch

_HEIGHT_PX = 56
_PICKER_PX, _COMPACT_PICKER_PX = 208, 168
_MOST_SEGMENTS = 4
_OPEN_FILE = "Open a model file…"
_ADAPT_HELP = (
    "Adapt to these photos of the place of use: the model guesses their classes and learns from its surest guesses, "
    "twice at most; kept only if it is no worse on what was held out"
)


@dataclass(frozen=True, kw_only=True)
class ModelChoice:
    """A model that can be picked.

    Attributes:
        path: a run's folder or a model file.
        title: what the list calls it.
        note: more of it, in the tooltip.
    """

    path: str
    title: str
    note: str = ""


class ClassifyTools(QWidget):
    """Asks for the model, the filter, the view."""

    model_picked = Signal(str)
    file_wanted = Signal()
    filter_chosen = Signal(str)
    heat_switched = Signal(bool)
    view_chosen = Signal(str)
    export_wanted = Signal(str)
    clear_wanted = Signal()
    adapt_wanted = Signal()

    def __init__(self, theme: ThemeManager, model: ResultModel) -> None:
        """Args:
        theme: where colours and measures come from.
        model: whose counts the filters show.
        """
        super().__init__()
        self._theme = theme
        self._model = model
        self._classes: tuple[str, ...] | None = None
        self._is_compact = False
        self._choices: tuple[ModelChoice, ...] = ()
        self.picker = ComboBox(theme, icon="chart-spline", accessible_name="Model", tooltip="Which model answers")
        self.picker.setPlaceholderText("No model yet")
        self.picker.setFixedWidth(_PICKER_PX)
        self.picker.activated.connect(self._pick)
        self.filters: SegmentedControl | None = None
        self.filter_list = ComboBox(theme, icon="list-filter", accessible_name="Filter", tooltip="What is shown")
        self.filter_list.activated.connect(self._filter_by_list)
        self.heat = Switch(
            theme,
            "Heat map",
            tooltip="Show on every photo what speaks for its class, the brighter the surer the model is  (H)",
        )
        self.heat.toggled.connect(self.heat_switched)
        self.view = SegmentedControl(
            theme,
            [
                Choice(key="cards", icon="layout-grid", tooltip="Cards"),
                Choice(key="table", icon="table-2", tooltip="Table"),
            ],
            part_px=34,
            accessible_name="View",
        )
        self.view.chosen.connect(self.view_chosen)
        self.adapt = IconButton(theme, ADAPT_ICON, _ADAPT_HELP, keys="Ctrl+Shift+A", kind="tool")
        self.adapt.clicked.connect(self.adapt_wanted)
        self.export = IconButton(theme, "download", "Export the answers", kind="tool")
        self.export.clicked.connect(self._offer_export)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(24, 0, 16, 0)
        self._row.setSpacing(theme.space())
        self._row.addWidget(self.picker)
        self._row.addWidget(self.filter_list)
        self._row.addStretch(1)
        self._row.addWidget(self.heat)
        self._row.addWidget(self.view)
        self._row.addWidget(self.adapt)
        self._row.addWidget(self.export)
        self._row.insertSpacing(self._row.indexOf(self.view), 4)
        self._line = Hairline(theme)
        self._line.setParent(self)
        self.setProperty("surface", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(_HEIGHT_PX)
        model.counts_changed.connect(self._show_counts)
        self._show_counts()

    @property
    def filter_key(self) -> str:
        """The filter in force."""
        if self.filters is not None:
            return self.filters.current
        return str(self.filter_list.currentData() or ALL)

    def set_compact(self, is_compact: bool) -> None:
        """Use less width: words of switches go, counts stay."""
        self._is_compact = is_compact
        self.picker.setFixedWidth(_COMPACT_PICKER_PX if is_compact else _PICKER_PX)
        self.heat.setText("" if is_compact else "Heat map")
        self.heat.setAccessibleName("Heat map")
        self.heat.updateGeometry()
        self._row.setContentsMargins(16 if is_compact else 24, 0, 16, 0)
        self._classes = None
        self._show_counts()

    def show_models(self, choices: Sequence[ModelChoice], chosen: str) -> None:
        """Offer these models.

        Args:
            choices: in the order of the list.
            chosen: path of the one in force; empty for none.
        """
        self._choices = tuple(choices)
        self.picker.blockSignals(True)
        self.picker.clear()
        for number, choice in enumerate(choices):
            self.picker.addItem(choice.title, choice.path)
            self.picker.setItemData(number, plain(choice.note or choice.path), int(Qt.ItemDataRole.ToolTipRole))
        if choices:
            self.picker.insertSeparator(len(choices))
        self.picker.addItem(_OPEN_FILE, "")
        self._choose(chosen)
        self.picker.blockSignals(False)

    def choose_filter(self, key: str) -> None:
        """Show a filter as chosen, and tell."""
        if self.filters is not None:
            self.filters.choose(key)
        else:
            place = self.filter_list.findData(key)
            if place >= 0 and place != self.filter_list.currentIndex():
                self.filter_list.setCurrentIndex(place)
                self._filter_by_list(place)

    @override
    def resizeEvent(self, event: object) -> None:
        self._line.setGeometry(0, self.height() - 1, self.width(), 1)

    def _choose(self, path: str) -> None:
        place = self.picker.findData(path) if path else -1
        self.picker.setCurrentIndex(place)
        note = next((choice.note for choice in self._choices if choice.path == path), "")
        self.picker.setToolTip(plain(f"Which model answers: {note}" if note else "Which model answers"))

    def _pick(self, place: int) -> None:
        path = str(self.picker.itemData(place) or "")
        if path:
            self.model_picked.emit(path)
        else:
            self.file_wanted.emit()

    # Filters

    def _keys(self) -> list[str]:
        # The class that asks for something to be done comes first, as in the list of answers that a person reads.
        facts = self._model.facts
        positive = facts.positive if facts is not None else None
        classes = self._model.classes or ("clean", "dirty")
        first = [name for name in classes if name == (positive or "dirty")] if len(classes) == 2 else []
        rest = [name for name in classes if name not in first]
        return [ALL, *first, LOOK, *rest] if first else [ALL, *rest, LOOK]

    def _show_counts(self) -> None:
        if self._classes != self._model.classes:
            self._classes = self._model.classes
            self._make_filters()
        counts = self._model.counts
        for key in [*self._keys(), REJECTED]:
            words = self._words(key, counts.get(key, 0))
            if self.filters is not None:
                self.filters.set_text(key, words)
                part = self.filters.part(key)
                part.setAccessibleName(f"{_title(key)} {count(counts.get(key, 0))}")
                part.setHidden(key == REJECTED and not counts.get(REJECTED, 0))
            else:
                self.filter_list.setItemText(self.filter_list.findData(key), words)
        if self.filter_key == REJECTED and not counts.get(REJECTED, 0):
            self.choose_filter(ALL)
        self.export.set_blocked("" if counts.get(ALL, 0) else "There are no answers to export yet")

    def _words(self, key: str, number: int) -> str:
        is_short = self.filters is not None and (key == REJECTED or (self._is_compact and key != ALL))
        return count(number) if is_short else f"{_title(key)} {count(number)}"

    def _make_filters(self) -> None:
        if self.filters is not None:
            self._row.removeWidget(self.filters)
            self.filters.hide()
            self.filters.deleteLater()
            self.filters = None
        keys = [*self._keys(), REJECTED]
        is_list = len(keys) - 2 > _MOST_SEGMENTS
        self.filter_list.setVisible(is_list)
        if is_list:
            self.filter_list.blockSignals(True)
            self.filter_list.clear()
            for key in keys:
                self.filter_list.addItem(_title(key), key)
            self.filter_list.blockSignals(False)
        else:
            choices = [self._choice(key) for key in keys]
            self.filters = SegmentedControl(self._theme, choices, accessible_name="Filter")
            self.filters.chosen.connect(self.filter_chosen)
            self._row.insertWidget(1, self.filters)
        if self._model.filter_key in keys:
            self._restore_filter(self._model.filter_key)

    def _restore_filter(self, key: str) -> None:
        control = self.filters if self.filters is not None else self.filter_list
        control.blockSignals(True)
        if self.filters is not None:
            self.filters.choose(key)
        else:
            self.filter_list.setCurrentIndex(self.filter_list.findData(key))
        control.blockSignals(False)

    def _choice(self, key: str) -> Choice:
        if key == ALL:
            return Choice(key=key, text="All", tooltip="All answers")
        if key == REJECTED:
            return Choice(key=key, text="0", icon="file-x", icon_token="danger", tooltip="Files that were not answered")
        look = class_look(key, index=self._model.classes.index(key) if key in self._model.classes else 0)
        return Choice(key=key, text=_title(key), icon=look.glyph, icon_token=look.token, tooltip=look.title)

    def _filter_by_list(self, place: int) -> None:
        self.filter_chosen.emit(str(self.filter_list.itemData(place)))

    # Export

    def _offer_export(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        theme = self._theme
        menu.addAction(icon(theme, "table-2"), "Table (CSV)…\tCtrl+E", self._export_csv)
        menu.addAction(icon(theme, "braces"), "JSON…", self._export_json)
        menu.addSeparator()
        menu.addAction(icon(theme, "x"), "Clear the answers", self.clear_wanted.emit)
        menu.popup(self.export.mapToGlobal(self.export.rect().bottomLeft()))

    def _export_csv(self) -> None:
        self.export_wanted.emit("csv")

    def _export_json(self) -> None:
        self.export_wanted.emit("json")


def _title(key: str) -> str:
    return {ALL: "All", LOOK: "Look", REJECTED: "Not answered"}.get(key, key.capitalize())
