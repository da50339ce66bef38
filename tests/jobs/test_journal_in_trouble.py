"""What staff see when this computer can't keep what they type, and when it can again."""

import pytest
from desk import Desk
from PySide6.QtCore import Qt

from counter_app.gui.journal_messages import JOURNAL, NOTICES, noticed, of_the_journal, why_nothing_begins
from counter_app.models import Notice
from counter_app.osigu.errors import Failure, Kind

FULL = Failure(kind=Kind.SETTINGS, code="journal.full")


@pytest.fixture
def well(desk: Desk) -> Desk:
    """A counter whose journal has said that it is well."""
    desk.until(lambda: desk.counter.safekeeping._is_open and desk.counter.safekeeping._question is None)
    return desk


def test_trouble_is_told_at_home_and_nothing_can_be_begun(well: Desk) -> None:
    well.counter.safekeeping.refused(FULL)
    assert well.shows("errorTitle", "disk is full")
    for key in (Qt.Key.Key_F2, Qt.Key.Key_F3):
        well.key(key)
    well.window.begin_case()
    assert well.seen("homePage")
    for name in ("newCaseButton", "dispenseCodeButton", "homeNewCase", "homeDispenseCode"):
        assert not well.can_press(name)
        assert well.seen(name).toolTip() == "This computer's disk is full"
    assert well.counter.cases() == ()


def test_the_banner_goes_by_itself_and_work_goes_on(well: Desk) -> None:
    well.counter.safekeeping.refused(FULL)
    well.seen("errorBanner")
    well.counter.safekeeping.check()
    well.until(lambda: well.find("errorBanner") is None, "the banner stays")
    well.search()
    assert well.shows("beneficiaryName", "MARIA GONZALEZ")
    assert well.seen("newCaseButton").toolTip() == ""


def test_it_can_be_tried_again_at_once(well: Desk) -> None:
    well.counter.safekeeping.refused(FULL)
    well.press("retryButton")
    well.until(lambda: well.find("errorBanner") is None, "the banner stays")


def test_trouble_is_told_on_the_case_on_screen_and_its_own_failure_comes_back_after_it(well: Desk) -> None:
    well.search("1")
    well.shows("errorTitle", "Nobody found")
    well.counter.safekeeping.refused(FULL)
    assert well.shows("errorTitle", "disk is full")
    well.counter.safekeeping.check()
    assert well.shows("errorTitle", "Nobody found")


def test_a_notice_is_told_at_home_until_the_next_case_is_begun(well: Desk) -> None:
    well.counter.safekeeping._take((Notice(code="salvaged", saved=12, lost=1, place="/there/damaged.db"),))
    assert well.shows("errorTitle", "has been put right")
    assert well.text("errorRemedy").startswith("12 cases were saved. 1 case is lost.")
    assert "/there/damaged.db" in well.text("errorRemedy")
    assert well.find("retryButton") is None
    well.press("newCaseButton")
    assert well.find("errorBanner") is None
    well.press("cancelButton")
    well.seen("homePage")
    assert well.find("errorBanner") is None


@pytest.mark.parametrize("code", JOURNAL)
def test_each_trouble_says_what_happened_and_what_to_do(code: str) -> None:
    failure = Failure(kind=Kind.SETTINGS, code=code)
    said = of_the_journal(failure)
    assert said.title
    assert said.remedy
    assert said.action == "Try again"
    assert why_nothing_begins(None, failure) == said.title


@pytest.mark.parametrize("code", NOTICES)
def test_each_notice_can_be_told(code: str) -> None:
    said = noticed(Notice(code=code, saved=1, lost=2, place="/there"))
    assert said.title
    assert "{" not in said.remedy
    assert noticed(Notice(code=code)).title == said.title


def test_a_notice_that_this_program_has_no_words_for_is_passed_over() -> None:
    assert noticed(Notice(code="from a later version")) is None


def test_trouble_without_words_of_its_own_keeps_cases_from_being_begun_as_well() -> None:
    assert of_the_journal(Failure(kind=Kind.BUG)) is None
    assert why_nothing_begins(None, Failure(kind=Kind.BUG)) == "Nothing can be kept on this computer now."
    assert "passphrase" in why_nothing_begins(Failure(kind=Kind.LOCKED, code="known"), None)
