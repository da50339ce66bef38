"""A case: an immutable record of all that is known about one patient's visit.

An operation takes the case as it was and returns the case as it now is. The step is derived from what is known, so
it cannot disagree with it. A write in flight is a field of the case (`pending`), so a crash, a lost answer and a
slow sponsor are one situation: there is a pending write, look at it once more.
"""

from collections.abc import Mapping
from dataclasses import field, fields, replace
from datetime import UTC, datetime
from uuid import uuid4

from counter_app.models import (
    MEDICAL_INDICATION,
    Beneficiary,
    Challenge,
    Decision,
    Dispensation,
    DocumentType,
    Indication,
    Invoice,
    OpaqueId,
    Outcome,
    Prescription,
    Proof,
    SearchQuery,
    record,
)
from counter_app.steps import LOOKED_UP, SECRET_DRAFTS, WRITES, Ending, Operation, Standing, Step

__all__ = [
    "LOOKED_UP",
    "SECRET_DRAFTS",
    "WRITES",
    "Case",
    "Ending",
    "Operation",
    "Pending",
    "Standing",
    "Step",
    "WriteInFlightError",
    "merge",
    "new_case",
]


class WriteInFlightError(Exception):
    """A second write was asked for while the first one's fate is unknown."""


@record
class Pending:
    """A write that was about to leave: kept on disk before it does.

    `key` is made once per intent; a dispensation sends it as its `provider_transaction_id`.
    """

    operation: Operation
    key: str
    since: datetime
    reference: OpaqueId | None = None


