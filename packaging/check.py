"""The one command that runs every check: `python packaging/check.py`, or with `--static` all but the tests.

One line for each check with the time it took; what a check that failed had to say follows it. Exit status 1 when any
failed. The tools' settings are in `pyproject.toml`.
"""

import argparse
import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parent.parent
LONGEST_FILE = 300
# Where a mistake costs a patient or a pharmacy most: every line and every branch is reached by a test.
COVERED_WHOLE = (
    "counter_app/case.py",
    "counter_app/journal/*",
    "counter_app/operations/*",
    "counter_app/osigu/errors.py",
)
_ONE_OR_MANY = re.compile(r"\w\(e?s\)")
_SHOWN_IN_README = re.compile(r"\]\((?!https?:|#)([^)\s]+)\)")
_CLOSING_LINE = re.compile(r"^\d+ passed.* in .*$", re.MULTILINE)


@dataclass(frozen=True)
class Outcome:
    """How a check ended: whether it found nothing wrong, and what it had to say."""

    well: bool
    said: str = ""


Check = Callable[[], Outcome]


def main() -> int:
    """Run the checks; returns 1 when any failed."""
    parser = argparse.ArgumentParser(description="Run every check of this project.")
    parser.add_argument("--static", action="store_true", help="leave the tests out")
    checks = STATIC if parser.parse_args().static else {**STATIC, **TESTED}
    began = perf_counter()
    failed = [name for name, check in checks.items() if not _run(name, check)]
    print(f"\n{len(checks)} checks in {perf_counter() - began:.0f} s: ", end="")
    print(f"failed: {', '.join(failed)}" if failed else "all went well")
    return 1 if failed else 0


def _run(name: str, check: Check) -> bool:
    began = perf_counter()
    outcome = check()
    print(f"{'ok    ' if outcome.well else 'FAILED'} {name:<26} {perf_counter() - began:6.1f} s", flush=True)
    if not outcome.well:
        print("".join(f"       {line}\n" for line in outcome.said.splitlines()), flush=True)
    return outcome.well


def _python(*arguments: str) -> Outcome:
    ran = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return Outcome(ran.returncode == 0, (ran.stdout + ran.stderr).strip())


def _tool(*arguments: str) -> Check:
    return lambda: _python("-m", *arguments)


# --- the project's own rules ----------------------------------------------------------------------------------------


def _source() -> Iterator[Path]:
    return ROOT.joinpath("counter_app").rglob("*.py")


def _found_none(findings: Iterable[str]) -> Outcome:
    found = sorted(findings)
    return Outcome(not found, "\n".join(found))


def nothing_unused() -> Outcome:
    """Nothing in the program that neither it nor a test uses. The tests' own names are theirs."""
    found = _python("-m", "vulture").said.splitlines()
    return _found_none(line for line in found if not line.startswith("tests"))


def file_length() -> Outcome:
    """A file that can't be read at a sitting has more than one thing in it."""
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in _source()}
    return _found_none(
        f"{path.relative_to(ROOT)}: {lines} lines, at most {LONGEST_FILE}"
        for path, lines in lengths.items()
        if lines > LONGEST_FILE
    )


def one_or_many() -> Outcome:
    """Staff read "1 line" or "2 lines": a text that leaves the choice to them can't be translated either."""
    return _found_none(
        f"{path.relative_to(ROOT)}:{line}: {text!r}"
        for path in _source()
        for line, text in _texts(path)
        if _ONE_OR_MANY.search(text)
    )


def _texts(path: Path) -> Iterator[tuple[int, str]]:
    """The strings in a file, but for those that stand alone, which are documentation."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node.lineno, node.value


def readme() -> Outcome:
    """Every picture and file that the README shows is there."""
    shown = _SHOWN_IN_README.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    return _found_none(f"README.md: {path} is not there" for path in shown if not (ROOT / path).exists())


def tests() -> Outcome:
    """The tests, watched by coverage; their closing line is shown however they end."""
    outcome = _python("-m", "coverage", "run", "-m", "pytest", "-q")
    if outcome.well and (closing := _CLOSING_LINE.search(outcome.said)):
        print(closing.group())
    return outcome


# --- the checks, in their order -------------------------------------------------------------------------------------

STATIC: dict[str, Check] = {
    "ruff format": _tool("ruff", "format", "--check", "--quiet", "--output-format=concise", "."),
    "ruff check": _tool("ruff", "check", "--quiet", "--output-format=concise", "."),
    "mypy --strict": _tool("mypy", "--no-error-summary"),
    "import-linter": lambda: _python("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"),
    "deptry": _tool("deptry", "--no-ansi", "."),
    "vulture": nothing_unused,
    "file length": file_length,
    "one or many": one_or_many,
    "README": readme,
}
TESTED: dict[str, Check] = {
    "pytest": tests,
    "coverage of the core": _tool("coverage", "report", f"--include={','.join(COVERED_WHOLE)}", "--fail-under=100"),
}

if __name__ == "__main__":
    sys.exit(main())
