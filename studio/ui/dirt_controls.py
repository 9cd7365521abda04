"""What the laboratory's controls mean: settings of the dirt, kept in step with the session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from studio.core.config import StudioConfig
from studio.core.errors import ConfigError
from studio.ui.dirt_bench import DirtBench
from studio.ui.dirt_plan import Planner, ratio_help
from studio.ui.session import Session
from studio.ui.widgets.plain import plain

if TYPE_CHECKING:
    from studio.data.manifest import Manifest
    from studio.data.plan import Plan

_SETTLE_MS = 200


class DirtControls(QObject):
    """Every move of a control is a change at once here, and the session's once the controls have settled."""

    changed = Signal(bool)
    level_forgotten = Signal()

    def __init__(self, session: Session, bench: DirtBench, parent: QObject) -> None:
        """Args:
        session: holds the settings.
        bench: the controls.
        parent: owner.
        """
        super().__init__(parent)
        self._session = session
        self._bench = bench
        self._config = session.config
        self._manifest: Manifest | None = None
        self._planner = Planner()
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(_SETTLE_MS)
        self._connect()
        self.show_settings()

    @property
    def config(self) -> StudioConfig:
        """The settings as the controls show them."""
        return self._config

    @property
    def plan(self) -> Plan | None:
        """What painting would come to; None without clean photos."""
        return self._planner.plan(self._manifest, self._config.dirt)

    @property
    def is_any_kind_on(self) -> bool:
        """Whether some kind of dirt has a strength."""
        return any(strength > 0 for strength in self._bench.kinds.strengths.values())

    def set_manifest(self, manifest: Manifest | None) -> None:
        """Another dataset, or another state of it: the ratio that results may be another."""
        self._manifest = manifest
        self._show_ratio()

    def keep(self) -> None:
        """Give the settings to the session now."""
        self._settled.stop()
        self._session.set_config(self._config)

    def show_settings(self) -> None:
        """Put every control where the settings say."""
        bench, dirt = self._bench, self._config.dirt
        bench.seed.blockSignals(True)
        bench.seed.setValue(dirt.seed)
        bench.seed.blockSignals(False)
        self._show_ratio()
        bench.pages.show_settings(dirt)
        bench.shares.set_shares(dirt.light, dirt.medium, dirt.heavy)
        bench.framing.blockSignals(True)
        bench.framing.choose(self._config.data.framing)
        bench.framing.blockSignals(False)

    def _connect(self) -> None:
        bench = self._bench
        bench.pages.kinds_changed.connect(self._change_kinds)
        bench.pages.look_alikes_changed.connect(self._change_look_alikes)
        bench.pages.vary_changed.connect(self._change_vary)
        bench.pages.released.connect(self.keep)
        bench.shares.changed.connect(self._change_shares)
        bench.shares.released.connect(self.keep)
        bench.seed.valueChanged.connect(self._change_seed)
        bench.ratio.valueChanged.connect(self._change_ratio)
        bench.framing.chosen.connect(self._change_framing)
        self._settled.timeout.connect(self.keep)
        self._session.config_changed.connect(self._take_config)

    def _change(self, changes: dict[str, object], *, is_seen: bool = True) -> None:
        try:
            self._config = self._config.with_values(changes)
        except ConfigError as error:
            self._session.say("danger", str(error))
            self.show_settings()
            return
        self._settled.start()
        self.changed.emit(is_seen)

    def _change_kinds(self, strengths: dict[str, float]) -> None:
        self.level_forgotten.emit()
        self._change({"dirt.kinds": strengths})

    def _change_look_alikes(self, shares: dict[str, float]) -> None:
        self._change({"dirt.look_alikes": shares}, is_seen=not self._bench.pages.shown_alone)

    def _change_vary(self, share: float) -> None:
        self._change({"dirt.vary": share}, is_seen=not self._bench.pages.shown_alone)

    def _change_shares(self, light: int, medium: int, heavy: int) -> None:
        self.level_forgotten.emit()
        self._change({"dirt.light": light / 100, "dirt.medium": medium / 100, "dirt.heavy": heavy / 100})

    def _change_seed(self, seed: int) -> None:
        self._change({"dirt.seed": seed})

    def _change_ratio(self, ratio: float) -> None:
        self._change({"dirt.ratio": ratio, "dirt.variations": None, "dirt.total": None}, is_seen=False)
        self._bench.ratio.setToolTip(plain(ratio_help(self._config.dirt)))

    def _change_framing(self, framing: str) -> None:
        self._change({"data.framing": framing})
        self.keep()

    def _take_config(self, config: object) -> None:
        if config != self._config:
            self._config = self._session.config
            self.show_settings()
            self.changed.emit(True)

    def _show_ratio(self) -> None:
        """Show the ratio that results, also where the settings say a number."""
        box, dirt, plan = self._bench.ratio, self._config.dirt, self.plan
        is_number = dirt.total is not None or dirt.variations is not None
        box.blockSignals(True)
        box.setValue(round(plan.total_wanted / plan.clean, 1) if plan is not None and is_number else dirt.ratio)
        box.blockSignals(False)
        box.setToolTip(plain(ratio_help(dirt)))
