"""Page 3: the signed prescription, as the sponsor wants it."""

from pathlib import PurePath

from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QBoxLayout, QComboBox, QFileDialog, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout

from counter_app.case import Case, Operation, Step
from counter_app.counter import Counter
from counter_app.gui.messages import message
from counter_app.gui.pages.document_rows import document_rows, words_of
from counter_app.gui.pages.step_page import Onward, StepPage, direction, heading
from counter_app.gui.theme import set_role
from counter_app.gui.widgets.buttons import KeyButton
from counter_app.gui.widgets.checklist import Checklist
from counter_app.gui.widgets.drop_zone import DropZone
from counter_app.gui.widgets.field import Field
from counter_app.gui.widgets.preview_card import PreviewCard
from counter_app.models import DocumentType, Indication, Preview, Topic
from counter_app.osigu.errors import Failure

_PREVIEW_COLUMN = 336
_UNLIMITED = 16_777_215


class IndicationPage(StepPage):
    """A file goes up as soon as it is chosen; the list tells what the sponsor still asks for."""

    step = Step.INDICATION
    name = "indicationPage"

    def __init__(self, counter: Counter) -> None:
        self.drop_zone = DropZone()
        self.path = QLineEdit()
        self.file_type = QComboBox()
        self.checklist = Checklist()
        self.preview = PreviewCard()
        super().__init__(counter, "", "")
        self.title_label.setText(self.tr("Attach the prescription"))
        self.subtitle_label.setText(self.tr("The sponsor decides on what it can read: check that the page is sharp."))
        self.setAccessibleName(self.title_label.text())
        self.browse_button = KeyButton(self.tr("Browse…"), key="Alt+R", shortcut="Alt+R", icon="folder", size="page")
        self.attach_button = KeyButton(
            self.tr("Attach"), kind="primary", key="Alt+A", shortcut="Alt+A", icon="upload", size="page"
        )
        self._summary = QLabel()
        self._percent = 0
        self._shown_types: tuple[DocumentType, ...] = ()
        self._previewed = ""
        self._name_widgets()
        self._build()
        self._connect()

    def _name_widgets(self) -> None:
        self.path.setObjectName("indicationPath")
        self.path.setPlaceholderText(self.tr("or type the path of the file"))
        self.file_type.setObjectName("indicationType")
        self.browse_button.setObjectName("browseButton")
        self.attach_button.setObjectName("attachButton")
        self.checklist.setObjectName("indicationList")
        self.checklist.setAccessibleName(self.tr("What this sponsor asks for"))

    def _build(self) -> None:
        self.path_field = Field(self.tr("File"), self.path)
        self.type_field = Field(self.tr("Type of document"), self.file_type)
        set_role(self._summary, "caption")
        self.drop_zone.say(self.tr("Drop the scanned prescription here"), self.tr("PDF, JPG or PNG"))
        dropping = QHBoxLayout()
        dropping.setSpacing(12)
        dropping.addWidget(self.drop_zone, 1)
        dropping.addWidget(self.browse_button)
        choosing = QHBoxLayout()
        choosing.setSpacing(12)
        choosing.addWidget(self.path_field, 1)
        choosing.addWidget(self.type_field)
        choosing.addLayout(_beside_field(self.attach_button))
        head = QHBoxLayout()
        head.addWidget(heading(self.tr("What this sponsor asks for")), 1)
        head.addWidget(self._summary)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addLayout(dropping)
        left.addLayout(choosing)
        left.addLayout(head)
        left.addWidget(self.checklist)
        left.addStretch(1)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(28)
        self._columns.addLayout(left, 1)
        self._columns.addWidget(self.preview)
        self.body.addLayout(self._columns, 1)

    def _connect(self) -> None:
        self.drop_zone.dropped.connect(self._on_dropped)
        self.path.textChanged.connect(self._on_path_typed)
        self.path.returnPressed.connect(self.attach_typed)
        self.browse_button.clicked.connect(self.pick)
        self.attach_button.clicked.connect(self.attach)
        self.checklist.attach_wanted.connect(self._on_attach_wanted)
        self.checklist.send_wanted.connect(self.send_chosen)
        self.checklist.stop_wanted.connect(self._on_stop_wanted)
        self.counter.progressed.connect(self._on_progressed)

    def fit_to(self, narrow: bool) -> None:  # noqa: D102
        self.preview.setMaximumWidth(_UNLIMITED if narrow else _PREVIEW_COLUMN)
        self.preview.setMinimumWidth(0 if narrow else _PREVIEW_COLUMN)
        self._columns.setDirection(direction(narrow))

    # --- the case on screen -----------------------------------------------------------------------------------------

    def show_case(self, case: Case) -> None:  # noqa: D102
        self.path.setText(case.draft.get("indication_path", ""))
        self.path_field.clear_error()
        self._shown_types = ()
        self._previewed = ""
        self.preview.clear()
        self._percent = 0
        self.update_case(case)

    def update_case(self, case: Case) -> None:  # noqa: D102
        self._leave_path_of_chosen(case)
        self._show_types(case)
        is_sending = self.counter.busy(case.case_id) is Operation.ATTACH
        self.checklist.show_rows(document_rows(case, self._percent if is_sending else None))
        required = [each for each in case.documents if each.required]
        there = len(required) - sum(each in required for each in case.missing_documents)
        self._summary.setText(
            self.tr("{there} of {all} required attached").format(there=there, all=len(required)) if required else ""
        )
        for widget in (self.drop_zone, self.path, self.file_type, self.browse_button):
            widget.setEnabled(not self.busy)
        self._allow_attach()
        self._show_preview(case)

    def _leave_path_of_chosen(self, case: Case) -> None:
        """A file that was chosen is sent as the vault has it: its path is wanted no more, nor the stick it lay on."""
        if case.outgoing is not None and not self.busy and case.outgoing.path in self.path.text():
            self.path.clear()

    def _show_types(self, case: Case) -> None:
        if case.documents != self._shown_types:
            self._shown_types = case.documents
            self.file_type.clear()
            for each in case.documents:
                self.file_type.addItem(words_of(each), each.file_type)
            self._preset_type(case)

    def _preset_type(self, case: Case) -> None:
        if case.missing_documents:
            self.file_type.setCurrentIndex(self.file_type.findData(case.missing_documents[0].file_type))

    def _show_preview(self, case: Case) -> None:
        shown = case.outgoing or (case.indications[-1] if case.indications else None)
        if shown is not None and shown.path != self._previewed:
            self._previewed = shown.path
            self.preview.wait_for(shown.name)
            self.counter.ask(Topic.PREVIEW, shown)

    def answer(self, topic: Topic, given: tuple[object, ...], answer: object) -> None:  # noqa: D102
        if topic is Topic.PREVIEW and self._is_previewed(given[0]) and isinstance(answer, Preview):
            self.preview.show_preview(answer)

    def no_answer(self, topic: Topic, given: tuple[object, ...], _failure: Failure) -> None:  # noqa: D102
        if topic is Topic.PREVIEW and self._is_previewed(given[0]):
            self.preview.show_nothing()

    def _is_previewed(self, asked: object) -> bool:
        return isinstance(asked, Indication) and asked.path == self._previewed

    def isComplete(self) -> bool:
        """With every required file attached, or with one chosen or typed that will be sent on the way."""
        if not self.case_id or self.busy:
            return False
        return not self.case.missing_documents or bool(self.path.text().strip()) or self.case.outgoing is not None

    def next_words(self, case: Case) -> str:  # noqa: D102
        return self.tr("Send and continue") if self._sends_chosen() else super().next_words(case)

    def focus_first(self) -> None:  # noqa: D102
        if self.isComplete() and not self.path.text().strip():
            self.focus_next_button()
        else:
            self.path.setFocus()

    def begin(self, case: Case) -> Onward:  # noqa: D102
        if self.path.text().strip():
            self.attach_typed()
            return Onward.LATER
        if case.outgoing is not None:
            self.send_chosen()
            return Onward.LATER
        return Onward.NO if case.missing_documents else Onward.NOW

    # --- choosing a file --------------------------------------------------------------------------------------------

    def pick(self) -> None:
        """Ask for a file in the system's own dialog."""
        path, _ = QFileDialog.getOpenFileName(
            self, self.tr("Choose the prescription"), "", self.tr("Documents (*.pdf *.jpg *.jpeg *.png);;All files (*)")
        )
        if path:
            self.choose(path)

    def attach(self) -> None:
        """Send the file whose path stands in the field, or else the one that was chosen before."""
        if self._sends_chosen():
            self.send_chosen()
        else:
            self.attach_typed()

    def send_chosen(self) -> None:
        """Send the file that was chosen and did not go yet."""
        if not self.busy and self.case_id and self.case.outgoing is not None:
            self._percent = 0
            self.counter.send(Operation.ATTACH, self.case)

    def _sends_chosen(self) -> bool:
        if not self.case_id or self.busy or self.path.text().strip():
            return False
        return self.case.outgoing is not None

    def attach_typed(self) -> None:
        """Send the file whose path stands in the field."""
        # Windows copies a path in quotes.
        path = self.path.text().strip().strip('"')
        if not path:
            self.path_field.set_error(self.tr("Which file?"))
            self.path.setFocus()
            return
        self.choose(QUrl(path).toLocalFile() if path.startswith("file:") else path)

    def choose(self, path: str) -> None:
        """Send a file as the type that is chosen."""
        if self.busy or not self.case_id:
            return
        self.path_field.clear_error()
        self._percent, self._previewed = 0, ""
        indication = Indication(
            path=path, name=PurePath(path).name, size=0, file_type=str(self.file_type.currentData())
        )
        self.counter.send(Operation.ATTACH, self.case.attaching(indication))

    def case_changed(self, case: Case) -> None:
        """As every page; and once a file is attached the next one can be named."""
        if case.outgoing is None and case.indications and case.indications[-1].path in self.path.text():
            self.path.clear()
        before = self.file_type.currentData()
        super().case_changed(case)
        if any(each.file_type == before for each in case.indications):
            self._preset_type(case)
        if self.isVisible() and not self.busy and not case.missing_documents:
            self.focus_first()

    def mark(self, doing: Operation | Topic, failure: Failure) -> None:  # noqa: D102
        if doing is Operation.ATTACH and self.case.outgoing is None:
            self._previewed = ""
            self.preview.clear()
        if doing is Operation.ATTACH and "file" in failure.fields:
            self.path_field.set_error(message(failure, doing).title)
            self.path.setFocus()

    def _allow_attach(self) -> None:
        self.attach_button.setText(self.tr("Send") if self._sends_chosen() else self.tr("Attach"))
        self.attach_button.setEnabled(not self.busy and (bool(self.path.text().strip()) or self._sends_chosen()))

    def _on_path_typed(self, text: str) -> None:
        self.path_field.clear_error()
        self.write_draft("indication_path", text)
        self._allow_attach()
        self.completeness_changed.emit()

    def _on_dropped(self, paths: list[str]) -> None:
        if paths:
            self.choose(paths[0])

    def _on_attach_wanted(self, file_type: str) -> None:
        self.file_type.setCurrentIndex(self.file_type.findData(file_type))
        self.pick()

    def _on_stop_wanted(self) -> None:
        self.counter.stop_waiting(self.case_id)

    def _on_progressed(self, case_id: str, sent: int, total: int) -> None:
        if case_id == self.case_id and total:
            self._percent = min(100, sent * 100 // total)
            self.checklist.show_progress(self._percent)


def _beside_field(button: KeyButton) -> QVBoxLayout:
    """A button level with the control of a field beside it."""
    column = QVBoxLayout()
    column.setSpacing(0)
    column.addSpacing(21)
    column.addWidget(button)
    column.addStretch(1)
    return column
