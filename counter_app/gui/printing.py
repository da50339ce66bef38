"""The slip that the patient takes home: what stands on it, and how it gets onto paper or into a file."""

from collections.abc import Callable, Iterable
from functools import partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QIODevice, QMarginsF, QObject, QSaveFile, QSizeF, QThreadPool, Signal
from PySide6.QtGui import QFont, QPageLayout, QPageSize, QPdfWriter, QTextDocument

from counter_app.case import Case
from counter_app.gui import style, words
from counter_app.models import Dispensation, DispensationLine

if TYPE_CHECKING:  # QtPrintSupport takes 15 ms to load: the one who prints loads it
    from PySide6.QtPrintSupport import QPrinter

_CONTEXT = "printing"
_MARGIN_MM = 12
_UNKNOWN = "—"
# Not Inter: its digits of one width are nameless glyphs, and a PDF with them can be neither searched nor copied from.
_FAMILIES = [each for each in style.FAMILIES if each != "Inter"]
_POINTS = 10
_RULE = '<hr style="background-color: #000000"/>'  # else it has the colour of the theme


def _tr(text: str) -> str:
    return QCoreApplication.translate(_CONTEXT, text)


class SlipMaker(QObject):
    """Saves and prints beside the window's thread.

    Drawing one page takes 12 to 40 ms, and the folder may lie on a sleeping network drive: both are too long for an
    event handler. The worker isn't asked because it knows no fonts. Qt's own pool does it, with a document of its own.
    """

    ended = Signal(str, str)
    """What came of it: `case_id` and a sentence."""

    def save(self, case: Case, provider: str, path: str) -> None:
        """Write a case's slip into a PDF; `ended` follows."""
        self._start(case, partial(_saved, case, provider, path))

    def print_on(self, case: Case, provider: str, printer: "QPrinter") -> None:
        """Print a case's slip; `ended` follows."""
        self._start(case, partial(_printed, case, provider, printer))

    def _start(self, case: Case, make: Callable[[], str]) -> None:
        QThreadPool.globalInstance().start(partial(self._make, case.case_id, make))

    def _make(self, case_id: str, make: Callable[[], str]) -> None:
        self.ended.emit(case_id, make())


def _saved(case: Case, provider: str, path: str) -> str:
    why = save_pdf(slip(case, provider), path)
    name = Path(path).name
    return _tr("Could not be saved: {why}").format(why=why) if why else _tr("Saved as {name}.").format(name=name)


def _printed(case: Case, provider: str, printer: "QPrinter") -> str:
    taken = print_on(slip(case, provider), printer)
    if file := printer.outputFileName():  # the system's dialog offers to print into a file
        name = Path(file).name
        said = _tr("Saved as {name}.") if taken else _tr("Could not be saved as {name}. Choose another folder.")
        return said.format(name=name)
    if taken:
        return _tr("Sent to the printer {name}.").format(name=printer.printerName())
    return _tr("The printer {name} did not take it. Save the slip instead.").format(name=printer.printerName())


# --- onto paper, into a file ----------------------------------------------------------------------------------------


def save_pdf(document: QTextDocument, path: str) -> str:
    """Write a slip into a PDF, whole or not at all.

    Returns:
        Why it could not be saved, as a sentence; nothing when it was.
    """
    file = QSaveFile(path)  # a temporary file beside it, moved into its place by `commit`
    if not file.open(QIODevice.OpenModeFlag.WriteOnly):
        return _tr("this folder is not there or can't be written to. Choose another one.")
    writer = QPdfWriter(file)
    writer.setTitle(document.metaInformation(QTextDocument.MetaInformation.DocumentTitle))
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A5))
    writer.setPageMargins(QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM), QPageLayout.Unit.Millimeter)
    _draw(document, writer)
    return "" if file.commit() else _tr("the disk did not take it. It may be full.")


def print_on(document: QTextDocument, printer: "QPrinter") -> bool:
    """Print a slip; returns whether the system took it. What becomes of the paper it does not tell."""
    from PySide6.QtPrintSupport import QPrinter  # noqa: PLC0415

    _draw(document, printer)
    return printer.printerState() not in (QPrinter.PrinterState.Error, QPrinter.PrinterState.Aborted)


