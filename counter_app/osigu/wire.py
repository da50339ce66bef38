"""OSIGU's answers as it spells them. Strict about what the counter can't do without, tolerant of all else.

Unknown keys are ignored and unknown enum values kept as they are. What is optional and can't be understood becomes
"not known", never a yes. Nothing here leaves the package: `reading` turns it into the counter's own words.
"""

from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictInt, StrictStr

T = TypeVar("T")


def _text(value: object) -> str:
    """A text or a number as text; nothing else is one."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value).strip() if isinstance(value, str | int | Decimal) else ""


def _some_text(value: object) -> str | None:
    return _text(value) or None


def _texts(value: object) -> tuple[str, ...]:
    return tuple(text for each in value if (text := _text(each))) if isinstance(value, list) else ()


def _yes(value: object) -> bool:
    # Not said, null or "true" in quotes is not a yes: the patient would be told of a cover that nobody confirmed.
    return value is True


def _moment(value: object) -> datetime | None:
    """An aware time; one without an offset is taken as UTC, as all of OSIGU's examples are."""
    try:
        moment = datetime.fromisoformat(_text(value))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _day(value: object) -> date | None:
    """The calendar day that is written, of a date or of a date and time."""
    try:
        return date.fromisoformat(_text(value)[:10])
    except ValueError:
        return None


def _amount(value: object) -> Decimal | None:
    """An exact amount, of a JSON number or a number in quotes."""
    try:
        amount = Decimal(_text(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def _seconds(value: object) -> float | None:
    amount = _amount(value)
    return float(amount) if amount is not None and amount >= 0 else None


def _object(value: object) -> object:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> object:
    return [] if value is None else value


def _many(value: object) -> object:
    """The items of `{content: […]}` as of a plain list."""
    return value.get("content", value) if isinstance(value, dict) else value


Essential = Annotated[str, BeforeValidator(_text), Field(min_length=1)]
Id = Annotated[StrictStr, Field(min_length=1)] | StrictInt
Text = Annotated[str, BeforeValidator(_text)]
SomeText = Annotated[str | None, BeforeValidator(_some_text)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_texts)]
Yes = Annotated[bool, BeforeValidator(_yes)]
Moment = Annotated[datetime | None, BeforeValidator(_moment)]
Day = Annotated[date | None, BeforeValidator(_day)]
Amount = Annotated[Decimal | None, BeforeValidator(_amount)]
Quantity = Annotated[Decimal, BeforeValidator(_amount)]
Seconds = Annotated[float | None, BeforeValidator(_seconds)]
Several = Annotated[tuple[T, ...], BeforeValidator(_list)]
Many = Annotated[tuple[T, ...], BeforeValidator(_many)]


class Wire(BaseModel):
    """An answer, or a part of one. It doesn't print itself and its errors don't quote it."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __str__(self) -> str:
        return repr(self)


class TokenAnswer(Wire):
    """`POST /v1/oauth/token`."""

    access_token: Annotated[StrictStr, Field(pattern=r"^[\x21-\x7e]+$")]
    expires_in: Seconds = None


class FieldAnswer(Wire):
    """A field of a search form."""

    key: Essential
    type: Text = ""
    label: SomeText = None
    values: Texts = ()
    required: Yes = False


class FormAnswer(Wire):
    """One of `GET …/forms`."""

    form_id: Essential
    label: SomeText = None
    fields: Several[FieldAnswer] = ()


class CoverageAnswer(Wire):
    """The cover of a beneficiary."""

    plan_code: SomeText = None
    active: Yes = False
    effective_until: Day = None


class BeneficiaryAnswer(Wire):
    """One person of `POST …/search`."""

    beneficiary_id: Id
    first_name: Text = ""
    last_name: Text = ""
    relationship: SomeText = None
    document_number: SomeText = None
    coverage: Annotated[CoverageAnswer, BeforeValidator(_object)] = CoverageAnswer()


class VerificationAnswer(Wire):
    """How a sponsor wants presence proved."""

    dispensing: SomeText = None


class ConfigurationAnswer(Wire):
    """`GET …/configuration`."""

    required_fields: Texts = ()
    authorization_types: Texts = ()
    verification: Annotated[VerificationAnswer, BeforeValidator(_object)] = VerificationAnswer()
    evaluation: Text = ""


class CreatedAnswer(Wire):
    """`POST /arc/v1/authorization-requests`."""

    authorization_request_id: Id
    status: Essential
    created_at: Moment = None


class AuthorizationAnswer(Wire):
    """One authorization of a decision."""

    authorization_code: SomeText = None
    product_type: SomeText = None
    status: Text = ""
    expires_at: Moment = None
    rejection_reason: SomeText = None


class DecisionAnswer(Wire):
    """`POST …/complete` and `GET …/authorization-requests/{id}`."""

    authorization_request_id: Id
    status: Essential
    authorizations: Several[AuthorizationAnswer] = ()


class PolicyAnswer(Wire):
    """One of `GET …/document-policy`."""

    file_type: Essential
    label: SomeText = None
    required: Yes = False


class LineAnswer(Wire):
    """A product of a dispensation."""

    product_code: Essential
    quantity: Quantity
    unit_price: Amount = None


class DispensationAnswer(Wire):
    """Start, read, complete and cancel of a dispensation; the last two may hold only id, status and total."""

    dispensation_id: Id
    status: Essential
    code_type: SomeText = None
    products: Several[LineAnswer] = ()
    verification_required: SomeText = None
    total_amount: Amount = None


class ChallengeAnswer(Wire):
    """`POST /v1/otp/send`."""

    otp_id: Id
    channel: SomeText = None
    expires_in: Seconds = None
    masked_destination: Text = ""


class CheckedOtpAnswer(Wire):
    """`POST /v1/otp/validate`."""

    otp_verification_token: Annotated[StrictStr, Field(min_length=1)]


class ReadingAnswer(Wire):
    """`POST …/biometric-reading`. Without an id where the reading was no success."""

    id: Annotated[Id | None, Field()] = None
    verification_status: Essential
    failure_description: SomeText = None


class ProductAnswer(Wire):
    """A product of a catalogue."""

    product_code: Essential
    name: Text = ""
    form: SomeText = None
