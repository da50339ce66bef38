"""From the counter's own words to what OSIGU documents for a call's body. Amounts go exactly or not at all."""

import json
from base64 import b64encode
from collections.abc import Mapping
from decimal import Decimal

from counter_app.models import (
    DispensationLine,
    Invoice,
    OpaqueId,
    Prescription,
    PrescriptionLine,
    Proof,
)
from counter_app.osigu.errors import Failure, Kind, OsiguError

# What every reader of JSON keeps: beyond 15 digits many round to the next binary number.
_EXACT_DIGITS = 15


def exact_json(value: object) -> bytes:
    """`value` as JSON, a `Decimal` as the number it is: Python's own writer knows binary fractions alone.

    Raises:
        TypeError: for a value that has no exact spelling, a binary fraction among them.
    """
    return _written(value).encode("ascii")


def _written(value: object) -> str:
    match value:
        case None | bool() | int() | str():
            return json.dumps(value)
        case Decimal():
            return format(value, "f")
        case Mapping():
            return "{" + ",".join(f"{json.dumps(str(key))}:{_written(each)}" for key, each in value.items()) + "}"
        case list() | tuple():
            return "[" + ",".join(map(_written, value)) + "]"
        case _:
            raise TypeError(type(value).__name__)


def exact(value: Decimal, field: str) -> int | Decimal:
    """`value` as a JSON number that every reader reads as the same: a whole one without a fraction.

    Raises:
        OsiguError: with `Kind.INVALID` and `field` when there is none; nothing was sent.
    """
    if not value.is_finite() or len(value.as_tuple().digits) > _EXACT_DIGITS or abs(value.adjusted()) > _EXACT_DIGITS:
        raise OsiguError(Failure(kind=Kind.INVALID, fields={field: "inexact"}))
    return int(value) if value == value.to_integral_value() else value


def prescription(beneficiary_id: OpaqueId, sponsor: str, prescribed: Prescription) -> Mapping[str, object]:
    """The body of "create request" (OSIGU quickstart, step 3); a sponsor's further fields stand at its top level."""
    return {
        **{key: value for key, value in prescribed.extra if value},
        "beneficiary_id": beneficiary_id,
        "sponsor_slug": sponsor,
        "diagnosis_code": prescribed.diagnosis_code,
        "products": [_prescribed(number, line) for number, line in enumerate(prescribed.lines)],
    }


def _prescribed(number: int, line: PrescriptionLine) -> Mapping[str, object]:
    return _known(
        product_code=line.product_code,
        product_type=line.product_type,
        quantity=exact(line.quantity, f"products[{number}].quantity"),
        posology=line.posology or None,
    )


def code(redeemed: str, beneficiary_id: OpaqueId | None) -> Mapping[str, object]:
    """The body of "start dispensation"."""
    return _known(code=redeemed, beneficiary_id=beneficiary_id)


def hand_over(
    invoice: Invoice,
    transaction_id: str,
    provider: str,
    lines: tuple[DispensationLine, ...],
    proof: Proof | None,
) -> Mapping[str, object]:
    """The body of "complete dispensation" (OSIGU guide, dispensation): `amount` has the taxes in it.

    Raises:
        OsiguError: with `Kind.INVALID` when the invoice's time has no offset or an amount can't be sent exactly.
    """
    if invoice.issued_at.tzinfo is None:
        raise OsiguError(Failure(kind=Kind.INVALID, fields={"document_date": "offset"}))
    return _known(
        amount=exact(invoice.amount, "amount"),
        document_number=invoice.number,
        document_date=invoice.issued_at.isoformat(timespec="seconds"),
        provider_transaction_id=transaction_id,
        provider_slug=provider,
        products=_handed_over(lines),
        otp_verification_token=proof.otp_token if proof else None,
        biometric_reading_id=proof.reading_id if proof else None,
    )


def _handed_over(lines: tuple[DispensationLine, ...]) -> list[Mapping[str, object]] | None:
    """The lines; none at all where a price is not known: OSIGU wants each with its price and has its own otherwise."""
    told: list[Mapping[str, object]] = []
    for number, line in enumerate(lines):
        if line.unit_price is None:
            return None
        quantity = exact(line.quantity, f"products[{number}].quantity")
        price = exact(line.unit_price, f"products[{number}].unit_price")
        told.append({"product_code": line.product_code, "quantity": quantity, "unit_price": price})
    return told or None


def biometric(beneficiary_id: OpaqueId, kind: str, value: bytes) -> Mapping[str, object]:
    """The body of "biometric reading"."""
    return {"beneficiary_id": beneficiary_id, "type": kind, "value": b64encode(value).decode("ascii")}


def _known(**fields: object) -> Mapping[str, object]:
    """The fields that hold something: what is optional and not known is left out, not sent as null."""
    return {key: value for key, value in fields.items() if value is not None}
