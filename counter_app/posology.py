"""What a posology amounts to: "1 tablet every 8 h for 10 days" is 30 tablets.

Reads the commonest ways of writing it in English, Spanish and Portuguese. What can't be read is simply not reckoned:
a posology is free text, and nobody is stopped by this.
"""

import re
from decimal import Decimal

from counter_app.models import record

_NUMBER = r"(\d+(?:[.,]\d+)?|½|1/2|one|two|half|una|un|uno|dos|media|medio|uma|um|duas|dois|meia|meio)"
_WORDS = {
    "½": "0.5", "1/2": "0.5", "half": "0.5", "media": "0.5", "medio": "0.5", "meia": "0.5", "meio": "0.5",
    "one": "1", "una": "1", "un": "1", "uno": "1", "uma": "1", "um": "1",
    "two": "2", "dos": "2", "duas": "2", "dois": "2",
}  # fmt: skip
_EVERY_HOURS = re.compile(rf"(?:every|cada|c/|q|a cada|de)\s*{_NUMBER}\s*(?:h\b|hs\b|hrs?\b|hours?|horas?)")
_TIMES_A_DAY = re.compile(
    rf"{_NUMBER}\s*(?:times|veces|vezes|x|×)\s*(?:(?:a|per|al|por|ao)?\s*(?:day|d[ií]a|dia)\b|/\s*d\b)"
)
_DAILY = re.compile(r"\b(?:daily|a day|per day|once a day|al d[ií]a|por d[ií]a|cada d[ií]a|diari[oa]|ao dia|por dia)\b")
_DAYS = re.compile(rf"(?:for|x|×|por|durante|,)\s*{_NUMBER}\s*(?:d\b|days?|d[ií]as?)")
_WEEKS = re.compile(rf"(?:for|x|×|por|durante|,)\s*{_NUMBER}\s*(?:weeks?|semanas?)")
_DOSE = re.compile(rf"^\s*(?:take|tomar|tome)?\s*{_NUMBER}(?!\s*(?:times|veces|vezes|x\s*d))")
_DAY_HOURS = Decimal(24)


@record
class Reckoning:
    """A posology as numbers: units at a time, times a day, days."""

    dose: Decimal
    times_a_day: Decimal
    days: Decimal

    @property
    def total(self) -> Decimal:
        """The units that the whole treatment takes."""
        return self.dose * self.times_a_day * self.days


def reckon(text: str) -> Reckoning | None:
    """What a posology amounts to; None where it doesn't say dose, rhythm and length in a way that is understood."""
    words = text.casefold()
    days = _days(words)
    times = _times_a_day(words)
    if days is None or times is None:
        return None
    dose = _DOSE.match(words)
    return Reckoning(dose=_value(dose.group(1)) if dose else Decimal(1), times_a_day=times, days=days)


def _days(words: str) -> Decimal | None:
    if found := _DAYS.search(words):
        return _value(found.group(1))
    if found := _WEEKS.search(words):
        return _value(found.group(1)) * 7
    return None


def _times_a_day(words: str) -> Decimal | None:
    if found := _EVERY_HOURS.search(words):
        hours = _value(found.group(1))
        # Every 7 hours is no whole number of times a day: nobody can say how many are meant.
        return _DAY_HOURS / hours if hours and _DAY_HOURS % hours == 0 else None
    if found := _TIMES_A_DAY.search(words):
        return _value(found.group(1))
    return Decimal(1) if _DAILY.search(words) else None


def _value(text: str) -> Decimal:
    return Decimal(_WORDS.get(text, text.replace(",", ".")))
