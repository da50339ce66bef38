"""Page 5: redeeming a code."""

from desk import Desk
from PySide6.QtCore import Qt


def test_a_code_that_the_patient_brings_is_started_by_a_scanners_enter(desk: Desk) -> None:
    desk.press("dispenseCodeButton")
    desk.write("dispenseCode", "RX-2026-000101")
    desk.key(Qt.Key.Key_Return)
    assert desk.rows("dispensationProducts")
    desk.finish()
    assert desk.shows("dispensationStatus", "COMPLETED")


def test_a_web_address_from_a_qr_code_is_its_code(desk: Desk) -> None:
    desk.press("dispenseCodeButton")
    desk.write("dispenseCode", "https://osigu.example/c/RX-2026-000101")
    desk.key(Qt.Key.Key_Return)
    assert desk.rows("dispensationProducts")


def test_an_unknown_code_is_told_at_its_field(desk: Desk) -> None:
    desk.press("dispenseCodeButton")
    desk.write("dispenseCode", "AUTH-0000")
    desk.press("startButton")
    assert desk.shows("errorTitle", "does not know this code")
    assert desk.error_of("dispenseCode")


def test_an_expired_code_can_not_be_dispensed(desk: Desk) -> None:
    desk.press("dispenseCodeButton")
    desk.write("dispenseCode", "RX-2026-000104")
    desk.press("startButton")
    assert desk.shows("errorTitle", "can't be dispensed")


def test_a_code_that_was_dispensed_elsewhere_shows_the_truth(desk: Desk) -> None:
    desk.press("dispenseCodeButton")
    desk.write("dispenseCode", "RX-2026-000105")
    desk.press("startButton")
    assert desk.shows("dispensationStatus", "COMPLETED")
    assert desk.shows("dispensationOutcome", "dispensed before")
    assert desk.sandbox.count("finish") == 0
    desk.press("finishButton")
    assert desk.counter.cases()[0].ending == "abandoned"


def test_the_invoice_is_needed_before_completing(desk: Desk) -> None:
    desk.decide().start()
    desk.seen("invoiceNumber")
    assert not desk.can_press("completeDispensationButton")
    desk.write("invoiceNumber", "FV-1")
    assert desk.can_press("completeDispensationButton")


def test_enter_never_completes_a_dispensation_and_ctrl_enter_does(desk: Desk) -> None:
    desk.decide().start()
    desk.write("invoiceNumber", "FV-1")
    desk.key(Qt.Key.Key_Return)
    assert desk.sandbox.count("finish") == 0
    desk.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert desk.shows("dispensationStatus", "COMPLETED")


def test_an_amount_that_is_none_is_marked(desk: Desk) -> None:
    desk.decide().start()
    desk.write("invoiceNumber", "FV-1")
    desk.write("invoiceAmount", "ten")
    assert desk.error_of("invoiceAmount")
    assert not desk.can_press("completeDispensationButton")
    desk.write("invoiceAmount", "10.50")
    assert not desk.error_of("invoiceAmount")
    assert desk.can_press("completeDispensationButton")


def test_the_patients_code_is_sent_checked_and_needed(desk: Desk) -> None:
    desk.serve(sponsor="sponsor-otp").prescribe().attach().send().start()
    desk.write("invoiceNumber", "FV-1")
    assert not desk.can_press("completeDispensationButton")
    desk.press("sendOtpButton")
    assert desk.shows("otpDestination", "Sent to")
    desk.write("otpCode", "000000")
    desk.press("validateOtpButton")
    assert desk.shows("errorTitle", "wrong or has expired")
    desk.write("otpCode", "482913")
    desk.press("validateOtpButton")
    assert desk.shows("verificationStatus", "Checked")
    desk.press("completeDispensationButton")
    assert desk.shows("dispensationStatus", "COMPLETED")


def test_a_started_dispensation_can_be_taken_back(desk: Desk) -> None:
    desk.decide().start()
    desk.press("cancelDispensationButton")
    assert desk.shows("dispensationStatus", "CANCELLED")
    assert desk.sandbox.count("cancel") == 1


def test_a_lost_answer_to_completing_is_looked_up_not_repeated(desk: Desk) -> None:
    desk.decide().start()
    desk.sandbox.lose_answer("finish", times=1)
    desk.finish()
    assert desk.shows("dispensationStatus", "COMPLETED")
    assert desk.sandbox.count("finish") == 1


def test_a_lost_answer_to_starting_goes_on_with_what_was_started(desk: Desk) -> None:
    desk.decide()
    desk.sandbox.lose_answer("start", times=1)
    desk.start()
    desk.press("retryButton")
    assert desk.rows("dispensationProducts")
    code = desk.case().code
    assert [each.code for each in desk.sandbox.dispensations].count(code) == 1
