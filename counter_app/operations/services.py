"""What every operation works with: the wire, the journal, the clock."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from counter_app.case import Case
from counter_app.journal.store import JournalError, Store
from counter_app.models import Product
from counter_app.osigu.client import OsiguClient
from counter_app.osigu.errors import Failure, Kind, OsiguError
from counter_app.settings import Profile


def _no_report(_sent: int, _total: int) -> None:
    """Nobody watches this call's progress."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The parts that operations work with. Lives on the worker's thread."""

    osigu: OsiguClient
    journal: Store
    now: Callable[[], datetime] = _now
    report: Callable[[int, int], None] = _no_report
    # How long "it did not happen" isn't believed after a lost answer: longer than complete's own time-out.
    patience: timedelta = timedelta(seconds=120)
    catalogue: dict[tuple[str, str], tuple[Product, ...]] = field(default_factory=dict)

    def keep(self, case: Case, what: str) -> Case:
        """Keep the case in the journal and return it as kept.

        Raises:
            OsiguError: with `Kind.SETTINGS` when the disk refuses.
        """
        try:
            return self.journal.keep(case, what)
        except JournalError as error:
            raise OsiguError(Failure(kind=Kind.SETTINGS, message=str(error))) from None


@asynccontextmanager
async def open_services(profile: Profile) -> AsyncIterator[Services]:
    """Open the journal and the wire for a profile, and close both at the end.

    Raises:
        OsiguError: with `Kind.SETTINGS` when the journal can't be opened or the profile's address can't be used.
    """
    try:
        journal = Store(profile.data_dir)
    except JournalError as error:
        raise OsiguError(Failure(kind=Kind.SETTINGS, message=str(error))) from None
    try:
        async with OsiguClient(
            profile.base_url, profile.client_id, profile.client_secret, profile.provider_slug
        ) as osigu:
            yield Services(osigu=osigu, journal=journal)
    finally:
        journal.close()
