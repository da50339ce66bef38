"""The counter: the cases open here, what is under way for each, and what comes back to which."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from overheard import close_counter
from patients import FAMILY, HEADACHE, MARIA, NOBODY, OTP_CODE, TOO_MUCH, invoice, paper
from pytestqt.qtbot import QtBot
from strongroom import journal_of

from counter_app.case import Case, Ending, Operation, Standing, Step, new_case
from counter_app.counter import Counter
from counter_app.models import Decision, DocumentType, Topic
from counter_app.osigu.errors import Kind
from counter_app.sandbox.running import RunningSandbox
from counter_app.settings import Profile

OpenCounter = Callable[..., Counter]


class Clerk:
    """Serves one patient at a counter, step by step, waiting for each answer as staff do."""

    def __init__(self, counter: Counter, qtbot: QtBot, folder: Path) -> None:
        self.counter, self._qtbot, self._folder = counter, qtbot, folder
        self.case_id = counter.open()

    @property
    def case(self) -> Case:
        return self.counter.case(self.case_id)

    def until(self, true: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(true, timeout=10_000)

    def free(self) -> None:
        """Wait until nothing is under way for the case."""
        self.until(lambda: self.counter.busy(self.case_id) is None)

    def send(self, operation: Operation, case: Case | None = None) -> Case:
        assert self.counter.send(operation, case or self.case)
        self.free()
        return self.case

    def well(self, operation: Operation, case: Case | None = None) -> Case:
        self.send(operation, case)
        assert self.counter.failure(self.case_id) is None
        return self.case

    def found(self, sponsor: str = "sponsor-sandbox") -> Case:
        self.well(Operation.SEARCH, self.case.asked(sponsor, MARIA))
        self.counter.change(replace(self.case, confirmed=True), "beneficiary.confirmed")
        return self.case

    def created(self, sponsor: str = "sponsor-sandbox", prescription=HEADACHE) -> Case:
        created = self.well(Operation.CREATE, self.found(sponsor).prescribed(prescription))
        if sponsor != "sponsor-review":
            self.until(lambda: bool(self.case.policy))
        return created

    def attached(self, sponsor: str = "sponsor-sandbox", prescription=HEADACHE) -> Case:
        self.created(sponsor, prescription)
        return self.well(Operation.ATTACH, self.case.attaching(paper(self._folder)))

    def decided(self, sponsor: str = "sponsor-sandbox", prescription=HEADACHE) -> Case:
        self.attached(sponsor, prescription)
        return self.well(Operation.COMPLETE)

    def started(self) -> Case:
        self.decided()
        return self.well(Operation.START)


@pytest.fixture
def clerk(counter: Counter, qtbot: QtBot, tmp_path: Path) -> Clerk:
    return Clerk(counter, qtbot, tmp_path)


@pytest.fixture
def wait(qtbot: QtBot) -> Callable[[Callable[[], bool]], None]:
    return lambda true: qtbot.waitUntil(true, timeout=10_000)


def on_disk(profile: Profile) -> dict[str, Case]:
    """The cases as another program would read them now."""
    store = journal_of(profile)
    cases = {each.case_id: each for each in store.cases()}
    store.close()
    return cases


# --- the whole job ----------------------------------------------------------------------------------------------------


def test_a_patient_is_served_from_the_card_to_the_hand_over(clerk, sandbox, profile, wait):
    started = clerk.started()
    done = clerk.well(Operation.FINISH, replace(started, invoice=invoice(started.dispensation.total)))
    assert (done.ending, done.standing) == (Ending.DISPENSED, Standing.CLOSED)
    close_counter(clerk.counter)
    assert on_disk(profile)[done.case_id] == done
    assert sandbox.token_calls == 1


def test_every_answer_is_told_once_to_whoever_listens(clerk, counter):
    case_id = clerk.case_id
    clerk.found()
    heard = counter.ears.heard
    assert heard[0] == ("listed",)
    assert counter.ears.of("busy_changed") == [(case_id,), (case_id,)]
    assert counter.ears.of("changed") == [(case_id,), (case_id,)]
    assert counter.ears.of("connection_changed") == [(None,)]
    assert counter.ears.of("failed") == []


def test_an_upload_tells_its_case_how_far_it_is(clerk, counter):
    clerk.attached()
    progress = counter.ears.of("progressed")
    assert {case_id for case_id, _, _ in progress} == {clerk.case_id}
    assert progress[-1][1] == progress[-1][2]


# --- opening and listing ----------------------------------------------------------------------------------------------


def test_a_new_case_is_for_the_first_sponsor_and_not_on_disk_until_something_is_known(counter, profile, wait):
    case_id = counter.open()
    assert counter.case(case_id).sponsor == profile.sponsors[0]
    assert counter.case(counter.open(brings_code=True)).sponsor is None
    counter.load()
    wait(lambda: len(counter.ears.of("listed")) == 3)
    assert on_disk(profile) == {}


def test_a_counter_without_sponsors_opens_a_case_all_the_same(open_counter):
    counter = open_counter(start=False)
    counter.profile = Profile()
    assert counter.case(counter.open()).sponsor is None


def test_cases_are_listed_newest_first(counter):
    cases = [counter.open() for _ in range(3)]
    counter.change(replace(counter.case(cases[0]), code="A"), "x")
    assert [each.case_id for each in counter.cases()] == [cases[0], cases[2], cases[1]]


def test_a_case_that_this_counter_does_not_have_is_an_error(counter):
    with pytest.raises(KeyError):
        counter.case("nobody")


def test_what_was_kept_is_there_when_the_counter_opens_again(clerk, open_counter, wait):
    clerk.attached()
    clerk.counter.write_draft(clerk.case_id, {"note": "half"})
    left = clerk.case
    close_counter(clerk.counter)
    again = open_counter()
    again.load()
    wait(lambda: bool(again.cases()))
    assert again.cases() == (left,)
    assert again.case(left.case_id).draft == {"note": "half"}


def test_loading_does_not_put_back_what_staff_have_changed_since(clerk, counter, wait):
    clerk.found()
    counter.change(replace(clerk.case, code="typed"), "x")
    counter.load()
    listed = len(counter.ears.of("listed"))
    wait(lambda: len(counter.ears.of("listed")) > listed)
    assert clerk.case.code == "typed"


# --- one operation at a time, each to its own case --------------------------------------------------------------------


def test_a_second_operation_is_refused_while_one_is_under_way(clerk, counter, sandbox):
    attached = clerk.attached()
    sandbox.slow("complete", seconds=0.2, times=1)
    assert counter.send(Operation.COMPLETE, attached)
    assert counter.busy(clerk.case_id) is Operation.COMPLETE
    assert not counter.send(Operation.COMPLETE, attached)
    assert not counter.send(Operation.ATTACH, attached)
    clerk.free()
    assert sandbox.count("complete") == 1
    assert clerk.case.decided


def test_a_late_answer_goes_to_its_own_case_alone(clerk, counter, sandbox, wait):
    sandbox.slow("search", seconds=0.2, times=1)
    counter.send(Operation.SEARCH, clerk.case.asked("sponsor-sandbox", MARIA))
    other = counter.open()
    assert counter.busy(other) is None
    before = counter.case(other)
    clerk.free()
    assert clerk.case.beneficiary.name == "MARIA GONZALEZ"
    assert counter.case(other) is before
    assert (other,) not in counter.ears.of("changed")


def test_four_patients_are_served_at_once(open_counter, qtbot, tmp_path, sandbox):
    counter = open_counter()
    clerks = [Clerk(counter, qtbot, tmp_path) for _ in range(4)]
    sandbox.slow("search", seconds=0.3, times=4)
    for each in clerks:
        counter.send(Operation.SEARCH, each.case.asked("sponsor-sandbox", MARIA))
    qtbot.waitUntil(lambda: sandbox.count("search") == 4)
    for each in clerks:
        each.free()
        assert each.case.beneficiary is not None


def test_what_was_typed_while_an_answer_was_under_way_stays(clerk, counter, sandbox):
    sandbox.slow("search", seconds=0.2, times=1)
    counter.send(Operation.SEARCH, clerk.case.asked("sponsor-sandbox", MARIA))
    counter.write_draft(clerk.case_id, {"note": "meanwhile"})
    clerk.free()
    assert clerk.case.draft == {"note": "meanwhile"}
    assert clerk.case.beneficiary is not None


def test_what_staff_changed_while_an_answer_was_under_way_is_kept_once_it_is_there(clerk, counter, sandbox, profile):
    clerk.attached()
    sandbox.slow("complete", seconds=0.2, times=1)
    counter.send(Operation.COMPLETE, clerk.case)
    more = (DocumentType(file_type="PHOTO"),)
    counter.change(replace(clerk.case, policy=more), "policy")
    assert clerk.case.policy == more
    clerk.free()
    close_counter(counter)
    kept = on_disk(profile)[clerk.case_id]
    assert kept.policy == more
    assert kept.decided
    assert kept.pending is None


def test_a_change_that_changes_nothing_is_not_told(clerk, counter):
    clerk.found()
    told = len(counter.ears.heard)
    counter.change(clerk.case, "nothing")
    assert len(counter.ears.heard) == told


# --- failures ---------------------------------------------------------------------------------------------------------


def test_a_failure_stands_until_the_next_try(clerk, counter):
    case_id = clerk.case_id
    clerk.send(Operation.SEARCH, clerk.case.asked("sponsor-sandbox", NOBODY))
    ((told_id, operation, failure),) = counter.ears.of("failed")
    assert (told_id, operation, failure.kind) == (case_id, Operation.SEARCH, Kind.NOT_FOUND)
    assert counter.failure(case_id) == (Operation.SEARCH, failure)
    clerk.well(Operation.SEARCH, clerk.case.asked("sponsor-sandbox", MARIA))
    assert counter.ears.of("recovered") == [(case_id,)]
    assert counter.failure(case_id) is None


def test_a_failure_is_forgotten_when_staff_correct_the_field(clerk, counter):
    clerk.send(Operation.SEARCH, clerk.case.asked("sponsor-sandbox", NOBODY))
    counter.forget_failure(clerk.case_id)
    counter.forget_failure(clerk.case_id)
    assert counter.failure(clerk.case_id) is None
    assert counter.ears.of("recovered") == [(clerk.case_id,)]


@pytest.mark.parametrize(
    ("status", "shown"), [(503, Kind.BUSY), (429, Kind.BUSY), (422, None), (403, None), (502, Kind.UNKNOWN)]
)
def test_the_connection_shows_what_the_last_call_said_of_it(clerk, counter, sandbox, status, shown):
    clerk.found()
    sandbox.fail("create", status=status)
    clerk.send(Operation.CREATE, clerk.case.prescribed(HEADACHE))
    assert counter.ears.of("connection_changed")[-1] == (shown,)
    clerk.well(Operation.CREATE)
    assert counter.ears.of("connection_changed")[-1] == (None,)


# --- giving up, and what is not confirmed -----------------------------------------------------------------------------


def test_a_search_that_staff_stop_waiting_for_leaves_the_case_as_it_was(clerk, counter, sandbox):
    sandbox.slow("search", seconds=60, times=1)
    asked = clerk.case.asked("sponsor-sandbox", MARIA)
    counter.send(Operation.SEARCH, asked)
    clerk.until(lambda: sandbox.count("search") == 1)
    counter.stop_waiting(clerk.case_id)
    clerk.free()
    assert clerk.case == asked
    assert counter.failure(clerk.case_id)[1].kind is Kind.STOPPED
    assert counter.unconfirmed() == 0


def test_stopping_at_once_frees_the_case_however_early_it_is(open_counter, qtbot, tmp_path):
    counter = open_counter(start=False)
    clerk = Clerk(counter, qtbot, tmp_path)
    counter.send(Operation.SEARCH, clerk.case.asked("sponsor-sandbox", MARIA))
    counter.stop_waiting(clerk.case_id)
    counter._worker.start()
    clerk.free()
    assert counter.failure(clerk.case_id)[1].kind is Kind.STOPPED


def test_a_write_that_staff_stop_waiting_for_is_not_confirmed_until_it_is_looked_up(clerk, counter, sandbox):
    clerk.attached()
    sandbox.slow("complete", seconds=0.3, times=1)
    counter.send(Operation.COMPLETE, clerk.case)
    assert counter.unconfirmed() == 1
    clerk.until(lambda: sandbox.count("complete") == 1)
    counter.stop_waiting(clerk.case_id)
    clerk.free()
    assert clerk.case.pending.operation is Operation.COMPLETE
    assert counter.unconfirmed() == 1
    clerk.until(lambda: sandbox.requests_made[-1].completed)
    assert clerk.well(Operation.LOOK_UP).decided
    assert counter.unconfirmed() == 0
    assert sandbox.count("complete") == 1


def test_stopping_one_wait_leaves_the_others(clerk, counter, sandbox, qtbot, tmp_path):
    other = Clerk(counter, qtbot, tmp_path)
    sandbox.slow("search", seconds=0.3, times=2)
    for each in (clerk, other):
        counter.send(Operation.SEARCH, each.case.asked("sponsor-sandbox", MARIA))
    counter.stop_waiting(clerk.case_id)
    clerk.free()
    other.free()
    assert counter.failure(other.case_id) is None
    assert other.case.beneficiary is not None


# --- what is half typed -----------------------------------------------------------------------------------------------


def test_a_draft_is_on_the_disk_a_moment_after_the_last_key(clerk, counter, profile, wait):
    counter.load()
    wait(lambda: len(counter.ears.of("listed")) == 2)
    for text in ("R", "R5", "R51"):
        counter.write_draft(clerk.case_id, {"diagnosis": text})
    assert clerk.case.draft == {"diagnosis": "R51"}
    wait(lambda: [each.draft for each in on_disk(profile).values()] == [{"diagnosis": "R51"}])


def test_an_emptied_field_leaves_the_draft(clerk, counter):
    counter.write_draft(clerk.case_id, {"a": "1", "b": "2"})
    counter.write_draft(clerk.case_id, {"a": ""})
    assert clerk.case.draft == {"b": "2"}


def test_typing_the_same_again_writes_nothing(clerk, counter):
    counter.write_draft(clerk.case_id, {"a": "1"})
    counter.keep_drafts()
    counter.write_draft(clerk.case_id, {"a": "1"})
    assert not counter._cases._draft_timer.isActive()


def test_the_patients_code_is_remembered_but_never_on_the_disk(clerk, counter, profile):
    counter.write_draft(clerk.case_id, {"otp": OTP_CODE, "invoice_number": "FV-1"})
    assert clerk.case.draft["otp"] == OTP_CODE
    close_counter(counter)
    assert on_disk(profile)[clerk.case_id].draft == {"invoice_number": "FV-1"}
    for file in profile.data_dir.iterdir():
        assert OTP_CODE.encode() not in file.read_bytes()


def test_a_draft_of_a_case_that_is_gone_is_not_kept(clerk, counter, profile):
    counter.write_draft(clerk.case_id, {"a": " "})
    counter.put_aside(clerk.case_id)
    close_counter(counter)
    assert on_disk(profile) == {}


# --- putting a case aside ---------------------------------------------------------------------------------------------


def test_a_case_in_which_nothing_is_known_is_forgotten(clerk, counter):
    counter.put_aside(clerk.case_id)
    assert counter.cases() == ()
    assert counter.ears.of("listed")[-1] == ()


def test_a_case_that_was_emptied_again_is_forgotten_on_the_disk_as_well(clerk, counter, profile):
    counter.write_draft(clerk.case_id, {"a": "1"})
    counter.keep_drafts()
    counter.write_draft(clerk.case_id, {"a": ""})
    counter.put_aside(clerk.case_id)
    close_counter(counter)
    assert on_disk(profile) == {}


@pytest.mark.parametrize("known", ["typed", "found", "under way"])
def test_a_case_in_which_something_is_known_stays(clerk, counter, sandbox, known):
    if known == "typed":
        counter.write_draft(clerk.case_id, {"a": "1"})
    elif known == "found":
        clerk.found()
    else:
        sandbox.slow("search", seconds=60, times=1)
        counter.send(Operation.SEARCH, clerk.case.asked("sponsor-sandbox", MARIA))
    counter.put_aside(clerk.case_id)
    assert clerk.case.ending is None


def test_a_rejected_case_is_closed_when_it_is_put_aside(clerk, counter, profile):
    clerk.decided("sponsor-review", TOO_MUCH)
    counter.put_aside(clerk.case_id)
    assert clerk.case.ending is Ending.REJECTED
    assert clerk.case.standing is Standing.CLOSED
    counter.put_aside(clerk.case_id)
    close_counter(counter)
    assert on_disk(profile)[clerk.case_id].ending is Ending.REJECTED


def test_an_answer_that_nobody_understands_is_no_rejection(clerk, counter):
    attached = clerk.attached()
    counter.change(replace(attached, decision=Decision(status="IN_AUDIT")), "x")
    counter.put_aside(clerk.case_id)
    assert clerk.case.ending is None


@pytest.mark.parametrize("sponsor", ["sponsor-async", "sponsor-sandbox"])
def test_a_case_that_waits_or_is_ready_stays_open_when_it_is_put_aside(clerk, counter, sponsor):
    clerk.decided(sponsor)
    counter.put_aside(clerk.case_id)
    assert clerk.case.ending is None


def test_a_code_whose_dispensation_was_taken_back_is_ready_again(clerk, counter, sandbox):
    clerk.started()
    clerk.well(Operation.CANCEL)
    counter.put_aside(clerk.case_id)
    assert clerk.case.standing is Standing.READY
    assert clerk.well(Operation.START).dispensation.open


def test_a_brought_code_whose_dispensation_was_taken_back_is_over(clerk, counter):
    case_id = counter.open(brings_code=True)
    clerk.case_id = case_id
    clerk.well(Operation.START, replace(clerk.case, code="RX-2026-000101"))
    clerk.well(Operation.CANCEL)
    counter.put_aside(case_id)
    assert clerk.case.ending is Ending.ABANDONED


# --- the sponsor's files ----------------------------------------------------------------------------------------------


def test_the_policy_comes_by_itself_after_the_request_and_is_kept(clerk, counter, profile):
    clerk.created()
    wanted = clerk.case.policy
    assert [each.file_type for each in wanted if each.required] == ["MEDICAL_INDICATION"]
    close_counter(counter)
    assert on_disk(profile)[clerk.case_id].policy == wanted


def test_a_policy_that_could_not_be_had_is_asked_for_again_with_the_next_file(clerk, counter, sandbox, tmp_path):
    sandbox.fail("document_policy", status=403)
    clerk.found()
    clerk.well(Operation.CREATE, clerk.case.prescribed(HEADACHE))
    clerk.until(lambda: bool(counter.ears.of("unanswered")))
    assert clerk.case.policy == ()
    clerk.well(Operation.ATTACH, clerk.case.attaching(paper(tmp_path)))
    clerk.until(lambda: bool(clerk.case.policy))


def test_a_policy_that_could_not_be_had_is_asked_for_again_when_a_file_is_missing(clerk, counter, sandbox):
    sandbox.fail("document_policy", status=403)
    clerk.found()
    clerk.well(Operation.CREATE, clerk.case.prescribed(HEADACHE))
    clerk.until(lambda: bool(counter.ears.of("unanswered")))
    clerk.send(Operation.COMPLETE)
    assert counter.failure(clerk.case_id)[1].fields == {"indication": "missing"}
    clerk.until(lambda: bool(clerk.case.policy))
    assert clerk.case.step is Step.INDICATION


def test_a_policy_that_is_known_is_not_asked_for_again(clerk, sandbox):
    clerk.decided()
    assert sandbox.count("document_policy") == 1


def test_a_policy_is_not_asked_for_before_there_is_a_request(clerk, sandbox):
    clerk.found()
    sandbox.fail("create", status=422)
    clerk.send(Operation.CREATE, clerk.case.prescribed(HEADACHE))
    assert sandbox.count("document_policy") == 0


def test_a_policy_for_a_request_that_is_gone_goes_nowhere(clerk, counter, sandbox):
    sandbox.slow("document_policy", seconds=0.2, times=1)
    clerk.found()
    clerk.well(Operation.CREATE, clerk.case.prescribed(HEADACHE))
    clerk.until(lambda: sandbox.count("document_policy") == 1)
    counter.change(clerk.case.prescribed(TOO_MUCH), "prescription.lines")
    clerk.until(lambda: bool(counter.ears.of("answered")))
    assert clerk.case.policy == ()


# --- questions --------------------------------------------------------------------------------------------------------


def test_an_answer_comes_back_with_what_was_asked(counter, wait):
    counter.ask(Topic.FORMS, "sponsor-sandbox")
    wait(lambda: bool(counter.ears.of("answered")))
    ((topic, given, answer),) = counter.ears.of("answered")
    assert (topic, given, len(answer)) == (Topic.FORMS, ("sponsor-sandbox",), 2)
    assert counter.ears.of("connection_changed") == [(None,)]


def test_no_answer_comes_back_with_what_was_asked_and_why(counter, wait):
    counter.ask(Topic.FORMS, "sponsor-nobody")
    wait(lambda: bool(counter.ears.of("unanswered")))
    ((topic, given, failure),) = counter.ears.of("unanswered")
    assert (topic, given, failure.kind) == (Topic.FORMS, ("sponsor-nobody",), Kind.NOT_AFFILIATED)


def test_diagnoses_are_found_on_this_computer(counter, sandbox, wait):
    counter.ask(Topic.DIAGNOSES, "r51")
    wait(lambda: bool(counter.ears.of("answered")))
    ((_, _, (found,)),) = counter.ears.of("answered")
    assert found.title == "Headache"
    assert sandbox.calls == ()


# --- what OSIGU still owes --------------------------------------------------------------------------------------------


def test_a_waiting_case_moves_by_itself_when_the_sponsor_has_decided(open_counter, qtbot, tmp_path, sandbox):
    counter = open_counter(poll_ms=10)
    clerk = Clerk(counter, qtbot, tmp_path)
    clerk.decided("sponsor-async")
    assert clerk.case.standing is Standing.WAITING
    sandbox.pass_time(60)
    clerk.until(lambda: clerk.case.standing is Standing.READY)
    assert counter.ears.of("failed") == []


def test_an_unknown_write_is_settled_by_itself(open_counter, qtbot, tmp_path, sandbox: RunningSandbox):
    counter = open_counter(poll_ms=10)
    clerk = Clerk(counter, qtbot, tmp_path)
    clerk.attached()
    sandbox.lose_answer("complete")
    sandbox.fail("read_request", status=403, times=1)
    counter.send(Operation.COMPLETE, clerk.case)
    clerk.until(lambda: clerk.case.decided)
    clerk.until(lambda: counter.failure(clerk.case_id) is None)
    assert counter.ears.of("recovered") == [(clerk.case_id,)]
    assert sandbox.count("complete") == 1


def test_a_look_up_by_itself_that_fails_says_nothing_anew(open_counter, qtbot, tmp_path, sandbox):
    counter = open_counter(poll_ms=10)
    clerk = Clerk(counter, qtbot, tmp_path)
    clerk.attached()
    sandbox.drop("complete")
    counter.send(Operation.COMPLETE, clerk.case)
    clerk.until(lambda: sandbox.count("read_request") >= 4)
    ((_, operation, failure),) = counter.ears.of("failed")
    assert (operation, failure.kind) == (Operation.COMPLETE, Kind.UNKNOWN)
    assert counter.failure(clerk.case_id) == (operation, failure)
    assert clerk.case.pending is not None


def test_those_who_wait_are_asked_for_one_at_a_time_each_in_its_turn(open_counter, qtbot, tmp_path, sandbox):
    counter = open_counter()
    clerks = [Clerk(counter, qtbot, tmp_path) for _ in range(3)]
    for each in clerks:
        each.decided("sponsor-async")
    for _ in range(3):
        before = sandbox.count("read_request")
        counter._on_polled()
        assert sum(counter.busy(each.case_id) is not None for each in clerks) == 1
        for each in clerks:
            each.free()
        assert sandbox.count("read_request") == before + 1
    paths = {call.path for call in sandbox.calls if call.operation == "read_request"}
    assert len(paths) == 3


def test_a_waiting_case_that_is_under_way_is_not_asked_for_as_well(clerk, counter, sandbox):
    clerk.decided("sponsor-async")
    sandbox.slow("read_request", seconds=0.2, times=1)
    counter.send(Operation.READ_DECISION, clerk.case)
    counter._on_polled()
    clerk.free()
    assert sandbox.count("read_request") == 1


def test_while_nobody_waits_nothing_is_asked(clerk, counter, sandbox):
    clerk.decided()
    calls = len(sandbox.calls)
    counter._on_polled()
    assert counter.busy(clerk.case_id) is None
    assert len(sandbox.calls) == calls


def test_a_waiting_case_keeps_its_place_in_the_list_while_it_is_asked_for(clerk, counter, qtbot, tmp_path):
    clerk.decided("sponsor-async")
    Clerk(counter, qtbot, tmp_path).decided("sponsor-async")
    order = [each.case_id for each in counter.cases()]
    for _ in range(2):
        counter._on_polled()
        qtbot.waitUntil(lambda: all(counter.busy(each) is None for each in order))
        assert [each.case_id for each in counter.cases()] == order


# --- the journal can't be used ----------------------------------------------------------------------------------------


def test_a_journal_that_can_not_be_opened_is_told(open_counter, profile, tmp_path, wait):
    (tmp_path / "file").write_text("in the way")
    counter = open_counter(lambda: replace(profile, data_dir=tmp_path / "file"))
    counter.load()
    wait(lambda: counter.safekeeping.trouble is not None)
    assert counter.safekeeping.trouble.kind is Kind.SETTINGS
    assert counter.safekeeping.trouble.code.startswith("journal.")
    assert not counter.safekeeping.keeps


def test_a_program_that_can_not_be_prepared_is_told_and_nobody_waits_for_ever(open_counter, wait):
    def prepare() -> Profile:
        raise RuntimeError("the sandbox does not start")

    counter = open_counter(prepare)
    counter.load()
    wait(lambda: counter.safekeeping.trouble is not None)
    assert counter.safekeeping.trouble.kind is Kind.BUG
    case_id = counter.open()
    counter.send(Operation.SEARCH, counter.case(case_id).asked("sponsor-sandbox", MARIA))
    wait(lambda: counter.busy(case_id) is None)
    assert counter.failure(case_id)[1].kind is Kind.BUG


@pytest.mark.parametrize("table", ["cases", "drafts"])
def test_a_disk_that_refuses_later_is_told(clerk, counter, profile, wait, table):
    clerk.found()
    wait(lambda: clerk.case_id in on_disk(profile))
    store = journal_of(profile)
    with store._engine.begin() as connection:
        connection.exec_driver_sql(f"drop table {table}")
    store.close()
    counter.write_draft(clerk.case_id, {"a": "1"})
    counter.change(replace(clerk.case, code="A"), "x")
    wait(lambda: counter.safekeeping.trouble is not None)
    assert counter.safekeeping.trouble.kind is Kind.SETTINGS


def test_a_family_is_chosen_from_and_the_choice_is_kept(clerk, counter, profile):
    clerk.well(Operation.SEARCH, clerk.case.asked("sponsor-review", FAMILY))
    chosen = clerk.case.matches[1]
    counter.change(clerk.case.chose(chosen), "beneficiary.chosen")
    close_counter(counter)
    assert on_disk(profile)[clerk.case_id].beneficiary == chosen


def test_what_lands_for_nobody_is_passed_over(counter, wait):
    counter._jobs._on_landed(99, None)
    counter._jobs._on_progressed(99, 1, 2)
    counter._questions._on_landed(99, None)
    assert counter.ears.heard == []
    assert new_case() not in counter.cases()


def test_what_never_came_to_the_line_says_nothing_of_the_connection(clerk, counter, sandbox):
    sandbox.slow("search", seconds=60, times=1)
    counter.send(Operation.SEARCH, clerk.case.asked("sponsor-sandbox", MARIA))
    counter.stop_waiting(clerk.case_id)
    clerk.free()
    assert counter.ears.of("connection_changed") == []


def test_a_prescription_on_its_way_is_not_confirmed_either(clerk, counter, sandbox):
    clerk.found()
    sandbox.slow("create", seconds=0.2, times=1)
    counter.send(Operation.CREATE, clerk.case.prescribed(HEADACHE))
    assert counter.unconfirmed() == 1
    clerk.free()
    assert counter.unconfirmed() == 0


def test_what_the_last_session_left_unconfirmed_is_looked_up_at_once(clerk, open_counter, sandbox, wait):
    clerk.attached()
    sandbox.drop("complete")
    sandbox.fail("read_request", status=403, times=1)
    clerk.send(Operation.COMPLETE)
    assert clerk.case.pending is not None
    before = sandbox.count("read_request")
    close_counter(clerk.counter)
    again = open_counter()
    again.load()
    wait(lambda: sandbox.count("read_request") > before)
    assert sandbox.count("complete") == 1


def test_a_case_found_on_the_disk_does_not_put_back_what_staff_have_changed(clerk, counter, wait):
    clerk.found()
    counter.change(replace(clerk.case, code="typed"), "x")
    counter.find("maria")
    wait(lambda: counter.found("maria") == {clerk.case_id})
    assert clerk.case.code == "typed"
    assert counter.found("mari") == frozenset()


def test_cases_past_their_time_are_wiped_when_the_journal_is_open(open_counter, profile, wait):
    store = journal_of(profile)
    kept = store.keep(replace(new_case(), ending=Ending.DISPENSED), "x")
    with store._engine.begin() as connection:
        connection.exec_driver_sql("update cases set updated_at = '2020-01-01T00:00:00+00:00'")
    store.close()
    counter = open_counter()
    wait(lambda: kept.case_id not in on_disk(profile))
    assert not counter.has(kept.case_id)
