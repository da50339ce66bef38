"""Several patients at once: each case has its own page, words, wait, failure and answer, whatever comes back when."""

import random

import pytest
from desk import PRESCRIPTION, Desk
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListView

from counter_app.case import Case
from counter_app.sandbox.people import MARIA, PEOPLE

CONTROL = Qt.KeyboardModifier.ControlModifier
# Whoever has active cover and is found by a document of the first form.
COVERED = ("123456789", "987654321", "777888999", "777889000")


def _names(desk: Desk) -> list[str]:
    """The cases in the list, from above."""
    return [row.name for row in desk.window.sidebar.cases.rows()]


def _case_of(desk: Desk, case_id: str) -> Case:
    return desk.counter.case(case_id)


def _begin(desk: Desk, document: str) -> str:
    """Begin a case and ask who it is; returns its id without waiting for the answer."""
    desk.search(document)
    return desk.window._case_id


def _name_of(document: str) -> str:
    (person,) = [each for each in PEOPLE if each.document_number == document]
    return f"{person.first_name} {person.last_name}"


def _free(desk: Desk) -> bool:
    return all(desk.counter.busy(each.case_id) is None for each in desk.counter.cases())


def _confirm(desk: Desk, _quantity: str) -> None:
    desk.press("nextButton")


def _prescribe(desk: Desk, quantity: str) -> None:
    desk.write("diagnosisCode", "R51")
    desk.add_line("MED-042", quantity)
    desk.press("nextButton")


def _attach(desk: Desk, _quantity: str) -> None:
    desk.write("indicationPath", str(PRESCRIPTION))
    desk.press("attachButton")


def _send(desk: Desk, _quantity: str) -> None:
    if desk.find("indicationPage"):  # the one that was on screen when its file arrived
        desk.press("nextButton")
    desk.press("completeButton")


def test_nine_patients_are_served_at_once_and_nothing_of_one_reaches_another(desk: Desk) -> None:
    chance = random.Random(9)  # noqa: S311  delays, no secrets
    for call in ("search", "create", "upload", "complete"):
        for _ in range(9):
            desk.sandbox.slow(call, seconds=chance.uniform(0.0, 0.5), times=1)
    documents = [COVERED[number % len(COVERED)] for number in range(9)]
    who = {_begin(desk, document): document for document in documents}
    assert len(who) == 9

    for step in (_confirm, _prescribe, _attach, _send):
        desk.until(lambda: _free(desk), "an answer is missing")
        for case_id in chance.sample(list(who), 9):
            desk.window.show_case(case_id)
            named = desk.text("identityName")
            assert named in ("", _name_of(who[case_id])), "the identity bar names another patient"
            # Each has a quantity of its own, so that a mixed-up prescription shows.
            step(desk, str(10 + list(who).index(case_id)))
    desk.until(lambda: all(_case_of(desk, each).decided for each in who), "a decision is missing")

    requests = {each.request_id: each for each in desk.sandbox.requests_made}
    assert len(requests) == 9
    codes = set()
    for number, (case_id, document) in enumerate(who.items()):
        case = _case_of(desk, case_id)
        made = requests[case.request_id]
        assert case.beneficiary.name == _name_of(document)
        assert made.beneficiary_id == case.beneficiary.beneficiary_id
        assert case.prescription.lines[0].quantity == 10 + number
        codes.add(case.code)
        desk.window.show_case(case_id)
        # The one that was on screen still shows the decision; the others go on with handing over.
        assert case.code in (desk.text("authorizationCode"), desk.text("dispenseCode"))
        assert desk.text("identityName") == case.beneficiary.name
    assert len(codes) == 9
    assert [desk.sandbox.count(each) for each in ("create", "upload", "complete")] == [9, 9, 9]


def test_each_case_keeps_its_page_its_words_and_the_place_of_the_next_one(desk: Desk) -> None:
    desk.serve()
    desk.write("productCode", "MED-042")
    desk.write("productPosology", "half a line")
    first = desk.window._case_id
    desk.search("987654321")
    desk.shows("beneficiaryName", "JOSÉ")
    second = desk.window._case_id
    desk.window.show_case(first)
    assert desk.seen("prescriptionPage")
    assert (desk.text("productCode"), desk.text("productPosology")) == ("MED-042", "half a line")
    desk.focused("productPosology")
    desk.window.show_case(second)
    assert desk.shows("beneficiaryName", "JOSÉ")
    desk.focused("nextButton")


