"""What a table shows: its columns, its cells, and how they are painted."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QTableView

from counter_app.gui import theme

_INDEX = QModelIndex | QPersistentModelIndex
_PAD = 12
_MARK, _MARK_GAP = 18, 9
_DISPLAY = Qt.ItemDataRole.DisplayRole


@dataclass(frozen=True)
class Column:
    """A column: its head, whether it takes the room left over, whether it holds numbers, whether it is strong."""

    title: str
    stretch: bool = False
    number: bool = False
    strong: bool = False
    width: int = 0


@dataclass(frozen=True)
class Cell:
    """A cell's text, whose second line is a caption; an icon before it; a tone for icon and first line."""

    text: str
    icon: str = ""
    tone: str = ""


class LineModel(QAbstractTableModel):
    """Rows of cells. The whole text of a cell is its display role, so assistive technology reads it."""

    def __init__(self, columns: Sequence[Column]) -> None:
        super().__init__()
        self.columns = tuple(columns)
        self.rows: tuple[tuple[Cell, ...], ...] = ()
        self.marks: dict[int, str] = {}

    def show(self, rows: Sequence[Sequence[Cell | str]]) -> None:
        """Show other rows; those that were there before are changed where they stand."""
        cells = tuple(tuple(each if isinstance(each, Cell) else Cell(each) for each in row) for row in rows)
        if len(cells) == len(self.rows):
            self.rows, self.marks = cells, {}
            self._all_changed()
            return
        self.beginResetModel()
        self.rows, self.marks = cells, {}
        self.endResetModel()

    def mark(self, row: int, words: str) -> None:
        """Mark a row as wrong, with the reason in its caption's place."""
        if 0 <= row < len(self.rows):
            self.marks[row] = words
            self._all_changed()

    def _all_changed(self) -> None:
        if self.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, len(self.columns) - 1))

    def cell(self, index: _INDEX) -> Cell:
        """The cell at a place."""
        row = self.rows[index.row()]
        cell = row[index.column()] if index.column() < len(row) else Cell("")
        words = self.marks.get(index.row())
        if words and index.column() == 0:
            return Cell(f"{cell.text.split(chr(10), maxsplit=1)[0]}\n{words}", "triangle", "bad")
        return cell

    def rowCount(self, parent: _INDEX = QModelIndex()) -> int:  # noqa: B008, D102  Qt's own signature
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _INDEX = QModelIndex()) -> int:  # noqa: B008, D102
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: _INDEX, role: int = _DISPLAY) -> object:  # noqa: D102
        if not index.isValid():
            return None
        if role in (_DISPLAY, Qt.ItemDataRole.ToolTipRole):
            return self.cell(index).text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.cell(index).text.replace("\n", ", ")
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> object:  # noqa: D102
        if orientation is Qt.Orientation.Vertical:
            return str(section + 1) if role == _DISPLAY else None
        column = self.columns[section]
        if role == _DISPLAY:
            return column.title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.number else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None


class LineDelegate(QStyledItemDelegate):
    """Paints one or two lines, a tint and a bar on the chosen row, and a line between rows."""

    def __init__(self, model: LineModel) -> None:
        super().__init__()
        self._model = model

    def sizeHint(self, _option: QStyleOptionViewItem, index: _INDEX) -> QSize:
        """The width that the text needs; heights belong to the table."""
        cell = self._model.cell(index)
        first, second = _lines(cell)
        words = QFontMetrics(theme.font("strong")).horizontalAdvance(first)
        below = QFontMetrics(theme.font("caption")).horizontalAdvance(second)
        icon = _MARK + _MARK_GAP if cell.icon else 0
        return QSize(max(words, below) + icon + 2 * _PAD + 1, 0)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _INDEX) -> None:
        """Paint one cell."""
        painter.save()
        self._paint_ground(painter, option, index)
        cell, column = self._model.cell(index), self._model.columns[index.column()]
        room = QRect(option.rect).adjusted(_PAD, 0, -_PAD, -1)
        if cell.icon:
            corner = QPointF(room.left(), room.center().y() - _MARK / 2 + 1)
            theme.paint_icon(painter, cell.icon, cell.tone or "text2", corner, _MARK)
            room.setLeft(room.left() + _MARK + _MARK_GAP)
        self._paint_words(painter, room, cell, column, is_first=index.column() == 0)
        painter.restore()

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, index: _INDEX) -> None:
        rect = QRect(option.rect)
        table = option.widget
        is_chosen = isinstance(table, QTableView) and table.selectionModel().isRowSelected(index.row(), QModelIndex())
        if is_chosen:
            painter.fillRect(rect, theme.color("accentTint"))
            if index.column() == 0:
                painter.fillRect(QRect(rect.left(), rect.top() + 8, 3, rect.height() - 17), theme.color("accentText"))
        if index.row() < self._model.rowCount() - 1:
            painter.setPen(QPen(theme.color("border"), 1))
            painter.drawLine(rect.bottomLeft(), rect.bottomRight())

    @staticmethod
    def _paint_words(painter: QPainter, room: QRect, cell: Cell, column: Column, *, is_first: bool) -> None:
        first, second = _lines(cell)
        side = Qt.AlignmentFlag.AlignRight if column.number else Qt.AlignmentFlag.AlignLeft
        is_strong = column.strong or (is_first and not column.number)
        painter.setFont(theme.font("strong" if is_strong else "body"))
        painter.setPen(theme.color(cell.tone or "text"))
        upper, lower = QRect(room), QRect(room)
        if second:
            middle = room.center().y() + 1
            upper.setBottom(middle + 2)
            lower.setTop(middle + 1)
        place = int(side | (Qt.AlignmentFlag.AlignBottom if second else Qt.AlignmentFlag.AlignVCenter))
        painter.drawText(upper, place, _cut(painter, first, room.width()))
        if second:
            painter.setFont(theme.font("caption"))
            painter.setPen(theme.color("bad" if cell.tone == "bad" and is_first else "text3"))
            painter.drawText(lower, int(side | Qt.AlignmentFlag.AlignTop), _cut(painter, second, room.width()))


def _lines(cell: Cell) -> tuple[str, str]:
    first, _, second = cell.text.partition("\n")
    return first, second


def _cut(painter: QPainter, text: str, width: int) -> str:
    return painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, width)
