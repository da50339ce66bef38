"""Page 4: the sponsor's answer."""

from datetime import datetime
from enum import StrEnum

from counter_app.models.record import record


class Outcome(StrEnum):
    """What a decision comes to for the person at the counter."""

    APPROVED = "APPROVED"
    PARTLY_APPROVED = "PARTLY_APPROVED"
    REJECTED = "REJECTED"
    WAITING = "WAITING"
    INDICATION_MISSING = "INDICATION_MISSING"
    UNKNOWN = "UNKNOWN"


@record
class Authorization:
    """One authorization of the answer. A status that nobody knows is shown and never counts as yes."""

    status: str
    code: str | None = None
    product_type: str | None = None
    expires_at: datetime | None = None
    rejection_reason: str | None = None

    @property
    def approved(self) -> bool:
        """Whether the sponsor approved it and gave a code."""
        return self.status == "APPROVED" and bool(self.code)

    @property
    def rejected(self) -> bool:
        """Whether the sponsor said no."""
        return self.status == "REJECTED"

    def usable(self, now: datetime) -> bool:
        """Whether its code can be dispensed at `now` (an aware time)."""
        return self.approved and (self.expires_at is None or self.expires_at > now)


@record
class Decision:
    """The authorization request as the sponsor left it when it was last read."""

    status: str
    authorizations: tuple[Authorization, ...] = ()
    read_at: datetime | None = None

    @property
    def approved(self) -> tuple[Authorization, ...]:
        """The authorizations with a code that may be redeemed."""
        return tuple(each for each in self.authorizations if each.approved)

    @property
    def outcome(self) -> Outcome:
        """The whole answer in one word; only what the sponsor spelled as a yes is a yes."""
        if self.status == "PENDING_INDICATION":
            return Outcome.INDICATION_MISSING
        waiting = self.status == "PENDING_SPONSOR" or any(
            each.status == "PENDING_SPONSOR" for each in self.authorizations
        )
        if self.approved:
            return Outcome.APPROVED if len(self.approved) == len(self.authorizations) else Outcome.PARTLY_APPROVED
        if waiting:
            return Outcome.WAITING
        if any(each.rejected for each in self.authorizations) or self.status == "REJECTED":
            return Outcome.REJECTED
        return Outcome.UNKNOWN
