"""What the sandbox remembers. Records are replaced, never changed, so a test may read them from its own thread."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from counter_app.sandbox.clock import stamp_of_day
from counter_app.sandbox.files import ReceivedFile
from counter_app.sandbox.products import PRODUCTS

Number = int | Decimal
"""A number of the wire: never a float, so that no price gains noise on its way through."""


@dataclass(frozen=True)
class Line:
    """One product and how many units of it."""

    product_code: str
    product_type: str
    quantity: Number

    def priced(self) -> dict[str, object]:
        """The line as a dispensation shows it; the price is the provider's own for one unit."""
        price = PRODUCTS[self.product_code].unit_price
        return {"product_code": self.product_code, "quantity": self.quantity, "unit_price": price}


@dataclass(frozen=True)
class Authorization:
    """The sponsor's decision about the products of one type. It is kept at once and shown from `decided_at` on."""

    code: str
    request_id: str
    sponsor_slug: str
    beneficiary_id: str
    product_type: str
    lines: tuple[Line, ...]
    decided_at: datetime
    expires_at: datetime
    rejection_reason: str | None = None

    def status(self, now: datetime) -> str:
        """`PENDING_SPONSOR`, `APPROVED` or `REJECTED`."""
        if now < self.decided_at:
            return "PENDING_SPONSOR"
        return "APPROVED" if self.rejection_reason is None else "REJECTED"

    def shown(self, now: datetime) -> dict[str, object]:
        """The authorization as the answer to completing or reading its request shows it."""
        status = self.status(now)
        said: dict[str, object] = {
            "authorization_code": self.code,
            "product_type": self.product_type,
            "status": status,
        }
        if status == "APPROVED":
            said["expires_at"] = stamp_of_day(self.expires_at)
        if status == "REJECTED":
            said["rejection_reason"] = self.rejection_reason
        return said


@dataclass(frozen=True)
class AuthorizationRequest:
    """A request for authorization, with the body it was created from and the files received for it."""

    request_id: str
    sponsor_slug: str
    beneficiary_id: str
    lines: tuple[Line, ...]
    body: Mapping[str, object] = field(repr=False)
    created_at: datetime
    files: tuple[ReceivedFile, ...] = ()
    authorizations: tuple[Authorization, ...] = ()

    @property
    def completed(self) -> bool:
        """Whether it was handed to the sponsor, decided or not."""
        return bool(self.authorizations)

    @property
    def product_types(self) -> tuple[str, ...]:
        """The types of its products, each once, in the order they came."""
        return tuple(dict.fromkeys(line.product_type for line in self.lines))

    def status(self, now: datetime) -> str:
        """`PENDING_INDICATION`, `PENDING_SPONSOR` or `COMPLETED`."""
        if not self.authorizations:
            return "PENDING_INDICATION"
        waits = any(each.status(now) == "PENDING_SPONSOR" for each in self.authorizations)
        return "PENDING_SPONSOR" if waits else "COMPLETED"

    def shown(self, now: datetime) -> dict[str, object]:
        """The request as completing and reading it answer."""
        return {
            "authorization_request_id": self.request_id,
            "status": self.status(now),
            "authorizations": [each.shown(now) for each in self.authorizations],
        }


@dataclass(frozen=True)
class Dispensation:
    """A dispensation. `state` is what was last done to it; one that is only started times out at `times_out_at`."""

    dispensation_id: str
    code: str
    code_type: str
    beneficiary_id: str
    lines: tuple[Line, ...]
    verification: str | None
    times_out_at: datetime
    state: str = "STARTED"
    invoice: Mapping[str, object] | None = field(default=None, repr=False)

    def status(self, now: datetime) -> str:
        """`STARTED`, `COMPLETED`, `CANCELLED` or, timed out, `EXPIRED`."""
        return "EXPIRED" if self.state == "STARTED" and now >= self.times_out_at else self.state

    def shown(self, now: datetime) -> dict[str, object]:
        """The dispensation as starting and reading it answer."""
        return {
            "dispensation_id": self.dispensation_id,
            "status": self.status(now),
            "code_type": self.code_type,
            "products": [line.priced() for line in self.lines],
            "verification_required": self.verification,
        }
