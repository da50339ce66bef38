"""What each sponsor requires for each type of product, asked once and remembered."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from counter_app.counter import Counter
from counter_app.models import Rules, Topic
from counter_app.osigu.errors import Failure

_Wanted = tuple[str, str]


class SponsorRules(QObject):
    """Asks beside the job, never before it: without rules the 422 of the create call marks the same places."""

    known = Signal()
    """More rules than before are known."""

    def __init__(self, counter: Counter) -> None:
        super().__init__(counter)
        self._counter = counter
        self._rules: dict[_Wanted, Rules] = {}
        self._asked: set[_Wanted] = set()
        counter.answered.connect(self._on_answered)
        counter.unanswered.connect(self._on_unanswered)

    def required(self, sponsor: str, kinds: Iterable[str]) -> list[str]:
        """The fields known to be required for these types of product; what is not known yet is asked."""
        fields: dict[str, None] = {}
        for kind in sorted(kinds):
            wanted = (sponsor, kind)
            if wanted in self._rules:
                fields |= dict.fromkeys(self._rules[wanted].required_fields)
            elif wanted not in self._asked:
                self._asked.add(wanted)
                self._counter.ask(Topic.RULES, *wanted)
        return list(fields)

    def _take(self, given: tuple[object, ...], rules: Rules) -> None:
        wanted = (str(given[0]), str(given[1]))
        self._asked.discard(wanted)
        self._rules[wanted] = rules
        self.known.emit()

    def _on_answered(self, topic: Topic, given: tuple[object, ...], answer: object) -> None:
        if topic is Topic.RULES and isinstance(answer, Rules):
            self._take(given, answer)

    def _on_unanswered(self, topic: Topic, given: tuple[object, ...], _failure: Failure) -> None:
        if topic is Topic.RULES:
            self._take(given, Rules())
