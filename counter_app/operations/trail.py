"""Whether the audit trail of this counter is whole."""

from counter_app.journal import keys
from counter_app.journal.audit import Verdict, verify_journal
from counter_app.journal.engine import FILE
from counter_app.journal.errors import JournalError
from counter_app.operations.services import refused_here
from counter_app.settings import Profile


def verify(profile: Profile) -> Verdict:
    """Check the chain of the events in the journal of a profile, without changing anything in it.

    Raises:
        OsiguError: with `Kind.LOCKED` when the vault wants its passphrase, with `Kind.SETTINGS` when there is no
            journal or it can't be read.
    """
    try:
        if not (profile.data_dir / FILE).is_file():
            # Asked first, because opening a vault that isn't there makes one.
            raise JournalError(f"There is no journal in {profile.data_dir}.")
        return verify_journal(profile.data_dir, keys.open_vault(profile.data_dir, profile.passphrase))
    except JournalError as error:
        raise refused_here(error) from None
