"""Whether what is typed can be kept: told before anybody types, and what the disk refused is not forgotten."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from overheard import close_counter
from pytestqt.qtbot import QtBot
from strongroom import journal_of

from counter_app.counter import Counter
from counter_app.models import Notice, Topic
from counter_app.osigu.errors import Failure, Kind
from counter_app.settings import Profile
from counter_app.worker import Worker

FULL = Failure(kind=Kind.SETTINGS, code="journal.full")


class Disk:
    """The journal's tables, which another program takes away and brings back."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile

    def refuse(self) -> None:
        self._run("alter table cases rename to cases_away")

    def allow(self) -> None:
        self._run("alter table cases_away rename to cases")

    def _run(self, statement: str) -> None:
        store = journal_of(self._profile)
        with store._engine.begin() as connection:
            connection.exec_driver_sql(statement)
        store.close()


@pytest.fixture
def disk(profile: Profile) -> Disk:
    return Disk(profile)


@pytest.fixture
def counter(qtbot: QtBot, profile: Profile) -> Iterator[Counter]:
    worker = Worker(lambda: profile)
    made = Counter(profile, worker, draft_ms=10, check_ms=3_600_000, parent=worker)
    worker.start()
    yield made
    close_counter(made)


@pytest.fixture
def opened(counter: Counter, qtbot: QtBot) -> Counter:
    with qtbot.waitSignal(counter.safekeeping.opened):
        counter.load()
    qtbot.waitUntil(lambda: counter.safekeeping._question is None)
    return counter


def _answers(counter: Counter, qtbot: QtBot) -> None:
    """Ask the journal how it is, and wait for what it says."""
    counter.safekeeping.check()
    qtbot.waitUntil(lambda: counter.safekeeping._question is None)


def _is_kept(profile: Profile, case_id: str) -> bool:
    store = journal_of(profile)
    kept = any(each.case_id == case_id for each in store.cases())
    store.close()
    return kept


def test_a_journal_that_is_well_keeps_what_is_typed(opened: Counter) -> None:
    assert opened.safekeeping.keeps
    assert opened.safekeeping.notices == ()


def test_what_the_disk_refused_is_kept_once_it_is_willing_again(
    opened: Counter, disk: Disk, profile: Profile, qtbot: QtBot
) -> None:
    disk.refuse()
    case_id = opened.open()
    opened.write_draft(case_id, {"note": "typed meanwhile"})
    qtbot.waitUntil(lambda: opened.safekeeping.trouble is not None)
    assert not opened.safekeeping.keeps
    disk.allow()
    with qtbot.waitSignal(opened.safekeeping.mended):
        opened.safekeeping.try_again()
    assert opened.safekeeping.keeps
    qtbot.waitUntil(lambda: _is_kept(profile, case_id))


def test_what_the_disk_refused_is_tried_once_more_when_the_program_ends(
    opened: Counter, disk: Disk, profile: Profile, qtbot: QtBot
) -> None:
    disk.refuse()
    case_id = opened.open()
    opened.write_draft(case_id, {"note": "typed meanwhile"})
    qtbot.waitUntil(lambda: opened.safekeeping.trouble is not None)
    disk.allow()
    opened.keep_drafts()
    qtbot.waitUntil(lambda: _is_kept(profile, case_id))


def test_trouble_goes_by_itself(opened: Counter, qtbot: QtBot) -> None:
    opened.safekeeping.refused(FULL)
    assert opened.safekeeping.trouble == FULL
    _answers(opened, qtbot)
    assert opened.safekeeping.trouble is None


@pytest.mark.parametrize("kind", [Kind.LOCKED, Kind.STOPPED])
def test_what_says_nothing_of_the_disk_is_no_trouble(opened: Counter, kind: Kind) -> None:
    opened.safekeeping.refused(Failure(kind=kind))
    assert opened.safekeeping.keeps


def test_the_same_trouble_is_told_once(opened: Counter, qtbot: QtBot) -> None:
    told: list[bool] = []
    opened.safekeeping.changed.connect(lambda: told.append(True))
    for _ in range(2):
        opened.safekeeping.refused(FULL)
    assert told == [True]


def test_a_notice_is_told_until_the_next_case_is_begun_and_not_again(opened: Counter) -> None:
    salvaged, full = Notice(code="salvaged", saved=3), Notice(code="nearly_full")
    opened.safekeeping._take((salvaged,))
    assert opened.safekeeping.notices == (salvaged,)
    opened.safekeeping._take((salvaged,))
    assert opened.safekeeping.notices == (salvaged,)
    opened.open()
    assert opened.safekeeping.notices == ()
    opened.safekeeping._take((salvaged, full))
    assert opened.safekeeping.notices == (full,)


def test_a_journal_that_never_opened_is_opened_when_staff_have_seen_to_it(
    qtbot: QtBot, profile: Profile, tmp_path, open_counter: Callable[..., Counter]
) -> None:
    folder = profile.data_dir
    aside = tmp_path / "aside"
    folder.rename(aside)
    folder.write_text("in the way")
    counter = open_counter()
    counter.load()
    qtbot.waitUntil(lambda: counter.safekeeping.trouble is not None)
    folder.unlink()
    aside.rename(folder)
    with qtbot.waitSignal(counter.safekeeping.opened):
        counter.safekeeping.try_again()
    assert counter.safekeeping.keeps
    qtbot.waitUntil(lambda: bool(counter.ears.of("listed")))


def test_a_vault_that_wants_its_passphrase_is_no_trouble(qtbot: QtBot, profile: Profile, open_counter) -> None:
    counter = open_counter(lambda: replace(profile, passphrase=""))
    counter.ask(Topic.CASES)
    qtbot.waitUntil(lambda: counter.safekeeping.lock is not None)
    assert counter.safekeeping.lock.code == "known"
    assert counter.safekeeping.trouble is None
    assert not counter.safekeeping.keeps
    counter.safekeeping.unlock("wrong passphrase")
    assert counter.safekeeping.opening
    qtbot.waitUntil(lambda: counter.safekeeping.lock.code == "wrong")
    assert not counter.safekeeping.opening
    counter.safekeeping.unlock(profile.passphrase)
    qtbot.waitUntil(lambda: bool(counter.ears.of("listed")))
    assert counter.safekeeping.keeps
