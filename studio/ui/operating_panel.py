"""The operating point: what errors cost, where the threshold lies, what to expect of it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSpacerItem, QWidget

from studio.core.held_out import HeldOut
from studio.core.requests import ModelFacts
from studio.core.sections import DecisionSettings
from studio.core.words import count, percent
from studio.data.outlook import calibration
from studio.ui.calibration_plot import CalibrationPlot
from studio.ui.decision import PER, Decision, Foretold, Outlook, costs_of, decided, outlook, threshold_of
from studio.ui.evidence import Evidence
from studio.ui.operating_parts import ExpectedCard, Legend, MoneyBox, currency
from studio.ui.result import LOOK
from studio.ui.result_model import ResultModel
from studio.ui.share_histogram import ShareHistogram
from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import Button, IconButton
from studio.ui.widgets.class_glyph import class_look
from studio.ui.widgets.flow import column, holder, row
from studio.ui.widgets.inputs import SpinBox
from studio.ui.widgets.labels import Label
from studio.ui.widgets.messages import Icon
from studio.ui.widgets.panels import PanelHeader

_COST_PX, _COMPACT_COST_PX = 104, 96
_HISTOGRAM_PX, _COMPACT_HISTOGRAM_PX = 140, 104
_BESIDE_TRAY_PX, _COMPACT_BESIDE_TRAY_PX = 112, 84
_GAPS_PX, _COMPACT_GAPS_PX = (10, 10), (6, 4)
_LEGEND_GAP_PX = 6
_BASIS_ICON_PX = 14
_COMPACT_HEADER_PX = 44
_ENOUGH_SHOWN = 20
_LEAST_COST, _MOST_COST = 0.01, 1_000_000.0
_MOST_RATIO = 1_000_000.0
_NOBODY_SAID = (1.0, 1.0, 0.5)
"""Costs and share of dirty dishes of a model that was trained without a thought of them."""
_HELP = (
    "Called {positive} is whatever is at least as probable as c / (c + m), where m is what a miss costs and c what a "
    "needless alarm costs: from there on the alarm is the cheaper error. Draw the two grips apart, and photos "
    "between them ask for a look instead."
)
_HELP_WITHOUT = (
    "The likeliest of the classes wins. Move the grip to the right, and photos of which the model is less sure than "
    "that ask for a look instead."
)


@dataclass(frozen=True, kw_only=True)
class Kept:
    """An operating point that a model's file shall have.

    Attributes:
        costs: what it follows from.
        threshold: probability of the positive class from which it wins.
        band: probabilities between which a person should look; None for nobody.
    """

    costs: DecisionSettings
    threshold: float
    band: tuple[float, float] | None


class OperatingPanel(QWidget):
    """Turns costs and the two grips into the `Decision` in force, and says what it will lead to."""

    changed = Signal(object)
    keep_wanted = Signal(object)

    def __init__(self, theme: ThemeManager, model: ResultModel) -> None:
        """Args:
        theme: where colours and measures come from.
        model: the answers that the histogram shows.
        """
        super().__init__()
        self._theme = theme
        self._model = model
        self._facts: ModelFacts | None = None
        self._held_out: HeldOut | None = None
        self._has_looked = False
        self._is_awaited = False
        self._threshold: float | None = None
        self._band: tuple[float, float] | None = None
        self._shares: list[float] = []
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
        self.histogram = ShareHistogram(theme)
        self.calibration = CalibrationPlot(theme)
        self.keep = IconButton(theme, "save", "Keep threshold, band and costs in the model's file")
        self.own = Button(
            theme, "", kind="link", size="small", tooltip="Go back to threshold and band in the model's file"
        )
        self.cards = {key: ExpectedCard(theme) for key in ("missed", "needless", "look")}
        self.note = Label("", "small", "text_3", wrap=True)
        self.basis = Label("", "small", "text_2", wrap=True)
        self.cost = Label("", "small", "text", weight=600)
        self._cost_word = Label("cost", "small", "text_2")
        self._help = Label("", "small", "text_2", wrap=True)
        self._lay_out()
        self.miss.valueChanged.connect(self._use_costs)
        self.needless.valueChanged.connect(self._use_costs)
        self.dirty.valueChanged.connect(self._use_costs)
        self.keep.clicked.connect(self._keep)
        self.histogram.band_moved.connect(self._use_band)
        self.histogram.threshold_moved.connect(self._use_threshold)
        self.own.clicked.connect(self._use_own)
        model.counts_changed.connect(self._show_answers)
        model.corrections_changed.connect(self._give_way)
        self.show_facts(None)

    @property
    def decision(self) -> Decision:
        """The operating point in force."""
        facts = self._facts
        if facts is None or facts.positive is None or facts.threshold is None:
            return Decision(high=self._band[1] if self._band is not None else 0.0)
        threshold = facts.threshold if self._threshold is None else self._threshold
        return decided(facts.positive, threshold, facts.band if self._band is None else self._band)

    @property
    def expected(self) -> Outlook | None:
        """What is expected of 1,000 dishes; None while nobody knows."""
        if self._held_out is None:
            return None
        return outlook(self._held_out, self.decision, self._positive_share())

    def state(self) -> tuple[float | None, float, float, float, float, float]:
        """What is remembered: threshold or None, the two costs, the band, the share of dirty dishes in per cent.

        A band below 0 stands for the model's own, an empty one for none at all.
        """
        low, high = self._band if self._band is not None else (-1.0, -1.0)
        return self._threshold, self.miss.value(), self.needless.value(), low, high, float(self.dirty.value())

    def restore(self, state: tuple[float | None, float, float, float, float, float]) -> None:
        """Go on with what was remembered."""
        self._threshold, miss, needless, low, high, dirty = state
        self._set_costs(miss, needless)
        self._set_dirty(round(dirty))
        self._band = (low, high) if low >= 0 else None

    def set_compact(self, is_compact: bool) -> None:
        """Use less height."""
        self._is_compact = is_compact
        self._give_way()
        for card in self.cards.values():
            card.set_compact(is_compact)
        self._show_dirty_row()
        for box in (self.miss, self.needless, self.dirty):
            box.setFixedWidth(_COMPACT_COST_PX if is_compact else _COST_PX)
        self.header.setFixedHeight(_COMPACT_HEADER_PX if is_compact else self._theme.height("panel_header"))
        self._space(_COMPACT_GAPS_PX if is_compact else _GAPS_PX)

    def _give_way(self) -> None:
        """The histogram is as high as what lies on the tray leaves room for."""
        heights = (
            (_BESIDE_TRAY_PX, _COMPACT_BESIDE_TRAY_PX)
            if self._model.corrections
            else (
                _HISTOGRAM_PX,
                _COMPACT_HISTOGRAM_PX,
            )
        )
        self.histogram.set_height(heights[self._is_compact])

    def show_facts(self, facts: ModelFacts | None) -> None:
        """Show another model: its own threshold and costs hold until others are given."""
        if facts == self._facts and facts is not None:
            return
        self._facts = facts
        has_threshold = facts is not None and facts.positive is not None
        is_dirt = facts is None or facts.positive == "dirty"
        positive = facts.positive if facts is not None and facts.positive else "dirty"
        self._dirty_words.setText("Dirty among all dishes" if is_dirt else f"“{positive}” among all")
        self._miss_words.setText("A missed dirty dish costs me" if is_dirt else f"A missed “{positive}” costs me")
        self._needless_words.setText("A needless re-wash costs me" if is_dirt else "A needless alarm costs me")
        self._costs.setVisible(has_threshold or facts is None)
        self._figures.setVisible(has_threshold or facts is None)
        self._help.setText(_HELP.format(positive=positive) if has_threshold or facts is None else _HELP_WITHOUT)
        names = ["Missed", "Re-washed" if is_dirt else "Needless", "To look at"]
        looks = [
            class_look(positive),
            class_look("clean") if is_dirt else class_look(LOOK),
            class_look(LOOK),
        ]
        for card, name, look in zip(self.cards.values(), names, looks, strict=True):
            card.set_title(name, look)
        self._legend.show_classes(positive if has_threshold or facts is None else "")
        if self._threshold is None:
            self._take_own_costs()
        self._show_all()

    def await_model(self, is_awaited: bool) -> None:
        """Say that a model was chosen whose facts are still to come, or that there is none."""
        self._is_awaited = is_awaited
        self._show_expected()

    def show_held_out(self, held_out: HeldOut | None, *, has_looked: bool = True) -> None:
        """Show what the model said of its validation samples; None where that is not known."""
        self._held_out, self._has_looked = held_out, has_looked
        self._show_calibration()
        self._show_expected()

    def show_evidence(self, evidence: Evidence | None) -> None:
        """Say what the model's own threshold rests on; None where that is not known."""
        own = self._facts.threshold if self._facts is not None else None
        self._basis.setVisible(evidence is not None)
        if evidence is None:
            return
        _, figure, ends = evidence.figures[0]
        at = f" at the model's {percent(own, 0)}" if own is not None else ""
        range_ = f" ({ends} by photo)" if ends else ""
        words = f"{evidence.basis}. Balanced accuracy {figure}{range_}{at}."
        self.basis.setText(words.replace(" %", "\N{NO-BREAK SPACE}%"))
        self.basis.setToolTip(evidence.explained)

    # Building

    def _lay_out(self) -> None:
        theme = self._theme
        help_ = IconButton(theme, "circle-question-mark", "How costs become a threshold", checkable=True)
        help_.toggled.connect(self._help.setVisible)
        honest = IconButton(theme, "chart-spline", "Whether the probabilities are honest", checkable=True)
        honest.toggled.connect(self.calibration.setVisible)
        self.honest = honest
        self.calibration.hide()
        self.header = PanelHeader(theme, "Operating point", actions=[self.own, self.keep, honest, help_])
        self._miss_words, self._needless_words = Label("", "body"), Label("", "body")
        self._dirty_words = Label("", "body")
        self._dirty_words.setBuddy(self.dirty)
        self.dirty.setRange(0, 99)
        self.dirty.setSpecialValueText("auto")
        self._dirty_row = holder(row(self._dirty_words, None, self.dirty))
        self.dirty.setFixedSize(_COST_PX, theme.height("control"))
        for box, words in ((self.miss, self._miss_words), (self.needless, self._needless_words)):
            box.setRange(_LEAST_COST, _MOST_COST)
            box.setValue(1.0)
            box.setSingleStep(0.1)
            box.setFixedSize(_COST_PX, theme.height("control"))
            words.setBuddy(box)
        costs = column(
            row(self._miss_words, None, self.miss),
            row(self._needless_words, None, self.needless),
            self._dirty_row,
            gap=theme.space(),
        )
        self._costs = holder(costs)
        self._legend = Legend(theme)
        title = Label(f"Expected in {count(PER)} dishes", "small", "text_2", weight=600)
        cards = row(gap=theme.space())
        for card in self.cards.values():
            cards.addWidget(card, 1)
        self._figures = holder(column(row(title, None, self._cost_word, self.cost, gap=4), cards, self.note, gap=8))
        icon = Icon(theme, "shield-check", "success", _BASIS_ICON_PX)
        self._basis = holder(row(column(1, icon, None, gap=0), gap=6, margins=(0, theme.space(), 0, 0)))
        self._basis.layout().addWidget(self.basis, 1)  # type: ignore[union-attr,call-arg]
        self._basis.hide()
        self._help.hide()
        pad = theme.space(2)
        self._gaps = [QSpacerItem(0, 0), QSpacerItem(0, 0)]
        self._column = column(self._costs, self._help, self.calibration, gap=0, margins=(pad, 4, pad, theme.space()))
        self._column.addItem(self._gaps[0])
        self._column.addWidget(self._legend)
        self._column.addSpacing(_LEGEND_GAP_PX)
        self._column.addWidget(self.histogram)
        self._column.addItem(self._gaps[1])
        self._column.addWidget(self._figures)
        self._column.addWidget(self._basis)
        self._column.addStretch(1)
        self._space(_GAPS_PX)
        self.setLayout(column(self.header, self._column, gap=0))

    def _space(self, gaps_px: tuple[int, int]) -> None:
        for gap, height in zip(self._gaps, gaps_px, strict=True):
            gap.changeSize(0, height)
        self._column.invalidate()

    # What the person does

    def _use_costs(self) -> None:
        self._threshold = threshold_of(self.miss.value(), self.needless.value(), self._prior)
        self._tell()

    def _use_threshold(self, threshold: float) -> None:
        self._threshold = threshold
        odds = self._prior / (1 - self._prior) * threshold / (1 - threshold)
        self._set_costs(self.miss.value(), self.miss.value() * odds)
        self._tell()

    def _use_own(self) -> None:
        self._threshold, self._band = None, None
        self._take_own_costs()
        self._tell()

    def _use_band(self, low: float, high: float) -> None:
        self._band = (low, high) if high - low >= 0.005 else (0.0, 0.0)
        self._tell()

    @property
    def _prior(self) -> float:
        """Share of positive ones that the threshold is chosen for; the model's own is for a half."""
        return self.dirty.value() / 100 or 0.5

    def _keep(self) -> None:
        """Ask for the point in force to be kept, costs in units of the larger one."""
        decision = self.decision
        largest = max(self.miss.value(), self.needless.value())
        least = 1 / _MOST_RATIO
        self.keep_wanted.emit(
            Kept(
                costs=DecisionSettings(
                    miss_cost=max(least, self.miss.value() / largest),
                    rewash_cost=max(least, self.needless.value() / largest),
                    prevalence=self._prior,
                ),
                threshold=decision.threshold,
                band=(decision.low, decision.high) if decision.low < decision.high else None,
            )
        )

    def _take_own_costs(self) -> None:
        """Show what the model's threshold was chosen for; where nobody said, the costs that it stands for."""
        facts = self._facts
        if facts is None or facts.threshold is None:
            return
        if (facts.miss_cost, facts.rewash_cost, facts.prevalence) == _NOBODY_SAID:
            self._set_costs(*costs_of(facts.threshold))
            self._set_dirty(0)
        else:
            self._set_costs(facts.miss_cost, facts.rewash_cost)
            self._set_dirty(0 if facts.prevalence == _NOBODY_SAID[2] else max(1, round(100 * facts.prevalence)))

    def _set_dirty(self, per_cent: int) -> None:
        self.dirty.blockSignals(True)
        self.dirty.setValue(per_cent)
        self.dirty.blockSignals(False)
        self._show_dirty_row()

    def _show_dirty_row(self) -> None:
        self._dirty_row.setVisible(not self._is_compact or self.dirty.value() > 0)

    def _set_costs(self, miss: float, needless: float) -> None:
        for box, value in ((self.miss, miss), (self.needless, needless)):
            box.blockSignals(True)
            box.setValue(min(_MOST_COST, max(_LEAST_COST, round(value, 2))))
            box.blockSignals(False)

    def _tell(self) -> None:
        self._show_point()
        self.changed.emit(self.decision)  # the answers, decided anew, come back through the model
        self._show_expected()

    # What is shown

    def _show_all(self) -> None:
        self._show_calibration()
        self._show_point()
        self._show_answers()

    def _show_point(self) -> None:
        decision = self.decision
        if self._facts is None:
            self.histogram.show_nothing()
            self.own.hide()
            self.keep.set_blocked("Choose a model first.")
            return
        self.histogram.show_point(decision.positive, decision.threshold, decision.low, decision.high)
        own, positive = self._facts.threshold, self._facts.positive
        if own is None or positive is None:
            self.own.hide()
            self.keep.set_blocked("The model has no threshold.")
            return
        is_own = decision == decided(positive, own, self._facts.band)
        self.own.setVisible(not is_own)
        self.keep.set_blocked("The model has this threshold already." if is_own else "")
        band = "Use the model's band" if self._facts.band is not None else "Ask for no look"
        self.own.set_text(band if decision.threshold == own else f"Use the model's {percent(own, 0)}")

    def _show_answers(self) -> None:
        decision = self.decision
        known = set(self._facts.classes) if self._facts is not None else set()
        shares = []
        for result in self._model.results:
            # Another model's answers stay until they are given anew; they say nothing of this one.
            if result.prediction is not None and result.prediction.probabilities.keys() == known:
                answer = result.correction or result.chosen
                is_positive = decision.positive is not None and answer == decision.positive
                shares.append((decision.share(result.prediction.probabilities), is_positive))
        self._shares = [share for share, _ in shares]
        self.histogram.show_shares(shares)
        self._show_expected()

    def _show_expected(self) -> None:
        expected = self.expected
        looked = self._model.counts.get(LOOK, 0)
        answered = len(self._shares)
        here = f"{count(looked)} of {count(answered)} here" if answered else ""
        if expected is None:
            for card in self.cards.values():
                card.show_figure("–", "")
            here = f"of {count(answered)} here" if answered else ""
            self.cards["look"].show_figure(count(looked) if answered else "–", here)
            self.cost.setText("–")
            self.note.setText(self._why_unknown())
            self.note.setToolTip("")
            return
        self.cards["missed"].show_figure(*_in_words(expected.missed))
        self.cards["needless"].show_figure(*_in_words(expected.needless))
        self.cards["look"].show_figure(count(round(expected.look)), here)
        self.cost.setText(f"{currency()} {expected.cost(self.miss.value(), self.needless.value()):,.0f}")
        line, whole = self._sources(expected)
        self.note.setText(line)
        self.note.setToolTip(whole)

    def _show_calibration(self) -> None:
        positive = self._facts.positive if self._facts is not None else None
        known = self._held_out is not None and positive is not None
        bins = calibration(self._held_out, positive) if known and self._held_out and positive else ()
        self.calibration.show_bins(bins, positive or "")

    def _why_unknown(self) -> str:
        if self._facts is None:
            return "The model is being read." if self._is_awaited else "What to expect is told once there is a model."
        if not self._has_looked:
            return ""
        return (
            "Not known yet: this model has no predictions of held-out validation photos beside it. Train it here, "
            "or evaluate it on labelled photos."
        )

    def _sources(self, expected: Outlook) -> tuple[str, str]:
        """Where the figures come from: in a line, then in full."""
        assert self._facts is not None
        positive = self._facts.positive or ""
        missed, needless = expected.missed, expected.needless
        if missed.is_painted == needless.is_painted:
            kind = "painted" if missed.is_painted else "real"
            line = f"95 % ranges, from {missed.samples + needless.samples} {kind} validation photos."
        else:
            painted = "misses" if missed.is_painted else "needless ones"
            line = f"95 % ranges; {painted} from painted validation photos."
        told = [
            f"{one.samples} {'painted' if one.is_painted else 'real'} photos that are {name}"
            for one, name in ((missed, positive), (needless, f"not {positive}"))
        ]
        share = percent(expected.positive_share, 0)
        return line, f"Counted on {told[0]} and {told[1]}, for dishes of which {share} are {positive}."

    def _positive_share(self) -> float:
        """Share of positive ones among the dishes to come: as in the photos at hand, else as in validation."""
        if self.dirty.value():
            return self._prior
        decision, held_out = self.decision, self._held_out
        if len(self._shares) >= _ENOUGH_SHOWN:
            return sum(self._shares) / len(self._shares)
        if held_out is None:
            return 0.5
        real = [label for label, painted in zip(held_out.labels, held_out.is_painted, strict=True) if not painted]
        positives = sum(label == decision.positive for label in real)
        return positives / len(real) if 0 < positives < len(real) else 0.5


def _in_words(foretold: Foretold) -> tuple[str, str]:
    return count(round(foretold.count)), f"{count(round(foretold.low))} – {count(round(foretold.high))}"
