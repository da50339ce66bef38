"""Cards, the drop zone, the checklist, the sponsor's answers, the empty counter, the ring and scrolling."""

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QAccessible, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QProgressBar, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from counter_app.gui.theme import Theme
from counter_app.gui.widgets.buttons import KeyButton
from counter_app.gui.widgets.card import PageScroll, Pairs
from counter_app.gui.widgets.checklist import ATTACHED, UPLOADING, Checklist, ChecklistRow
from counter_app.gui.widgets.choice_card import ChoiceCard, EmptyState
from counter_app.gui.widgets.code_card import CodeCard, ReasonCard
from counter_app.gui.widgets.drop_zone import DropZone
from counter_app.gui.widgets.elided import ElidedLabel
from counter_app.gui.widgets.focus_ring import FocusRing

RECIPE = ChecklistRow("RECIPE", "Medical indication", "Required")
ORDER = ChecklistRow("ORDER", "Imaging order", "Optional")


def drag(*urls: str) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl(url) for url in urls])
    return mime


def drop(zone: DropZone, mime: QMimeData) -> None:
    place, keys = QPointF(5, 5), Qt.KeyboardModifier.NoModifier
    zone.dragEnterEvent(
        QDragEnterEvent(place.toPoint(), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, keys)
    )
    assert zone.is_over == any(url.isLocalFile() for url in mime.urls())
    zone.dropEvent(QDropEvent(place, Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, keys))


def test_files_dropped_on_the_zone_are_told_by_their_paths(shown, qtbot: QtBot) -> None:
    zone = DropZone()
    shown(zone)
    with qtbot.waitSignal(zone.dropped) as dropped:
        drop(zone, drag("file:///home/ana/recipe.pdf", "file:///home/ana/order.png"))
    assert dropped.args == [["/home/ana/recipe.pdf", "/home/ana/order.png"]]
    assert not zone.is_over
    assert zone.height() == 84


def test_a_web_address_is_not_a_file(shown, qtbot: QtBot) -> None:
    zone = DropZone()
    shown(zone)
    with qtbot.assertNotEmitted(zone.dropped):
        drop(zone, drag("https://example.org/recipe.pdf"))


def test_a_row_keeps_its_height_from_missing_to_attached(shown) -> None:
    checklist = Checklist()
    window = shown(checklist)
    heights = []
    for row in (
        RECIPE,
        ChecklistRow("RECIPE", "Medical indication", "x", UPLOADING, 62),
        ChecklistRow("RECIPE", "Medical indication", "x", ATTACHED),
    ):
        checklist.show_rows([row, ORDER])
        window.layout().activate()
        heights.append(checklist.height())
    assert len(set(heights)) == 1


def test_an_upload_shows_how_far_it_is_and_can_be_stopped(shown, qtbot: QtBot) -> None:
    checklist = Checklist()
    window = shown(checklist)
    checklist.show_rows([ChecklistRow("RECIPE", "Medical indication", "Required", UPLOADING, 10), ORDER])
    checklist.show_progress(62)
    bar = window.findChild(QProgressBar, "uploadProgress")
    assert bar.value() == 62
    assert len(window.findChildren(QProgressBar, "uploadProgress")) == 1
    assert any(label.text() == "Uploading 62 %" for label in checklist.findChildren(QLabel))
    with qtbot.waitSignal(checklist.stop_wanted):
        window.findChild(QPushButton, "stopUploadButton").click()


def test_a_missing_document_can_be_attached_from_its_row(shown, qtbot: QtBot) -> None:
    checklist = Checklist()
    window = shown(checklist)
    checklist.show_rows([RECIPE, ORDER])
    button = window.findChild(QPushButton, "attach_ORDER")
    assert button.accessibleName() == "Attach: Imaging order"
    with qtbot.waitSignal(checklist.attach_wanted) as wanted:
        button.click()
    assert wanted.args == ["ORDER"]


def test_the_focus_stays_in_a_row_that_changes(shown) -> None:
    checklist = Checklist()
    window = shown(checklist)
    window.activateWindow()
    checklist.show_rows([RECIPE, ORDER])
    button = window.findChild(QPushButton, "attach_ORDER")
    button.setFocus()
    checklist.show_rows([ChecklistRow("RECIPE", "Medical indication", "x", ATTACHED), ORDER])
    assert window.findChild(QPushButton, "attach_ORDER") is button
    assert button.hasFocus()


def test_rows_that_go_leave_no_name_behind(shown) -> None:
    checklist = Checklist()
    window = shown(checklist)
    checklist.show_rows([ChecklistRow("RECIPE", "Medical indication", "", UPLOADING, 5)])
    checklist.show_rows([])
    assert window.findChild(QProgressBar, "uploadProgress") is None
    assert not checklist.isVisible()


def test_a_code_can_be_selected_by_keyboard_and_copied_by_its_key(shown, qtbot: QtBot) -> None:
    card = CodeCard()
    window = shown(card)
    window.activateWindow()
    card.show_code("Approved", "AUTH-2026-001234", "Valid until 25 Jul 2026", "in 29 days", "MED-042")
    code = window.findChild(QLabel, "authorizationCode")
    assert code.text() == "AUTH-2026-001234"
    assert code.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByKeyboard
    QGuiApplication.clipboard().clear()
    qtbot.keyClick(window, Qt.Key.Key_C, Qt.KeyboardModifier.AltModifier)
    assert QGuiApplication.clipboard().text() == "AUTH-2026-001234"


