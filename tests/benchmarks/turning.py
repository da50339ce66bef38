"""How long it takes to turn from one case to another, beside painting the window once, in the same run.

python -m tests.benchmarks.turning
"""

import os
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from counter_app.case import Case
from counter_app.counter import Counter
from counter_app.gui import theme
from counter_app.gui.garbage import take_down
from counter_app.gui.main_window import MainWindow
from counter_app.settings import Profile
from counter_app.worker import Worker
from tests.benchmarks.counter_of_years import case_of

_CASES = 9
_TURNS = 20
_MS = 1_000


def main() -> int:
    """Turn through nine cases at several steps and print what it took."""
    application = QApplication.instance() or QApplication([])
    theme.Theme.apply(application, "light")
    with tempfile.TemporaryDirectory(prefix="counter-benchmark-") as folder:
        profile = Profile(data_dir=Path(folder), sponsors=("sponsor-sandbox",))
        worker = Worker(lambda: profile)  # never started: nothing else is under way
        counter = Counter(profile, worker)
        window = MainWindow(counter)
        window.resize(1366, 768)
        window.show()
        ids = [_begun(counter, number) for number in range(_CASES)]
        turned, painted = [], []
        for case_id in ids * _TURNS:
            began = perf_counter()
            window.show_case(case_id)
            turned.append((perf_counter() - began) * _MS)
            application.processEvents()
            began = perf_counter()
            window.grab()
            painted.append((perf_counter() - began) * _MS)
        counter.keep_drafts()
        worker.stop()
        take_down(window, counter, worker)
    sys.stdout.write(
        f"turning to a case: median {median(turned):.1f} ms, worst {max(turned):.1f} ms (goal: under 50)\n"
        f"painting the window once: median {median(painted):.1f} ms\n"
        f"ratio of the medians: {median(turned) / median(painted):.2f}\n"
    )
    return 0


def _begun(counter: Counter, number: int) -> str:
    case = _at_some_step(case_of(number), number)
    counter.change(case, "begun")
    return case.case_id


def _at_some_step(case: Case, number: int) -> Case:
    """Cases stand at steps of all kinds, as they do at a counter."""
    here = replace(case, matches=(case.beneficiary,) if case.beneficiary else (), updated_at=datetime.now(UTC))
    if number % 3 == 0:
        return here
    undecided = replace(here, dispensation=None, invoice=None)
    return undecided.without_request() if number % 3 == 1 else replace(undecided, decision=None, code=None)


if __name__ == "__main__":
    sys.exit(main())
