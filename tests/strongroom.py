"""The tests' vaults: real ones, whose passphrase is quick to try."""

from counter_app.journal import keys
from counter_app.journal.files import KeptFiles
from counter_app.journal.store import Store
from counter_app.journal.vault import Vault
from counter_app.settings import Profile

PASSPHRASE = "a passphrase of the tests"
_CHEAP = 16  # scrypt's cost; a program that opens the vault goes by what its file says


async def at_once(_seconds: float) -> None:
    """Repetitions don't keep a test waiting."""


def vault_of(profile: Profile) -> Vault:
    """The vault in a profile's folder, made where there is none."""
    profile.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    return keys.open_vault(profile.data_dir, PASSPHRASE, ring=None, cost=_CHEAP)


def journal_of(profile: Profile) -> Store:
    """The journal in a profile's folder, as the program that starts next reads it."""
    return Store(profile.data_dir, vault_of(profile))


def kept_files_of(profile: Profile) -> KeptFiles:
    """The files kept in a profile's folder."""
    return KeptFiles(profile.data_dir, vault_of(profile))
