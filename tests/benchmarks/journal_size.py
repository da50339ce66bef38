"""What the journal's size costs: a counter after years beside one after weeks, both measured in the same run.

python -m tests.benchmarks.journal_size
python -m tests.benchmarks.journal_size --few 1000 --many 10000
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from time import perf_counter

from counter_app.journal.store import Store
from counter_app.journal.vault import Vault
from tests.benchmarks.counter_of_years import OPEN, case_of, fill

_STARTS = 9
_KEEPS = 200
_PEOPLE = 12
_MS = 1_000


@dataclass
class Measured:
    """Milliseconds of one counter, by what was done."""

    starts: list[float] = field(default_factory=list)
    first_finds: list[float] = field(default_factory=list)
    finds: list[float] = field(default_factory=list)
    keeps: list[float] = field(default_factory=list)
    slices: list[float] = field(default_factory=list)


@contextmanager
def timed(into: list[float]) -> Iterator[None]:
    """Note how many milliseconds something took."""
    began = perf_counter()
    yield
    into.append((perf_counter() - began) * _MS)


def main() -> int:
    """Measure both counters, in turns, and print what came of it."""
    parser = argparse.ArgumentParser(description="What the journal's size costs.")
    parser.add_argument("--few", type=int, default=1_000, help="closed cases at the young counter")
    parser.add_argument("--many", type=int, default=100_000, help="closed cases at the old counter")
    sizes = parser.parse_args()
    vault = Vault.made()
    with tempfile.TemporaryDirectory(prefix="counter-benchmark-") as folder:
        few, many = Path(folder, "few"), Path(folder, "many")
        fill(few, vault, sizes.few)
        fill(many, vault, sizes.many)
        young, old = Measured(), Measured()
        for _ in range(_STARTS):  # in turns: whatever else the computer does meanwhile slows both
            start(few, vault, young)
            start(many, vault, old)
        asyncio.run(work(few, vault, young, sizes.few))
        asyncio.run(work(many, vault, old, sizes.many))
    sys.stdout.write("\n".join(table(young, old, sizes.few, sizes.many)) + "\n")
    return 0


def start(folder: Path, vault: Vault, measured: Measured) -> None:
    """What the window waits for in the morning: the journal open, its cases read."""
    with timed(measured.starts):
        store = Store(folder, vault)
        cases = store.cases()
    store.close()
    found = sum(case.ending is None for case in cases)
    if found != OPEN:
        sys.exit(f"{found} open cases were read, not {OPEN}: what was measured means nothing")


async def work(folder: Path, vault: Vault, measured: Measured, closed: int) -> None:
    """What happens on the worker's thread during the day: finding, at first and later, and keeping."""
    store = Store(folder, vault)
    people = [case_of(number * closed // _PEOPLE) for number in range(_PEOPLE)]
    for case in people:
        with timed(measured.first_finds):
            found = await store.find(case.code or "")
        expect(found, 1, "by its code")
    await fill_register(store, measured)
    for case in people:
        for text in typed(case.code or "", case.beneficiary.document or "", case.beneficiary.name):
            with timed(measured.finds):
                found = await store.find(text)
            expect(found, 1, "by what was typed")
    with timed(measured.finds):
        await store.find("nobody of this name")
    kept = next(case for case in store.cases() if case.ending is None)
    for number in range(_KEEPS):
        changed = replace(kept, code=f"AUTH-X{number}")
        with timed(measured.keeps):
            kept = store.keep(changed, "changed")
    store.close()


async def fill_register(store: Store, measured: Measured) -> None:
    """Read the labels as the worker does, and note how long others wait for their turn."""
    filling = asyncio.create_task(store.fill())
    while not filling.done():
        with timed(measured.slices):
            await asyncio.sleep(0)
    await filling


def typed(*texts: str) -> Iterator[str]:
    """What the search box asks while texts are typed into it: each beginning, and in the end the whole."""
    for text in texts:
        yield from (text[:end] for end in range(1, len(text) + 1) if text[end - 1].isalnum())


def expect(found: Sequence[object], least: int, how: str) -> None:
    """A search that finds nothing is quick and worth nothing."""
    if len(found) < least:
        sys.exit(f"a case was not found {how}: what was measured means nothing")


def table(young: Measured, old: Measured, few: int, many: int) -> Iterator[str]:
    """The figures, with what is wished for and whether it was reached on this computer."""
    yield f"{'closed cases':<36}{few:>10}{many:>12}{'ratio':>11}   goal"
    ratio = median(old.starts) / median(young.starts)
    goal = f"ratio <= 1.5 {met(ratio <= 1.5)}"
    yield line("start: journal open, cases read", median(young.starts), median(old.starts), goal)
    finds = (young.first_finds, old.first_finds), (young.finds, old.finds)
    for name, (mine, theirs) in zip(("find, register not full", "find, each letter typed"), finds, strict=True):
        yield line(f"{name}: median", median(mine), median(theirs), f"< 50 ms {met(median(theirs) < 50)}")
        yield line(f"{' ' * len(name)}  worst", max(mine), max(theirs), f"< 50 ms {met(max(theirs) < 50)}")
    yield line("keep: median", median(young.keeps), median(old.keeps), f"< 5 ms {met(median(old.keeps) < 5)}")
    yield line("      worst", max(young.keeps), max(old.keeps), "")
    yield line("register: filled in", sum(young.slices), sum(old.slices), "")
    yield line("          others wait at most", max(young.slices), max(old.slices), "")


def line(name: str, young: float, old: float, goal: str) -> str:
    """One figure of both counters, in milliseconds."""
    return f"{name:<36}{young:>10.2f}{old:>12.2f} ms{old / young:>8.2f}   {goal}".rstrip()


def met(well: bool) -> str:
    """Whether a goal was reached, in a word."""
    return "(met)" if well else "(missed)"


if __name__ == "__main__":
    sys.exit(main())
