"""The diagnosis: an ICD-10 code, found by code or by words."""

import re

from PySide6.QtCore import Signal

from counter_app.counter import Counter
from counter_app.gui.widgets.field import Field
from counter_app.gui.widgets.suggest import SuggestEdit
from counter_app.models import Diagnosis, Topic

# A category of ICD-10 with its subdivisions; national editions have up to four signs behind the point.
_CODE = re.compile(r"[A-Z]\d[0-9A-Z](?:\.?[0-9A-Z]{1,4})?")


class DiagnosisField(Field):
    """Takes a code; its words stand below. What is typed is never changed but to capitals, when it is read."""

    typed = Signal(str)
    left = Signal()
    """The diagnosis is there: the next value may be written."""

    def __init__(self, counter: Counter) -> None:
        self.line = SuggestEdit()
        super().__init__("", self.line, required=True)
        self.set_label(self.tr("Diagnosis (ICD-10)"))
        self._counter = counter
        self.line.setObjectName("diagnosisCode")
        self.line.setPlaceholderText(self.tr("Code or words"))
        self.line.asked.connect(self._on_asked)
        self.line.picked.connect(self._on_picked)
        self.line.textChanged.connect(self._on_typed)
        self.line.returnPressed.connect(self.left)

    @property
    def text(self) -> str:
        """What stands in the field."""
        return self.line.text().strip()

    def show_text(self, text: str) -> None:
        """Show a text as it stood."""
        self.line.setText(text)
        self.clear_error()

    def code(self) -> str | None:
        """The code in capitals; None, and the field marked, where it is none."""
        code = self.text.split(" ")[0].upper()
        if _CODE.fullmatch(code):
            return code
        self.set_error(self.tr("Choose a code from the list, like R51"))
        self.line.setFocus()
        return None

    def take(self, topic: Topic, given: tuple[object, ...], answer: object) -> None:
        """Show what was found for the text, if it still stands there."""
        if topic is not Topic.DIAGNOSES or not isinstance(answer, tuple) or given[0] != self.line.text():
            return
        found: tuple[Diagnosis, ...] = answer
        self.set_help(next((each.title for each in found if each.code == self.text.upper()), ""))
        self.line.show_suggestions([(each.code, each.title) for each in found])

    def _on_asked(self, text: str) -> None:
        self._counter.ask(Topic.DIAGNOSES, text)

    def _on_picked(self, code: str, title: str) -> None:
        self.line.setText(code)
        self.set_help(title)
        self.left.emit()

    def _on_typed(self, text: str) -> None:
        self.clear_error()
        self.set_help("")
        self.typed.emit(text)
