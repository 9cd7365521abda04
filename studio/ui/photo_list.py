"""Photos of a run's results as a page of their own: the worst mistakes, or those of one cell of the matrix."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal

from studio.core.events import Mistake
from studio.core.words import count
from studio.ui.heat_maps import HeatMaps
from studio.ui.mistakes_view import MistakesView
from studio.ui.session import Session
from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import IconButton
from studio.ui.widgets.flow import column, row
from studio.ui.widgets.labels import ElidedLabel, Label
from studio.ui.widgets.panels import ScrollPanel

_MOST = 60


class PhotoList(ScrollPanel):
    """A heading with the way back, then the photos two abreast."""

    left = Signal()

    def __init__(self, session: Session, theme: ThemeManager, heat_maps: HeatMaps) -> None:
        """Args:
        session: reads pictures off the window's thread.
        theme: where colours come from.
        heat_maps: asked where the network looked.
        """
        super().__init__()
        edge = theme.space(2)
        self._back = IconButton(theme, "arrow-left", "Back to the results", size="small")
        self._back.clicked.connect(self.left)
        self._title = ElidedLabel("", "small", "text", weight=600)
        self._note = Label("", "small", "text_3", wrap=True)
        self.view = MistakesView(session, theme, heat_maps, columns=2)
        head = row(self._back, gap=theme.space())
        head.addWidget(self._title, 1)
        self.content.setLayout(column(head, self._note, self.view, None, margins=(edge, 12, edge, 8)))

    @property
    def title(self) -> str:
        """What the photos have in common."""
        return self._title.text()

    def show_photos(self, title: str, photos: Sequence[Mistake], classes: Sequence[str], *, note: str = "") -> None:
        """Show photos, the first ones where there are many.

        Args:
            title: what they have in common.
            photos: in the order of their importance.
            classes: all classes in order, which decides the glyphs.
            note: what else must be known.
        """
        self._title.setText(title)
        if len(photos) > _MOST:
            note = f"The surest {_MOST} of {count(len(photos))}."
        self._note.setText(note)
        self._note.setVisible(bool(note))
        self.view.show_mistakes(photos[:_MOST], classes)

    def take_focus(self) -> None:
        """Put the keyboard on the way back."""
        self._back.setFocus()
