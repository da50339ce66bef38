"""A journal of the first program: everything in it is there afterwards, and nothing of it is readable any more."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace

import pytest
from journal_file import FILE, NOW, READABLE, bytes_on_disk, rich_case, run
from version_1 import VERSION_1, write_version_1

from counter_app.case import Ending, new_case
from counter_app.journal import migration
from counter_app.journal.audit import verify_journal
from counter_app.journal.copies import copy_sealed, read_sealed
from counter_app.journal.engine import engine_of
from counter_app.journal.errors import JournalError
from counter_app.journal.store import Store
from counter_app.journal.vault import TamperedError, Vault


@pytest.fixture
def cases():
    return [replace(rich_case(), updated_at=NOW), replace(new_case(), updated_at=NOW, ending=Ending.DISPENSED)]


@pytest.fixture
def old(folder, cases):
    write_version_1(folder, cases)
    return folder


def test_the_tests_old_journal_is_readable_by_anybody(old):
    assert all(word in bytes_on_disk(old) for word in (b"MARIA", b"GONZALEZ", b"987654321", b"AUTH-7755"))


def test_every_case_draft_and_event_is_there_afterwards(old, open_store, cases):
    still_open, closed = open_store().cases()
    assert still_open == replace(cases[0], draft={"note": "GONZALEZ"})
    assert replace(closed, draft={}) == cases[1]
    assert list(open_store().events(still_open.case_id)) == ["opened", "x"]
    assert open_store().knows_all


def test_nothing_of_a_patient_is_readable_anywhere_in_the_folder_afterwards(old, open_store):
    store = open_store()
    for closed in (False, True):
        found = [word for word in READABLE if word in bytes_on_disk(old)]
        assert not found, (closed, found)
        store.close()


def test_the_case_is_found_and_kept_on(old, open_store, anyio_backend):
    store = open_store()
    case = store.cases()[0]
    kept = store.keep(replace(case, code="AUTH-9"), "y")
    assert run(old, "select row_version from cases order by row_version") == [(3,), (4,)]
    assert kept.code == "AUTH-9"


async def test_old_cases_are_found_by_their_words(old, open_store):
    assert [each.code for each in await open_store().find("gonzález maria 987.654.321")] == ["AUTH-7755"]


def test_the_audit_trail_begins_with_the_old_events_and_is_whole(old, open_store, vault):
    open_store()
    assert verify_journal(old, vault).count == 5
    assert run(old, "select who, what from events")[-1] == ("rosa", "journal.migrated")


def test_the_file_as_it_was_is_kept_where_only_the_vault_reads_it(old, open_store, vault):
    open_store().close()
    (copy,) = (old / "copies").iterdir()
    assert copy.name == "journal-1.sealed"
    content = read_sealed(copy, vault)
    assert content.startswith(b"SQLite format 3")
    assert b"GONZALEZ" in content
    assert os.name == "nt" or copy.stat().st_mode & 0o077 == 0
    with pytest.raises(TamperedError):
        read_sealed(copy, Vault.made())


def test_a_sealed_copy_of_which_a_piece_is_missing_is_not_taken_for_whole(tmp_path, vault, monkeypatch):
    monkeypatch.setattr("counter_app.journal.copies._PIECE", 10)
    (tmp_path / "file").write_bytes(b"0123456789abcdefghij!")
    sealed = tmp_path / "copies" / "copy"
    copy_sealed(tmp_path / "file", sealed, vault)
    assert read_sealed(sealed, vault) == b"0123456789abcdefghij!"
    content = sealed.read_bytes()
    piece = 4 + int.from_bytes(content[:4], "big")
    for cut in (content[piece:], content[:-1], content[: 2 * piece], content[piece : 2 * piece] + content[:piece]):
        sealed.write_bytes(cut)
        with pytest.raises(TamperedError):
            read_sealed(sealed, vault)


def test_old_copies_go_when_old_cases_are_wiped(old, open_store):
    store = open_store()
    store.wipe(NOW)
    assert len(list((old / "copies").iterdir())) == 1
    os.utime(old / "copies" / "journal-1.sealed", (0, 0))
    store.wipe(NOW)
    assert list((old / "copies").iterdir()) == []


@pytest.mark.parametrize("content", ["{", '{"case_id":"GONZALEZ"}'])
def test_an_old_case_that_can_not_be_read_stays_sealed_for_whoever_can_mend_it(old, open_store, vault, cases, content):
    run(old, "update cases set content = ? where case_id = ?", values=(content, cases[0].case_id))
    store = open_store()
    assert [each.case_id for each in store.cases()] == [cases[1].case_id]
    assert [each.code for each in store.notices()] == ["unreadable_cases"]
    ((state, sealed),) = run(old, "select state, content from cases where ending is null")
    assert state == "unreadable"
    assert vault.open(sealed, f"case:{cases[0].case_id}") == content.encode()
    assert b"GONZALEZ" not in bytes_on_disk(old)


@pytest.mark.parametrize("made", ["schema_version", "cases", "drafts"])
def test_a_first_start_that_was_cut_short_is_gone_on_with(folder, open_store, made):
    folder.mkdir()
    with closing(sqlite3.connect(folder / FILE)) as connection, connection:
        for statement in VERSION_1.split(";")[:-2]:
            connection.execute(statement)
            if f"CREATE TABLE {made} " in statement:
                break
    store = open_store()
    case = store.keep(new_case(), "x")
    assert store.cases() == [case]
    assert run(folder, "select version from schema_version") == [(2,)]


def test_opening_a_second_time_migrates_nothing(old, open_store):
    open_store().close()
    before = run(old, "select count(*) from events")
    open_store()
    assert run(old, "select count(*) from events") == before


# --- whatever breaks meanwhile --------------------------------------------------------------------------------------


def test_while_another_program_reads_it_the_old_journal_stays(old, vault, cases):
    with closing(sqlite3.connect(old / FILE)) as other:
        other.execute("PRAGMA wal_autocheckpoint=0")
        other.execute("delete from events where number = 1")
        other.commit()
        other.execute("begin")
        other.execute("select * from cases").fetchone()
        with pytest.raises(JournalError, match="another program") as caught:
            Store(old, vault)
    assert caught.value.code == "locked"
    assert len(run(old, "select * from cases where content like '%GONZALEZ%'")) == 1


def test_a_step_that_fails_leaves_the_old_journal(old, vault, cases):
    run(old, "create trigger no_event before delete on schema_version begin select raise(abort, 'x'); end")
    with pytest.raises(JournalError):
        Store(old, vault)
    assert run(old, "select version from schema_version") == [(1,)]
    assert len(run(old, "select * from cases where content like '%GONZALEZ%'")) == 1
    run(old, "drop trigger no_event")
    store = Store(old, vault)
    assert len(store.cases()) == 2
    store.close()
    assert b"GONZALEZ" not in bytes_on_disk(old)


def test_what_lingers_is_cleared_away_at_the_next_start_when_the_power_went_before(old, open_store):
    open_store().close()
    before = (old / FILE).stat().st_size
    with closing(sqlite3.connect(old / FILE)) as connection:
        connection.execute("PRAGMA secure_delete=OFF")
        connection.execute("create table lingering as select ? as name", ("GONZALEZ" * 9000,))
        connection.execute("drop table lingering")
        connection.commit()
    assert b"GONZALEZ" in bytes_on_disk(old)
    (old / "copies" / "unfinished").touch()
    open_store()
    assert b"GONZALEZ" not in bytes_on_disk(old)
    assert (old / FILE).stat().st_size == before
    assert not (old / "copies" / "unfinished").exists()


POWER_CUT = """
import sys
from counter_app.journal.store import Store
from counter_app.journal.vault import Vault
Store(Path(sys.argv[1]), Vault(bytes.fromhex(sys.argv[2])))
"""


@pytest.mark.skipif(os.name == "nt", reason="the power is cut by a signal")
@pytest.mark.parametrize("sign", ["copies/journal-1.sealed", "copies/unfinished", "journal.sqlite3-wal"])
def test_when_the_power_goes_meanwhile_every_case_is_there_at_the_next_start(folder, sign):
    cases = [replace(rich_case(), updated_at=NOW) for _ in range(400)]
    write_version_1(folder, cases)
    key = os.urandom(32)
    command = [sys.executable, "-c", POWER_CUT, str(folder), key.hex()]
    with subprocess.Popen(command) as program:  # noqa: S603
        # The log is there from the first look at the file on; it grows once the migration has begun to write.
        while program.poll() is None and not ((folder / sign).exists() and (folder / sign).stat().st_size >= 0):
            pass
        program.send_signal(signal.SIGKILL)
    store = Store(folder, Vault(key))
    assert {each.case_id for each in store.cases()} == {each.case_id for each in cases}
    store.close()
    assert b"GONZALEZ" not in bytes_on_disk(folder)
    assert verify_journal(folder, Vault(key)).ok


# --- versions to come -----------------------------------------------------------------------------------------------


def test_from_version_2_on_the_copy_is_the_file_itself_because_it_is_sealed(open_store, folder, vault):
    open_store().keep(rich_case(), "x")
    open_store().close()
    engine = engine_of(folder / FILE)
    steps = {2: lambda connection, _vault: connection.exec_driver_sql("create table visits (case_id varchar(32))")}
    migration.migrate(engine, folder, vault, found=2, who="rosa", steps=steps)
    engine.dispose()
    assert run(folder, "select version from schema_version") == [(3,)]
    assert run(folder, "select * from visits") == []
    copy = folder / "copies" / "journal-2.sqlite3"
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("select version from schema_version").fetchall() == [(2,)]
        assert connection.execute("select count(*) from cases").fetchall() == [(1,)]
