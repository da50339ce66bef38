"""What is shown while an answer is awaited."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QWidget

from counter_app.gui import theme
from counter_app.gui.widgets.announce import announce
from counter_app.gui.widgets.buttons import KeyButton
from counter_app.gui.widgets.reference import Reference


class Spinner(QWidget):
    """A turning arc. It turns only while it can be seen."""

    def __init__(self, role: str = "ring", size: int = 20, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._role, self._angle = role, 90
        self.setFixedSize(size, size)
        self._turn = QTimer(self)
        self._turn.setInterval(40)
        self._turn.timeout.connect(self._on_turn)

    def set_colour(self, role: str) -> None:
        """Turn in another role's colour."""
        self._role = role
        self.update()

    def sizeHint(self) -> QSize:
        """The spinner's size is fixed."""
        return self.minimumSize()

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to turn."""
        super().showEvent(event)
        self._turn.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop turning."""
        super().hideEvent(event)
        self._turn.stop()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the track and the arc on it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        circle = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        painter.setPen(QPen(theme.color("track"), 2))
        painter.drawEllipse(circle)
        painter.setPen(QPen(theme.color(self._role), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawArc(circle, self._angle * 16, -100 * 16)
        painter.end()

    def _on_turn(self) -> None:
        self._angle = (self._angle - 12) % 360
        self.update()


class BusyLine(QFrame):
    """A spinner, then words, and always a way out. Its place is kept while there is nothing to wait for.

    `start` shows the spinner after 300 ms and the words after 2 s: what is answered sooner shows nothing.
    """

    stopped = Signal()
    """Somebody does not want to wait any longer."""

    def __init__(
        self, parent: QWidget | None = None, *, spinner_after_ms: int = 300, words_after_ms: int = 2000
    ) -> None:
        super().__init__(parent)
        self.setObjectName("busyIndicator")
        self.spinner = Spinner()
        self.words = QLabel()
        self.remedy = QLabel()
        self.attempt = QLabel()
        self.reference = Reference()
        self.cancel = KeyButton(self.tr("Stop waiting"), key=self.tr("Esc"), shortcut="Esc")
        self.cancel.setObjectName("cancelCallButton")
        self._late_spinner = self._timer(spinner_after_ms, self._on_late)
        self._late_words = self._timer(words_after_ms, self._on_later)
        self._lay_out()
        self._fill("", "", "", "")
        keeps = self.sizePolicy()
        keeps.setRetainSizeWhenHidden(True)
        self.setSizePolicy(keeps)
        self.cancel.clicked.connect(self._on_cancel)
        self.hide()

    @property
    def is_waiting(self) -> bool:
        """Whether an answer is awaited, shown or not yet."""
        return self._late_spinner.isActive() or self._late_words.isActive() or not self.isHidden()

    def start(self, words: str) -> None:
        """An answer is awaited: say so when it takes longer than people notice. Again: only the words change."""
        if self.is_waiting and not self.property("tone"):
            self.say(words)
            return
        self._fill("", words, "", "")
        self.words.hide()
        self.hide()
        self._late_spinner.start()
        self._late_words.start()

    def explain(self, words: str, remedy: str, reference: str = "", tone: str = "warn") -> None:
        """Show at once what is being waited for and what to do meanwhile, as a card."""
        self._late_spinner.stop()
        self._late_words.stop()
        self._fill(tone, words, remedy, reference)
        self.words.show()
        self.show()
        announce(self, f"{words} {remedy}")

    def say(self, words: str) -> None:
        """Change the words while waiting."""
        self.words.setText(words)
        self.setAccessibleName(words)

    def say_attempt(self, words: str) -> None:
        """Count at the right how often and how long. Not announced: it changes each second."""
        self.attempt.setText(words)
        self.attempt.setVisible(bool(words))

    def stop(self) -> None:
        """The answer is here, or nobody waits any longer."""
        self._late_spinner.stop()
        self._late_words.stop()
        self.hide()

    def _timer(self, after_ms: int, slot: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(after_ms)
        timer.timeout.connect(slot)
        return timer

    def _lay_out(self) -> None:
        for label, role in ((self.words, "strong"), (self.remedy, "body"), (self.attempt, "caption")):
            theme.set_role(label, role)
        self.words.setWordWrap(True)
        self.remedy.setWordWrap(True)
        theme.set_tone(self.attempt, "text2")
        self._grid = grid = QGridLayout(self)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(2)
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(self.spinner, 0, 0, top)
        grid.addWidget(self.words, 0, 1)
        grid.addWidget(self.attempt, 0, 2, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(self.remedy, 1, 1, top)
        grid.addWidget(self.cancel, 1, 2, 2, 1, Qt.AlignmentFlag.AlignRight | top)
        grid.addWidget(self.reference, 2, 1)
        grid.setColumnStretch(1, 1)

    def _fill(self, tone: str, words: str, remedy: str, reference: str) -> None:
        is_card = bool(tone)
        theme.set_role(self, "card" if is_card else "busy")
        theme.set_tone(self, tone)
        theme.set_tone(self.words, tone or "text2")
        self.spinner.set_colour({"": "ring", "info": "accentText"}.get(tone, tone))
        self._grid.setContentsMargins(*((17, 12, 17, 12) if is_card else (0, 4, 4, 4)))
        # As a card the words begin at its top; as a line all stands on the button's middle.
        level = Qt.AlignmentFlag.AlignTop if is_card else Qt.AlignmentFlag.AlignVCenter
        row, rows = (1, 2) if is_card else (0, 1)
        self._grid.addWidget(self.cancel, row, 2, rows, 1, Qt.AlignmentFlag.AlignRight | level)
        self._grid.setAlignment(self.spinner, level)
        self.say(words)
        self.say_attempt("")
        self.remedy.setText(remedy)
        self.remedy.setVisible(bool(remedy))
        self.reference.show_reference(reference)

    def _on_late(self) -> None:
        self.show()

    def _on_later(self) -> None:
        self.words.show()
        announce(self, self.words.text())

    def _on_cancel(self) -> None:
        self.stop()
        self.stopped.emit()
