"""All calls together keep within OSIGU's limit, and nobody at the counter waits because of what the program asks."""

import asyncio
import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from odd_desk import TOKEN, Hours, failure_of, says, settled

from counter_app.osigu.budget import WINDOW, Budget, Urgency, current_urgency, in_background
from counter_app.osigu.errors import Kind

FORMS = "/v1/sponsors/s/forms"
TOKENS = "/v1/oauth/token"
STAFF, BACKGROUND = Urgency.STAFF, Urgency.BACKGROUND


@pytest.fixture
def hours() -> Hours:
    return Hours()


class Callers:
    """Calls that want to leave, and the order and moments in which they did."""

    def __init__(self, budget: Budget, hours: Hours) -> None:
        self.budget = budget
        self.hours = hours
        self.left: list[tuple[str, float]] = []

    def want(self, urgency: Urgency, *names: str) -> list[asyncio.Task[None]]:
        return [asyncio.create_task(self._leave(urgency, name)) for name in names]

    async def _leave(self, urgency: Urgency, name: str) -> None:
        await self.budget.spend(urgency)
        self.left.append((name, self.hours.now))

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.left]


@pytest.fixture
def callers(hours: Hours) -> Callers:
    return Callers(Budget(5, hours.clock, hours.sleep), hours)


def numbered(name: str, count: int) -> list[str]:
    return [f"{name}{number}" for number in range(count)]


async def test_so_many_calls_leave_at_once_and_the_next_when_the_oldest_is_a_minute_old(callers, hours):
    callers.want(STAFF, "first")
    await hours.pass_time(10)
    callers.want(STAFF, *numbered("next", 5))
    await hours.pass_time(49.9)
    assert callers.names == ["first", "next0", "next1", "next2", "next3"]
    await hours.pass_time(0.2)
    assert callers.left[-1] == ("next4", 1_060.0)


async def test_staff_are_served_in_the_order_in_which_they_came(callers, hours):
    await asyncio.gather(*callers.want(STAFF, *numbered("early", 5)))
    callers.want(STAFF, *numbered("late", 12))
    await hours.pass_time(180)
    assert callers.names[5:] == numbered("late", 12)
    assert [moment for _, moment in callers.left[5:]] == [1_060.0] * 5 + [1_120.0] * 5 + [1_180.0] * 2


async def test_a_storm_of_looking_up_leaves_part_of_the_budget_to_staff(callers, hours):
    callers.want(BACKGROUND, *numbered("poll", 20))
    await hours.pass_time(1)
    assert callers.names == numbered("poll", 3)
    callers.want(STAFF, "patient0", "patient1")
    await settled()
    assert callers.names[3:] == ["patient0", "patient1"]


async def test_what_the_program_asks_waits_until_it_keeps_nobody_waiting(callers, hours):
    callers.want(STAFF, *numbered("patient", 4))
    await hours.pass_time(1)
    callers.want(BACKGROUND, "poll")
    await hours.pass_time(58)
    assert "poll" not in callers.names
    callers.want(STAFF, "late patient")
    await settled()
    assert callers.names[-1] == "late patient"
    await hours.pass_time(2)
    assert callers.left[-1] == ("poll", 1_060.0)


async def test_when_a_place_falls_free_staff_who_wait_are_before_the_program_that_waited_longer(hours):
    callers = Callers(Budget(1, hours.clock, hours.sleep), hours)
    callers.want(BACKGROUND, "poll0", "poll1")
    await settled()
    callers.want(STAFF, "patient0", "patient1")
    await hours.pass_time(300)
    assert callers.names == ["poll0", "patient0", "patient1", "poll1"]


async def test_who_is_told_to_stop_gives_the_place_up(callers, hours):
    await asyncio.gather(*callers.want(STAFF, *numbered("early", 5)))
    given_up, next_one = callers.want(STAFF, "given up", "next")
    await settled()
    given_up.cancel()
    await hours.pass_time(60)
    assert given_up.cancelled()
    assert next_one.done()
    assert callers.names[5:] == ["next"]


