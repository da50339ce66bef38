"""A damaged journal: the counter opens all the same, with all that can be read, and nothing is thrown away."""

import os
import random
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import replace

import pytest
from journal_file import FILE, bytes_on_disk, case_of, fill, rich_case, run
from test_migration import write_version_1

from counter_app.case import Ending, new_case
from counter_app.journal import salvage
from counter_app.journal.audit import verify_journal
from counter_app.journal.copies import read_sealed
from counter_app.journal.errors import JournalError
from counter_app.journal.store import Store
from counter_app.journal.vault import Vault

PAGE = 4096
RUBBISH = random.Random(7).randbytes(PAGE)  # noqa: S311  only to be no page


@pytest.fixture
def filled(open_store, folder):
    """A closed journal of 300 open cases, one of them with a draft."""
    store = open_store()
    cases = fill(store, 300)
    store.keep_draft(cases[5].case_id, {"note": "ñ"})
    store.close()
    return cases


@contextmanager
def damaging(folder):
    with (folder / FILE).open("r+b") as file:
        yield file


def overwrite(folder, first, count=1, content=RUBBISH):
    with damaging(folder) as file:
        file.seek(first * PAGE)
        file.write(content * count)


def pages(folder):
    return (folder / FILE).stat().st_size // PAGE


def aside(folder):
    (place,) = folder.glob("damaged-*")
    return place


def salvaged(store):
    (notice,) = (each for each in store.notices() if each.code == "salvaged")
    return notice


def check_it_works(store, folder, vault):
    """Whatever was lost, work goes on and is there at the next start."""
    case = store.keep(rich_case(), "afterwards")
    assert case.case_id in {each.case_id for each in store.cases()}
    store.close()
    again = Store(folder, vault)
    assert case.case_id in {each.case_id for each in again.cases()}
    assert again.notices() == ()
    assert not again.knows_all
    again.close()


@pytest.mark.parametrize(("where", "content"), [(0.3, RUBBISH), (0.5, RUBBISH), (0.5, bytes(PAGE)), (0.8, RUBBISH)])
def test_pages_overwritten_in_the_middle_cost_the_cases_on_them_alone(filled, folder, open_store, where, content):
    overwrite(folder, int(pages(folder) * where), 3, content)
    before = (folder / FILE).read_bytes()
    store = open_store()
    read = store.cases()
    lost = len(filled) - len(read)
    assert lost < 40
    assert all(case in filled or case.draft == {"note": "ñ"} for case in read)
    notice = salvaged(store)
    assert (notice.saved, notice.place) == (len(read), str(aside(folder)))
    assert notice.lost <= lost
    assert (aside(folder) / FILE).read_bytes() == before
    assert run(folder, "select what, who from events order by number desc limit 1") == [("journal.salvaged", "rosa")]


