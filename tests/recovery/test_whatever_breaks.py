"""Any order of steps, faults, impatience, power cuts and restarts: the same promises hold.

Hypothesis draws the order; the sandbox counts what really happened at OSIGU.
"""

import asyncio
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from time import monotonic

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from patients import HEADACHE, MARIA, Moment, call_of, invoice, paper, until
from strongroom import at_once, journal_of, kept_files_of

from counter_app.case import Case, Ending, Operation, Step, new_case
from counter_app.operations.book import OPERATIONS
from counter_app.operations.performing import perform
from counter_app.operations.services import Services
from counter_app.osigu.client import OsiguClient
from counter_app.osigu.timeouts import Timeouts
from counter_app.sandbox.running import RunningSandbox
from counter_app.settings import Profile

LATE = 0.05  # seconds that a slow call takes to arrive
PATIENCE = 200.0  # seconds; longer than "it did not happen" is doubted
WRITING = (Operation.CREATE, Operation.ATTACH, Operation.COMPLETE, Operation.START, Operation.FINISH)
FAULTS = {
    "lost": lambda sandbox, call: sandbox.lose_answer(call),
    "dropped": lambda sandbox, call: sandbox.drop(call),
    "cut off": lambda sandbox, call: sandbox.cut(call),
    "a proxy's page": lambda sandbox, call: sandbox.garble(call),
    "500": lambda sandbox, call: sandbox.fail(call, status=500),
    "429": lambda sandbox, call: sandbox.fail(call, status=429, retry_after=1),
    "401": lambda sandbox, _call: sandbox.revoke_tokens(),
}
CALLS = ("search", "create", "upload", "complete", "read_request", "start", "read_dispensation", "finish", "token")


def next_operation(case: Case) -> Operation | None:
    """What staff would press now."""
    if case.pending is not None:
        return Operation.LOOK_UP
    if case.ending is not None:
        return None
    if case.step is Step.DISPENSE:
        return Operation.START if case.dispensation is None else Operation.FINISH
    return {
        Step.BENEFICIARY: Operation.SEARCH,
        Step.PRESCRIPTION: Operation.CREATE,
        Step.INDICATION: Operation.ATTACH,
        Step.COMPLETE: Operation.COMPLETE,
    }[case.step]


