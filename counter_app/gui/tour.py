"""The tour: the whole main job, played by itself through the window's own widgets, one picture per page."""

from collections.abc import Callable, Generator
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QWidget

from counter_app.gui.main_window import MainWindow
from counter_app.paths import resource

_LOOK_MS = 40
_PATIENCE_MS = 30_000
_SETTLE_MS = 350  # a spinner that appears after 300 ms is not on a picture of a finished page

Condition = Callable[[], bool]


class Tour(QObject):
    """Plays the job; `ended` says 0 when the dispensation completed, else 1."""

    ended = Signal(int)

    def __init__(self, window: MainWindow, folder: Path, *, settle_ms: int = _SETTLE_MS) -> None:
        super().__init__(window)
        self._window = window
        self._folder = folder
        self._settle_ms = settle_ms
        self._said: list[str] = []
        self._waited = 0
        self._condition: Condition | None = None
        self._script = self._job()
        self._look = QTimer(self, interval=_LOOK_MS)
        self._look.timeout.connect(self._on_look)

    def start(self) -> None:
        """Begin; pictures go to the tour's folder."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            self._end(1, "tour: the folder for the pictures can't be written")
            return
        self._window.showNormal()  # a maximized window would keep its size, and with it the pictures
        # One size on every screen: pictures of two computers can be laid side by side.
        self._window.showNormal()
        self._window.resize(1366, 768)
        self._look.start()

    def report(self) -> list[str]:
        """What the tour has to say when it ended: the authorization code and the dispensation's id, or what failed."""
        return self._said

    # --- the job ----------------------------------------------------------------------------------------------------

    def _job(self) -> Generator[Condition, None, None]:
        self._picture("0-counter")
        self._click("newCaseButton")
        yield lambda: self._is_there("field_document_number")
        self._write("field_document_number", "123456789")
        self._click("searchButton")
        yield lambda: self._can_press("nextButton")
        yield from self._settle()
        self._picture("1-beneficiary")
        self._click("nextButton")
        yield lambda: self._is_there("prescriptionPage")
        self._write("diagnosisCode", "R51")
        yield from self._add_line("MED-042", "30", "1 tablet every 8 h for 10 days")
        yield lambda: self._can_press("nextButton")
        yield from self._settle()
        self._picture("2-prescription")
        self._click("nextButton")
        yield lambda: self._is_there("indicationPage")
        self._write("indicationPath", str(resource("samples", "prescription.pdf")))
        self._click("attachButton")
        yield lambda: self._can_press("nextButton") and not self._field("indicationPath").text()
        yield from self._settle()
        self._picture("3-indication")
        self._click("nextButton")
        yield lambda: self._can_press("completeButton")
        yield from self._settle()
        self._picture("4-review")
        self._click("completeButton")
        yield lambda: bool(self._text("authorizationCode"))
        yield from self._settle()
        self._picture("4-decision")
        self._said.append(f"authorization code: {self._text('authorizationCode')}")
        self._click("nextButton")
        yield lambda: self._can_press("startButton")
        self._click("startButton")
        yield lambda: self._is_there("invoiceNumber")
        self._write("invoiceNumber", "FV-20418")
        yield lambda: self._can_press("completeDispensationButton")
        yield from self._settle()
        self._picture("5-dispense")
        self._click("completeDispensationButton")
        yield lambda: self._can_press("finishButton")
        yield from self._settle()
        self._picture("5-done")
        self._said.append(f"dispensation id: {self._text('dispensationId')}")
        if self._text("dispensationStatus") != "COMPLETED":
            raise LookupError("the dispensation did not complete")

    def _add_line(self, product: str, quantity: str, posology: str) -> Generator[Condition, None, None]:
        self._write("productCode", product)
        yield lambda: bool(self._text("productName"))
        self._write("productQuantity", quantity)
        self._write("productPosology", posology)
        self._click("addProductButton")

    def _settle(self) -> Generator[Condition, None, None]:
        """Let the page come to rest before its picture is taken."""
        settled = QTimer(self, singleShot=True)
        settled.start(self._settle_ms)
        yield lambda: not settled.isActive()
        settled.deleteLater()

    # --- hands and eyes ---------------------------------------------------------------------------------------------

    def _find(self, name: str) -> QWidget | None:
        found = self._window.findChildren(QWidget, name)
        return next((widget for widget in found if widget.isVisible()), None)

    def _seen(self, name: str) -> QWidget:
        widget = self._find(name)
        if widget is None:
            raise LookupError(f"{name} is not on screen")
        return widget

    def _is_there(self, name: str) -> bool:
        return self._find(name) is not None

    def _can_press(self, name: str) -> bool:
        widget = self._find(name)
        return widget is not None and widget.isEnabled()

    def _field(self, name: str) -> QLineEdit:
        widget = self._seen(name)
        if not isinstance(widget, QLineEdit):
            raise LookupError(f"{name} is no line edit")
        return widget

    def _text(self, name: str) -> str:
        widget = self._find(name)
        return widget.text() if isinstance(widget, QLabel | QLineEdit) else ""

    def _write(self, name: str, text: str) -> None:
        widget = self._seen(name)
        if isinstance(widget, QComboBox):
            widget.setCurrentText(text)
            return
        # As typed: a text that is set by the program asks for no suggestions.
        field = self._field(name)
        field.setFocus()
        field.selectAll()
        field.insert(text)

    def _click(self, name: str) -> None:
        button = self._seen(name)
        if not isinstance(button, QAbstractButton) or not button.isEnabled():
            raise LookupError(f"{name} can't be pressed")
        button.click()

    def _picture(self, name: str) -> None:
        if not self._window.grab().save(str(self._folder / f"{name}.png")):
            raise LookupError(f"the picture {name} could not be saved")

    # --- the clock --------------------------------------------------------------------------------------------------

    def _on_look(self) -> None:
        if self._condition is not None and not self._condition():
            self._waited += _LOOK_MS
            if self._waited > _PATIENCE_MS:
                self._picture("failed")
                self._end(1, f"tour: waited in vain{self._banner()}")
            return
        self._waited = 0
        try:
            self._condition = next(self._script)
        except StopIteration:
            self._end(0)
        except LookupError as missing:
            self._end(1, f"tour: {missing}{self._banner()}")

    def _banner(self) -> str:
        said = self._text("errorTitle")
        return f" ({said})" if said else ""

    def _end(self, status: int, said: str = "") -> None:
        self._look.stop()
        if said:
            self._said.append(said)
        self.ended.emit(status)