def test_a_file_cut_in_half_gives_back_what_is_in_its_first_half(filled, folder, vault, open_store):
    with damaging(folder) as file:
        file.truncate((pages(folder) // 2) * PAGE)
    store = open_store()
    read = store.cases()
    assert 50 < len(read) < 300
    assert salvaged(store).saved == len(read)
    check_it_works(store, folder, vault)


@pytest.mark.parametrize("length", [16, 100, PAGE])
def test_a_file_whose_beginning_is_rubbish_gives_back_every_case(filled, folder, vault, open_store, length):
    with damaging(folder) as file:
        file.write(RUBBISH[:length])
    store = open_store()
    assert {each.case_id for each in store.cases()} == {each.case_id for each in filled}
    assert [each.draft for each in store.cases() if each.draft] == [{"note": "ñ"}]
    assert (salvaged(store).saved, salvaged(store).lost) == (300, 0)
    store.close()
    assert verify_journal(folder, vault).ok


def test_of_a_file_that_is_rubbish_alone_nothing_is_left_and_a_new_journal_is_opened(folder, vault, open_store):
    folder.mkdir()
    (folder / FILE).write_bytes(RUBBISH * 20)
    store = open_store()
    assert store.cases() == []
    assert (salvaged(store).saved, salvaged(store).lost) == (0, 0)
    assert (aside(folder) / FILE).read_bytes() == RUBBISH * 20
    check_it_works(store, folder, vault)
    assert verify_journal(folder, vault).ok


def test_an_empty_file_is_just_a_new_journal(folder, open_store):
    folder.mkdir()
    (folder / FILE).touch()
    store = open_store()
    assert store.notices() == ()
    assert store.cases() == []
    assert list(folder.glob("damaged-*")) == []


def cut_log(folder, vault, keep):
    """A journal whose last writes stand in its log alone, and the log is cut."""
    store = Store(folder, vault)
    cases = fill(store, 20)
    log = folder / f"{FILE}-wal"
    content, rest = log.read_bytes(), (folder / FILE).read_bytes()
    store.close()
    (folder / FILE).write_bytes(rest)
    log.write_bytes(content[: int(len(content) * keep)])
    return cases


@pytest.mark.parametrize("keep", [0.0, 0.00001, 0.3, 0.7, 0.999])
def test_a_cut_log_costs_what_was_in_the_piece_cut_off_and_nothing_before(folder, vault, open_store, keep):
    cases = cut_log(folder, vault, keep)
    store = open_store()
    read = [each.case_id for each in reversed(store.cases())]
    assert read == [each.case_id for each in cases[: len(read)]]
    assert store.notices() == ()
    store.close()
    assert verify_journal(folder, vault).ok


def test_a_log_of_rubbish_costs_what_was_in_it_alone(filled, folder, vault, open_store):
    (folder / f"{FILE}-wal").write_bytes(RUBBISH * 3)
    assert len(open_store().cases()) == 300


# --- found out later than at the start ------------------------------------------------------------------------------


def damage_table(folder, table):
    """Make the first page of a table rubbish, whose place the schema tells."""
    ((page,),) = run(folder, "select rootpage from sqlite_master where name = ?", values=(table,))
    overwrite(folder, page - 1)


@pytest.mark.parametrize("index", ["ix_cases_updated_at", "ix_cases_ending", "sqlite_autoindex_cases_1"])
def test_a_damaged_index_costs_nothing(filled, folder, vault, open_store, index):
    damage_table(folder, index)
    store = open_store()
    store.keep_draft(filled[0].case_id, {"a": "b"})
    store.keep(filled[1], "again")
    assert len(store.cases()) == 300
    assert (salvaged(store).saved, salvaged(store).lost) == (300, 0)


def test_a_case_that_was_lost_can_be_kept_again_by_whoever_still_has_it(filled, folder, vault, open_store):
    store = open_store()
    assert len(store.cases()) == 300
    damage_table(folder, "cases")
    with closing(sqlite3.connect(folder / FILE)) as other, pytest.raises(sqlite3.DatabaseError):
        other.execute("select count(content) from cases").fetchall()
    store._engine.dispose()  # nothing of it is remembered
    kept = store.keep(filled[0], "again")
    assert store.cases() == [kept]
    notice = salvaged(store)
    assert (notice.saved, notice.lost) == (0, 300)
    assert list(store.events(kept.case_id)) == ["opened", "again"]


async def test_damage_found_by_a_search_is_mended_as_well(filled, folder, open_store):
    store = open_store()
    damage_table(folder, "ix_marks_mark")
    store._engine.dispose()
    assert [each.beneficiary.first_name for each in await store.find("person7")] == ["Person7"]
    assert salvaged(store).saved == 300


def test_what_is_closed_stays_closed_and_is_not_half_typed_any_more(open_store, folder):
    store = open_store()
    cases = fill(store, 100)
    done = store.keep(replace(cases[3], ending=Ending.DISPENSED), "done")
    store.close()
    with damaging(folder) as file:
        file.write(RUBBISH[:100])
    store = open_store()
    assert store.cases()[-1] == done
    assert len(store.cases()) == 100


def test_events_that_were_lost_are_missed_for_ever(filled, folder, vault, open_store):
    damage_table(folder, "events")
    store = open_store()
    store.events("anybody")
    assert len(store.cases()) == 300
    store.keep(new_case(), "afterwards")
    store.close()
    verdict = verify_journal(folder, vault)
    assert (verdict.ok, verdict.number, verdict.what) == (False, 1, "removed")
    assert run(folder, "select number, what from events") == [(302, "journal.salvaged"), (303, "afterwards")]


def test_without_its_head_the_trail_goes_on_from_the_last_event(filled, folder, vault, open_store):
    damage_table(folder, "audit_head")
    store = open_store()
    store.keep(new_case(), "afterwards")
    store.close()
    assert verify_journal(folder, vault).ok


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
