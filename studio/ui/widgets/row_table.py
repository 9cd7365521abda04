"""A table whose rows are chosen whole and painted by a delegate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

_HEAD_PX = 32


class RowTable(QTableView):
    """One row a thing, one of them chosen; columns have their widths or share what is left."""

    def set_up_columns(
        self, model: QAbstractItemModel, *, name: str, row_px: int, widths_px: Mapping[int, int], shared: Iterable[int]
    ) -> None:
        """Show a model.

        Args:
            model: the rows.
            name: what they are, for those who hear the window.
            row_px: height of a row.
            widths_px: of the columns that keep theirs.
            shared: columns that share the rest.
        """
        self.setModel(model)
        self.setAccessibleName(name)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(row_px)
        header = self.horizontalHeader()
        header.setFixedHeight(_HEAD_PX)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        for column in shared:
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        for column, width_px in widths_px.items():
            header.resizeSection(column, width_px)
