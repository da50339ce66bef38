"""The fields of a sponsor's own search form, built from what the sponsor answered."""

from collections.abc import Mapping
from itertools import pairwise

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QWidget

from counter_app.gui.widgets.date_edit import DateEdit
from counter_app.gui.widgets.discard import discard_all
from counter_app.gui.widgets.field import Field
from counter_app.gui.words import field_name
from counter_app.models import FieldKind, FormField, SearchForm

_SHORT = 6  # characters of a choice that leaves room for a second field beside it


class SearchFields(QWidget):
    """One form's fields. Values go out as OSIGU wants them: dates as `YYYY-MM-DD`, what is empty left out."""

    edited = Signal(str, str)
    """A field's key and its text as typed."""
    submitted = Signal()
    """Enter was pressed in a field."""

    def __init__(self) -> None:
        super().__init__()
        self._form: SearchForm | None = None
        self._fields: dict[str, tuple[FormField, Field]] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)

    def build(self, form: SearchForm, texts: Mapping[str, str]) -> None:
        """Show a form's fields with the texts that stood in them."""
        self._clear()
        self._form = form
        row, column = 0, 0
        for field in form.fields:
            shown = self._make(field, texts.get(field.key, ""))
            narrow = field.kind is FieldKind.CHOICE and all(len(choice) <= _SHORT for choice in field.choices)
            if narrow and column == 0:
                self._grid.addWidget(shown, row, 0)
                column = 1
                continue
            self._grid.addWidget(shown, row, column, 1, 2 - column)
            row, column = row + 1, 0
        self._tab_through()

    def _clear(self) -> None:
        discard_all(self._grid)
        self._fields.clear()

    def _make(self, field: FormField, text: str) -> Field:
        control = self._control(field, text)
        shown = Field(field.label or field_name(field.key), control, required=field.required)
        self._name(control, field.key)
        self._fields[field.key] = (field, shown)
        return shown

    def _control(self, field: FormField, text: str) -> QWidget:
        if field.kind is FieldKind.CHOICE:
            choice = QComboBox()
            if not field.required:
                choice.addItem("")
            choice.addItems(list(field.choices))
            if text:
                choice.setCurrentText(text)
            choice.currentTextChanged.connect(self._on_edited)
            return choice
        if field.kind is FieldKind.DATE:
            dated = DateEdit()
            dated.edit.setText(text)
            dated.edit.textChanged.connect(self._on_edited)
            dated.edit.returnPressed.connect(self.submitted)
            return dated
        line = QLineEdit(text)
        line.setMaxLength(200)
        line.textChanged.connect(self._on_edited)
        line.returnPressed.connect(self.submitted)
        return line

    def _name(self, control: QWidget, key: str) -> None:
        target = control.edit if isinstance(control, DateEdit) else control
        target.setObjectName(f"field_{key}")

    def _tab_through(self) -> None:
        controls = [shown.control for _, shown in self._fields.values()]
        for before, after in pairwise(controls):
            QWidget.setTabOrder(before, after)

    def _on_edited(self) -> None:
        for key, (_, shown) in self._fields.items():
            control = shown.control
            if control is self.sender() or (isinstance(control, DateEdit) and control.edit is self.sender()):
                shown.clear_error()
                self.edited.emit(key, self._text(control))

    @staticmethod
    def _text(control: QWidget) -> str:
        if isinstance(control, QComboBox):
            return control.currentText()
        if isinstance(control, DateEdit):
            return control.edit.text()
        return control.text() if isinstance(control, QLineEdit) else ""

    def focus_first(self) -> None:
        """Put the focus on the first field that is still empty, else on the last one."""
        controls = [shown.control for _, shown in self._fields.values()]
        empty = [control for control in controls if not self._text(control).strip()]
        for control in (empty or controls[-1:])[:1]:
            (control.edit if isinstance(control, DateEdit) else control).setFocus()

    def texts(self) -> dict[str, str]:
        """What stands in the fields, as typed."""
        return {key: self._text(shown.control) for key, (_, shown) in self._fields.items()}

    def written(self) -> dict[str, str]:
        """The values as they would be searched with, nothing marked; a date that can't be read stays as typed."""
        values = {}
        for key, (_, shown) in self._fields.items():
            control = shown.control
            day = control.value() if isinstance(control, DateEdit) else None
            if text := day.isoformat() if day else self._text(control).strip():
                values[key] = text
        return values

    def values(self) -> dict[str, str] | None:
        """The values to search with; None, and the fields marked, where something is missing or can't be read."""
        values: dict[str, str] = {}
        wrong = False
        for key, (field, shown) in self._fields.items():
            text = self._text(shown.control).strip()
            if not text:
                if field.required:
                    shown.set_error(self.tr("Needed to search"))
                    wrong = True
                continue
            if isinstance(shown.control, DateEdit):
                day = shown.control.value()
                if day is None:
                    shown.set_error(self.tr("Write the date like 1984-02-29"))
                    wrong = True
                    continue
                text = day.isoformat()
            values[key] = text
        if not values and not wrong:
            for _, shown in list(self._fields.values())[:1]:
                shown.set_error(self.tr("Fill in at least one field"))
            wrong = True
        return None if wrong else values

    def mark(self, wrong: Mapping[str, str]) -> int:
        """Mark the fields that the sponsor refused, with its words; returns how many were found here."""
        found = 0
        for key, (_, shown) in self._fields.items():
            if words := next((words for path, words in wrong.items() if path.split(".")[-1] == key), None):
                shown.set_error(words)
                found += 1
        return found
