"""The main job, whole, in the real window."""

from pathlib import Path

from desk import PRESCRIPTION, Desk
from PySide6.QtCore import Qt


def test_from_the_document_number_to_the_hand_over_in_one_window(desk: Desk) -> None:
    desk.decide()
    assert desk.shows("decisionStatus", "APPROVED")
    assert desk.shows("authorizationCode", "AUTH-")
    desk.start().finish()
    assert desk.shows("dispensationStatus", "COMPLETED")
    assert desk.text("dispensationId").startswith("disp_")


def test_the_whole_job_makes_each_call_once(desk: Desk) -> None:
    desk.decide().start().finish()
    desk.shows("dispensationStatus", "COMPLETED")
    for call in ("create", "upload", "complete", "start", "finish", "token"):
        assert desk.sandbox.count(call) == 1, call


def test_a_file_with_spaces_and_accents_in_its_name_arrives_whole(desk: Desk, tmp_path: Path) -> None:
    paper = tmp_path / "fórmula médica de María (1).pdf"
    paper.write_bytes(b"%PDF-1.4\n" + bytes(range(256)) * 800)
    desk.serve().prescribe().attach(paper)
    (received,) = desk.sandbox.files(desk.case().request_id)
    assert received.content == paper.read_bytes()
    assert received.name == paper.name


def test_the_wrong_button_can_not_be_pressed_twice(desk: Desk) -> None:
    desk.sandbox.slow("complete", seconds=0.3, times=1)
    desk.serve().prescribe().attach().send()
    assert not desk.can_press("completeButton")
    assert not desk.can_press("backButton")
    desk.shows("decisionStatus", "APPROVED")
    assert desk.sandbox.count("complete") == 1


def test_going_back_and_on_again_registers_nothing_twice(desk: Desk) -> None:
    desk.serve().prescribe()
    desk.seen("indicationPage")
    desk.press("backButton")
    desk.seen("prescriptionPage")
    desk.press("nextButton")
    desk.seen("indicationPage")
    assert desk.sandbox.count("create") == 1


def test_a_changed_prescription_gets_a_request_of_its_own(desk: Desk) -> None:
    desk.serve().prescribe()
    desk.seen("indicationPage")
    desk.press("backButton")
    desk.add_line("MED-SBX-001", "10")
    desk.press("nextButton")
    desk.seen("indicationPage")
    assert desk.sandbox.count("create") == 2


def test_lines_can_be_changed_and_removed(desk: Desk) -> None:
    desk.serve()
    desk.write("diagnosisCode", "R51")
    desk.add_line("MED-042", "30")
    desk.add_line("MED-SBX-001", "10")
    desk.press("removeProductButton")
    assert len(desk.rows("productList")) == 1
    desk.press("changeProductButton")
    assert desk.text("productCode") == "MED-042"
    desk.write("productQuantity", "15")
    desk.press("addProductButton")
    assert desk.rows("productList")[0][2] == "15"


def test_the_whole_job_goes_without_a_mouse(desk: Desk) -> None:
    enter, control = Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier
    desk.key(Qt.Key.Key_F2)
    desk.seen("field_document_number")
    desk.type("123456789")
    desk.key(enter)
    desk.focused("nextButton")
    desk.key(enter)
    desk.focused("diagnosisCode")
    desk.type("R51")
    desk.key(enter)
    desk.focused("productCode")
    for text in ("MED-042", "30", "1 every 8 h for 10 days"):
        desk.type(text)
        desk.key(enter)
    desk.focused("productCode")
    desk.key(enter)
    desk.focused("indicationPath")
    desk.type(str(PRESCRIPTION))
    desk.key(enter)
    desk.focused("nextButton")
    desk.key(enter)
    desk.seen("caseReview")
    desk.key(enter, control)
    desk.shows("decisionStatus", "APPROVED")
    desk.focused("nextButton")
    desk.key(enter)
    desk.focused("dispenseCode")
    desk.key(enter)
    desk.focused("invoiceNumber")
    desk.type("FV-1")
    desk.key(enter, control)
    assert desk.shows("dispensationStatus", "COMPLETED")


def test_tab_goes_through_the_page_and_then_its_footer(desk: Desk) -> None:
    desk.serve()
    desk.write("diagnosisCode", "R51")
    desk.add_line("MED-042", "30")
    desk.seen("diagnosisCode").setFocus()
    seen = []
    for _ in range(12):
        desk.key(Qt.Key.Key_Tab)
        seen.append(desk.window.focusWidget().objectName())
    page = ["productCode", "productType", "productQuantity", "productPosology", "addProductButton"]
    assert seen[:5] == page
    footer = seen.index("backButton")
    assert seen[footer : footer + 3] == ["backButton", "cancelButton", "nextButton"]
    assert "newCaseButton" not in seen[:footer]


def test_the_posology_is_reckoned_and_compared_with_the_quantity(desk: Desk) -> None:
    desk.serve()
    desk.write("productQuantity", "15")
    desk.write("productPosology", "1 tablet every 8 h for 10 days")
    assert desk.text("posologyReckoning") == "The quantity says 15: 10 days × 3 a day = 30"
    desk.write("productQuantity", "30")
    assert desk.text("posologyReckoning") == "Agrees with the quantity: 10 days × 3 a day = 30"
    desk.write("productPosology", "as needed")
    assert desk.text("posologyReckoning") == ""