def test_a_code_without_an_expiry_says_nothing_about_one(shown) -> None:
    card = CodeCard("authorizationCode_2")
    shown(card)
    card.show_code("Approved", "AUTH-1", "", "")
    assert not card.until.isVisible()


def test_a_reason_can_be_read_and_selected_and_acted_on(shown) -> None:
    card = ReasonCard()
    window = shown(card)
    card.show_reason("Rejected · Brain MRI", "Not covered without a referral.", "Read it to the patient.", "IMG-210")
    card.add_action(KeyButton("Change prescription", key="Alt+P"))
    card.add_action(KeyButton("Print the reason", key="Ctrl+P"))
    reason = window.findChild(QLabel, "rejectionReason")
    assert reason.text() == "Not covered without a referral."
    assert reason.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse


def test_pairs_are_changed_in_place(shown) -> None:
    pairs = Pairs()
    shown(pairs)
    pairs.show_pairs([("Plan", "GOLD-100"), ("Covered until", "31 Jan 2027"), ("Sponsor", "Andina")])
    first = pairs.pairs[0]
    pairs.show_pairs([("Plan", "BASIC-20")])
    assert pairs.pairs[0] is first
    assert first.value.text() == "BASIC-20"
    assert first.value.accessibleDescription() == "Plan"
    assert not pairs.pairs[2].isVisible()


def test_a_big_card_is_a_button_with_a_name(shown, qtbot: QtBot) -> None:
    card = ChoiceCard("plus", "F2")
    card.say("The patient has a prescription", "New authorization", "Find the patient with the document.")
    state = EmptyState("Who is at the counter?", "Nobody is being served.", [card])
    window = shown(state, width=760)
    window.activateWindow()
    spoken = QAccessible.queryAccessibleInterface(card)
    assert spoken.role() is QAccessible.Role.PushButton
    assert spoken.text(QAccessible.Text.Name) == "New authorization"
    card.setFocus()
    with qtbot.waitSignal(card.clicked):
        qtbot.keyClick(card, Qt.Key.Key_Space)
    assert not state.grab().isNull()


def test_a_big_card_grows_with_its_words(shown, qtbot: QtBot) -> None:
    cards = [ChoiceCard("plus", "F2"), ChoiceCard("scan", "F3")]
    for card in cards:
        card.say("The patient has a prescription", "New authorization", "Find the patient with the document. " * 5)
    state = EmptyState("Who is at the counter?", "Nobody is being served.", cards)
    window = shown(state, width=1100)
    window.layout().setAlignment(state, Qt.AlignmentFlag.AlignHCenter)
    for width in (1100, 760, 620):
        window.resize(width, 700)
        words = cards[0].sentence
        qtbot.waitUntil(lambda words=words: words.height() >= words.heightForWidth(words.width()))


def test_the_ring_goes_to_buttons_and_not_to_fields(shown) -> None:
    button, field = KeyButton("Continue"), QLineEdit()
    window = shown(button, field)
    window.activateWindow()
    button.setFocus()
    ring = window.findChild(FocusRing)
    assert ring.isVisible()
    assert ring.geometry() == button.geometry().adjusted(-3, -3, 3, 3)
    field.setFocus()
    assert not ring.isVisible()


def test_the_ring_survives_the_window_that_it_was_in(shown) -> None:
    gone = QWidget()
    first = KeyButton("Continue", parent=gone)
    gone.show()
    gone.activateWindow()
    QApplication.processEvents()
    first.setFocus()
    assert gone.findChild(FocusRing)
    gone.deleteLater()
    QApplication.processEvents()
    button = KeyButton("Continue")
    window = shown(button)
    window.activateWindow()
    button.setFocus()
    assert window.findChild(FocusRing).isVisible()


def test_the_page_scrolls_to_what_has_the_focus(shown) -> None:
    content = QWidget()
    column = QVBoxLayout(content)
    fields = [QLineEdit() for _ in range(30)]
    for field in fields:
        column.addWidget(field)
    page = PageScroll(content)
    page.setFixedHeight(200)
    window = shown(page)
    window.activateWindow()
    fields[-1].setFocus()
    assert page.verticalScrollBar().value() > 0
    assert page.horizontalScrollBar().maximum() == 0 or not page.horizontalScrollBar().isVisible()


def test_a_cut_text_is_whole_in_the_tooltip_and_to_assistive_technology(shown) -> None:
    label = ElidedLabel("Aseguradora Andina de Salud y Vida")
    shown(label)
    label.setFixedWidth(label.sizeHint().width() // 2)
    assert label.is_cut
    assert label.toolTip() == label.text()
    assert QAccessible.queryAccessibleInterface(label).text(QAccessible.Text.Name) == label.text()
    label.setText("Andina")
    assert label.toolTip() == ""


def test_everything_is_painted_anew_when_the_scheme_changes(qapp: QApplication, shown) -> None:
    card = CodeCard()
    card.show_code("Approved", "AUTH-1", "Valid until 25 Jul 2026", "in 29 days")
    window = shown(card, DropZone(), KeyButton("Continue", "primary", "Enter"))
    window.activateWindow()
    card.copy_button.setFocus()
    light = window.grab().toImage()
    Theme.apply(qapp, "dark")
    QApplication.processEvents()
    dark = window.grab().toImage()
    assert dark != light
    Theme.apply(qapp, "light")
    QApplication.processEvents()
    assert window.grab().toImage() == light
