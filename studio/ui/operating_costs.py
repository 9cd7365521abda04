"""The form of what errors cost and how rare dirt is."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from studio.core.requests import ModelFacts
from studio.core.sections import DecisionSettings
from studio.ui.decision import costs_of
from studio.ui.operating_parts import MoneyBox, currency
from studio.ui.theme import ThemeManager
from studio.ui.widgets.flow import column, holder, row
from studio.ui.widgets.inputs import SpinBox
from studio.ui.widgets.labels import Label
from studio.ui.widgets.plain import unmarked

_BOX_PX, _COMPACT_BOX_PX = 104, 96
_LEAST_COST, _MOST_COST = 0.01, 1_000_000.0
_MOST_RATIO = 1_000_000.0
_NOBODY_SAID = (1.0, 1.0, 0.5)
"""Costs and share of dirty dishes of a model that was trained without a thought of them."""


class CostsForm(QWidget):
    """Two amounts of money and a share; `changed` tells what the person does, not what is shown."""

    changed = Signal()

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours and measures come from.
        """
        super().__init__()
        self._is_compact = False
        symbol = currency()
        self.miss = MoneyBox(theme, symbol, accessible_name="A missed one costs me")
        self.needless = MoneyBox(theme, symbol, accessible_name="A needless alarm costs me")
        self.dirty = SpinBox(
            theme,
            unit="%",
            accessible_name="Share of dirty dishes among all to come",
            tooltip="0: as in the photos here",
        )
        self.dirty.setRange(0, 99)
        self.dirty.setSpecialValueText("auto")
        self._words = {box: Label("", "body") for box in (self.miss, self.needless, self.dirty)}
        rows = [row(words, None, box) for box, words in self._words.items()]
        self._dirty_row = holder(rows[2])
        self.setLayout(column(rows[0], rows[1], self._dirty_row, gap=theme.space()))
        for money in (self.miss, self.needless):
            money.setRange(_LEAST_COST, _MOST_COST)
            money.setValue(1.0)
            money.setSingleStep(0.1)
        for box, words in self._words.items():
            box.setFixedSize(_BOX_PX, theme.height("control"))
            words.setBuddy(box)
            box.valueChanged.connect(self._tell)

    @property
    def prior(self) -> float:
        """Share of positive ones that the threshold is chosen for; the model's own is for a half."""
        return self.dirty.value() / 100 or 0.5

    def settings(self) -> DecisionSettings:
        """What a model's file keeps: the costs in units of the larger one, and the share."""
        largest, least = max(self.miss.value(), self.needless.value()), 1 / _MOST_RATIO
        return DecisionSettings(
            miss_cost=max(least, self.miss.value() / largest),
            rewash_cost=max(least, self.needless.value() / largest),
            prevalence=self.prior,
        )

    def set_compact(self, is_compact: bool) -> None:
        """Use less room."""
        self._is_compact = is_compact
        self._show_dirty_row()
        for box in self._words:
            box.setFixedWidth(_COMPACT_BOX_PX if is_compact else _BOX_PX)

    def show_names(self, positive: str) -> None:
        """Call the errors after the class that the threshold is about."""
        is_dirt, positive = positive == "dirty", unmarked(positive)
        self._words[self.dirty].setText("Dirty among all dishes" if is_dirt else f"“{positive}” among all")
        self._words[self.miss].setText("A missed dirty dish costs me" if is_dirt else f"A missed “{positive}” costs me")
        self._words[self.needless].setText("A needless re-wash costs me" if is_dirt else "A needless alarm costs me")

    def show_own(self, facts: ModelFacts | None) -> None:
        """Show what a model's threshold was chosen for; where nobody said, the costs that it stands for."""
        if facts is None or facts.threshold is None:
            return
        if (facts.miss_cost, facts.rewash_cost, facts.prevalence) == _NOBODY_SAID:
            self.show_costs(*costs_of(facts.threshold))
            self.show_dirty(0)
        else:
            self.show_costs(facts.miss_cost, facts.rewash_cost)
            self.show_dirty(0 if facts.prevalence == _NOBODY_SAID[2] else max(1, round(100 * facts.prevalence)))

    def show_threshold(self, threshold: float) -> None:
        """Show the costs that lead to a threshold."""
        odds = self.prior / (1 - self.prior) * threshold / (1 - threshold)
        self.show_costs(self.miss.value(), self.miss.value() * odds)

    def show_costs(self, miss: float, needless: float) -> None:
        """Show amounts."""
        for box, value in ((self.miss, miss), (self.needless, needless)):
            box.blockSignals(True)
            box.setValue(min(_MOST_COST, max(_LEAST_COST, round(value, 2))))
            box.blockSignals(False)

    def show_dirty(self, per_cent: int) -> None:
        """Show a share of positive ones; 0 for as in the photos at hand."""
        self.dirty.blockSignals(True)
        self.dirty.setValue(per_cent)
        self.dirty.blockSignals(False)
        self._show_dirty_row()

    def _show_dirty_row(self) -> None:
        self._dirty_row.setVisible(not self._is_compact or self.dirty.value() > 0)

    def _tell(self, _: object) -> None:
        self.changed.emit()
