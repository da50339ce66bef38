"""The patient's slip: what stands on it, where it goes, and what the page says of it."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import QLocale, QSaveFile
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from counter_app.case import Case, new_case
from counter_app.gui import printing
from counter_app.gui.pages.outcome import OutcomeCard
from counter_app.gui.theme import Theme
from counter_app.models import (
    Beneficiary,
    Coverage,
    Dispensation,
    DispensationLine,
    Invoice,
    Prescription,
    PrescriptionLine,
    ProductType,
)

# The offscreen platform says of each window that it cannot tell a window manager its size.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

AT = datetime(2026, 6, 25, 10, 49, tzinfo=UTC)
IBUPROFEN = PrescriptionLine(
    product_code="MED-042", product_type=ProductType.MEDICATION, quantity=Decimal(30), name="Ibuprofen 400 mg & <more>"
)
DONE = replace(
    new_case(sponsor="sponsor-sandbox"),
    beneficiary=Beneficiary(
        beneficiary_id="b-1",
        first_name="ANA",
        last_name="MUÑOZ",
        coverage=Coverage(plan="GOLD-100", active=True),
        document="987654321",
    ),
    prescription=Prescription(diagnosis_code="R51", lines=(IBUPROFEN,)),
    code="AUTH-2026-1",
    dispensation=Dispensation(
        dispensation_id="disp/01",
        status="COMPLETED",
        lines=(
            DispensationLine(product_code="MED-042", quantity=Decimal(30), unit_price=Decimal(1250)),
            DispensationLine(product_code="MED-023", quantity=Decimal(14), unit_price=Decimal("1550.50")),
        ),
        read_at=AT,
    ),
    invoice=Invoice(number="FV-20418", amount=Decimal("59207.10"), issued_at=AT),
)


@pytest.fixture(autouse=True)
def dressed(qapp: QApplication) -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale("en_US"))
    Theme.apply(qapp, "light")
    yield
    Theme.apply(qapp, "light")
    QLocale.setDefault(before)


@pytest.fixture
def outcome(qtbot: QtBot) -> Iterator[OutcomeCard]:
    card = OutcomeCard("farmacia-la-ceiba")
    qtbot.addWidget(card)
    card.resize(900, 400)
    card.show_case(DONE)
    card.show()
    yield card  # noqa: PT022  pytest-qt keeps a weak reference only


def words_of(path: Path) -> str:
    with pypdfium2.PdfDocument(path) as pdf:
        assert len(pdf) == 1
        return pdf[0].get_textpage().get_text_range()


def saved(case: Case, path: Path) -> str:
    assert printing.save_pdf(printing.slip(case, "farmacia-la-ceiba"), str(path)) == ""
    return words_of(path)


def said_of(outcome: OutcomeCard, qtbot: QtBot, act: Callable[[], None]) -> str:
    with qtbot.waitSignal(outcome.slip._maker.ended):
        act()
    return outcome.slip.status.text()


def test_the_slip_says_who_got_what_from_whom_and_for_how_much(tmp_path: Path) -> None:
    text = saved(DONE, tmp_path / "slip.pdf")
    for words in ("farmacia-la-ceiba", "sponsor-sandbox", "ANA MUÑOZ", "···4321", "GOLD-100", "disp/01", "AUTH-2026-1"):
        assert words in text
    for words in ("Ibuprofen 400 mg & <more>", "MED-042", "30", "1,250.00", "37,500.00", "MED-023", "21,707.00"):
        assert words in text
    for words in ("25 Jun 2026", "FV-20418", "59,207.00", "59,207.10"):
        assert words in text


def test_the_slip_never_holds_the_whole_document_number(tmp_path: Path) -> None:
    assert "987654321" not in saved(DONE, tmp_path / "slip.pdf")
    assert b"987654321" not in (tmp_path / "slip.pdf").read_bytes()


def test_a_price_that_nobody_told_is_left_open(tmp_path: Path) -> None:
    line = DispensationLine(product_code="MED-042", quantity=Decimal(30))
    case = replace(DONE, dispensation=replace(DONE.dispensation, lines=(line,)), prescription=None, beneficiary=None)
    text = saved(case, tmp_path / "slip.pdf")
    assert "—" in text
    assert "Total of the lines" not in text


def test_the_slip_is_black_on_white_in_the_dark_theme_as_well(qapp: QApplication, tmp_path: Path) -> None:
    saved(DONE, tmp_path / "light.pdf")
    Theme.apply(qapp, "dark")
    saved(DONE, tmp_path / "dark.pdf")
    light, dark = (pypdfium2.PdfDocument(tmp_path / f"{name}.pdf")[0].render().to_pil() for name in ("light", "dark"))
    assert light.tobytes() == dark.tobytes()
    assert light.convert("L").getextrema() == (0, 255)


def test_a_folder_that_can_not_be_written_gives_a_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    document = printing.slip(DONE, "")
    (tmp_path / "file").touch()
    for path in (tmp_path / "gone" / "slip.pdf", tmp_path / "file" / "slip.pdf", tmp_path):
        assert printing.save_pdf(document, str(path)).endswith(".")
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_a_disk_that_fills_up_leaves_the_former_slip_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "slip.pdf"
    path.write_bytes(b"the former one")
    monkeypatch.setattr(QSaveFile, "commit", lambda file: (file.cancelWriting(), False)[1])
    assert printing.save_pdf(printing.slip(DONE, ""), str(path)).endswith(".")
    assert [each.read_bytes() for each in tmp_path.iterdir()] == [b"the former one"]


def test_the_slip_is_offered_only_when_the_hand_over_is_completed_here(outcome: OutcomeCard) -> None:
    slip = outcome.slip
    assert slip.print_button.isVisible()
    assert slip.save_button.isVisible()
    elsewhere = replace(DONE, invoice=None)
    others = (replace(DONE, dispensation=replace(DONE.dispensation, status=status)) for status in ("STARTED", "OTHER"))
    for case in (*others, elsewhere, replace(DONE, dispensation=None)):
        outcome.show_case(case)
        assert not slip.print_button.isVisible()
        assert not slip.save_button.isVisible()


def test_the_suggested_name_holds_the_dispensation_and_nothing_of_the_patient(outcome: OutcomeCard) -> None:
    assert outcome.slip.file_name() == "slip-disp-01.pdf"


def test_saving_says_what_came_of_it(outcome: OutcomeCard, qtbot: QtBot, tmp_path: Path) -> None:
    slip = outcome.slip
    assert said_of(outcome, qtbot, lambda: slip.save(str(tmp_path / "a.pdf"))) == "Saved as a.pdf."
    assert "farmacia-la-ceiba" in words_of(tmp_path / "a.pdf")
    said = said_of(outcome, qtbot, lambda: slip.save(str(tmp_path / "gone" / "a.pdf")))
    assert said.startswith("Could not be saved: ")


def test_what_was_said_of_one_case_is_not_said_of_another(outcome: OutcomeCard, qtbot: QtBot, tmp_path: Path) -> None:
    other = replace(DONE, case_id="another")
    with qtbot.waitSignal(outcome.slip._maker.ended):
        outcome.slip.save(str(tmp_path / "a.pdf"))
        outcome.show_case(other)
    assert not outcome.slip.status.text()
    outcome.show_case(DONE)
    assert outcome.slip.status.text() == "Saved as a.pdf."


def test_printing_into_a_file_is_saving(outcome: OutcomeCard, qtbot: QtBot, tmp_path: Path) -> None:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFileName(str(tmp_path / "a.pdf"))
    assert said_of(outcome, qtbot, lambda: outcome.slip.print_on(printer)) == "Saved as a.pdf."
    assert "ANA MUÑOZ" in words_of(tmp_path / "a.pdf")


@pytest.mark.qt_log_ignore("QPainter::begin", "This plugin does not support")
def test_a_file_that_printing_can_not_write_is_told(outcome: OutcomeCard, qtbot: QtBot, tmp_path: Path) -> None:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFileName(str(tmp_path / "gone" / "a.pdf"))
    assert said_of(outcome, qtbot, lambda: outcome.slip.print_on(printer)).startswith("Could not be saved")


class Paper(QPrinter):
    """A printer with a name and no file, as the system's dialog hands it over."""

    state = QPrinter.PrinterState.Idle

    def outputFileName(self) -> str:  # noqa: N802
        return ""

    def printerName(self) -> str:  # noqa: N802
        return "Counter"

    def printerState(self) -> QPrinter.PrinterState:  # noqa: N802
        return self.state


def test_a_printer_is_named_whether_it_took_the_slip_or_not(outcome: OutcomeCard, qtbot: QtBot, tmp_path: Path) -> None:
    printer = Paper(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFileName(str(tmp_path / "paper.pdf"))
    assert said_of(outcome, qtbot, lambda: outcome.slip.print_on(printer)) == "Sent to the printer Counter."
    printer.state = QPrinter.PrinterState.Error
    assert "Counter did not take it" in said_of(outcome, qtbot, lambda: outcome.slip.print_on(printer))


def test_a_computer_without_a_printer_is_told_to_save(outcome: OutcomeCard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", list)
    outcome.slip.print_button.click()
    assert outcome.slip.status.text() == "There is no printer on this computer. Save the slip instead."
    assert outcome.slip.print_button.isEnabled()


def test_printing_is_loaded_by_whoever_prints() -> None:
    code = "import sys, counter_app.gui.main_window; sys.exit('PySide6.QtPrintSupport' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603
