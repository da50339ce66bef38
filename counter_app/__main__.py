"""The command line. Nothing is imported here that `--version` doesn't need."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from counter_app import __version__, memory

NO_SCREEN = 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="counter-app",
        description="OSIGU authorizations at the pharmacy counter: from the patient's card to the hand-over.",
    )
    parser.add_argument("--version", action="version", version=f"counter-app {__version__}")
    parser.add_argument("--demo", action="store_true", help="run against the embedded sandbox; needs no account")
    parser.add_argument(
        "--tour", metavar="DIR", type=Path, help="with --demo: play the whole job by itself, a picture per page in DIR"
    )
    parser.add_argument("--check", action="store_true", help="test the connection and print a line per step")
    parser.add_argument(
        "--verify-journal", action="store_true", help="check the audit trail; names the first event that is not right"
    )
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; returns the exit status."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.tour is not None and not options.demo:
        parser.error("--tour plays on the embedded sandbox: add --demo")
    if options.verify_journal and (options.demo or options.check):
        parser.error("--verify-journal checks the journal on this computer: it goes with no other option")
    # Whatever is written from here on is the owner's alone to read.
    os.umask(0o077)
    memory.keep_off_the_disk()
    if options.verify_journal:
        from counter_app import commands  # noqa: PLC0415

        return commands.verify_journal()
    try:
        from counter_app import app  # noqa: PLC0415
    except ImportError as missing:
        sys.stderr.write(f"counter-app can't open a window: a system library is missing ({missing}).\n")
        return NO_SCREEN
    if options.check:
        return app.check(demo=options.demo)
    return app.run(demo=options.demo, tour=options.tour)


if __name__ == "__main__":
    sys.exit(main())
