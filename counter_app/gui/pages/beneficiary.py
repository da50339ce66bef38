"""Page 1: who is at the counter, and is that person covered."""

from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from counter_app.case import Case, Operation, Step
from counter_app.counter import Counter
from counter_app.gui import words
from counter_app.gui.pages.step_page import Onward, StepPage, caption
from counter_app.gui.theme import set_role
from counter_app.gui.widgets.beneficiary_card import BeneficiaryCard
from counter_app.gui.widgets.buttons import KeyButton
from counter_app.gui.widgets.field import Field
from counter_app.gui.widgets.search_form import SearchFields
from counter_app.gui.widgets.segmented import Segmented
from counter_app.models import Beneficiary, SearchForm, SearchQuery, Topic
from counter_app.osigu.errors import Failure

_FORM_COLUMN = 400
_NARROW_FORM_COLUMN = 328


class BeneficiaryPage(StepPage):
    """Asks the sponsor's own form and shows who was found; goes on only with somebody who is covered."""

    step = Step.BENEFICIARY
    name = "beneficiaryPage"
    forms_failed = Signal(object)
    """The sponsor's form can't be had (its `Failure`), or that no longer matters (None)."""

    def __init__(self, counter: Counter) -> None:
        self.sponsor_picker = QComboBox()
        self.form_picker = Segmented()
        self.fields = SearchFields()
        self.card = BeneficiaryCard()
        super().__init__(counter, "", "")
        self.title_label.setText(self.tr("Who is the patient?"))
        self.setAccessibleName(self.title_label.text())
        self.search_button = KeyButton(
            self.tr("Search"), kind="primary", key="Alt+S", shortcut="Alt+S", icon="search", size="page"
        )
        self.as_of = QLabel()
        self._forms: dict[str, tuple[SearchForm, ...]] = {}
        self._asked_forms: set[str] = set()
        self._seen: datetime | None = None
        self._fields_awaited = False
        self._build()
        self.sponsor_picker.currentIndexChanged.connect(self._on_sponsor_picked)
        self.form_picker.chosen_changed.connect(self._on_form_picked)
        self.fields.edited.connect(self._on_field_edited)
        self.fields.submitted.connect(self.search)
        self.search_button.clicked.connect(self.search)
        self.card.chosen.connect(self._on_chosen)
        self.card.confirmed.connect(self._on_confirmed)

    def _build(self) -> None:
        self.sponsor_picker.setObjectName("sponsorPicker")
        self.form_picker.setObjectName("formPicker")
        self.form_picker.setAccessibleName(self.tr("Search by"))
        self.search_button.setObjectName("searchButton")
        self.sponsor_field = Field(self.tr("Sponsor"), self.sponsor_picker)
        self.sponsor_field.fold_help()
        self._by_label = QLabel(self.tr("Search by"))
        set_role(self._by_label, "label")
        set_role(self.as_of, "caption")
        self._no_form = caption()
        for sponsor in self.counter.profile.sponsors:
            self.sponsor_picker.addItem(sponsor, sponsor)
        asking = QHBoxLayout()
        asking.addWidget(self.search_button)
        asking.addStretch(1)
        asking.addWidget(self.as_of)
        self._column = QWidget()
        left = QVBoxLayout(self._column)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(4)
        left.addWidget(self.sponsor_field)
        left.addWidget(self._by_label)
        left.addWidget(self.form_picker)
        left.addSpacing(8)
        left.addWidget(self.fields)
        left.addWidget(self._no_form)
        left.addLayout(asking)
        left.addStretch(1)
        right = QVBoxLayout()
        right.addWidget(self.card)
        right.addStretch(1)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(40)
        self._columns.addWidget(self._column)
        self._columns.addLayout(right, 1)
        self.body.addLayout(self._columns)
        self.body.addStretch(1)

    def fit_to(self, narrow: bool) -> None:  # noqa: D102
        self._column.setFixedWidth(_NARROW_FORM_COLUMN if narrow else _FORM_COLUMN)
        self._columns.setSpacing(24 if narrow else 40)

    # --- the case on screen -----------------------------------------------------------------------------------------

    def show_case(self, case: Case) -> None:  # noqa: D102
        sponsor = case.draft.get("sponsor") or case.sponsor or ""
        index = self.sponsor_picker.findData(sponsor)
        self.sponsor_picker.blockSignals(True)
        self.sponsor_picker.setCurrentIndex(max(index, 0))
        self.sponsor_picker.blockSignals(False)
        self._show_forms()
        self.update_case(case)

    def update_case(self, case: Case) -> None:  # noqa: D102
        self.card.show_case(case)
        self._say_found(case)
        found = len(case.matches)
        self.search_button.setText(self.tr("Search again") if found else self.tr("Search"))
        self.search_button.set_kind("secondary" if found else "primary")
        asked = words.clock(case.searched_at) if case.searched_at else ""
        self.as_of.setText(self.tr("As of {time}").format(time=asked) if asked else "")
        self._allow_input()

    def _say_found(self, case: Case) -> None:
        found = len(case.matches)
        if found and self._edited():
            said = self.tr("The fields were changed: search again.")
        elif found > 1:
            said = self.tr("Several people match. Choose the one who is here.")
        elif found and not case.matches[0].covered:
            said = self.tr("One person found, but without active cover.")
        elif found:
            said = self.tr("One person found. Check the name, then continue.")
        else:
            said = self.tr("Search with the patient's document or the insurer's card.")
        self.subtitle_label.setText(said)

    def _allow_input(self) -> None:
        # Disabled while the answer is awaited: what was asked stays what is on screen.
        for widget in (self.sponsor_picker, self.form_picker, self.fields):
            widget.setEnabled(not self.busy)
        self.search_button.setEnabled(not self.busy and self._form() is not None)

    def isComplete(self) -> bool:
        """Only with somebody who is covered, and only about what is on screen."""
        if not self.case_id or self.busy:
            return False
        person = self.case.beneficiary
        return person is not None and person.covered and not self._edited()

    def _edited(self) -> bool:
        """Whether the fields ask for somebody else than who was found."""
        query, form = self.case.query, self._form()
        if query is None or form is None:
            return False
        asked = (self.case.sponsor, query.form_id, dict(query.values))
        return asked != (self._sponsor(), form.form_id, self.fields.written())

    def next_words(self, case: Case) -> str:  # noqa: D102
        if len(case.matches) > 1 and case.beneficiary is not None:
            return self.tr("Continue with {name}").format(name=case.beneficiary.first_name)
        return super().next_words(case)

    def begin(self, case: Case) -> Onward:  # noqa: D102
        if not self.isComplete():
            return Onward.NO
        self.counter.change(replace(case, confirmed=True), "beneficiary.confirmed")
        return Onward.NOW

    def focus_first(self) -> None:  # noqa: D102
        if self.isComplete() and len(self.case.matches) == 1:
            self.focus_next_button()
        elif len(self.case.matches) > 1:
            self.card.table.setFocus()
        else:
            # Where the fields are still to come, the focus goes there with them, unless staff go elsewhere.
            self._fields_awaited = self._form() is None
            self.fields.focus_first()

    # --- the sponsor's form -----------------------------------------------------------------------------------------

    def _sponsor(self) -> str:
        return str(self.sponsor_picker.currentData() or "")

    def _show_forms(self) -> None:
        """Show the sponsor's ways to search; ask for them where they are not known yet."""
        sponsor = self._sponsor()
        forms = self._forms.get(sponsor)
        if forms is None:
            self._build_form(None)
            self._say_no_form(self.tr("Asking the sponsor how its patients can be found…") if sponsor else "")
            if sponsor and sponsor not in self._asked_forms:
                self._asked_forms.add(sponsor)
                self.counter.ask(Topic.FORMS, sponsor)
            return
        self._say_no_form("" if forms else self.tr("This sponsor offers no way to search."))
        self.form_picker.set_choices([(form.form_id, form.label or words.field_name(form.form_id)) for form in forms])
        wanted = self.case.draft.get("form") or (self.case.query.form_id if self.case.query else "")
        if any(form.form_id == wanted for form in forms):
            self.form_picker.choose(wanted)
        several = len(forms) > 1
        self._build_form(self._form())
        self.form_picker.setVisible(several)
        self._by_label.setVisible(several)

    def _say_no_form(self, text: str) -> None:
        self._no_form.setText(text)
        self._no_form.setVisible(bool(text))

    def _form(self) -> SearchForm | None:
        forms = self._forms.get(self._sponsor(), ())
        chosen = self.form_picker.chosen
        return next((form for form in forms if form.form_id == chosen), forms[0] if forms else None)

    def _build_form(self, form: SearchForm | None) -> None:
        self.search_button.setEnabled(form is not None)
        if form is None:
            self.form_picker.hide()
            self._by_label.hide()
            self.fields.build(SearchForm(form_id=""), {})
            return
        asked = dict(self.case.query.values) if self.case.query and self.case.query.form_id == form.form_id else {}
        typed = {key.removeprefix("field_"): text for key, text in self.case.draft.items() if key.startswith("field_")}
        self.fields.build(form, asked | typed)

    def answer(self, topic: Topic, given: tuple[object, ...], answer: object) -> None:  # noqa: D102
        if topic is not Topic.FORMS or not isinstance(answer, tuple):
            return
        sponsor = str(given[0])
        self._asked_forms.discard(sponsor)
        self._forms[sponsor] = answer
        if sponsor == self._sponsor():
            self.forms_failed.emit(None)
            self._show_forms()
            if self._fields_awaited and self.isVisible():
                self._fields_awaited = False
                self.fields.focus_first()

    def no_answer(self, topic: Topic, given: tuple[object, ...], failure: Failure) -> None:  # noqa: D102
        if topic is not Topic.FORMS:
            return
        sponsor = str(given[0])
        self._asked_forms.discard(sponsor)
        if sponsor == self._sponsor():
            self._say_no_form(self.tr("This sponsor can't be searched now."))
            self.forms_failed.emit(failure)

    def ask_forms_again(self) -> None:
        """Ask the sponsor once more for its ways to search."""
        self._show_forms()

    # --- what staff do ----------------------------------------------------------------------------------------------

    def _on_sponsor_picked(self) -> None:
        self._fields_awaited = False
        self.write_draft("sponsor", self._sponsor())
        self.forms_failed.emit(None)
        self._show_forms()
        self._say_found(self.case)
        self.completeness_changed.emit()

    def _on_form_picked(self, form_id: str) -> None:
        if form_id and self.case_id and form_id != self.case.draft.get("form"):
            self.write_draft("form", form_id)
            self._build_form(self._form())
            self._say_found(self.case)
            self.completeness_changed.emit()

    def _on_field_edited(self, key: str, text: str) -> None:
        self.write_draft(f"field_{key}", text)
        self._say_found(self.case)
        self.completeness_changed.emit()

    def search(self) -> None:
        """Ask the sponsor who this is."""
        form, values = self._form(), self.fields.values()
        if form is None or values is None or self.busy:
            return
        query = SearchQuery(form_id=form.form_id, values=tuple(values.items()))
        self.counter.send(Operation.SEARCH, self.case.asked(self._sponsor(), query))

    def mark(self, doing: Operation | Topic, failure: Failure) -> None:  # noqa: D102
        if doing is Operation.SEARCH:
            self.fields.mark(failure.fields)
            self.fields.focus_first()

    def case_changed(self, case: Case) -> None:
        """As every page; and the focus goes to what comes next once somebody was found."""
        before, self._seen = self._seen, case.searched_at
        super().case_changed(case)
        if case.searched_at != before and case.matches and self.isVisible():
            self.focus_first()

    def _on_chosen(self, person: Beneficiary) -> None:
        self.counter.change(self.case.chose(person), "beneficiary.chosen")

    def _on_confirmed(self) -> None:
        if self.isComplete():
            self.wizard().next()
