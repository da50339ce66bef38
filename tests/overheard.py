"""A counter overheard, and closed as the program closes it."""

import shiboken6
from PySide6.QtCore import QObject, Slot

from counter_app.counter import Counter


def close_counter(counter: Counter) -> None:
    """Close a counter as the program does: what is on its way to the disk is written."""
    worker = counter._worker
    counter.keep_drafts()
    worker.stop()
    shiboken6.delete(worker)


class Ears(QObject):
    """Hears what a counter tells its pages."""

    def __init__(self, counter: Counter) -> None:
        super().__init__(counter)
        self.heard: list[tuple[object, ...]] = []
        counter.changed.connect(self._on_changed)
        counter.listed.connect(self._on_listed)
        counter.failed.connect(self._on_failed)
        counter.recovered.connect(self._on_recovered)
        counter.busy_changed.connect(self._on_busy_changed)
        counter.progressed.connect(self._on_progressed)
        counter.answered.connect(self._on_answered)
        counter.unanswered.connect(self._on_unanswered)
        counter.broken.connect(self._on_broken)
        counter.connection_changed.connect(self._on_connection_changed)

    def of(self, name: str) -> list[tuple[object, ...]]:
        """What came by a signal, in order."""
        return [each[1:] for each in self.heard if each[0] == name]

    @Slot(str)
    def _on_changed(self, case_id: str) -> None:
        self.heard.append(("changed", case_id))

    @Slot()
    def _on_listed(self) -> None:
        self.heard.append(("listed",))

    @Slot(str, object, object)
    def _on_failed(self, case_id: str, operation: object, failure: object) -> None:
        self.heard.append(("failed", case_id, operation, failure))

    @Slot(str)
    def _on_recovered(self, case_id: str) -> None:
        self.heard.append(("recovered", case_id))

    @Slot(str)
    def _on_busy_changed(self, case_id: str) -> None:
        self.heard.append(("busy_changed", case_id))

    @Slot(str, object, object)
    def _on_progressed(self, case_id: str, sent: int, total: int) -> None:
        self.heard.append(("progressed", case_id, sent, total))

    @Slot(object, object, object)
    def _on_answered(self, topic: object, given: object, answer: object) -> None:
        self.heard.append(("answered", topic, given, answer))

    @Slot(object, object, object)
    def _on_unanswered(self, topic: object, given: object, failure: object) -> None:
        self.heard.append(("unanswered", topic, given, failure))

    @Slot(object)
    def _on_broken(self, failure: object) -> None:
        self.heard.append(("broken", failure))

    @Slot(object)
    def _on_connection_changed(self, kind: object) -> None:
        self.heard.append(("connection_changed", kind))
