"""An icon beside words: it is never alone, so assistive technology may pass it over."""

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from counter_app.gui import theme


class Mark(QWidget):
    """One icon in a role's colour, sharp at each screen, following the scheme."""

    def __init__(self, name: str = "", role: str = "text2", size: int = 18, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._role, self._size = name, role, size
        self.setFixedSize(size, size)

    @property
    def name(self) -> str:
        """Which icon is shown; empty when none is."""
        return self._name

    def show_icon(self, name: str, role: str) -> None:
        """Show another icon or colour."""
        if (name, role) != (self._name, self._role):
            self._name, self._role = name, role
            self.update()

    def sizeHint(self) -> QSize:
        """The size of the icon."""
        return QSize(self._size, self._size)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the icon."""
        if self._name:
            theme.paint_icon(QPainter(self), self._name, self._role, QPointF(0, 0), self._size)
