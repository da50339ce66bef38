"""Tables of a few rows, all of them shown: products, people, what may be handed over."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSizePolicy, QTableView, QWidget

from counter_app.gui.widgets.icon_button import IconButton
from counter_app.gui.widgets.table_rows import Cell, Column, LineDelegate, LineModel

__all__ = ["Cell", "Column", "LineTable"]

HEAD_HEIGHT = 32
ROW_HEIGHT = 48
_FRAME = 2
_FIRST = frozenset({Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Home, Qt.Key.Key_Space})


class LineTable(QTableView):
    """Rows of one or two lines under a head. Tab leaves it; it is as high as its rows, up to a number of them.

    A cell is a text, whose second line (after a line feed) is a caption, or a `Cell` with icon and tone.
    `remove_name` gives each row a button to take it out; Delete does the same for the chosen row.
    """

    chosen = Signal(int)
    """Another row is the current one; -1 for none."""
    activated_row = Signal(int)
    """Enter was pressed on a row, or it was double-clicked."""
    removed = Signal(int)
    """A row is to be taken out. The table leaves that to its owner."""

    def __init__(
        self,
        columns: Sequence[Column],
        parent: QWidget | None = None,
        *,
        selectable: bool = False,
        remove_name: str = "",
        row_height: int = ROW_HEIGHT,
        most_rows: int = 12,
    ) -> None:
        super().__init__(parent)
        self._removes, self._row_height, self._most_rows = remove_name, row_height, most_rows
        self._takes_choice = selectable or bool(remove_name)
        extra = (Column("", width=52),) if remove_name else ()
        self._rows = LineModel((*columns, *extra))
        self._look = LineDelegate(self._rows)
        self.setModel(self._rows)
        self.setItemDelegate(self._look)
        self._behave()
        self._lay_out_columns()
        self.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self.doubleClicked.connect(self._on_double_clicked)

    def show_rows(self, rows: Sequence[Sequence[Cell | str]]) -> None:
        """Show rows; the current one stays current where there still is one at its place."""
        before = self.current_row()
        self._rows.show(rows)
        if self._removes:
            self._put_buttons()
        if self._takes_choice and before >= 0 and before != self.current_row():
            self.select(min(before, len(rows) - 1))
        self.updateGeometry()

    def mark_row(self, row: int, words: str) -> None:
        """Mark a row as wrong, and say why in it; `show_rows` takes the marks away."""
        self._rows.mark(row, words)

    def current_row(self) -> int:
        """The chosen row; -1 for none. Standing on a row, as the focus does, chooses nobody."""
        chosen = self.selectionModel().selectedRows()
        return chosen[0].row() if chosen else -1

    def select(self, row: int) -> None:
        """Make a row the current one; -1 takes the choice away."""
        if row == self.current_row():
            return
        if row < 0:
            self.clearSelection()
            return
        self.selectionModel().setCurrentIndex(
            self._rows.index(row, 0),
            QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows,
        )

    def cell_text(self, row: int, column: int) -> str:
        """The whole text of a cell."""
        return str(self._rows.index(row, column).data() or "")

    def row_count(self) -> int:
        """How many rows are shown."""
        return self._rows.rowCount()

    def sizeHint(self) -> QSize:
        """As high as the rows."""
        rows = min(max(1, self._rows.rowCount()), self._most_rows)
        return QSize(super().sizeHint().width(), HEAD_HEIGHT + rows * self._row_height + _FRAME)

    def minimumSizeHint(self) -> QSize:
        """As high as the rows, and narrow if it must be: the stretched column gives way."""
        return QSize(240, self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter activates the current row, Delete takes it out; the rest moves."""
        row = self.current_row()
        if row < 0 and self._takes_choice and event.key() in _FIRST:
            self.select(0)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and row >= 0 and self._takes_choice:
            self.activated_row.emit(row)
        elif event.key() == Qt.Key.Key_Delete and row >= 0 and self._takes_choice:
            self.removed.emit(row)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Stand on the first row when nothing is chosen yet."""
        super().focusInEvent(event)
        if self.current_row() < 0 and self._rows.rowCount() and self._removes:
            self.select(0)

    def _behave(self) -> None:
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(
            QAbstractItemView.SelectionMode.SingleSelection
            if self._takes_choice
            else QAbstractItemView.SelectionMode.NoSelection
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if self._takes_choice else Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def _lay_out_columns(self) -> None:
        down = self.verticalHeader()
        down.hide()
        down.setMinimumSectionSize(1)
        down.setDefaultSectionSize(self._row_height)
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head = self.horizontalHeader()
        head.setFixedHeight(HEAD_HEIGHT)
        head.setHighlightSections(False)
        head.setSectionsClickable(False)
        head.setMinimumSectionSize(40)
        for number, column in enumerate(self._rows.columns):
            if column.stretch:
                head.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)
            elif column.width:
                head.setSectionResizeMode(number, QHeaderView.ResizeMode.Fixed)
                head.resizeSection(number, column.width)
            else:
                head.setSectionResizeMode(number, QHeaderView.ResizeMode.ResizeToContents)

    def _put_buttons(self) -> None:
        last = self._rows.columnCount() - 1
        for row in range(self._rows.rowCount()):
            place = self._rows.index(row, last)
            button = self.indexWidget(place)
            if not isinstance(button, IconButton):
                button = self._new_button(row)
                self.setIndexWidget(place, button)
            product = self.cell_text(row, 0).partition("\n")[0]
            button.say(self.tr("Remove {product}").format(product=product))
        self._name_buttons()

    def _new_button(self, row: int) -> IconButton:
        button = IconButton("trash", "")
        button.clicked.connect(partial(self.removed.emit, row))
        return button

    def _name_buttons(self) -> None:
        """The button of the current row bears the name, so that the name is never there twice."""
        last = self._rows.columnCount() - 1
        bearer = max(0, self.current_row())
        for row in range(self._rows.rowCount()):
            button = self.indexWidget(self._rows.index(row, last))
            if button is not None:
                button.setObjectName(self._removes if row == bearer else f"{self._removes}_{row + 1}")

    def _on_selection_changed(self) -> None:
        if self._removes:
            self._name_buttons()
        self.chosen.emit(self.current_row())

    def _on_double_clicked(self, index: QModelIndex) -> None:
        if self._takes_choice:
            self.activated_row.emit(index.row())
