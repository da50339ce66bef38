"""A search box: a line edit with a lens before the words."""

from PySide6.QtCore import QPointF, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from counter_app.gui import theme

_LENS = 15


class SearchEdit(QLineEdit):
    """Says `searched` once typing pauses."""

    searched = Signal(str)
    """The text to search for; empty shows everything again."""

    def __init__(self, placeholder: str, parent: QWidget | None = None, *, after_ms: int = 120) -> None:
        super().__init__(parent)
        theme.set_role(self, "search")
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(after_ms)
        self._later.timeout.connect(self._on_pause)
        self.textChanged.connect(self._on_text_changed)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the line, then the lens in its left padding."""
        super().paintEvent(event)
        middle = self.height() / 2
        theme.paint_icon(QPainter(self), "search", "text3", QPointF(9, middle - _LENS / 2), _LENS)

    def _on_text_changed(self, text: str) -> None:
        if text:
            self._later.start()
        else:
            self._later.stop()
            self.searched.emit("")

    def _on_pause(self) -> None:
        self.searched.emit(self.text())
