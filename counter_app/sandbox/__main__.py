"""`python -m counter_app.sandbox`: an OSIGU on this computer until Ctrl+C."""

import argparse
import signal
import sys
import threading
from collections.abc import Sequence

from counter_app.sandbox import defaults, faults
from counter_app.sandbox.faults import Fault
from counter_app.sandbox.running import RunningSandbox
from counter_app.sandbox.sponsors import VERIFICATIONS

_EXAMPLES = """\
faults, once unless a number of times follows:
  lose:complete             acts, then closes the connection without an answer
  drop:create:2             closes the connection without acting
  garble:search             acts, then answers a page of HTML
  cut:search                acts, then closes the connection in the middle of the answer
  revoke:create             the token becomes worthless: 401
  status:search:503:2:30    answers 503 twice, with Retry-After: 30 (date30 for a date)
  slow:search:2.5           acts after 2.5 s, always (slow:search:2.5:1 for once)

operations: {operations}
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until interrupted; returns the exit status."""
    asked = _parser().parse_args(arguments)
    sandbox = _sandbox(asked)
    try:
        sandbox.start()
    except OSError as error:
        sys.stderr.write(f"cannot listen on port {asked.port}: {error.strerror}\n")
        return 1
    try:
        sys.stdout.write(_welcome(sandbox))
        sys.stdout.flush()
        _wait()
    finally:
        sandbox.stop()
    return 0


def _sandbox(asked: argparse.Namespace) -> RunningSandbox:
    sandbox = RunningSandbox(
        latency=asked.latency,
        decide_after=asked.decide_after,
        limits=asked.limits,
        token_life=asked.token_life,
        dispensation_life=asked.dispensation_life,
        client_id=asked.client_id,
        client_secret=asked.client_secret,
        provider_slug=asked.provider_slug,
        port=asked.port,
    )
    for fault in asked.fault:
        sandbox.add(fault)
    for sponsor, verification in asked.verify:
        sandbox.verify_by(sponsor, verification)
    if asked.refuse_multipart:
        sandbox.refuse_multipart()
    return sandbox


def _wait() -> None:
    """Until Ctrl+C, or until the system asks the process to end."""
    asked_to_end = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: asked_to_end.set())
    try:
        while not asked_to_end.wait(1.0):  # Windows hears Ctrl+C only between two waits
            pass
    except KeyboardInterrupt:
        return


def _welcome(sandbox: RunningSandbox) -> str:
    return (
        f"OSIGU sandbox at {sandbox.base_url}  (Ctrl+C to stop)\n"
        f"  client id      {sandbox.client_id}\n"
        f"  client secret  {sandbox.client_secret}\n"
        f"  provider       {sandbox.provider_slug}\n"
        f"  sponsors       {', '.join(sandbox.sponsors)}\n"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m counter_app.sandbox",
        description="An OSIGU on this computer, for trying and testing. It listens on the loopback address alone.",
        epilog=_EXAMPLES.format(operations=", ".join(faults.OPERATIONS)),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=8080, help="to listen on (8080; 0 for a free one)")
    parser.add_argument("--latency", type=float, default=0.0, metavar="S", help="seconds that every answer takes")
    parser.add_argument("--fault", type=_fault, action="append", default=[], help="switch on a fault; see below")
    parser.add_argument("--limits", action="store_true", help="429 after 10 tokens or 50 calls a minute")
    parser.add_argument("--decide-after", type=float, default=defaults.DECIDE_AFTER, metavar="S",
                        help="seconds that sponsor-async takes to decide (30)")  # fmt: skip
    parser.add_argument("--token-life", type=float, default=defaults.TOKEN_LIFE, metavar="S",
                        help="seconds that a token is good (3600)")  # fmt: skip
    parser.add_argument("--dispensation-life", type=float, default=defaults.DISPENSATION_LIFE, metavar="S",
                        help="seconds after which a started dispensation times out (1800)")  # fmt: skip
    parser.add_argument("--verify", type=_verification, action="append", default=[], metavar="SPONSOR:HOW",
                        help="what a sponsor asks for at the counter, OTP or BIOMETRIC")  # fmt: skip
    parser.add_argument("--refuse-multipart", action="store_true", help="415 to multipart uploads: Base64 only")
    parser.add_argument("--client-id", default=defaults.CLIENT_ID, metavar="ID")
    parser.add_argument("--client-secret", default=defaults.CLIENT_SECRET, metavar="SECRET")
    parser.add_argument("--provider-slug", default=defaults.PROVIDER_SLUG, metavar="SLUG")
    return parser


def _fault(text: str) -> Fault:
    try:
        return faults.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _verification(text: str) -> tuple[str, str]:
    sponsor, _, verification = text.partition(":")
    if sponsor not in defaults.SPONSORS or verification not in VERIFICATIONS:
        raise argparse.ArgumentTypeError(f"must be like {defaults.SPONSORS[0]}:{VERIFICATIONS[0]}")
    return sponsor, verification


if __name__ == "__main__":
    raise SystemExit(main())
