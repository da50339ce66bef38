"""By which words a case is found: what is written in it, and what staff type.

A name, a document, a code are all cut the same way: without case, accents, dots and hyphens. So "1.234.567-8" finds
12345678 and "garcia" finds "García-López".
"""

import re
from collections.abc import Iterator

from counter_app.case import Case
from counter_app.journal.vault import plain

_BREAK = re.compile(r"[\W_]+")


def words_of(case: Case) -> frozenset[str]:
    """Every word by which a case is found when it is typed whole."""
    return frozenset(word for value in _values(case) for word in _cut(value))


def label_of(case: Case) -> str:
    """A case's words in one line, for finding parts of them."""
    return " ".join(sorted(words_of(case)))


def typed(text: str) -> tuple[str, ...]:
    """The words of a search; every one must be found."""
    return tuple(word for word in map(_joined, text.split()) if word)


def typed_whole(text: str) -> tuple[str, ...]:
    """The words of a search with the numbers in a row read as one: "123 456 789" is a document."""
    words: list[str] = []
    last_is_number = False
    for word in typed(text):
        is_number = word.isdecimal()
        if is_number and last_is_number:
            words[-1] += word
        else:
            words.append(word)
        last_is_number = is_number
    return tuple(words)


def _values(case: Case) -> Iterator[str]:
    if case.beneficiary is not None:
        yield case.beneficiary.name
        yield case.beneficiary.document or ""
    if case.query is not None:
        yield from (value for _, value in case.query.values)
    if case.decision is not None:
        yield from (each.code or "" for each in case.decision.authorizations)
    yield case.code or ""
    yield str(case.request_id or "")
    if case.dispensation is not None:
        yield str(case.dispensation.dispensation_id)
    if case.invoice is not None:
        yield case.invoice.number


def _cut(value: str) -> Iterator[str]:
    """A value's words, each whole and in its parts; one with digits also as if it were written without spaces."""
    pieces = value.split()
    if any(each.isdigit() for each in value):
        pieces.append(value)
    for piece in pieces:
        parts = [part for part in _BREAK.split(plain(piece)) if part]
        yield from parts
        if len(parts) > 1:
            yield "".join(parts)


def _joined(piece: str) -> str:
    return _BREAK.sub("", plain(piece))
