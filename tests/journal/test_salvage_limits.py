"""What a salvage does not take over, and what happens when it is cut short itself."""

import os
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from damage import RUBBISH, aside, damaging, overwrite, salvaged
from journal_file import FILE, bytes_on_disk, case_of, rich_case, run
from version_1 import write_version_1

from counter_app.journal import salvage
from counter_app.journal.audit import verify_journal
from counter_app.journal.copies import read_sealed
from counter_app.journal.errors import JournalError
from counter_app.journal.store import Store
from counter_app.journal.vault import Vault

# --- only what is whole and ours ------------------------------------------------------------------------------------


def test_a_row_that_nobody_vouches_for_is_not_taken_over(filled, folder, vault, open_store):
    one, two, three, four = (each.case_id for each in filled[:4])
    run(folder, "update cases set content = x'00' where case_id = ?", values=(one,))
    run(folder, "update cases set content = 'text' where case_id = ?", values=(two,))
    run(folder, "update cases set row_version = 'x' where case_id = ?", values=(three,))
    broken = vault.seal(b"{", f"case:{four}")
    run(folder, "update cases set content = ? where case_id = ?", values=(broken, four))
    run(folder, "update events set hash = 'text' where number = 300", "update audit_head set hash = 'text'")
    run(folder, "insert into drafts values ('nobody', x'00')")
    with damaging(folder) as file:
        file.write(RUBBISH[:100])
    store = open_store()
    assert {each.case_id for each in store.cases()} == {each.case_id for each in filled} - {one, two, four}
    assert salvaged(store).lost == 3
    assert run(folder, "select row_version from cases where case_id = ?", values=(three,)) == [(1,)]
    assert run(folder, "select count(*) from drafts") == [(1,)]


def test_a_row_that_is_there_twice_is_taken_over_once(filled, folder, vault, open_store):
    run(
        folder,
        "pragma writable_schema = on",
        "create table twin as select * from cases union all select * from cases",
        "update sqlite_master set name = 'other', tbl_name = 'other' where name = 'cases'",
        "update sqlite_master set name = 'cases', tbl_name = 'cases' where name = 'twin'",
    )
    with damaging(folder) as file:
        file.write(RUBBISH[:100])
    assert len(open_store().cases()) == 300


def test_a_damaged_journal_of_a_newer_program_is_left_where_it_is(filled, folder, vault):
    run(folder, "update schema_version set version = 99")
    with damaging(folder) as file:
        file.write(RUBBISH[:100])
    before = (folder / FILE).read_bytes()
    with pytest.raises(JournalError) as caught:
        Store(folder, vault)
    assert caught.value.code == "newer"
    assert (folder / FILE).read_bytes() == before
    assert [each.name for each in folder.iterdir()] == [FILE]


def test_of_a_damaged_journal_of_the_first_program_nothing_stays_readable(folder, vault, open_store):
    cases = [replace(rich_case(), ending=None) for _ in range(50)]
    write_version_1(folder, cases)
    with damaging(folder) as file:
        file.write(RUBBISH[:100])
    before = (folder / FILE).read_bytes()
    store = open_store()
    assert {each.case_id for each in store.cases()} == {each.case_id for each in cases}
    assert store.cases()[0].draft == {"note": "GONZALEZ"}
    assert list(store.events(cases[0].case_id)) == ["opened", "x"]
    store.close()
    assert b"GONZALEZ" not in bytes_on_disk(folder)
    assert read_sealed(aside(folder) / f"{FILE}.sealed", vault) == before
    assert verify_journal(folder, vault).ok


# --- whatever breaks meanwhile --------------------------------------------------------------------------------------


def test_when_the_power_goes_before_the_new_one_is_ready_it_is_begun_again(filled, folder, vault, open_store):
    with damaging(folder) as file:
        file.write(RUBBISH[:100])
    (folder / "salvaging").mkdir()
    (folder / "salvaging" / FILE).write_bytes(b"half")
    store = open_store()
    assert len(store.cases()) == 300
    assert not (folder / "salvaging").exists()


@pytest.mark.parametrize("gone", [False, True])
def test_when_the_power_goes_between_the_old_and_the_new_it_is_finished_at_the_next_start(
    filled, folder, vault, open_store, gone
):
    with damaging(folder) as file:
        file.write(RUBBISH[:100])
    salvage.rescue(folder, vault, "rosa")
    if gone:
        (folder / "damaged-before").mkdir()
        (folder / FILE).rename(folder / "damaged-before" / FILE)
    store = open_store()
    assert len(store.cases()) == 300
    assert salvaged(store).saved == 300
    assert len(list(folder.glob(f"damaged-*/{FILE}"))) == 1


def test_where_the_damaged_one_can_not_be_put_aside_it_stays(filled, folder, vault, monkeypatch):
    with damaging(folder) as file:
        file.write(RUBBISH[:100])
    before = (folder / FILE).read_bytes()
    (folder / "journal.salvaged").mkdir()
    with pytest.raises(JournalError):
        Store(folder, vault)
    assert before in [each.read_bytes() for each in folder.rglob(FILE)]


def test_a_locked_journal_is_not_damaged(filled, folder, vault, open_store):
    store = open_store()
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as other:
        other.execute("begin exclusive")
        with pytest.raises(JournalError, match="another program") as caught:
            store.keep(filled[0], "again")
    assert caught.value.code == "locked"
    assert list(folder.glob("damaged-*")) == []
    assert store.keep(filled[0], "again").case_id == filled[0].case_id


def test_another_vaults_journal_is_not_damaged(filled, folder):
    store = Store(folder, Vault(os.urandom(32)))
    assert [each.code for each in store.notices()] == ["unreadable_cases"]
    assert list(folder.glob("damaged-*")) == []
    store.close()


def test_names_in_a_damaged_journal_do_not_reach_the_log(folder, open_store, caplog):
    open_store().keep(case_of("GONZALEZ", "MARIA"), "x")
    open_store().close()
    overwrite(folder, 0)
    open_store()
    assert "GONZALEZ" not in caplog.text
