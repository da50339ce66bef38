"""The register: every case's words in memory, so that each letter typed is answered at once."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice


class Register:
    """Which cases hold which words, newest first. It is filled from the disk while others are kept."""

    def __init__(self) -> None:
        self._kept: dict[str, str] = {}
        """What was kept since the filling began; the newest last."""
        self._older: dict[str, str] = {}
        """What the disk had before; the newest first."""
        self.full = False

    def put(self, case_id: str, label: str) -> None:
        """Note the words of a case that was just kept."""
        self.drop(case_id)
        self._kept[case_id] = label

    def drop(self, case_id: str) -> None:
        """Forget a case."""
        self._kept.pop(case_id, None)
        self._older.pop(case_id, None)

    def add(self, labels: Iterable[tuple[str, str]]) -> None:
        """Note the next older cases; what was kept meanwhile is newer than they say."""
        self._older.update((case_id, label) for case_id, label in labels if case_id not in self._kept)

    def find(self, words: Sequence[str], limit: int) -> list[str]:
        """The ids of the newest cases in which every word is found, whole or in part."""
        found: Iterator[tuple[str, str]] = chain(reversed(self._kept.items()), self._older.items())
        # The longest first: it leaves the fewest for the others to look at.
        for word in sorted(words, key=len, reverse=True):
            found = _with(word, found)
        return [case_id for case_id, _ in islice(found, limit)]


def _with(word: str, labels: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    return (each for each in labels if word in each[1])
