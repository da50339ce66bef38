"""The audit trail: whoever changes, removes or adds an event is found out, and which event it was."""

import shutil
from dataclasses import replace

import pytest
from journal_file import FILE, run

from counter_app.case import new_case
from counter_app.journal.audit import Verdict, verify_journal
from counter_app.journal.chain import Head, set_head
from counter_app.journal.engine import engine_of, writing
from counter_app.journal.errors import JournalError
from counter_app.journal.store import Store
from counter_app.journal.vault import Vault

EVENTS = 6
COLUMNS = "at, who, what, case_id, from_state, to_state, hash"


@pytest.fixture
def told(open_store, folder):
    """A journal of six events: it was made, and a case was kept five times."""
    store = open_store()
    case = new_case()
    for number in range(EVENTS - 1):
        case = store.keep(replace(case, code=f"AUTH-{number}"), f"event.{number + 2}")
    store.close()
    return folder


def bad(folder, vault):
    verdict = verify_journal(folder, vault)
    assert not verdict.ok
    return verdict.number, verdict.what, verdict.count


def move(folder, *numbers: tuple[int, int]) -> None:
    """Give events other numbers, one after the other."""
    run(folder, *(f"update events set number = {to} where number = {number}" for number, to in numbers))  # noqa: S608


def test_a_trail_that_nobody_touched_is_whole(told, vault):
    assert verify_journal(told, vault) == Verdict(ok=True, count=EVENTS)


def test_a_trail_is_checked_while_the_counter_works(told, open_store, vault):
    store = open_store()
    store.keep(new_case(), "one.more")
    assert verify_journal(told, vault) == Verdict(ok=True, count=EVENTS + 1)


def test_checking_changes_nothing_in_the_file(told, vault):
    before = (told / FILE).read_bytes()
    verify_journal(told, vault)
    assert (told / FILE).read_bytes() == before


@pytest.mark.parametrize("number", range(1, EVENTS + 1))
@pytest.mark.parametrize(
    "change",
    [
        "at = '2020'",
        "who = 'nobody'",
        "what = 'nothing'",
        "case_id = 'other'",
        "from_state = 'x'",
        "to_state = 'x'",
        "hash = x'00'",
        "hash = 'text'",
        "what = x'00'",
    ],
)
def test_a_changed_field_is_found_whichever_it_is(told, vault, number, change):
    run(told, f"update events set {change} where number = {number}")  # noqa: S608
    assert bad(told, vault) == (number, "changed", number - 1)


@pytest.mark.parametrize("number", range(1, EVENTS + 1))
def test_a_removed_event_is_found_also_the_first_and_the_last(told, vault, number):
    run(told, "delete from events where number = ?", values=(number,))
    assert bad(told, vault) == (number, "removed", number - 1)


@pytest.mark.parametrize("number", range(1, EVENTS + 1))
def test_a_removed_event_is_found_when_the_others_close_the_gap(told, vault, number):
    run(told, "delete from events where number = ?", values=(number,))
    move(told, *((each, each - 1) for each in range(number + 1, EVENTS + 1)))
    assert bad(told, vault) == (number, "removed", number - 1)


@pytest.mark.parametrize("what", ["delete from events", "delete from audit_head"])
def test_a_trail_without_events_or_without_its_head_is_not_whole(told, vault, what):
    run(told, what)
    count = 0 if what.endswith("events") else EVENTS
    assert bad(told, vault) == (count + 1, "removed", count)


def test_a_trail_emptied_of_everything_is_not_whole(told, vault):
    run(told, "delete from events", "delete from audit_head")
    assert bad(told, vault) == (1, "removed", 0)


def test_the_head_can_not_be_set_back_to_hide_what_was_removed(told, vault):
    run(told, f"delete from events where number = {EVENTS}", f"update audit_head set number = {EVENTS - 1}")  # noqa: S608
    assert bad(told, vault) == (EVENTS, "removed", EVENTS - 1)


def test_an_event_added_at_the_end_is_found(told, vault):
    run(told, f"insert into events select {EVENTS + 1}, {COLUMNS} from events where number = {EVENTS}")  # noqa: S608
    assert bad(told, vault) == (EVENTS + 1, "inserted", EVENTS)


def test_an_event_added_far_behind_the_end_is_found(told, vault):
    run(told, f"insert into events select 99, {COLUMNS} from events where number = 2")  # noqa: S608
    assert bad(told, vault) == (99, "inserted", EVENTS)


def test_an_event_added_before_the_first_is_found(told, vault):
    run(told, f"insert into events select 0, {COLUMNS} from events where number = 1")  # noqa: S608
    assert bad(told, vault) == (0, "inserted", 0)


