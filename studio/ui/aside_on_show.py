"""Which group of photos that were set aside the wall shows."""

from __future__ import annotations

from PySide6.QtCore import QObject

from studio.ui.dataset_facts import DatasetFacts
from studio.ui.dataset_overview import OverviewColumn
from studio.ui.photo_wall import PhotoWall


class AsideOnShow(QObject):
    """A press on a group shows it in place of the photos, another one closes it; it closes when it is empty."""

    def __init__(self, wall: PhotoWall, overview: OverviewColumn) -> None:
        """Args:
        wall: shows the photos; owner.
        overview: marks the group that is shown.
        """
        super().__init__(wall)
        self._wall = wall
        self._overview = overview
        self._key = ""
        wall.aside_closed.connect(self._unmark)

    def toggle(self, key: str, facts: DatasetFacts | None) -> None:
        """Show a group, or close it where it is shown.

        Args:
            key: of the group.
            facts: of the open dataset.
        """
        group = facts.aside(key) if facts is not None else None
        if group is None or (self._wall.is_showing_aside and key == self._key):
            self._wall.close_aside()
            return
        self._key = key
        self._overview.mark_aside(key)
        self._wall.show_aside(group)

    def follow(self, facts: DatasetFacts) -> None:
        """Show what the group holds now."""
        group = facts.aside(self._key)
        if not self._key or not self._wall.is_showing_aside:
            return
        if group is not None and group.entries:
            self._wall.show_aside(group)
        else:
            self._wall.close_aside()

    def _unmark(self) -> None:
        self._key = ""
        self._overview.mark_aside("")
