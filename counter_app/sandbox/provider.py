"""What OSIGU knows and decides about requests for authorization: state and rules, without HTTP.

Every method takes a body whose keys and types were checked already (`shapes.py`) and answers with the JSON to send, or
raises `Refusal`. Times are UTC. Source: OSIGU's quickstart and guides; what they are silent about is ours and says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from counter_app.sandbox import people, products
from counter_app.sandbox.clock import Clock, midnight, new_id, stamp
from counter_app.sandbox.files import ReceivedFile
from counter_app.sandbox.people import PEOPLE, Person
from counter_app.sandbox.products import PRODUCTS
from counter_app.sandbox.records import Authorization, AuthorizationRequest, Line
from counter_app.sandbox.refusal import Complaints, Refusal, invalid, unknown
from counter_app.sandbox.sponsors import FILE_TYPES, OPTIONAL_FIELDS, SPONSORS, SearchForm, Sponsor

NOT_REGISTERED = "071-104"
"""OSIGU's code for a product that is not registered for this provider."""
VALID_FOR = timedelta(days=30)
_FIRST_CODE = 1234


class Provider:
    """One provider's dealings with its five sponsors.

    Args:
        clock: the time.
        decide_after: seconds that a sponsor which decides later takes.
    """

    def __init__(self, clock: Clock, decide_after: float) -> None:
        self.clock = clock
        self.decide_after = decide_after
        self.sponsors = dict(SPONSORS)
        self.requests: dict[str, AuthorizationRequest] = {}
        self.authorizations: dict[str, Authorization] = {}
        self._numbers = count(_FIRST_CODE)

    # --- The sponsor and its directory -------------------------------------------------------------------------------

    def sponsor(self, slug: str) -> Sponsor:
        """The sponsor of that name.

        Raises:
            Refusal: 403 when this provider is not affiliated with it.
        """
        if slug not in self.sponsors:
            raise Refusal(403, "NOT_AFFILIATED", f"This provider is not affiliated with {slug}.")
        return self.sponsors[slug]

    def verify_by(self, slug: str, verification: str | None) -> None:
        """Change what a sponsor asks for at the counter: `OTP`, `BIOMETRIC` or nothing."""
        self.sponsors[slug] = replace(self.sponsor(slug), verification=verification)

    def forms(self, slug: str) -> list[dict[str, object]]:
        """The sponsor's ways to search."""
        return [form.shown() for form in self.sponsor(slug).forms]

    def search(self, form: SearchForm, values: Mapping[str, str]) -> object:
        """Whom the values of one form find.

        Raises:
            Refusal: 404 when nobody is found, or one whose cover ended long ago.
        """
        found = [person for person in PEOPLE if person.listed and _fits(person, values)]
        if not found:
            raise Refusal(404, "BENEFICIARY_NOT_FOUND", "Nobody with an active cover was found.")
        today = self.clock.now().date()
        shown = [person.shown(today) for person in found]
        if form.answers == "one":
            return shown[0]
        return shown if form.answers == "list" else {"content": shown}

    def configuration(self, slug: str, product_type: str) -> dict[str, object]:
        """The sponsor's rules for one type of product. Their shape is ours."""
        sponsor = self.sponsor(slug)
        return {
            "sponsor_slug": slug,
            "product_type": product_type,
            "required_fields": list(sponsor.required_fields),
            "authorization_types": list(sponsor.authorization_types),
            "verification": {"dispensing": sponsor.verification},
            "evaluation": "ASYNC" if sponsor.decides_later else "SYNC",
        }

    # --- Requests ----------------------------------------------------------------------------------------------------

    def create(self, body: Mapping[str, Any]) -> dict[str, object]:
        """Open a request.

        Raises:
            Refusal: 403 not affiliated; 422 a field that the sponsor requires is missing, the beneficiary is unknown or
                without cover, or a product is not registered (`071-104`) or of another type.
        """
        sponsor = self.sponsor(body["sponsor_slug"])
        lines = [Line(each["product_code"], each["product_type"], each["quantity"]) for each in body["products"]]
        _check_request(sponsor, body)
        _check_products(lines)
        now = self.clock.now()
        request = AuthorizationRequest(
            request_id=new_id("areq", now),
            sponsor_slug=sponsor.slug,
            beneficiary_id=body["beneficiary_id"],
            lines=tuple(lines),
            body=body,
            created_at=now,
        )
        self.requests[request.request_id] = request
        return {
            "authorization_request_id": request.request_id,
            "status": request.status(now),
            "created_at": stamp(now),
        }

    def request(self, request_id: str) -> AuthorizationRequest:
        """The request of that id.

        Raises:
            Refusal: 404.
        """
        if request_id not in self.requests:
            raise unknown("authorization request")
        return self.requests[request_id]

    def read_request(self, request_id: str) -> dict[str, object]:
        """How the request stands now."""
        return self.request(request_id).shown(self.clock.now())

    def document_policy(self, request_id: str) -> list[dict[str, object]]:
        """The files that may and must be attached.

        Raises:
            Refusal: 404 for an unknown request, and for a sponsor without a policy.
        """
        request = self.request(request_id)
        sponsor = self.sponsors[request.sponsor_slug]
        if not sponsor.publishes_policy:
            raise Refusal(404, "NO_DOCUMENT_POLICY", "This sponsor has no document policy.")
        required = _required_files(sponsor, request)
        return [
            {"file_type": file_type, "label": label, "required": file_type in required}
            for file_type, label in FILE_TYPES.items()
        ]

    def attach(self, request_id: str, file: ReceivedFile) -> None:
        """Keep a file for the request.

        Raises:
            Refusal: 404; 409 when the request was completed already; 422 for an unknown type or an empty file.
        """
        request = self.request(request_id)
        if request.completed:
            raise _completed_already(request)
        if file.file_type not in FILE_TYPES:
            raise invalid("file_type", f"is not one of {', '.join(FILE_TYPES)}")
        if not file.size:
            raise invalid("file", "is empty")
        self.requests[request_id] = replace(request, files=(*request.files, file))

    def complete(self, request_id: str) -> dict[str, object]:
        """Hand the request to the sponsor; without a required file it stays `PENDING_INDICATION`, with HTTP 200.

        Raises:
            Refusal: 404; 409 when it was completed already (a write done twice is refused; reading shows the outcome).
        """
        request = self.request(request_id)
        if request.completed:
            raise _completed_already(request)
        sponsor = self.sponsors[request.sponsor_slug]
        attached = {file.file_type for file in request.files}
        if _required_files(sponsor, request) <= attached:
            request = replace(request, authorizations=self._decide(sponsor, request))
            self.requests[request_id] = request
            self.authorizations.update({each.code: each for each in request.authorizations})
        return request.shown(self.clock.now())

    def _decide(self, sponsor: Sponsor, request: AuthorizationRequest) -> tuple[Authorization, ...]:
        """One authorization for each type of product, since the sponsor's departments decide apart."""
        now = self.clock.now()
        decided_at = now + timedelta(seconds=self.decide_after) if sponsor.decides_later else now
        decided = []
        for product_type in request.product_types:
            lines = tuple(line for line in request.lines if line.product_type == product_type)
            decided.append(
                Authorization(
                    code=self._next_code(now),
                    request_id=request.request_id,
                    sponsor_slug=sponsor.slug,
                    beneficiary_id=request.beneficiary_id,
                    product_type=product_type,
                    lines=lines,
                    decided_at=decided_at,
                    expires_at=midnight(decided_at + VALID_FOR),
                    rejection_reason=_objection(sponsor, lines),
                )
            )
        return tuple(decided)

    def _next_code(self, now: datetime) -> str:
        return f"AUTH-{now.year}-{next(self._numbers):06d}"

    # --- Catalogues --------------------------------------------------------------------------------------------------

    def medications(self, query: str) -> dict[str, object]:
        """The medication catalogue, narrowed by a part of the code or name. Its shape is ours."""
        found = [each for each in PRODUCTS.values() if each.product_type == products.MEDICATION and each.fits(query)]
        return {"content": [{"product_code": each.code, "name": each.name, "form": each.form} for each in found]}

    def offered(self, product_type: str | None, query: str) -> dict[str, object]:
        """The provider's own products, of one type or all. Its shape is ours."""
        found = [each for each in PRODUCTS.values() if product_type in {None, each.product_type} and each.fits(query)]
        return {"content": [{"product_code": each.code, "name": each.name} for each in found]}

    def close(self) -> None:
        """Forget the files."""
        for request in self.requests.values():
            for file in request.files:
                file.close()


