"""The keys and types of every body, apart from the rules: a shape says what is well formed, a rule what is allowed.

OSIGU's own server may forgive more. This one refuses whatever the guide doesn't show, so that a client's slip is found
here and not at the counter.
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast

from counter_app.sandbox.products import PRODUCT_TYPES
from counter_app.sandbox.refusal import Complaints
from counter_app.sandbox.sponsors import FILE_TYPES, OPTIONAL_FIELDS, SearchForm, Sponsor

Check = Callable[[object, str, Complaints], None]
"""Looks at a value that stands at a path and notes what is wrong with it."""

_ICD_10 = re.compile(r"[A-Z][0-9][0-9A-Z](\.?[0-9A-Z]{1,4})?")
_SMALLEST_AMOUNT = -2
_LONGEST_TEXT = 500


@dataclass(frozen=True)
class Key:
    """One key of a body: how its value is checked, and whether the body may do without it."""

    check: Check
    required: bool = True


Shape = Mapping[str, Key]


def check(body: object, shape: Shape) -> dict[str, Any]:
    """The body, if it has this shape.

    Raises:
        Refusal: 422 with every missing, unknown or mistyped key.
    """
    wrong = Complaints()
    _check_object(body, "", shape, wrong)
    wrong.settle()
    return cast("dict[str, Any]", body)


def check_search(body: object, sponsor: Sponsor) -> tuple[SearchForm, dict[str, str]]:
    """The form that a search was filled in on, and its values.

    Raises:
        Refusal: 422 when the keys are not those of one form, or a value is mistyped.
    """
    keys = set(body) if isinstance(body, dict) else set()
    form = max(sponsor.forms, key=lambda form: len(keys & {field.key for field in form.fields}))
    shape = {field.key: Key(_FIELDS.get(field.type, text), field.required) for field in form.fields}
    shape |= {field.key: Key(one_of(*field.values), field.required) for field in form.fields if field.type == "enum"}
    return form, check(body, shape)


# --- Checks of one value --------------------------------------------------------------------------------------------


def text(value: object, path: str, wrong: Complaints) -> None:
    """A string of 1 to 500 characters, not all of them blanks."""
    if not isinstance(value, str):
        wrong.add(path, "must be a string")
    elif not value.strip():
        wrong.add(path, "must not be empty")
    elif len(value) > _LONGEST_TEXT:
        wrong.add(path, f"must have at most {_LONGEST_TEXT} characters")


def one_of(*allowed: str) -> Check:
    """One of these words."""

    def check_word(value: object, path: str, wrong: Complaints) -> None:
        if not isinstance(value, str) or value not in allowed:
            wrong.add(path, f"must be one of {', '.join(allowed)}")

    return check_word


def quantity(value: object, path: str, wrong: Complaints) -> None:
    """A number above zero."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        wrong.add(path, "must be a number")
    elif not value > 0:
        wrong.add(path, "must be more than zero")


def amount(value: object, path: str, wrong: Complaints) -> None:
    """Money above zero, with at most two decimals: 0.1 + 0.2 must not arrive as 0.30000000000000004."""
    quantity(value, path, wrong)
    if isinstance(value, Decimal) and not _in_cents(value):
        wrong.add(path, "must have at most two decimals")


def price(value: object, path: str, wrong: Complaints) -> None:
    """Money, zero included, with at most two decimals."""
    if value != 0 or isinstance(value, bool):
        amount(value, path, wrong)


def day(value: object, path: str, wrong: Complaints) -> None:
    """A date as `YYYY-MM-DD`."""
    try:
        fits = isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        fits = False
    if not fits:
        wrong.add(path, "must be a date like 2026-01-31")


def moment(value: object, path: str, wrong: Complaints) -> None:
    """A date and time with its offset from UTC."""
    try:
        fits = isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        fits = False
    if not fits:
        wrong.add(path, "must be a date and time with offset, like 2026-01-31T14:00:00-05:00")


