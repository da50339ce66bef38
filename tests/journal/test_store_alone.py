"""Who may read the journal, who else writes it, and what is left of old cases in it."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from journal_file import FILE, READABLE, bytes_on_disk, case_of, rich_case, run

from counter_app.case import Ending, new_case
from counter_app.journal.errors import JournalError
from counter_app.journal.store import Store
from counter_app.journal.vault import Vault
from counter_app.models import (
    Indication,
)

# --- who may read it --------------------------------------------------------------------------------------------------


def test_nothing_of_a_patient_or_a_code_is_readable_on_the_disk(store, folder):
    case = store.keep(rich_case(), "opened")
    store.keep_draft(case.case_id, {"note": "GONZALEZ"})
    for closed in (False, True):
        found = [word for word in READABLE if word in bytes_on_disk(folder)]
        assert not found, (closed, found)
        store.close()
    assert case.case_id.encode() in bytes_on_disk(folder)


def test_another_vault_reads_nothing_and_says_how_much(store, folder):
    store.keep(rich_case(), "opened")
    store.close()
    other = Store(folder, Vault.made())
    assert other.cases() == []
    (notice,) = other.notices()
    assert (notice.code, notice.lost) == ("unreadable_cases", 1)
    other.close()


def test_a_content_moved_to_another_row_is_not_taken_for_that_case(store, folder):
    first = store.keep(case_of("A", "B"), "x")
    store.keep(case_of("C", "D"), "x")
    taken = "(select content from cases where case_id = ?)"
    run(folder, f"update cases set content = {taken}", values=(first.case_id,))  # noqa: S608  the test's own words
    assert [each.case_id for each in store.cases()] == [first.case_id]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
@pytest.mark.parametrize("there_before", [False, True])
def test_folder_and_files_are_their_owners_alone_whatever_the_umask(folder, vault, there_before):
    before = os.umask(0)
    try:
        if there_before:
            folder.mkdir(mode=0o777)
            (folder / FILE).touch(mode=0o666)
        store = Store(folder, vault)
        store.keep(rich_case(), "x")
        modes = {each.name: each.stat().st_mode & 0o777 for each in folder.iterdir()}
        assert modes == {FILE: 0o600, f"{FILE}-wal": 0o600, f"{FILE}-shm": 0o600}
        assert folder.stat().st_mode & 0o777 == 0o700
        store.close()
    finally:
        os.umask(before)


# --- two programs on one journal ------------------------------------------------------------------------------------


def test_a_case_that_another_program_changed_is_not_overwritten(store, open_store, folder):
    mine = store.keep(new_case(), "opened")
    other = open_store()
    (theirs,) = other.cases()
    other.keep(replace(theirs, code="AUTH-1"), "create.done")
    with pytest.raises(JournalError, match="changed elsewhere") as caught:
        store.keep(replace(mine, code="AUTH-2"), "create.done")
    assert caught.value.code == "changed_elsewhere"
    assert [each.code for each in store.cases()] == ["AUTH-1"]
    assert list(store.events(mine.case_id)) == ["opened", "create.done"]
    assert store.keep(replace(store.cases()[0], code="AUTH-3"), "mended").code == "AUTH-3"


def test_a_case_that_another_program_wiped_does_not_come_back(store, open_store):
    mine = store.keep(replace(new_case(), ending=Ending.REJECTED), "closed")
    open_store().wipe(datetime.now(UTC) + timedelta(days=1))
    with pytest.raises(JournalError) as caught:
        store.keep(mine, "again")
    assert caught.value.code == "changed_elsewhere"


def test_a_case_never_read_here_is_kept_when_it_is_as_it_was(store, open_store):
    mine = store.keep(new_case(), "opened")
    assert open_store().keep(replace(mine, code="AUTH-1"), "create.done").code == "AUTH-1"


def test_a_case_never_read_here_is_not_overwritten_by_an_older_one(store, open_store):
    mine = store.keep(new_case(), "opened")
    store.keep(replace(mine, code="AUTH-1"), "create.done")
    with pytest.raises(JournalError) as caught:
        open_store().keep(mine, "typed")
    assert caught.value.code == "changed_elsewhere"


def test_an_event_tells_who_did_what_and_from_which_state_to_which(store, folder):
    case = store.keep(new_case(), "opened")
    store.keep(replace(case, ending=Ending.ABANDONED), "given_up")
    told = run(folder, "select who, what, case_id, from_state, to_state from events where number > 1")
    assert told == [
        ("rosa", "opened", case.case_id, "", "serving.beneficiary"),
        ("rosa", "given_up", case.case_id, "serving.beneficiary", "closed.beneficiary"),
    ]


# --- old cases are wiped --------------------------------------------------------------------------------------------


def test_old_closed_cases_are_wiped_and_the_audit_trail_tells_so(store, folder):
    closed = [store.keep(replace(rich_case(), ending=Ending.DISPENSED), "x") for _ in range(3)]
    moment = datetime.now(UTC)
    young = store.keep(replace(rich_case(), ending=Ending.DISPENSED), "x")
    still_open = store.keep(new_case(), "x")
    assert store.wipe(moment) == tuple(each.case_id for each in closed)
    assert [each.case_id for each in store.cases()] == [still_open.case_id, young.case_id]
    assert list(store.events(closed[0].case_id)) == ["x", "wiped"]
    assert run(folder, "select distinct case_id from marks") == [(young.case_id,)]
    assert store.wipe(moment) == ()


def test_of_a_wiped_case_not_even_the_sealed_bytes_are_left(store, folder):
    case = store.keep(replace(rich_case(), ending=Ending.DISPENSED), "x")
    ((content, label),) = run(folder, "select content, label from cases")
    assert content[-40:] in bytes_on_disk(folder)
    store.wipe(datetime.now(UTC) + timedelta(seconds=1))
    left = bytes_on_disk(folder)
    assert content[-40:] not in left
    assert label[-16:] not in left
    assert case.case_id.encode() in left


# --- files in the vault ---------------------------------------------------------------------------------------------


def test_the_files_that_open_cases_refer_to_are_known(store):
    paper = Indication(path="/a.pdf", name="a.pdf", size=1, kept="one")
    store.keep(replace(new_case(), outgoing=paper), "x")
    store.keep(replace(new_case(), indications=(replace(paper, kept="two"), replace(paper, kept=None))), "x")
    store.keep(replace(new_case(), indications=(replace(paper, kept="three"),), ending=Ending.DISPENSED), "x")
    assert store.kept_files() == {"one", "two"}
    assert store.knows_all


def test_where_a_case_can_not_be_read_nobody_says_that_all_is_known(open_store, folder):
    open_store().keep(new_case(), "x")
    run(folder, "update cases set content = x'00'")
    assert not open_store().knows_all
