"""From OSIGU's spelling to the counter's own words. Each function takes the body of a success."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from counter_app.models import (
    Authorization,
    Beneficiary,
    Challenge,
    Coverage,
    CreatedRequest,
    Decision,
    Dispensation,
    DispensationLine,
    DocumentType,
    FieldKind,
    FormField,
    OpaqueId,
    Product,
    Proof,
    Rules,
    SearchForm,
)
from counter_app.osigu import wire
from counter_app.osigu.auth import Token
from counter_app.osigu.errors import Failure, Kind, OsiguError

R = TypeVar("R")

_OTP_LASTS = 300.0  # seconds, where OSIGU does not say (guide: one-time passwords)
_TOKEN_LASTS = 3600.0  # seconds, where OSIGU does not say (guide: authentication)
_MOST_FAULTS = 5  # of one answer that are logged

_FORMS = TypeAdapter(wire.Many[wire.FormAnswer])
_PEOPLE = TypeAdapter(wire.Many[wire.BeneficiaryAnswer])
_POLICY = TypeAdapter(wire.Many[wire.PolicyAnswer])
_PRODUCTS = TypeAdapter(wire.Many[wire.ProductAnswer])


class NotPromisedError(ValueError):
    """A success that is not what OSIGU documents. Its text names places and kinds of fault, never a value."""


def json_of(content: bytes) -> object:
    """The body of an answer, its amounts exact.

    Raises:
        NotPromisedError: when it is no JSON: empty, HTML, cut off.
    """
    try:
        return json.loads(content, parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise NotPromisedError("no JSON") from None


def _refuse(_constant: str) -> object:
    raise ValueError  # NaN and Infinity are no JSON, though Python reads them


def _valid(validate: Callable[[object], R], answer: object) -> R:
    try:
        return validate(answer)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        places = sorted({f"{'.'.join(map(str, each['loc']))}: {each['type']}" for each in faults})
        raise NotPromisedError("; ".join(places[:_MOST_FAULTS])) from None


def _same(asked: OpaqueId, told: OpaqueId) -> None:
    # An answer about another patient's request must never be taken for this one's.
    if str(asked) != str(told):
        raise NotPromisedError("another id than the one asked about")


def nothing(content: bytes) -> None:
    """For a call whose success is all there is to know; a page of a network's log-in is no success.

    Raises:
        NotPromisedError: when there is a body and it is no JSON.
    """
    if content.strip():
        json_of(content)


def token(content: bytes) -> Token:
    """The answer of the token call."""
    told = _valid(wire.TokenAnswer.model_validate, json_of(content))
    return Token(told.access_token, _TOKEN_LASTS if told.expires_in is None else told.expires_in)


def forms(content: bytes) -> tuple[SearchForm, ...]:
    """The ways in which a sponsor lets its beneficiaries be found."""
    return tuple(
        SearchForm(form_id=form.form_id, label=form.label, fields=tuple(map(_field, form.fields)))
        for form in _valid(_FORMS.validate_python, json_of(content))
    )


def _field(told: wire.FieldAnswer) -> FormField:
    kind = FieldKind.TEXT
    if told.type == "date":
        kind = FieldKind.DATE
    elif told.type == "enum" and told.values:
        kind = FieldKind.CHOICE
    return FormField(
        key=told.key,
        kind=kind,
        label=told.label,
        choices=told.values if kind is FieldKind.CHOICE else (),
        required=told.required,
    )


def people(content: bytes) -> tuple[Beneficiary, ...]:
    """Who was found: OSIGU documents one person; a family comes as a list or as `{content: […]}`."""
    answer = json_of(content)
    single = isinstance(answer, dict) and "content" not in answer
    found = _valid(_PEOPLE.validate_python, [answer] if single else answer)
    if not found:
        raise OsiguError(Failure(kind=Kind.NOT_FOUND))
    return tuple(map(_person, found))


def _person(told: wire.BeneficiaryAnswer) -> Beneficiary:
    cover = told.coverage
    return Beneficiary(
        beneficiary_id=told.beneficiary_id,
        first_name=told.first_name,
        last_name=told.last_name,
        coverage=Coverage(plan=cover.plan_code, active=cover.active, effective_until=cover.effective_until),
        relationship=told.relationship,
        document=told.document_number,
    )


def rules(content: bytes) -> Rules:
    """What a sponsor's configuration demands."""
    told = _valid(wire.ConfigurationAnswer.model_validate, json_of(content))
    return Rules(
        required_fields=told.required_fields,
        authorization_types=told.authorization_types,
        verification=told.verification.dispensing,
        decides_later=told.evaluation == "ASYNC",
    )


