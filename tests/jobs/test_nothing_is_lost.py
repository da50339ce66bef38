"""Escape, closing and coming back."""

from desk import Desk
from PySide6.QtCore import Qt


def test_escape_never_leaves_a_page(desk: Desk) -> None:
    desk.serve()
    desk.write("diagnosisCode", "R51")
    desk.key(Qt.Key.Key_Escape)
    desk.key(Qt.Key.Key_Escape)
    assert desk.find("prescriptionPage")
    assert desk.text("diagnosisCode") == "R51"


def test_escape_stops_a_wait_and_keeps_what_was_typed(desk: Desk) -> None:
    desk.press("newCaseButton")
    desk.write("field_document_number", "123456789")
    desk.sandbox.slow("search", seconds=20, times=1)
    desk.press("searchButton")
    desk.seen("cancelCallButton")
    desk.key(Qt.Key.Key_Escape)
    assert desk.shows("errorTitle", "You stopped waiting")
    assert desk.text("field_document_number") == "123456789"
    desk.press("retryButton")
    assert desk.shows("beneficiaryName", "MARIA GONZALEZ")


def test_a_case_put_aside_comes_back_where_it_stood(desk: Desk) -> None:
    desk.serve()
    desk.write("diagnosisCode", "R51")
    desk.write("productCode", "MED-042")
    desk.press("cancelButton")
    desk.seen("homePage")
    desk.window.show_case(desk.case().case_id)
    assert desk.seen("prescriptionPage")
    assert desk.text("diagnosisCode") == "R51"
    assert desk.text("productCode") == "MED-042"


def test_closing_the_window_loses_nothing_that_was_typed(open_desk) -> None:
    first = open_desk()
    first.serve()
    first.add_line("MED-042", "30")
    first.write("diagnosisCode", "R51")
    first.write("productPosology", "half a line")
    first.close()
    second = open_desk()
    second.until(lambda: bool(second.counter.cases()), "the case did not come back")
    second.window.show_case(second.case().case_id)
    assert second.seen("prescriptionPage")
    assert second.text("diagnosisCode") == "R51"
    assert second.text("productPosology") == "half a line"
    assert second.rows("productList")[0][2] == "30"
    second.press("removeProductButton")


def test_the_next_patient_sees_nothing_of_the_one_before(desk: Desk) -> None:
    desk.serve()
    desk.write("diagnosisCode", "R51")
    desk.add_line("MED-042", "30")
    desk.press("newCaseButton")
    assert desk.text("field_document_number") == ""
    desk.write("field_document_number", "987654321")
    desk.press("searchButton")
    desk.shows("beneficiaryName", "JOSÉ")
    desk.press("nextButton")
    desk.seen("prescriptionPage")
    assert desk.text("diagnosisCode") == ""
    assert desk.find("productList") is None


def test_a_late_answer_goes_to_its_own_case_alone(desk: Desk) -> None:
    desk.press("newCaseButton")
    desk.write("field_document_number", "123456789")
    desk.sandbox.slow("search", seconds=0.4, times=1)
    desk.press("searchButton")
    first = desk.case().case_id
    desk.press("newCaseButton")
    desk.until(lambda: bool(desk.counter.case(first).matches), "the late answer was lost")
    assert desk.find("beneficiaryName") is None
    assert not desk.can_press("nextButton")


def test_an_empty_case_leaves_nothing_behind(desk: Desk) -> None:
    desk.press("newCaseButton")
    desk.press("cancelButton")
    desk.seen("homePage")
    assert desk.counter.cases() == ()