def test_a_case_left_on_an_earlier_page_is_shown_there_again(desk: Desk) -> None:
    desk.serve().prescribe()
    desk.seen("indicationPage")
    desk.press("backButton")
    desk.seen("prescriptionPage")
    first = desk.window._case_id
    desk.press("newCaseButton")
    desk.window.show_case(first)
    assert desk.seen("prescriptionPage")


def test_a_case_that_moved_while_nobody_looked_is_shown_where_it_is_now(desk: Desk) -> None:
    desk.serve()
    desk.write("diagnosisCode", "R51")
    desk.add_line("MED-042", "30")
    desk.sandbox.slow("create", seconds=0.2, times=1)
    desk.press("nextButton")
    first = desk.window._case_id
    desk.press("newCaseButton")
    desk.until(lambda: _case_of(desk, first).request_id is not None, "the answer was lost")
    desk.window.show_case(first)
    assert desk.seen("indicationPage")


def test_a_page_that_was_being_left_is_left_even_after_a_look_at_another_case(desk: Desk) -> None:
    desk.serve()
    desk.write("diagnosisCode", "R51")
    desk.add_line("MED-042", "30")
    desk.sandbox.slow("create", seconds=0.4, times=1)
    desk.press("nextButton")
    first = desk.window._case_id
    desk.press("newCaseButton")
    desk.window.show_case(first)
    assert desk.find("prescriptionPage"), "the answer came too soon for this test"
    assert desk.seen("indicationPage")


def test_what_failed_for_one_case_is_not_said_of_another(desk: Desk) -> None:
    failed = _begin(desk, "1")
    desk.shows("errorTitle", "Nobody found")
    desk.search()
    desk.shows("beneficiaryName", "MARIA GONZALEZ")
    assert desk.find("errorBanner") is None
    desk.window.show_case(failed)
    assert desk.shows("errorTitle", "Nobody found")


def test_a_wait_belongs_to_its_own_case(desk: Desk) -> None:
    desk.sandbox.slow("search", seconds=60, times=1)
    waits = _begin(desk, "123456789")
    desk.seen("cancelCallButton")
    desk.press("newCaseButton")
    assert desk.find("cancelCallButton") is None
    desk.window.show_case(waits)
    desk.press("cancelCallButton")
    assert desk.shows("errorTitle", "You stopped waiting")


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_case_is_opened_by_its_place_in_the_list(desk: Desk, number: int) -> None:
    for document in COVERED[:3]:
        _begin(desk, document)
        desk.until(lambda: _free(desk))
    desk.until(lambda: sorted(_names(desk)) == sorted(_name_of(each) for each in COVERED[:3]))
    wanted = desk.window.sidebar.cases.rows()[number - 1]
    assert wanted.key == f"Ctrl+{number}"
    desk.key(Qt.Key(Qt.Key.Key_0 + number), CONTROL)
    assert desk.window._case_id == wanted.case_id
    assert desk.text("beneficiaryName") == wanted.name


def test_a_key_without_a_case_does_nothing(desk: Desk) -> None:
    here = _begin(desk, "123456789")
    desk.key(Qt.Key.Key_9, CONTROL)
    assert desk.window._case_id == here


def test_only_the_first_nine_cases_have_a_key_and_say_it_to_a_screen_reader(desk: Desk) -> None:
    for number in range(10):
        desk.counter.write_draft(desk.counter.open(), {"note": str(number)})
    desk.until(lambda: len(_names(desk)) == 10)
    rows = desk.window.sidebar.cases.rows()
    assert [row.key for row in rows] == [*(f"Ctrl+{place}" for place in range(1, 10)), ""]
    view = desk.seen("caseList")
    assert isinstance(view, QListView)
    first = view.model().index(1, 0)
    assert first.data(Qt.ItemDataRole.AccessibleDescriptionRole) == "Ctrl+1"


def test_the_title_of_the_window_names_no_patient(desk: Desk) -> None:
    desk.serve(MARIA.document_number)
    assert MARIA.last_name not in desk.window.windowTitle()


def test_a_case_that_is_wiped_is_shown_no_longer(desk: Desk) -> None:
    desk.serve()
    case_id = desk.window._case_id
    desk.counter._on_wiped((case_id,))
    assert desk.seen("homePage")
    assert not desk.counter.has(case_id)
    assert desk.text("identityName") == ""
