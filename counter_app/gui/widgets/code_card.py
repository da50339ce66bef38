"""What a sponsor answered: a code to redeem, or a reason to read out."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from counter_app.gui import theme
from counter_app.gui.clipboard import discreet
from counter_app.gui.widgets.announce import announce
from counter_app.gui.widgets.buttons import KeyButton
from counter_app.gui.widgets.card import Card
from counter_app.gui.widgets.mark import Mark
from counter_app.gui.widgets.reference import SELECTABLE


class CodeCard(Card):
    """An authorization code, large and selectable, with how long it is valid."""

    def __init__(self, name: str = "authorizationCode", parent: QWidget | None = None) -> None:
        super().__init__("ok", parent)
        self.title, self.code, self.until, self.left = QLabel(), QLabel(), QLabel(), QLabel()
        self.products = _quiet()
        self._caption = _quiet(self.tr("Authorization code"))
        self.code.setObjectName(name)
        self.code.setTextInteractionFlags(SELECTABLE)
        self.code.setAccessibleDescription(self._caption.text())
        self.copy_button = KeyButton(self.tr("Copy"), key="Alt+C", icon="copy", shortcut="Alt+C")
        self.copy_button.setObjectName(f"copy_{name}")
        self.copy_button.setAccessibleName(self.tr("Copy the authorization code"))
        self.copy_button.clicked.connect(self.copy_code)
        for label, role in ((self.title, "ok"), (self.code, "code"), (self.until, "body"), (self.left, "strong")):
            theme.set_role(label, role)
        self._lay_out()

    def show_code(self, title: str, code: str, until: str, left: str, products: str = "") -> None:
        """Show a code: what was approved, until when, how many days are left, and for what."""
        self.title.setText(title)
        self.code.setText(code)
        self.until.setText(until)
        self.left.setText(left)
        self.products.setText(products)
        self._expiry.setVisible(bool(until or left or products))
        self._calendar.setVisible(bool(until))
        self._dot.setVisible(bool(until and left))

    def copy_code(self) -> None:
        """Put the code on the clipboard."""
        QGuiApplication.clipboard().setMimeData(discreet(self.code.text()))
        announce(self, self.tr("Copied"))

    def _lay_out(self) -> None:
        top = _row(Mark("check", "ok", 20), self.title, None, self._caption)
        middle = _row(self.code, None, self.copy_button)
        self._calendar, self._dot = Mark("calendar", "text2", 16), _quiet("·")
        self._expiry = QWidget()
        bottom = _row(self._calendar, self.until, self._dot, self.left, None, self.products)
        self._expiry.setLayout(bottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(21, 15, 21, 15)
        column.setSpacing(6)
        column.addLayout(top)
        column.addLayout(middle)
        column.addWidget(self._expiry)


class ReasonCard(Card):
    """Why the sponsor said no, to be read to the patient; `add_action` adds buttons that help."""

    def __init__(self, name: str = "rejectionReason", parent: QWidget | None = None) -> None:
        super().__init__("bad", parent)
        self.title, self.reason, self.advice, self.products = QLabel(), QLabel(), QLabel(), _quiet()
        self.reason.setObjectName(name)
        self.reason.setTextInteractionFlags(SELECTABLE)
        self.reason.setAccessibleDescription(self.tr("Reason of the rejection"))
        for label, role in ((self.title, "bad"), (self.reason, "body"), (self.advice, "caption")):
            theme.set_role(label, role)
            label.setWordWrap(True)
        theme.set_tone(self.advice, "text2")
        self._ways = QHBoxLayout()
        self._ways.setSpacing(8)
        words = QVBoxLayout()
        words.setSpacing(6)
        top = QHBoxLayout()
        top.addWidget(self.title, 1)
        top.addWidget(self.products)
        words.addLayout(top)
        words.addWidget(self.reason)
        words.addWidget(self.advice)
        words.addLayout(self._ways)
        row = QHBoxLayout(self)
        row.setContentsMargins(21, 14, 21, 14)
        row.setSpacing(8)
        row.addWidget(Mark("octagon", "bad", 20), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)

    def show_reason(self, title: str, reason: str, advice: str = "", products: str = "") -> None:
        """Show what was rejected, why, and what can be done about it."""
        self.title.setText(title)
        self.reason.setText(reason)
        self.advice.setText(advice)
        self.advice.setVisible(bool(advice))
        self.products.setText(products)

    def add_action(self, button: KeyButton) -> None:
        """Offer a way on, under the reason."""
        if not self._ways.count():
            self._ways.addStretch(1)
        self._ways.insertWidget(self._ways.count() - 1, button)


def _quiet(text: str = "") -> QLabel:
    label = QLabel(text)
    theme.set_role(label, "caption")
    theme.set_tone(label, "text2")
    return label


def _row(*widgets: QWidget | None) -> QHBoxLayout:
    """Widgets side by side; None is the room left over."""
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    for widget in widgets:
        if widget is None:
            row.addStretch(1)
        else:
            row.addWidget(widget)
    return row
