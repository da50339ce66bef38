"""The list that opens under a field: a value and its title in two columns."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from counter_app.gui import theme
from counter_app.gui.widgets.announce import announce

ROW_HEIGHT = 36
MOST_ROWS = 7
_PAD = 8
_GAP = 11
_EDGE = 6
_INDEX = QModelIndex | QPersistentModelIndex

Suggestion = tuple[str, str]


class _Suggestions(QAbstractListModel):
    """The rows of the list: a value and its title."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: Sequence[Suggestion] = ()

    def show(self, rows: Sequence[Suggestion]) -> None:
        self.beginResetModel()
        self.rows = tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: _INDEX = QModelIndex()) -> int:  # noqa: B008  Qt's own signature
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: _INDEX, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        return ", ".join(filter(None, self.rows[index.row()]))


class _TwoColumns(QStyledItemDelegate):
    """Paints the value strong and the title beside it, all titles at one place."""

    value_width = 0

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _INDEX) -> QSize:
        return QSize(0, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _INDEX) -> None:
        model = index.model()
        if not isinstance(model, _Suggestions):
            return
        value, title = model.rows[index.row()]
        is_here = index == option.widget.currentIndex() if isinstance(option.widget, QListView) else False
        row = QRect(option.rect).adjusted(0, 1, 0, -1)
        painter.save()
        if is_here:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accentTint"))
            painter.drawRoundedRect(QRectF(row), 4, 4)
        painter.setFont(theme.font("strong"))
        painter.setPen(theme.color("accentText" if is_here else "text"))
        words = row.adjusted(_PAD, 0, -_PAD, 0)
        painter.drawText(words, _LEFT, value)
        painter.setFont(theme.font("body"))
        painter.setPen(theme.color("text"))
        words.setLeft(words.left() + self.value_width + _GAP)
        painter.drawText(
            words, _LEFT, painter.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, words.width())
        )
        painter.restore()


_LEFT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)


class SuggestionList(QFrame):
    """Lies over the page, in the same window, so it can take nobody's focus."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        theme.set_role(self, "suggestions")
        self.view = QListView()
        self._rows = _Suggestions()
        self._look = _TwoColumns()
        self.view.setModel(self._rows)
        self.view.setItemDelegate(self._look)
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setUniformItemSizes(True)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setAccessibleName(self.tr("Suggestions"))
        self.view.setMouseTracking(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view)
        self.hide()

    @property
    def row(self) -> int:
        """The highlighted row; -1 when none is."""
        return self.view.currentIndex().row()

    def suggestion(self, row: int) -> Suggestion:
        """The value and title of a row."""
        return self._rows.rows[row]

    def open_under(self, field: QWidget, rows: Sequence[Suggestion]) -> None:
        """Show rows under a field; over it where there is no room below."""
        self._rows.show(rows)
        metrics = QFontMetrics(theme.font("strong"))
        self._look.value_width = min(
            max(metrics.horizontalAdvance(value) for value, _ in rows), max(60, field.width() // 2)
        )
        self.place_at(field)
        self.raise_()
        self.show()

    def place_at(self, field: QWidget) -> None:
        """Follow the field when the window or the page moves it."""
        window = field.window()
        corner = field.mapTo(window, QPoint(0, 0))
        below = window.height() - corner.y() - field.height() - 8
        above = corner.y() - 8
        count = min(self._rows.rowCount(), MOST_ROWS)
        wanted = count * ROW_HEIGHT + 2 * _EDGE
        is_below = wanted <= below or below >= above
        height = min(wanted, max(below if is_below else above, ROW_HEIGHT + 2 * _EDGE))
        top = corner.y() + field.height() + 1 if is_below else corner.y() - height - 1
        self.setGeometry(corner.x(), top, field.width(), height)

    def highlight(self, row: int) -> None:
        """Highlight a row and have it read out; -1 highlights none."""
        index = self._rows.index(row, 0) if row >= 0 else QModelIndex()
        self.view.setCurrentIndex(index)
        self.view.viewport().update()
        if row >= 0:
            self.view.scrollTo(index)
            announce(self.view, str(self._rows.data(index)))

    def step(self, by: int) -> None:
        """Go to the next row or the one before, round the ends."""
        count = self._rows.rowCount()
        self.highlight((max(self.row, -1 if by > 0 else 0) + by) % count)
