"""The commands that need no window."""

import getpass
import os
import sys
from dataclasses import replace

from counter_app import settings
from counter_app.settings import Profile, SettingsError

WHOLE, BROKEN, NOT_CHECKED = 0, 1, 2


def verify_journal() -> int:
    """Check the audit trail and print one line; returns 0 when it is whole, 1 when not, 2 when it can't be checked."""
    from counter_app.operations import trail  # noqa: PLC0415  heavy, and `--version` must not wait for it
    from counter_app.osigu.errors import Kind, OsiguError  # noqa: PLC0415

    try:
        profile = settings.read(os.environ)
    except SettingsError as error:
        return _say(str(error), NOT_CHECKED)
    for attempt in (profile, None):
        try:
            verdict = trail.verify(attempt or _unlocked(profile))
        except OsiguError as error:
            if error.failure.kind is Kind.LOCKED and attempt is not None and sys.stdin.isatty():
                continue
            return _say(f"The journal can't be checked: {error.failure.message}", NOT_CHECKED)
        if verdict.ok:
            return _say(f"The audit trail is whole: {_events(verdict.count)}.", WHOLE)
        return _say(f"The audit trail is broken: event {verdict.number} was {verdict.what}.", BROKEN)
    return NOT_CHECKED


def _unlocked(profile: Profile) -> Profile:
    return replace(profile, passphrase=getpass.getpass("Passphrase of this counter's vault: "))


def _events(count: int) -> str:
    return "1 event" if count == 1 else f"{count} events"


def _say(line: str, status: int) -> int:
    sys.stdout.write(f"{line}\n")
    return status
