"""The background thread: whatever is asked of it lands, and its end loses nothing that was on its way to the disk."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import shiboken6
from patients import HEADACHE, MARIA, PAPER, paper
from PySide6.QtCore import QObject, QThread, Slot
from pytestqt.qtbot import QtBot
from strongroom import PASSPHRASE, journal_of

from counter_app.case import Operation, new_case
from counter_app.journal.store import Store
from counter_app.models import Indication, Topic
from counter_app.osigu.errors import Failure, Kind
from counter_app.settings import Profile
from counter_app.worker import Landed, Worker

SAMPLE = Path(__file__).parents[1] / "resources" / "samples" / "prescription.pdf"


class Listener(QObject):
    """Hears a worker on the window's thread, as the counter does."""

    def __init__(self, worker: Worker, qtbot: QtBot) -> None:
        super().__init__(worker)
        self.landings: dict[int, Landed] = {}
        self.heard_on: set[int] = set()
        self.progress: list[tuple[int, int, int]] = []
        self._qtbot = qtbot
        self.times_opened = 0
        self._locks: list[str | None] = []
        worker.landed.connect(self._on_landed)
        worker.locked.connect(self._on_locked)
        worker.opened.connect(self._on_opened)
        worker.progressed.connect(self._on_progressed)

    @Slot(int, object)
    def _on_landed(self, job: int, landed: Landed) -> None:
        assert job not in self.landings, "landed twice"
        self.heard_on.add(threading.get_ident())
        self.landings[job] = landed

    @Slot(int, object, object)
    def _on_progressed(self, job: int, sent: int, total: int) -> None:
        self.progress.append((job, sent, total))

    @Slot(object)
    def _on_locked(self, failure: Failure) -> None:
        assert failure.kind is Kind.LOCKED
        self._locks.append(failure.code)

    @Slot()
    def _on_opened(self) -> None:
        self.times_opened += 1

    def lock(self) -> str | None:
        """What the vault says next that it wants."""
        self._qtbot.waitUntil(lambda: bool(self._locks), timeout=10_000)
        return self._locks.pop(0)

    def landing(self, job: int) -> Landed:
        self._qtbot.waitUntil(lambda: job in self.landings, timeout=10_000)
        return self.landings[job]


MakeWorker = Callable[..., tuple[Worker, Listener]]


@pytest.fixture
def make(qtbot: QtBot, profile: Profile) -> Iterator[MakeWorker]:
    made: list[Worker] = []

    def make(prepare: Callable[[], Profile] = lambda: profile) -> tuple[Worker, Listener]:
        worker = Worker(prepare)
        made.append(worker)
        return worker, Listener(worker, qtbot)

    yield make
    for each in made:
        each.stop()
        shiboken6.delete(each)


@pytest.fixture
def at_work(make: MakeWorker) -> tuple[Worker, Listener]:
    worker, listener = make()
    worker.start()
    return worker, listener


def cases_in(profile: Profile) -> list[str]:
    store = journal_of(profile)
    found = [each.case_id for each in store.cases()]
    store.close()
    return found


def test_an_operation_lands_with_its_case(at_work):
    worker, listener = at_work
    asked = new_case().asked("sponsor-sandbox", MARIA)
    landed = listener.landing(worker.submit(Operation.SEARCH, asked))
    assert landed.failure is None
    assert landed.case.case_id == asked.case_id
    assert landed.case.beneficiary is not None


def test_a_question_lands_with_its_answer(at_work):
    worker, listener = at_work
    landed = listener.landing(worker.submit(Topic.FORMS, "sponsor-sandbox"))
    assert len(landed.answer) == 2
    assert (landed.case, landed.failure) == (None, None)


def test_a_failure_lands_with_the_case_as_it_was(at_work):
    worker, listener = at_work
    asked = new_case().asked("sponsor-nobody", MARIA)
    landed = listener.landing(worker.submit(Operation.SEARCH, asked))
    assert landed.failure.kind is Kind.NOT_AFFILIATED
    assert landed.case is asked


def test_an_unanswered_question_lands_with_its_failure(at_work):
    worker, listener = at_work
    assert listener.landing(worker.submit(Topic.FORMS, "sponsor-nobody")).failure.kind is Kind.NOT_AFFILIATED


def test_the_work_is_done_on_its_own_thread_and_heard_on_the_windows(make, profile):
    done_on: list[str] = []

    def prepare() -> Profile:
        done_on.append(threading.current_thread().name)
        return profile

    worker, listener = make(prepare)
    worker.start()
    listener.landing(worker.submit(Topic.CASES))
    assert done_on == ["counter-worker"]
    assert listener.heard_on == {threading.get_ident()}
    assert worker.thread() is QThread.currentThread()


def test_what_was_asked_before_the_start_is_done_then_and_in_order(make, profile):
    worker, listener = make()
    kept = [worker.submit(Topic.KEEP, case := new_case(), f"kept {number}") for number in range(3)]
    listed = worker.submit(Topic.CASES)
    worker.start()
    cases = listener.landing(listed).answer
    assert set(kept) <= listener.landings.keys()
    assert cases[0].case_id == case.case_id
    assert len(cases) == 3


