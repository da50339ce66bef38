"""Closing the window while OSIGU has not confirmed everything: staff are told first what becomes of it."""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from counter_app.counter import Counter
from counter_app.gui import words
from counter_app.gui.theme import set_role
from counter_app.gui.widgets.buttons import KeyButton
from counter_app.gui.widgets.mark import Mark

_WIDTH = 480


class CloseDialog(QDialog):
    """Says how many things are not confirmed and what happens to them. Staying is what Enter and Escape do."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("closeDialog")
        self.setWindowTitle(self.tr("Counter"))
        self.setFixedWidth(_WIDTH)
        self._title, self._sentence = QLabel(), QLabel()
        self.stay = KeyButton(self.tr("Stay"), kind="primary", key=self.tr("Enter"), size="footer")
        self.close_anyway = KeyButton(self.tr("Close anyway"), key="Alt+C", shortcut="Alt+C", size="footer")
        self.stay.setObjectName("stayButton")
        self.close_anyway.setObjectName("closeAnywayButton")
        self.stay.setDefault(True)
        self.stay.clicked.connect(self.reject)
        self.close_anyway.clicked.connect(self.accept)
        self._build()

    def _build(self) -> None:
        set_role(self._title, "section")
        self._title.setWordWrap(True)
        self._sentence.setWordWrap(True)
        texts = QVBoxLayout()
        texts.setSpacing(6)
        texts.addWidget(self._title)
        texts.addWidget(self._sentence)
        above = QHBoxLayout()
        above.setSpacing(14)
        above.addWidget(Mark("half", "warn", 24), 0, Qt.AlignmentFlag.AlignTop)
        above.addLayout(texts, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addStretch(1)
        buttons.addWidget(self.close_anyway)
        buttons.addWidget(self.stay)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 20)
        column.setSpacing(24)
        column.addLayout(above)
        column.addLayout(buttons)

    def say(self, count: int) -> None:
        """Say how many things OSIGU has not confirmed."""
        if not count:
            self._tell(self.tr("OSIGU has confirmed everything now"), self.tr("Nothing is open any more."))
            return
        title = words.counted(
            count,
            self.tr("OSIGU has not confirmed 1 thing yet"),
            self.tr("OSIGU has not confirmed {count} things yet"),
        )
        sentence = words.counted(
            count,
            self.tr("It is kept and looked up at the next start. Nothing is sent twice."),
            self.tr("They are kept and looked up at the next start. Nothing is sent twice."),
        )
        self._tell(title, sentence)

    def _tell(self, title: str, sentence: str) -> None:
        self._title.setText(title)
        self._sentence.setText(sentence)
        self.setAccessibleName(title)
        self.setAccessibleDescription(sentence)


class Closing(QObject):
    """Decides whether the window may close now."""

    agreed = Signal()
    """Staff close it all the same."""

    def __init__(self, counter: Counter, window: QWidget) -> None:
        super().__init__(window)
        self._counter = counter
        self._agreed = False
        self._dialog = CloseDialog(window)
        self._dialog.accepted.connect(self._on_accepted)
        counter.listed.connect(self._on_listed)
        application = QApplication.instance()
        if isinstance(application, QGuiApplication):
            # Direct: the system waits for what is done in answer to this signal, and for nothing later.
            application.commitDataRequest.connect(self._on_session_ends, Qt.ConnectionType.DirectConnection)

    def allows(self) -> bool:
        """Whether the window may close; where it may not, staff are being asked."""
        count = self._counter.unconfirmed()
        if self._agreed or not count:
            return True
        self._dialog.say(count)
        # Shown and not waited for: the answers that are awaited must still come in.
        self._dialog.open()
        self._dialog.stay.setFocus()
        return False

    def _on_listed(self) -> None:
        if self._dialog.isVisible():
            self._dialog.say(self._counter.unconfirmed())

    def _on_accepted(self) -> None:
        self._agreed = True
        self.agreed.emit()

    def _on_session_ends(self) -> None:
        """The computer is being shut down: nobody is asked, everything is kept."""
        self._agreed = True
        self._counter.keep_drafts()