@record
class Case:
    """All that is known about one visit."""

    case_id: str
    created_at: datetime
    updated_at: datetime
    brings_code: bool = False
    sponsor: str | None = None
    query: SearchQuery | None = None
    matches: tuple[Beneficiary, ...] = ()
    searched_at: datetime | None = None
    beneficiary: Beneficiary | None = None
    confirmed: bool = False
    prescription: Prescription | None = None
    request_id: OpaqueId | None = None
    policy: tuple[DocumentType, ...] = ()
    outgoing: Indication | None = None
    indications: tuple[Indication, ...] = ()
    sent_at: datetime | None = None
    decision: Decision | None = None
    code: str | None = None
    dispensation: Dispensation | None = None
    challenge: Challenge | None = None
    proof: Proof | None = None
    invoice: Invoice | None = None
    transaction_id: str | None = None
    pending: Pending | None = None
    ending: Ending | None = None
    draft: Mapping[str, str] = field(default_factory=dict)

    # --- where it stands --------------------------------------------------------------------------------------------

    @property
    def step(self) -> Step:
        """The first step that is not done."""
        if self.brings_code or self.dispensation is not None:
            return Step.DISPENSE
        if self.beneficiary is None or not self.beneficiary.covered or not self.confirmed:
            return Step.BENEFICIARY
        if self.request_id is None:
            return Step.PRESCRIPTION
        if self.decision is None or self.decision.outcome is Outcome.INDICATION_MISSING:
            return Step.INDICATION if self.missing_documents else Step.COMPLETE
        return Step.DISPENSE if self.decision.approved else Step.COMPLETE

    @property
    def standing(self) -> Standing:
        """What the case waits for."""
        if self.ending is not None:
            return Standing.CLOSED
        if self.dispensation is None and self.decision is not None:
            if self.decision.approved:
                return Standing.READY
            if self.decision.outcome is Outcome.WAITING:
                return Standing.WAITING
        return Standing.SERVING

    @property
    def documents(self) -> tuple[DocumentType, ...]:
        """The types of file this sponsor asks for; without a policy, the medical indication alone."""
        return self.policy or (DocumentType(file_type=MEDICAL_INDICATION, required=True),)

    @property
    def missing_documents(self) -> tuple[DocumentType, ...]:
        """The required types that have no attached file yet.

        Where nothing is required OSIGU still wants one file before completing, so one of any type is asked for.
        """
        there = {each.file_type for each in self.indications}
        required = tuple(each for each in self.documents if each.required)
        if not required and not there:
            return self.documents[:1]
        return tuple(each for each in required if each.file_type not in there)

    @property
    def decided(self) -> bool:
        """Whether the request went to the sponsor, so that nothing before it can be changed any more."""
        return self.decision is not None and self.decision.outcome is not Outcome.INDICATION_MISSING

    @property
    def refused(self) -> bool:
        """Whether the sponsor's answer leaves nothing to do but to tell the patient."""
        return self.ending is None and self.decision is not None and self.decision.outcome is Outcome.REJECTED

    @property
    def taken_back(self) -> bool:
        """Whether the dispensation is over without a hand-over."""
        dispensation = self.dispensation
        return dispensation is not None and not (dispensation.open or dispensation.completed or self.pending)

    @property
    def used_elsewhere(self) -> bool:
        """Whether the code was handed over against before: then there is no invoice of ours."""
        return self.dispensation is not None and self.dispensation.completed and self.invoice is None

    @property
    def awaits_proof(self) -> bool:
        """Whether the sponsor wants the patient's presence proved and it is not yet."""
        return (
            self.dispensation is not None
            and self.dispensation.open
            and bool(self.dispensation.verification_required)
            and self.proof is None
        )

    # --- how it changes ---------------------------------------------------------------------------------------------

    def asked(self, sponsor: str, query: SearchQuery) -> "Case":
        """The case with a question to a sponsor; whoever was found before is forgotten."""
        fresh = Case(case_id=self.case_id, created_at=self.created_at, updated_at=self.updated_at, draft=self.draft)
        return replace(fresh, sponsor=sponsor, query=query)

    def found(self, matches: tuple[Beneficiary, ...], now: datetime) -> "Case":
        """The case with who matched; one alone is chosen at once."""
        chosen = matches[0] if len(matches) == 1 else None
        return replace(self, matches=matches, searched_at=now, beneficiary=chosen, confirmed=False)

    def chose(self, beneficiary: Beneficiary) -> "Case":
        """The case with the one of several who is at the counter."""
        if beneficiary == self.beneficiary:
            return self
        return replace(self, beneficiary=beneficiary, confirmed=False).without_request()

    def without_request(self) -> "Case":
        """The case before anything was asked of the sponsor: an uncompleted request authorizes nothing."""
        return replace(
            self,
            request_id=None,
            policy=(),
            outgoing=None,
            indications=(),
            decision=None,
            sent_at=None,
            code=None,
        )

    def prescribed(self, prescription: Prescription) -> "Case":
        """The case with a prescription; a changed one needs a request of its own."""
        if prescription == self.prescription:
            return self
        return replace(self, prescription=prescription).without_request()

    def attaching(self, indication: Indication) -> "Case":
        """The case with a file chosen to be sent."""
        return replace(self, outgoing=indication)

    def attached(self, indication: Indication) -> "Case":
        """The case with that file at OSIGU; a second file of a type stands beside the first."""
        return replace(self, outgoing=None, indications=(*self.indications, indication))

    def decided_as(self, decision: Decision, now: datetime) -> "Case":
        """The case with the sponsor's answer; the first approved code is ready for dispensing."""
        usable = [each.code for each in decision.authorizations if each.usable(now)]
        return replace(self, decision=decision, code=self.code or (usable[0] if usable else None))

    def ready_again(self, now: datetime) -> "Case":
        """The case after a dispensation was taken back: its code can be redeemed again, or it is over."""
        codes = [each.code for each in (self.decision.authorizations if self.decision else ()) if each.usable(now)]
        if not codes or self.used_elsewhere:
            return replace(self, ending=Ending.ABANDONED)
        return replace(self, dispensation=None, challenge=None, proof=None, invoice=None, transaction_id=None)

    def started(self, operation: Operation, now: datetime, *, reference: OpaqueId | None = None) -> "Case":
        """The case with a write about to leave.

        Raises:
            WriteInFlightError: when another write of this case is not settled: of one case at most one is in flight.
        """
        if self.pending is not None:
            raise WriteInFlightError(f"{self.pending.operation} is not settled, {operation} may not start")
        key = (operation is Operation.FINISH and self.transaction_id) or str(uuid4())
        pending = Pending(operation=operation, key=key, since=now, reference=reference)
        if operation is not Operation.FINISH:
            return replace(self, pending=pending)
        return replace(self, pending=pending, transaction_id=key)

    def settled(self) -> "Case":
        """The case once the fate of its write is known."""
        return replace(self, pending=None)


def new_case(*, sponsor: str | None = None, brings_code: bool = False) -> Case:
    """Open a case: for a patient with a prescription, or for one who brings a code."""
    now = datetime.now(UTC)
    return Case(case_id=uuid4().hex, created_at=now, updated_at=now, sponsor=sponsor, brings_code=brings_code)


def merge(base: Case, ours: Case, theirs: Case) -> Case:
    """Join what an operation found with what staff did meanwhile.

    Args:
        base: the case as the operation took it.
        ours: the case as the window has it now.
        theirs: the case as the operation returned it.

    What the operation changed is the truth; all else stays as the window has it: a line being typed, a rule that
    came beside. Where staff chose another person or prescription meanwhile, what OSIGU said of the request for the
    first one is not taken for the second; and what went to the sponsor can't be changed any more.
    """
    another = (ours.beneficiary, ours.prescription) != (base.beneficiary, base.prescription)
    if another and (theirs.decided or theirs.pending is not None):
        return replace(theirs, draft=ours.draft)
    kept = {
        each.name: getattr(ours, each.name)
        for each in fields(Case)
        if getattr(theirs, each.name) == getattr(base, each.name)
    }
    joined = replace(theirs, **kept)
    return joined.without_request() if another else joined
