"""Photos on their way to the model, their answers on the way back."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.core.requests import Classified, ClassifyRequest
from studio.ui.session import Session

_CHUNK_S = 0.5
_MOST_AT_ONCE = 32
_FEW = 8
"""So many photos need not wait behind a thousand that were dropped before."""


class ClassifyFeed(QObject):
    """Sends photos to the warm process in chunks, so that answers appear as they come and heat maps get a turn."""

    facts_known = Signal(object)
    answered = Signal(object)
    refused = Signal(str, str)
    found_nothing = Signal(object)
    taken = Signal(object)
    changed = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        """Args:
        session: whose warm process answers.
        parent: owner.
        """
        super().__init__(parent)
        self._session = session
        self._model = ""
        self._known: dict[str, None] = {}
        self._answered: set[str] = set()
        self._waiting: deque[str] = deque()
        self._asked = 0
        self._asked_for: tuple[str, ...] = ()
        self._asked_s = 0.0
        self._photo_s = 0.0
        self._total = self._done = 0
        self._is_looking = 0
        session.torch_host.answered.connect(self._take)
        session.torch_host.failed.connect(self._miss)

    @property
    def model(self) -> str:
        """The model that answers: a run's folder or a file."""
        return self._model

    @property
    def is_running(self) -> bool:
        """Whether photos are still to be answered."""
        return bool(self._waiting or self._asked_for or self._is_looking)

    @property
    def is_loading(self) -> bool:
        """Whether the model is being loaded."""
        return bool(self._asked) and not self._asked_for

    @property
    def done(self) -> int:
        """Photos answered since there was last nothing to do."""
        return self._done

    @property
    def total(self) -> int:
        """Photos taken since then."""
        return self._total

    @property
    def remaining_s(self) -> float | None:
        """Time left in seconds, once the first chunk has been timed."""
        return self._photo_s * (self._total - self._done) if self._photo_s and self._total else None

    def use_model(self, model: str) -> None:
        """Load a model; photos that are known are answered anew by it."""
        self._model = model
        self._waiting.clear()
        self._asked_for = ()
        self._photo_s = 0.0
        self._total = self._done = 0
        self._asked = 0
        if model:
            self._send(())
        if self._known:
            self._queue(list(self._known))

    def take(self, paths: Sequence[Path]) -> None:
        """Answer for files and all that is below folders; they are looked through off the window's thread."""
        self._is_looking += 1
        self._session.in_background(_photos_in, tuple(paths), done=self._take_found, failed=self._miss_found)
        self.changed.emit()

    def stop(self) -> None:
        """Answer no more; what is answered stays."""
        self._drop(self._waiting)
        self._total = self._done + len(self._asked_for)
        self.changed.emit()

    def forget(self) -> None:
        """Forget every photo."""
        self.stop()
        self._known.clear()
        self._answered.clear()

    def _take_found(self, found: tuple[tuple[Path, ...], list[str]]) -> None:
        self._is_looking -= 1
        paths, photos = found
        if not photos:
            self.found_nothing.emit(paths)
        pending = {*self._waiting, *self._asked_for}
        fresh = [photo for photo in photos if photo not in pending]
        if fresh:
            self.taken.emit(fresh)
        self._queue(fresh)

    def _miss_found(self, sentence: str, details: str) -> None:
        self._is_looking -= 1
        self._session.say("danger", sentence, details)
        self.changed.emit()

    def _queue(self, photos: Sequence[str]) -> None:
        if not self._waiting and not self._asked_for:
            self._total = self._done = 0
        self._known.update(dict.fromkeys(photos))
        if len(photos) <= _FEW:
            self._waiting.extendleft(reversed(photos))
        else:
            self._waiting.extend(photos)
        self._total += len(photos)
        self._go_on()
        self.changed.emit()

    def _go_on(self) -> None:
        if self._waiting and not self._asked and self._model:
            wanted = round(_CHUNK_S / self._photo_s) if self._photo_s else 1
            size = min(max(1, wanted), _MOST_AT_ONCE, len(self._waiting))
            self._send(tuple(self._waiting.popleft() for _ in range(size)))

    def _send(self, photos: tuple[str, ...]) -> None:
        self._asked_for = photos
        self._asked_s = time.monotonic()
        self._asked = self._session.torch_host.ask(ClassifyRequest(model=self._model, photos=photos))
        self.changed.emit()

    def _take(self, number: int, answer: object) -> None:
        if number != self._asked or not isinstance(answer, Classified):
            return
        photos, self._asked, self._asked_for = self._asked_for, 0, ()
        if photos:
            self._photo_s = (time.monotonic() - self._asked_s) / len(photos)
            self._done += len(photos)
            self._answered.update(photos)
        self.facts_known.emit(answer.model)
        self.answered.emit(answer)
        self._go_on()
        self.changed.emit()

    def _miss(self, number: int, sentence: str, details: str) -> None:
        if number != self._asked:
            return
        self._drop([*self._asked_for, *self._waiting])
        self._asked, self._asked_for = 0, ()
        self._total = self._done
        self.refused.emit(sentence, details)
        self.changed.emit()

    def _drop(self, photos: Iterable[str]) -> None:
        """Answer for these no more; one that was answered before stays known, for the next model."""
        for path in photos:
            if path not in self._answered:
                self._known.pop(path, None)
        self._waiting.clear()


def _photos_in(paths: tuple[Path, ...]) -> tuple[tuple[Path, ...], list[str]]:
    from studio.data.photos import find_photos

    return paths, [str(photo) for photo in find_photos(paths)]
