"""What is done by itself, and when: the plan alone, with quick times and a clock that the test moves."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from patients import Moment
from pytestqt.qtbot import QtBot

from counter_app.case import Case, Operation, Pending, new_case
from counter_app.going_on import GoingOn, Pace
from counter_app.models import Decision
from counter_app.osigu.errors import Failure, Kind

OFFLINE = Failure(kind=Kind.OFFLINE)
NEVER = 3_600_000


class Plan:
    """A plan overheard."""

    def __init__(self, pace: Pace, poll_ms: int = NEVER) -> None:
        self.now = Moment()
        self.going_on = GoingOn(pace, poll_ms=poll_ms, now=self.now)
        self.due: list[tuple[str, Operation]] = []
        self.changed: list[str] = []
        self.going_on.due.connect(lambda case_id, operation: self.due.append((case_id, operation)))
        self.going_on.changed.connect(self.changed.append)

    def waits(self, case: Case) -> int:
        return self.going_on._waits[case.case_id].timer.interval()


@pytest.fixture
def case() -> Case:
    return new_case()


@pytest.fixture
def slow(qtbot: QtBot) -> Plan:
    """A plan in which nothing comes due during a test."""
    return Plan(Pace(first=100_000, repeat=400_000))


@pytest.fixture
def quick(qtbot: QtBot) -> Plan:
    return Plan(Pace(first=1, repeat=1), poll_ms=NEVER)


def pending(case: Case) -> Case:
    return replace(case, pending=Pending(operation=Operation.COMPLETE, key="k", since=datetime.now(UTC)))


def test_the_waits_double_up_to_the_longest(slow: Plan, case: Case) -> None:
    waits = []
    for _ in range(4):
        slow.going_on.follow(case, OFFLINE, Operation.SEARCH)
        waits.append(slow.waits(case))
    assert waits == [100_000, 200_000, 400_000, 400_000]


def test_pressing_again_begins_with_the_shortest_wait(slow: Plan, case: Case) -> None:
    for _ in range(3):
        slow.going_on.follow(case, OFFLINE, Operation.SEARCH)
    slow.going_on.pressed(case.case_id)
    assert not slow.going_on.repeats(case.case_id)
    slow.going_on.follow(case, OFFLINE, Operation.SEARCH)
    assert slow.waits(case) == 100_000


def test_a_question_without_a_line_is_asked_again(quick: Plan, case: Case, qtbot: QtBot) -> None:
    quick.going_on.follow(case, OFFLINE, Operation.SEARCH)
    assert quick.going_on.repeats(case.case_id)
    qtbot.waitUntil(lambda: quick.due == [(case.case_id, Operation.SEARCH)])


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.OFFLINE])
def test_nothing_else_that_fails_is_tried_again_by_itself(slow: Plan, case: Case, kind: Kind) -> None:
    slow.going_on.pressed(case.case_id)
    slow.going_on.follow(case, Failure(kind=kind), Operation.CREATE)
    assert not slow.going_on._waits


def test_what_nobody_asked_for_is_not_tried_again(slow: Plan, case: Case) -> None:
    slow.going_on.follow(case, OFFLINE, None)
    assert not slow.going_on._waits


def test_a_write_of_unknown_fate_is_only_looked_up(slow: Plan, case: Case) -> None:
    slow.going_on.pressed(case.case_id)
    slow.going_on.follow(pending(case), OFFLINE, Operation.COMPLETE)
    assert slow.going_on._waits[case.case_id].operation is Operation.LOOK_UP
    assert not slow.going_on.repeats(case.case_id)
    slow.going_on.stop(case.case_id)
    assert slow.going_on._waits


def test_the_longest_wait_between_two_look_ups_is_that_of_the_poll(qtbot: QtBot, case: Case) -> None:
    plan = Plan(Pace(first=100_000), poll_ms=150_000)
    for _ in range(2):
        plan.going_on.follow(pending(case), Failure(kind=Kind.UNKNOWN), Operation.COMPLETE)
    assert plan.waits(case) == 150_000


def test_a_write_leaves_by_itself_only_while_staff_pressed_for_it_lately(slow: Plan, case: Case) -> None:
    slow.going_on.pressed(case.case_id)
    slow.going_on.follow(case, OFFLINE, Operation.CREATE)
    assert slow.going_on.repeats(case.case_id)
    slow.now.pass_time(10 * 60)
    slow.going_on.follow(case, OFFLINE, Operation.CREATE)
    assert not slow.going_on.repeats(case.case_id)
    assert slow.changed == [case.case_id, case.case_id]


def test_a_write_that_nobody_pressed_for_never_leaves(slow: Plan, case: Case) -> None:
    slow.going_on.follow(case, OFFLINE, Operation.CREATE)
    assert not slow.going_on.repeats(case.case_id)


def test_a_computer_that_slept_does_not_send_what_was_wanted_before(slow: Plan, case: Case) -> None:
    slow.going_on.pressed(case.case_id)
    slow.going_on.follow(case, OFFLINE, Operation.CREATE)
    slow.now.pass_time(3_600)
    slow.going_on._on_time(case.case_id)
    assert slow.due == []
    assert not slow.going_on.repeats(case.case_id)


def test_a_clock_that_was_set_back_does_not_make_an_old_word_new(slow: Plan, case: Case) -> None:
    slow.going_on.pressed(case.case_id)
    slow.now.pass_time(-3_600)
    slow.going_on.follow(case, OFFLINE, Operation.CREATE)
    assert not slow.going_on.repeats(case.case_id)


def test_with_the_line_back_those_who_wait_for_it_go_at_once(slow: Plan, case: Case, qtbot: QtBot) -> None:
    other = pending(new_case())
    slow.going_on.follow(case, OFFLINE, Operation.SEARCH)
    slow.going_on.follow(other, Failure(kind=Kind.UNKNOWN), Operation.COMPLETE)
    slow.going_on.line_is_back()
    qtbot.waitUntil(lambda: bool(slow.due))
    assert slow.due == [(case.case_id, Operation.SEARCH)]


def test_a_case_that_went_well_is_left_alone(slow: Plan, case: Case) -> None:
    slow.going_on.follow(case, OFFLINE, Operation.SEARCH)
    slow.going_on.follow(case)
    assert not slow.going_on._waits
    slow.going_on._on_time(case.case_id)
    assert slow.due == []


def test_those_who_wait_for_a_sponsor_are_asked_for_in_their_turn(slow: Plan) -> None:
    waiting = [replace(new_case(), decision=Decision(status="PENDING_SPONSOR")) for _ in range(3)]
    asked = [slow.going_on.next_of(waiting).case_id for _ in range(6)]
    assert asked == [each.case_id for each in waiting] * 2
    assert slow.going_on.next_of([new_case(), pending(waiting[0])]) is None
