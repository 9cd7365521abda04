"""The operating point: costs, grips and cards put together, each knowing of the others through here."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSpacerItem, QWidget

from studio.core.held_out import HeldOut
from studio.core.requests import ModelFacts
from studio.core.words import percent
from studio.data.outlook import calibration
from studio.ui.calibration_plot import CalibrationPlot
from studio.ui.decision import Decision, Kept, Outlook, decided, outlook, threshold_of
from studio.ui.evidence import Evidence
from studio.ui.expected_figures import ExpectedFigures
from studio.ui.operating_costs import CostsForm
from studio.ui.operating_parts import BasisLine, Legend
from studio.ui.result import LOOK
from studio.ui.result_model import ResultModel
from studio.ui.share_histogram import ShareHistogram
from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import Button, IconButton
from studio.ui.widgets.flow import column
from studio.ui.widgets.labels import Label
from studio.ui.widgets.panels import PanelHeader

_HISTOGRAM_PX, _BESIDE_TRAY_PX = (140, 104), (112, 84)
"""Wide and compact."""
_GAPS_PX, _COMPACT_GAPS_PX = (10, 10), (6, 4)
_LEGEND_GAP_PX = 6
_COMPACT_HEADER_PX = 44
_OWN_COMPACT = "Reset"
"""Where the whole of it would make the header wider than its place."""
_ENOUGH_SHOWN = 20
_HELP = (
    "Called {positive} is whatever is at least as probable as c / (c + m), where m is what a miss costs and c what a "
    "needless alarm costs: from there on the alarm is the cheaper error. Draw the two grips apart, and photos "
    "between them ask for a look instead."
)
_HELP_WITHOUT = (
    "The likeliest of the classes wins. Move the grip to the right, and photos of which the model is less sure than "
    "that ask for a look instead."
)


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
        self.costs = CostsForm(theme)
        self.expect = ExpectedFigures(theme)
        self.histogram = ShareHistogram(theme)
        self.calibration = CalibrationPlot(theme)
        self.keep = IconButton(theme, "save", "Keep threshold, band and costs in the model's file")
        self.own = Button(
            theme, "", kind="link", size="small", tooltip="Go back to threshold and band in the model's file"
        )
        self.basis = BasisLine(theme)
        self._help = Label("", "small", "text_2", wrap=True)
        self._lay_out()
        self.costs.changed.connect(self._use_costs)
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
        costs = self.costs
        return self._threshold, costs.miss.value(), costs.needless.value(), low, high, float(costs.dirty.value())

    def restore(self, state: tuple[float | None, float, float, float, float, float]) -> None:
        """Go on with what was remembered."""
        self._threshold, miss, needless, low, high, dirty = state
        self.costs.show_costs(miss, needless)
        self.costs.show_dirty(round(dirty))
        self._band = (low, high) if low >= 0 else None

    def set_compact(self, is_compact: bool) -> None:
        """Use less height."""
        self._is_compact = is_compact
        self._give_way()
        self._show_point()
        self.costs.set_compact(is_compact)
        self.expect.set_compact(is_compact)
        self.header.setFixedHeight(_COMPACT_HEADER_PX if is_compact else self._theme.height("panel_header"))
        self._space(_COMPACT_GAPS_PX if is_compact else _GAPS_PX)

    def _give_way(self) -> None:
        """The histogram is as high as what lies on the tray leaves room for."""
        heights_px = _BESIDE_TRAY_PX if self._model.corrections else _HISTOGRAM_PX
        self.histogram.set_height(heights_px[self._is_compact])

    def show_facts(self, facts: ModelFacts | None) -> None:
        """Show another model: its own threshold and costs hold until others are given."""
        if facts == self._facts and facts is not None:
            return
        self._facts = facts
        has_threshold = facts is None or facts.positive is not None
        positive = facts.positive if facts is not None and facts.positive else "dirty"
        self.costs.show_names(positive)
        self.costs.setVisible(has_threshold)
        self.expect.show_names(positive)
        self.expect.setVisible(has_threshold)
        self._help.setText(_HELP.format(positive=positive) if has_threshold else _HELP_WITHOUT)
        self._legend.show_classes(positive if has_threshold else "")
        if self._threshold is None:
            self.costs.show_own(facts)
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
        self.basis.show_evidence(evidence, self._facts.threshold if self._facts is not None else None)

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
        self._legend = Legend(theme)
        self._help.hide()
        pad = theme.space(2)
        self._gaps = [QSpacerItem(0, 0), QSpacerItem(0, 0)]
        self._column = column(self.costs, self._help, self.calibration, gap=0, margins=(pad, 4, pad, theme.space()))
        self._column.addItem(self._gaps[0])
        self._column.addWidget(self._legend)
        self._column.addSpacing(_LEGEND_GAP_PX)
        self._column.addWidget(self.histogram)
        self._column.addItem(self._gaps[1])
        self._column.addWidget(self.expect)
        self._column.addWidget(self.basis)
        self._column.addStretch(1)
        self._space(_GAPS_PX)
        self.setLayout(column(self.header, self._column, gap=0))

    def _space(self, gaps_px: tuple[int, int]) -> None:
        for gap, height in zip(self._gaps, gaps_px, strict=True):
            gap.changeSize(0, height)
        self._column.invalidate()

    # What the person does

    def _use_costs(self) -> None:
        self._threshold = threshold_of(self.costs.miss.value(), self.costs.needless.value(), self.costs.prior)
        self._tell()

    def _use_threshold(self, threshold: float) -> None:
        self._threshold = threshold
        self.costs.show_threshold(threshold)
        self._tell()

    def _use_own(self) -> None:
        self._threshold, self._band = None, None
        self.costs.show_own(self._facts)
        self._tell()

    def _use_band(self, low: float, high: float) -> None:
        self._band = (low, high) if high - low >= 0.005 else (0.0, 0.0)
        self._tell()

    def _keep(self) -> None:
        """Ask for the point in force to be kept."""
        decision = self.decision
        band = (decision.low, decision.high) if decision.low < decision.high else None
        self.keep_wanted.emit(Kept(costs=self.costs.settings(), threshold=decision.threshold, band=band))

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
        words = band if decision.threshold == own else f"Use the model's {percent(own, 0)}"
        self.own.set_text(_OWN_COMPACT if self._is_compact else words)
        self.own.setAccessibleName(words)

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
        looked, answered = self._model.counts.get(LOOK, 0), len(self._shares)
        if expected is None:
            self.expect.show_unknown(self._why_unknown(), looked=looked, answered=answered)
        else:
            cost = expected.cost(self.costs.miss.value(), self.costs.needless.value())
            self.expect.show_outlook(expected, cost, looked=looked, answered=answered)

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

    def _positive_share(self) -> float:
        """Share of positive ones among the dishes to come: as in the photos at hand, else as in validation."""
        if self.costs.dirty.value():
            return self.costs.prior
        decision, held_out = self.decision, self._held_out
        if len(self._shares) >= _ENOUGH_SHOWN:
            return sum(self._shares) / len(self._shares)
        if held_out is None:
            return 0.5
        real = [label for label, painted in zip(held_out.labels, held_out.is_painted, strict=True) if not painted]
        positives = sum(label == decision.positive for label in real)
        return positives / len(real) if 0 < positives < len(real) else 0.5
