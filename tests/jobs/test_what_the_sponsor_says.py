"""Pages 2 to 4 when the sponsor wants more, later, or says no."""

from pathlib import Path

from desk import PRESCRIPTION, Desk


def test_a_product_that_this_pharmacy_has_not_registered_is_marked(desk: Desk) -> None:
    desk.serve().prescribe("MED-999", "10")
    assert desk.shows("errorTitle", "did not accept")
    assert "Line 1" in desk.error_of("productCode")
    assert desk.find("prescriptionPage")


def test_what_this_sponsor_requires_is_asked_before_it_refuses(desk: Desk) -> None:
    desk.serve(sponsor="sponsor-strict")
    desk.write("rule_professional_license_number", "RM 11-4482-07")
    desk.prescribe()
    desk.seen("indicationPage")
    (made,) = desk.sandbox.requests_made
    assert desk.sandbox.count("create") == 1
    assert made


def test_a_required_field_left_empty_is_marked(desk: Desk) -> None:
    desk.serve(sponsor="sponsor-strict")
    desk.seen("rule_professional_license_number")
    desk.prescribe()
    assert desk.error_of("rule_professional_license_number")
    assert desk.sandbox.count("create") == 0


def test_words_are_no_diagnosis_code(desk: Desk) -> None:
    desk.serve()
    desk.add_line("MED-042", "30")
    desk.write("diagnosisCode", "strange pain nobody knows")
    desk.press("nextButton")
    assert desk.error_of("diagnosisCode")
    assert desk.sandbox.count("create") == 0


def test_the_type_of_file_that_the_sponsor_asks_for_is_preset(desk: Desk) -> None:
    desk.serve(sponsor="sponsor-strict")
    desk.write("rule_professional_license_number", "RM 1")
    desk.prescribe("LAB-001", "1", kind="Laboratory test")
    assert desk.shows("indicationType", "Laboratory order")
    desk.attach().send()
    assert desk.shows("decisionStatus", "APPROVED")


def test_a_file_that_is_not_there_is_told_at_its_field(desk: Desk) -> None:
    desk.serve().prescribe()
    desk.write("indicationPath", "/nowhere/prescription.pdf")
    desk.press("attachButton")
    assert desk.shows("errorTitle", "no file in that place")
    assert desk.error_of("indicationPath")
    assert desk.sandbox.count("upload") == 0


def test_a_typed_path_is_sent_when_going_on(desk: Desk) -> None:
    desk.serve().prescribe()
    desk.write("indicationPath", str(PRESCRIPTION))
    desk.press("nextButton")
    assert desk.seen("completePage")
    assert desk.sandbox.count("upload") == 1


def test_a_file_dropped_on_the_page_goes_up_at_once(desk: Desk) -> None:
    desk.serve().prescribe()
    desk.seen("indicationPage")
    desk.window.wizard.indication_page.drop_zone.dropped.emit([str(PRESCRIPTION)])
    desk.press("nextButton")
    assert desk.seen("completePage")
    assert desk.sandbox.count("upload") == 1


def test_a_rejection_is_read_word_for_word(desk: Desk) -> None:
    desk.serve(sponsor="sponsor-review").prescribe("MED-042", "91").attach().send()
    assert desk.shows("decisionStatus", "REJECTED")
    assert desk.seen("rejectionReason")
    assert not desk.can_press("nextButton")
    desk.press("cancelButton")
    assert desk.case().ending == "rejected"


def test_approved_and_rejected_side_by_side_is_partly_approved(desk: Desk) -> None:
    desk.serve(sponsor="sponsor-review")
    desk.add_line("MED-042", "91")
    desk.prescribe("LAB-001", "1", kind="Laboratory test").attach().send()
    assert desk.shows("decisionStatus", "PARTLY APPROVED")
    assert desk.seen("authorizationCode")
    assert desk.text("rejectionReason")


def test_a_later_decision_frees_the_counter_and_arrives_by_itself(open_desk) -> None:
    desk = open_desk(_poll_ms=100)
    desk.serve(sponsor="sponsor-async").prescribe().attach().send()
    assert desk.shows("decisionStatus", "APPROVED")
    assert desk.seen("authorizationCode")
    assert desk.sandbox.count("complete") == 1


def test_waiting_is_said_and_the_answer_can_be_asked_for(desk: Desk) -> None:
    desk.serve(sponsor="sponsor-async").prescribe().attach().send()
    assert desk.shows("decisionStatus", "WAITING")

    def ask() -> bool:
        if desk.can_press("askAgainButton"):
            desk.press("askAgainButton")
        return desk.text("decisionStatus") == "APPROVED"

    desk.until(ask, "the decision never came")


def test_a_lost_answer_to_sending_is_looked_up_not_repeated(desk: Desk) -> None:
    desk.sandbox.lose_answer("complete", times=1)
    desk.decide()
    assert desk.shows("decisionStatus", "APPROVED")
    assert desk.sandbox.count("complete") == 1


def test_the_sponsor_that_was_asked_is_named_at_what_it_requires(desk: Desk) -> None:
    desk.serve(sponsor="sponsor-strict")
    rule = desk.seen("rule_professional_license_number")
    assert "sponsor-strict" in rule.accessibleDescription()


def test_a_photo_that_no_sponsor_can_open_is_refused_before_it_is_sent(desk: Desk, tmp_path: Path) -> None:
    photo = tmp_path / "IMG_0042.heic"
    photo.write_bytes(b"\x00\x00\x00\x18ftypheic" + bytes(100))
    desk.serve().prescribe()
    desk.write("indicationPath", f'"{photo}"')
    desk.press("attachButton")
    assert desk.shows("errorTitle", "HEIC")
    assert desk.sandbox.count("upload") == 0
