"""Dispensing by a code: an authorization's or an electronic prescription's. Times are UTC.

Source: OSIGU's guide for the calls; statuses, conflicts and time-outs that it doesn't describe are ours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from counter_app.sandbox.clock import Clock, new_id
from counter_app.sandbox.products import PRESCRIPTIONS, PRODUCTS
from counter_app.sandbox.provider import Provider
from counter_app.sandbox.records import Dispensation, Line
from counter_app.sandbox.refusal import Complaints, Refusal, invalid, unknown
from counter_app.sandbox.verification import Verification

_PROOFS = {"OTP": "otp_verification_token", "BIOMETRIC": "biometric_reading_id"}
_VERBS = {
    "STARTED": "was started already",
    "COMPLETED": "was completed already",
    "CANCELLED": "was cancelled",
    "EXPIRED": "timed out",
}


@dataclass(frozen=True)
class Dispensable:
    """What a code allows to be dispensed."""

    code: str
    code_type: str
    beneficiary_id: str
    lines: tuple[Line, ...]
    expires_at: datetime
    verification: str | None = None
    status: str = "APPROVED"


class Dispensing:
    """The dispensations of one provider.

    Args:
        clock: the time.
        provider: knows the authorizations.
        verification: knows who was verified.
        provider_slug: the provider that may complete a dispensation.
        life: seconds after which a started dispensation times out.
    """

    def __init__(
        self, clock: Clock, provider: Provider, verification: Verification, provider_slug: str, life: float
    ) -> None:
        self.dispensations: dict[str, Dispensation] = {}
        self._clock = clock
        self._provider = provider
        self._verification = verification
        self._provider_slug = provider_slug
        self._life = timedelta(seconds=life)
        self._prescriptions = {each.code: each for each in _prescribed(clock.now())}
        for code in (each.code for each in PRESCRIPTIONS.values() if each.dispensed):
            self._keep(self._opened(self._prescriptions[code], state="COMPLETED"))

    # --- Calls -------------------------------------------------------------------------------------------------------

    def start(self, body: Mapping[str, Any]) -> dict[str, object]:
        """Start dispensing what a code allows.

        Raises:
            Refusal: 404 unknown code; 409 started or done already, with its `dispensation_id`; 422 a code of another
                beneficiary, or one that is not approved or has expired.
        """
        allowed = self._allowed(body["code"])
        if body.get("beneficiary_id", allowed.beneficiary_id) != allowed.beneficiary_id:
            raise invalid("beneficiary_id", "is not the beneficiary of this code")
        for earlier in self.dispensations.values():
            if earlier.code == allowed.code and earlier.status(self._clock.now()) in {"STARTED", "COMPLETED"}:
                raise self._conflict(earlier)
        if allowed.status != "APPROVED":
            raise invalid("code", f"is not approved but {allowed.status}", code="NOT_APPROVED")
        if self._clock.now() >= allowed.expires_at:
            raise invalid("code", "has expired", code="CODE_EXPIRED")
        return self._shown(self._keep(self._opened(allowed)))

    def read(self, dispensation_id: str) -> dict[str, object]:
        """How the dispensation stands now.

        Raises:
            Refusal: 404.
        """
        return self._shown(self._dispensation(dispensation_id))

    def finish(self, dispensation_id: str, body: Mapping[str, Any]) -> dict[str, object]:
        """Complete the dispensation with the pharmacy's invoice.

        Raises:
            Refusal: 404; 409 when it is not open any more, with its id; 422 for a wrong field.
        """
        dispensation = self._open(dispensation_id)
        self._check_invoice(dispensation, body)
        for key in _PROOFS.values():
            if key in body:
                self._verification.use(body[key])
        self._keep(replace(dispensation, state="COMPLETED", invoice=body))
        return {"dispensation_id": dispensation_id, "status": "COMPLETED", "total_amount": body["amount"]}

    def cancel(self, dispensation_id: str) -> dict[str, object]:
        """Cancel the dispensation; its code can be started again.

        Raises:
            Refusal: 404; 409 when it is not open any more, with its id.
        """
        dispensation = self._open(dispensation_id)
        self._keep(replace(dispensation, state="CANCELLED"))
        return {"dispensation_id": dispensation_id, "status": "CANCELLED"}

    # --- Rules -------------------------------------------------------------------------------------------------------

    def _allowed(self, code: str) -> Dispensable:
        if code in self._prescriptions:
            return self._prescriptions[code]
        authorization = self._provider.authorizations.get(code)
        if authorization is None:
            raise unknown("code")
        return Dispensable(
            code=code,
            code_type="AUTHORIZATION",
            beneficiary_id=authorization.beneficiary_id,
            lines=authorization.lines,
            expires_at=authorization.expires_at,
            verification=self._provider.sponsors[authorization.sponsor_slug].verification,
            status=authorization.status(self._clock.now()),
        )

    def _opened(self, allowed: Dispensable, state: str = "STARTED") -> Dispensation:
        now = self._clock.now()
        return Dispensation(
            dispensation_id=new_id("disp", now),
            code=allowed.code,
            code_type=allowed.code_type,
            beneficiary_id=allowed.beneficiary_id,
            lines=allowed.lines,
            verification=allowed.verification,
            times_out_at=now + self._life,
            state=state,
        )

    def _keep(self, dispensation: Dispensation) -> Dispensation:
        self.dispensations[dispensation.dispensation_id] = dispensation
        return dispensation

    def _shown(self, dispensation: Dispensation) -> dict[str, object]:
        return dispensation.shown(self._clock.now())

    def _dispensation(self, dispensation_id: str) -> Dispensation:
        if dispensation_id not in self.dispensations:
            raise unknown("dispensation")
        return self.dispensations[dispensation_id]

    def _open(self, dispensation_id: str) -> Dispensation:
        dispensation = self._dispensation(dispensation_id)
        if dispensation.status(self._clock.now()) != "STARTED":
            raise self._conflict(dispensation)
        return dispensation

    def _conflict(self, dispensation: Dispensation) -> Refusal:
        status = dispensation.status(self._clock.now())
        return Refusal(
            409,
            f"DISPENSATION_{status}",
            f"This dispensation {_VERBS[status]}.",
            also={"dispensation_id": dispensation.dispensation_id},
        )

    def _check_invoice(self, dispensation: Dispensation, body: Mapping[str, Any]) -> None:
        wrong = Complaints()
        if body["provider_slug"] != self._provider_slug:
            wrong.add("provider_slug", "is not the provider of these credentials")
        if self._transaction_used(dispensation, body["provider_transaction_id"]):
            wrong.add("provider_transaction_id", "was used for another dispensation")
        if dispensation.verification is not None and _PROOFS[dispensation.verification] not in body:
            wrong.add(_PROOFS[dispensation.verification], "is required: the beneficiary must be verified")
        for key in _PROOFS.values():
            if key in body and not self._verification.proves(body[key], dispensation.beneficiary_id):
                wrong.add(key, "does not verify this beneficiary, or was used, or has expired")
        _check_dispensed(dispensation.lines, body.get("products", ()), wrong)
        wrong.settle()

    def _transaction_used(self, dispensation: Dispensation, transaction: str) -> bool:
        return any(
            other.invoice is not None and other.invoice["provider_transaction_id"] == transaction
            for other in self.dispensations.values()
            if other.dispensation_id != dispensation.dispensation_id
        )


def _prescribed(now: datetime) -> list[Dispensable]:
    """The electronic prescriptions; they need no verification, for no sponsor pays."""
    return [
        Dispensable(
            code=each.code,
            code_type="PRESCRIPTION",
            beneficiary_id=each.beneficiary_id,
            lines=tuple(Line(code, PRODUCTS[code].product_type, quantity) for code, quantity in each.products),
            expires_at=now + timedelta(days=each.valid_days),
        )
        for each in PRESCRIPTIONS.values()
    ]


def _check_dispensed(lines: Sequence[Line], dispensed: Sequence[Mapping[str, Any]], wrong: Complaints) -> None:
    """Each product dispensed must be one of the code's, no more of it than allowed, or a substitute with its reason."""
    allowed = {line.product_code: line for line in lines}
    seen: set[str] = set()
    for number, each in enumerate(dispensed):
        path, line = f"products[{number}]", allowed.get(each["product_code"])
        if line is None:
            wrong.add(f"{path}.product_code", "does not belong to this dispensation")
            continue
        if line.product_code in seen:
            wrong.add(f"{path}.product_code", "stands twice")
        seen.add(line.product_code)
        if each["quantity"] > sum(same.quantity for same in lines if same.product_code == line.product_code):
            wrong.add(f"{path}.quantity", f"is more than the {line.quantity} authorized")
        _check_substitute(line, each, path, wrong)


def _check_substitute(line: Line, each: Mapping[str, Any], path: str, wrong: Complaints) -> None:
    substitute, reason = each.get("substitute_product_code"), each.get("substitution_reason")
    if substitute is not None and reason is None:
        wrong.add(f"{path}.substitution_reason", "is required with a substitute")
    if reason is not None and substitute is None:
        wrong.add(f"{path}.substitute_product_code", "is required with a reason")
    if substitute is None:
        return
    product = PRODUCTS.get(substitute)
    if product is None:
        wrong.add(f"{path}.substitute_product_code", "is not registered for this provider")
    elif product.product_type != line.product_type or substitute == line.product_code:
        wrong.add(f"{path}.substitute_product_code", "cannot replace this product")
