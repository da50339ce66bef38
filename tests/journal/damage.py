"""Ways to damage a journal's file, and what is seen of it afterwards."""

import random
from contextlib import contextmanager

from journal_file import FILE, rich_case, run

from counter_app.journal.store import Store

PAGE = 4096
RUBBISH = random.Random(7).randbytes(PAGE)  # noqa: S311  only to be no page


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


def damage_table(folder, table):
    """Make the first page of a table rubbish, whose place the schema tells."""
    ((page,),) = run(folder, "select rootpage from sqlite_master where name = ?", values=(table,))
    overwrite(folder, page - 1)
