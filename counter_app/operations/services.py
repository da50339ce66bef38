"""What every operation works with: the wire, the journal, the files kept in the vault, the clock."""

import asyncio
import getpass
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from counter_app.case import Case
from counter_app.journal import keys
from counter_app.journal.errors import JournalError, VaultLockedError
from counter_app.journal.files import KeptFiles
from counter_app.journal.store import Store
from counter_app.journal.vault import Vault
from counter_app.models import Product
from counter_app.osigu.budget import Budget
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
    files: KeptFiles
    # How long a closed case is kept before its content is wiped; the audit trail stays.
    retention: timedelta = timedelta(days=90)
    now: Callable[[], datetime] = _now
    report: Callable[[int, int], None] = _no_report
    # How long "it did not happen" isn't believed after a lost answer: longer than complete's own time-out.
    patience: timedelta = timedelta(seconds=120)
    catalogue: dict[tuple[str, str], tuple[Product, ...]] = field(default_factory=dict)

    def keep(self, case: Case, what: str) -> Case:
        """Keep the case in the journal and return it as kept; a closed one's files are wiped from the vault.

        Raises:
            OsiguError: with `Kind.SETTINGS` when the disk refuses.
        """
        try:
            kept = self.journal.keep(case, what)
        except JournalError as error:
            raise refused_here(error) from None
        if kept.ending is not None:
            for indication in (*kept.indications, *((kept.outgoing,) if kept.outgoing else ())):
                if indication.kept is not None:
                    self.files.wipe(indication.kept)
        return kept


def refused_here(error: JournalError) -> OsiguError:
    """What stands in the way on this computer, as a failure that the window can speak."""
    if isinstance(error, VaultLockedError):
        return OsiguError(Failure(kind=Kind.LOCKED, code=error.code, message=str(error)))
    return OsiguError(Failure(kind=Kind.SETTINGS, code=f"journal.{error.code}", message=str(error)))


@asynccontextmanager
async def open_services(profile: Profile) -> AsyncIterator[Services]:
    """Open the vault, the journal and the wire for a profile, and close them at the end.

    Raises:
        OsiguError: with `Kind.LOCKED` when the vault wants a passphrase, with `Kind.SETTINGS` when vault or journal
            can't be opened or the profile's address can't be used.
    """
    try:
        vault = await _vault(profile)
        journal = Store(profile.data_dir, vault, who=_who())
    except JournalError as error:
        raise refused_here(error) from None
    try:
        files = KeptFiles(profile.data_dir, vault)
        _sweep(journal, files)
        async with OsiguClient(
            profile.base_url,
            profile.client_id,
            profile.client_secret,
            profile.provider_slug,
            budget=Budget(profile.calls_per_minute),
        ) as osigu:
            retention = timedelta(days=profile.retention_days)
            yield Services(osigu=osigu, journal=journal, files=files, retention=retention)
    finally:
        journal.close()


async def _vault(profile: Profile) -> Vault:
    """The vault of this counter; the demo's is forgotten with it."""
    if profile.demo:
        return Vault.made()
    # On a thread of its own: making a key from a passphrase is slow on purpose.
    return await asyncio.to_thread(keys.open_vault, profile.data_dir, profile.passphrase)


def _sweep(journal: Store, files: KeptFiles) -> None:
    """Wipe the files that no open case refers to any more: a copy was made and its case was never kept, or is closed.

    Where a case can't be read, or was lost with a damaged journal, nobody knows what belongs to it: everything stays.
    """
    if not journal.knows_all:
        return
    for left in files.ids() - journal.kept_files():
        files.wipe(left)


def _who() -> str:
    """Whose session this is on the computer; the audit trail names them."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a user whom the system has no name for
        return ""