def _draw(document: QTextDocument, device: "QPdfWriter | QPrinter") -> None:
    # Without a page size Qt adds margins and a page number of its own; with that of another paper it distorts.
    sheet = document.clone()
    sheet.documentLayout().setPaintDevice(device)
    sheet.setDocumentMargin(0)
    sheet.setPageSize(QSizeF(device.width(), device.height()))
    sheet.print_(device)


# --- what stands on it ----------------------------------------------------------------------------------------------


def slip(case: Case, provider: str) -> QTextDocument:
    """The slip of a case whose dispensation is completed: black on white whatever the theme, the document masked."""
    document = QTextDocument()
    document.setDefaultFont(_font())
    dispensation = case.dispensation
    if dispensation is None:
        return document
    title = _tr("Dispensation {number}").format(number=dispensation.dispensation_id)
    document.setMetaInformation(QTextDocument.MetaInformation.DocumentTitle, title)
    parts = (
        f"<h2>{escape(provider)}</h2>" if provider else "",
        _table(_fact(*each) for each in _facts(case, dispensation) if each[1]),
        _RULE,
        _table([_row("th", _columns()), *(_row("td", each) for each in _lines(case, dispensation))]),
        _RULE,
        _table(_sum(*each) for each in _sums(case, dispensation) if each[1]),
    )
    document.setHtml(f'<body style="color: #000000">{"".join(parts)}</body>')
    return document


def _font() -> QFont:
    font = QFont(_FAMILIES)
    font.setPointSize(_POINTS)
    return font


def _facts(case: Case, dispensation: Dispensation) -> tuple[tuple[str, str], ...]:
    person = case.beneficiary
    at = dispensation.read_at
    return (
        (_tr("Dispensation"), str(dispensation.dispensation_id)),
        (_tr("Handed over"), f"{words.day(at)} {words.clock(at)}" if at else ""),
        (_tr("Code"), case.code or ""),
        (_tr("Patient"), person.name if person else ""),
        (_tr("Document"), words.document(case)),
        (_tr("Sponsor"), case.sponsor or ""),
        (_tr("Plan"), (person.coverage.plan if person else None) or ""),
    )


def _columns() -> tuple[str, ...]:
    return _tr("Product"), _tr("Quantity"), _tr("Unit price"), _tr("Total")


def _lines(case: Case, dispensation: Dispensation) -> Iterable[tuple[str, ...]]:
    names = {line.product_code: line.name for line in (case.prescription.lines if case.prescription else ())}
    return (_line(line, names.get(line.product_code, "")) for line in dispensation.lines)


def _line(line: DispensationLine, name: str) -> tuple[str, ...]:
    price = line.unit_price
    return (
        f"{name}\n{line.product_code}" if name else line.product_code,
        words.quantity(line.quantity),
        words.amount(price) if price is not None else _UNKNOWN,
        words.amount(line.quantity * price) if price is not None else _UNKNOWN,
    )


def _sums(case: Case, dispensation: Dispensation) -> tuple[tuple[str, str], ...]:
    charged = case.invoice.amount if case.invoice else dispensation.total_amount
    total = dispensation.total
    return (
        (_tr("Total of the lines"), words.amount(total) if total is not None else ""),
        (_tr("Invoice"), case.invoice.number if case.invoice else ""),
        (_tr("Amount charged"), words.amount(charged) if charged is not None else ""),
    )


def _table(rows: Iterable[str]) -> str:
    return f'<table width="100%" cellpadding="2">{"".join(rows)}</table>'


def _fact(name: str, value: str) -> str:
    return f'<tr><td width="35%">{escape(name)}</td><td width="65%"><b>{escape(value)}</b></td></tr>'


def _row(tag: str, texts: tuple[str, ...]) -> str:
    first, *numbers = (escape(text).replace("\n", "<br/>") for text in texts)
    cells = "".join(f'<{tag} align="right" valign="top">{each}</{tag}>' for each in numbers)
    return f'<tr><{tag} align="left" width="46%">{first}</{tag}>{cells}</tr>'


def _sum(name: str, value: str) -> str:
    return f'<tr><td align="right" width="70%">{escape(name)}</td><td align="right"><b>{escape(value)}</b></td></tr>'