async def test_staff_who_stop_do_not_hold_the_program_up_for_ever(hours):
    callers = Callers(Budget(1, hours.clock, hours.sleep), hours)
    callers.want(STAFF, "early")
    (given_up,) = callers.want(STAFF, "given up")
    callers.want(BACKGROUND, "poll")
    await settled()
    given_up.cancel()
    await hours.pass_time(60)
    assert callers.names == ["early", "poll"]


async def test_nobody_asks_the_clock_again_and_again_while_waiting(callers, hours):
    callers.want(STAFF, *numbered("patient", 8))
    callers.want(BACKGROUND, *numbered("poll", 8))
    await settled()
    assert hours.naps == 1
    await hours.pass_time(59)
    assert hours.naps == 1


@settings(deadline=None, max_examples=50)
@given(
    st.integers(1, 12),
    st.lists(st.tuples(st.sampled_from(Urgency), st.sampled_from([0.0, 0.0, 0.3, 7.0, 40.0, 61.0])), max_size=60),
)
def test_whoever_asks_whenever_no_minute_ever_holds_more_calls_than_the_budget(per_minute, asked):
    async def day() -> list[float]:
        hours = Hours()
        callers = Callers(Budget(per_minute, hours.clock, hours.sleep), hours)
        for urgency, pause in asked:
            callers.want(urgency, "call")
            await hours.pass_time(pause)
        await hours.pass_time(WINDOW * (len(asked) + 1))
        return [moment for _, moment in callers.left]

    left = asyncio.run(day())
    assert len(left) == len(asked)
    assert all(later - early >= WINDOW - 1e-6 for early, later in zip(left, left[per_minute:], strict=False))


async def test_a_wait_for_the_budget_is_told_to_whoever_listens_and_logged_without_an_id(hours, caplog):
    caplog.set_level(logging.INFO)
    told: list[float] = []
    callers = Callers(Budget(2, hours.clock, hours.sleep, told.append), hours)
    callers.want(STAFF, "one", "two")
    await hours.pass_time(20)
    callers.want(STAFF, "three", "four", "five")
    await settled()
    assert told == [40.0, 40.0, 100.0]
    assert [each.getMessage() for each in caplog.records] == [
        "a call waits for the call budget, 40 s",
        "a call waits for the call budget, 40 s",
        "a call waits for the call budget, 100 s",
    ]
    await hours.pass_time(40)
    assert told[3:] == []
    await hours.pass_time(60)
    assert told[3:] == [0.0]
    assert callers.left[-1] == ("five", 1_120.0)


async def test_of_a_wait_that_nobody_notices_and_of_the_programs_own_nothing_is_told(hours):
    told: list[float] = []
    callers = Callers(Budget(2, hours.clock, hours.sleep, told.append), hours)
    callers.want(STAFF, "one", "two")
    callers.want(BACKGROUND, "poll")
    await hours.pass_time(59.5)
    callers.want(STAFF, "three")
    await hours.pass_time(200)
    assert callers.names == ["one", "two", "three", "poll"]
    assert told == []


async def test_staff_who_stop_waiting_are_no_longer_said_to_wait(hours):
    told: list[float] = []
    callers = Callers(Budget(1, hours.clock, hours.sleep, told.append), hours)
    callers.want(STAFF, "one")
    (given_up,) = callers.want(STAFF, "two")
    await settled()
    given_up.cancel()
    await settled()
    assert told == [60.0, 0.0]


async def test_a_task_that_is_started_in_the_background_stays_there():
    async def asked() -> Urgency:
        await asyncio.sleep(0)
        return current_urgency()

    with in_background():
        task = asyncio.create_task(asked())
    assert current_urgency() is STAFF
    assert await task is BACKGROUND


# --- on the wire ------------------------------------------------------------------------------------------------------


async def test_every_attempt_and_the_token_count(connect, desk, hours):
    desk.tells(FORMS, says(500), says(500), says(200, []))
    osigu = await connect(budget=Budget(4, hours.clock, hours.sleep))
    await osigu.forms("s")
    assert len(desk.heard) == 4
    waiting = asyncio.create_task(osigu.forms("s"))
    await hours.pass_time(59)
    assert len(desk.heard) == 4
    await hours.pass_time(2)
    assert await waiting == ()


