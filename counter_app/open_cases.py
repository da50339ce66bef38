"""The cases open at this counter as they now are, and their way to the disk."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from PySide6.QtCore import QObject, QTimer

from counter_app.case import Case, Ending
from counter_app.models import Topic

DRAFT_MS = 500
WIPE_MS = 6 * 3_600_000


class OpenCases(QObject):
    """Holds the cases; what staff change is kept, and what the disk refused is kept once it is willing again."""

    def __init__(
        self,
        ask: Callable[..., None],
        is_busy: Callable[[str], bool],
        *,
        draft_ms: int,
        wipe_ms: int = WIPE_MS,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._ask = ask
        self._is_busy = is_busy
        self._cases: dict[str, Case] = {}
        self._on_disk: set[str] = set()
        self._half_typed: set[str] = set()
        self._to_keep: set[str] = set()
        self._refused: set[str] = set()
        self._draft_timer = QTimer(self, interval=draft_ms, singleShot=True)
        self._draft_timer.timeout.connect(self.keep_drafts)
        # The program stays open for weeks: what is past its time then doesn't wait for the next start.
        self._wipe_timer = QTimer(self, interval=wipe_ms)
        self._wipe_timer.timeout.connect(self._on_wipe_due)
        self._wipe_timer.start()

    def __contains__(self, case_id: str) -> bool:
        return case_id in self._cases

    def __getitem__(self, case_id: str) -> Case:
        return self._cases[case_id]

    def newest_first(self) -> tuple[Case, ...]:
        """Every case, the one changed last first."""
        return tuple(sorted(self._cases.values(), key=lambda case: case.updated_at, reverse=True))

    def pending(self) -> set[str]:
        """The ids of the cases with a write whose fate OSIGU has not told."""
        return {case.case_id for case in self._cases.values() if case.pending is not None}

    def put(self, case: Case, *, on_disk: bool = False) -> None:
        """Hold a case as it now is; `on_disk` where somebody else keeps it."""
        self._cases[case.case_id] = case
        if on_disk:
            self._on_disk.add(case.case_id)

    def join(self, found: Iterable[Case]) -> list[Case]:
        """Take cases from the disk; one that is open already stays as it is. Returns those that are new here."""
        new = [case for case in found if case.case_id not in self._cases]
        for case in new:
            self.put(case, on_disk=True)
        return new

    def change(self, case: Case, what: str) -> bool:
        """Hold and keep a case that staff have changed; False where nothing is another."""
        if self._cases.get(case.case_id) == case:
            return False
        self._cases[case.case_id] = replace(case, updated_at=datetime.now(UTC))
        self._keep(case.case_id, what)
        return True

    def _on_wipe_due(self) -> None:
        self._ask(Topic.WIPE)

    def is_on_disk(self, case_id: str) -> bool:
        """Whether a case was ever kept."""
        return case_id in self._on_disk

    def drop(self, case_id: str) -> None:
        """Hold a case no longer."""
        self._cases.pop(case_id, None)
        self._half_typed.discard(case_id)

    def write_draft(self, case_id: str, texts: Mapping[str, str]) -> bool:
        """Take what stands half typed in a case; False where it stood there already."""
        case = self._cases[case_id]
        draft = {key: text for key, text in {**case.draft, **texts}.items() if text}
        if draft == case.draft:
            return False
        self._cases[case_id] = replace(case, draft=draft)
        self._half_typed.add(case_id)
        self._draft_timer.start()
        return True

    def keep_drafts(self) -> None:
        """Send every draft that changed to the disk now."""
        self._draft_timer.stop()
        for case_id in self._half_typed & self._cases.keys():
            if case_id not in self._on_disk:
                self._keep(case_id, "opened")
            self._ask(Topic.KEEP_DRAFT, case_id, dict(self._cases[case_id].draft))
        self._half_typed.clear()

    def keep_all(self) -> None:
        """Send to the disk whatever is not there yet: drafts, and what it refused before."""
        for case_id in self._refused & self._cases.keys():
            self._keep(case_id, "changed")
        self._refused.clear()
        self.keep_drafts()

    def settled(self, case_id: str) -> None:
        """Nothing is under way for a case any more: what waited for that is kept now."""
        if case_id in self._to_keep and case_id in self._cases:
            self._keep(case_id, "changed")

    def refused(self, topic: Topic, given: tuple[object, ...]) -> None:
        """The disk did not take a case or a draft: it is not forgotten."""
        if topic is Topic.KEEP and isinstance(given[0], Case):
            self._refused.add(given[0].case_id)
        elif topic is Topic.KEEP_DRAFT:
            self._half_typed.add(str(given[0]))

    def _keep(self, case_id: str, what: str) -> None:
        """Have a case kept; while a write is in flight only the worker knows its intent, so the case waits."""
        if self._is_busy(case_id):
            self._to_keep.add(case_id)
            return
        self._to_keep.discard(case_id)
        self._on_disk.add(case_id)
        self._ask(Topic.KEEP, self._cases[case_id], what)


def is_blank(case: Case) -> bool:
    """Whether nothing is known in a case yet."""
    nothing_typed = not any(text.strip() for text in case.draft.values())
    return nothing_typed and not case.matches and case.dispensation is None


def after_leaving(case: Case) -> tuple[Case, str]:
    """A case once staff turn away from it, and what the journal calls that; one that was refused is done then."""
    if case.ending is None and case.refused:
        return replace(case, ending=Ending.REJECTED), "closed"
    if case.ending is None and (case.taken_back or case.used_elsewhere):
        return case.ready_again(datetime.now(UTC)), "dispensation.left"
    return case, "left"
