"""Reading what OSIGU says when it refuses: nothing of it is certain but the status.

The body may hold `code` or `error_code`, `message`, `error` or `error_description`, and `errors` or `error_details` of
`{path, message}`; it may as well be empty, HTML or cut off (contract: "Reading answers").
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from counter_app.models import OpaqueId
from counter_app.osigu.address import origin
from counter_app.osigu.errors import CAPTIVE, Failure, Kind
from counter_app.osigu.retry import retry_after

_LONGEST_MESSAGE = 300
_LONGEST_CODE = 80
_MOST_FIELDS = 50
_MARKUP = re.compile(r"<[a-zA-Z!/?]")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# What only something on the way says of itself (RFC 9110, 15.5.8; RFC 6585, 6).
_ON_THE_WAY = frozenset({407, 511})


def failure_of(response: httpx.Response, kind: Kind, about: OpaqueId | None, now: datetime) -> Failure:
    """The failure that an answer without success tells of.

    Args:
        response: the answer, read.
        kind: what its status means for this call.
        about: the id of the request or dispensation that the call was about, where there is one.
        now: an aware time, for a `Retry-After` that is a date in an answer without a date of its own.
    """
    body = _body(response.content)
    failure = Failure(
        kind=kind,
        status=response.status_code,
        code=_first(body, _LONGEST_CODE, "code", "error_code"),
        message=_first(body, _LONGEST_MESSAGE, "message", "error_description", "error"),
        fields=dict(_fields(body)),
        reference=_dispensation(body) or about,
        # By the clock that wrote it: this computer's own may be a year off.
        retry_after=retry_after(response.headers.get("Retry-After"), written_at(response) or now),
    )
    return captive(failure) if response.status_code in _ON_THE_WAY or _leads_elsewhere(response) else failure


def not_promised(response: httpx.Response, about: OpaqueId | None) -> Failure:
    """The failure that a success tells of which is not what OSIGU promises; a page for a browser is not OSIGU's."""
    failure = Failure(kind=Kind.CONTRACT, status=response.status_code, reference=about)
    return captive(failure) if _is_page(response) else failure


def captive(failure: Failure) -> Failure:
    """The failure as that of something on the way, which answered instead of OSIGU."""
    message = "A proxy or sign-in page of this network answered instead of OSIGU."
    return replace(failure, code=CAPTIVE, message=message)


def _is_page(response: httpx.Response) -> bool:
    start = response.content.removeprefix(_BYTE_ORDER_MARK).lstrip()[:1]
    return start == b"<" or response.headers.get("Content-Type", "").lower().startswith("text/html")


def _leads_elsewhere(response: httpx.Response) -> bool:
    """Whether it redirects to another host, as a network's sign-in does; OSIGU's calls never redirect."""
    return response.next_request is not None and origin(response.next_request.url) != origin(response.request.url)


def written_at(response: httpx.Response) -> datetime | None:
    """When the answer was written, by the clock over there."""
    try:
        moment = parsedate_to_datetime(response.headers.get("Date", ""))
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _body(content: bytes) -> Mapping[str, object]:
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(body, dict):
        return {}
    inner = body.get("error")
    return {**body, **inner} if isinstance(inner, dict) else body


def _first(body: Mapping[str, object], longest: int, *keys: str) -> str | None:
    return next((text for key in keys if (text := _clean(body.get(key), longest))), None)


def _clean(value: object, longest: int) -> str | None:
    """The value as one line that may be shown, or None: markup is a page of some proxy, no sentence for staff."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    text = " ".join("".join(sign if sign.isprintable() else " " for sign in str(value)).split())
    if not text or _MARKUP.search(text):
        return None
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _fields(body: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    wrong = body.get("errors") or body.get("error_details")
    for each in wrong[:_MOST_FIELDS] if isinstance(wrong, list) else ():
        path = _clean(each.get("path"), _LONGEST_CODE) if isinstance(each, dict) else None
        if path is not None:
            yield path, _clean(each.get("message"), _LONGEST_MESSAGE) or ""


def _dispensation(body: Mapping[str, object]) -> OpaqueId | None:
    """The dispensation that a conflict names: the code is in use by it (contract: "start dispensation")."""
    named = body.get("dispensation_id")
    return named if isinstance(named, str | int) and not isinstance(named, bool) else None
