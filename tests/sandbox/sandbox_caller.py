"""A client with no opinion: it sends what a test says and hands back what came."""

import ssl
from typing import Any, Self

import httpx

from counter_app.sandbox.running import RunningSandbox

MARIA = "bnf_01HW8GQ2KMNP3F4R5T6Y7U8I9O"
JOSE = "bnf_01HW8GQ2KM0000000000000002"
IBUPROFEN = {"product_code": "MED-042", "product_type": "MEDICATION", "quantity": 30}
BLOOD_COUNT = {"product_code": "LAB-001", "product_type": "LAB", "quantity": 1}
REQUEST = {
    "beneficiary_id": MARIA,
    "sponsor_slug": "sponsor-sandbox",
    "diagnosis_code": "R51",
    "products": [IBUPROFEN],
}
INVOICE = {
    "amount": 10.5,
    "document_number": "F-001",
    "document_date": "2026-06-25T09:30:00-05:00",
    "provider_transaction_id": "0d5e3a0e-0000-4000-8000-000000000001",
    "provider_slug": "farmacia-demo",
}

# Reading the system's certificates for every client would take longer than most of the tests.
_NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class Caller:
    """Calls one sandbox with its own credentials."""

    def __init__(self, sandbox: RunningSandbox) -> None:
        self.sandbox = sandbox
        self.http = httpx.Client(base_url=sandbox.base_url, timeout=10, verify=_NO_CERTIFICATES)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def token(self, secret: str | None = None, **form: str) -> httpx.Response:
        credentials = (self.sandbox.client_id, secret or self.sandbox.client_secret)
        return self.http.post("/v1/oauth/token", auth=credentials, data=form or {"grant_type": "client_credentials"})

    def signed_in(self) -> Self:
        self.http.headers["Authorization"] = f"Bearer {self.token().json()['access_token']}"
        return self

    def get(self, path: str, **query: str) -> httpx.Response:
        return self.http.get(path, params=query)

    def post(self, path: str, body: object = None) -> httpx.Response:
        return self.http.post(path) if body is None else self.http.post(path, json=body)

    # --- Steps -------------------------------------------------------------------------------------------------------

    def search(self, sponsor: str = "sponsor-sandbox", **values: str) -> httpx.Response:
        return self.post(f"/v1/sponsors/{sponsor}/search", values)

    def create(self, **changes: Any) -> httpx.Response:
        return self.post("/arc/v1/authorization-requests", REQUEST | changes)

    def created(self, **changes: Any) -> str:
        """The path of a new request."""
        answer = self.create(**changes)
        assert answer.status_code == 202, answer.text
        return f"/arc/v1/authorization-requests/{answer.json()['authorization_request_id']}"

    def attach(self, request: str, file_type: str = "MEDICAL_INDICATION", content: bytes = b"%PDF-") -> httpx.Response:
        file = {"file": ("indication.pdf", content, "application/pdf")}
        return self.http.post(f"{request}/upload/files", files=file, data={"file_type": file_type})

    def complete(self, request: str) -> httpx.Response:
        return self.post(f"{request}/complete")

    def completed(self, **changes: Any) -> str:
        """The path of a request that went to its sponsor with the medical indication."""
        request = self.created(**changes)
        assert self.attach(request).status_code == 204
        assert self.complete(request).status_code == 200
        return request

    def authorized(self, **changes: Any) -> str:
        """The code of a new authorization."""
        return str(self.get(self.completed(**changes)).json()["authorizations"][0]["authorization_code"])

    def start(self, code: str, **more: str) -> httpx.Response:
        return self.post("/dispensing/v1/dispensations", {"code": code, **more})

    def started(self, code: str) -> str:
        """The path of a new dispensation."""
        answer = self.start(code)
        assert answer.status_code == 201, answer.text
        return f"/dispensing/v1/dispensations/{answer.json()['dispensation_id']}"

    def finish(self, dispensation: str, **changes: Any) -> httpx.Response:
        return self.post(f"{dispensation}/complete", INVOICE | changes)

    def send_otp(self, **changes: str) -> httpx.Response:
        asked = {"beneficiary_id": MARIA, "sponsor_slug": "sponsor-otp", "channel": "SMS"}
        return self.post("/v1/otp/send", asked | changes)

    def validate_otp(self, otp_id: str, code: str = "482913") -> httpx.Response:
        return self.post("/v1/otp/validate", {"otp_id": otp_id, "code": code})

    def read_finger(self, value: str = "RklOR0VS", **changes: str) -> httpx.Response:
        reading = {"beneficiary_id": MARIA, "type": "FINGERPRINT_READING", "value": value}
        return self.post("/arc/v1/providers/farmacia-demo/biometric-reading", reading | changes)


def wrong_paths(answer: httpx.Response) -> set[str]:
    """The paths that a 422 complains about."""
    assert answer.status_code == 422, answer.text
    return {error["path"] for error in answer.json()["errors"]}


def request_id(path: str) -> str:
    """The id at the end of a request's path."""
    return path.rpartition("/")[2]
