"""Collects garbage on the window's thread alone, and takes down what is no longer wanted.

Python collects on whichever thread happens to allocate; on the worker it would destroy widgets and timers there, which
Qt answers with a warning at best and with a crash at worst. So the automatic collection is off while this runs.
"""

import gc
from typing import ClassVar

from PySide6.QtCore import QObject, QTimer
from shiboken6 import delete, isValid

_LOOK_MS = 1_000
_STARTING_LOOKS = 5


class GarbageCollector(QObject):
    """Does on a timer of the window's thread what Python does by itself elsewhere; stops with its parent."""

    _running: ClassVar[int] = 0
    _found_on: ClassVar[bool] = True

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._starting = _STARTING_LOOKS
        if GarbageCollector._running == 0:
            GarbageCollector._found_on = gc.isenabled()
        gc.disable()
        GarbageCollector._running += 1
        self.destroyed.connect(GarbageCollector._on_destroyed)
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Collect the generations that have outgrown Python's own limits.

        What the start brings along stays for good, and looking through it takes a tenth of a second: while the
        program starts it is set apart instead.
        """
        if self._starting > 0:
            self._starting -= 1
            gc.freeze()
            return
        collect_outgrown()

    @staticmethod
    def _on_destroyed() -> None:
        GarbageCollector._running -= 1
        # One window may close while the next one's worker is already at work.
        if GarbageCollector._running == 0:
            gc.unfreeze()
            if GarbageCollector._found_on:
                gc.enable()


def collect_outgrown() -> None:
    """Collect, on this thread and now, the oldest generation that has outgrown Python's own limits."""
    for generation in (2, 1, 0):
        if gc.get_count()[generation] > gc.get_threshold()[generation]:
            gc.collect(generation)
            return


def take_down(*objects: QObject) -> None:
    """Delete objects now, in the order given, whoever else still holds them."""
    for each in objects:
        if isValid(each):
            delete(each)
