"""Reading what OSIGU says when it refuses: nothing of it is certain but the status.

The body may hold `code` or `error_code`, `message`, `error` or `error_description`, and `errors` or `error_details` of
`{path, message}`; it may as well be empty, HTML or cut off (contract: "Reading answers").
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime

import httpx

from counter_app.models import OpaqueId
from counter_app.osigu.errors import Failure, Kind
from counter_app.osigu.retry import retry_after

_LONGEST_MESSAGE = 300
_LONGEST_CODE = 80
_MOST_FIELDS = 50
_MARKUP = re.compile(r"<[a-zA-Z!/?]")


def failure_of(response: httpx.Response, kind: Kind, about: OpaqueId | None, now: datetime) -> Failure:
    """The failure that an answer without success tells of.

    Args:
        response: the answer, read.
        kind: what its status means for this call.
        about: the id of the request or dispensation that the call was about, where there is one.
        now: an aware time, for a `Retry-After` that is a date.
    """
    body = _body(response.content)
    return Failure(
        kind=kind,
        status=response.status_code,
        code=_first(body, _LONGEST_CODE, "code", "error_code"),
        message=_first(body, _LONGEST_MESSAGE, "message", "error_description", "error"),
        fields=dict(_fields(body)),
        reference=_dispensation(body) or about,
        retry_after=retry_after(response.headers.get("Retry-After"), now),
    )


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
