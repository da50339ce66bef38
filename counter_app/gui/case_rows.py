"""The cases as rows of the sidebar: what waits for whom."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from counter_app.case import Case, Ending, Standing, Step
from counter_app.gui import words
from counter_app.gui.widgets.case_list import CaseRow

_CONTEXT = "case_rows"
_SOON = 3  # days; below that a code's expiry is a warning


def _tr(text: str) -> str:
    return QCoreApplication.translate(_CONTEXT, text)


def groups(cases: Iterable[Case], wanted: str = "") -> Sequence[tuple[str, Sequence[CaseRow]]]:
    """The rows by what they wait for, newest first, only those that match what staff look for."""
    titles = {
        Standing.SERVING: _tr("Being served"),
        Standing.WAITING: _tr("Waiting for the sponsor"),
        Standing.READY: _tr("Ready to dispense"),
        Standing.CLOSED: _tr("Done today") if not wanted else _tr("Done"),
    }
    found: dict[Standing, list[CaseRow]] = {standing: [] for standing in titles}
    for case in cases:
        if matches(case, wanted) and (wanted or _shown_unasked(case)):
            found[case.standing].append(row(case))
    return [(titles[standing], rows) for standing, rows in found.items() if rows]


def _shown_unasked(case: Case) -> bool:
    """Closed cases stay in sight for their day."""
    if case.ending is Ending.ABANDONED:
        return False
    return case.ending is None or words.local(case.updated_at).date() == datetime.now().astimezone().date()


def matches(case: Case, wanted: str) -> bool:
    """Whether every word looked for starts one of the case's: name, document, codes, ids."""
    if not wanted.strip():
        return True
    person = case.beneficiary
    known = [
        person.name if person else "",
        *(text for _, text in (case.query.values if case.query else ())),
        case.code or "",
        str(case.request_id or ""),
        str(case.dispensation.dispensation_id) if case.dispensation else "",
        *(each.code or "" for each in (case.decision.authorizations if case.decision else ())),
    ]
    there = " ".join(known).casefold()
    return all(word in there for word in wanted.casefold().split())


def name(case: Case) -> str:
    """Who the case is about, or what it is while nobody is known."""
    if case.beneficiary is not None:
        return case.beneficiary.name
    return _tr("Code of a patient") if case.brings_code else _tr("New authorization")


def row(case: Case) -> CaseRow:
    """One case in the list."""
    place, right, shape, tone = _PLACES[case.standing](case)
    if case.pending is not None:
        place, shape, tone = _tr("Not confirmed by OSIGU"), "half", "warn"
    return CaseRow(case.case_id, case.standing.value, name(case), place, right, shape, tone)


def _serving(case: Case) -> tuple[str, str, str, str]:
    steps = {
        Step.BENEFICIARY: _tr("Beneficiary"),
        Step.PRESCRIPTION: _tr("Prescription"),
        Step.INDICATION: _tr("Indication"),
        Step.COMPLETE: _tr("Send"),
        Step.DISPENSE: _tr("Dispense"),
    }
    place = _tr("Step {number} · {title}").format(number=int(case.step), title=steps[case.step])
    if case.query is not None and not case.matches:
        # Nobody was found yet: what was searched tells two such cases apart.
        place = _tr("Step {number} · {title}").format(number=int(case.step), title=words.searched(case.query))
    return place, words.clock(case.created_at), "half", "accentText"


def _waiting(case: Case) -> tuple[str, str, str, str]:
    asked = case.sent_at or case.updated_at
    return _tr("Asked {ago}").format(ago=words.ago(asked)), words.clock(asked), "clock", "warn"


def _ready(case: Case) -> tuple[str, str, str, str]:
    code = case.code or ""
    expiries = [each.expires_at for each in (case.decision.approved if case.decision else ()) if each.expires_at]
    if not expiries:
        return code, "", "box", "ok"
    left = words.days_until(min(expiries))
    shape, tone = ("triangle", "warn") if left < _SOON else ("box", "ok")
    return code, words.days(left), shape, tone


def _closed(case: Case) -> tuple[str, str, str, str]:
    time = words.clock(case.updated_at)
    if case.ending is Ending.DISPENSED:
        amount = words.amount(case.invoice.amount) if case.invoice else ""
        handed = _tr("Handed over · {amount}").format(amount=amount) if amount else _tr("Handed over")
        return handed, time, "done", "text2"
    return _tr("Rejected · told the patient"), time, "octagon", "text2"


_PLACES = {
    Standing.SERVING: _serving,
    Standing.WAITING: _waiting,
    Standing.READY: _ready,
    Standing.CLOSED: _closed,
}
