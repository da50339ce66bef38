"""The further fields that a sponsor's configuration, or its refusal, requires of a prescription."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from counter_app.gui import words
from counter_app.gui.widgets.discard import discard_all
from counter_app.gui.widgets.field import Field

# What the page has a place of its own for.
_ELSEWHERE = frozenset({"beneficiary_id", "sponsor_slug", "diagnosis_code", "products"})


class RuleFields(QWidget):
    """One line per required field, named as the sponsor names it."""

    typed = Signal(str, str)
    """A draft key (`rule_<field>`) and its text."""

    def __init__(self) -> None:
        super().__init__()
        self._fields: dict[str, tuple[Field, QLineEdit]] = {}
        self._sponsor = ""
        self._texts: dict[str, str] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(8)

    def start(self, sponsor: str, texts: Mapping[str, str]) -> None:
        """Begin anew for a case: its sponsor, and the texts that stand in such fields already."""
        discard_all(self._layout)
        self._fields.clear()
        self._sponsor = sponsor
        self._texts = dict(texts)
        for key in texts:
            self.require(key)

    @property
    def sponsor(self) -> str:
        """Whose rules these fields are."""
        return self._sponsor

    def require(self, key: str) -> None:
        """Show a field for a key, once."""
        if key in self._fields or key in _ELSEWHERE:
            return
        line = QLineEdit(self._texts.get(key, ""))
        line.setObjectName(f"rule_{key}")
        line.setMaxLength(200)
        field = Field(words.field_name(key), line, required=True)
        field.set_help(self.tr("Required by {sponsor}").format(sponsor=self._sponsor), tone="required")
        line.textChanged.connect(self._on_typed)
        line.returnPressed.connect(self._on_return)
        self._layout.addWidget(field)
        self._fields[key] = (field, line)

    def values(self) -> tuple[tuple[str, str], ...] | None:
        """The values; None, and the empty fields marked, where one is missing."""
        empty = [(field, line) for field, line in self._fields.values() if not line.text().strip()]
        for field, _ in empty:
            field.set_error(self.tr("{sponsor} requires this").format(sponsor=self._sponsor))
        if empty:
            empty[0][1].setFocus()
            return None
        return tuple((key, line.text().strip()) for key, (_, line) in self._fields.items())

    def mark(self, key: str, said: str) -> bool:
        """Mark a field with OSIGU's words, adding it where it is new; False where it belongs elsewhere."""
        if key in _ELSEWHERE:
            return False
        self.require(key)
        field, line = self._fields[key]
        field.set_error(said)
        line.setFocus()
        return True

    def _on_return(self) -> None:
        self.window().focusNextChild()

    def _on_typed(self, text: str) -> None:
        name = self.sender().objectName()
        entry = self._fields.get(name.removeprefix("rule_"))
        if entry is not None:
            entry[0].clear_error()
            self.typed.emit(name, text)
