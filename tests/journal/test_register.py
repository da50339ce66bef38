"""Finding a case by what is typed: whole words at once, parts of them once the register is full."""

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from journal_file import FILE, case_of, rich_case, run
from patients import SOMEBODY, invoice
from sqlalchemy import insert

from counter_app.case import Ending, new_case
from counter_app.journal.engine import engine_of, writing
from counter_app.journal.errors import JournalError
from counter_app.journal.register import Register
from counter_app.journal.rows import row_of
from counter_app.journal.schema import cases
from counter_app.journal.words import label_of, typed_whole, words_of
from counter_app.models import Authorization, Decision, Dispensation, SearchQuery

EVERYWHERE = replace(
    new_case(),
    query=SearchQuery(form_id="f", values=(("document_number", "1.234.567-8"), ("member", "12 34 56"))),
    beneficiary=replace(SOMEBODY, first_name="José Ángel", last_name="García-López O'Brien", document="CC-555666"),
    request_id=90210,
    decision=Decision(
        status="COMPLETED",
        authorizations=(Authorization(status="APPROVED", code="AUTH-77"), Authorization(status="REJECTED")),
    ),
    code="AUTH-88",
    dispensation=Dispensation(dispensation_id="d-31", status="STARTED"),
    invoice=invoice(Decimal(1)),
)
WHOLE_WORDS = [
    "jose",
    "JOSÉ",
    "angel garcía",
    "garcía-lópez",
    "lopez",
    "GarciaLopez",
    "o'brien",
    "obrien",
    "12345678",
    "1.234.567-8",
    "1-234-567-8",
    "1 234 567 8",
    "1 234 567-8",
    "123456",
    "12.34.56",
    "555666",
    "cc555666",
    "90210",
    "auth-77",
    "AUTH77",
    "auth 88",
    "d-31",
    "fv-1",
    "jose 12345678 auth-88",
]
PARTS = ["jos", "arci", "lope", "34567", "3.456", "auth-8", "902", "pez bri 4 5 6"]
NOT_THERE = ["maria", "jose maria", "99", "auth-99", "josex"]


@pytest.fixture
def anybody(store):
    store.keep(case_of("Somebody", "Else"), "x")
    return store.keep(EVERYWHERE, "x")


def ids(found):
    return [each.case_id for each in found]


@pytest.mark.parametrize("common", [1, 1000])
@pytest.mark.parametrize("text", WHOLE_WORDS)
async def test_a_case_is_found_by_whole_words_however_they_are_written(store, anybody, text, common, monkeypatch):
    monkeypatch.setattr("counter_app.journal.search._COMMON", common)
    assert ids(await store.find(text)) == [anybody.case_id]
    await store.fill()
    assert ids(await store.find(text)) == [anybody.case_id]


@pytest.mark.parametrize("text", PARTS)
async def test_a_case_is_found_by_parts_of_words_once_all_were_read(store, anybody, text):
    assert await store.find(text) == []
    await store.fill()
    assert ids(await store.find(text)) == [anybody.case_id]


@pytest.mark.parametrize("text", NOT_THERE)
async def test_where_one_word_is_missing_nothing_is_found(store, anybody, text):
    assert await store.find(text) == []
    await store.fill()
    assert await store.find(text) == []


@pytest.mark.parametrize("text", ["", "  ", "- .", "'"])
async def test_nothing_typed_finds_nothing(store, anybody, text):
    assert await store.find(text) == []
    await store.fill()
    assert await store.find(text) == []


async def test_the_newest_come_first_and_no_more_than_asked_for(store):
    kept = [store.keep(case_of("Same", "Name"), "x") for _ in range(5)]
    kept.append(store.keep(kept.pop(1), "x"))
    newest = [each.case_id for each in reversed(kept)]
    assert ids(await store.find("same", limit=3)) == newest[:3]
    await store.fill()
    assert ids(await store.find("sam", limit=3)) == newest[:3]
    assert ids(await store.find("sam")) == newest


