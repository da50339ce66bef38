"""Page 5: the hand-over."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from counter_app.models.record import OpaqueId, record


@record
class DispensationLine:
    """A product that may be handed over: units and the price of one."""

    product_code: str
    quantity: Decimal
    unit_price: Decimal | None = None


class Verification(StrEnum):
    """How a sponsor wants the patient's presence proved."""

    OTP = "OTP"
    BIOMETRIC = "BIOMETRIC"


@record
class Dispensation:
    """A redemption of a code, as OSIGU last told it."""

    dispensation_id: OpaqueId
    status: str
    code_type: str | None = None
    lines: tuple[DispensationLine, ...] = ()
    verification_required: str | None = None
    total_amount: Decimal | None = None
    read_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether it is started and can still be completed or cancelled."""
        return self.status == "STARTED"

    @property
    def completed(self) -> bool:
        """Whether the hand-over is confirmed."""
        return self.status == "COMPLETED"

    @property
    def total(self) -> Decimal | None:
        """The sum of the lines, where every line has a price."""
        prices = [line.unit_price for line in self.lines]
        if not prices or None in prices:
            return None
        return sum((line.quantity * line.unit_price for line in self.lines if line.unit_price), Decimal(0))


@record
class Challenge:
    """An OTP on its way to the patient. `destination` comes masked from OSIGU."""

    otp_id: OpaqueId
    channel: str
    expires_at: datetime
    destination: str = ""


@record
class Proof:
    """That the patient was there: the token of a checked OTP, or the id of a biometric reading."""

    otp_token: str | None = None
    reading_id: OpaqueId | None = None
    checked_at: datetime | None = None


@record
class Invoice:
    """What the pharmacy charged, taxes included; `issued_at` carries its offset."""

    number: str
    amount: Decimal
    issued_at: datetime
