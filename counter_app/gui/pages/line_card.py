"""The prescription line being written: product, type, quantity, posology."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout

from counter_app.gui import words
from counter_app.gui.widgets.buttons import KeyButton
from counter_app.gui.widgets.card import Card
from counter_app.gui.widgets.field import Field
from counter_app.gui.widgets.suggest import SuggestEdit
from counter_app.models import PrescriptionLine, Product, ProductType
from counter_app.posology import reckon


class LineCard(Card):
    """Where a line is written before it is added. Knows nothing of the case."""

    typed = Signal(str, str)
    """A draft key and its text."""
    add_wanted = Signal()
    done_wanted = Signal()
    """Enter was pressed where the next product would stand: there is none."""
    type_changed = Signal(str)
    products_asked = Signal(str, str)
    """Type and text to find products for."""

    def __init__(self) -> None:
        super().__init__()
        self.product = SuggestEdit()
        self.product_type = QComboBox()
        self.quantity = QLineEdit()
        self.posology = QLineEdit()
        self.add_button = KeyButton(self.tr("Add line"), key="Alt+A", shortcut="Alt+A", icon="plus", size="page")
        self._names: dict[str, str] = {}
        self._name_widgets()
        self.product_field = Field(self.tr("Product"), self.product)
        self.product_field.help_label.setObjectName("productName")
        self.type_field = Field(self.tr("Type"), self.product_type)
        self.quantity_field = Field(self.tr("Quantity"), self.quantity)
        self.posology_field = Field(self.tr("Posology"), self.posology)
        self.posology_field.help_label.setObjectName("posologyReckoning")
        self._lay_out()
        self._connect()

    def _name_widgets(self) -> None:
        self.product.setObjectName("productCode")
        self.product_type.setObjectName("productType")
        self.quantity.setObjectName("productQuantity")
        self.posology.setObjectName("productPosology")
        self.add_button.setObjectName("addProductButton")
        for kind in ProductType:
            self.product_type.addItem(words.product_type(kind), kind.value)
        self.product.setPlaceholderText(self.tr("Code or name"))
        self.posology.setPlaceholderText(self.tr("1 tablet every 8 h for 10 days"))
        for line in (self.product, self.posology):
            line.setMaxLength(300)
        self.quantity.setMaxLength(12)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(16, 14, 16, 8)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(4)
        grid.addWidget(self.product_field, 0, 0)
        grid.addWidget(self.type_field, 0, 1)
        grid.addWidget(self.quantity_field, 0, 2)
        adding = QVBoxLayout()
        adding.setSpacing(0)
        adding.addSpacing(21)
        adding.addWidget(self.add_button)
        adding.addStretch(1)
        last = QHBoxLayout()
        last.setSpacing(14)
        last.addWidget(self.posology_field, 1)
        last.addLayout(adding)
        grid.addLayout(last, 1, 0, 1, 3)
        grid.setColumnStretch(0, 1)
        self.quantity_field.setFixedWidth(92)

    def _connect(self) -> None:
        self.product.asked.connect(self._on_product_asked)
        self.product.picked.connect(self._on_product_picked)
        self.product.textChanged.connect(self._on_product_typed)
        self.product.returnPressed.connect(self._on_product_return)
        self.product_type.currentIndexChanged.connect(self._on_type_picked)
        self.quantity.textChanged.connect(self._on_quantity_typed)
        self.quantity.returnPressed.connect(self.posology.setFocus)
        self.posology.textChanged.connect(self._on_posology_typed)
        self.posology.returnPressed.connect(self.add_wanted)
        self.add_button.clicked.connect(self.add_wanted)

    @property
    def kind(self) -> str:
        """The chosen type of product, as OSIGU spells it."""
        return str(self.product_type.currentData())

    @property
    def empty(self) -> bool:
        """Whether no product is being written."""
        return not self.product.text().strip()

    def show_draft(self, draft: Mapping[str, str]) -> None:
        """Show what stood half typed."""
        index = self.product_type.findData(draft.get("product_type") or ProductType.MEDICATION.value)
        self.product_type.setCurrentIndex(max(0, index))
        self.product.setText(draft.get("product", ""))
        self.quantity.setText(draft.get("quantity", ""))
        self.posology.setText(draft.get("posology", ""))
        self.clear_errors()

    def show_line(self, line: PrescriptionLine) -> None:
        """Take a written line back for correction."""
        self.product_type.setCurrentIndex(self.product_type.findData(line.product_type.value))
        if line.name:
            self._names[line.product_code] = line.name
        self.product.setText(line.product_code)
        self.quantity.setText(words.quantity(line.quantity))
        self.posology.setText(line.posology)
        self.quantity.setFocus()
        self.quantity.selectAll()

    def clear(self) -> None:
        """Make ready for the next line."""
        for line in (self.product, self.quantity, self.posology):
            line.clear()
        self.clear_errors()

    def clear_errors(self) -> None:
        """Take the marks away."""
        for field in (self.product_field, self.quantity_field, self.posology_field):
            field.clear_error()

    def line(self) -> PrescriptionLine | None:
        """The line as written; None, and its fields marked, where something is missing."""
        code = self.product.text().strip()
        amount = words.read_number(self.quantity.text())
        if not code:
            self.product_field.set_error(self.tr("Which product?"))
            self.product.setFocus()
            return None
        if amount is None or amount <= 0:
            self.quantity_field.set_error(self.tr("How many?"))
            self.quantity.setFocus()
            return None
        return PrescriptionLine(
            product_code=code,
            product_type=ProductType(self.kind),
            quantity=amount,
            posology=self.posology.text().strip(),
            name=self._names.get(code, ""),
        )

    def suggest(self, text: str, found: tuple[Product, ...]) -> None:
        """Show the products found for a text, if it still stands there."""
        self._names.update({each.code: each.name for each in found if each.name})
        self._show_name()
        if text == self.product.text():
            self.product.show_suggestions([(each.code, each.name) for each in found])

    def _show_name(self) -> None:
        self.product_field.set_help(self._names.get(self.product.text().strip(), ""))

    def _on_product_asked(self, text: str) -> None:
        self.products_asked.emit(self.kind, text)

    def _on_product_picked(self, code: str, title: str) -> None:
        self._names[code] = title
        self.product.setText(code)
        self._show_name()
        self.quantity.setFocus()

    def _on_product_typed(self, text: str) -> None:
        self.product_field.clear_error()
        self._show_name()
        self.typed.emit("product", text)

    def _on_product_return(self) -> None:
        if self.empty:
            self.done_wanted.emit()
        else:
            self.quantity.setFocus()

    def _on_type_picked(self) -> None:
        self.typed.emit("product_type", self.kind)
        self.type_changed.emit(self.kind)

    def _on_quantity_typed(self, text: str) -> None:
        self._show_reckoning()
        self.quantity_field.clear_error()
        self.typed.emit("quantity", text)

    def _show_reckoning(self) -> None:
        """Say what the posology amounts to, and whether the quantity agrees; nobody is stopped by it."""
        reckoned = reckon(self.posology.text())
        if reckoned is None:
            self.posology_field.set_help("")
            return
        parts = [
            words.counted(int(reckoned.days), self.tr("1 day"), self.tr("{count} days")),
            self.tr("{times} a day").format(times=words.quantity(reckoned.times_a_day)),
        ]
        if reckoned.dose != 1:
            parts.append(words.quantity(reckoned.dose))
        sum_ = f"{' × '.join(parts)} = {words.quantity(reckoned.total)}"
        wanted = words.read_number(self.quantity.text())
        if wanted is None:
            self.posology_field.set_help(sum_)
        elif wanted == reckoned.total:
            self.posology_field.set_help(self.tr("Agrees with the quantity: {sum}").format(sum=sum_), tone="ok")
        else:
            said = self.tr("The quantity says {quantity}: {sum}").format(quantity=words.quantity(wanted), sum=sum_)
            self.posology_field.set_help(said, tone="warn")

    def _on_posology_typed(self, text: str) -> None:
        self._show_reckoning()
        self.typed.emit("posology", text)
