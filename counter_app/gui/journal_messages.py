"""What to say when the journal can't keep what is typed, and what staff should know of it otherwise.

The tables are data, by the codes of `Failure` and `Notice`.
"""

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from counter_app.gui import words
from counter_app.gui.message import QT_TRANSLATE_NOOP, Message
from counter_app.models import Notice
from counter_app.osigu.errors import Failure, Kind

_CONTEXT = "journal_messages"
_AGAIN = QT_TRANSLATE_NOOP("journal_messages", "Try again")

JOURNAL: Mapping[str, Message] = {
    "journal.full": Message(
        "bad",
        QT_TRANSLATE_NOOP("journal_messages", "This computer's disk is full"),
        QT_TRANSLATE_NOOP(
            "journal_messages",
            "Nothing can be kept, so no case can be begun. Free some space: the program goes on by itself.",
        ),
        _AGAIN,
    ),
    "journal.read_only": Message(
        "bad",
        QT_TRANSLATE_NOOP("journal_messages", "Cases can't be written on this computer"),
        QT_TRANSLATE_NOOP(
            "journal_messages",
            "Nothing can be kept, so no case can be begun. Ask the manager to allow this account to write in the "
            "program's folder.",
        ),
        _AGAIN,
    ),
    "journal.newer": Message(
        "bad",
        QT_TRANSLATE_NOOP("journal_messages", "A newer version of this program was used on this computer"),
        QT_TRANSLATE_NOOP(
            "journal_messages", "This one can't read the cases kept by it. Install the newer version. Nothing was lost."
        ),
        _AGAIN,
    ),
    "journal.key_lost": Message(
        "bad",
        QT_TRANSLATE_NOOP("journal_messages", "The key to the cases kept here can't be found"),
        QT_TRANSLATE_NOOP(
            "journal_messages",
            "They are still there, and encrypted. Open this computer's key ring, or ask the manager where the key is.",
        ),
        _AGAIN,
    ),
    "journal.changed_elsewhere": Message(
        "bad",
        QT_TRANSLATE_NOOP("journal_messages", "Another program has changed the cases kept here"),
        QT_TRANSLATE_NOOP(
            "journal_messages",
            "Close every other counter that works on this folder, then start this one again. Nothing was overwritten.",
        ),
        _AGAIN,
    ),
    "journal.locked": Message(
        "bad",
        QT_TRANSLATE_NOOP("journal_messages", "Another program is using the cases kept here"),
        QT_TRANSLATE_NOOP(
            "journal_messages",
            "Nothing can be kept while it does. Close it, or wait until it is done: this one goes on by itself.",
        ),
        _AGAIN,
    ),
    "journal.unreadable": Message(
        "bad",
        QT_TRANSLATE_NOOP("journal_messages", "The cases kept on this computer can't be read"),
        QT_TRANSLATE_NOOP(
            "journal_messages",
            "Nothing was deleted. Start the computer again; if that does not help, leave its files as they are and "
            "call support.",
        ),
        _AGAIN,
    ),
    "journal.damaged": Message(
        "bad",
        QT_TRANSLATE_NOOP("journal_messages", "The file with the cases is damaged"),
        QT_TRANSLATE_NOOP(
            "journal_messages", "Nothing was deleted. Leave this computer's files as they are and call support."
        ),
        _AGAIN,
    ),
}

NOTICES: Mapping[str, Message] = {
    "salvaged": Message(
        "warn",
        QT_TRANSLATE_NOOP("journal_messages", "The file with the cases was damaged and has been put right"),
        QT_TRANSLATE_NOOP("journal_messages", "Support can look at the damaged file: {place}"),
    ),
    "nearly_full": Message(
        "warn",
        QT_TRANSLATE_NOOP("journal_messages", "This computer's disk is nearly full"),
        QT_TRANSLATE_NOOP("journal_messages", "Free some space soon: on a full disk no case can be begun."),
    ),
    "unreadable_cases": Message(
        "warn",
        QT_TRANSLATE_NOOP("journal_messages", "Some cases kept on this computer can't be read"),
        QT_TRANSLATE_NOOP("journal_messages", "They stay where they are, for support: {place}"),
    ),
}


def of_the_journal(failure: Failure) -> Message | None:
    """What to say of a failure to keep or read cases; None where it is something else."""
    found = JOURNAL.get(failure.code or "") if failure.kind is Kind.SETTINGS else None
    return None if found is None else _spoken(found)


def noticed(notice: Notice) -> Message | None:
    """What to say of a notice; None of one that this program has no words for."""
    found = NOTICES.get(notice.code)
    if found is None:
        return None
    said = _spoken(found)
    place = said.remedy.format(place=notice.place) if notice.place or "{place}" not in said.remedy else ""
    return replace(said, remedy=" ".join(filter(None, (*_counts(notice), place))))


def _counts(notice: Notice) -> list[str]:
    saved = words.counted(notice.saved, _tr("1 case was saved."), _tr("{count} cases were saved."))
    if notice.code == "unreadable_cases":
        lost = words.counted(notice.lost, _tr("It is 1 case."), _tr("There are {count} of them."))
    else:
        lost = words.counted(notice.lost, _tr("1 case is lost."), _tr("{count} cases are lost."))
    return [text for count, text in ((notice.saved, saved), (notice.lost, lost)) if count]


def why_nothing_begins(lock: Failure | None, trouble: Failure | None) -> str:
    """Why no case can be begun, for the buttons that would; empty while one can."""
    if lock is not None:
        return _tr("The cases are locked: enter the passphrase first.")
    if trouble is None:
        return ""
    said = of_the_journal(trouble)
    return said.title if said else _tr("Nothing can be kept on this computer now.")


def _spoken(said: Message) -> Message:
    return Message(said.tone, _tr(said.title), _tr(said.remedy), _tr(said.action) if said.action else "")


def _tr(text: str) -> str:
    return QCoreApplication.translate(_CONTEXT, text)
