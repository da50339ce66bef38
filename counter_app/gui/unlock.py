"""The vault wants its passphrase: one card, shown instead of home until it is open."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from counter_app.gui.theme import set_role
from counter_app.gui.widgets.buttons import KeyButton
from counter_app.gui.widgets.card import Card
from counter_app.gui.widgets.field import Field
from counter_app.gui.widgets.mark import Mark
from counter_app.osigu.errors import Failure
from counter_app.safekeeping import Safekeeping

SHORTEST = 8
_CARD = 480


class UnlockPage(QWidget):
    """Asks for the passphrase, or has one chosen where there is none yet. What is typed here goes nowhere else."""

    def __init__(self, safekeeping: Safekeeping) -> None:
        super().__init__()
        self._safekeeping = safekeeping
        self._shown: Failure | None = None
        self._button_words = ""
        self.setObjectName("unlockPage")
        set_role(self, "locked")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title, self._sentence = QLabel(), QLabel()
        self.passphrase, self.again = _secret("vaultPassphrase"), _secret("vaultPassphraseAgain")
        self._first = Field("", self.passphrase)
        self._second = Field(self.tr("The same once more"), self.again)
        self.open_button = KeyButton(kind="primary", key=self.tr("Enter"), icon="lock", size="footer")
        self.open_button.setObjectName("vaultOpenButton")
        self._build()
        self.passphrase.returnPressed.connect(self._on_entered)
        self.again.returnPressed.connect(self.open_vault)
        self.passphrase.textEdited.connect(self._first.clear_error)
        self.again.textEdited.connect(self._second.clear_error)
        self.open_button.clicked.connect(self.open_vault)
        safekeeping.changed.connect(self.show_lock)

    def _build(self) -> None:
        set_role(self._title, "display")
        set_role(self._sentence, "secondary")
        self._sentence.setWordWrap(True)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(Mark("lock", "text2", 24))
        head.addWidget(self._title, 1)
        card = Card()
        card.setFixedWidth(_CARD)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(36, 32, 36, 32)
        inside.setSpacing(8)
        inside.addLayout(head)
        inside.addWidget(self._sentence)
        inside.addSpacing(12)
        inside.addWidget(self._first)
        inside.addWidget(self._second)
        inside.addSpacing(4)
        inside.addWidget(self.open_button)
        # Not aligned: an aligned card would get the height of sentences that are not wrapped.
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(card)
        middle.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.addStretch(1)
        whole.addLayout(middle)
        whole.addStretch(2)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin where the passphrase goes."""
        super().showEvent(event)
        self.passphrase.setFocus()

    def show_lock(self) -> None:
        """Show what the vault wants now, or that it is being opened."""
        lock, opening = self._safekeeping.lock, self._safekeeping.opening
        self._show_opening(opening=opening)
        if lock is None or opening:
            self._forget_if_open(lock)
            return
        if lock != self._shown:
            self._shown = lock
            self._say(chooses=lock.code == "new")
        self._complain(lock.code)

    def open_vault(self) -> None:
        """Open the vault with what was typed, once it is fit for that."""
        if self._safekeeping.opening or not self._is_fit():
            return
        self._first.clear_error()
        self._second.clear_error()
        self._safekeeping.unlock(self.passphrase.text())

    def _is_fit(self) -> bool:
        typed = self.passphrase.text().strip()
        if not typed:
            return self._mistake(self._first, self.tr("Enter the passphrase."))
        if not self._chooses():
            return True
        if len(typed) < SHORTEST:
            return self._mistake(self._first, self._too_short())
        if self.again.text().strip() != typed:
            return self._mistake(self._second, self.tr("The two are not the same."))
        return True

    def _mistake(self, field: Field, sentence: str) -> bool:
        field.set_error(sentence)
        field.control.setFocus()
        return False

    def _chooses(self) -> bool:
        """Whether a passphrase is chosen here, and not entered."""
        return not self._second.isHidden()

    def _say(self, *, chooses: bool) -> None:
        if chooses:
            title, label, button = self.tr("Choose a passphrase"), self.tr("New passphrase"), self.tr("Keep and open")
            sentence = self.tr(
                "Cases are kept encrypted on this computer, and this passphrase opens them. "
                "Nobody can open them without it: write it down and keep it safe."
            )
        else:
            title, label, button = self.tr("Locked"), self.tr("Passphrase"), self.tr("Open")
            sentence = self.tr("Cases are kept encrypted on this computer. The passphrase opens them.")
        self._title.setText(title)
        self._sentence.setText(sentence)
        self._first.set_label(label)
        self._first.set_help(self.tr("At least {count} characters.").format(count=SHORTEST) if chooses else "")
        self._second.setVisible(chooses)
        self.setAccessibleName(title)
        self.setAccessibleDescription(sentence)
        self._button_words = button
        self.open_button.setText(button)

    def _complain(self, code: str | None) -> None:
        if code == "wrong":
            self._mistake(
                self._first, self.tr("That is not the passphrase. Compare it with your note, then try again.")
            )
        self.passphrase.selectAll()

    def _too_short(self) -> str:
        return self.tr("Too short: it needs at least {count} characters.").format(count=SHORTEST)

    def _show_opening(self, *, opening: bool) -> None:
        # Not disabled: the focus would be lost, and a wrong passphrase is typed again in the same place.
        for edit in (self.passphrase, self.again):
            edit.setReadOnly(opening)
        self.open_button.setEnabled(not opening)
        self.open_button.setText(self.tr("Opening…") if opening else self._button_words)

    def _forget_if_open(self, lock: Failure | None) -> None:
        """What was typed leaves the memory of the window with its use; `setText` forgets what can be undone as well."""
        if lock is None:
            self._shown = None
            for edit in (self.passphrase, self.again):
                edit.setText("")

    def _on_entered(self) -> None:
        if self._chooses() and not self.again.text():
            self.again.setFocus()
        else:
            self.open_vault()


def _secret(name: str) -> QLineEdit:
    """A line that shows dots, to the eye and to assistive technology, and that no input method learns from."""
    made = QLineEdit()
    made.setObjectName(name)
    made.setEchoMode(QLineEdit.EchoMode.Password)
    made.setInputMethodHints(
        Qt.InputMethodHint.ImhSensitiveData
        | Qt.InputMethodHint.ImhNoPredictiveText
        | Qt.InputMethodHint.ImhNoAutoUppercase
        | Qt.InputMethodHint.ImhHiddenText
    )
    return made
