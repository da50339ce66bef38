"""Every write, and every way it can break, in the real window: done once, nothing retyped, and the truth on screen."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from desk import Desk
from strongroom import PASSPHRASE, vault_of

from counter_app.case import Case, Ending, Operation, Step
from counter_app.sandbox.running import RunningSandbox
from counter_app.settings import Profile

CALLS = ("create", "upload", "complete", "start", "finish")
# OSIGU can be asked about these: "it did not happen" is believed after two minutes, and until then nothing is sent.
ASKED_ABOUT = ("complete", "finish")
FAULTS: dict[str, Callable[[RunningSandbox, str], None]] = {
    "lost": lambda sandbox, call: sandbox.lose_answer(call),
    "dropped": lambda sandbox, call: sandbox.drop(call),
    "500": lambda sandbox, call: sandbox.fail(call, status=500),
    "a proxy's page": lambda sandbox, call: sandbox.garble(call),
}
HAPPENED = ("lost", "a proxy's page")

PLAY = """
import sys
from functools import partial
from pathlib import Path
from counter_app import app
from counter_app.gui import tour
tour.Tour = partial(tour.Tour, settle_ms=0)
sys.exit(app.run(tour=Path(sys.argv[1])))
"""


def happened(desk: Desk, before: int) -> tuple[int, int]:
    """How many requests went to the sponsor and how many hand-overs were completed, at OSIGU."""
    handed_over = [each for each in desk.sandbox.dispensations[before:] if each.state == "COMPLETED"]
    return sum(request.completed for request in desk.sandbox.requests_made), len(handed_over)


def is_over(case: Case) -> bool:
    return case.ending is Ending.DISPENSED


def is_doubted(case: Case) -> bool:
    return case.pending is not None


def carry_on(desk: Desk, case_id: str) -> Case:
    """Press what the page offers, and type nothing that was typed before, until the hand-over or a doubt."""

    def at_rest() -> bool:
        return desk.counter.busy(case_id) is None

    for _ in range(20):
        desk.until(at_rest, "the case never came to rest")
        case = desk.counter.case(case_id)
        if is_over(case) or is_doubted(case):
            return case
        press_next(desk, case)
    raise AssertionError(f"the case does not get on from {desk.counter.case(case_id).step}")


def press_next(desk: Desk, case: Case) -> None:
    if case.step is Step.INDICATION and case.outgoing is None:
        desk.attach()
    elif case.step is Step.DISPENSE and case.dispensation is None:
        if desk.find("completePage"):
            desk.press("nextButton")
        desk.press("startButton")
    elif case.step is Step.DISPENSE:
        if not desk.text("invoiceNumber"):
            desk.write("invoiceNumber", "FV-20418")
        desk.press("completeDispensationButton")
    else:
        desk.press("completeButton" if desk.find("completeButton") else "nextButton")


def begin(desk: Desk) -> str:
    """A patient with a prescription; from here on nothing is typed but the file's path and the invoice."""
    desk.serve()
    desk.write("diagnosisCode", "R51")
    desk.add_line("MED-042", "30")
    return desk.case().case_id


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("call", CALLS)
def test_a_write_that_breaks_is_done_once_and_the_window_tells_the_truth(desk: Desk, call: str, fault: str) -> None:
    before = len(desk.sandbox.dispensations)
    case_id = begin(desk)
    FAULTS[fault](desk.sandbox, call)
    case = carry_on(desk, case_id)
    if call in ASKED_ABOUT and fault not in HAPPENED:
        assert is_doubted(case)
        assert desk.sandbox.count(call) == 1
        assert "1 not yet confirmed" in desk.text("unconfirmedCount")
        assert desk.shows("errorTitle", "Checking whether it went through")
        return
    assert is_over(case)
    assert happened(desk, before) == (1, 1)
    assert desk.shows("dispensationStatus", "COMPLETED")
    assert "Everything confirmed" in desk.text("unconfirmedCount")
    if call in ASKED_ABOUT:
        assert desk.sandbox.count(call) == 1


def test_a_code_whose_sending_was_lost_is_sent_again_by_staff_and_the_window_says_so(desk: Desk) -> None:
    desk.serve(sponsor="sponsor-otp").prescribe().attach().send().start()
    desk.sandbox.lose_answer("send_otp")
    desk.press("sendOtpButton")
    desk.seen("errorBanner")
    assert desk.sandbox.count("send_otp") == 1
    desk.press("sendOtpButton")
    assert desk.shows("otpDestination", "Sent to")
    desk.write("otpCode", "482913")
    desk.press("validateOtpButton")
    desk.finish()  # the invoice is written while the code is being checked
    assert desk.shows("dispensationStatus", "COMPLETED")