def created(content: bytes) -> CreatedRequest:
    """The request as OSIGU registered it."""
    told = _valid(wire.CreatedAnswer.model_validate, json_of(content))
    return CreatedRequest(request_id=told.authorization_request_id, status=told.status, created_at=told.created_at)


def decision(asked: OpaqueId, content: bytes) -> Decision:
    """The sponsor's answer to the request `asked`."""
    told = _valid(wire.DecisionAnswer.model_validate, json_of(content))
    _same(asked, told.authorization_request_id)
    return Decision(status=told.status, authorizations=tuple(map(_authorization, told.authorizations)))


def _authorization(told: wire.AuthorizationAnswer) -> Authorization:
    return Authorization(
        status=told.status,
        code=told.authorization_code,
        product_type=told.product_type,
        expires_at=told.expires_at,
        rejection_reason=told.rejection_reason,
    )


def policy(content: bytes) -> tuple[DocumentType, ...]:
    """The types of file that a sponsor asks for."""
    return tuple(
        DocumentType(file_type=each.file_type, label=each.label, required=each.required)
        for each in _valid(_POLICY.validate_python, json_of(content))
    )


def dispensation(content: bytes) -> Dispensation:
    """A dispensation as OSIGU has it now."""
    told = _valid(wire.DispensationAnswer.model_validate, json_of(content))
    return Dispensation(
        dispensation_id=told.dispensation_id,
        status=told.status,
        code_type=told.code_type,
        lines=tuple(
            DispensationLine(product_code=each.product_code, quantity=each.quantity, unit_price=each.unit_price)
            for each in told.products
        ),
        verification_required=told.verification_required,
        total_amount=told.total_amount,
    )


def dispensation_of(asked: OpaqueId, content: bytes) -> Dispensation:
    """The dispensation `asked` as OSIGU has it now."""
    told = dispensation(content)
    _same(asked, told.dispensation_id)
    return told


def challenge(channel: str, asked_at: datetime, content: bytes) -> Challenge:
    """An OTP on its way, good for as long as OSIGU says from `asked_at` on."""
    told = _valid(wire.ChallengeAnswer.model_validate, json_of(content))
    lasts = _OTP_LASTS if told.expires_in is None else told.expires_in
    return Challenge(
        otp_id=told.otp_id,
        channel=told.channel or channel,
        expires_at=asked_at + timedelta(seconds=lasts),
        destination=told.masked_destination,
    )


def otp_token(content: bytes) -> str:
    """The token of a checked OTP."""
    return _valid(wire.CheckedOtpAnswer.model_validate, json_of(content)).otp_verification_token


def proof(asked_at: datetime, content: bytes) -> Proof:
    """The proof that a biometric reading gives.

    Raises:
        OsiguError: with `Kind.INVALID` when it was no success; `code` is OSIGU's word for it.
    """
    told = _valid(wire.ReadingAnswer.model_validate, json_of(content))
    if told.verification_status != "VERIFICATION_SUCCESS":
        raise OsiguError(
            Failure(
                kind=Kind.INVALID,
                code=told.verification_status,
                message=told.failure_description,
                fields={"biometric": told.failure_description or ""},
            )
        )
    if told.id is None:
        raise NotPromisedError("id: missing")
    return Proof(reading_id=told.id, checked_at=asked_at)


def products(content: bytes) -> tuple[Product, ...]:
    """Products of a catalogue."""
    return tuple(
        Product(code=each.product_code, name=each.name, form=each.form)
        for each in _valid(_PRODUCTS.validate_python, json_of(content))
    )