def base64_text(value: object, path: str, wrong: Complaints) -> None:
    """Base64, not empty."""
    try:
        fits = isinstance(value, str) and bool(base64.b64decode(value, validate=True))
    except (binascii.Error, ValueError):
        fits = False
    if not fits:
        wrong.add(path, "must be Base64")


def diagnosis(value: object, path: str, wrong: Complaints) -> None:
    """A code of the ICD-10, such as `R51` or `E11.9`."""
    if not isinstance(value, str) or not _ICD_10.fullmatch(value):
        wrong.add(path, "must be a code of the ICD-10")


def list_of(shape: Shape) -> Check:
    """A list of one or more objects of that shape."""

    def check_list(value: object, path: str, wrong: Complaints) -> None:
        if not isinstance(value, list) or not value:
            wrong.add(path, "must be a list of at least one")
            return
        for number, each in enumerate(value):
            _check_object(each, f"{path}[{number}]", shape, wrong)

    return check_list


def _in_cents(value: Decimal) -> bool:
    exponent = value.normalize().as_tuple().exponent
    return isinstance(exponent, int) and exponent >= _SMALLEST_AMOUNT


def _check_object(value: object, path: str, shape: Shape, wrong: Complaints) -> None:
    if not isinstance(value, dict):
        wrong.add(path, "must be an object")
        return
    for name, key in shape.items():
        at = f"{path}.{name}" if path else name
        if name in value:
            key.check(value[name], at, wrong)
        elif key.required:
            wrong.add(at, "is required")
    for name in value.keys() - shape.keys():
        wrong.add(f"{path}.{name}" if path else name, "is not a known key")


_FIELDS: Mapping[str, Check] = {"date": day}

# --- Bodies and queries ---------------------------------------------------------------------------------------------

CONFIGURATION = {"product_type": Key(one_of(*PRODUCT_TYPES))}
MEDICATIONS = {"query": Key(text, required=False)}
PRODUCTS = {"product_type": Key(one_of(*PRODUCT_TYPES), required=False), "query": Key(text, required=False)}

CREATE = {
    "beneficiary_id": Key(text),
    "sponsor_slug": Key(text),
    "diagnosis_code": Key(diagnosis),
    "products": Key(
        list_of(
            {
                "product_code": Key(text),
                "product_type": Key(one_of(*PRODUCT_TYPES)),
                "quantity": Key(quantity),
                "posology": Key(text, required=False),
            }
        )
    ),
    **{name: Key(text, required=False) for name in OPTIONAL_FIELDS},
}
UPLOAD_BASE64 = {
    "file_name": Key(text),
    "file_type": Key(one_of(*FILE_TYPES)),
    "content_base64": Key(base64_text),
}
START = {"code": Key(text), "beneficiary_id": Key(text, required=False)}
SEND_OTP = {"beneficiary_id": Key(text), "sponsor_slug": Key(text), "channel": Key(one_of("SMS", "EMAIL"))}
VALIDATE_OTP = {"otp_id": Key(text), "code": Key(text)}
BIOMETRIC = {
    "beneficiary_id": Key(text),
    "type": Key(one_of("FINGERPRINT_READING", "FACE_RECOGNITION")),
    "value": Key(base64_text),
}
FINISH = {
    "amount": Key(amount),
    "document_number": Key(text),
    "document_date": Key(moment),
    "document_serial": Key(text, required=False),
    "provider_transaction_id": Key(text),
    "provider_slug": Key(text),
    "products": Key(
        list_of(
            {
                "product_code": Key(text),
                "quantity": Key(quantity),
                "unit_price": Key(price),
                "substitute_product_code": Key(text, required=False),
                "substitution_reason": Key(
                    one_of("OUT_OF_STOCK", "EMERGENCY", "ACTIVE_INGREDIENT", "OTHER"), required=False
                ),
            }
        ),
        required=False,
    ),
    "otp_verification_token": Key(text, required=False),
    "biometric_reading_id": Key(text, required=False),
}
