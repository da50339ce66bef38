"""A disk that refuses: what staff are told, before and after they typed. Real small disks where root may mount them."""

import errno
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from journal_file import FILE, fill, rich_case, run
from sqlalchemy.exc import DatabaseError
from version_1 import write_version_1

from counter_app.case import new_case
from counter_app.journal import disk
from counter_app.journal.errors import JournalError
from counter_app.journal.store import Store

MOUNT = shutil.which("mount") or ""
UNMOUNT = shutil.which("umount") or ""
Mount = Callable[..., Path]


@pytest.fixture
def mount(tmp_path) -> Iterator[Mount]:
    """Mounts a disk of a megabyte, or mounts it again with other options."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = False

    def do(options: str) -> Path:
        nonlocal mounted
        command = [MOUNT, "-t", "tmpfs", "-o", options, "none", str(place)]
        if not MOUNT or subprocess.run(command, capture_output=True, check=False).returncode != 0:  # noqa: S603
            pytest.skip("no disk may be mounted here")
        mounted = True
        return place

    yield do
    if mounted:
        subprocess.run([UNMOUNT, "--lazy", str(place)], check=True)  # noqa: S603


def fill_up(place: Path) -> None:
    with (place / "filler").open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(4096)):
            pass
    assert shutil.disk_usage(place).free == 0


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(JournalError) as caught:
        call()
    assert caught.value.__cause__ is None
    assert str(caught.value).endswith(".")
    return caught.value.code


# --- a full disk ------------------------------------------------------------------------------------------------------


def test_on_a_full_disk_no_journal_is_opened_and_staff_are_told_why(mount, vault):
    place = mount("size=1m")
    fill_up(place)
    assert code_of(lambda: Store(place / "counter", vault)) == "full"


def test_when_the_disk_fills_up_nothing_is_lost_and_work_goes_on_once_there_is_room(mount, vault):
    place = mount("size=1m")
    store = Store(place / "counter", vault)
    case = store.keep(rich_case(), "opened")
    fill_up(place)
    assert code_of(store.check) == "full"
    kept = [case]

    def keep_on() -> None:
        while len(kept) < 300:  # what the log still has room for is kept
            kept.append(store.keep(kept[-1], "try"))

    with pytest.raises(JournalError, match="its disk is full") as caught:
        keep_on()
    assert caught.value.code == "full"
    assert store.cases() == [kept[-1]]
    assert [each.case_id for each in store.cases()] == [case.case_id]
    (place / "filler").unlink()
    assert store.check()[-1].code == "nearly_full"
    case = store.keep(kept[-1], "afterwards")
    store.close()
    again = Store(place / "counter", vault)
    assert again.cases() == [case]
    again.close()


def test_a_journal_that_can_not_be_brought_up_to_date_for_want_of_room_stays_as_it_is(mount, vault):
    place = mount("size=1m")
    write_version_1(place / "counter", [rich_case() for _ in range(20)])
    fill_up(place)
    assert code_of(lambda: Store(place / "counter", vault)) == "full"
    (place / "filler").unlink()
    store = Store(place / "counter", vault)
    assert len(store.cases()) == 20
    store.close()


def test_a_disk_that_is_nearly_full_is_told_before_it_is(mount, vault):
    place = mount("size=1m")
    store = Store(place / "counter", vault)
    (notice,) = store.check()
    assert (notice.code, notice.place) == ("nearly_full", str(place / "counter"))
    store.close()


def test_a_disk_with_room_gives_nothing_to_tell(store, monkeypatch, folder):
    monkeypatch.setattr(disk, "NEARLY_FULL", 1)
    assert store.check() == ()
    assert sorted(each.name for each in folder.iterdir()) == [FILE, f"{FILE}-shm", f"{FILE}-wal"]


def test_the_check_is_a_real_write_each_time(store, folder):
    store.check()
    (first,) = run(folder, "select content from drafts")
    store.check()
    assert run(folder, "select content from drafts") != [first]
    assert store.cases() == []


def test_the_check_tells_what_else_there_is_to_know(store, folder, monkeypatch):
    monkeypatch.setattr(disk, "NEARLY_FULL", 1)
    fill(store, 2)
    run(folder, "update cases set content = x'00'")
    store.cases()
    assert [(each.code, each.lost) for each in store.check()] == [("unreadable_cases", 2)]


# --- a disk that may only be read -------------------------------------------------------------------------------------


def test_on_a_disk_that_may_only_be_read_no_journal_is_opened_and_staff_are_told_why(mount, vault):
    mount("size=1m")
    place = mount("remount,ro")
    assert code_of(lambda: Store(place / "counter", vault)) == "read_only"


def test_a_journal_that_is_there_is_not_opened_where_it_may_only_be_read(mount, vault):
    place = mount("size=1m")
    Store(place / "counter", vault).close()
    mount("remount,ro")
    assert code_of(lambda: Store(place / "counter", vault)) == "read_only"


def test_a_disk_that_may_only_be_read_from_now_on_is_told_and_the_cases_are_still_shown(mount, vault):
    place = mount("size=1m")
    store = Store(place / "counter", vault)
    case = store.keep(new_case(), "x")
    store.close()
    mount("remount,ro")
    with closing(sqlite3.connect(f"file:{place}/counter/{FILE}?mode=ro&immutable=1", uri=True)) as connection:
        assert connection.execute("select case_id from cases").fetchall() == [(case.case_id,)]
    assert code_of(store.check) == "read_only"
    assert code_of(lambda: store.keep(case, "y")) == "read_only"
    assert code_of(lambda: store.keep_draft(case.case_id, {"a": "b"})) == "read_only"


def test_a_file_in_the_folders_place_gives_a_sentence(tmp_path, vault):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(JournalError, match=r"can't be opened in .*file: check that it can be written") as caught:
        Store(tmp_path / "file", vault)
    assert caught.value.code == "read_only"
    assert caught.value.__cause__ is None


def test_a_folder_in_the_files_place_gives_a_sentence(folder, vault):
    (folder / FILE).mkdir(parents=True)
    assert code_of(lambda: Store(folder, vault)) == "read_only"


# --- every error is told apart ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (sqlite3.SQLITE_FULL, "full"),
        (sqlite3.SQLITE_READONLY, "read_only"),
        (sqlite3.SQLITE_READONLY_DBMOVED, "read_only"),
        (sqlite3.SQLITE_CANTOPEN, "read_only"),
        (sqlite3.SQLITE_PERM, "read_only"),
        (sqlite3.SQLITE_BUSY, "locked"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "locked"),
        (sqlite3.SQLITE_LOCKED, "locked"),
        (sqlite3.SQLITE_CORRUPT, "damaged"),
        (sqlite3.SQLITE_CORRUPT_INDEX, "damaged"),
        (sqlite3.SQLITE_NOTADB, "damaged"),
        (sqlite3.SQLITE_IOERR_WRITE, "unreadable"),
        (sqlite3.SQLITE_ERROR, "unreadable"),
    ],
)
def test_what_the_database_says_is_told_apart(tmp_path, code, expected):
    said = sqlite3.DatabaseError("GONZALEZ")
    said.sqlite_errorcode = code
    error = disk.refused(DatabaseError("statement", {}, said), "It can't be done", tmp_path)
    assert error.code == expected
    assert "GONZALEZ" not in str(error)
    assert str(error).startswith("It can't be done: ")


def test_a_database_that_says_nothing_of_use_is_unreadable(tmp_path):
    assert disk.refused(DatabaseError("x", {}, Exception()), "It can't be done", tmp_path).code == "unreadable"


@pytest.mark.parametrize(
    ("number", "expected"), [(errno.ENOSPC, "full"), (errno.EDQUOT, "full"), (errno.EROFS, "read_only")]
)
def test_what_the_file_system_says_is_told_apart(tmp_path, number, expected):
    assert disk.refused(OSError(number, "x"), "It can't be done", tmp_path).code == expected


def test_a_log_that_can_not_grow_is_a_full_disk(mount):
    place = mount("size=1m")
    fill_up(place)
    said = sqlite3.DatabaseError("disk I/O error")
    said.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
    assert disk.refused(DatabaseError("x", {}, said), "It can't be done", place).code == "full"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
def test_the_check_leaves_nothing_behind_that_others_may_read(store, folder):
    store.check()
    assert not (folder / "probe").exists()
