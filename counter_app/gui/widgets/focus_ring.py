"""The ring around the button or list that has the focus. Fields show theirs by their own edge."""

from PySide6.QtCore import QObject, QRectF, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QDialogButtonBox,
    QFocusFrame,
    QTabBar,
    QWidget,
)
from shiboken6 import isValid

WIDTH = 2
RADIUS = 8.0


class FocusRing(QFocusFrame):
    """A ring of 2 px just outside a widget, in the colour of the focus."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.timeout.connect(self._come_back)

    def hideEvent(self, event: QHideEvent) -> None:
        """Qt hides a focus frame when its widget gets a new palette: come back when that is over."""
        super().hideEvent(event)
        self._again.start(0)

    def _come_back(self) -> None:
        target: QWidget | None = self.widget()
        if target is not None and target.isVisible() and target.hasFocus():
            self.show()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ring; the corner goes round the widget's own."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Accent), WIDTH))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        half = WIDTH / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(half, half, -half, -half), RADIUS, RADIUS)
        painter.end()


class FocusFollower(QObject):
    """Moves the one ring of an application to wherever the focus goes."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._ring: FocusRing | None = None
        app.focusChanged.connect(self._on_focus_changed)

    def _on_focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        target = now if now is not None and wants_ring(now) else None
        if self._ring is None or not isValid(self._ring):
            # The ring lives beside its target and goes when that window goes.
            self._ring = None if target is None else FocusRing(target)
        if self._ring is not None:
            self._ring.setWidget(target)  # type: ignore[arg-type]  # None takes it off


def wants_ring(widget: QWidget) -> bool:
    """Whether a focused widget shows the ring: buttons, lists, tab bars and cards in a page do."""
    if widget.isWindow() or widget.parentWidget() is None or widget.property("ring") == "none":
        return False
    if widget.window().windowType() == Qt.WindowType.Popup or isinstance(widget.parentWidget(), QDialogButtonBox):
        return False
    return isinstance(widget, (QAbstractButton, QAbstractItemView, QTabBar)) or widget.property("role") == "card"
