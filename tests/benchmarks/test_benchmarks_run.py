"""The benchmarks still run. What they measure is read by people: no test waits for a clock."""

import subprocess
import sys
from pathlib import Path


def test_the_journals_size_is_measured_from_one_command() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.journal_size", "--few", "20", "--many", "40"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    rows = ended.stdout.splitlines()
    assert rows[0].split()[:4] == ["closed", "cases", "20", "40"]
    assert [row.split()[0] for row in rows if row[0].isalpha()] == [
        "closed",
        "start:",
        "find,",
        "find,",
        "keep:",
        "register:",
    ]
