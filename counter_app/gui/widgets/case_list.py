"""The cases in the sidebar, by what they wait for."""

from collections.abc import Sequence

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from counter_app.gui import theme
from counter_app.gui.widgets.case_rows import CaseDelegate, CaseRow, CaseRows

__all__ = ["CaseList", "CaseRow"]


class CaseList(QListView):
    """Groups of cases. The arrow keys go from case to case; Enter or a click opens one."""

    activated_case = Signal(str)
    """This case is to be shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("caseList")
        self.setAccessibleName(self.tr("Cases"))
        theme.set_role(self, "cases")
        self._rows = CaseRows()
        self._look = CaseDelegate(self._rows)
        self.setModel(self._rows)
        self.setItemDelegate(self._look)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.clicked.connect(self._on_clicked)
        self.selectionModel().selectionChanged.connect(self._on_selected)

    @property
    def selected(self) -> str:
        """The id of the selected case; empty where none is."""
        entry = self._entry(self.currentIndex())
        return entry.case_id if entry is not None else ""

    def show_rows(self, groups: Sequence[tuple[str, Sequence[CaseRow]]]) -> None:
        """Show groups of cases; empty ones vanish. The selection and the place stay where they were."""
        selected, place = self.selected, self.verticalScrollBar().value()
        if self._rows.show(groups):
            self._go_to(selected)
            self.verticalScrollBar().setValue(place)

    def select(self, case_id: str) -> None:
        """Select a case and bring it into sight; one that is not in the list takes the selection away."""
        self._go_to(case_id)
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    def rows(self) -> Sequence[CaseRow]:
        """The cases in the list, in the order shown."""
        return [each for each in self._rows.entries if isinstance(each, CaseRow)]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the selected case; Home and End go to the first and the last one."""
        key, cases = event.key(), self.rows()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.selected:
            self.activated_case.emit(self.selected)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and cases:
            # Qt would stop at the head, which cannot be gone to.
            self.select(cases[0 if key == Qt.Key.Key_Home else -1].case_id)
        else:
            super().keyPressEvent(event)

    def _go_to(self, case_id: str) -> None:
        row = self._rows.place_of(case_id)
        index = self._rows.index(row) if row >= 0 else QModelIndex()
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _entry(self, index: QModelIndex) -> CaseRow | None:
        entry = self._rows.entries[index.row()] if index.isValid() else None
        return entry if isinstance(entry, CaseRow) else None

    def _on_selected(self, now: QItemSelection, _before: QItemSelection) -> None:
        """Open what assistive technology selects: its "toggle" moves the selection and leaves the current row."""
        chosen = now.indexes()
        if chosen and chosen[0] != self.currentIndex():
            self._on_clicked(chosen[0])

    def _on_clicked(self, index: QModelIndex) -> None:
        entry = self._entry(index)
        if entry is not None:
            self.activated_case.emit(entry.case_id)
