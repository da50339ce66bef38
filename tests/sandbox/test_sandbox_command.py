"""`python -m counter_app.sandbox`."""

import signal
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest

from counter_app.sandbox.__main__ import _parser, _sandbox, main
from counter_app.sandbox.running import RunningSandbox

ROOT = Path(__file__).parents[2]


def test_it_runs_until_it_is_asked_to_end() -> None:
    command = [sys.executable, "-m", "counter_app.sandbox", "--port", "0", "--fault", "status:token:503:1:7"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:  # noqa: S603
        try:
            assert process.stdout is not None
            address = process.stdout.readline().split()[3]
            answer = httpx.post(f"{address}/v1/oauth/token")
        finally:
            process.send_signal(signal.SIGTERM)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "7")
    assert sys.platform == "win32" or process.returncode == 0


def test_it_says_how_to_reach_it_and_stops_at_the_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("counter_app.sandbox.__main__._wait", lambda: None)
    assert main(["--port", "0", "--client-id", "somebody"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("OSIGU sandbox at http://127.0.0.1:")
    assert "somebody" in told
    assert not any(thread.name == "sandbox" for thread in threading.enumerate())


def test_a_port_that_is_taken_is_said_in_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    with RunningSandbox() as other:
        port = other.base_url.rpartition(":")[2]
        assert main(["--port", port]) == 1
    assert capsys.readouterr().err.startswith(f"cannot listen on port {port}")


@pytest.mark.parametrize("option", [["--fault", "explode:search"], ["--verify", "sponsor-otp:IRIS"]])
def test_what_cannot_be_done_is_refused(option: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(option)
    assert "error" in capsys.readouterr().err


def test_every_option_reaches_the_sandbox() -> None:
    options = ["--verify", "sponsor-async:BIOMETRIC", "--refuse-multipart", "--limits", "--provider-slug", "la-cruz"]
    sandbox = _sandbox(_parser().parse_args([*options, "--decide-after", "1.5"]))
    site = sandbox._site
    assert site.provider.sponsors["sponsor-async"].verification == "BIOMETRIC"
    assert site.multipart_refused
    assert site.terms.limits
    assert (site.terms.provider_slug, site.terms.decide_after) == ("la-cruz", 1.5)


def test_help_names_every_operation(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "read_dispensation" in capsys.readouterr().out
