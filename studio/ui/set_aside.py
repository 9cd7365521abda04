"""Photos that were set aside, each with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from studio.ui.icons import paint_icon
from studio.ui.theme import ThemeManager
from studio.ui.thumbnails import Thumbnails
from studio.ui.words import sentence_case

if TYPE_CHECKING:
    from studio.data.manifest import Manifest, Rejected, Sample

Index = QModelIndex | QPersistentModelIndex
ENTRY_ROLE = int(Qt.ItemDataRole.UserRole)

_ROW_PX, _THUMBNAIL_PX, _BUTTON_PX = 64, 48, 84


@dataclass(frozen=True, kw_only=True)
class Aside:
    """One photo that was set aside.

    Attributes:
        key: what its thumbnail is known by.
        name: its file's name.
        reason: why, in one sentence.
        files: where its thumbnail may be read from; empty for a file that cannot be read.
        sample: its id where it is, or was, a sample; else empty.
        action: what its button does: remove, restore, or nothing when empty.
    """

    key: str
    name: str
    reason: str
    files: tuple[Path, ...] = ()
    sample: str = ""
    action: str = ""


@dataclass(frozen=True, kw_only=True)
class AsideGroup:
    """Photos set aside for the same kind of reason.

    Attributes:
        key: rejected, duplicates, blurred or removed.
        title: what the window calls it.
        icon: an icon name.
        entries: the photos.
    """

    key: str
    title: str
    icon: str
    entries: tuple[Aside, ...]


def aside_groups(manifest: Manifest, removed: Manifest | None) -> tuple[AsideGroup, ...]:
    """What was set aside from a dataset, group by group.

    Args:
        manifest: the dataset.
        removed: photos that were taken out of it by hand, if any.
    """
    rejected = tuple(
        Aside(key=item.path, name=Path(item.path).name, reason=sentence_case(item.reason))
        for item in manifest.rejected
        if item.kind != "duplicate"
    )
    copies = tuple(_copy(item) for item in manifest.rejected if item.kind == "duplicate")
    alike = tuple(_alike(manifest, first, second) for first, second in manifest.near_duplicates)
    blurred = tuple(
        _of_sample(manifest, sample, "Looks out of focus. It is used all the same, unless you remove it.", "remove")
        for sample in manifest.samples
        if sample.is_blurred and not sample.synthetic
    )
    groups = [
        AsideGroup(key="rejected", title="Rejected", icon="ban", entries=rejected),
        AsideGroup(key="duplicates", title="Duplicates", icon="copy-check", entries=copies + alike),
        AsideGroup(key="blurred", title="Blurred", icon="focus", entries=blurred),
    ]
    if removed is not None and removed.samples:
        back = tuple(
            _of_sample(removed, sample, f"You removed it from {sample.label}.", "restore") for sample in removed.samples
        )
        groups.append(AsideGroup(key="removed", title="Removed", icon="trash-2", entries=back))
    return tuple(groups)


def _copy(item: Rejected) -> Aside:
    file = Path(item.path)
    return Aside(key=item.path, name=file.name, reason=sentence_case(item.reason), files=(file,))


def _of_sample(manifest: Manifest, sample: Sample, reason: str, action: str) -> Aside:
    picture = manifest.picture(sample)
    files = (manifest.thumbnail(sample), picture)
    return Aside(key=sample.id, name=picture.name, reason=reason, files=files, sample=sample.id, action=action)


def _alike(manifest: Manifest, first: str, second: str) -> Aside:
    kept, other = manifest.by_id[first], manifest.by_id[second]
    reason = f"Shows almost the same as {manifest.picture(kept).name}; both stay in the same split."
    return _of_sample(manifest, other, reason, "remove")


class SetAsideList(QListView):
    """Rows of thumbnail, name, reason, with the button that mends it."""

    restore_wanted = Signal(object)
    remove_wanted = Signal(object)

    def __init__(self, theme: ThemeManager, thumbnails: Thumbnails) -> None:
        """Args:
        theme: where colours come from.
        thumbnails: where pictures come from.
        """
        super().__init__()
        self._entries = _Entries(self)
        self._delegate = _AsideDelegate(theme, thumbnails, self)
        self.setModel(self._entries)
        self.setItemDelegate(self._delegate)
        self.setUniformItemSizes(True)
        self.setFrameShape(self.Shape.NoFrame)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.setAccessibleName("Photos that were set aside")
        self.viewport().setAutoFillBackground(False)
        self.setProperty("ownFocus", True)
        self.clicked.connect(self._press)
        self.activated.connect(self._act)
        thumbnails.arrived.connect(self._show_thumbnail)
        theme.changed.connect(self.viewport().update)

    @property
    def entries(self) -> tuple[Aside, ...]:
        """The photos on show."""
        return self._entries.entries

    def show_entries(self, entries: Sequence[Aside]) -> None:
        """Show other photos."""
        self._entries.replace(tuple(entries))
        if entries:
            self.setCurrentIndex(self._entries.index(0))

    def remove_chosen(self) -> None:
        """Ask for the removal of the selected rows that can be removed."""
        self._ask("remove")

    def _ask(self, action: str) -> None:
        chosen = [index.data(ENTRY_ROLE) for index in self.selectionModel().selectedIndexes()]
        ids = tuple(entry.sample for entry in chosen if entry.action == action)
        if ids and action == "remove":
            self.remove_wanted.emit(ids)
        elif ids:
            self.restore_wanted.emit(ids)

    def _act(self, index: QModelIndex) -> None:
        self._ask(index.data(ENTRY_ROLE).action)

    def _press(self, index: QModelIndex) -> None:
        place = self.viewport().mapFromGlobal(self.cursor().pos())
        if self._delegate.button_rect(self.visualRect(index)).contains(place):
            self._act(index)

    def _show_thumbnail(self, name: str) -> None:
        if self.isVisible() and self._entries.has(name):
            self.viewport().update()


class _Entries(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.entries: tuple[Aside, ...] = ()
        self._keys: set[str] = set()

    def replace(self, entries: tuple[Aside, ...]) -> None:
        self.beginResetModel()
        self.entries = entries
        self._keys = {entry.key for entry in entries}
        self.endResetModel()

    def has(self, key: str) -> bool:
        return key in self._keys

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.entries)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        entry = self.entries[index.row()]
        if role == ENTRY_ROLE:
            return entry
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{entry.name}: {entry.reason}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{entry.name}\n{entry.reason}"
        return None


class _AsideDelegate(QStyledItemDelegate):
    def __init__(self, theme: ThemeManager, thumbnails: Thumbnails, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._thumbnails = thumbnails

    def button_rect(self, row: QRect) -> QRect:
        """Where the row's button is drawn."""
        height = self._theme.height("control_small")
        top = row.y() + (row.height() - height) // 2
        return QRect(row.right() - _BUTTON_PX - self._theme.space(1.5), top, _BUTTON_PX, height)

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, _ROW_PX)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = self._theme
        entry: Aside = index.data(ENTRY_ROLE)
        box: QRect = option.rect  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, theme.color("selected"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, theme.color("hover"))
        painter.fillRect(QRect(box.x(), box.bottom(), box.width(), 1), theme.color("line"))
        picture = QRect(theme.space(2), box.y() + (_ROW_PX - _THUMBNAIL_PX) // 2, _THUMBNAIL_PX, _THUMBNAIL_PX)
        self._paint_thumbnail(painter, picture, entry)
        right = self.button_rect(box).left() if entry.action else box.right() - theme.space(1.5)
        left = picture.right() + theme.space(1.5)
        room = QRect(left, box.y() + 11, right - left - theme.space(), theme.line_px("body"))
        self._paint_line(painter, room, entry.name, "label", "text", Qt.TextElideMode.ElideMiddle)
        room.translate(0, theme.line_px("body") + 2)
        self._paint_line(painter, room, entry.reason, "small", "text_2", Qt.TextElideMode.ElideRight)
        if entry.action:
            self._paint_button(painter, self.button_rect(box), entry.action.capitalize())
        painter.restore()

    def _paint_thumbnail(self, painter: QPainter, box: QRect, entry: Aside) -> None:
        theme, ratio = self._theme, painter.device().devicePixelRatioF()
        radius = theme.radius("thumbnail")
        found = None
        if entry.files:
            side, corner = round(box.width() * ratio), round(radius * ratio)
            found = self._thumbnails.picture(entry.key, entry.files, side, corner)
        if found is not None:
            painter.drawPixmap(box, found)
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("sunken"))
        painter.drawRoundedRect(box, radius, radius)
        if not entry.files or self._thumbnails.is_unreadable(entry.key):
            paint_icon(painter, theme, "file-x", box, "text_3", theme.icon_px("card"))

    def _paint_line(
        self, painter: QPainter, room: QRect, words: str, role: str, token: str, mode: Qt.TextElideMode
    ) -> None:
        painter.setFont(self._theme.font(role))
        painter.setPen(self._theme.color(token))
        shown = QFontMetrics(painter.font()).elidedText(words, mode, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), shown)

    def _paint_button(self, painter: QPainter, box: QRect, words: str) -> None:
        theme = self._theme
        painter.setPen(theme.color("line"))
        painter.setBrush(theme.color("surface"))
        painter.drawRoundedRect(box, theme.radius("control"), theme.radius("control"))
        painter.setFont(theme.font("small", 500))
        painter.setPen(theme.color("text"))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), words)
