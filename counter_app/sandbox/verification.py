"""Codes and biometric readings by which a beneficiary is verified at the counter. Times are UTC."""

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from counter_app.sandbox import people
from counter_app.sandbox.clock import Clock, new_id, stamp
from counter_app.sandbox.refusal import invalid

OTP_CODE: Final = "482913"
"""The one code this sandbox sends."""
OTP_LIFE: Final = 300
"""Seconds in which a code can be used; OSIGU documents 300."""
READING_LIFE: Final = timedelta(seconds=300)
FAILING_READING: Final = b"FAIL"
"""A reading that begins with these bytes belongs to somebody else. Ours, to try the failure."""
BROKEN_READING: Final = b"ERROR"
"""A reading that begins with these bytes can't be read. Ours, to try the failure."""


@dataclass(frozen=True)
class Otp:
    """A code sent to a beneficiary; a newer one voids it."""

    otp_id: str
    beneficiary_id: str
    expires_at: datetime


@dataclass(frozen=True)
class Proof:
    """What shows, once, that a beneficiary was verified."""

    beneficiary_id: str
    expires_at: datetime
    used: bool = False


class Verification:
    """The codes sent, and the proofs earned by a right code or a fitting reading. Readings themselves aren't kept."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sent: dict[str, Otp] = {}
        self._proofs: dict[str, Proof] = {}

    def send_otp(self, body: Mapping[str, Any]) -> dict[str, object]:
        """Send a code. Sending again gives a new id and voids the earlier one.

        Raises:
            Refusal: 422 for an unknown beneficiary.
        """
        person = people.BY_ID.get(body["beneficiary_id"])
        if person is None:
            raise invalid("beneficiary_id", "is not a beneficiary of this sponsor")
        now = self._clock.now()
        self._sent = {key: otp for key, otp in self._sent.items() if otp.beneficiary_id != person.beneficiary_id}
        otp = Otp(new_id("otp", now), person.beneficiary_id, now + timedelta(seconds=OTP_LIFE))
        self._sent[otp.otp_id] = otp
        return {
            "otp_id": otp.otp_id,
            "channel": body["channel"],
            "expires_in": OTP_LIFE,
            "masked_destination": f"*** *** {person.phone_end}" if body["channel"] == "SMS" else person.email,
        }

    def validate_otp(self, body: Mapping[str, Any]) -> dict[str, object]:
        """Exchange a right code for a token; it can be done once.

        Raises:
            Refusal: 422 `OTP_WRONG`, or `OTP_EXPIRED` when it is too old, was used, or a newer one was sent.
        """
        otp = self._sent.get(body["otp_id"])
        if otp is None or self._clock.now() >= otp.expires_at:
            raise invalid("otp_id", "has expired; send a new code", code="OTP_EXPIRED")
        if body["code"] != OTP_CODE:
            raise invalid("code", "is not the code that was sent", code="OTP_WRONG")
        del self._sent[otp.otp_id]
        token = secrets.token_urlsafe(24)
        self._proofs[token] = Proof(otp.beneficiary_id, self._clock.now() + timedelta(seconds=OTP_LIFE))
        return {"otp_verification_token": token}

    def take_reading(self, body: Mapping[str, Any]) -> dict[str, object]:
        """Compare a fingerprint or face; every reading fits but those that begin with `FAIL` or `ERROR`.

        Raises:
            Refusal: 422 for an unknown beneficiary.
        """
        if body["beneficiary_id"] not in people.BY_ID:
            raise invalid("beneficiary_id", "is not a beneficiary")
        now = self._clock.now()
        reading = base64.b64decode(body["value"])
        said: dict[str, object] = {"id": new_id("bio", now), "expires_at": stamp(now + READING_LIFE)}
        if reading.startswith(BROKEN_READING):
            return said | {"verification_status": "ERROR", "failure_description": "The reading can't be read."}
        if reading.startswith(FAILING_READING):
            failure = "The reading does not belong to this beneficiary."
            return said | {"verification_status": "VERIFICATION_FAILURE", "failure_description": failure}
        self._proofs[str(said["id"])] = Proof(body["beneficiary_id"], now + READING_LIFE)
        return said | {"verification_status": "VERIFICATION_SUCCESS"}

    def proves(self, token: str, beneficiary_id: str) -> bool:
        """Whether a token or reading shows, now, that this beneficiary was verified."""
        proof = self._proofs.get(token)
        return (
            proof is not None
            and not proof.used
            and proof.beneficiary_id == beneficiary_id
            and self._clock.now() < proof.expires_at
        )

    def use(self, token: str) -> None:
        """Spend a token or reading."""
        self._proofs[token] = replace(self._proofs[token], used=True)
