"""Page 4: review, then the step from which there is no way back, then what the sponsor said."""

from datetime import UTC, datetime

from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from counter_app.case import Case, Operation, Step
from counter_app.counter import Counter
from counter_app.gui import theme, words
from counter_app.gui.pages.review import RequestCard, SentCard
from counter_app.gui.pages.step_page import Onward, StepPage, caption, direction
from counter_app.gui.theme import set_role
from counter_app.gui.widgets.buttons import KeyButton
from counter_app.gui.widgets.card import Card
from counter_app.gui.widgets.code_card import CodeCard, ReasonCard
from counter_app.gui.widgets.discard import discard_all
from counter_app.gui.widgets.reference import Reference
from counter_app.models import Authorization, Outcome

_SHAPES = {
    Outcome.APPROVED: ("done", "ok"),
    Outcome.PARTLY_APPROVED: ("half", "ok"),
    Outcome.REJECTED: ("octagon", "bad"),
    Outcome.WAITING: ("clock", "warn"),
}


class CompletePage(StepPage):
    """Shows what will be sent; after sending, the decision takes its place."""

    step = Step.COMPLETE
    name = "completePage"

    def __init__(self, counter: Counter) -> None:
        self.complete_button = KeyButton("", kind="primary", key="Ctrl+Enter", shortcut="Ctrl+Return", size="footer")
        self.status = QLabel()
        self.review = RequestCard()
        self.sent = SentCard()
        super().__init__(counter, "", "")
        self.complete_button.setText(self.tr("Send to the sponsor"))
        self.status.setObjectName("decisionStatus")
        self.review.setObjectName("caseReview")
        self.setAccessibleName(self.tr("Send"))
        self._icon = QLabel()
        self._decided_at = QLabel()
        self._answers = QVBoxLayout()
        self._shown: tuple[Authorization, ...] | None = None
        self.ask_button = KeyButton(self.tr("Ask now"), key="F5", shortcut="F5", icon="refresh", size="page")
        self.ask_button.setObjectName("askAgainButton")
        self._build()
        self.complete_button.clicked.connect(self.complete)
        self.ask_button.clicked.connect(self._on_ask_now)

    def _build(self) -> None:
        set_role(self.status, "title")
        set_role(self._decided_at, "caption")
        self.heading.insertWidget(0, self._icon)
        self.heading.insertWidget(1, self.status, 1)
        self.heading.addWidget(self._decided_at)
        self._waiting = Card()
        inside = QVBoxLayout(self._waiting)
        inside.setContentsMargins(24, 16, 24, 16)
        free = QLabel(self.tr("The counter is free. Serve the next patient."))
        set_role(free, "strong")
        inside.addWidget(free)
        inside.addWidget(
            caption(
                self.tr(
                    "This case waits in the list at the left, under “Waiting for the sponsor”, and moves by itself "
                    "when the answer comes."
                )
            )
        )
        asking = QHBoxLayout()
        asking.addWidget(self.ask_button)
        asking.addStretch(1)
        inside.addLayout(asking)
        self._reference = Reference()
        self._answers.setSpacing(12)
        self._decision = QWidget()
        left = QVBoxLayout()
        left.setSpacing(12)
        left.addLayout(self._answers)
        left.addWidget(self._waiting)
        left.addWidget(self._reference)
        left.addStretch(1)
        right = QVBoxLayout()
        right.addWidget(self.sent)
        right.addStretch(1)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, self._decision)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.setSpacing(24)
        self._columns.addLayout(left, 1)
        self._columns.addLayout(right)
        self.body.addWidget(self.review)
        self.body.addWidget(self._decision)
        self.body.addStretch(1)

    def fit_to(self, narrow: bool) -> None:  # noqa: D102
        self._columns.setDirection(direction(narrow))

    # --- the case on screen -----------------------------------------------------------------------------------------

    def show_case(self, case: Case) -> None:  # noqa: D102
        self._shown = None
        self.update_case(case)

    def update_case(self, case: Case) -> None:  # noqa: D102
        decided = case.decided
        self.title_label.setVisible(not decided)
        self.subtitle_label.setVisible(not decided)
        for widget in (self.status, self._icon, self._decided_at, self._decision):
            widget.setVisible(decided)
        self.review.setVisible(not decided)
        self.complete_button.setEnabled(not self.busy and case.pending is None and case.step is Step.COMPLETE)
        if decided:
            self._show_decision(case)
        else:
            self.title_label.setText(self.tr("Review and send"))
            self.subtitle_label.setText(self.tr("Once sent, the sponsor decides. This step cannot be undone."))
            self.status.clear()
            self.review.show_case(case)

    def _show_decision(self, case: Case) -> None:
        decision = case.decision
        if decision is None:
            return
        shape, tone = _SHAPES.get(decision.outcome, ("info", "text2"))
        self._icon.setPixmap(theme.pixmap(shape, tone, 26, self.devicePixelRatioF()))
        self.status.setText(words.outcome(decision.outcome) or decision.status)
        if decision.read_at is not None:
            self._decided_at.setText(
                self.tr("As of {time}, {sponsor}").format(time=words.clock(decision.read_at), sponsor=case.sponsor)
            )
        self._waiting.setVisible(decision.outcome in (Outcome.WAITING, Outcome.UNKNOWN))
        self._reference.show_reference("" if case.request_id is None else str(case.request_id))
        self.sent.show_case(case)
        if decision.authorizations != self._shown:
            self._shown = decision.authorizations
            self._show_answers(case, decision.authorizations)

    def _show_answers(self, case: Case, answers: tuple[Authorization, ...]) -> None:
        discard_all(self._answers)
        counted = {"authorizationCode": 0, "rejectionReason": 0}
        # What can be handed over stands first.
        for answer in sorted(answers, key=_by_use):
            if answer.approved:
                self._answers.addWidget(self._code_card(case, answer, _numbered("authorizationCode", counted)))
            elif answer.rejected:
                self._answers.addWidget(self._reason_card(case, answer, _numbered("rejectionReason", counted)))
            else:
                self._answers.addWidget(caption(self._undecided(answer)))

    def _undecided(self, answer: Authorization) -> str:
        kind = words.product_type(answer.product_type or "")
        if answer.status == "PENDING_SPONSOR":
            return self.tr("{kind}: the sponsor has not decided yet.").format(kind=kind)
        return self.tr("{kind}: the sponsor answered “{status}”, which is not an approval.").format(
            kind=kind, status=answer.status
        )

    def _code_card(self, case: Case, answer: Authorization, name: str) -> CodeCard:
        card = CodeCard(name)
        kind = words.product_type(answer.product_type or "")
        title = self.tr("Approved · {kind}").format(kind=kind) if kind else self.tr("Approved")
        until, left = "", ""
        if answer.expires_at is not None:
            until = self.tr("Valid until {day}").format(day=words.day(answer.expires_at))
            left = words.days_left(answer.expires_at)
        card.show_code(title, str(answer.code), until, left, _codes(case, answer))
        return card

    def _reason_card(self, case: Case, answer: Authorization, name: str) -> ReasonCard:
        card = ReasonCard(name)
        kind = words.product_type(answer.product_type or "")
        title = self.tr("Rejected · {kind}").format(kind=kind) if kind else self.tr("Rejected")
        reason = answer.rejection_reason or self.tr("The sponsor gave no reason.")
        advice = self.tr("Read the reason to the patient. A changed prescription can be asked for in a new case.")
        card.show_reason(title, reason, advice, _codes(case, answer))
        return card

    def isComplete(self) -> bool:
        """With an approved code that is still valid."""
        if not self.case_id or self.busy or not self.case.decided or self.case.decision is None:
            return False
        now = datetime.now(UTC)
        return any(each.usable(now) for each in self.case.decision.authorizations)

    def next_words(self, case: Case) -> str:  # noqa: D102
        return self.tr("Dispense now") if case.decision and case.decision.approved else self.tr("Dispense")

    def focus_first(self) -> None:  # noqa: D102
        if self.isComplete():
            self.focus_next_button()
        elif not self.case.decided:
            # Not on the irreversible button: a scanner's Enter must never send a request.
            self.review.setFocus()

    def begin(self, _case: Case) -> Onward:  # noqa: D102
        return Onward.NOW if self.isComplete() else Onward.NO

    def complete(self) -> None:
        """Send the request for the sponsor's decision."""
        if not self.busy and self.case.pending is None:
            self.counter.send(Operation.COMPLETE, self.case)

    def case_changed(self, case: Case) -> None:
        """As every page; and the next key is Enter once there is something to dispense."""
        was = self.status.text()
        super().case_changed(case)
        if self.isVisible() and self.status.text() != was:
            self.focus_first()

    def _on_ask_now(self) -> None:
        self.counter.send(Operation.READ_DECISION, self.case)


def _by_use(answer: Authorization) -> int:
    return 0 if answer.approved else 2 if answer.rejected else 1


def _numbered(name: str, counted: dict[str, int]) -> str:
    """The first widget of a kind has the plain name, the others a number: names are never used twice."""
    counted[name] += 1
    return name if counted[name] == 1 else f"{name}_{counted[name]}"


def _codes(case: Case, answer: Authorization) -> str:
    """The products that an authorization is about."""
    lines = case.prescription.lines if case.prescription else ()
    return " · ".join(line.product_code for line in lines if answer.product_type in (None, line.product_type))
