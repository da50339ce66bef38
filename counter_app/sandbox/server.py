"""OSIGU's calls over HTTP: routes, the bearer token, and the faults that are switched on.

Knows no rule: `shapes.py` says what is well formed; `provider.py`, `dispensing.py`, `verification.py`, what is allowed.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from counter_app.sandbox import intake, shapes
from counter_app.sandbox.faults import Fault, Kind
from counter_app.sandbox.files import ReceivedFile
from counter_app.sandbox.refusal import Refusal, unknown
from counter_app.sandbox.site import Call, Site

_GARBLE = b"<!doctype html><title>Gateway</title><h1>It works!</h1>"
_ONE_BUFFER = 64 * 1024

Path = Mapping[str, str]
Read = Callable[[Request], Awaitable[Any]]
Act = Callable[[Path, Any], object]


@dataclass(frozen=True)
class Answer:
    """What is sent back: a status, a JSON value or nothing, further headers."""

    status: int
    value: object = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        """The answer in HTTP; without a value, without a body."""
        if self.value is None:
            return Response(status_code=self.status, headers=self.headers)
        body = intake.answer_body(self.value)
        return Response(body, self.status, self.headers, media_type="application/json")


class Operation:
    """One call of OSIGU's: what it reads, what it does, and what goes wrong with it. An ASGI application.

    Args:
        site: what it acts on.
        name: as faults and counts know it.
        read: takes what the call carries, in the event loop.
        act: does it, at once: between two calls the state is always whole.
        status: of the answer when all is well.
    """

    def __init__(self, site: Site, name: str, read: Read, act: Act, status: int = 200) -> None:
        self._site = site
        self._name = name
        self._read = read
        self._act = act
        self._status = status

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call, or do what its fault says."""
        request = Request(scope, receive)
        place = self._site.calls.begin(Call(self._name, request.method, request.url.path, self._site.clock.now()))
        fault = self._site.faults.take(self._name)
        delay = self._site.terms.latency + self._site.faults.take_delay(self._name)
        try:
            act = await self._prepare(request, fault)
        except ClientDisconnect:
            return
        if not await self._site.hold(delay) or _is(fault, Kind.DROP):
            _discard(act)
            await _hang_up(scope, receive)
            return
        # From here to the answer nothing waits: a client that gave up during the delay finds its call acted on later.
        answer = _outcome(act)
        if _is(fault, Kind.LOSE):
            await _hang_up(scope, receive)
            return
        self._site.calls.answer(place, 200 if _is(fault, Kind.GARBLE) else answer.status)
        await _send(answer.response(), fault, scope, receive, send)

    async def _prepare(self, request: Request, fault: Fault | None) -> Callable[[], Answer]:
        """Everything before acting; a refusal is kept until the delay is over."""
        try:
            self._admit(request, fault)
            carried = await (_overhear(request) if _is(fault, Kind.DROP) else self._read(request))
        except Refusal as refusal:
            return partial(_refused, refusal)
        return partial(self._acted, request.path_params, carried)

    def _admit(self, request: Request, fault: Fault | None) -> None:
        if fault is not None and fault.kind is Kind.STATUS:
            wait = fault.retry_after_header
            headers = {} if wait is None else {"Retry-After": wait}
            raise Refusal(fault.status, "SANDBOX_FAULT", "This failure was asked for.", headers=headers)
        if _is(fault, Kind.REVOKE):
            self._site.access.revoke()
        self._site.access.admit(self._name)
        if self._name != "token":
            self._site.access.check(request.headers.get("authorization", ""))

    def _acted(self, path: Path, carried: Any) -> Answer:  # noqa: ANN401  any JSON
        value = self._act(path, carried)
        return Answer(self._status, value)


def _discard(act: Callable[[], Answer]) -> None:
    """Forget the file of an upload that is not acted on."""
    for carried in act.args if isinstance(act, partial) else ():
        if isinstance(carried, ReceivedFile):
            carried.close()