@pytest.mark.parametrize("number", range(1, EVENTS + 1))
def test_an_event_added_between_with_room_made_for_it_is_found(told, vault, number):
    move(told, *((each, each + 1) for each in range(EVENTS, number - 1, -1)))
    forged = f"insert into events select {number}, {COLUMNS} from events where number = {1 if number > 1 else EVENTS}"  # noqa: S608
    run(told, forged)
    assert bad(told, vault) == (number, "inserted", number - 1)


def test_one_changed_and_another_added_names_the_first(told, vault):
    run(told, "update events set what = 'x' where number = 3")
    run(told, f"insert into events select 99, {COLUMNS} from events where number = 2")  # noqa: S608
    assert bad(told, vault) == (3, "changed", 2)


def test_one_changed_and_another_removed_names_the_first(told, vault):
    run(told, "update events set what = 'x' where number = 3")
    run(told, "delete from events where number = 5")
    assert bad(told, vault) == (3, "changed", 2)


def test_a_changed_event_is_found_when_the_head_is_gone_as_well(told, vault):
    run(told, "update events set what = 'x' where number = 3")
    run(told, "delete from audit_head")
    assert bad(told, vault) == (3, "changed", 2)


def test_an_event_with_another_number_is_found(told, vault):
    move(told, (3, 30))
    assert bad(told, vault) == (3, "changed", 2)


def test_two_events_that_changed_places_are_found(told, vault):
    move(told, (3, 99), (4, 3), (99, 4))
    assert bad(told, vault) == (3, "changed", 2)


def test_a_head_of_an_earlier_day_put_back_is_found(told, open_store, vault):
    run(told, "create table kept_head as select * from audit_head")
    open_store().keep(new_case(), "later")
    run(told, "delete from audit_head", "insert into audit_head select * from kept_head")
    assert bad(told, vault) == (EVENTS + 1, "inserted", EVENTS)


def test_a_head_of_another_trail_is_found(told, vault):
    engine = engine_of(told / FILE)
    with writing(engine) as connection:
        set_head(connection, vault, Head(number=EVENTS, hash=b"of another trail"))
    engine.dispose()
    assert bad(told, vault) == (EVENTS, "changed", EVENTS - 1)


def test_another_vault_vouches_for_nothing(told):
    assert bad(told, Vault.made()) == (1, "changed", 0)


@pytest.mark.parametrize("what", ["delete from audit_head", "update audit_head set hash = x'00'"])
def test_work_goes_on_without_the_head_and_the_place_stays_visible(told, open_store, vault, what):
    run(told, what)
    store = open_store()
    case = store.keep(new_case(), "later")
    assert store.keep(case, "later.still").case_id == case.case_id
    assert bad(told, vault) == (EVENTS + 1, "changed", EVENTS)


def test_work_goes_on_without_any_event_and_the_place_stays_visible(told, open_store, vault):
    run(told, "delete from audit_head", "delete from events where number > 1")
    open_store().keep(new_case(), "later")
    assert bad(told, vault) == (2, "changed", 1)


def test_what_is_whole_stays_so_after_wiping_and_drafts(told, open_store, vault):
    store = open_store()
    (case,) = store.cases()
    store.keep_draft(case.case_id, {"a": "b"})
    store.check()
    assert verify_journal(told, vault) == Verdict(ok=True, count=EVENTS)


# --- what can't be checked ------------------------------------------------------------------------------------------


def test_where_there_is_no_journal_nothing_is_made(folder, vault):
    with pytest.raises(JournalError, match="no journal"):
        verify_journal(folder, vault)
    assert not folder.exists()


def test_a_newer_programs_trail_is_not_judged(told, vault):
    run(told, "update schema_version set version = 99")
    with pytest.raises(JournalError) as caught:
        verify_journal(told, vault)
    assert caught.value.code == "newer"


@pytest.mark.parametrize("what", ["update schema_version set version = 1", "drop table schema_version"])
def test_an_older_programs_trail_is_not_judged_and_not_changed(told, vault, what):
    run(told, what)
    before = (told / FILE).read_bytes()
    with pytest.raises(JournalError, match="older program"):
        verify_journal(told, vault)
    assert (told / FILE).read_bytes() == before


def test_a_damaged_file_is_told_and_left_where_it_is(told, vault):
    (told / FILE).write_bytes(b"rubbish " * 1000)
    with pytest.raises(JournalError) as caught:
        verify_journal(told, vault)
    assert caught.value.code == "damaged"
    assert [each.name for each in told.iterdir()] == [FILE]


def test_a_copied_journal_is_checked_with_the_same_vault(told, vault, tmp_path):
    shutil.copytree(told, tmp_path / "copy")
    assert verify_journal(tmp_path / "copy", vault).ok
    Store(tmp_path / "copy", vault).close()
    assert verify_journal(tmp_path / "copy", vault).ok
