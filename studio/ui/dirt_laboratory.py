"""The dirt laboratory: what the dirt will look like, how much of it is painted, and the button that paints it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from typing_extensions import override

from studio.core.errors import ConfigError
from studio.core.requests import Painting, PaintRequest
from studio.ui.dirt_bench import DirtBench
from studio.ui.dirt_plan import Planner, plan_words, ratio_help, share_of_varied
from studio.ui.painting_preview import PaintingPreview
from studio.ui.painting_words import REAL_DIRT, painting_words
from studio.ui.photo_model import name_of
from studio.ui.pictures import PaintingPictures, dish_box
from studio.ui.progress import JobProgress
from studio.ui.session import Session
from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import IconButton, PrimaryAction
from studio.ui.widgets.flow import column, holder, row
from studio.ui.widgets.labels import ElidedLabel, Label
from studio.ui.widgets.panels import Panel, PanelFooter
from studio.ui.words import sentence_case, time_left

if TYPE_CHECKING:
    from studio.data.manifest import Manifest, Sample

_SETTLE_MS = 200
_NAME_PX = 88
_TALL_PX, _COMPACT_TALL_PX = 48, 40
_CLEAN = "clean"


class DirtLaboratory(Panel):
    """Previews come from the painter, one at a time; settings go to the session once they have settled."""

    generate_wanted = Signal()
    step_wanted = Signal(int)
    fold_wanted = Signal()

    def __init__(self, session: Session, theme: ThemeManager) -> None:
        """Args:
        session: holds the settings, leads to the painter.
        theme: where colours and measures come from.
        """
        super().__init__("surface")
        self._session = session
        self._theme = theme
        self._manifest: Manifest | None = None
        self._sample: Sample | None = None
        self._config = session.config
        self._variant = 0
        self._level: str | None = None
        self._painting: Painting | None = None
        self._is_shown_alone = False
        self._pictures: PaintingPictures | None = None
        self._view_before = ""
        self._per_sample_ms: float | None = None
        self._planner = Planner()
        self.bench = DirtBench(theme)
        self._alone = ""
        self.preview = PaintingPreview(session, self._wish, self)
        self.action = PrimaryAction(theme, "Generate", icon="paintbrush", keys="Ctrl+G")
        self._headline = ElidedLabel("", "body", weight=600)
        self._twins = ElidedLabel("", "small", "text_2")
        self._cost = ElidedLabel("", "small", "text_2")
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(_SETTLE_MS)
        self._build()
        self._connect()
        self._show_settings()

    @property
    def manifest(self) -> Manifest | None:
        """The dataset whose photos are shown."""
        return self._manifest

    @property
    def sample(self) -> Sample | None:
        """The sample whose photo is shown."""
        return self._sample

    @property
    def variant(self) -> int:
        """Which variation of the dirt is shown."""
        return self._variant

    @property
    def painting(self) -> Painting | None:
        """The painting that is shown."""
        return self._painting

    @property
    def headline(self) -> str:
        """What the button will do, in words."""
        return self._headline.text()

    @property
    def twins(self) -> str:
        """Which of them will show another dish than the photo."""
        return self._twins.text()

    @property
    def cost(self) -> str:
        """What that takes, or what stands in the way."""
        return self._cost.text()

    def set_compact(self, is_compact: bool) -> None:
        """Use the layout for a small window, or the other one."""
        self._header.setFixedHeight(_COMPACT_TALL_PX if is_compact else _TALL_PX)
        self.bench.set_compact(is_compact)
        self._show_view(self.bench.picture.view)

    def show_sample(self, manifest: Manifest | None, sample: Sample | None) -> None:
        """Show another photo; of a painted sample, the photo with the very dirt that it has."""
        is_other = sample is None or self._sample is None or sample.id != self._sample.id
        if manifest is not self._manifest:
            self._manifest = manifest
            self._show_ratio()
        self._sample = sample
        if is_other:
            self._variant, self._level = 0, None
            if sample is not None and sample.synthetic:
                self._variant, self._level = int(sample.id.rpartition("-")[2]), sample.level or None
        self._name.setText("" if manifest is None or sample is None else name_of(_source(manifest, sample)))
        self._allow_views()
        self._say_plan()
        self.ask_for_picture()

    def paint_another(self) -> None:
        """Show other dirt on the same photo."""
        self._variant, self._level = self._variant + 1, None
        self.ask_for_picture()

    def keep_settings(self) -> None:
        """Give the settings to the session now."""
        self._settled.stop()
        self._session.set_config(self._config)

    def ask_for_picture(self) -> None:
        """Have the painter paint what the settings say."""
        self.preview.want()

    def show_progress(self, progress: JobProgress | None, doing: str) -> None:
        """Show how far a job has come that works on this dataset; None when it has ended."""
        if progress is None:
            self.action.show_button()
            self._say_plan()
            return
        words = sentence_case(progress.words)
        self.action.show_progress(words, progress.share, time_left(progress.remaining_s))
        self._headline.setText(doing)
        self._say_twins("")
        self._cost.setText("You can go on looking around.")

    def update_plan(self) -> None:
        """Work out anew how many samples will be painted, and what stands in the way."""
        self._say_plan()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self.ask_for_picture()

    def _build(self) -> None:
        theme = self._theme
        self._name = ElidedLabel("", "body", "text_2", mode=Qt.TextElideMode.ElideMiddle)
        self._name.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._name.setFixedWidth(_NAME_PX)
        self._previous = IconButton(theme, "chevron-left", "Previous clean photo", size="small", keys="Alt+Left")
        self._next = IconButton(theme, "chevron-right", "Next clean photo", size="small", keys="Alt+Right")
        self._fold = IconButton(theme, "panel-right-close", "Hide the dirt laboratory", size="small")
        self._header = holder(
            row(
                Label("Dirt laboratory", "heading"), None, self._previous, self._name, self._next, 4, self._fold,
                gap=4, margins=(theme.space(2), 0, theme.space(), 0),
            )
        )  # fmt: skip
        self._header.setFixedHeight(_TALL_PX)
        footer = PanelFooter(theme)
        told = column(None, self._headline, self._twins, self._cost, None, gap=0)
        footer.row.addLayout(told, 1)
        footer.row.addWidget(self.action)
        self.add(self._header)
        self.add(self.bench, 1)
        self.add(footer)

    def _connect(self) -> None:
        bench = self.bench
        bench.pages.kinds_changed.connect(self._change_kinds)
        bench.pages.look_alikes_changed.connect(self._change_look_alikes)
        bench.pages.vary_changed.connect(self._change_vary)
        bench.pages.released.connect(self.keep_settings)
        bench.pages.shown.connect(self._show_alone)
        bench.shares.changed.connect(self._change_shares)
        bench.shares.released.connect(self.keep_settings)
        bench.seed.valueChanged.connect(self._change_seed)
        bench.ratio.valueChanged.connect(self._change_ratio)
        bench.framing.chosen.connect(self._change_framing)
        bench.another.clicked.connect(self.paint_another)
        bench.strip.chosen.connect(self._show_view)
        bench.views.chosen.connect(self._show_view)
        bench.picture.wiped.connect(self._show_place)
        self._previous.clicked.connect(self._step_back)
        self._next.clicked.connect(self._step_on)
        self._fold.clicked.connect(self.fold_wanted)
        self.action.triggered.connect(self._generate)
        self.action.cancelled.connect(self._session.stop_job)
        self._settled.timeout.connect(self.keep_settings)
        self._session.config_changed.connect(self._take_config)
        self.preview.painted.connect(self._take_painting)
        self.preview.refused.connect(self._show_words)
        self._theme.changed.connect(self._recolour)

    # Settings

    def _change(self, changes: dict[str, object], *, is_seen: bool = True) -> None:
        try:
            self._config = self._config.with_values(changes)
        except ConfigError as error:
            self._session.say("danger", str(error))
            self._show_settings()
            return
        self._settled.start()
        self._say_plan()
        if is_seen:
            self.ask_for_picture()

    def _change_kinds(self, strengths: dict[str, float]) -> None:
        self._level = None
        self._change({"dirt.kinds": strengths})

    def _change_look_alikes(self, shares: dict[str, float]) -> None:
        self._change({"dirt.look_alikes": shares}, is_seen=not self._alone)

    def _change_vary(self, share: float) -> None:
        self._change({"dirt.vary": share}, is_seen=not self._alone)

    def _change_shares(self, light: int, medium: int, heavy: int) -> None:
        self._level = None
        self._change({"dirt.light": light / 100, "dirt.medium": medium / 100, "dirt.heavy": heavy / 100})

    def _change_seed(self, seed: int) -> None:
        self._change({"dirt.seed": seed})

    def _change_ratio(self, ratio: float) -> None:
        self._change({"dirt.ratio": ratio, "dirt.variations": None, "dirt.total": None})
        self.bench.ratio.setToolTip(ratio_help(self._config.dirt))

    def _change_framing(self, framing: str) -> None:
        self._change({"data.framing": framing})
        self.keep_settings()

    def _take_config(self, config: object) -> None:
        if config != self._config:
            self._config = self._session.config
            self._show_settings()
            self._say_plan()
            self.ask_for_picture()

    def _show_settings(self) -> None:
        bench, dirt = self.bench, self._config.dirt
        bench.seed.blockSignals(True)
        bench.seed.setValue(dirt.seed)
        bench.seed.blockSignals(False)
        self._show_ratio()
        bench.pages.show_settings(dirt)
        bench.shares.set_shares(dirt.light, dirt.medium, dirt.heavy)
        bench.framing.blockSignals(True)
        bench.framing.choose(self._config.data.framing)
        bench.framing.blockSignals(False)

    def _show_ratio(self) -> None:
        """Show the ratio that results, also where the settings say a number."""
        bench, dirt = self.bench, self._config.dirt
        plan = self._planner.plan(self._manifest, dirt)
        is_number = dirt.total is not None or dirt.variations is not None
        bench.ratio.blockSignals(True)
        bench.ratio.setValue(plan.total_wanted / plan.clean if plan is not None and is_number else dirt.ratio)
        bench.ratio.blockSignals(False)
        bench.ratio.setToolTip(ratio_help(dirt))

    # The picture

    def _show_alone(self, name: str) -> None:
        """Show one look-alike by itself; empty shows dirt again."""
        if name != self._alone:
            self._alone = name
            self.ask_for_picture()

    def _wish(self) -> PaintRequest | None:
        manifest, sample = self._manifest, self._sample
        if manifest is None or sample is None:
            self._show_words("Drop photos of clean dishes: the dirt is painted on them.")
            return None
        if not self._alone and not self._is_any_kind_on():
            self._show_words("Every kind of dirt is off. Switch one on.")
            return None
        source = _source(manifest, sample)
        outline = source.outline
        config = self._config
        return PaintRequest(
            photo=str(manifest.picture(source)),
            sha1=source.sha1,
            outline=outline.to_json() if outline is not None else None,  # type: ignore[arg-type]
            dirt=config.dirt,
            variant=self._variant,
            level=self._level,
            longest_px=self._longest_px(source),
            framing=config.data.framing,
            background=config.data.background,
            input_px=config.model.input_size,
            look_alike=self._alone or None,
        )

    def _longest_px(self, source: Sample) -> int:
        """As large as the screen shows it, and no larger than it is painted."""
        side = self.bench.picture_side() * self.devicePixelRatioF()
        width, height = source.width or 1, source.height or 1
        return min(self._config.dirt.size_px, max(64, round(side * max(width, height) / min(width, height))))

    def _take_painting(self, request: PaintRequest, painting: Painting) -> None:
        manifest, sample = self._manifest, self._sample
        if manifest is None or sample is None or request.photo != str(manifest.picture(_source(manifest, sample))):
            return  # another photo is looked at by now; its picture is on its way
        self._painting, self._is_shown_alone = painting, request.look_alike is not None
        self._show_painting()

    def _show_painting(self) -> None:
        painting, sample = self._painting, self._sample
        if painting is None or sample is None:
            return
        outline = sample.outline
        dish = dish_box(outline.polygon) if outline is not None else None
        pictures = PaintingPictures(painting, dish, self._theme.color("mask"))
        self._pictures = pictures
        bench = self.bench
        bench.picture.show_words("")
        bench.picture.show_pictures(pictures)
        bench.strip.show_pictures(pictures, bench.picture.place)
        words = REAL_DIRT if self._is_real_dirt() else painting_words(painting, is_alone=self._is_shown_alone)
        bench.caption.setText(words.caption)
        if words.details:
            bench.caption.setToolTip(words.details)
        bench.picture.set_tags(words.before, words.after)
        self._say_plan()

    def _show_words(self, words: str) -> None:
        self._painting = self._pictures = None
        self.bench.picture.show_words(words)
        self.bench.strip.show_pictures(None, 0.5)
        self.bench.caption.setText("")

    def _recolour(self) -> None:
        self._show_painting()

    def _show_view(self, view: str) -> None:
        bench = self.bench
        bench.picture.set_view(view)
        bench.strip.show_view(view)
        bench.views.blockSignals(True)
        bench.views.choose(view)
        bench.views.blockSignals(False)
        bench.picture.set_bottom(bench.framing if view == "seen" else None)

    def _show_place(self, place: float) -> None:
        self.bench.strip.show_pictures(self._pictures, place)

    def _is_real_dirt(self) -> bool:
        sample = self._sample
        return sample is not None and not sample.synthetic and sample.label != _CLEAN

    def _allow_views(self) -> None:
        """A photo that is dirty already is shown as it is."""
        reason = "Dirt is painted on clean photos only" if self._is_real_dirt() else ""
        bench = self.bench
        bench.strip.set_blocked(reason)
        bench.another.set_blocked(reason)
        bench.views.setEnabled(not reason)
        if reason and bench.picture.view != "before":
            self._view_before = bench.picture.view
            self._show_view("before")
        elif not reason and self._view_before:
            self._show_view(self._view_before)
            self._view_before = ""

    # The footer

    def _say_plan(self) -> None:
        if self.action.is_running:
            return
        if self._painting is not None and not self._is_shown_alone:
            self._per_sample_ms = self._painting.ms
        words = plan_words(
            self._manifest,
            self._planner.plan(self._manifest, self._config.dirt),
            is_any_kind_on=self._is_any_kind_on(),
            varied_share=share_of_varied(self._config.dirt),
            per_sample_ms=self._per_sample_ms,
            cores=os.cpu_count() or 1,
            busy_with=self._session.job.title if self._session.job is not None else "",
        )
        self._headline.setText(words.headline)
        self._say_twins(words.twins)
        self._cost.setText(words.cost)
        self.action.button.set_text(words.button)
        self.action.button.set_blocked(words.obstacle)
        self.action.updateGeometry()

    def _say_twins(self, words: str) -> None:
        self._twins.setText(words)
        self._twins.setVisible(bool(words))

    def _is_any_kind_on(self) -> bool:
        return any(strength > 0 for strength in self.bench.kinds.strengths.values())

    def _generate(self) -> None:
        self.keep_settings()
        self.generate_wanted.emit()

    def _step_back(self) -> None:
        self.step_wanted.emit(-1)

    def _step_on(self) -> None:
        self.step_wanted.emit(1)


def _source(manifest: Manifest, sample: Sample) -> Sample:
    """The photo that a painted sample was painted on; a photo itself."""
    return manifest.by_id.get(sample.source_photo, sample)
