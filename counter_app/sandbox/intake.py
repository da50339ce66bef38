"""Reading what a call carries, in bounded memory."""

import base64
import json
from collections.abc import AsyncGenerator, AsyncIterator
from decimal import Decimal
from typing import Any, NoReturn, cast

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import Request

from counter_app.sandbox import shapes
from counter_app.sandbox.files import ReceivedFile
from counter_app.sandbox.refusal import Complaints, Refusal

_LARGEST_JSON = 1024 * 1024
_FRAME = 64 * 1024
"""Bytes that a body may have beyond its file: boundaries, headers, field names."""
_CHUNK = 256 * 1024


async def nothing(request: Request) -> None:
    """No body.

    Raises:
        Refusal: 422 when there is one.
    """
    if await _bytes(request, _LARGEST_JSON):
        raise Refusal(422, "VALIDATION_ERROR", "This call has no body.")


async def json_body(request: Request, largest: int = _LARGEST_JSON) -> object:
    """The JSON of the body, its decimal numbers as `Decimal`.

    Raises:
        Refusal: 415 another content type, 413 too large, 400 not JSON.
    """
    _require_type(request, "application/json")
    body = await _bytes(request, largest)
    try:
        value: object = json.loads(body, parse_float=Decimal, parse_constant=_no_constant)
    except ValueError:
        raise Refusal(400, "MALFORMED", "The body is not JSON.") from None
    return value


async def token_form(request: Request) -> dict[str, str]:
    """The form of the token call; of a field that stands twice, the last.

    Raises:
        Refusal: 415 another content type, 413 too large.
    """
    _require_type(request, "application/x-www-form-urlencoded")
    form = await FormParser(request.headers, _limited(request, _LARGEST_JSON)).parse()  # type: ignore[arg-type]
    return {name: value for name, value in form.items() if isinstance(value, str)}


async def multipart_file(request: Request, largest: int) -> ReceivedFile:
    """The file of a multipart upload, which carries `file` and `file_type` and nothing else.

    Raises:
        Refusal: 415 another content type, 413 too large, 422 a part is missing or unknown, 400 not multipart.
    """
    _require_type(request, "multipart/form-data")
    # Read to its end before it is parsed: a client that hangs up halfway would leave the parser's files open.
    body = [piece async for piece in _limited(request, largest + _FRAME)]
    parser = MultiPartParser(request.headers, _again(body), max_files=4, max_fields=4)
    try:
        form = await parser.parse()
    except MultiPartException:
        raise Refusal(400, "MALFORMED", "The body is not multipart/form-data.") from None
    try:
        return await _received(form, largest)
    finally:
        await form.close()


async def _again(pieces: list[bytes]) -> AsyncGenerator[bytes, None]:
    for piece in pieces:
        yield piece


async def base64_file(request: Request, largest: int) -> ReceivedFile:
    """The file of a Base64 upload.

    Raises:
        Refusal: 415, 413, 400 or 422 as for JSON and for multipart.
    """
    body = shapes.check(await json_body(request, largest * 4 // 3 + _FRAME), shapes.UPLOAD_BASE64)
    content = base64.b64decode(body["content_base64"])
    if len(content) > largest:
        raise _too_large(largest)
    file = ReceivedFile(body["file_name"], body["file_type"])
    file.write(content)
    return file


async def _received(form: FormData, largest: int) -> ReceivedFile:
    upload, file_type = _parts(form)
    if (upload.size or 0) > largest:
        raise _too_large(largest)
    file = ReceivedFile(upload.filename or "", file_type)
    while chunk := await upload.read(_CHUNK):
        file.write(chunk)
    return file


def _parts(form: FormData) -> tuple[UploadFile, str]:
    upload, file_type = form.get("file"), form.get("file_type")
    wrong = Complaints()
    if not isinstance(upload, UploadFile) or not upload.filename:
        wrong.add("file", "must be a file with a name")
    if not isinstance(file_type, str) or not file_type:
        wrong.add("file_type", "is required")
    for name in form.keys() - {"file", "file_type"}:
        wrong.add(name, "is not a known key")
    if len(form.multi_items()) > len(form):
        wrong.add("file", "each part stands once")
    wrong.settle()
    return cast("UploadFile", upload), str(file_type)


def _require_type(request: Request, expected: str) -> None:
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given != expected:
        raise Refusal(415, "UNSUPPORTED_MEDIA_TYPE", f"The content type must be {expected}.")


async def _limited(request: Request, largest: int) -> AsyncIterator[bytes]:
    """The body's chunks, until there are too many."""
    if int(request.headers.get("content-length") or 0) > largest:
        raise _too_large(largest)
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > largest:
            raise _too_large(largest)
        yield chunk


async def _bytes(request: Request, largest: int) -> bytes:
    return b"".join([chunk async for chunk in _limited(request, largest)])


def _too_large(largest: int) -> Refusal:
    return Refusal(413, "TOO_LARGE", f"More than {largest} bytes.")


def _no_constant(name: str) -> NoReturn:
    """Refuse NaN and Infinity, which Python reads but JSON does not have."""
    raise ValueError(name)


def answer_body(value: Any) -> bytes:  # noqa: ANN401  any JSON
    """A value as JSON; a `Decimal` becomes the shortest number that means it, never 0.30000000000000004."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=float).encode()