def _fits(person: Person, values: Mapping[str, str]) -> bool:
    return all(person.known_by(key) == people.plain(value) for key, value in values.items())


def _check_request(sponsor: Sponsor, body: Mapping[str, Any]) -> None:
    wrong = Complaints()
    person = people.BY_ID.get(body["beneficiary_id"])
    if person is None:
        wrong.add("beneficiary_id", "is not a beneficiary of this sponsor")
    elif not person.active:
        wrong.add("beneficiary_id", "has no active cover")
    for key in OPTIONAL_FIELDS:
        if key in sponsor.required_fields and key not in body:
            wrong.add(key, "is required by this sponsor")
    if body.get("authorization_type") not in {None, *sponsor.authorization_types}:
        wrong.add("authorization_type", f"is not one of {', '.join(sponsor.authorization_types)}")
    wrong.settle()


def _check_products(lines: Sequence[Line]) -> None:
    unregistered = Complaints(code=NOT_REGISTERED)
    mistyped = Complaints()
    for number, line in enumerate(lines):
        product = PRODUCTS.get(line.product_code)
        if product is None:
            unregistered.add(f"products[{number}].product_code", "is not registered for this provider")
        elif product.product_type != line.product_type:
            mistyped.add(f"products[{number}].product_type", f"is registered as {product.product_type}")
    unregistered.settle()
    mistyped.settle()


def _required_files(sponsor: Sponsor, request: AuthorizationRequest) -> set[str]:
    return {sponsor.required_file(product_type) for product_type in request.product_types}


def _objection(sponsor: Sponsor, lines: Sequence[Line]) -> str | None:
    """The sponsor's reason to reject these lines, in words for the patient; none when it approves."""
    limit = sponsor.quantity_limit
    for line in lines:
        if limit is not None and line.quantity > limit:
            return (
                f"The quantity prescribed of {PRODUCTS[line.product_code].name} ({line.quantity}) is more than the "
                f"{limit} units that the plan covers at a time. Ask the prescriber for a smaller quantity."
            )
    return None


def _completed_already(request: AuthorizationRequest) -> Refusal:
    return Refusal(
        409,
        "ALREADY_COMPLETED",
        "This request was completed already; read it to see its outcome.",
        also={"authorization_request_id": request.request_id},
    )
