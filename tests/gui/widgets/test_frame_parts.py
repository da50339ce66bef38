"""The parts around the page: step rail, identity bar, chips."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from counter_app.gui.widgets.chip import Chip, EnvironmentBadge
from counter_app.gui.widgets.identity_bar import IdentityBar
from counter_app.gui.widgets.step_rail import StepRail

TITLES = ["Beneficiary", "Prescription", "Indication", "Send", "Dispense"]
LONG_NAME = "MARÍA FERNANDA GONZÁLEZ ECHEVERRI"


def serve(bar: IdentityBar, name: str = "MARÍA GONZÁLEZ") -> None:
    bar.show_person(
        name,
        "CC ···6789",
        "Aseguradora Andina de Salud y Vida",
        "GOLD-100",
        "Vigente hasta 31 ene 2027",
        "ok",
        "Vigente 2027",
    )


def test_the_rail_says_where_the_case_stands(shown) -> None:
    rail = StepRail(TITLES)
    shown(rail, width=900)
    rail.show_step(2, 1)
    assert rail.accessibleName() == "Step 2 of 5: Prescription"
    assert rail.height() == 48
    standings = [label.accessibleDescription() for label in rail.findChildren(QLabel)]
    assert standings == ["done", "here", "to come", "to come", "to come"]


def test_the_rail_tells_its_steps_apart_by_more_than_colour(shown) -> None:
    rail = StepRail(TITLES)
    shown(rail, width=900)
    rail.show_step(2, 1)
    weights = [label.font().weight() for label in rail.findChildren(QLabel)]
    assert weights[1] > weights[0]
    looks = [disc.grab().toImage() for disc in rail._discs]
    assert looks[0] != looks[1] != looks[2]


def test_a_finished_case_has_no_step_left(shown) -> None:
    rail = StepRail(TITLES)
    shown(rail, width=900)
    rail.show_step(0, 5)
    assert rail.accessibleName() == "All 5 steps done"


def test_the_name_and_the_document_are_never_cut(shown) -> None:
    bar = IdentityBar()
    window = shown(bar)
    serve(bar, LONG_NAME)
    whole = bar.layout().sizeHint().width()
    for part in (1.3, 0.9, 0.7, 0.6):
        window.resize(round(whole * part), 200)
        QApplication.processEvents()
        lines = 2 if bar.name.wordWrap() else 1
        assert bar.name.width() * lines >= bar.name.fontMetrics().horizontalAdvance(LONG_NAME)
        assert bar.document.width() >= bar.document.fontMetrics().horizontalAdvance(bar.document.text())


def narrow(window: QWidget, until: Callable[[], bool]) -> None:
    """Take a window's width away, as much as fonts and words ask for, until something gives way."""
    while not until():
        assert window.width() > window.minimumSizeHint().width(), "nothing gives way any more"
        window.resize(window.width() - 2, window.height())
        QApplication.processEvents()


def test_short_of_room_first_the_sponsor_gives_way_and_then_the_chip(shown) -> None:
    bar = IdentityBar()
    window = shown(bar)
    serve(bar)
    window.resize(2 * bar.layout().sizeHint().width(), 200)
    QApplication.processEvents()
    assert bar.chip.label.text() == "Vigente hasta 31 ene 2027"
    assert not bar.sponsor.is_cut
    narrow(window, until=lambda: bar.sponsor.is_cut)
    assert bar.chip.label.text() == "Vigente hasta 31 ene 2027"
    narrow(window, until=lambda: bar.chip.label.text() == "Vigente 2027")
    assert bar.chip.label.toolTip() == "Vigente hasta 31 ene 2027"
    assert bar.plan.isVisible()
    narrow(window, until=lambda: not bar.plan.isVisible())
    assert bar.chip.label.text() == "Vigente 2027"


def test_the_bar_never_widens_its_window() -> None:
    bar = IdentityBar()
    serve(bar, LONG_NAME * 3)
    assert bar.minimumSizeHint().width() <= 400


def test_nothing_of_one_patient_stays_when_another_is_served(shown) -> None:
    bar = IdentityBar()
    shown(bar, width=1200)
    serve(bar)
    bar.show_nobody()
    assert not bar.name.isVisible()
    assert bar.name.text() == bar.document.text() == bar.sponsor.text() == bar.plan.text() == ""
    assert bar.accessibleName() == "No patient chosen"


def test_a_chip_is_a_shape_and_a_word_and_a_colour(shown) -> None:
    chip = Chip("check", "Approved", "ok")
    shown(chip)
    assert chip.mark.name == "check"
    assert chip.label.text() == "Approved"
    assert chip.height() == 24
    before = chip.grab().toImage()
    chip.say("cross", "Rejected", "bad")
    assert chip.label.text() == "Rejected"
    assert chip.grab().toImage() != before


@pytest.mark.parametrize(("environment", "tone"), [("DEMO", "warn"), ("SANDBOX", "warn"), ("PRODUCTION", "")])
def test_practice_is_amber_and_production_is_not(environment: str, tone: str) -> None:
    badge = EnvironmentBadge(environment)
    assert badge.objectName() == "environmentBadge"
    assert badge.text() == environment
    assert (badge.property("tone") or "") == tone
