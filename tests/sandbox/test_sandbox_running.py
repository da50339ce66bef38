"""Starting, stopping and listening."""

import logging
import threading
import time

import httpx
import pytest
from sandbox_caller import Caller

from counter_app.sandbox.running import RunningSandbox

FORMS = "/v1/sponsors/sponsor-sandbox/forms"


def test_stopping_does_not_wait_for_clients_or_slow_answers() -> None:
    sandbox = RunningSandbox(latency=60).start()
    failed: list[Exception] = []

    def call() -> None:
        try:
            httpx.get(sandbox.base_url + FORMS, timeout=60)
        except httpx.TransportError as error:
            failed.append(error)

    caller = threading.Thread(target=call)
    caller.start()
    while not sandbox.calls:
        caller.join(0.001)
    begun = time.monotonic()
    sandbox.stop()
    caller.join(5)
    assert time.monotonic() - begun < 2
    assert len(failed) == 1
    with pytest.raises(httpx.ConnectError):
        httpx.get(sandbox.base_url)


def test_stopping_twice_or_without_starting_is_harmless() -> None:
    sandbox = RunningSandbox()
    sandbox.stop()
    sandbox.start()
    sandbox.stop()
    sandbox.stop()
    assert not any(thread.name == "sandbox" for thread in threading.enumerate())


def test_it_is_started_once(sandbox: RunningSandbox) -> None:
    with pytest.raises(RuntimeError):
        sandbox.start()


def test_two_sandboxes_run_side_by_side(sandbox: RunningSandbox, caller: Caller) -> None:
    with RunningSandbox() as other, Caller(other) as elsewhere:
        assert other.base_url != sandbox.base_url
        elsewhere.signed_in().create()
    assert sandbox.requests_made == ()
    assert caller.create().status_code == 202


def test_it_listens_on_this_computer_alone(sandbox: RunningSandbox) -> None:
    assert sandbox.base_url.startswith("http://127.0.0.1:")


def test_nothing_is_logged_about_anybody(
    sandbox: RunningSandbox, caller: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        for fault in (sandbox.lose_answer, sandbox.drop, sandbox.cut):
            fault("search")
            with pytest.raises(httpx.RemoteProtocolError):
                caller.search(document_type="CC", document_number="123456789")
        caller.search(document_type="CC", document_number="123456789")
        sandbox.stop()
    servers = ("uvicorn", "starlette", "counter_app")
    assert [record.name for record in caplog.records if record.name.startswith(servers)] == []
    assert "123456789" not in caplog.text


def test_answers_on_one_connection_come_at_once(caller: Caller) -> None:
    taken = []
    for _ in range(21):
        begun = time.monotonic()
        caller.create()
        taken.append(time.monotonic() - begun)
    # With Nagle's algorithm every one but the first few would wait for 40 ms.
    assert min(taken[10:]) < 0.03