def application(site: Site) -> ASGIApp:
    """All of OSIGU's calls on one site."""
    provider, dispensing, verification = site.provider, site.dispensing, site.verification

    def route(call: str, name: str, read: Read, act: Act, status: int = 200) -> Route:
        method, _, path = call.partition(" ")
        return Route(path, Operation(site, name, read, act, status), methods=[method], name=name)

    # fmt: off
    routes = [
        route("POST /v1/oauth/token", "token", _credentials, lambda _, basic: site.access.issue(*basic)),
        route("GET /v1/sponsors/{sponsor}/forms", "forms", _query({}),
              lambda path, _: provider.forms(path["sponsor"])),
        route("POST /v1/sponsors/{sponsor}/search", "search", intake.json_body, partial(_search, site)),
        route("GET /arc/v1/sponsors/{sponsor}/configuration", "configuration", _query(shapes.CONFIGURATION),
              lambda path, query: provider.configuration(path["sponsor"], query["product_type"])),
        route("POST /arc/v1/authorization-requests", "create", _json(shapes.CREATE),
              lambda _, body: provider.create(body), 202),
        route("GET /arc/v1/authorization-requests/{id}", "read_request", _query({}),
              lambda path, _: provider.read_request(path["id"])),
        route("GET /arc/v1/authorization-requests/{id}/document-policy", "document_policy", _query({}),
              lambda path, _: provider.document_policy(path["id"])),
        route("POST /arc/v1/authorization-requests/{id}/upload/files", "upload", partial(_multipart, site),
              partial(_attach, site), 204),
        route("POST /arc/v1/authorization-requests/{id}/upload/files/base64", "upload_base64",
              partial(intake.base64_file, largest=site.terms.largest_file), partial(_attach, site), 204),
        route("POST /arc/v1/authorization-requests/{id}/complete", "complete", intake.nothing,
              lambda path, _: provider.complete(path["id"])),
        route("POST /dispensing/v1/dispensations", "start", _json(shapes.START),
              lambda _, body: dispensing.start(body), 201),
        route("GET /dispensing/v1/dispensations/{id}", "read_dispensation", _query({}),
              lambda path, _: dispensing.read(path["id"])),
        route("POST /dispensing/v1/dispensations/{id}/complete", "finish", _json(shapes.FINISH),
              lambda path, body: dispensing.finish(path["id"], body)),
        route("POST /dispensing/v1/dispensations/{id}/cancel", "cancel", intake.nothing,
              lambda path, _: dispensing.cancel(path["id"])),
        route("POST /v1/otp/send", "send_otp", _json(shapes.SEND_OTP), partial(_send_otp, site)),
        route("POST /v1/otp/validate", "validate_otp", _json(shapes.VALIDATE_OTP),
              lambda _, body: verification.validate_otp(body)),
        route("POST /arc/v1/providers/{provider}/biometric-reading", "biometric", _json(shapes.BIOMETRIC),
              partial(_take_reading, site)),
        route("GET /medical-catalogs/v1/medications", "medications", _query(shapes.MEDICATIONS),
              lambda _, query: provider.medications(query.get("query", ""))),
        route("GET /arc/v1/providers/products", "products", _query(shapes.PRODUCTS),
              lambda _, query: provider.offered(query.get("product_type"), query.get("query", ""))),
    ]
    # fmt: on
    return Router(routes, redirect_slashes=False, default=_no_such_call)


# --- Reading --------------------------------------------------------------------------------------------------------


def _json(shape: shapes.Shape) -> Read:
    async def read(request: Request) -> dict[str, Any]:
        return shapes.check(await intake.json_body(request), shape)

    return read


def _query(shape: shapes.Shape) -> Read:
    async def read(request: Request) -> dict[str, Any]:
        return shapes.check({name: value for name, value in request.query_params.items() if value}, shape)

    return read


async def _credentials(request: Request) -> tuple[str, dict[str, str]]:
    return request.headers.get("authorization", ""), await intake.token_form(request)


async def _overhear(request: Request) -> None:
    """Read a small body and forget it, so that the connection is closed and not reset; a large one is broken off."""
    if int(request.headers.get("content-length") or 0) <= _ONE_BUFFER:
        await request.body()


async def _multipart(site: Site, request: Request) -> ReceivedFile:
    if site.multipart_refused:
        raise Refusal(415, "UNSUPPORTED_MEDIA_TYPE", "Send the file as Base64.")
    return await intake.multipart_file(request, site.terms.largest_file)


# --- Acting on more than one part of the site -----------------------------------------------------------------------


def _search(site: Site, path: Path, body: object) -> object:
    sponsor = site.provider.sponsor(path["sponsor"])
    return site.provider.search(*shapes.check_search(body, sponsor))


def _attach(site: Site, path: Path, file: ReceivedFile) -> None:
    try:
        site.provider.attach(path["id"], file)
    except Refusal:
        file.close()
        raise


def _send_otp(site: Site, _path: Path, body: Mapping[str, Any]) -> object:
    site.provider.sponsor(body["sponsor_slug"])
    return site.verification.send_otp(body)


def _take_reading(site: Site, path: Path, body: Mapping[str, Any]) -> object:
    if path["provider"] != site.terms.provider_slug:
        raise unknown("provider")
    return site.verification.take_reading(body)


# --- Answering ------------------------------------------------------------------------------------------------------


def _is(fault: Fault | None, kind: Kind) -> bool:
    return fault is not None and fault.kind is kind


def _outcome(act: Callable[[], Answer]) -> Answer:
    try:
        return act()
    except Refusal as refusal:
        return _refused(refusal)


def _refused(refusal: Refusal) -> Answer:
    return Answer(refusal.status, refusal.body(), refusal.headers)


async def _send(response: Response, fault: Fault | None, scope: Scope, receive: Receive, send: Send) -> None:
    if _is(fault, Kind.GARBLE):
        response = Response(_GARBLE, 200, media_type="text/html")
    if not _is(fault, Kind.CUT):
        await response(scope, receive, send)
        return
    body = bytes(response.body)
    if body:
        await send({"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers})
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
        _transport(scope).close()  # closes once the half is on its way
    await _hang_up(scope, receive)


async def _hang_up(scope: Scope, receive: Receive) -> None:
    """Close the connection, and stay until the server has noticed: it answers 500 for one that returns early."""
    transport = _transport(scope)
    if not transport.is_closing():
        transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass


def _transport(scope: Scope) -> asyncio.Transport:
    transport: asyncio.Transport = scope["state"]["transport"]
    return transport


async def _no_such_call(scope: Scope, receive: Receive, send: Send) -> None:
    await _refused(unknown("call")).response()(scope, receive, send)
