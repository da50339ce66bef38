"""A damaged journal: the counter opens all the same, with all that can be read, and nothing is thrown away."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from damage import PAGE, RUBBISH, aside, check_it_works, damage_table, damaging, overwrite, pages, salvaged
from journal_file import FILE, fill, run

from counter_app.case import Ending, new_case
from counter_app.journal.audit import verify_journal
from counter_app.journal.store import Store


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
