"""Everything that can go wrong between a counter and OSIGU, on a real connection."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx
import pytest
from sandbox_caller import REQUEST, Caller

from counter_app.sandbox.faults import OPERATIONS, Fault, Kind, parse
from counter_app.sandbox.running import RunningSandbox

FORMS = "/v1/sponsors/sponsor-sandbox/forms"


def test_a_lost_answer_has_acted_and_closes_the_connection(sandbox: RunningSandbox, caller: Caller) -> None:
    request = caller.created()
    caller.attach(request)
    sandbox.lose_answer("complete", times=1)
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        caller.complete(request)
    assert caller.get(request).json()["status"] == "COMPLETED"
    assert sandbox.count("complete") == 1


def test_a_dropped_call_has_not_acted_and_closes_the_connection(sandbox: RunningSandbox, caller: Caller) -> None:
    sandbox.drop("create", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        caller.create()
    assert (sandbox.count("create"), sandbox.requests_made) == (1, ())
    assert caller.create().status_code == 202


def test_an_upload_can_be_dropped_while_it_is_being_sent(sandbox: RunningSandbox, caller: Caller) -> None:
    request = caller.created()
    sandbox.drop("upload")
    with pytest.raises(httpx.TransportError):
        caller.attach(request, content=b"x" * 5_000_000)
    assert sandbox.files(request.rpartition("/")[2]) == ()


def test_a_status_is_answered_without_acting_as_often_as_asked(sandbox: RunningSandbox, caller: Caller) -> None:
    sandbox.fail("create", status=503, times=2)
    assert [caller.create().status_code for _ in range(3)] == [503, 503, 202]
    assert len(sandbox.requests_made) == 1


def test_retry_after_is_told_in_seconds_or_as_a_date(sandbox: RunningSandbox, caller: Caller) -> None:
    moment = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=30)
    sandbox.fail("forms", status=429, retry_after=2)
    sandbox.fail("forms", status=503, retry_after=moment)
    sandbox.fail("forms", status=500)
    assert caller.get(FORMS).headers["retry-after"] == "2"
    assert parsedate_to_datetime(caller.get(FORMS).headers["retry-after"]) == moment
    assert "retry-after" not in caller.get(FORMS).headers


def test_a_garbled_answer_has_acted_but_is_a_page_of_html(sandbox: RunningSandbox, caller: Caller) -> None:
    sandbox.garble("create")
    answer = caller.create()
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert len(sandbox.requests_made) == 1


def test_a_cut_answer_has_acted_and_ends_in_the_middle(sandbox: RunningSandbox, caller: Caller) -> None:
    sandbox.cut("create")
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        caller.create()
    assert len(sandbox.requests_made) == 1
    assert caller.create().status_code == 202


def test_an_answer_without_a_body_is_cut_altogether(sandbox: RunningSandbox, caller: Caller) -> None:
    request = caller.created()
    sandbox.cut("upload")
    with pytest.raises(httpx.RemoteProtocolError):
        caller.attach(request)
    assert len(sandbox.files(request.rpartition("/")[2])) == 1


def test_a_token_revoked_at_one_operation_is_worthless_from_there_on(sandbox: RunningSandbox, caller: Caller) -> None:
    sandbox.add(Fault(Kind.REVOKE, "create"))
    assert caller.get(FORMS).status_code == 200
    assert caller.create().status_code == 401
    assert sandbox.requests_made == ()
    assert caller.signed_in().create().status_code == 202


def test_a_slow_call_acts_later_even_when_the_client_gave_up(sandbox: RunningSandbox, caller: Caller) -> None:
    sandbox.slow("create", seconds=0.3, times=1)
    with pytest.raises(httpx.ReadTimeout):
        caller.http.post("/arc/v1/authorization-requests", json=REQUEST, timeout=0.03)
    assert sandbox.requests_made == ()
    deadline = time.monotonic() + 5
    while not sandbox.requests_made and time.monotonic() < deadline:
        caller.get(FORMS)
    assert len(sandbox.requests_made) == 1


def test_an_upload_that_the_client_breaks_off_is_not_kept(sandbox: RunningSandbox, caller: Caller) -> None:
    request = caller.created()

    def broken() -> Iterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhalf of it'
        raise InterruptedError

    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    with pytest.raises(InterruptedError):
        caller.http.post(f"{request}/upload/files", content=broken(), headers=headers)
    assert caller.complete(request).json()["status"] == "PENDING_INDICATION"
    sandbox.stop()
    assert sandbox.files(request.rpartition("/")[2]) == ()


def test_a_slow_operation_does_not_hold_up_the_others(sandbox: RunningSandbox, caller: Caller) -> None:
    sandbox.slow("forms", seconds=30)
    with pytest.raises(httpx.ReadTimeout):
        caller.http.get(FORMS, timeout=0.02)
    assert caller.create().status_code == 202


def test_slowness_goes_along_with_another_fault(sandbox: RunningSandbox, caller: Caller) -> None:
    sandbox.slow("forms", seconds=0.02, times=1)
    sandbox.fail("forms", status=500)
    begun = time.monotonic()
    assert caller.get(FORMS).status_code == 500
    assert time.monotonic() - begun >= 0.02


def test_latency_holds_up_every_answer() -> None:
    with RunningSandbox(latency=0.02) as sandbox, Caller(sandbox) as caller:
        begun = time.monotonic()
        caller.token()
        assert time.monotonic() - begun >= 0.02


def test_faults_happen_in_the_order_they_were_added_and_to_their_operation_alone(
    sandbox: RunningSandbox, caller: Caller
) -> None:
    sandbox.fail("forms", status=500)
    sandbox.fail("forms", status=404, times=None)
    assert caller.create().status_code == 202
    assert [caller.get(FORMS).status_code for _ in range(3)] == [500, 404, 404]


def test_the_token_call_can_fail_too(sandbox: RunningSandbox) -> None:
    sandbox.lose_answer("token")
    sandbox.fail("token", status=500)
    with Caller(sandbox) as caller:
        with pytest.raises(httpx.RemoteProtocolError):
            caller.token()
        assert [caller.token().status_code for _ in range(2)] == [500, 200]


def test_an_operation_that_does_not_exist_cannot_fail(sandbox: RunningSandbox) -> None:
    with pytest.raises(ValueError, match="no operation 'finnish'"):
        sandbox.fail("finnish")
    with pytest.raises(ValueError, match="at least once"):
        sandbox.drop("finish", times=0)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_can_fail_and_is_counted_by_its_name(
    sandbox: RunningSandbox, caller: Caller, operation: str
) -> None:
    request = "/arc/v1/authorization-requests/x"
    dispensation = "/dispensing/v1/dispensations/x"
    calls = {
        "token": ("POST", "/v1/oauth/token"),
        "forms": ("GET", FORMS),
        "search": ("POST", "/v1/sponsors/sponsor-sandbox/search"),
        "configuration": ("GET", "/arc/v1/sponsors/sponsor-sandbox/configuration"),
        "create": ("POST", "/arc/v1/authorization-requests"),
        "read_request": ("GET", request),
        "document_policy": ("GET", f"{request}/document-policy"),
        "upload": ("POST", f"{request}/upload/files"),
        "upload_base64": ("POST", f"{request}/upload/files/base64"),
        "complete": ("POST", f"{request}/complete"),
        "start": ("POST", "/dispensing/v1/dispensations"),
        "send_otp": ("POST", "/v1/otp/send"),
        "validate_otp": ("POST", "/v1/otp/validate"),
        "biometric": ("POST", "/arc/v1/providers/farmacia-demo/biometric-reading"),
        "read_dispensation": ("GET", dispensation),
        "finish": ("POST", f"{dispensation}/complete"),
        "cancel": ("POST", f"{dispensation}/cancel"),
        "medications": ("GET", "/medical-catalogs/v1/medications"),
        "products": ("GET", "/arc/v1/providers/products"),
    }
    before = sandbox.count(operation)
    sandbox.fail(operation, status=418)
    assert caller.http.request(*calls[operation]).status_code == 418
    assert sandbox.count(operation) == before + 1


def test_calls_are_remembered_without_what_they_carried(sandbox: RunningSandbox, caller: Caller) -> None:
    sandbox.drop("products")
    caller.get("/medical-catalogs/v1/medications", query="insulin")
    with pytest.raises(httpx.RemoteProtocolError):
        caller.get("/arc/v1/providers/products")
    told = [(call.operation, call.method, call.path, call.status) for call in sandbox.calls[-2:]]
    assert told == [
        ("medications", "GET", "/medical-catalogs/v1/medications", 200),
        ("products", "GET", "/arc/v1/providers/products", None),
    ]
    assert "insulin" not in repr(sandbox.calls)


# --- Faults in words ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("lose:complete", Fault(Kind.LOSE, "complete")),
        ("drop:create:2", Fault(Kind.DROP, "create", times=2)),
        ("garble:search", Fault(Kind.GARBLE, "search")),
        ("cut:search:3", Fault(Kind.CUT, "search", times=3)),
        ("revoke:create", Fault(Kind.REVOKE, "create")),
        ("status:search:503", Fault(Kind.STATUS, "search", status=503)),
        ("status:search:429:2:30", Fault(Kind.STATUS, "search", times=2, status=429, retry_after=30.0)),
        ("slow:search:2.5", Fault(Kind.SLOW, "search", times=None, seconds=2.5)),
        ("slow:search:2.5:1", Fault(Kind.SLOW, "search", times=1, seconds=2.5)),
    ],
)
def test_a_fault_is_read_from_words(text: str, fault: Fault) -> None:
    assert parse(text) == fault


def test_a_retry_after_date_is_read_as_seconds_from_now() -> None:
    moment = parse("status:search:429:1:date30").retry_after
    assert isinstance(moment, datetime)
    assert 28 < (moment - datetime.now(UTC)).total_seconds() <= 30


@pytest.mark.parametrize(
    "text",
    ["", "explode:search", "lose:nothing", "lose:search:often", "lose:search:1:2", "slow:search", "status:search"],
)
def test_a_fault_that_cannot_be_read_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse(text)
