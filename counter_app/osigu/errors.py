"""Failures, sorted by what the counter can do about them.

This module knows neither httpx nor Qt: the wire sorts what happened into a `Failure`, and the screen speaks it.
"""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from counter_app.models import OpaqueId, record


class Kind(StrEnum):
    """What the counter can do about a failure."""

    OFFLINE = "offline"
    """It never left, or it was only a question: asking again is safe."""
    SERVER = "server"
    """OSIGU has a fault of its own; nothing was written."""
    UNKNOWN = "unknown"
    """A write left and its answer was lost: look, don't resend."""
    CREDENTIALS = "credentials"
    NOT_AFFILIATED = "not_affiliated"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    """Already done, or being done: the truth has to be looked up."""
    INVALID = "invalid"
    """Fields are wrong; `Failure.fields` names them."""
    BUSY = "busy"
    """Too many calls, or OSIGU is overloaded; `Failure.retry_after` says how many seconds to wait."""
    CONTRACT = "contract"
    """A success that is not what OSIGU promises; after a write its fate is unknown."""
    SETTINGS = "settings"
    """This computer's settings or files are not as they must be; nothing was sent."""
    LOCKED = "locked"
    """The vault wants its passphrase; `Failure.code` says "new" (choose one), "known" (enter it) or "wrong"."""
    STOPPED = "stopped"
    """Staff stopped waiting."""
    BUG = "bug"
    """A fault of this program."""


@record
class Failure:
    """What went wrong, as a value.

    `status` is the HTTP status, `code` and `message` are OSIGU's own, `fields` maps the path of a wrong field to
    OSIGU's words about it, `reference` is the id that OSIGU's support can look up, `retry_after` is in seconds.
    """

    kind: Kind
    status: int | None = None
    code: str | None = None
    message: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    reference: OpaqueId | None = None
    retry_after: float | None = None


class OsiguError(Exception):
    """An operation that did not end as it should; `failure` says how. Its text holds the kind alone."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(f"{failure.kind} {failure.status or ''}".strip())
        self.failure = failure


# `Failure.code` where something on the way answered instead of OSIGU: a proxy, or a network's sign-in page.
CAPTIVE = "captive"

# Kinds after which a write may have happened all the same.
FATE_UNKNOWN = frozenset({Kind.UNKNOWN, Kind.CONTRACT, Kind.BUG, Kind.STOPPED})
