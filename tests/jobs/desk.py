"""A counter at work: the real window on the real worker, against the sandbox over real HTTP."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QTableView, QWidget
from pytestqt.qtbot import QtBot
from strongroom import PASSPHRASE, vault_of

from counter_app.case import Case
from counter_app.counter import Counter
from counter_app.going_on import Pace
from counter_app.gui.garbage import GarbageCollector
from counter_app.gui.main_window import MainWindow
from counter_app.sandbox.running import RunningSandbox
from counter_app.settings import Profile
from counter_app.worker import Worker

PATIENCE_MS = 10_000
PRESCRIPTION = Path(__file__).parents[2] / "resources" / "samples" / "prescription.pdf"


class Desk:
    """What staff see and do, by the names of the window's widgets."""

    def __init__(self, qtbot: QtBot, sandbox: RunningSandbox, folder: Path, *, poll_ms: int = 60_000) -> None:
        self.qtbot, self.sandbox, self.folder = qtbot, sandbox, folder
        self._poll_ms = poll_ms
        self.pace = Pace()
        self.check_ms = 60_000
        self.passphrase = PASSPHRASE
        self.closed = True  # until it is opened
        self.secret = sandbox.client_secret
        self.sponsors: tuple[str, ...] = tuple(sandbox.sponsors)

    def open(self) -> "Desk":
        """Start the program, as in the morning."""
        profile = Profile(
            base_url=self.sandbox.base_url,
            client_id=self.sandbox.client_id,
            client_secret=self.secret,
            provider_slug=self.sandbox.provider_slug,
            sponsors=self.sponsors,
            data_dir=self.folder,
            passphrase=self.passphrase,
            calls_per_minute=6_000,
        )
        if self.passphrase:
            vault_of(profile)
        self.worker = Worker(lambda: profile)
        self.closed = False
        self.counter = Counter(
            profile, self.worker, draft_ms=10, poll_ms=self._poll_ms, check_ms=self.check_ms, pace=self.pace
        )
        self.window = MainWindow(self.counter)
        GarbageCollector(self.window)
        self.window.resize(1366, 768)
        self.window.show()
        self.qtbot.waitExposed(self.window)
        self.window.activateWindow()
        self.worker.start()
        self.counter.load()
        return self

    def close(self) -> None:
        """Close the window, as in the evening."""
        if self.closed:
            return
        self.closed = True
        self.window.close()
        self.counter.keep_drafts()
        self.worker.stop()
        self.window.deleteLater()

    # --- eyes -------------------------------------------------------------------------------------------------------

    def find(self, name: str) -> QWidget | None:
        found = [widget for widget in self.window.findChildren(QWidget, name) if widget.isVisible()]
        assert len(found) < 2, f"{name} is on screen twice"
        return found[0] if found else None

    def seen(self, name: str) -> QWidget:
        self.until(lambda: self.find(name) is not None, f"{name} never appeared")
        widget = self.find(name)
        assert widget is not None
        return widget

    def text(self, name: str) -> str:
        widget = self.find(name)
        if isinstance(widget, QLabel | QLineEdit | QAbstractButton):
            return widget.text()
        return widget.currentText() if isinstance(widget, QComboBox) else ""

    def shows(self, name: str, text: str) -> bool:
        """Wait until a widget shows a text."""
        self.until(lambda: text in self.text(name), f"{name} never showed {text!r}")
        return True

    def can_press(self, name: str) -> bool:
        widget = self.find(name)
        return widget is not None and widget.isEnabled()

    def error_of(self, name: str) -> str:
        """What stands in the help line of a field that is marked."""
        widget = self.seen(name)
        while widget is not None and not hasattr(widget, "error"):
            widget = widget.parentWidget()
        return widget.error if widget is not None else ""

    def rows(self, name: str) -> list[list[str]]:
        table = self.seen(name)
        assert isinstance(table, QTableView)
        model = table.model()
        return [
            [str(model.index(row, column).data() or "") for column in range(model.columnCount())]
            for row in range(model.rowCount())
        ]

    def case(self) -> Case:
        """The newest case."""
        return self.counter.cases()[0]

    def until(self, condition: Callable[[], bool], complaint: str = "") -> None:
        def checked() -> bool:
            return condition()

        try:
            self.qtbot.waitUntil(checked, timeout=PATIENCE_MS)
        except Exception as late:
            raise AssertionError(f"{complaint} (banner: {self.text('errorTitle')!r})") from late

    # --- hands ------------------------------------------------------------------------------------------------------

    def press(self, name: str) -> None:
        self.until(lambda: self.can_press(name), f"{name} can't be pressed")
        self.qtbot.mouseClick(self.seen(name), Qt.MouseButton.LeftButton)

    def write(self, name: str, text: str) -> None:
        widget = self.seen(name)
        widget.setFocus()
        if isinstance(widget, QComboBox):
            widget.setCurrentText(text)
            assert widget.currentText() == text
            return
        assert isinstance(widget, QLineEdit)
        widget.selectAll()
        if text.isascii():
            QTest.keyClicks(widget, text)
        else:  # QTest knows no other keys
            widget.insert(text)

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        target = self.window.focusWidget() or self.window
        QTest.keyClick(target, key, modifiers)

    def type(self, text: str) -> None:
        """Type where the focus is, wherever that may be."""
        target = self.window.focusWidget()
        assert isinstance(target, QLineEdit), f"the focus is on {target}"
        QTest.keyClicks(target, text)

    def focused(self, name: str) -> None:
        """Wait until the focus is on a widget."""

        def there() -> bool:
            widget = self.window.focusWidget()
            return widget is not None and widget.objectName() == name

        self.until(there, f"the focus never came to {name}")

    # --- the job ----------------------------------------------------------------------------------------------------

    def search(self, document: str = "123456789", *, sponsor: str = "sponsor-sandbox") -> "Desk":
        self.press("newCaseButton")
        self.write("sponsorPicker", sponsor)
        self.write("field_document_number", document)
        self.press("searchButton")
        return self

    def serve(self, document: str = "123456789", *, sponsor: str = "sponsor-sandbox") -> "Desk":
        self.search(document, sponsor=sponsor)
        self.press("nextButton")
        self.seen("prescriptionPage")
        return self

    def prescribe(self, product: str = "MED-042", quantity: str = "30", *, kind: str = "Medication") -> "Desk":
        self.write("diagnosisCode", "R51")
        self.add_line(product, quantity, kind=kind)
        self.press("nextButton")
        return self

    def add_line(self, product: str, quantity: str, *, kind: str = "Medication") -> None:
        self.write("productType", kind)
        self.write("productCode", product)
        self.write("productQuantity", quantity)
        self.write("productPosology", "1 every 8 h for 10 days")
        self.press("addProductButton")

    def attach(self, path: Path = PRESCRIPTION) -> "Desk":
        self.write("indicationPath", str(path))
        self.press("attachButton")
        self.until(lambda: not self.text("indicationPath"), "the file was not attached")
        return self

    def send(self) -> "Desk":
        self.press("nextButton")
        self.press("completeButton")
        return self

    def decide(self) -> "Desk":
        """From the document number to the sponsor's decision."""
        return self.serve().prescribe().attach().send()

    def start(self) -> "Desk":
        self.press("nextButton")
        self.press("startButton")
        return self

    def finish(self, invoice: str = "FV-1") -> "Desk":
        self.write("invoiceNumber", invoice)
        self.press("completeDispensationButton")
        return self