def test_calls_of_different_cases_overlap(at_work, sandbox):
    worker, listener = at_work
    sandbox.slow("search", seconds=60, times=1)
    worker.submit(Operation.SEARCH, new_case().asked("sponsor-sandbox", MARIA))
    listener._qtbot.waitUntil(lambda: sandbox.count("search") == 1)
    second = listener.landing(worker.submit(Operation.SEARCH, new_case().asked("sponsor-sandbox", MARIA)))
    assert second.case.beneficiary is not None
    assert len(listener.landings) == 1


def test_an_upload_tells_how_far_it_is_at_most_once_per_percent(at_work, tmp_path, sandbox, qtbot):
    worker, listener = at_work
    found = listener.landing(worker.submit(Operation.SEARCH, new_case().asked("sponsor-sandbox", MARIA))).case
    created = listener.landing(worker.submit(Operation.CREATE, found.prescribed(HEADACHE))).case
    large = paper(tmp_path, PAPER * 300)
    job = worker.submit(Operation.ATTACH, created.attaching(large))
    assert listener.landing(job).failure is None
    size = len(PAPER) * 300
    assert listener.progress[-1] == (job, size, size)
    percents = [sent * 100 // total for _, sent, total in listener.progress]
    assert percents == sorted(set(percents))
    assert 1 < len(percents) <= 101


def test_an_empty_upload_is_done_at_once(at_work):
    worker, listener = at_work
    report = worker._reporter(7)
    report(0, 0)
    report(0, 0)
    assert listener.progress == [(7, 0, 0)]


# --- giving up ------------------------------------------------------------------------------------------------------


def test_a_question_given_up_lands_as_stopped_and_leaves_nothing(at_work, sandbox, qtbot, profile):
    worker, listener = at_work
    sandbox.slow("search", seconds=60, times=1)
    asked = new_case().asked("sponsor-sandbox", MARIA)
    job = worker.submit(Operation.SEARCH, asked)
    qtbot.waitUntil(lambda: sandbox.count("search") == 1)
    worker.cancel(job)
    landed = listener.landing(job)
    assert (landed.failure.kind, landed.case) == (Kind.STOPPED, asked)
    assert cases_in(profile) == []


def test_a_job_given_up_before_it_began_lands_all_the_same(make):
    worker, listener = make()
    job = worker.submit(Topic.FORMS, "sponsor-sandbox")
    worker.cancel(job)
    worker.start()
    assert listener.landing(job).failure.kind is Kind.STOPPED


def test_a_job_given_up_while_the_services_open_lands_as_stopped(make, profile, qtbot):
    opening, opened = threading.Event(), threading.Event()

    def prepare() -> Profile:
        opening.set()
        opened.wait(10)
        return profile

    worker, listener = make(prepare)
    worker.start()
    opening.wait(10)
    job = worker.submit(Topic.FORMS, "sponsor-sandbox")
    worker.cancel(job)
    opened.set()
    assert listener.landing(job).failure.kind is Kind.STOPPED


def test_giving_up_what_has_landed_is_harmless(at_work):
    worker, listener = at_work
    job = worker.submit(Topic.CASES)
    listener.landing(job)
    worker.cancel(job)
    worker.cancel(99)
    assert listener.landing(worker.submit(Topic.CASES)).failure is None


# --- what can't be done ---------------------------------------------------------------------------------------------


def test_a_folder_that_can_not_be_written_is_told_to_every_question(make, profile, tmp_path):
    (tmp_path / "file").write_text("in the way")
    worker, listener = make(lambda: replace(profile, data_dir=tmp_path / "file"))
    worker.start()
    case = new_case().asked("sponsor-sandbox", MARIA)
    for job in (worker.submit(Topic.CASES), worker.submit(Operation.SEARCH, case)):
        failure = listener.landing(job).failure
        assert failure.kind is Kind.SETTINGS
        assert "can't be written" in failure.message


def test_a_program_that_can_not_be_prepared_says_so_instead_of_hanging(make, caplog):
    def prepare() -> Profile:
        raise OSError("MARIA GONZALEZ")

    worker, listener = make(prepare)
    before = worker.submit(Topic.CASES)
    worker.start()
    assert listener.landing(before).failure.kind is Kind.BUG
    assert listener.landing(worker.submit(Topic.FORMS, "sponsor-sandbox")).failure.kind is Kind.BUG
    worker.reopen()
    assert listener.landing(worker.submit(Topic.CASES)).failure.kind is Kind.BUG
    assert "nothing could be prepared: OSError" in caplog.text


def test_a_program_that_can_not_be_prepared_ends_quietly_when_nobody_asks(make):
    worker, _ = make(lambda: Profile(data_dir=Path("/dev/null/no"), base_url="x"))
    worker.start()
    worker.stop()


def test_a_question_with_a_fault_in_it_is_told_and_the_thread_lives_on(at_work, caplog):
    worker, listener = at_work
    for job in (worker.submit(Topic.FORMS), worker.submit(Operation.SEARCH), worker.submit(Topic.KEEP, None, "x")):
        assert listener.landing(job).failure.kind is Kind.BUG
    assert "forms failed: TypeError" in caplog.text
    assert listener.landing(worker.submit(Topic.CASES)).failure is None


# --- the vault ------------------------------------------------------------------------------------------------------


def test_a_locked_vault_asks_for_its_passphrase_and_what_was_asked_meanwhile_is_done_then(make, profile):
    worker, listener = make(lambda: replace(profile, passphrase=""))
    worker.start()
    asked = worker.submit(Topic.CASES)
    assert listener.lock() == "known"
    assert asked not in listener.landings
    worker.unlock("not this one")
    assert listener.lock() == "wrong"
    worker.unlock(PASSPHRASE)
    assert listener.landing(asked).failure is None
    assert listener.times_opened == 1


def test_a_program_that_ends_while_its_vault_is_locked_ends_at_once(make, profile):
    worker, listener = make(lambda: replace(profile, passphrase=""))
    worker.start()
    assert listener.lock() == "known"
    worker.stop()
    assert not worker._thread.is_alive()


def test_what_could_not_be_opened_is_opened_when_its_cause_is_gone(make, profile, tmp_path):
    (tmp_path / "file").write_text("in the way")
    worker, listener = make(lambda: replace(profile, data_dir=tmp_path / "file"))
    worker.start()
    assert listener.landing(worker.submit(Topic.CASES)).failure.kind is Kind.SETTINGS
    worker.reopen()
    assert listener.landing(worker.submit(Topic.CASES)).failure.kind is Kind.SETTINGS
    (tmp_path / "file").unlink()
    worker.reopen()
    assert listener.landing(worker.submit(Topic.CASES)).failure is None


# --- the end --------------------------------------------------------------------------------------------------------


def test_what_is_on_its_way_to_the_disk_is_written_before_the_end(make, profile):
    worker, _ = make()
    worker.start()
    cases = [new_case() for _ in range(20)]
    for case in cases:
        worker.submit(Topic.KEEP, case, "opened")
        worker.submit(Topic.KEEP_DRAFT, case.case_id, {"diagnosis": "R5"})
    worker.stop()
    store = journal_of(profile)
    assert {each.case_id for each in store.cases()} == {each.case_id for each in cases}
    assert all(each.draft == {"diagnosis": "R5"} for each in store.cases())
    store.close()


def test_a_call_under_way_does_not_hold_up_the_end_and_stays_pending(make, sandbox, profile, qtbot):
    worker, listener = make()
    worker.start()
    found = listener.landing(worker.submit(Operation.SEARCH, new_case().asked("sponsor-sandbox", MARIA))).case
    sandbox.slow("create", seconds=60, times=1)
    worker.submit(Operation.CREATE, found.prescribed(HEADACHE))
    qtbot.waitUntil(lambda: sandbox.count("create") == 1)
    worker.stop()
    store = journal_of(profile)
    (left,) = store.cases()
    store.close()
    assert left.pending.operation is Operation.CREATE


def test_a_preview_being_drawn_does_not_outlive_the_thread(make):
    worker, _ = make()
    worker.start()
    for _ in range(5):
        worker.submit(Topic.PREVIEW, Indication(path=str(SAMPLE), name="prescription.pdf", size=0))
    worker.stop()
    assert not worker._thread.is_alive()
    assert worker._loop.is_closed()


def test_a_journal_that_fails_as_it_is_closed_does_not_keep_the_thread(make, monkeypatch, caplog):
    worker, listener = make()
    worker.start()
    listener.landing(worker.submit(Topic.CASES))
    close = Store.close

    def fail(store: Store) -> None:
        close(store)
        raise OSError("the stick was pulled out")

    monkeypatch.setattr(Store, "close", fail)
    worker.stop()
    assert not worker._thread.is_alive()
    assert "the services failed: OSError" in caplog.text


def test_stopping_twice_or_without_a_start_is_harmless(make):
    started, _ = make()
    started.start()
    started.stop()
    started.stop()
    never, _ = make()
    never.submit(Topic.CASES)
    never.stop()
    never.stop()


def test_what_is_asked_after_the_end_is_not_done_and_hurts_nobody(make):
    worker, listener = make()
    worker.start()
    worker.stop()
    job = worker.submit(Topic.CASES)
    worker.cancel(job)
    assert job not in listener.landings


def test_what_is_asked_while_it_ends_is_not_begun(at_work):
    worker, listener = at_work
    listener.landing(worker.submit(Topic.CASES))
    worker._loop.call_soon_threadsafe(worker._stopping.set)
    job = worker._loop.call_soon_threadsafe(worker._begin, 99, Topic.CASES, ())
    worker.stop()
    assert job is not None
    assert 99 not in listener.landings