@pytest.mark.parametrize("fault", HAPPENED)
def test_a_dispensation_whose_taking_back_was_lost_is_taken_back_once(desk: Desk, fault: str) -> None:
    before = len(desk.sandbox.dispensations)
    desk.decide().start()
    FAULTS[fault](desk.sandbox, "cancel")
    desk.press("cancelDispensationButton")
    desk.until(lambda: desk.sandbox.dispensations[-1].state == "CANCELLED", "it was not taken back")
    assert desk.shows("dispensationStatus", "CANCELLED")
    assert desk.sandbox.count("cancel") == 1
    assert happened(desk, before)[1] == 0


# --- kill -9 ----------------------------------------------------------------------------------------------------------


def killed_when(arrived: Callable[[], bool], desk: Desk, home: Path) -> None:
    """Run the program, let it play the job by itself, and kill it as something arrives at OSIGU."""
    sandbox = desk.sandbox
    vault_of(Profile(data_dir=desk.folder))
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_STATE_HOME": str(home / "state"),
        "COUNTER_BASE_URL": sandbox.base_url,
        "COUNTER_CLIENT_ID": sandbox.client_id,
        "COUNTER_CLIENT_SECRET": sandbox.client_secret,
        "COUNTER_PROVIDER_SLUG": sandbox.provider_slug,
        "COUNTER_SPONSORS": "sponsor-sandbox",
        "COUNTER_DATA_DIR": str(desk.folder),
        "COUNTER_LANGUAGE": "en",
        "COUNTER_PASSPHRASE": PASSPHRASE,
        "COUNTER_CALLS_PER_MINUTE": "6000",
    }
    with subprocess.Popen([sys.executable, "-c", PLAY, str(home / "pictures")], env=environment) as program:  # noqa: S603
        try:
            desk.qtbot.waitUntil(lambda: arrived() or program.poll() is not None, timeout=60_000)
            assert program.poll() is None, "the program ended by itself"
        finally:
            program.kill()


@pytest.mark.parametrize("call", CALLS)
def test_a_program_killed_before_osigu_acted_goes_on_where_it_stood(make_desk, tmp_path: Path, call: str) -> None:
    desk = make_desk()
    before = len(desk.sandbox.dispensations)
    desk.sandbox.slow(call, seconds=3_600, times=1)
    killed_when(lambda: desk.sandbox.count(call) == 1, desk, tmp_path / "home")
    case = come_back(desk)
    if call in ASKED_ABOUT:
        assert case.pending.operation is Operation(call)
        assert "1 not yet confirmed" in desk.text("unconfirmedCount")
        assert desk.sandbox.count(call) == 1
        return
    assert is_over(carry_on(desk, case.case_id))
    assert happened(desk, before) == (1, 1)


READING = {"complete": "read_request", "finish": "read_dispensation"}


def has_acted(call: str, sandbox: RunningSandbox, before: int) -> bool:
    """Whether OSIGU did what was asked of it, by its own books."""
    made, started = sandbox.requests_made, sandbox.dispensations[before:]
    return {
        "create": bool(made),
        "upload": any(request.files for request in made),
        "complete": any(request.completed for request in made),
        "start": bool(started),
        "finish": any(each.state == "COMPLETED" for each in started),
    }[call]


@pytest.mark.parametrize("call", CALLS)
def test_a_program_killed_after_osigu_acted_shows_what_became_of_it(make_desk, tmp_path: Path, call: str) -> None:
    desk = make_desk()
    sandbox, before = desk.sandbox, len(desk.sandbox.dispensations)
    sandbox.lose_answer(call)
    if call in READING:  # killed as it asks what became of it
        sandbox.slow(READING[call], seconds=3_600, times=1)
        killed_when(lambda: sandbox.count(READING[call]) == 1, desk, tmp_path / "home")
    else:
        killed_when(lambda: has_acted(call, sandbox, before), desk, tmp_path / "home")
    assert has_acted(call, sandbox, before)
    case = come_back(desk)
    desk.until(lambda: not is_doubted(desk.counter.case(case.case_id)), "it was never looked up")
    assert is_over(carry_on(desk, case.case_id))
    assert happened(desk, before) == (1, 1)
    if call in ASKED_ABOUT:
        assert desk.sandbox.count(call) == 1


def come_back(desk: Desk) -> Case:
    """The next start: the case stands in the list, and opening it shows the page of its step."""
    desk.open()
    desk.until(lambda: bool(desk.counter.cases()), "the case did not come back")
    case = desk.case()
    desk.window.show_case(case.case_id)
    assert case.query is not None
    if case.step > Step.PRESCRIPTION:
        assert case.prescription is not None
    return case
