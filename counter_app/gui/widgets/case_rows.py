"""The rows of the sidebar: cases under the heads of what they wait for, and how they are painted."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from counter_app.gui import theme

ROW_HEIGHT, HEAD_HEIGHT = 52, 36
_ENTRY = Qt.ItemDataRole.UserRole
_INDEX = QModelIndex | QPersistentModelIndex
_ROW_SIZE, _HEAD_SIZE = QSize(0, ROW_HEIGHT), QSize(0, HEAD_HEIGHT)


@dataclass(frozen=True)
class CaseRow:
    """One case: its group, the patient's name, where it stands, a time or the days left, its shape and tone.

    `key` opens it; only the first rows have one.
    """

    case_id: str
    group: str
    name: str
    place: str
    right_text: str
    icon: str
    tone: str = "text2"
    key: str = ""


@dataclass(frozen=True)
class GroupHead:
    """The head of a group and how many cases stand under it."""

    title: str
    count: int


class CaseRows(QAbstractListModel):
    """Heads and rows in one line. A head is neither chosen nor gone to."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[GroupHead | CaseRow] = []
        self._places: dict[str, int] = {}

    def show(self, groups: Sequence[tuple[str, Sequence[CaseRow]]]) -> bool:
        """Show groups; True where the order changed and not only what stands in the rows."""
        entries: list[GroupHead | CaseRow] = []
        for title, rows in groups:
            if rows:
                entries.append(GroupHead(title, len(rows)))
                entries.extend(rows)
        if [_key(each) for each in entries] == [_key(each) for each in self.entries]:
            self._change(entries)
            return False
        self.beginResetModel()
        self._take(entries)
        self.endResetModel()
        return True

    def _change(self, entries: list[GroupHead | CaseRow]) -> None:
        changed = [row for row, (old, new) in enumerate(zip(self.entries, entries, strict=True)) if old != new]
        self._take(entries)
        for row in changed:
            self.dataChanged.emit(self.index(row), self.index(row))

    def _take(self, entries: list[GroupHead | CaseRow]) -> None:
        self.entries = entries
        self._places = {each.case_id: row for row, each in enumerate(entries) if isinstance(each, CaseRow)}

    def place_of(self, case_id: str) -> int:
        """The row of a case; -1 where it is not in the list."""
        return self._places.get(case_id, -1)

    def rowCount(self, parent: _INDEX = QModelIndex()) -> int:  # noqa: B008, D102  Qt's own signature
        return 0 if parent.isValid() else len(self.entries)

    def flags(self, index: _INDEX) -> Qt.ItemFlag:  # noqa: D102
        if not index.isValid() or isinstance(self.entries[index.row()], GroupHead):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: _INDEX, role: int = Qt.ItemDataRole.DisplayRole) -> object:  # noqa: D102
        if not index.isValid():
            return None
        entry = self.entries[index.row()]
        if role == _ENTRY:
            return entry
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return _spoken(entry)
        if role == Qt.ItemDataRole.AccessibleDescriptionRole and isinstance(entry, CaseRow):
            return entry.key or None
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(entry, CaseRow):
            return "\n".join(filter(None, (entry.name, entry.place, entry.key)))
        return None


def _key(entry: GroupHead | CaseRow) -> str:
    return f"case {entry.case_id}" if isinstance(entry, CaseRow) else f"head {entry.title}"


def _spoken(entry: GroupHead | CaseRow) -> str:
    if isinstance(entry, GroupHead):
        return f"{entry.title}, {entry.count}"
    return ", ".join(filter(None, (entry.name, entry.place, entry.right_text)))


class CaseDelegate(QStyledItemDelegate):
    """Paints heads and rows as the look has them."""

    def __init__(self, rows: CaseRows) -> None:
        super().__init__()
        self._rows = rows

    def sizeHint(self, _option: QStyleOptionViewItem, index: _INDEX) -> QSize:
        """52 for a case, 36 for a head."""
        return _ROW_SIZE if isinstance(self._rows.entries[index.row()], CaseRow) else _HEAD_SIZE

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _INDEX) -> None:
        """Paint a head or a row."""
        entry = self._rows.entries[index.row()]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(entry, GroupHead):
            _paint_head(painter, QRect(option.rect), entry)
        else:
            view = option.widget
            is_here = isinstance(view, QListView) and view.selectionModel().isSelected(index)
            is_hot = bool(option.state & QStyle.StateFlag.State_MouseOver)
            _paint_ground(painter, QRect(option.rect), "accentTint" if is_here else "hover" if is_hot else "")
            _paint_row(painter, QRect(option.rect), entry, "strong" if is_here else "medium")
        painter.restore()


def _paint_head(painter: QPainter, rect: QRect, head: GroupHead) -> None:
    words = rect.adjusted(16, 7, -15, 0)
    painter.setFont(theme.font("group"))
    painter.setPen(theme.color("text3"))
    count = str(head.count)
    room = words.width() - painter.fontMetrics().horizontalAdvance(count) - 12
    painter.drawText(words, _LEFT, painter.fontMetrics().elidedText(head.title, Qt.TextElideMode.ElideRight, room))
    painter.drawText(words, _RIGHT, count)


def _paint_ground(painter: QPainter, rect: QRect, ground: str) -> None:
    if not ground:
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(ground))
    painter.drawRoundedRect(QRectF(rect).adjusted(8, 1, -7, -1), 6, 6)
    if ground == "accentTint":
        painter.setBrush(theme.color("accentText"))
        painter.drawRoundedRect(QRectF(rect.left() + 8, rect.top() + 11, 3, 30), 1.5, 1.5)


def _paint_row(painter: QPainter, rect: QRect, row: CaseRow, font: str) -> None:
    theme.paint_icon(painter, row.icon, row.tone, QPointF(rect.left() + 18, rect.top() + 8), 18)
    if row.key:
        _paint_key(painter, QRectF(rect.left() + 18.5, rect.top() + 30.5, 17, 16), row.key)
    name = QRect(rect.left() + 44, rect.top() + 6, rect.width() - 44 - 15, 22)
    painter.setFont(theme.font(font))
    painter.setPen(theme.color("text"))
    painter.drawText(name, _LEFT, painter.fontMetrics().elidedText(row.name, Qt.TextElideMode.ElideRight, name.width()))
    below = QRect(name.left(), rect.top() + 28, rect.width() - 44 - 17, 20)
    painter.setFont(theme.font("caption"))
    painter.setPen(theme.color("text2" if font == "strong" else "text3"))
    metrics = painter.fontMetrics()
    painter.drawText(below, _RIGHT, row.right_text)
    room = below.width() - metrics.horizontalAdvance(row.right_text) - (10 if row.right_text else 0)
    painter.drawText(below, _LEFT, metrics.elidedText(row.place, Qt.TextElideMode.ElideRight, room))


def _paint_key(painter: QPainter, cap: QRectF, key: str) -> None:
    """The last part of the keys on a cap, under the shape: there it takes no room from the patient's name."""
    painter.setPen(theme.color("border"))
    painter.setBrush(theme.color("capCard"))
    painter.drawRoundedRect(cap, 4, 4)
    painter.setFont(theme.font("key"))
    painter.setPen(theme.color("text2"))
    painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, key.rpartition("+")[2])


_LEFT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
_RIGHT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
