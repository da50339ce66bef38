"""What a posology amounts to."""

from decimal import Decimal

import pytest

from counter_app.posology import reckon

UNDERSTOOD = {
    "1 tablet every 8 h for 10 days": 30,
    "1 every 8 h for 10 days": 30,
    "1 every 8 h, 5 days": 15,
    "2 tablets every 12 hours for 7 days": 28,
    "1 a day, 14 days": 14,
    "1 tablet daily for 2 weeks": 14,
    "1 capsule 3 times a day for 5 days": 15,
    "1 tab c/8h x 10 d": 30,
    "1 tableta cada 8 horas por 10 días": 30,
    "1 tableta cada 8 h durante 10 dias": 30,
    "media tableta cada 12 horas por 10 días": 10,
    "1 tableta 3 veces al día por 7 días": 21,
    "1 comprimido a cada 6 horas por 5 dias": 20,
    "1 comprimido 2 vezes ao dia por 7 dias": 14,
    "½ tablet every 24 h for 30 days": 15,
}
NOT_RECKONED = [
    "",
    "as needed",
    "1 every 7 h for 10 days",
    "1 every 8 h",
    "apply thinly",
    "for 10 days",
    "every 0 h for 3 days",
]


@pytest.mark.parametrize(("text", "units"), UNDERSTOOD.items())
def test_a_common_posology_is_understood(text: str, units: int) -> None:
    reckoned = reckon(text)
    assert reckoned is not None
    assert reckoned.total == Decimal(units)


@pytest.mark.parametrize("text", NOT_RECKONED)
def test_what_is_not_understood_is_not_guessed(text: str) -> None:
    assert reckon(text) is None
