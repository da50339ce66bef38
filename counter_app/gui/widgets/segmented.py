"""A choice between two or three ways, all in sight."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QTabBar, QWidget

from counter_app.gui import theme

HEIGHT = 38


class Segmented(QTabBar):
    """Pick one by its key; the arrow keys go from one to the next."""

    chosen_changed = Signal(str)
    """Another choice was made, by staff or by `choose`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDrawBase(False)
        self.setExpanding(True)
        self.setUsesScrollButtons(False)
        self.setElideMode(Qt.TextElideMode.ElideRight)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.currentChanged.connect(self._on_current_changed)

    @property
    def chosen(self) -> str:
        """The key of the choice; empty when there is nothing to choose from."""
        return str(self.tabData(self.currentIndex()) or "")

    def set_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        """Offer choices, each a key and its label; the choice made before stays where it is still offered."""
        before = self.chosen
        self.blockSignals(True)
        while self.count():
            self.removeTab(self.count() - 1)
        for number, (key, label) in enumerate(choices):
            self.addTab(label)
            self.setTabData(number, key)
            self.setTabToolTip(number, label)
        self.blockSignals(False)
        if before and not self._go_to(before):
            self._on_current_changed(self.currentIndex())

    def choose(self, key: str) -> None:
        """Make a choice by its key; an unknown one changes nothing."""
        self._go_to(key)

    def _go_to(self, key: str) -> bool:
        for number in range(self.count()):
            if self.tabData(number) == key:
                self.setCurrentIndex(number)
                return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down do what Left and Right do."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if not step:
            super().keyPressEvent(event)
        elif 0 <= self.currentIndex() + step < self.count():
            self.setCurrentIndex(self.currentIndex() + step)

    def tabSizeHint(self, index: int) -> QSize:
        """Room for the label at its heaviest, so that choosing moves nothing."""
        words = QFontMetrics(theme.font("strong")).horizontalAdvance(self.tabText(index))
        return QSize(words + 36, HEIGHT)

    def minimumTabSizeHint(self, index: int) -> QSize:
        """A label may be cut when there is really no room; its tooltip has it all."""
        return QSize(min(64, self.tabSizeHint(index).width()), HEIGHT)

    def sizeHint(self) -> QSize:
        """All labels side by side."""
        return QSize(sum(self.tabSizeHint(number).width() for number in range(self.count())), HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """All labels cut short."""
        return QSize(sum(self.minimumTabSizeHint(number).width() for number in range(self.count())), HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the trough, the chosen one raised in it, and the labels."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(theme.color("bg"))
        painter.setPen(QPen(theme.color("border"), 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5.5, 5.5)
        for number in range(self.count()):
            self._paint_choice(painter, number)
        painter.end()

    def _paint_choice(self, painter: QPainter, number: int) -> None:
        place = QRectF(self.tabRect(number)).adjusted(4, 4, -4, -4)
        is_chosen = number == self.currentIndex()
        if is_chosen:
            painter.setBrush(theme.color("surface" if self.isEnabled() else "disabledFill"))
            painter.setPen(QPen(theme.color("line" if self.isEnabled() else "border"), 1))
            painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), 4.5, 4.5)
        painter.setFont(theme.font("strong" if is_chosen else "medium"))
        painter.setPen(theme.color("disabled" if not self.isEnabled() else "text" if is_chosen else "text2"))
        words = painter.fontMetrics().elidedText(
            self.tabText(number), Qt.TextElideMode.ElideRight, int(place.width()) - 8
        )
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)

    def _on_current_changed(self, _number: int) -> None:
        self.chosen_changed.emit(self.chosen)
