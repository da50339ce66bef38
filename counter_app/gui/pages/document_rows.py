"""The files of a case as rows of the checklist: what the sponsor asks for, and how far each of them is."""

from PySide6.QtCore import QCoreApplication

from counter_app.case import Case
from counter_app.gui import words
from counter_app.gui.widgets.checklist import ATTACHED, CHOSEN, MISSING, UPLOADING, ChecklistRow
from counter_app.models import DocumentType

_CONTEXT = "document_rows"


def _tr(text: str) -> str:
    return QCoreApplication.translate(_CONTEXT, text)


def document_rows(case: Case, sent_percent: int | None) -> list[ChecklistRow]:
    """The sponsor's types, then those of files that it did not ask for.

    Args:
        case: the case on screen.
        sent_percent: how much of the chosen file is sent; None while it is not being sent.
    """
    asked = {each.file_type for each in case.documents}
    there = (*case.indications, *((case.outgoing,) if case.outgoing else ()))
    more = {each.file_type for each in there if each.file_type not in asked}
    types = (*case.documents, *(DocumentType(file_type=each) for each in sorted(more)))
    return [_row(case, each, sent_percent) for each in types]


def _row(case: Case, document: DocumentType, sent_percent: int | None) -> ChecklistRow:
    need = _tr("Required") if document.required else _tr("Optional")
    kind, title, chosen = document.file_type, words_of(document), case.outgoing
    if chosen is not None and chosen.file_type == kind:
        detail = f"{need} · {chosen.name}"
        if sent_percent is None:
            return ChecklistRow(kind, title, detail, CHOSEN)
        return ChecklistRow(kind, title, detail, UPLOADING, sent_percent)
    attached = [each for each in case.indications if each.file_type == kind]
    if not attached:
        return ChecklistRow(kind, title, need, MISSING)
    names = ", ".join(f"{each.name}, {words.size(each.size)}" for each in attached)
    return ChecklistRow(kind, title, f"{need} · {names}", ATTACHED, 100)


def words_of(document: DocumentType) -> str:
    """What the sponsor calls a type of file."""
    return document.label or words.field_name(document.file_type)
