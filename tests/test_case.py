"""A case: where it stands follows from what is known, and each change forgets what no longer holds."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from patients import HEADACHE, MARIA, SOMEBODY, TOO_MUCH

from counter_app.case import (
    WRITES,
    Case,
    Ending,
    Operation,
    Pending,
    Standing,
    Step,
    WriteInFlightError,
    merge,
    new_case,
)
from counter_app.models import (
    MEDICAL_INDICATION,
    Authorization,
    Coverage,
    Decision,
    Dispensation,
    DocumentType,
    Indication,
    Outcome,
    Proof,
)

NOW = datetime(2026, 6, 25, 14, 0, tzinfo=UTC)
RECIPE = Indication(path="/scan.pdf", name="scan.pdf", size=10)
LAB_ORDER = DocumentType(file_type="LAB_ORDER", required=True)
APPROVED = Decision(status="COMPLETED", authorizations=(Authorization(status="APPROVED", code="AUTH-1"),))
REJECTED = Decision(status="COMPLETED", authorizations=(Authorization(status="REJECTED"),))
WAITING = Decision(status="PENDING_SPONSOR")
MISSING = Decision(status="PENDING_INDICATION")
STRANGE = Decision(status="IN_AUDIT")
STARTED = Dispensation(dispensation_id="d-1", status="STARTED", verification_required="OTP")

FOUND = replace(new_case(sponsor="s"), matches=(SOMEBODY,), beneficiary=SOMEBODY)
CONFIRMED = replace(FOUND, confirmed=True)
CREATED = replace(CONFIRMED, prescription=HEADACHE, request_id="r-1")
ATTACHED = CREATED.attached(RECIPE)
UNCOVERED = replace(SOMEBODY, coverage=Coverage(active=False))


@pytest.mark.parametrize(
    ("case", "step"),
    [
        (new_case(), Step.BENEFICIARY),
        (FOUND, Step.BENEFICIARY),
        (replace(CONFIRMED, beneficiary=UNCOVERED), Step.BENEFICIARY),
        (CONFIRMED, Step.PRESCRIPTION),
        (replace(CONFIRMED, prescription=HEADACHE), Step.PRESCRIPTION),
        (CREATED, Step.INDICATION),
        (replace(CREATED, decision=MISSING), Step.INDICATION),
        (ATTACHED, Step.COMPLETE),
        (replace(ATTACHED, decision=MISSING), Step.COMPLETE),
        (replace(ATTACHED, policy=(LAB_ORDER,)), Step.INDICATION),
        (replace(ATTACHED, decision=WAITING), Step.COMPLETE),
        (replace(ATTACHED, decision=REJECTED), Step.COMPLETE),
        (replace(ATTACHED, decision=STRANGE), Step.COMPLETE),
        (replace(ATTACHED, decision=APPROVED), Step.DISPENSE),
        (replace(ATTACHED, decision=APPROVED, dispensation=STARTED), Step.DISPENSE),
        (new_case(brings_code=True), Step.DISPENSE),
        (replace(new_case(), dispensation=STARTED), Step.DISPENSE),
    ],
)
def test_the_step_is_the_first_that_is_not_done(case, step):
    assert case.step is step


@pytest.mark.parametrize(
    ("case", "standing"),
    [
        (new_case(), Standing.SERVING),
        (ATTACHED, Standing.SERVING),
        (replace(ATTACHED, decision=WAITING), Standing.WAITING),
        (replace(ATTACHED, decision=REJECTED), Standing.SERVING),
        (replace(ATTACHED, decision=STRANGE), Standing.SERVING),
        (replace(ATTACHED, decision=APPROVED), Standing.READY),
        (replace(ATTACHED, decision=APPROVED, dispensation=STARTED), Standing.SERVING),
        (replace(ATTACHED, decision=APPROVED, ending=Ending.DISPENSED), Standing.CLOSED),
        (replace(new_case(), ending=Ending.ABANDONED), Standing.CLOSED),
    ],
)
def test_a_case_stands_with_those_that_wait_for_the_same(case, standing):
    assert case.standing is standing


@pytest.mark.parametrize(
    ("decision", "decided"),
    [(None, False), (MISSING, False), (WAITING, True), (REJECTED, True), (STRANGE, True), (APPROVED, True)],
)
def test_a_request_is_out_of_reach_once_the_sponsor_has_it(decision, decided):
    assert replace(ATTACHED, decision=decision).decided is decided


def test_without_a_policy_the_medical_indication_is_asked_for():
    assert [each.file_type for each in CREATED.missing_documents] == [MEDICAL_INDICATION]
    assert ATTACHED.missing_documents == ()


def test_only_the_required_types_of_a_policy_are_missing():
    optional = DocumentType(file_type="SUPPORTING_DOCUMENT")
    case = replace(ATTACHED, policy=(LAB_ORDER, optional))
    assert case.missing_documents == (LAB_ORDER,)
    assert case.attached(replace(RECIPE, file_type="LAB_ORDER")).missing_documents == ()


def test_where_nothing_is_required_one_file_of_any_type_is_asked_for():
    optional = (DocumentType(file_type="A"), DocumentType(file_type="B"))
    case = replace(CREATED, policy=optional)
    assert case.missing_documents == optional[:1]
    assert case.attached(replace(RECIPE, file_type="B")).missing_documents == ()


@pytest.mark.parametrize(
    ("dispensation", "proof", "awaits"),
    [
        (None, None, False),
        (STARTED, None, True),
        (STARTED, Proof(otp_token="t"), False),
        (replace(STARTED, verification_required=None), None, False),
        (replace(STARTED, status="COMPLETED"), None, False),
    ],
)
def test_a_proof_is_awaited_while_the_dispensation_is_open_and_wants_one(dispensation, proof, awaits):
    assert replace(ATTACHED, dispensation=dispensation, proof=proof).awaits_proof is awaits


# --- how it changes ---------------------------------------------------------------------------------------------------


def test_a_new_question_forgets_whoever_was_found_before_and_keeps_what_is_half_typed():
    case = replace(CREATED, draft={"diagnosis": "R5"}).asked("other", MARIA)
    assert case == Case(
        case_id=CREATED.case_id,
        created_at=CREATED.created_at,
        updated_at=CREATED.updated_at,
        sponsor="other",
        query=MARIA,
        draft={"diagnosis": "R5"},
    )


def test_one_match_is_chosen_at_once_and_still_has_to_be_confirmed():
    case = replace(new_case(), confirmed=True).found((SOMEBODY,), NOW)
    assert (case.beneficiary, case.confirmed, case.searched_at) == (SOMEBODY, False, NOW)


def test_of_several_matches_none_is_chosen_by_itself():
    family = (SOMEBODY, replace(SOMEBODY, beneficiary_id="b-2"))
    case = FOUND.found(family, NOW)
    assert case.matches == family
    assert case.beneficiary is None


def test_choosing_another_person_drops_the_request_that_was_for_the_first():
    other = replace(SOMEBODY, beneficiary_id="b-2")
    case = replace(ATTACHED, policy=(LAB_ORDER,), outgoing=RECIPE, decision=MISSING, sent_at=NOW, code="A").chose(other)
    assert case.beneficiary == other
    assert not case.confirmed
    asked = (case.request_id, case.policy, case.outgoing, case.indications, case.decision, case.sent_at, case.code)
    assert asked == (None, (), None, (), None, None, None)
    assert case.prescription == HEADACHE


def test_choosing_the_same_person_again_changes_nothing():
    assert CREATED.chose(SOMEBODY) is CREATED


def test_a_changed_prescription_needs_a_request_of_its_own():
    case = ATTACHED.prescribed(TOO_MUCH)
    assert case.prescription == TOO_MUCH
    assert (case.request_id, case.indications) == (None, ())
    assert ATTACHED.prescribed(HEADACHE) is ATTACHED


def test_a_second_file_of_a_type_stands_beside_the_first():
    case = ATTACHED.attaching(RECIPE)
    assert case.outgoing == RECIPE
    case = case.attached(RECIPE)
    assert case.outgoing is None
    assert case.indications == (RECIPE, RECIPE)


def test_the_first_usable_code_is_ready_for_dispensing():
    expired = Authorization(status="APPROVED", code="AUTH-0", expires_at=NOW)
    good = Authorization(status="APPROVED", code="AUTH-1", expires_at=NOW + timedelta(days=1))
    decision = Decision(status="COMPLETED", authorizations=(expired, good))
    assert ATTACHED.decided_as(decision, NOW).code == "AUTH-1"
    assert ATTACHED.decided_as(REJECTED, NOW).code is None
    assert replace(ATTACHED, code="typed").decided_as(decision, NOW).code == "typed"


@pytest.mark.parametrize(
    ("case", "refused"),
    [
        (ATTACHED, False),
        (replace(ATTACHED, decision=REJECTED), True),
        (replace(ATTACHED, decision=REJECTED, ending=Ending.REJECTED), False),
        (replace(ATTACHED, decision=STRANGE), False),
        (replace(ATTACHED, decision=WAITING), False),
        (replace(ATTACHED, decision=APPROVED), False),
    ],
)
def test_a_case_is_refused_by_the_sponsors_no_alone(case, refused):
    assert case.refused is refused


@pytest.mark.parametrize(
    ("status", "taken_back"), [("STARTED", False), ("COMPLETED", False), ("CANCELLED", True), ("EXPIRED", True)]
)
def test_a_dispensation_is_taken_back_when_it_is_over_without_a_hand_over(status, taken_back):
    case = replace(ATTACHED, dispensation=replace(STARTED, status=status))
    assert case.taken_back is taken_back
    assert not case.started(Operation.CANCEL, NOW).taken_back
    assert not ATTACHED.taken_back


def test_a_code_without_an_invoice_of_ours_was_used_elsewhere():
    done = replace(ATTACHED, dispensation=replace(STARTED, status="COMPLETED"))
    assert done.used_elsewhere
    assert not replace(done, dispensation=STARTED).used_elsewhere
    assert done.ready_again(NOW).ending is Ending.ABANDONED


def test_after_a_dispensation_was_taken_back_the_code_is_redeemed_anew_or_the_case_is_over():
    spent = replace(ATTACHED, decision=APPROVED, code="AUTH-1", dispensation=replace(STARTED, status="CANCELLED"))
    spent = replace(spent, proof=Proof(otp_token="t"), transaction_id="k")
    ready = spent.ready_again(NOW)
    assert (ready.standing, ready.code) == (Standing.READY, "AUTH-1")
    assert (ready.dispensation, ready.proof, ready.transaction_id) == (None, None, None)
    assert replace(spent, decision=None).ready_again(NOW).ending is Ending.ABANDONED
    expired = Decision(status="COMPLETED", authorizations=(Authorization(status="APPROVED", code="A", expires_at=NOW),))
    assert replace(spent, decision=expired).ready_again(NOW).ending is Ending.ABANDONED


def test_a_case_starts_no_second_write_while_the_first_is_not_settled():
    case = CREATED.started(Operation.ATTACH, NOW, reference="r-1")
    pending = case.pending
    assert (pending.operation, pending.since, pending.reference) == (Operation.ATTACH, NOW, "r-1")
    with pytest.raises(WriteInFlightError, match="attach is not settled, complete may not start"):
        case.started(Operation.COMPLETE, NOW)
    assert case.settled().pending is None


def test_every_intent_has_a_key_of_its_own():
    keys = {CREATED.started(operation, NOW).pending.key for operation in WRITES}
    assert len(keys) == len(WRITES)


def test_the_transaction_of_a_hand_over_is_made_once_and_kept_for_every_further_try():
    first = replace(ATTACHED, dispensation=STARTED).started(Operation.FINISH, NOW)
    assert first.transaction_id == first.pending.key
    again = first.settled().started(Operation.FINISH, NOW)
    assert again.transaction_id == again.pending.key == first.transaction_id
    cancelling = first.settled().started(Operation.CANCEL, NOW)
    assert cancelling.pending.key != first.transaction_id


def test_a_case_opens_with_what_the_counter_knows():
    case = new_case(sponsor="s", brings_code=True)
    assert (case.sponsor, case.brings_code, case.pending) == ("s", True, None)
    assert case.created_at == case.updated_at
    assert case.created_at.tzinfo is not None
    assert new_case().case_id != new_case().case_id


@pytest.mark.parametrize("value", [CREATED, SOMEBODY, HEADACHE, MARIA, Pending(operation="x", key="k", since=NOW)])
def test_a_value_prints_its_class_alone(value):
    assert repr(value) == f"<{type(value).__name__}>"
    assert str(value) == repr(value)


# --- a late answer and what staff did meanwhile -----------------------------------------------------------------------


def test_a_late_answer_leaves_what_was_typed_meanwhile():
    ours = replace(CREATED, draft={"path": "/scan"}, policy=(LAB_ORDER,))
    theirs = replace(CREATED.attached(RECIPE), updated_at=NOW)
    joined = merge(CREATED, ours, theirs)
    assert joined == replace(ours, indications=(RECIPE,), updated_at=NOW)


def test_what_the_operation_changed_is_the_truth():
    ours = replace(ATTACHED, decision=WAITING, draft={"a": "b"})
    theirs = replace(ATTACHED, decision=APPROVED, code="AUTH-1")
    joined = merge(ATTACHED, ours, theirs)
    assert (joined.decision, joined.code, joined.draft) == (APPROVED, "AUTH-1", {"a": "b"})


def test_a_request_made_for_another_person_is_not_taken_for_the_one_chosen_meanwhile():
    base = replace(CONFIRMED, prescription=HEADACHE)
    other = replace(SOMEBODY, beneficiary_id="b-2")
    joined = merge(base, base.chose(other), replace(base, request_id="r-1"))
    assert joined.beneficiary == other
    assert joined.request_id is None


def test_a_file_sent_for_the_old_prescription_does_not_count_for_the_changed_one():
    joined = merge(CREATED, CREATED.prescribed(TOO_MUCH), CREATED.attached(RECIPE))
    assert joined.prescription == TOO_MUCH
    assert (joined.request_id, joined.indications) == (None, ())


@pytest.mark.parametrize(
    "theirs",
    [replace(ATTACHED, decision=APPROVED, code="AUTH-1"), ATTACHED.started(Operation.COMPLETE, NOW)],
    ids=["decided", "fate unknown"],
)
def test_what_went_to_the_sponsor_stays_what_the_case_is_about(theirs):
    joined = merge(ATTACHED, replace(ATTACHED.prescribed(TOO_MUCH), draft={"a": "b"}), theirs)
    assert joined == replace(theirs, draft={"a": "b"})


def test_every_outcome_of_a_decision_has_its_step():
    outcomes = {each.outcome for each in (APPROVED, REJECTED, WAITING, MISSING, STRANGE)}
    assert outcomes == set(Outcome) - {Outcome.PARTLY_APPROVED}
