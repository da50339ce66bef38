"""Page 1 when it is not the happy path."""

from desk import Desk

from counter_app.case import Step


def test_nobody_found_says_what_to_do_and_keeps_what_was_typed(desk: Desk) -> None:
    desk.search("000000000")
    assert desk.shows("errorTitle", "Nobody found")
    assert "insurer's card" in desk.text("errorRemedy")
    assert desk.text("field_document_number") == "000000000"
    assert not desk.can_press("nextButton")


def test_a_name_with_accents_and_two_words_is_shown_as_the_sponsor_writes_it(desk: Desk) -> None:
    desk.search("987654321")
    assert desk.shows("beneficiaryName", "JOSÉ ANTONIO PEÑA MUÑOZ")


def test_somebody_without_active_cover_is_shown_but_not_served(desk: Desk) -> None:
    desk.search("111222333")
    assert desk.shows("coverageStatus", "No active cover")
    assert desk.text("beneficiaryName")
    assert not desk.can_press("nextButton")


def test_wrong_credentials_send_to_the_manager(open_desk) -> None:
    desk = open_desk(secret="wrong")
    desk.press("newCaseButton")
    assert desk.shows("errorTitle", "credentials")
    assert not desk.can_press("nextButton")


def test_a_sponsor_without_affiliation_says_so_and_another_one_can_be_chosen(open_desk) -> None:
    desk = open_desk(sponsors=("sponsor-of-others", "sponsor-sandbox"))
    desk.press("newCaseButton")
    assert desk.shows("errorTitle", "affiliated")
    desk.write("sponsorPicker", "sponsor-sandbox")
    desk.seen("field_document_number")
    assert desk.find("errorBanner") is None


def test_a_required_field_left_empty_is_marked_and_nothing_is_asked(desk: Desk) -> None:
    desk.press("newCaseButton")
    desk.seen("field_document_number")
    desk.press("searchButton")
    assert desk.error_of("field_document_number")
    assert desk.sandbox.count("search") == 0


def test_each_way_to_search_has_its_own_fields(desk: Desk) -> None:
    desk.press("newCaseButton")
    desk.seen("field_document_number")
    picker = desk.seen("formPicker")
    picker.choose("member-id")
    desk.write("field_member_id", "M-100001")
    assert desk.find("field_document_number") is None
    desk.press("searchButton")
    assert desk.shows("beneficiaryName", "MARIA GONZALEZ")


def test_no_connection_loses_nothing_and_trying_again_goes_on(desk: Desk) -> None:
    desk.press("newCaseButton")
    desk.write("field_document_number", "123456789")
    desk.sandbox.drop("search", times=3)
    desk.press("searchButton")
    assert desk.shows("errorTitle", "No connection")
    desk.press("retryButton")
    assert desk.shows("beneficiaryName", "MARIA GONZALEZ")
    assert desk.find("errorBanner") is None


def test_another_search_forgets_who_was_found_before(desk: Desk) -> None:
    desk.search()
    desk.shows("beneficiaryName", "MARIA GONZALEZ")
    desk.write("field_document_number", "000000000")
    desk.press("searchButton")
    desk.shows("errorTitle", "Nobody found")
    assert desk.find("beneficiaryName") is None
    assert desk.case().step is Step.BENEFICIARY


def test_a_family_is_a_list_to_choose_from(desk: Desk) -> None:
    desk.press("newCaseButton")
    desk.write("sponsorPicker", "sponsor-review")
    desk.seen("formPicker").choose("policy")
    desk.write("field_policy_number", "FAM-7700")
    desk.press("searchButton")
    people = desk.seen("beneficiaryChoices")
    assert len(desk.rows("beneficiaryChoices")) == 3
    assert not desk.can_press("nextButton")
    people.select(1)
    assert desk.shows("beneficiaryName", "CAMILA")
    desk.press("nextButton")
    desk.seen("prescriptionPage")
    assert desk.case().beneficiary.first_name == "CAMILA"


def test_a_changed_field_withdraws_who_was_found(desk: Desk) -> None:
    desk.search()
    desk.until(lambda: desk.can_press("nextButton"), "nobody was found")
    desk.write("field_document_number", "987654321")
    assert not desk.can_press("nextButton")
    desk.write("field_document_number", "123456789")
    assert desk.can_press("nextButton")
