"""The empty counter: a question, and big cards to begin with."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from counter_app.gui import theme
from counter_app.gui.widgets.mark import Mark

_WIDTH, _LEAST_WIDTH, _HEIGHT = 342, 260, 196
_STATE_WIDTH = 708


class ChoiceCard(QPushButton):
    """A card to press: an icon, its key, the situation, what it starts, and a sentence."""

    def __init__(self, icon: str, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.caption, self.title, self.sentence, self.key = QLabel(), QLabel(), QLabel(), QLabel(key)
        tile = QWidget()
        theme.set_role(tile, "tile")
        tile.setFixedSize(44, 44)
        inside = QVBoxLayout(tile)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(Mark(icon, "accentText", 22), 0, Qt.AlignmentFlag.AlignCenter)
        self._lay_out(tile)

    def say(self, caption: str, title: str, sentence: str) -> None:
        """Give the card its words; they are its accessible name and description too."""
        self.caption.setText(caption)
        self.title.setText(title)
        self.sentence.setText(sentence)
        self.setAccessibleName(title)
        self.setAccessibleDescription(f"{caption}. {sentence} {self.key.text()}")
        self.updateGeometry()

    def _lay_out(self, tile: QWidget) -> None:
        roles = ((self.caption, "caption"), (self.title, "section"), (self.sentence, "secondary"), (self.key, "key"))
        for label, role in roles:
            theme.set_role(label, role)
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        tile.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        theme.set_tone(self.caption, "text2")
        self.sentence.setWordWrap(True)
        top = QHBoxLayout()
        top.addWidget(tile)
        top.addStretch(1)
        top.addWidget(self.key, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(21, 19, 19, 35)
        column.setSpacing(2)
        column.addLayout(top)
        column.addSpacing(12)
        column.addWidget(self.caption)
        column.addWidget(self.title)
        column.addSpacing(4)
        column.addWidget(self.sentence)
        column.addStretch(1)

    def sizeHint(self) -> QSize:
        """The look's card, higher where the words need it."""
        return QSize(_WIDTH, self._needed_height(_WIDTH))

    def minimumSizeHint(self) -> QSize:
        """Narrower if it must be, and as high as its words need at the width they have."""
        return QSize(_LEAST_WIDTH, self._needed_height(max(self.width(), _LEAST_WIDTH)))

    def hasHeightForWidth(self) -> bool:
        """No: a layout would ask for the height at a width that the card never gets."""
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for another height when the words wrap anew."""
        super().resizeEvent(event)
        self.updateGeometry()

    def _needed_height(self, width: int) -> int:
        layout = self.layout()
        return max(_HEIGHT, layout.totalHeightForWidth(width) if layout is not None else 0)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ground; the words are labels on it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_hot = self.underMouse() or self.isDown()
        painter.setBrush(theme.color("alt" if is_hot else "surface"))
        painter.setPen(QPen(theme.color("line" if is_hot else "border"), 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 7.5, 7.5)
        painter.end()


class EmptyState(QWidget):
    """A question, one sentence, and the ways to begin side by side."""

    def __init__(
        self, question: str, sentence: str, cards: Sequence[ChoiceCard], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.question = QLabel(question)
        self.sentence = QLabel(sentence)
        theme.set_role(self.question, "display")
        theme.set_role(self.sentence, "secondary")
        self.question.setWordWrap(True)
        self.sentence.setWordWrap(True)
        self.setMaximumWidth(_STATE_WIDTH)
        row = QHBoxLayout()
        row.setSpacing(16)
        for card in cards:
            row.addWidget(card, 1)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(4, 4, 4, 4)  # the ring of a focused card
        self.column.setSpacing(4)
        self.column.addWidget(self.question)
        self.column.addWidget(self.sentence)
        self.column.addSpacing(18)
        self.column.addLayout(row)

    def sizeHint(self) -> QSize:
        """As wide as the look has it, as high as the words need then."""
        return QSize(_STATE_WIDTH, self.column.totalHeightForWidth(_STATE_WIDTH))

    def hasHeightForWidth(self) -> bool:
        """No: the page is wider than this ever gets, and there the words would need less height."""
        return False
