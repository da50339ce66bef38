"""OSIGU's documented calls, as data: name, method, path, and whether they change anything over there.

Each path stands here and nowhere else, so a correction of the documentation is one edit.
"""

from dataclasses import dataclass
from enum import StrEnum


class Effect(StrEnum):
    """Whether asking once more could do something twice."""

    READ = "read"
    WRITE = "write"


@dataclass(frozen=True, slots=True)
class Call:
    """One documented call. `{names}` in `path` are filled in by the caller, quoted one by one."""

    name: str
    method: str
    path: str
    effect: Effect = Effect.READ


TOKEN = Call("token", "POST", "/v1/oauth/token")
FORMS = Call("forms", "GET", "/v1/sponsors/{sponsor}/forms")
# A POST, but a question: the answer changes nothing at OSIGU.
SEARCH = Call("search", "POST", "/v1/sponsors/{sponsor}/search")
CONFIGURATION = Call("configuration", "GET", "/arc/v1/sponsors/{sponsor}/configuration")

_REQUESTS = "/arc/v1/authorization-requests"
CREATE = Call("create", "POST", _REQUESTS, Effect.WRITE)
READ_REQUEST = Call("read_request", "GET", f"{_REQUESTS}/{{id}}")
DOCUMENT_POLICY = Call("document_policy", "GET", f"{_REQUESTS}/{{id}}/document-policy")
UPLOAD = Call("upload", "POST", f"{_REQUESTS}/{{id}}/upload/files", Effect.WRITE)
UPLOAD_BASE64 = Call("upload_base64", "POST", f"{_REQUESTS}/{{id}}/upload/files/base64", Effect.WRITE)
COMPLETE = Call("complete", "POST", f"{_REQUESTS}/{{id}}/complete", Effect.WRITE)

_DISPENSATIONS = "/dispensing/v1/dispensations"
START = Call("start", "POST", _DISPENSATIONS, Effect.WRITE)
READ_DISPENSATION = Call("read_dispensation", "GET", f"{_DISPENSATIONS}/{{id}}")
FINISH = Call("finish", "POST", f"{_DISPENSATIONS}/{{id}}/complete", Effect.WRITE)
CANCEL = Call("cancel", "POST", f"{_DISPENSATIONS}/{{id}}/cancel", Effect.WRITE)

SEND_OTP = Call("send_otp", "POST", "/v1/otp/send", Effect.WRITE)
# Sponsors count wrong guesses, so a lost answer is not asked for again by itself.
VALIDATE_OTP = Call("validate_otp", "POST", "/v1/otp/validate", Effect.WRITE)
BIOMETRIC = Call("biometric", "POST", "/arc/v1/providers/{provider}/biometric-reading", Effect.WRITE)

MEDICATIONS = Call("medications", "GET", "/medical-catalogs/v1/medications")
PRODUCTS = Call("products", "GET", "/arc/v1/providers/products")