async def test_closed_and_abandoned_cases_are_found_too_and_open_ones_with_their_draft(store):
    still_open = store.keep(case_of("Same", "Name"), "x")
    store.keep_draft(still_open.case_id, {"note": "ñ"})
    for ending in Ending:
        store.keep(case_of("Same", "Name", ending=ending), "x")
    found = await store.find("same")
    assert len(found) == 4
    assert found[-1].draft == {"note": "ñ"}


async def test_a_case_is_found_by_what_it_holds_now_and_no_longer_by_what_it_held(store):
    case = store.keep(case_of("Before", "Name"), "x")
    for full in (False, True):
        case = store.keep(replace(case, beneficiary=replace(SOMEBODY, first_name=f"After{full}", last_name="")), "x")
        assert ids(await store.find(f"after{full}")) == [case.case_id]
        assert await store.find("before") == []
        await store.fill()
    assert await store.find("afterfalse") == []


async def test_a_wiped_case_is_found_no_more(store):
    await store.fill()
    store.keep(case_of("Same", "Name", ending=Ending.DISPENSED), "x")
    assert len(await store.find("same")) == 1
    store.wipe(datetime.now(UTC) + timedelta(days=1))
    assert await store.find("same") == []
    assert await store.find("sam") == []


async def test_what_is_kept_while_the_labels_are_read_is_found_as_it_is_now(store):
    kept = [store.keep(case_of("Same", f"Name{number}"), "x") for number in range(600)]
    filling = asyncio.create_task(store.fill())
    for _ in range(3):  # the first slice is read, the second is not
        await asyncio.sleep(0)
    store.keep(replace(kept[0], beneficiary=replace(SOMEBODY, first_name="Changed")), "x")
    store.keep(replace(kept[599], beneficiary=replace(SOMEBODY, first_name="Changed")), "x")
    await filling
    assert len(await store.find("name", limit=1000)) == 598
    assert ids(await store.find("change")) == [kept[599].case_id, kept[0].case_id]


async def test_a_label_that_can_not_be_read_hides_no_other(store, folder):
    broken, fine = store.keep(case_of("Same", "One"), "x"), store.keep(case_of("Same", "Two"), "x")
    run(folder, "update cases set label = x'00' where case_id = ?", values=(broken.case_id,))
    await store.fill()
    assert ids(await store.find("sam")) == [fine.case_id]


async def test_a_search_that_failed_is_begun_again(store, folder, caplog):
    store.keep(case_of("Same", "Name"), "x")
    run(folder, "alter table cases rename column label to other")
    with pytest.raises(JournalError, match="can't be searched"):
        await store.fill()
    run(folder, "alter table cases rename column other to label")
    await store.fill()
    assert len(await store.find("sam")) == 1


async def test_closing_ends_the_reading_of_labels(open_store):
    store = open_store()
    filling = asyncio.create_task(store.fill())
    await asyncio.sleep(0)
    store.close()
    with pytest.raises(asyncio.CancelledError):
        await filling


def test_a_case_without_anything_has_no_words():
    assert words_of(new_case()) == frozenset()
    assert label_of(new_case()) == ""


def test_numbers_in_a_row_are_one():
    assert typed_whole("ana 12 3.4 luz 5 6") == ("ana", "1234", "luz", "56")


# --- a hundred thousand cases ---------------------------------------------------------------------------------------

MANY = 100_000


def test_among_100_000_cases_every_letter_typed_is_answered_in_time():
    register = Register()
    register.add(
        (f"{number:032x}", f"auth{number} {number * 7919} gonzalez maria sofia perez") for number in range(MANY)
    )
    for words in (("maria",), ("zzzz",), ("a",), ("maria", "79190099"), ("gonz", "mar", "sof", "per", "auth99999")):
        started = time.perf_counter()
        register.find(words, 50)
        # A quiet computer takes a tenth of it.
        assert time.perf_counter() - started < 0.25, words


async def test_filling_the_register_lets_others_have_their_turn(store, folder, vault):
    row = {"row_version": 1, **row_of(rich_case(), vault)}
    engine = engine_of(folder / FILE)
    with writing(engine) as connection:
        connection.execute(insert(cases), [{"case_id": f"c{number}", **row} for number in range(1200)])
    engine.dispose()
    filling = asyncio.create_task(store.fill())
    turns = 0
    while not filling.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns >= 1200 // 500
