"""Finding a case: at once among those on screen, and a moment later among all that the disk has."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

import pytest
from desk import Desk
from strongroom import journal_of

from counter_app.case import Case, Ending, new_case
from counter_app.gui import case_rows
from counter_app.models import Beneficiary, Coverage, Topic
from counter_app.settings import Profile


def _case(first: str, last: str, *, days_ago: int = 0, ending: Ending | None = None) -> Case:
    person = Beneficiary(beneficiary_id="b", first_name=first, last_name=last, coverage=Coverage(active=True))
    then = datetime.now(UTC) - timedelta(days=days_ago)
    made = replace(new_case(), beneficiary=person, matches=(person,), confirmed=True, ending=ending)
    return replace(made, created_at=then, updated_at=then)


def _names(desk: Desk) -> list[str]:
    return [row.name for row in desk.window.sidebar.cases.rows()]


def _shows(desk: Desk, *names: str) -> None:
    desk.until(lambda: sorted(_names(desk)) == sorted(names), f"the list never showed {len(names)} of these")


@pytest.fixture
def many(open_desk, tmp_path: Path) -> Desk:
    """A counter with more closed cases on its disk than it holds, and one old one among them."""
    store = journal_of(Profile(data_dir=tmp_path / "counter"))
    store.keep(_case("ÍÑIGO", "GONZÁLEZ", ending=Ending.DISPENSED), "x")
    for number in range(205):
        store.keep(_case("NADIE", f"N{number}", ending=Ending.DISPENSED), "x")
    store.close()
    desk = open_desk()
    desk.until(lambda: len(desk.counter.cases()) >= 200, "the cases were not read")
    return desk


def test_accents_and_capitals_do_not_matter(desk: Desk) -> None:
    for case in (_case("ÍÑIGO", "GONZÁLEZ"), _case("MARIA", "PEREZ")):
        desk.counter._cases.put(case)
    desk.write("caseSearch", "gonzalez inigo")
    _shows(desk, "ÍÑIGO GONZÁLEZ")
    desk.write("caseSearch", "María")
    _shows(desk, "MARIA PEREZ")


def test_a_case_that_only_the_disk_knows_is_found_and_can_be_opened(many: Desk) -> None:
    assert not any(each.beneficiary.last_name == "GONZÁLEZ" for each in many.counter.cases())
    many.write("caseSearch", "gonzalez")
    _shows(many, "ÍÑIGO GONZÁLEZ")
    (row,) = many.window.sidebar.cases.rows()
    many.window.show_case(row.case_id)
    assert many.shows("identityName", "ÍÑIGO GONZÁLEZ")


def test_an_older_texts_answer_does_not_replace_a_newer_ones(many: Desk) -> None:
    many.counter.find("gonzalez")
    many.counter.find("nadie")
    many.until(lambda: bool(many.counter.found("nadie")), "nothing was found")
    assert many.counter.found("gonzalez") == frozenset()
    found = {many.counter.case(each).beneficiary.first_name for each in many.counter.found("nadie")}
    assert found == {"NADIE"}


def test_nothing_found_is_said(desk: Desk) -> None:
    desk.write("caseSearch", "nobody at all")
    assert desk.shows("caseSearchSaid", "No case matches.")
    desk.window.sidebar.search.clear()
    desk.until(lambda: desk.find("caseSearchSaid") is None, "it is still said")


def test_of_many_the_newest_are_shown_and_it_is_said_that_there_are_more(many: Desk) -> None:
    many.write("caseSearch", "nadie")
    many.until(lambda: len(_names(many)) == case_rows.MOST, "they are not all there")
    assert many.shows("caseSearchSaid", f"The newest {case_rows.MOST} are shown")


def test_thousands_of_cases_do_not_hold_up_whoever_types(desk: Desk) -> None:
    for number in range(5_000):
        desk.counter._cases.put(_case("NADIE", f"N{number}", days_ago=number % 300))
    desk.window.sidebar.show_cases()
    desk.window.sidebar._rows.groups(desk.counter.cases(), "first look")
    took = []
    for text in ("n", "na", "nad", "nad n4999", "nobody"):
        began = perf_counter()
        desk.window.sidebar._rows.groups(desk.counter.cases(), text)
        took.append(perf_counter() - began)
    assert sorted(took)[len(took) // 2] < 0.05


def test_the_search_asks_the_disk_as_it_is_typed(desk: Desk) -> None:
    asked: list[object] = []
    ask = desk.counter._questions.ask
    desk.counter._questions.ask = lambda topic, *given: (asked.append((topic, *given)), ask(topic, *given))[1]
    desk.write("caseSearch", "maria")
    desk.until(lambda: (Topic.FIND, "maria") in asked, "the disk was not asked")
