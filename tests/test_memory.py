"""A crash leaves no picture of what was in memory: no patient, no code, no key."""

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

CRASHES = """
import os, resource, sys
_, most = resource.getrlimit(resource.RLIMIT_CORE)
resource.setrlimit(resource.RLIMIT_CORE, (most, most))
if sys.argv[1] == "kept":
    from counter_app.memory import keep_off_the_disk
    keep_off_the_disk()
os.kill(os.getpid(), 6)
"""

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux says whether a dump was made")


def dumps(folder: Path, how: str) -> bool:
    """Whether a program that crashes in this way leaves a core dump."""
    crashing = subprocess.Popen([sys.executable, "-c", CRASHES, how], cwd=folder)  # noqa: S603
    _, status = os.waitpid(crashing.pid, 0)
    crashing.returncode = status
    assert os.WTERMSIG(status) == signal.SIGABRT
    left = list(folder.iterdir())
    for each in left:
        each.unlink()
    return os.WCOREDUMP(status) or bool(left)


@linux
def test_a_crash_makes_no_dump_even_where_dumps_are_made(tmp_path):
    if resource.getrlimit(resource.RLIMIT_CORE)[1] == 0 or not dumps(tmp_path, "as the system has it"):
        pytest.skip("this computer makes no core dumps at all")
    assert not dumps(tmp_path, "kept")


LOOKS = """
import resource
from counter_app.memory import keep_off_the_disk
resource.setrlimit(resource.RLIMIT_CORE, (0, {most}))
keep_off_the_disk()
keep_off_the_disk()
print(*resource.getrlimit(resource.RLIMIT_CORE))
"""


@linux
@pytest.mark.parametrize(("most", "told"), [("-1", "1 -1"), ("0", "0 0"), ("4096", "1 4096")])
def test_a_dump_is_neither_written_nor_piped_to_whatever_collects_crashes(most, told):
    if resource.getrlimit(resource.RLIMIT_CORE)[1] != resource.RLIM_INFINITY:
        pytest.skip("the limit on this computer is a lower one")
    looks = LOOKS.format(most=most)
    said = subprocess.run([sys.executable, "-c", looks], capture_output=True, text=True, check=True)  # noqa: S603
    assert said.stdout.strip() == told


DUMPABLE = """
import ctypes
from counter_app.memory import keep_off_the_disk
keep_off_the_disk()
print(ctypes.CDLL(None).prctl(3))  # PR_GET_DUMPABLE
"""


@linux
def test_the_desktops_portal_still_sees_who_asks_for_a_file():
    said = subprocess.run([sys.executable, "-c", DUMPABLE], capture_output=True, text=True, check=True)  # noqa: S603
    assert said.stdout.strip() == "1"
