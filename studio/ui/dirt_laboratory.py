"""The dirt laboratory: what the dirt will look like, how much of it is painted, and the button that paints it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QTimer, Signal
from PySide6.QtGui import QImage, QResizeEvent
from typing_extensions import override

from studio.core.requests import Painting, PaintRequest
from studio.core.sections import DirtSettings
from studio.ui.dirt_bench import DirtBench
from studio.ui.dirt_controls import DirtControls
from studio.ui.dirt_footer import DirtFooter
from studio.ui.dirt_plan import plan_words, share_of_varied
from studio.ui.first_look import FirstLook
from studio.ui.laboratory_header import LaboratoryHeader
from studio.ui.painted_with import PaintedWith, looks_alike
from studio.ui.painting_preview import PaintingPreview, request_for, source_of
from studio.ui.painting_words import painting_words, real_words, seen_words
from studio.ui.photo_model import name_of
from studio.ui.pictures import PaintingPictures, PhotoPictures, Pictures, dish_box
from studio.ui.progress import JobProgress
from studio.ui.session import Session
from studio.ui.theme import ThemeManager
from studio.ui.widgets.panels import Panel
from studio.ui.widgets.plain import plain
from studio.ui.widgets.primary_action import PrimaryAction

if TYPE_CHECKING:
    from studio.data.manifest import Manifest, Sample

_CLEAN = "clean"
_SETTLE_MS = 250


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
        self._variant = 0
        self._level: str | None = None
        self._painting: Painting | None = None
        self._is_shown_alone = False
        self._pictures: Pictures | None = None
        self._photo_on_show, self._photo_px, self._painted_px = "", 0, 0
        self._view_before = ""
        self._alone = ""
        self._per_sample_ms: float | None = None
        self._header = LaboratoryHeader(theme)
        self.bench = DirtBench(theme)
        self.footer = DirtFooter(theme)
        self.controls = DirtControls(session, self.bench, self)
        self.painted_with = PaintedWith(session, self)
        self._is_touched = False
        self._resized = QTimer(self)
        self._resized.setSingleShot(True)
        self._resized.setInterval(_SETTLE_MS)
        self._first = FirstLook(session, self)
        self.preview = PaintingPreview(session, self._wish, self)
        self.add(self._header)
        self.add(self.bench, 1)
        self.add(self.footer)
        self._connect()

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
    def action(self) -> PrimaryAction:
        """The button that paints."""
        return self.footer.action

    @property
    def headline(self) -> str:
        """What the button will do, in words."""
        return self.footer.headline

    @property
    def twins(self) -> str:
        """Which of them will show another dish than the photo."""
        return self.footer.twins

    @property
    def cost(self) -> str:
        """What that takes, or what stands in the way."""
        return self.footer.cost

    def set_compact(self, is_compact: bool) -> None:
        """Use the layout for a small window, or the other one."""
        self._header.set_compact(is_compact)
        self.bench.set_compact(is_compact)
        self._show_view(self.bench.picture.view)

    def width_for(self, height_px: int) -> int:
        """The width at which the picture uses all of a height, px."""
        return self.bench.width_for(height_px - self._header.height() - self.footer.height())

    def show_sample(self, manifest: Manifest | None, sample: Sample | None) -> None:
        """Show another photo; of a painted sample, the photo with the very dirt that it has."""
        is_other = sample is None or self._sample is None or sample.id != self._sample.id
        if manifest is not self._manifest:
            self._manifest = manifest
            self.controls.set_manifest(manifest)
        self._sample = sample
        if is_other:
            self._variant, self._level, self._is_touched = 0, None, False
            if sample is not None and sample.synthetic:
                self._variant, self._level = int(sample.id.rpartition("-")[2]), sample.level or None
        self._header.show_name("" if manifest is None or sample is None else name_of(source_of(manifest, sample)))
        self._allow_views()
        self.update_plan()
        self.ask_for_picture()
        self._show_photo_first()

    def paint_another(self) -> None:
        """Show other dirt on the same photo."""
        self._variant, self._level, self._is_touched = self._variant + 1, None, True
        self.ask_for_picture()

    def ask_for_picture(self) -> None:
        """Have the painter paint what the settings say."""
        self.preview.want()

    def show_progress(self, progress: JobProgress | None, doing: str) -> None:
        """Show how far a job has come that works on this dataset; None when it has ended."""
        self.footer.show_progress(progress, doing)
        if progress is None:
            self.update_plan()

    def update_plan(self) -> None:
        """Work out anew how many samples will be painted, and what stands in the way."""
        if self._painting is not None and not self._is_shown_alone:
            self._per_sample_ms = self._painting.ms
        dirt = self.controls.config.dirt
        words = plan_words(
            self._manifest,
            self.controls.plan,
            is_any_kind_on=self.controls.is_any_kind_on,
            varied_share=share_of_varied(dirt),
            per_sample_ms=self._per_sample_ms,
            cores=os.cpu_count() or 1,
            busy_with=self._session.job.title if self._session.job is not None else "",
        )
        self.footer.show_plan(words)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._resized.start()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self.ask_for_picture()

    def _connect(self) -> None:
        bench = self.bench
        self.controls.changed.connect(self._follow_controls)
        self.controls.level_forgotten.connect(self._forget_level)
        bench.pages.shown.connect(self._show_alone)
        bench.another.clicked.connect(self.paint_another)
        bench.strip.chosen.connect(self._show_view)
        bench.views.chosen.connect(self._show_view)
        bench.picture.wiped.connect(self._show_place)
        self._header.step_wanted.connect(self.step_wanted)
        self._header.fold_wanted.connect(self.fold_wanted)
        self.action.triggered.connect(self._generate)
        self.action.cancelled.connect(self._session.stop_job)
        self._resized.timeout.connect(self._sharpen)
        self._first.read.connect(self._take_photo)
        self.painted_with.changed.connect(self.ask_for_picture)
        self.preview.painted.connect(self._take_painting)
        self.preview.refused.connect(self._show_words)
        self._theme.changed.connect(self._recolour)

    # The picture

    def _show_photo_first(self) -> None:
        """Another photo is seen at once, the dirt on it when it is painted."""
        manifest, sample = self._manifest, self._sample
        if manifest is not None and sample is not None:
            source = source_of(manifest, sample)
            if source.id != self._photo_on_show:
                longest_px = round(2 * self.bench.picture_side() * self.devicePixelRatioF())
                self._first.look(manifest, source, longest_px, is_whole_wanted=self._is_real_dirt())

    def _take_photo(self, name: str, photo: QImage) -> None:
        manifest, sample = self._manifest, self._sample
        if manifest is None or sample is None or source_of(manifest, sample).id != name:
            return
        if name == self._photo_on_show and (self._painting is not None or photo.width() <= self._photo_px):
            return  # what is on show already is better
        self._photo_on_show, self._photo_px, self._painting = name, photo.width(), None
        self._show(PhotoPictures(photo, self._dish()))
        self.bench.picture.set_tags("", "")
        self.bench.caption.setText(real_words(sample.label).caption if self._is_real_dirt() else "")

    def _sharpen(self) -> None:
        """A picture that has grown is painted anew for its size, unless it was painted as large as that."""
        request = self._wish() if self._painting is not None else None
        if request is not None and request.longest_px > self._painted_px:
            self.ask_for_picture()

    def _follow_controls(self, is_seen: bool) -> None:
        self.update_plan()
        if is_seen:
            self._is_touched = True
            self.ask_for_picture()

    def _forget_level(self) -> None:
        self._level = None

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
        if self._is_real_dirt():
            return None  # it is shown as it was taken
        if not self._alone and not self.controls.is_any_kind_on:
            self._show_words("Every kind of dirt is off. Switch one on.")
            return None
        if self._pictures is None:
            self._show_words(f"Painting on {name_of(source_of(manifest, sample))}")
        return request_for(
            manifest,
            sample,
            self._own_dirt() or self.controls.config.dirt,
            self.controls.config,
            variant=self._variant,
            level=self._level,
            side_px=self.bench.picture_side() * self.devicePixelRatioF(),
            look_alike=self._alone,
        )

    def _own_dirt(self) -> DirtSettings | None:
        """What a painted sample was painted with, until a control is moved to see what would be painted instead."""
        is_own = self._sample is not None and self._sample.synthetic and not self._is_touched and not self._alone
        return self.painted_with.dirt if is_own else None

    def _take_painting(self, request: PaintRequest, painting: Painting) -> None:
        manifest, sample = self._manifest, self._sample
        if manifest is None or sample is None or request.photo != str(manifest.picture(source_of(manifest, sample))):
            return  # another photo is looked at by now; its picture is on its way
        self._painting, self._is_shown_alone = painting, request.look_alike is not None
        self._photo_on_show, self._painted_px = source_of(manifest, sample).id, request.longest_px
        self._show_painting()

    def _show_painting(self) -> None:
        painting, sample = self._painting, self._sample
        if painting is None or sample is None:
            return
        self._show(PaintingPictures(painting, self._dish(), self._theme.color("mask")))
        self._say_caption()
        self.update_plan()

    def _show(self, pictures: Pictures) -> None:
        self._pictures = pictures
        picture = self.bench.picture
        picture.show_words("")
        picture.show_pictures(pictures)
        self.bench.strip.show_pictures(pictures, picture.place)

    def _dish(self) -> QRectF | None:
        outline = self._sample.outline if self._sample is not None else None
        return dish_box(outline.polygon) if outline is not None else None

    def _say_caption(self) -> None:
        painting, bench = self._painting, self.bench
        if painting is None:
            return
        own = self._own_dirt()
        is_other = own is not None and not looks_alike(own, self.controls.config.dirt)
        words = painting_words(painting, is_alone=self._is_shown_alone, is_as_painted=is_other)
        bench.picture.set_tags(words.before, words.after)
        if bench.picture.view == "seen":
            words = seen_words(painting, self.controls.config.data.framing)
        bench.caption.setText(words.caption)
        if words.details:
            bench.caption.setToolTip(plain(words.details))

    def _show_words(self, words: str) -> None:
        self._painting = self._pictures = None
        self._photo_on_show = ""
        self.bench.picture.show_words(words)
        self.bench.strip.show_pictures(None, 0.5)
        self.bench.caption.setText("")

    def _recolour(self) -> None:
        self._show_painting()

    def _show_view(self, view: str) -> None:
        self.bench.show_view(view)
        self._say_caption()

    def _show_place(self, place: float) -> None:
        self.bench.strip.show_pictures(self._pictures, place)

    def _is_real_dirt(self) -> bool:
        sample = self._sample
        return sample is not None and not sample.synthetic and sample.label != _CLEAN

    def _allow_views(self) -> None:
        """A photo that is dirty already is shown as it is."""
        reason = "Dirt is painted on clean photos only" if self._is_real_dirt() else ""
        bench = self.bench
        bench.set_blocked(reason)
        if reason and bench.picture.view != "before":
            self._view_before = bench.picture.view
            self._show_view("before")
        elif not reason and self._view_before:
            self._show_view(self._view_before)
            self._view_before = ""

    def _generate(self) -> None:
        self.controls.keep()
        self.generate_wanted.emit()
