"""The patient's one-time code: sent, counted down, checked."""

from datetime import UTC, datetime

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout

from counter_app.case import Case, Operation
from counter_app.gui.pages.step_page import heading
from counter_app.gui.theme import set_role, set_tone
from counter_app.gui.widgets.buttons import KeyButton
from counter_app.gui.widgets.card import Card
from counter_app.gui.widgets.field import Field
from counter_app.models import Verification

_RESEND_AFTER = 30  # seconds; sooner, a second message only confuses which code counts


class OtpPanel(Card):
    """Shown only where the sponsor asks for it."""

    send_wanted = Signal()
    check_wanted = Signal()
    typed = Signal(str, str)
    """A draft key and its text."""

    def __init__(self) -> None:
        super().__init__("quiet")
        self.setFixedWidth(292)
        self.code = QLineEdit()
        self.destination = QLabel()
        self.status = QLabel()
        self.validate_button = KeyButton(self.tr("Check code"), kind="secondary", key="Enter", size="page")
        self.send_button = KeyButton(self.tr("Send code"), key="Alt+M", shortcut="Alt+M", size="page")
        self._sent_at: datetime | None = None
        self._case: Case | None = None
        self._doing: Operation | None = None
        self._name_widgets()
        self._lay_out()
        self._tick = QTimer(self, interval=1000)
        self._tick.timeout.connect(self._show_time)
        self.code.textChanged.connect(self._on_typed)
        self.code.returnPressed.connect(self._on_return)
        self.validate_button.clicked.connect(self.check_wanted)
        self.send_button.clicked.connect(self.send_wanted)

    def _name_widgets(self) -> None:
        self.code.setObjectName("otpCode")
        self.code.setMaxLength(12)
        set_role(self.code, "otp")
        self.destination.setObjectName("otpDestination")
        self.status.setObjectName("verificationStatus")
        self.validate_button.setObjectName("validateOtpButton")
        self.send_button.setObjectName("sendOtpButton")
        for label in (self.destination, self.status):
            label.setWordWrap(True)
        set_role(self.destination, "caption")

    def _lay_out(self) -> None:
        self.code_field = Field(self.tr("Code that the patient reads aloud"), self.code)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(8)
        layout.addWidget(heading(self.tr("Patient's code")))
        layout.addWidget(self.destination)
        layout.addWidget(self.code_field)
        layout.addWidget(self.validate_button)
        layout.addWidget(self.send_button)
        layout.addWidget(self.status)

    def start(self, case: Case) -> None:
        """Turn to a case."""
        self.code.setText(case.draft.get("otp", ""))
        self.code_field.clear_error()
        self._sent_at = None

    def show_case(self, case: Case, doing: Operation | None) -> None:
        """Show how far the verification is."""
        dispensation = case.dispensation
        needed = bool(dispensation and dispensation.open and dispensation.verification_required)
        self.setVisible(needed)
        self._case, self._doing = case, doing
        if not needed or dispensation is None:
            return
        by_code = dispensation.verification_required == Verification.OTP
        for widget in (self.code_field, self.validate_button, self.send_button, self.destination):
            widget.setVisible(by_code and case.proof is None)
        self._say_status(case, dispensation.verification_required or "")
        self._say_destination(case)
        self._show_time()

    def _say_status(self, case: Case, wanted: str) -> None:
        if case.proof is not None:
            self.status.setText(self.tr("Checked: the patient is here."))
            set_tone(self.status, "ok")
        elif wanted == Verification.OTP:
            self.status.setText(self.tr("Not checked yet"))
            set_tone(self.status, "warn")
        else:
            self.status.setText(
                self.tr("The sponsor asks for “{kind}”, which this counter has no reader for.").format(kind=wanted)
            )
            set_tone(self.status, "bad")

    def _say_destination(self, case: Case) -> None:
        if case.challenge is None:
            self.destination.setText(self.tr("This sponsor wants the patient's presence proved by a code."))
        else:
            where = case.challenge.destination or case.challenge.channel
            self.destination.setText(self.tr("Sent to {where}: ask the patient for the code.").format(where=where))

    def _show_time(self) -> None:
        """The countdown of the code, and when a new one may be sent."""
        case = self._case
        if case is None:
            return
        sent = case.challenge is not None
        checking = self._doing is not None
        now = datetime.now(UTC)
        left = int((case.challenge.expires_at - now).total_seconds()) if case.challenge else 0
        self.code.setEnabled(sent and not checking)
        self.validate_button.setEnabled(sent and left > 0 and not checking and bool(self.code.text().strip()))
        self.code_field.set_help("" if not sent else self._left_words(left), tone="help" if left > 0 else "warn")
        pause = self._pause(now)
        self.send_button.setEnabled(not checking and pause <= 0)
        if not sent:
            self.send_button.setText(self.tr("Send code"))
        elif pause > 0:
            self.send_button.setText(self.tr("Send again in {time}").format(time=_minutes(pause)))
        else:
            self.send_button.setText(self.tr("Send again"))

    def _left_words(self, left: int) -> str:
        if left <= 0:
            return self.tr("This code has expired: send a new one.")
        return self.tr("Valid for {time}").format(time=_minutes(left))

    def _pause(self, now: datetime) -> int:
        if self._case is None or self._case.challenge is None or self._sent_at is None:
            return 0
        return _RESEND_AFTER - int((now - self._sent_at).total_seconds())

    def code_sent(self) -> None:
        """A message is on its way."""
        self._sent_at = datetime.now(UTC)
        self._show_time()
        self.code.clear()
        self.code.setFocus()

    def refuse(self, said: str) -> None:
        """The code was not accepted."""
        self.code_field.set_error(said)
        self.status.setText(said)
        set_tone(self.status, "bad")
        self.code.setFocus()
        self.code.selectAll()

    def showEvent(self, event: QShowEvent) -> None:
        """Count while somebody can see it."""
        super().showEvent(event)
        self._tick.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop counting."""
        super().hideEvent(event)
        self._tick.stop()

    def _on_typed(self, text: str) -> None:
        self.code_field.clear_error()
        self.typed.emit("otp", text)
        self._show_time()

    def _on_return(self) -> None:
        if self.validate_button.isEnabled():
            self.check_wanted.emit()


def _minutes(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02d}"
