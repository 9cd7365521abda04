"""Previews of the dirt, asked of the painter one at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from studio.core.config import StudioConfig
from studio.core.requests import Painting, PaintRequest
from studio.core.sections import DirtSettings
from studio.ui.session import Session

if TYPE_CHECKING:
    from studio.data.manifest import Manifest, Sample

_CHANNEL = "laboratory"
_LEAST_PX = 64


class PaintingPreview(QObject):
    """While one picture is painted, only the newest wish is kept.

    Asking at every move of a slider would make each answer stale before it comes, so the picture would stand still
    until the slider does.
    """

    painted = Signal(object, object)
    refused = Signal(str)

    def __init__(self, session: Session, wish: Callable[[], PaintRequest | None], parent: QObject) -> None:
        """Args:
        session: leads to the painter.
        wish: what to paint now; None when there is nothing to paint.
        parent: owner.
        """
        super().__init__(parent)
        self._session = session
        self._wish = wish
        self._asked = 0
        self._request: PaintRequest | None = None
        self._is_due = False
        session.painter.answered.connect(self._take)
        session.painter.failed.connect(self._refuse)

    @property
    def is_painting(self) -> bool:
        """Whether a picture is awaited."""
        return self._asked > 0

    def want(self) -> None:
        """Something has changed: paint anew, now or once the painter has a free hand."""
        self._is_due = True
        if not self._asked:
            self._ask()

    def _ask(self) -> None:
        self._is_due = False
        self._request = self._wish()
        if self._request is not None:
            self._asked = self._session.painter.ask(self._request, channel=_CHANNEL)

    def _take(self, number: int, painting: object) -> None:
        if number != self._asked or not isinstance(painting, Painting):
            return
        self._asked = 0
        self.painted.emit(self._request, painting)
        if self._is_due:
            self._ask()

    def _refuse(self, number: int, sentence: str, details: str) -> None:
        if number != self._asked:
            return
        self._asked = 0
        if self._is_due:
            self._ask()
        else:
            self.refused.emit(sentence)
            if details:  # no photo is to blame: the painter itself has failed
                self._session.say("danger", sentence, details)


def source_of(manifest: Manifest, sample: Sample) -> Sample:
    """The photo that a painted sample was painted on; a photo itself."""
    return manifest.by_id.get(sample.source_photo, sample)


def request_for(
    manifest: Manifest,
    sample: Sample,
    dirt: DirtSettings,
    config: StudioConfig,
    *,
    variant: int,
    level: str | None,
    side_px: float,
    look_alike: str,
) -> PaintRequest:
    """What the painter is asked for a sample.

    Args:
        manifest: the dataset.
        sample: one of its samples; of a painted one the photo is painted on.
        dirt: what is painted.
        config: how the network will see it.
        variant: number of the variation.
        level: light, medium or heavy; None draws one.
        side_px: side of the square in which it is shown, in device pixels.
        look_alike: name of one to show by itself; empty for dirt.
    """
    source = source_of(manifest, sample)
    width, height = source.width or 1, source.height or 1
    # As large as the screen shows it, and no larger than it is painted.
    shown_px = round(side_px * max(width, height) / min(width, height))
    return PaintRequest(
        photo=str(manifest.picture(source)),
        sha1=source.sha1,
        outline=source.outline.to_json() if source.outline is not None else None,  # type: ignore[arg-type]
        dirt=dirt,
        variant=variant,
        level=level,
        longest_px=min(dirt.size_px, max(_LEAST_PX, shown_px)),
        framing=config.data.framing,
        background=config.data.background,
        input_px=config.model.input_size,
        look_alike=look_alike or None,
    )
