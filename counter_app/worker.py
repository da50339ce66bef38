"""The background thread with an asyncio loop: every call and every disk access happens here.

There is one way to ask for anything: `submit` a line of the book of operations with immutable values; `landed` brings
the answer home to the window's thread. Connect `landed` and `progressed` to bound methods of `QObject`s only: a plain
function would run on this thread.
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import nullcontext, suppress
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from counter_app.case import Case, Operation
from counter_app.models import Topic, record
from counter_app.osigu.errors import Failure, Kind, OsiguError
from counter_app.settings import Profile

if TYPE_CHECKING:
    from counter_app.operations.services import Services

_log = logging.getLogger(__name__)


@record
class Landed:
    """What came of a job: the case as it now is or the answer to a question, and the failure where there is one."""

    case: Case | None = None
    answer: object = None
    failure: Failure | None = None


class Worker(QObject):
    """The thread that does the work. Owns the client and the journal; the window owns this object."""

    landed = Signal(int, object)
    progressed = Signal(int, object, object)
    locked = Signal(object)
    """The vault wants a passphrase: the `Failure`, whose code says "new", "known" or "wrong"."""
    opened = Signal()
    """Vault and journal are open: what is asked is done from now on."""

    def __init__(self, prepare: Callable[[], Profile], parent: QObject | None = None) -> None:
        """Make the worker; `prepare` is called on its thread for the profile to work with."""
        super().__init__(parent)
        self._prepare = prepare
        self._numbers = count(1)
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        self._wanted: asyncio.Queue[str | None] = asyncio.Queue()
        self._services: asyncio.Future[Services] = self._loop.create_future()
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._keeping: set[int] = set()
        self._thread = threading.Thread(target=self._run, name="counter-worker", daemon=True)

    def start(self) -> None:
        """Start the thread; what was submitted before is done then."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread: what is kept already stays kept, calls in flight are given up as unknown."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._end)
            self._thread.join(timeout=5)
        elif not self._loop.is_closed():
            self._loop.close()

    def unlock(self, passphrase: str) -> None:
        """Open the vault with a passphrase; `opened` or `locked` follows."""
        self._call(self._try_again, passphrase)

    def reopen(self) -> None:
        """Try once more to open what could not be opened; what is asked from now on waits for it."""
        self._call(self._try_again, None)

    def submit(self, line: Operation | Topic, *given: object, urgent: bool = True) -> int:
        """Ask for a line of the book; returns the job's number, which `landed` will carry.

        Args:
            line: what to do.
            given: immutable values; a case first, for an operation.
            urgent: whether somebody waits for it; what the counter does by itself lets staff's own calls go first.
        """
        job = next(self._numbers)
        self._call(self._begin, job, line, given, urgent)
        return job

    def cancel(self, job: int) -> None:
        """Give up waiting for a job; it lands with `Kind.STOPPED`."""
        self._call(self._give_up, job)

    def _call(self, function: Callable[..., None], *given: object) -> None:
        # After `stop` nobody is there to do anything, and nobody waits for it.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(function, *given)

    # --- on the worker's thread -------------------------------------------------------------------------------------

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
            self._loop.close()

    def _try_again(self, passphrase: str | None) -> None:
        if self._services.done() and self._services.exception() is not None:
            # At once, so that what is asked right after this waits for the new try.
            self._services = self._loop.create_future()
        self._wanted.put_nowait(passphrase)

    def _end(self) -> None:
        self._stopping.set()
        self._wanted.put_nowait(None)

    async def _serve(self) -> None:
        profile: Profile | None = None
        while not self._stopping.is_set():
            profile = profile or self._prepared()
            if profile is not None:
                await self._serve_once(profile)
            # None is another try with what is known; a passphrase counts from the try that follows.
            passphrase = await self._wanted.get()
            if profile is not None and passphrase is not None:
                profile = replace(profile, passphrase=passphrase)
        await self._give_up_all()

    def _prepared(self) -> Profile | None:
        try:
            return self._prepare()
        except Exception as error:  # noqa: BLE001  whoever asks is told so; a thread that died would leave them waiting
            _log.error("nothing could be prepared: %s", type(error).__name__, exc_info=error)
            self._serve_nothing(Failure(kind=Kind.BUG))
            return None

    async def _serve_once(self, profile: Profile) -> None:
        """Open what operations work with and serve until the end, or tell why it can't be opened."""
        # Imported here, on this thread and after the first paint: together they take longer than the window.
        from counter_app.operations.services import open_services  # noqa: PLC0415

        try:
            async with open_services(profile) as services:
                self._services.set_result(services)
                self.opened.emit()
                await self._stopping.wait()
                await self._give_up_all()
        except OsiguError as error:
            if error.failure.kind is Kind.LOCKED:
                # Whoever asked meanwhile waits for the passphrase.
                self.locked.emit(error.failure)
            else:
                self._serve_nothing(error.failure)
        except Exception as error:  # noqa: BLE001
            _log.error("the services failed: %s", type(error).__name__, exc_info=error)
            self._serve_nothing(Failure(kind=Kind.BUG))

    def _serve_nothing(self, failure: Failure) -> None:
        """Tell everybody who asks why nothing can be done, until another try."""
        if self._services.done():
            self._services = self._loop.create_future()
        self._services.set_exception(OsiguError(failure))
        self._services.exception()  # taken note of, should nobody ask

    async def _give_up_all(self) -> None:
        """Give up every call; what is on its way to the disk is written first."""
        tasks = dict(self._tasks)
        for job, task in tasks.items():
            if job not in self._keeping:
                task.cancel()
        await asyncio.gather(*tasks.values(), return_exceptions=True)

    def _begin(self, job: int, line: Operation | Topic, given: tuple[object, ...], urgent: bool) -> None:
        if self._stopping.is_set():
            return
        task = self._loop.create_task(self._do(job, line, given, urgent))
        self._tasks[job] = task
        if line in (Topic.KEEP, Topic.KEEP_DRAFT):
            self._keeping.add(job)
        task.add_done_callback(self._forget(job))

    def _forget(self, job: int) -> Callable[[asyncio.Task[None]], None]:
        def forget(task: asyncio.Task[None]) -> None:
            self._tasks.pop(job, None)
            self._keeping.discard(job)
            if task.cancelled():  # given up before its first step: it lands like any other
                self.landed.emit(job, Landed(failure=Failure(kind=Kind.STOPPED)))

        return forget

    def _give_up(self, job: int) -> None:
        if task := self._tasks.get(job):
            task.cancel()

    async def _do(self, job: int, line: Operation | Topic, given: tuple[object, ...], urgent: bool) -> None:
        from counter_app.osigu.budget import in_background  # noqa: PLC0415

        with nullcontext() if urgent else in_background():
            landed = await self._answer(job, line, given)
        self.landed.emit(job, landed)

    async def _answer(self, job: int, line: Operation | Topic, given: tuple[object, ...]) -> Landed:
        from counter_app.operations import book  # noqa: PLC0415
        from counter_app.operations.performing import perform  # noqa: PLC0415

        case = given[0] if given and isinstance(given[0], Case) else None
        try:
            services = await asyncio.shield(self._services)
            if isinstance(line, Operation) and case is not None:
                reporting = replace(services, report=self._reporter(job))
                done = await perform(reporting, line, book.OPERATIONS[line], case)
                return Landed(case=done.case, failure=done.failure)
            return Landed(answer=await book.QUESTIONS[Topic(line)](services, *given))
        except asyncio.CancelledError:
            return Landed(case=case, failure=Failure(kind=Kind.STOPPED))
        except OsiguError as error:
            return Landed(case=case, failure=error.failure)
        except Exception as error:  # noqa: BLE001  a question that fails is told, and the thread lives on
            _log.error("%s failed: %s", line, type(error).__name__, exc_info=error)
            return Landed(case=case, failure=Failure(kind=Kind.BUG))

    def _reporter(self, job: int) -> Callable[[int, int], None]:
        """Tells the window how far an upload is, at most once per percent."""
        last = -1

        def report(sent: int, total: int) -> None:
            nonlocal last
            percent = sent * 100 // total if total else 100
            if percent != last:
                last = percent
                self.progressed.emit(job, sent, total)

        return report
