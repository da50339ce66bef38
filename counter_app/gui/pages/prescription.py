"""Page 2: what was prescribed."""

import re
from dataclasses import replace

from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from counter_app.case import Case, Operation, Step
from counter_app.counter import Counter
from counter_app.gui import words
from counter_app.gui.pages.diagnosis_field import DiagnosisField
from counter_app.gui.pages.line_card import LineCard
from counter_app.gui.pages.rule_fields import RuleFields
from counter_app.gui.pages.sponsor_rules import SponsorRules
from counter_app.gui.pages.step_page import Onward, StepPage, caption, direction, heading
from counter_app.gui.widgets.buttons import KeyButton
from counter_app.gui.widgets.tables import Column, LineTable
from counter_app.models import Prescription, PrescriptionLine, Topic
from counter_app.osigu.errors import Failure

_SIDE_COLUMN = 316
_UNLIMITED = 16_777_215
_NOT_REGISTERED = "071-104"


class PrescriptionPage(StepPage):
    """The diagnosis, what this sponsor requires besides, and one line per product."""

    step = Step.PRESCRIPTION
    name = "prescriptionPage"

    def __init__(self, counter: Counter) -> None:
        self.diagnosis = DiagnosisField(counter)
        self.rule_fields = RuleFields()
        self.card = LineCard()
        super().__init__(counter, "", "")
        self.title_label.setText(self.tr("What was prescribed?"))
        self.subtitle_label.setText(self.tr("The diagnosis first, then one line per product."))
        self.setAccessibleName(self.title_label.text())
        # Not in the table's rows: what stands inside a table can't be reached by assistive technology.
        self.remove_button = KeyButton(
            self.tr("Remove line"), kind="quiet", key="Alt+D", shortcut="Alt+D", icon="trash", size="page"
        )
        self.change_button = KeyButton(
            self.tr("Change line"), kind="quiet", key="Alt+E", shortcut="Alt+E", icon="pencil", size="page"
        )
        self.lines = LineTable(
            [
                Column(self.tr("Product"), stretch=True),
                Column(self.tr("Posology"), stretch=True),
                Column(self.tr("Quantity"), number=True),
            ],
            selectable=True,
        )
        self._rules = SponsorRules(counter)
        self._shown_lines: tuple[PrescriptionLine, ...] | None = None
        self._name_widgets()
        self._build()
        self._connect()

    def _name_widgets(self) -> None:
        self.change_button.setObjectName("changeProductButton")
        self.remove_button.setObjectName("removeProductButton")
        self.lines.setObjectName("productList")
        self.lines.setAccessibleName(self.tr("Prescribed products"))

    def _build(self) -> None:
        self._side = QWidget()
        side = QVBoxLayout(self._side)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(8)
        side.addWidget(self.diagnosis)
        side.addWidget(self.rule_fields)
        side.addStretch(1)
        self._count = heading("")
        self._nothing = caption(self.tr("No line yet. Write the first one above, then press Alt+A."))
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._count)
        head.addStretch(1)
        head.addWidget(self.change_button)
        head.addWidget(self.remove_button)
        rest = QVBoxLayout()
        rest.setSpacing(10)
        rest.addWidget(self.card)
        rest.addLayout(head)
        rest.addWidget(self.lines)
        rest.addWidget(self._nothing)
        rest.addStretch(1)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(36)
        self._columns.addWidget(self._side)
        self._columns.addLayout(rest, 1)
        self.body.addLayout(self._columns)
        self.body.addStretch(1)

    def _connect(self) -> None:
        self.diagnosis.typed.connect(self._on_diagnosis_typed)
        self.diagnosis.left.connect(self.card.product.setFocus)
        self.rule_fields.typed.connect(self.write_draft)
        self._rules.known.connect(self._on_rules_known)
        self.card.typed.connect(self._on_line_typed)
        self.card.add_wanted.connect(self.add_line)
        self.card.done_wanted.connect(self._on_done)
        self.card.type_changed.connect(self._on_type_changed)
        self.card.products_asked.connect(self._on_products_asked)
        self.lines.removed.connect(self.remove_line)
        self.lines.activated_row.connect(self._on_row_activated)
        self.change_button.clicked.connect(self.change_line)
        self.remove_button.clicked.connect(self._on_remove)

    def fit_to(self, narrow: bool) -> None:  # noqa: D102
        self._columns.setDirection(direction(narrow))
        self._columns.setSpacing(8 if narrow else 36)
        self._side.setMaximumWidth(_UNLIMITED if narrow else _SIDE_COLUMN)
        self._side.setMinimumWidth(0 if narrow else _SIDE_COLUMN)

    # --- the case on screen -----------------------------------------------------------------------------------------

    def show_case(self, case: Case) -> None:  # noqa: D102
        written = case.prescription
        self.diagnosis.show_text(case.draft.get("diagnosis") or (written.diagnosis_code if written else ""))
        self.card.show_draft(case.draft)
        self._start_rules(case)
        self._shown_lines = None
        self.update_case(case)

    def _start_rules(self, case: Case) -> None:
        half = {key.removeprefix("rule_"): text for key, text in case.draft.items() if key.startswith("rule_")}
        written = dict(case.prescription.extra if case.prescription else ())
        self.rule_fields.start(case.sponsor or "", written | half)

    def update_case(self, case: Case) -> None:  # noqa: D102
        if self.rule_fields.sponsor != (case.sponsor or ""):
            self._start_rules(case)
        lines = _lines(case)
        if lines != self._shown_lines:
            self._shown_lines = lines
            self.lines.show_rows([_row(line) for line in lines])
            self.lines.select(len(lines) - 1)
        self.lines.setVisible(bool(lines))
        self._nothing.setVisible(not lines)
        self._count.setVisible(bool(lines))
        self._count.setText(words.counted(len(lines), self.tr("1 line"), self.tr("{count} lines")))
        for button in (self.remove_button, self.change_button):
            button.setVisible(bool(lines))
            button.setEnabled(not self.busy)
        self.lines.setEnabled(not self.busy)
        self._side.setEnabled(not self.busy)
        self.card.setEnabled(not self.busy)
        self._require(case)

    def isComplete(self) -> bool:
        """With a diagnosis and something prescribed; what is wrong in them is said when leaving."""
        if not self.case_id or self.busy:
            return False
        something = bool(_lines(self.case)) or not self.card.empty
        return something and bool(self.diagnosis.text)

    def focus_first(self) -> None:  # noqa: D102
        (self.card.product if self.diagnosis.text else self.diagnosis.line).setFocus()

    # --- leaving ----------------------------------------------------------------------------------------------------

    def begin(self, _case: Case) -> Onward:
        """Register the request; one that stands for the same prescription already is used again."""
        if not self.card.empty and not self.add_line():
            return Onward.NO
        code, extra = self.diagnosis.code(), self.rule_fields.values()
        written = self.case.prescription
        if code is None or extra is None or written is None or not written.lines:
            return Onward.NO
        ready = self.case.prescribed(replace(written, diagnosis_code=code, extra=extra))
        if ready.request_id is not None:
            return Onward.NOW
        return Onward.LATER if self.counter.send(Operation.CREATE, ready) else Onward.NO

    def mark(self, doing: Operation | Topic, failure: Failure) -> None:  # noqa: D102
        if doing is not Operation.CREATE:
            return
        for path, said in failure.fields.items():
            self._mark_path(path, said)
        if failure.code == _NOT_REGISTERED and not failure.fields:
            self.card.product_field.set_error(failure.message or self.tr("Not registered with this pharmacy"))

    def _mark_path(self, path: str, said: str) -> None:
        """Mark the place that one of OSIGU's field errors is about; a field that is not shown yet is added."""
        number = re.search(r"products\D*(\d+)", path)
        key = path.rsplit(".", 1)[-1].split("[", maxsplit=1)[0]
        if number or key.startswith("product"):
            row = int(number.group(1)) if number else max(0, len(_lines(self.case)) - 1)
            self.lines.mark_row(row, said)
            self.lines.select(row)
            self.lines.setFocus()
            self.card.product_field.set_error(self.tr("Line {number}: {words}").format(number=row + 1, words=said))
        elif key == "diagnosis_code":
            self.diagnosis.set_error(said)
        else:
            self.rule_fields.mark(key, said)

    def _on_done(self) -> None:
        if self.isComplete():
            self.wizard().next()

    # --- the lines --------------------------------------------------------------------------------------------------

    def add_line(self) -> bool:
        """Add the line being written; False, and its fields marked, where it can't be."""
        line = self.card.line()
        if line is None:
            return False
        self._write_lines((*_lines(self.case), line))
        self.card.clear()
        self.card.product.setFocus()
        return True

    def remove_line(self, row: int) -> None:
        """Take a line out."""
        self._take_out(row)
        self.card.product.setFocus()

    def _on_remove(self) -> None:
        self.remove_line(self.lines.current_row())

    def change_line(self) -> None:
        """Take the chosen line back into the fields to correct it."""
        self._on_row_activated(self.lines.current_row())

    def _on_row_activated(self, row: int) -> None:
        line = self._take_out(row)
        if line is not None:
            self.card.show_line(line)

    def _take_out(self, row: int) -> PrescriptionLine | None:
        lines = _lines(self.case)
        if not 0 <= row < len(lines):
            return None
        self._write_lines((*lines[:row], *lines[row + 1 :]))
        return lines[row]

    def _write_lines(self, lines: tuple[PrescriptionLine, ...]) -> None:
        written = self.case.prescription or Prescription(diagnosis_code="", lines=())
        self.counter.forget_failure(self.case_id)
        self.card.clear_errors()
        self.counter.change(self.case.prescribed(replace(written, lines=lines)), "prescription.lines")

    # --- answers and typing -----------------------------------------------------------------------------------------

    def answer(self, topic: Topic, given: tuple[object, ...], answer: object) -> None:  # noqa: D102
        self.diagnosis.take(topic, given, answer)
        if topic is Topic.PRODUCTS and isinstance(answer, tuple):
            self.card.suggest(str(given[1]), answer)

    def _require(self, case: Case) -> None:
        """Show the fields that the sponsor is known to require for what is prescribed."""
        if case.sponsor is None or not case.confirmed or case.decided:
            return
        kinds = {line.product_type.value for line in _lines(case)} | {self.card.kind}
        for key in self._rules.required(case.sponsor, kinds):
            self.rule_fields.require(key)

    def _on_rules_known(self) -> None:
        if self.case_id:
            self._require(self.case)

    def _on_diagnosis_typed(self, text: str) -> None:
        self.write_draft("diagnosis", text)
        self.completeness_changed.emit()

    def _on_line_typed(self, key: str, text: str) -> None:
        self.write_draft(key, text)
        self.completeness_changed.emit()

    def _on_type_changed(self, _kind: str) -> None:
        self._on_rules_known()

    def _on_products_asked(self, kind: str, text: str) -> None:
        self.counter.ask(Topic.PRODUCTS, kind, text)


def _lines(case: Case) -> tuple[PrescriptionLine, ...]:
    return case.prescription.lines if case.prescription else ()


def _row(line: PrescriptionLine) -> tuple[str, str, str]:
    kind = words.product_type(line.product_type)
    second = f"{line.product_code} · {kind}" if line.name else kind
    return (f"{line.name or line.product_code}\n{second}", line.posology or "—", words.quantity(line.quantity))