class AtTheCounter(RuleBasedStateMachine):
    """One patient's visit on a bad day."""

    def __init__(self) -> None:
        super().__init__()
        self._loop = asyncio.new_event_loop()
        self._sandbox = RunningSandbox().start()
        self._there = tempfile.TemporaryDirectory(prefix="bad-day-")
        self._folder = Path(self._there.name)
        self._moment = Moment()
        self._profile = Profile(
            base_url=self._sandbox.base_url,
            client_id=self._sandbox.client_id,
            client_secret=self._sandbox.client_secret,
            provider_slug=self._sandbox.provider_slug,
            sponsors=self._sandbox.sponsors,
            data_dir=self._folder / "counter",
        )
        self._before = len(self._sandbox.dispensations)
        self._late: list[tuple[int, float]] = []
        self._counted: dict[str, int] = {}
        self._services: Services
        self._client: OsiguClient

    @initialize()
    def somebody_comes(self) -> None:
        self._switch_on()
        self.case = self._services.keep(new_case().asked("sponsor-sandbox", MARIA), "search.asked")

    # --- the computer -----------------------------------------------------------------------------------------------

    def _switch_on(self) -> None:
        quick = Timeouts(connect=2.0, read=2.0, write=2.0, complete=2.0)
        self._client = OsiguClient(
            self._profile.base_url,
            self._profile.client_id,
            self._profile.client_secret,
            self._profile.provider_slug,
            timeouts=quick,
            sleep=at_once,
        )
        self._loop.run_until_complete(self._client.__aenter__())
        self._services = Services(
            osigu=self._client,
            journal=journal_of(self._profile),
            files=kept_files_of(self._profile),
            now=self._moment,
        )

    def _switch_off(self) -> None:
        self._services.journal.close()
        self._loop.run_until_complete(self._client.__aexit__(None, None, None))

    def _on_disk(self) -> Case:
        (case,) = self._services.journal.cases()
        return case

    # --- what staff do ----------------------------------------------------------------------------------------------

    def _entered(self) -> Case:
        """The case with what staff enter on the page that it stands at."""
        case = self.case
        if case.pending is not None or case.ending is not None:
            return case
        if case.beneficiary is not None and not case.confirmed:
            case = replace(case, confirmed=True)
        if case.step is Step.PRESCRIPTION:
            case = case.prescribed(HEADACHE)
        if case.step is Step.INDICATION and case.outgoing is None:
            case = case.attaching(paper(self._folder))
        if case.dispensation is not None and case.dispensation.open and case.invoice is None:
            case = replace(case, invoice=invoice(case.dispensation.total))
        return case

    def _perform(self, operation: Operation) -> None:
        entered = self._entered()
        done = self._loop.run_until_complete(perform(self._services, operation, OPERATIONS[operation], entered))
        self.case = done.case

    @rule()
    def they_press_the_next_button(self) -> None:
        self.case = self._entered()
        if operation := next_operation(self.case):
            self._perform(operation)

    @rule(operation=st.sampled_from(WRITING))
    def they_press_what_they_pressed_before(self, operation: Operation) -> None:
        """A guard of the window fails: a button is pressed for what is under way or done."""
        if self.case.ending is None and (self.case.pending is not None or operation is next_operation(self.case)):
            self._perform(operation)

    @rule()
    def they_lose_patience(self) -> None:
        """The call has arrived, and its answer is not waited for."""
        self.case = self._entered()
        operation = next_operation(self.case)
        if operation is None or operation is Operation.LOOK_UP:
            return
        self._sandbox.slow(call_of(operation), seconds=LATE, times=1)
        self.case = self._loop.run_until_complete(self._given_up(operation))

    async def _given_up(self, operation: Operation) -> Case:
        before = len(self._sandbox.calls)
        self._late.append((before, monotonic() + 2 * LATE))
        task = asyncio.create_task(perform(self._services, operation, OPERATIONS[operation], self.case))
        await until(lambda: task.done() or any(call.operation == call_of(operation) for call in self._since(before)))
        task.cancel()
        with suppress(asyncio.CancelledError):
            return (await task).case
        return self.case

    def _since(self, number: int) -> tuple[object, ...]:
        return self._sandbox.calls[number:]

    @rule(which=st.sampled_from(sorted(FAULTS)), call=st.sampled_from(CALLS))
    def the_line_is_bad(self, which: str, call: str) -> None:
        FAULTS[which](self._sandbox, call)

    @rule(which=st.sampled_from(sorted(FAULTS)))
    def the_line_breaks_just_as_they_press(self, which: str) -> None:
        self.case = self._entered()
        operation = next_operation(self.case)
        if operation is not None and operation is not Operation.LOOK_UP:
            FAULTS[which](self._sandbox, call_of(operation))
            self._perform(operation)

    @rule()
    def they_wait(self) -> None:
        """Longer than a call can be under way, so whatever was slow has arrived."""
        self._loop.run_until_complete(until(lambda: all(self._arrived(*each) for each in self._late)))
        self._moment.pass_time(PATIENCE)

    def _arrived(self, number: int, at_the_latest: float) -> bool:
        later = self._sandbox.calls[number:]
        return (bool(later) and all(call.status is not None for call in later)) or monotonic() > at_the_latest

    @rule()
    def the_power_goes(self) -> None:
        self._switch_off()
        self._switch_on()
        self.case = self._on_disk()

    @rule()
    @precondition(lambda self: self.case.outgoing is not None and self.case.outgoing.kept is not None)
    def the_usb_stick_is_gone(self) -> None:
        Path(self.case.outgoing.path).unlink(missing_ok=True)

    # --- what holds at any moment -----------------------------------------------------------------------------------

    @invariant()
    def nothing_happened_twice(self) -> None:
        assert sum(request.completed for request in self._sandbox.requests_made) <= 1
        handed_over = [each for each in self._sandbox.dispensations[self._before :] if each.state == "COMPLETED"]
        assert len(handed_over) <= 1

    @invariant()
    def what_is_done_is_not_even_asked_for_again(self) -> None:
        """An OSIGU less strict than the sandbox would do it twice."""
        done = {
            "complete": any(request.completed for request in self._sandbox.requests_made),
            "finish": any(each.state == "COMPLETED" for each in self._sandbox.dispensations[self._before :]),
        }
        for call in (call for call, is_done in done.items() if is_done):
            count = self._sandbox.count(call)
            assert count == self._counted.setdefault(call, count)

    @invariant()
    def nothing_typed_is_lost(self) -> None:
        kept = self._on_disk()
        assert kept.query == MARIA
        if kept.request_id is not None:
            assert kept.prescription == HEADACHE
        if kept.ending is Ending.DISPENSED:
            assert kept.invoice is not None

    @invariant()
    def the_case_tells_the_truth(self) -> None:
        if self.case.decided:
            assert any(request.completed for request in self._sandbox.requests_made)
        if self.case.ending is Ending.DISPENSED:
            done = {each.dispensation_id for each in self._sandbox.dispensations if each.state == "COMPLETED"}
            assert self.case.dispensation.dispensation_id in done

    def teardown(self) -> None:
        """The line is good again: the visit ends as if nothing had been."""
        try:
            for _ in range(60):
                if self.case.ending is not None:
                    break
                self.they_wait()
                self.they_press_the_next_button()
                self.what_is_done_is_not_even_asked_for_again()
            assert self.case.ending is Ending.DISPENSED
            self.nothing_happened_twice()
            self.the_case_tells_the_truth()
        finally:
            self._switch_off()
            self._sandbox.stop()
            self._loop.close()
            self._there.cleanup()


AtTheCounter.TestCase.settings = settings(
    max_examples=30,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,  # the same orders each time: what one commit is told, the next is not spared
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestWhateverBreaksNothingIsLostAndNothingHappensTwice = AtTheCounter.TestCase