async def test_the_attempt_with_a_new_token_counts(connect, desk, hours):
    desk.tells("/v1/otp/send", says(401), says(200, {"otp_id": 1}))
    osigu = await connect(budget=Budget(3, hours.clock, hours.sleep))
    waiting = asyncio.create_task(osigu.send_otp("b", "s", "SMS"))
    await hours.heard(desk, 3)
    assert [each.target for each in desk.heard] == [TOKENS, "/v1/otp/send", TOKENS]
    await hours.pass_time(61)
    assert (await waiting).otp_id == 1


async def test_clients_that_share_a_budget_keep_within_it_together(connect, desk, hours):
    desk.tells(FORMS, says(200, []))
    budget = Budget(4, hours.clock, hours.sleep)
    one, other = await connect(budget=budget), await connect(budget=budget)
    await asyncio.gather(one.forms("s"), other.forms("s"))
    waiting = asyncio.create_task(other.forms("s"))
    await hours.pass_time(59)
    assert len(desk.heard) == 4
    await hours.pass_time(2)
    assert await waiting == ()


async def test_waiting_for_the_budget_does_not_use_up_the_time_of_a_write(connect, desk, hours):
    desk.tells("/v1/otp/send", says(200, {"otp_id": 1}))
    osigu = await connect(budget=Budget(2, hours.clock, hours.sleep))
    await osigu.send_otp("b", "s", "SMS")
    waiting = asyncio.create_task(osigu.send_otp("b", "s", "SMS"))
    await hours.pass_time(61)
    assert (await waiting).otp_id == 1


async def test_staff_can_stop_a_write_that_waits_for_the_budget_and_it_never_leaves(connect, desk, hours):
    osigu = await connect(budget=Budget(1, hours.clock, hours.sleep))
    await osigu.warm()
    waiting = asyncio.create_task(osigu.complete_request("r"))
    await hours.pass_time(30)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await hours.pass_time(120)
    assert len(desk.heard) == 1


async def test_the_token_that_everybody_waits_for_is_not_fetched_in_the_background(connect, desk, hours):
    """Else staff would wait behind a poll, for the token that it went to fetch."""
    desk.tells(FORMS, says(200, []))
    budget = Budget(5, hours.clock, hours.sleep)
    osigu = await connect(budget=budget)
    for _ in range(3):
        await budget.spend(BACKGROUND)
    with in_background():
        poll = asyncio.create_task(osigu.forms("s"))
    assert await asyncio.wait_for(osigu.forms("s"), 5) == ()
    assert not poll.done()
    await hours.pass_time(61)
    assert await poll == ()


async def test_a_storm_of_polls_on_the_wire_keeps_no_patient_waiting(connect, desk, hours):
    told: list[float] = []
    desk.tells(FORMS, says(200, []))
    desk.tells("/dispensing/v1/dispensations/d", says(200, {"dispensation_id": "d", "status": "STARTED"}))
    osigu = await connect(budget=Budget(50, hours.clock, hours.sleep, told.append))
    with in_background():
        polls = [asyncio.create_task(osigu.read_dispensation("d")) for _ in range(100)]
    await hours.heard(desk, 30)
    for _ in range(20):
        await asyncio.wait_for(osigu.forms("s"), 5)
    assert len(desk.calls("dispensations")) == 29
    assert told == []
    await hours.pass_time(600)
    await asyncio.gather(*polls)
    assert len(desk.calls("dispensations")) == 100


async def test_a_failure_gives_its_place_back_to_nobody(connect, desk, hours):
    """OSIGU counts refused calls as well."""
    desk.tells(TOKENS, TOKEN)
    desk.tells(FORMS, says(403))
    osigu = await connect(budget=Budget(2, hours.clock, hours.sleep))
    assert (await failure_of(osigu.forms("s"))).kind is Kind.NOT_AFFILIATED
    waiting = asyncio.create_task(failure_of(osigu.forms("s")))
    await hours.pass_time(59)
    assert len(desk.heard) == 2
    await hours.pass_time(2)
    assert (await waiting).kind is Kind.NOT_AFFILIATED
