"""A line edit with suggestions: not an editable combo box, which screen readers are silent about."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QMoveEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QScrollArea, QWidget

from counter_app.gui.widgets.announce import announce
from counter_app.gui.widgets.suggestion_list import SuggestionList

_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 5, Qt.Key.Key_PageUp: -5}


class SuggestEdit(QLineEdit):
    """Asks its owner for suggestions while somebody types, and says which one was picked.

    The focus never leaves the line. Down and Up go through the list, Enter picks the highlighted row, Tab
    picks a row that was gone to, Escape closes the list and nothing else. What the program writes with
    `setText` or `clear` asks for nothing.
    """

    asked = Signal(str)
    """Suggestions are wanted for a text; answer with `show_suggestions`."""
    picked = Signal(str, str)
    """A suggestion was picked: its value, already in the line, and its title."""

    def __init__(self, parent: QWidget | None = None, *, ask_after_ms: int = 120) -> None:
        super().__init__(parent)
        self._list: SuggestionList | None = None
        self._is_quiet = False
        self._was_gone_to = False
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(ask_after_ms)
        self._later.timeout.connect(self._ask)
        # Not textEdited: what assistive technology or a scanner driver writes counts as typed.
        self.textChanged.connect(self._on_text_changed)

    @property
    def is_open(self) -> bool:
        """Whether the list is open."""
        return self._list is not None and self._list.isVisible()

    def setText(self, text: str | None) -> None:
        """Write a text without asking for suggestions."""
        self._write(text or "")

    def clear(self) -> None:
        """Empty the line without asking for suggestions."""
        self._write("")

    def show_suggestions(self, suggestions: Sequence[tuple[str, str]]) -> None:
        """Offer values and their titles; none closes the list. Nobody at the field: nothing opens."""
        if not suggestions or self._later.isActive() or not self._has_attention():
            self.close_list()
            return
        if self._list is None or self._list.parentWidget() is not self.window():
            self._make_list()
        opened = self._list
        if opened is not None:
            opened.open_under(self, suggestions)
            # Only what was typed whole is marked: Enter must not write another product than the one that was typed.
            typed = self.text().strip().casefold()
            opened.highlight(next((row for row, each in enumerate(suggestions) if each[0].casefold() == typed), -1))
            self._was_gone_to = False

    def close_list(self) -> None:
        """Close the list; what was typed stays."""
        if self._list is not None and self._list.isVisible():
            self._list.hide()

    def event(self, event: QEvent) -> bool:
        """Keep Escape and Enter from window shortcuts, and Tab from leaving, while the list is open."""
        if isinstance(event, QKeyEvent) and self.is_open:
            key = Qt.Key(event.key())
            if event.type() is QEvent.Type.ShortcutOverride and (key is Qt.Key.Key_Escape or key in _ENTER):
                event.accept()
                return True
            if event.type() is QEvent.Type.KeyPress and key is Qt.Key.Key_Tab and self._was_gone_to:
                self._pick_highlighted()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move in the list, pick from it, close it, or ask for it."""
        key = Qt.Key(event.key())
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif not self.is_open:
            if key is Qt.Key.Key_Down and self.text():
                self._ask()
            else:
                super().keyPressEvent(event)
        elif key in _STEPS:
            self._go(_STEPS[key])
        elif key is Qt.Key.Key_Escape:
            self.close_list()
        elif not (key in _ENTER and self._pick_highlighted()):
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Close the list when staff go elsewhere."""
        super().focusOutEvent(event)
        self._later.stop()
        self.close_list()

    def hideEvent(self, event: QHideEvent) -> None:
        """Take the list along when the page changes."""
        super().hideEvent(event)
        self.close_list()

    def moveEvent(self, event: QMoveEvent) -> None:
        """Take the list along."""
        super().moveEvent(event)
        self._place_list()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the list as wide as the line."""
        super().resizeEvent(event)
        self._place_list()

    def _write(self, text: str) -> None:
        self._is_quiet = True
        super().setText(text)
        self._is_quiet = False
        self._later.stop()
        self.close_list()

    def _has_attention(self) -> bool:
        # Without a window manager no window is active, and still one field has the focus of its window.
        return self.isVisible() and self.isEnabled() and self.window().focusWidget() is self

    def _on_text_changed(self, text: str) -> None:
        if self._is_quiet:
            return
        if text.strip():
            self._later.start()
        else:
            self._later.stop()
            self.close_list()

    def _ask(self) -> None:
        self._later.stop()
        self.asked.emit(self.text())

    def _make_list(self) -> None:
        if self._list is not None:
            self._list.deleteLater()
        self._list = SuggestionList(self.window())
        self._list.view.clicked.connect(self._on_row_clicked)
        self._follow_scrolling()

    def _go(self, by: int) -> None:
        if self._list is not None:
            self._was_gone_to = True
            self._list.step(by)

    def _on_row_clicked(self, index: QModelIndex) -> None:
        self._pick(index.row())

    def _pick_highlighted(self) -> bool:
        row = self._list.row if self._list is not None else -1
        if row < 0:
            self.close_list()
            return False
        self._pick(row)
        return True

    def _pick(self, row: int) -> None:
        if self._list is None:
            return
        value, title = self._list.suggestion(row)
        self._write(value)
        announce(self, f"{value} {title}")
        self.picked.emit(value, title)

    def _follow_scrolling(self) -> None:
        """Keep the list at the line when a page that holds it scrolls."""
        above = self.parentWidget()
        while above is not None:
            if isinstance(above, QScrollArea):
                above.verticalScrollBar().valueChanged.connect(self._place_list)
            above = above.parentWidget()

    def _place_list(self) -> None:
        if self._list is not None and self.is_open:
            self._list.place_at(self)
