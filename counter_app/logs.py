"""The log: what happened, ids of the program, durations. Never a patient's data, a URL, a file's name or a body."""

import copy
import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path
from traceback import walk_tb
from typing import Any

_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"
_ONE_FILE = 1_000_000  # bytes; with five of them a busy counter has some weeks


class _WithoutValues(logging.Formatter):
    """Writes an exception by its class and its places, not by its text: the text may quote what staff typed."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record anew: another handler may have left the exception's whole text in it."""
        own = copy.copy(record)
        own.exc_text = None
        return super().format(own)

    def formatException(self, ei: Any) -> str:  # noqa: N802, ANN401  logging's own
        kind, _, trace = ei
        places = [
            f"  {Path(frame.f_code.co_filename).name}:{line} {frame.f_code.co_name}" for frame, line in walk_tb(trace)
        ]
        return "\n".join([f"{kind.__name__} at", *places])


def start(folder: Path) -> None:
    """Write the log into `folder` from now on, readable by its owner alone.

    Where the folder can't be written the program goes on without a log: staff can work, and support is told so by
    the missing file.
    """
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    # httpx logs whole addresses at INFO, and a search's answer may be named in one.
    for noisy in ("httpx", "httpcore", "asyncio", "uvicorn"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handler = RotatingFileHandler(folder / "counter.log", maxBytes=_ONE_FILE, backupCount=4, encoding="utf-8")
    except OSError:
        return
    handler.setFormatter(_WithoutValues(_FORMAT))
    root.addHandler(handler)


def stop() -> None:
    """Close what `start` opened."""
    root = logging.getLogger()
    for handler in [each for each in root.handlers if isinstance(each.formatter, _WithoutValues)]:
        root.removeHandler(handler)
        handler.close()
