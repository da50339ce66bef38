"""Dates, times, amounts and quantities as people at this counter write and read them."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QTime

from counter_app.case import Case
from counter_app.models import Coverage, Outcome, ProductType, SearchQuery

_CONTEXT = "words"
_CENT = Decimal("0.01")


def _tr(text: str) -> str:
    return QCoreApplication.translate(_CONTEXT, text)


def counted(number: int, one: str, several: str) -> str:
    """A text about a number of things, with `{count}` filled in; English, Spanish and Portuguese have two forms."""
    return (one if number == 1 else several).format(count=number)


def local(moment: datetime) -> datetime:
    """A moment in this computer's time zone."""
    return moment.astimezone()


def day(when: date | datetime) -> str:
    """A day, short and without doubt about which number is the month: `31 Jan 2027`."""
    at = local(when).date() if isinstance(when, datetime) else when
    return QLocale().toString(QDate(at.year, at.month, at.day), "d MMM yyyy")


def clock(moment: datetime) -> str:
    """A time of day: `10:42`."""
    at = local(moment)
    return QLocale().toString(QTime(at.hour, at.minute), "H:mm")


def days_until(until: datetime, now: datetime | None = None) -> int:
    """How many midnights of this computer's calendar lie before a moment; negative when it is past."""
    return (local(until).date() - local(now or datetime.now(UTC)).date()).days


def days_left(until: datetime, now: datetime | None = None) -> str:
    """How long something is still valid, in days: `in 29 days`."""
    left = days_until(until, now)
    if left < 0:
        return _tr("expired")
    if left == 0:
        return _tr("today")
    return counted(left, _tr("in 1 day"), _tr("in {count} days"))


def days(left: int) -> str:
    """A number of days: `29 days`."""
    return counted(left, _tr("1 day"), _tr("{count} days")) if left >= 0 else _tr("expired")


def ago(moment: datetime) -> str:
    """How long ago something was, in minutes or hours: `14 min ago`."""
    minutes = int((datetime.now(UTC) - moment).total_seconds() // 60)
    if minutes < 1:
        return _tr("just now")
    if minutes < 60:
        return _tr("{count} min ago").format(count=minutes)
    if minutes < 24 * 60:
        return _tr("{count} h ago").format(count=minutes // 60)
    return day(moment)


def amount(value: Decimal) -> str:
    """An amount of money with two decimals, grouped as the locale does; the currency is the sponsor's business."""
    return _grouped(value.quantize(_CENT))


def quantity(value: Decimal) -> str:
    """A number of units, without decimals where there are none."""
    whole = value.to_integral_value()
    return _grouped(whole if whole == value else value.normalize())


def size(count: int) -> str:
    """A file's size from its bytes: `412 kB`."""
    return QLocale().formattedDataSize(count, 1 if count >= 1_000_000 else 0, QLocale.DataSizeFormat.DataSizeSIFormat)


def _grouped(value: Decimal) -> str:
    # QLocale formats floats only, which are not money: the digits come from Decimal, the signs from the locale.
    locale = QLocale()
    text = f"{value:,f}"
    return text.translate({ord(","): locale.groupSeparator(), ord("."): locale.decimalPoint()})


def read_number(text: str) -> Decimal | None:
    """The number that staff typed, in the locale's way or with a plain point; None where it is none.

    A sign that groups digits is taken as one only where it stands between groups of three.
    """
    compact = re.sub(r"[\s\u00a0\u202f']", "", text)
    locale = QLocale()
    point, group = locale.decimalPoint(), locale.groupSeparator()
    if group.strip() and re.fullmatch(rf"\d{{1,3}}(?:{re.escape(group)}\d{{3}})+(?:{re.escape(point)}\d*)?", compact):
        compact = compact.replace(group, "")
    compact = compact.replace(point, ".") if compact.count(point) == 1 else compact
    compact = compact.replace(",", ".") if compact.count(",") == 1 and "." not in compact else compact
    if not re.fullmatch(r"\d+(?:\.\d*)?|\.\d+", compact):
        return None
    try:
        return Decimal(compact)
    except InvalidOperation:
        return None


def product_type(kind: str) -> str:
    """The kind of a product; one that nobody knows stays as the sponsor spells it."""
    known: dict[str, str] = {
        ProductType.MEDICATION: _tr("Medication"),
        ProductType.LAB: _tr("Laboratory test"),
        ProductType.IMAGING: _tr("Imaging"),
        ProductType.PROCEDURE: _tr("Procedure"),
    }
    return known.get(kind, kind)


def outcome(result: Outcome) -> str:
    """A decision in words."""
    return {
        Outcome.APPROVED: _tr("APPROVED"),
        Outcome.PARTLY_APPROVED: _tr("PARTLY APPROVED"),
        Outcome.REJECTED: _tr("REJECTED"),
        Outcome.WAITING: _tr("WAITING"),
        Outcome.INDICATION_MISSING: _tr("A FILE IS MISSING"),
    }.get(result, "")


def cover(said: Coverage) -> tuple[str, str]:
    """A cover in two short lines: whether, and until when."""
    until = day(said.effective_until) if said.effective_until else ""
    if said.active:
        return _tr("Active"), _tr("until {day}").format(day=until) if until else ""
    return _tr("Not active"), _tr("since {day}").format(day=until) if until else ""


def masked(document: str) -> str:
    """A document number of which only the last four signs are shown: enough to compare, too little to copy."""
    return f"···{document[-4:]}" if len(document) > 4 else document


def document(case: Case) -> str:
    """The patient's document, masked: `CC ···6789`. What a whole family was searched by is nobody's document."""
    person = case.beneficiary
    if person is not None and person.document:
        return masked(person.document)
    return searched(case.query) if case.query is not None and len(case.matches) == 1 else ""


def searched(query: SearchQuery) -> str:
    """What was searched by, masked."""
    values = query.values
    short = [text for _, text in values if len(text) <= 4 and text.isalpha()]
    long = [text for key, text in values if any(sign.isdigit() for sign in text) and "date" not in key]
    return " ".join([*short[:1], *(masked(text) for text in long[:1])])


def field_name(key: str) -> str:
    """A key of OSIGU's made readable: `professional_license_number` becomes `Professional license number`."""
    known = {
        "professional_license_number": _tr("Prescriber's licence number"),
        "provider_branch_id": _tr("Branch"),
        "service_type_code": _tr("Type of service"),
        "authorization_type": _tr("Type of authorization"),
        "document_type": _tr("Document type"),
        "document_number": _tr("Document number"),
        "member_id": _tr("Member number"),
        "birth_date": _tr("Date of birth"),
        "MEDICAL_INDICATION": _tr("Medical indication"),
        "LAB_ORDER": _tr("Laboratory order"),
        "IMAGING_ORDER": _tr("Imaging order"),
    }
    return known.get(key) or key.replace("_", " ").strip().capitalize()


def now_clock() -> str:
    """The time of day now."""
    return clock(datetime.now(UTC))
