"""The cases as rows of the sidebar: what waits for whom."""

import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import islice

from PySide6.QtCore import QCoreApplication

from counter_app.case import Case, Ending, Standing, Step
from counter_app.gui import words
from counter_app.gui.widgets.case_list import CaseRow

_CONTEXT = "case_rows"
_SOON = 3  # days; below that a code's expiry is a warning
MOST = 200  # rows: more than anybody reads, and drawn without a pause
WITH_KEY = 9


def _tr(text: str) -> str:
    return QCoreApplication.translate(_CONTEXT, text)


def key_of(number: int) -> str:
    """The keys that open the case in a place of the list, counted from nought."""
    return f"Ctrl+{number + 1}"


class Rows:
    """The rows by what they wait for. Remembers what each case can be found by, which takes longer than to look."""

    def __init__(self) -> None:
        self._texts: dict[str, tuple[Case, str]] = {}

    def groups(
        self, cases: Iterable[Case], wanted: str = "", found: Collection[str] = ()
    ) -> Sequence[tuple[str, Sequence[CaseRow]]]:
        """The rows by what they wait for, newest first, only those that match what staff look for.

        Args:
            cases: all of them, newest first; of what matches the first `MOST` are shown.
            wanted: what staff look for.
            found: the ids of cases that match whatever is known of them here.
        """
        shown: dict[Standing, list[CaseRow]] = {standing: [] for standing in Standing}
        for case in self._matching(cases, wanted, found):
            shown[case.standing].append(row(case))
        titles = _titles(wanted)
        groups = [(titles[standing], shown[standing]) for standing in titles if shown[standing]]
        _give_keys(groups)
        return groups

    def _matching(self, cases: Iterable[Case], wanted: str, found: Collection[str]) -> Iterable[Case]:
        sought, today = folded(wanted).split(), datetime.now().astimezone().date()
        matching = (
            case
            for case in cases
            if (case.case_id in found or self._matches(case, sought) if sought else _shown_unasked(case, today))
        )
        return islice(matching, MOST)

    def _matches(self, case: Case, sought: Sequence[str]) -> bool:
        there = self._text(case)
        return all(word in there for word in sought)

    def _text(self, case: Case) -> str:
        known = self._texts.get(case.case_id)
        if known is None or known[0] is not case:
            known = (case, folded(found_by(case)))
            self._texts[case.case_id] = known
        return known[1]


def _titles(wanted: str) -> dict[Standing, str]:
    return {
        Standing.SERVING: _tr("Being served"),
        Standing.WAITING: _tr("Waiting for the sponsor"),
        Standing.READY: _tr("Ready to dispense"),
        Standing.CLOSED: _tr("Done today") if not wanted.strip() else _tr("Done"),
    }


def _give_keys(groups: list[tuple[str, list[CaseRow]]]) -> None:
    place = 0
    for _, rows in groups:
        for number, each in enumerate(rows[: WITH_KEY - place]):
            rows[number] = replace(each, key=key_of(place + number))
        place += min(len(rows), WITH_KEY - place)


def _shown_unasked(case: Case, today: date) -> bool:
    """Closed cases stay in sight for their day."""
    if case.ending is Ending.ABANDONED:
        return False
    return case.ending is None or words.local(case.updated_at).date() == today


def found_by(case: Case) -> str:
    """What a case can be found by: name, document, codes, ids."""
    person = case.beneficiary
    known = [
        person.name if person else "",
        *(text for _, text in (case.query.values if case.query else ())),
        case.code or "",
        str(case.request_id or ""),
        str(case.dispensation.dispensation_id) if case.dispensation else "",
        *(each.code or "" for each in (case.decision.authorizations if case.decision else ())),
    ]
    return " ".join(known)


def folded(text: str) -> str:
    """A text without capitals and accents: "González" is found by "gonzalez"."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


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
