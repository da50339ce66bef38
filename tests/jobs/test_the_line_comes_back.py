"""Without a line nothing is lost; with the line back the case goes on by itself, and nothing happens twice."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from desk import PRESCRIPTION, Desk
from pytestqt.qtbot import QtBot

from counter_app.case import Operation
from counter_app.going_on import Pace
from counter_app.osigu.errors import Kind
from counter_app.sandbox.running import RunningSandbox

QUICK = Pace(first=50, repeat=200)


class Line:
    """OSIGU at one address, which can be out of reach for a while. What it held is gone then."""

    def __init__(self) -> None:
        self.osigu = RunningSandbox().start()

    def cut(self) -> None:
        self.osigu.stop()

    def mend(self) -> RunningSandbox:
        port = int(self.osigu.base_url.rpartition(":")[2])
        self.osigu = RunningSandbox(port=port).start()
        return self.osigu


@pytest.fixture
def line() -> Iterator[Line]:
    made = Line()
    yield made
    made.cut()


@pytest.fixture
def open_desk(qtbot: QtBot, tmp_path: Path, line: Line) -> Iterator[Callable[..., Desk]]:
    """Opens counters on one line and one data folder; all are closed at the end."""
    opened: list[Desk] = []

    def make(pace: Pace = QUICK) -> Desk:
        made = Desk(qtbot, line.osigu, tmp_path / "counter")
        made.pace = pace
        opened.append(made)
        return made.open()

    yield make
    for each in opened:
        each.close()


@pytest.fixture
def desk(open_desk) -> Desk:
    return open_desk()


def _search_without_line(desk: Desk, line: Line) -> str:
    desk.press("newCaseButton")
    desk.write("field_document_number", "123456789")
    line.cut()
    desk.press("searchButton")
    desk.shows("errorTitle", "No connection")
    return desk.window._case_id


def _create_without_line(desk: Desk, line: Line) -> str:
    desk.serve()
    desk.write("diagnosisCode", "R51")
    desk.add_line("MED-042", "30")
    desk.until(lambda: desk.can_press("nextButton"), "the prescription is not complete")
    line.cut()
    desk.press("nextButton")
    desk.shows("errorTitle", "No connection")
    return desk.window._case_id


def test_a_search_goes_on_by_itself_when_the_line_is_back(desk: Desk, line: Line) -> None:
    _search_without_line(desk, line)
    assert desk.shows("errorRemedy", "tries again by itself")
    assert desk.text("field_document_number") == "123456789"
    line.mend()
    assert desk.shows("beneficiaryName", "MARIA GONZALEZ")
    assert desk.find("errorBanner") is None


def test_a_write_that_never_left_goes_on_by_itself_and_takes_staff_to_the_next_page(desk: Desk, line: Line) -> None:
    _create_without_line(desk, line)
    assert desk.shows("errorRemedy", "Nothing was sent")
    again = line.mend()
    assert desk.seen("indicationPage")
    assert len(again.requests_made) == 1


def test_it_goes_on_for_a_case_that_nobody_looks_at(desk: Desk, line: Line) -> None:
    case_id = _search_without_line(desk, line)
    desk.press("newCaseButton")
    assert desk.counter.repeats(case_id)
    line.mend()
    desk.until(lambda: bool(desk.counter.case(case_id).matches), "the case did not go on")
    assert desk.find("beneficiaryName") is None


def test_staff_can_stop_it(desk: Desk, line: Line) -> None:
    case_id = _search_without_line(desk, line)
    desk.press("stopRepeatingButton")
    assert not desk.counter.repeats(case_id)
    assert desk.find("stopRepeatingButton") is None
    assert desk.shows("errorRemedy", "trying again is safe")
    again = line.mend()
    assert again.calls == ()
    desk.press("retryButton")
    assert desk.shows("beneficiaryName", "MARIA GONZALEZ")


def test_typing_another_document_stops_it(desk: Desk, line: Line) -> None:
    case_id = _search_without_line(desk, line)
    desk.until(lambda: desk.counter.busy(case_id) is None)
    desk.write("field_document_number", "987654321")
    assert not desk.counter.repeats(case_id)


def test_closing_the_case_stops_it(desk: Desk, line: Line) -> None:
    case_id = _search_without_line(desk, line)
    desk.press("cancelButton")
    assert not desk.counter.repeats(case_id)


def test_trying_again_at_once_does_not_wait_for_the_next_turn(open_desk, line: Line) -> None:
    desk = open_desk(Pace(first=3_600_000, repeat=3_600_000))
    _search_without_line(desk, line)
    line.mend()
    desk.press("retryButton")
    assert desk.shows("beneficiaryName", "MARIA GONZALEZ")


def test_when_one_case_goes_through_the_others_that_wait_for_the_line_go_at_once(open_desk, line: Line) -> None:
    desk = open_desk(Pace(first=3_600_000, repeat=3_600_000))
    first = _search_without_line(desk, line)
    line.mend()
    desk.search("987654321")
    desk.shows("beneficiaryName", "JOSÉ")
    desk.until(lambda: bool(desk.counter.case(first).matches), "the first one waits on")


def test_a_write_is_not_sent_on_a_word_of_long_ago(open_desk, line: Line) -> None:
    desk = open_desk(Pace(first=50, repeat=100, patience=0))
    case_id = _create_without_line(desk, line)
    assert not desk.counter.repeats(case_id)
    again = line.mend()
    assert desk.shows("errorRemedy", "trying again is safe")
    desk.press("retryButton")
    assert desk.seen("indicationPage")
    assert len(again.requests_made) == 1


def test_a_write_of_unknown_fate_is_looked_up_and_never_sent_again(desk: Desk, line: Line) -> None:
    desk.serve().prescribe().attach()
    line.osigu.lose_answer("complete")
    line.osigu.fail("read_request", status=403, times=2)
    desk.send()
    assert desk.shows("decisionStatus", "APPROVED")
    assert line.osigu.count("complete") == 1


def test_writes_of_several_cases_are_looked_up_side_by_side(desk: Desk, line: Line) -> None:
    case_ids = []
    for _ in range(3):
        desk.serve().prescribe().attach()
        case_ids.append(desk.window._case_id)
    for case_id in case_ids:
        line.osigu.lose_answer("complete")
        line.osigu.fail("read_request", status=403)
        desk.window.show_case(case_id)
        desk.press("nextButton") if desk.find("indicationPage") else None
        desk.press("completeButton")
    desk.until(lambda: all(desk.counter.case(each).decided for each in case_ids), "one was not settled")
    assert line.osigu.count("complete") == 3


def test_the_sponsors_form_comes_by_itself_when_the_line_is_back(desk: Desk, line: Line) -> None:
    line.cut()
    desk.window._forms_again.setInterval(50)
    desk.press("newCaseButton")
    desk.shows("errorTitle", "No connection")
    line.mend()
    assert desk.seen("field_document_number")
    desk.until(lambda: desk.find("errorBanner") is None, "the banner stays")


def test_a_file_that_did_not_go_is_there_to_be_sent_after_a_restart(open_desk, line: Line, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    paper = stick / "prescription.pdf"
    paper.write_bytes(PRESCRIPTION.read_bytes())
    desk = open_desk(Pace(first=3_600_000))
    desk.serve().prescribe()
    desk.seen("indicationPage")
    line.osigu.fail("upload", status=503)
    desk.write("indicationPath", str(paper))
    desk.press("attachButton")
    desk.shows("errorTitle", "OSIGU is busy")
    assert desk.text("attachButton") == "Send"
    desk.close()
    paper.unlink()

    again = open_desk()
    again.until(lambda: bool(again.counter.cases()), "the case did not come back")
    again.window.show_case(again.case().case_id)
    row = again.window.wizard.indication_page.checklist._rows[0]
    assert (row.state.text(), row.detail.text()) == ("Chosen, not sent yet", "Required · prescription.pdf")
    preview = again.seen("indicationPreview")
    again.until(lambda: preview.accessibleName() == "First page of the chosen file", "no preview from the vault")
    again.press("nextButton")
    again.seen("completePage")
    (received,) = line.osigu.files(again.case().request_id)
    assert received.content == PRESCRIPTION.read_bytes()


def test_what_was_refused_by_osigu_is_not_tried_again_by_itself(desk: Desk) -> None:
    desk.search("1")
    desk.shows("errorTitle", "Nobody found")
    operation, failure = desk.counter.failure(desk.window._case_id)
    assert (operation, failure.kind) == (Operation.SEARCH, Kind.NOT_FOUND)
    assert not desk.counter.repeats(desk.window._case_id)
