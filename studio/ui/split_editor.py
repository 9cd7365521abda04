"""How photos are dealt to the splits: the shares, the seed, what stays together."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame
from typing_extensions import override

from studio.core.config import StudioConfig
from studio.core.errors import ConfigError
from studio.core.requests import SplitCounts
from studio.ui.folds import folded, is_folded, unfolded
from studio.ui.session import Session
from studio.ui.shares_bar import Share, SharesBar
from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import Button
from studio.ui.widgets.flow import column, row
from studio.ui.widgets.inputs import SpinBox
from studio.ui.widgets.labels import Label
from studio.ui.widgets.switch import Switch

_WIDTH_PX, _SEED_PX = 328, 96
_SETTLE_MS = 200
_SHARES = (
    Share(title="Train", token="train", least=1),
    Share(title="Validation", token="validation"),
    Share(title="Test", token="text_3"),
)
_INTRO = "The network learns from train. Validation judges each epoch; test is kept away until the end."


class SplitEditor(QFrame):
    """A sheet that opens beside the splits; what it changes shows in their counts at once."""

    configure_wanted = Signal()

    def __init__(self, session: Session, theme: ThemeManager) -> None:
        """Args:
        session: holds the settings.
        theme: where colours and measures come from.
        """
        super().__init__()
        self._session = session
        self._without_folds: StudioConfig | None = None
        self.setProperty("card", "true")
        self.setAccessibleName("Splits")
        self.shares = SharesBar(
            theme, parts=_SHARES, name="Shares of train, validation and test",
            help="how many photos the network learns from, and how many judge it", is_told_above=True,
        )  # fmt: skip
        self.seed = SpinBox(theme, accessible_name="Seed of the splits", tooltip="Another seed deals the photos anew")
        self.seed.setRange(0, 2**31 - 1)
        self.seed.setGroupSeparatorShown(False)
        self.seed.setFixedWidth(_SEED_PX)
        self.again = Button(
            theme, "Deal anew", icon="dices", kind="tool", size="small", tooltip="Use the next seed: other photos judge"
        )
        self.together = Switch(
            theme, "Keep look-alikes together", tooltip="Near-duplicates never stand on two sides of a split"
        )
        self.folds = Switch(
            theme,
            "Judge every photo once",
            tooltip="Cross-validation: each photo is held out from one of several networks, which judges it",
        )
        self.more = Button(theme, "All settings", kind="link", size="small", tooltip="Show them on the Configure tab")
        self._told = Label("", "small", "text_2", wrap=True)
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(_SETTLE_MS)
        pad = theme.space(2)
        self.setLayout(
            column(
                row(Label("Splits", "heading"), None, self.more),
                Label(_INTRO, "small", "text_2", wrap=True),
                self.shares,
                row(Label("Seed", "small", "text_2", weight=500), self.seed, None, self.again, gap=theme.space()),
                self.together,
                self.folds,
                self._told,
                gap=theme.space(1.5),
                margins=(pad, theme.space(1.5), pad, pad),
            )
        )
        self.setFixedWidth(_WIDTH_PX)
        self.shares.changed.connect(self._settle)
        self.shares.released.connect(self._apply)
        self.seed.valueChanged.connect(self._settle)
        self.again.clicked.connect(self._deal_anew)
        self.together.toggled.connect(self._settle)
        self.folds.toggled.connect(self._fold)
        self.more.clicked.connect(self._configure)
        self._settled.timeout.connect(self._apply)
        session.config_changed.connect(self._show_settings)
        self._show_settings(session.config)

    @property
    def words(self) -> str:
        """What came of it, in one sentence."""
        return self._told.text()

    def show_counts(self, counts: SplitCounts | None) -> None:
        """Say what came of the settings; None while it is worked out."""
        if counts is None:
            words = "Dealing the photos"
        elif counts.obstacle:
            words = counts.obstacle
        else:
            words = " ".join((counts.certificate, *counts.notes))
        self._told.setText(words)
        self._told.set_tone("warning" if counts is not None and counts.obstacle else "text_2")
        self._fit()

    def open_at(self, top_left: QPoint) -> None:
        """Open as a sheet of its own with its upper left corner at a place on the screen."""
        self._fit()
        self.move(top_left)
        self.show()
        self.shares.grips[0].setFocus(Qt.FocusReason.PopupFocusReason)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    def _fit(self) -> None:
        layout = self.layout()
        assert layout is not None
        self.setFixedHeight(layout.totalHeightForWidth(_WIDTH_PX))

    def _show_settings(self, _: object) -> None:
        config = self._session.config
        if not is_folded(config):
            self._without_folds = config
        if self._settled.isActive():
            return  # what is being changed here is about to become the settings
        for control in (self.seed, self.together, self.folds):
            control.blockSignals(True)
        self.shares.set_shares(config.data.train_ratio, config.data.val_ratio, config.data.test_ratio)
        self.seed.setValue(config.split.seed)
        self.together.setChecked(config.split.group_near_duplicates)
        self.together.setProperty("place", float(self.together.isChecked()))
        self.folds.setChecked(is_folded(config))
        self.folds.setProperty("place", float(self.folds.isChecked()))
        for control in (self.seed, self.together, self.folds):
            control.blockSignals(False)

    def _settle(self) -> None:
        self._settled.start()

    def _deal_anew(self) -> None:
        self.seed.setValue(self.seed.value() + 1)
        self._apply()

    def _fold(self, is_wanted: bool) -> None:
        config = self._session.config
        self._session.set_config(folded(config) if is_wanted else unfolded(config, self._without_folds))

    def _apply(self) -> None:
        self._settled.stop()
        train, val, test = self.shares.shares
        changes: dict[str, object] = {
            "split.seed": self.seed.value(),
            "split.group_near_duplicates": self.together.isChecked(),
        }
        data = self._session.config.data
        if (train, val, test) != tuple(round(100 * one) for one in (data.train_ratio, data.val_ratio, data.test_ratio)):
            changes |= {"data.train_ratio": train / 100, "data.val_ratio": val / 100, "data.test_ratio": test / 100}
        try:
            self._session.set_config(self._session.config.with_values(changes))
        except ConfigError as error:
            self._session.say("danger", str(error))
            self._show_settings(None)

    def _configure(self) -> None:
        self.hide()
        self.configure_wanted.emit()
