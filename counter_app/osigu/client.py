"""OSIGU's documented calls, one method each, in the counter's own words.

Every method goes through one `_send` and raises `OsiguError` alone, sorted by the failure table (`retry`); a
cancellation passes untouched. Questions are repeated by themselves where that may help, writes never.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import BinaryIO, Self, TypeVar

import httpx

from counter_app.models import (
    Beneficiary,
    Challenge,
    CreatedRequest,
    Decision,
    Dispensation,
    DispensationLine,
    DocumentType,
    Indication,
    Invoice,
    OpaqueId,
    Prescription,
    Product,
    Proof,
    Rules,
    SearchForm,
)
from counter_app.osigu import address, calls, reading, uploads, writing
from counter_app.osigu.budget import Budget
from counter_app.osigu.calls import Call
from counter_app.osigu.clock import steady, utc_now
from counter_app.osigu.errors import OsiguError
from counter_app.osigu.line import EMPTY, Line, Parcel, json_parcel, or_none
from counter_app.osigu.retry import Patience
from counter_app.osigu.timeouts import ORDINARY, Timeouts

T = TypeVar("T")


class OsiguClient:
    """A provider's access to OSIGU; use it as an async context manager, in one event loop.

    `sleep` and `clock` are in seconds (a clock that no setting of the date moves), `now` gives an aware time. Clients
    that share a `budget` keep within it together; without one, calls are not counted.

    Raises:
        OsiguError: with `Kind.SETTINGS` when `base_url` can't be used: the token goes over https or stays on this
            computer.
    """

    def __init__(
        self,
        base_url: str,
        client_id: str,
        client_secret: str,
        provider_slug: str,
        *,
        timeouts: Timeouts = ORDINARY,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        clock: Callable[[], float] = steady,
        now: Callable[[], datetime] = utc_now,
        budget: Budget | None = None,
    ) -> None:
        self._provider = provider_slug
        self._timeouts = timeouts
        self._now = now
        self._line = Line(
            address.checked(base_url),
            httpx.BasicAuth(client_id.encode(errors="replace"), client_secret.encode(errors="replace")),
            timeouts,
            Patience(sleep=sleep, clock=clock),
            now=now,
            budget=budget,
        )
        self._send = self._line.send

    async def __aenter__(self) -> Self:
        await self._line.open()
        return self

    async def __aexit__(self, *_raised: object) -> None:
        await self._line.close()

    @property
    def clock_off(self) -> timedelta:
        """How far this computer's clock is ahead of OSIGU's, by the last answer; nothing below two minutes."""
        return timedelta(seconds=self._line.clock_off)

    async def warm(self) -> None:
        """Fetch the token ahead of the first call (OSIGU guide, authentication)."""
        await self._line.warm()

    # --- who --------------------------------------------------------------------------------------------------------

    async def forms(self, sponsor: str) -> tuple[SearchForm, ...]:
        """The ways in which a sponsor lets its beneficiaries be found.

        Raises:
            OsiguError: with `Kind.NOT_AFFILIATED` when this provider may not serve that sponsor.
        Source: OSIGU quickstart, step 2.
        """
        return await self._send(calls.FORMS, reading.forms, names={"sponsor": sponsor})

    async def search(self, sponsor: str, values: Mapping[str, str]) -> tuple[Beneficiary, ...]:
        """Find people by the values of one form, dates as `YYYY-MM-DD`; several are a family.

        Raises:
            OsiguError: with `Kind.NOT_FOUND` when the sponsor knows nobody; somebody without active cover comes
                either so or as a beneficiary who is not covered.
        Source: OSIGU quickstart, step 2.
        """
        return await self._send(
            calls.SEARCH, reading.people, names={"sponsor": sponsor}, parcel=json_parcel(dict(values))
        )

    async def rules(self, sponsor: str, product_type: str) -> Rules:
        """What a sponsor demands of a request (OSIGU reference, sponsor configuration; its shape is our reading)."""
        return await self._send(
            calls.CONFIGURATION, reading.rules, names={"sponsor": sponsor}, query={"product_type": product_type}
        )

    # --- what -------------------------------------------------------------------------------------------------------

    async def medications(self, query: str) -> tuple[Product, ...]:
        """Medications of OSIGU's catalogue; none where there is no catalogue (OSIGU reference, catalogues)."""
        return await or_none(self._send(calls.MEDICATIONS, reading.products, query={"query": query}))

    async def provider_products(self, product_type: str, query: str) -> tuple[Product, ...]:
        """This provider's own products; none where there is no list (OSIGU reference, provider products)."""
        query_of = {"product_type": product_type, "query": query}
        return await or_none(self._send(calls.PRODUCTS, reading.products, query=query_of))

    async def create_request(
        self, beneficiary_id: OpaqueId, sponsor: str, prescription: Prescription
    ) -> CreatedRequest:
        """Register a request. It authorizes nothing until it is completed.

        Raises:
            OsiguError: with `Kind.INVALID` and its fields when the sponsor requires more, or a quantity can't be sent.
        Source: OSIGU quickstart, step 3.
        """
        body = writing.prescription(beneficiary_id, sponsor, prescription)
        return await self._send(calls.CREATE, reading.created, parcel=json_parcel(body))

    async def read_request(self, request_id: OpaqueId) -> Decision:
        """The request as OSIGU has it now.

        Raises:
            OsiguError: with `Kind.NOT_FOUND` when OSIGU has none of that id.
        Source: OSIGU reference, authorization requests; its shape is this project's reading.
        """
        return await self._send(calls.READ_REQUEST, partial(reading.decision, request_id), names={"id": request_id})

    # --- the signed paper -------------------------------------------------------------------------------------------

    async def document_policy(self, request_id: OpaqueId) -> tuple[DocumentType, ...]:
        """The types of file that the sponsor asks for; none where there is no policy (OSIGU guide, documents)."""
        return await or_none(self._send(calls.DOCUMENT_POLICY, reading.policy, names={"id": request_id}))

    async def attach(
        self,
        request_id: OpaqueId,
        indication: Indication,
        file: BinaryIO,
        report: Callable[[int, int], None] | None = None,
    ) -> None:
        """Send a file, as multipart or, where OSIGU refuses that with 415, as Base64.

        Args:
            request_id: the request that it belongs to.
            indication: the name to send and the type of the file.
            file: opened for reading and able to seek; the caller closes it.
            report: told (bytes sent, bytes of the file) after each piece, on the loop's thread.

        Raises:
            OsiguError: with `Kind.INVALID` and the field `file` when it can't be read; nothing was sent then.
        Source: OSIGU quickstart, step 4.
        """
        size = await uploads.size_of(file)
        try:
            await self._upload(calls.UPLOAD, request_id, uploads.multipart(file, size, indication, report))
        except OsiguError as error:
            if error.failure.status != httpx.codes.UNSUPPORTED_MEDIA_TYPE:
                raise
        else:
            return
        await self._upload(calls.UPLOAD_BASE64, request_id, uploads.base64(file, size, indication, report))

    async def _upload(self, call: Call, request_id: OpaqueId, body: uploads.Body) -> None:
        await self._send(
            call,
            reading.nothing,
            names={"id": request_id},
            parcel=Parcel(content=body, headers=body.headers),
            seconds=self._timeouts.upload(body.length),
        )

    # --- the sponsor's answer ---------------------------------------------------------------------------------------

    async def complete_request(self, request_id: OpaqueId) -> Decision:
        """Submit the request; without the required file it stays `PENDING_INDICATION` (quickstart, step 5)."""
        return await self._send(
            calls.COMPLETE,
            partial(reading.decision, request_id),
            names={"id": request_id},
            seconds=self._timeouts.complete,
        )

    # --- the hand-over ----------------------------------------------------------------------------------------------

    async def start_dispensation(self, code: str, beneficiary_id: OpaqueId | None) -> Dispensation:
        """Redeem a code: OSIGU says what may be handed over.

        Raises:
            OsiguError: with `Kind.NOT_FOUND` for an unknown code, `INVALID` for one that is not approved or expired,
                `CONFLICT` for one in use; its `reference` is then the dispensation, where OSIGU names it.
        Source: OSIGU guide, dispensation; the errors are this project's reading.
        """
        return await self._send(
            calls.START, reading.dispensation, parcel=json_parcel(writing.code(code, beneficiary_id))
        )

    async def read_dispensation(self, dispensation_id: OpaqueId) -> Dispensation:
        """The dispensation as OSIGU has it now (this project's reading of the OSIGU reference)."""
        return await self._of_dispensation(calls.READ_DISPENSATION, dispensation_id, EMPTY)

    async def complete_dispensation(
        self,
        dispensation_id: OpaqueId,
        invoice: Invoice,
        transaction_id: str,
        lines: tuple[DispensationLine, ...] = (),
        proof: Proof | None = None,
    ) -> Dispensation:
        """Confirm the hand-over; OSIGU files the claim itself. The answer may hold only id, status and total.

        Args:
            dispensation_id: the started dispensation.
            invoice: the pharmacy's own, taxes included, its time with an offset.
            transaction_id: made once per dispensation and kept.
            lines: what was handed over, where that is to be told.
            proof: that the patient was there, where the sponsor wants it.

        Raises:
            OsiguError: with `Kind.INVALID` when an amount can't be sent exactly or the invoice's time has no offset.
        Source: OSIGU guide, dispensation; the answer is this project's reading.
        """
        body = writing.hand_over(invoice, transaction_id, self._provider, lines, proof)
        return await self._of_dispensation(calls.FINISH, dispensation_id, json_parcel(body))

    async def cancel_dispensation(self, dispensation_id: OpaqueId) -> Dispensation:
        """Take a started dispensation back.

        Raises:
            OsiguError: with `Kind.CONFLICT` when it is completed already.
        Source: OSIGU guide, dispensation; named there without its shape.
        """
        return await self._of_dispensation(calls.CANCEL, dispensation_id, EMPTY)

    async def _of_dispensation(self, call: Call, dispensation_id: OpaqueId, parcel: Parcel) -> Dispensation:
        read = partial(reading.dispensation_of, dispensation_id)
        return await self._send(call, read, names={"id": dispensation_id}, parcel=parcel)

    async def send_otp(self, beneficiary_id: OpaqueId, sponsor: str, channel: str) -> Challenge:
        """Have a one-time code sent by `channel`, "SMS" or "EMAIL" (OSIGU guide, one-time passwords)."""
        body = {"beneficiary_id": beneficiary_id, "sponsor_slug": sponsor, "channel": channel}
        # Its life is counted from before the call: better a second too short than a code that fails at the counter.
        read = partial(reading.challenge, channel, self._now())
        return await self._send(calls.SEND_OTP, read, parcel=json_parcel(body))

    async def validate_otp(self, otp_id: OpaqueId, code: str) -> str:
        """Have a one-time code checked; returns the token that proves it.

        Raises:
            OsiguError: with `Kind.INVALID` when the code is wrong or expired.
        Source: OSIGU guide, one-time passwords.
        """
        body = {"otp_id": otp_id, "code": code}
        return await self._send(calls.VALIDATE_OTP, reading.otp_token, parcel=json_parcel(body))

    async def send_reading(self, beneficiary_id: OpaqueId, kind: str, value: bytes) -> Proof:
        """Have a "FINGERPRINT_READING" or "FACE_RECOGNITION" checked. It is neither kept nor logged.

        Raises:
            OsiguError: with `Kind.INVALID` and the field `biometric` when it was no success; `code` says which.
        Source: OSIGU guide, biometric verification.
        """
        body = writing.biometric(beneficiary_id, kind, value)
        read = partial(reading.proof, self._now())
        return await self._send(calls.BIOMETRIC, read, names={"provider": self._provider}, parcel=json_parcel(body))
