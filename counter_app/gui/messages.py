"""A failure, in the words of the counter: what happened, what to do now, whether trying again can help.

The tables are data: the particular one (kind × what was being done) first, then the general one by kind.
"""

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from counter_app.case import LOOKED_UP, WRITES, Operation
from counter_app.gui.journal_messages import of_the_journal
from counter_app.gui.message import QT_TRANSLATE_NOOP, Message
from counter_app.models import Topic
from counter_app.osigu.errors import Failure, Kind

_CONTEXT = "messages"


_AGAIN = QT_TRANSLATE_NOOP("messages", "Try again")
_CHECK = QT_TRANSLATE_NOOP("messages", "Check now")

GENERAL: Mapping[Kind, Message] = {
    Kind.LOCKED: Message(
        "warn",
        QT_TRANSLATE_NOOP("messages", "The cases on this computer are locked"),
        QT_TRANSLATE_NOOP("messages", "Enter the passphrase, then try again. Nothing was sent."),
        _AGAIN,
    ),
    Kind.OFFLINE: Message(
        "warn",
        QT_TRANSLATE_NOOP("messages", "No connection to OSIGU"),
        QT_TRANSLATE_NOOP("messages", "Nothing was changed, so trying again is safe. What you typed is kept."),
        _AGAIN,
    ),
    Kind.SERVER: Message(
        "warn",
        QT_TRANSLATE_NOOP("messages", "OSIGU has a fault of its own"),
        QT_TRANSLATE_NOOP(
            "messages", "Nothing was changed. Wait a moment and try again; if it goes on, write to support@osigu.com."
        ),
        _AGAIN,
    ),
    Kind.UNKNOWN: Message(
        "warn",
        QT_TRANSLATE_NOOP("messages", "Checking whether it went through…"),
        QT_TRANSLATE_NOOP(
            "messages",
            "The connection broke after sending. Don't send again: the program asks OSIGU what became of it and "
            "goes on by itself.",
        ),
        _CHECK,
    ),
    Kind.CREDENTIALS: Message(
        "bad",
        QT_TRANSLATE_NOOP("messages", "OSIGU does not accept this counter's credentials"),
        QT_TRANSLATE_NOOP(
            "messages",
            "Ask the manager to check the client id, the client secret and the address in the settings: each "
            "environment has credentials of its own.",
        ),
    ),
    Kind.NOT_AFFILIATED: Message(
        "bad",
        QT_TRANSLATE_NOOP("messages", "This pharmacy is not affiliated with that sponsor"),
        QT_TRANSLATE_NOOP("messages", "Choose another sponsor. support@osigu.com confirms affiliations."),
    ),
    Kind.NOT_FOUND: Message(
        "bad",
        QT_TRANSLATE_NOOP("messages", "OSIGU does not know it"),
        QT_TRANSLATE_NOOP(
            "messages",
            "It may belong to the other environment: ask the manager to check the address in the settings. "
            "Otherwise write to support@osigu.com.",
        ),
    ),
    Kind.CONFLICT: Message(
        "warn",
        QT_TRANSLATE_NOOP("messages", "It was already done, or is being done"),
        QT_TRANSLATE_NOOP("messages", "Don't do it again. Check what OSIGU has on record, then go on from there."),
        _CHECK,
    ),
    Kind.INVALID: Message(
        "bad",
        QT_TRANSLATE_NOOP("messages", "OSIGU did not accept what was entered"),
        QT_TRANSLATE_NOOP("messages", "Nothing was registered. Correct what is marked, then go on."),
    ),
    Kind.BUSY: Message(
        "warn",
        QT_TRANSLATE_NOOP("messages", "OSIGU is busy"),
        QT_TRANSLATE_NOOP("messages", "Nothing was changed. Wait a minute, then try again."),
        _AGAIN,
    ),
    Kind.CONTRACT: Message(
        "bad",
        QT_TRANSLATE_NOOP("messages", "OSIGU's answer can't be read"),
        QT_TRANSLATE_NOOP(
            "messages", "Try again in a moment. If it goes on, write to support@osigu.com. What you typed is kept."
        ),
        _AGAIN,
    ),
    Kind.SETTINGS: Message(
        "bad",
        QT_TRANSLATE_NOOP("messages", "Something on this computer needs attention"),
        QT_TRANSLATE_NOOP("messages", "Tell the manager what stands here. Nothing was sent."),
        _AGAIN,
    ),
    Kind.STOPPED: Message(
        "warn",
        QT_TRANSLATE_NOOP("messages", "You stopped waiting"),
        QT_TRANSLATE_NOOP("messages", "Nothing was changed. What you typed is kept."),
        _AGAIN,
    ),
    Kind.BUG: Message(
        "bad",
        QT_TRANSLATE_NOOP("messages", "The program made a mistake"),
        QT_TRANSLATE_NOOP(
            "messages", "What you typed is kept. Try again; if it happens once more, tell support what you were doing."
        ),
        _AGAIN,
    ),
}

_STOPPED_WRITE = Message(
    "warn",
    QT_TRANSLATE_NOOP("messages", "You stopped waiting, but OSIGU may have received it"),
    QT_TRANSLATE_NOOP("messages", "Before anything is sent again the program looks up what became of it."),
    _CHECK,
)
_REPEATED = QT_TRANSLATE_NOOP(
    "messages", "Nothing was changed. The program tries again by itself until the line is back."
)
_REPEATED_WRITE = QT_TRANSLATE_NOOP(
    "messages",
    "Nothing was sent. The program tries again by itself for some minutes; after that you are asked to press again.",
)
_FILE = QT_TRANSLATE_NOOP("messages", "Choose the file again. Nothing was sent.")

PARTICULAR: Mapping[tuple[Kind, Operation | Topic], Message] = {
    (Kind.NOT_FOUND, Operation.SEARCH): Message(
        "bad",
        QT_TRANSLATE_NOOP("messages", "Nobody found with active cover"),
        QT_TRANSLATE_NOOP(
            "messages",
            "Compare what you typed with the patient's document, or ask for the insurer's card and search another "
            "way. The sponsor may also have ended the cover.",
        ),
    ),
    (Kind.INVALID, Operation.SEARCH): Message(
        "bad",
        QT_TRANSLATE_NOOP("messages", "The sponsor can't search with this"),
        QT_TRANSLATE_NOOP("messages", "Correct the fields that are marked, then search again."),
    ),
    (Kind.NOT_FOUND, Topic.FORMS): Message(
        "bad",
        QT_TRANSLATE_NOOP("messages", "OSIGU does not know this sponsor"),
        QT_TRANSLATE_NOOP("messages", "Choose another sponsor, or ask the manager to check the list in the settings."),
    ),
    (Kind.INVALID, Operation.CREATE): Message(
        "bad",
        QT_TRANSLATE_NOOP("messages", "OSIGU did not accept some fields"),
        QT_TRANSLATE_NOOP("messages", "They are marked above. Correct them and go on: nothing was registered."),
    ),
    (Kind.UNKNOWN, Operation.CREATE): Message(
        "warn",
        QT_TRANSLATE_NOOP("messages", "The answer was lost on its way"),
        QT_TRANSLATE_NOOP(
            "messages",
            "Trying again does no harm: a request that is not sent to the sponsor authorizes nothing. "
            "What you typed is kept.",
        ),
        _AGAIN,
    ),
    (Kind.UNKNOWN, Operation.ATTACH): Message(
        "warn",
        QT_TRANSLATE_NOOP("messages", "The upload broke off before OSIGU confirmed it"),
        QT_TRANSLATE_NOOP("messages", "Sending the file again does no harm. At worst the sponsor sees it twice."),
        _AGAIN,
    ),
    (Kind.STOPPED, Operation.ATTACH): Message(
        "warn",
        QT_TRANSLATE_NOOP("messages", "You stopped the upload"),
        QT_TRANSLATE_NOOP("messages", "Send the same file again, or choose another one."),
        _AGAIN,
    ),
    (Kind.INVALID, Operation.ATTACH): Message(
        "bad",
        QT_TRANSLATE_NOOP("messages", "OSIGU did not accept the file"),
        QT_TRANSLATE_NOOP("messages", "Choose a sharp PDF, JPG or PNG and check its type. Nothing was attached."),
    ),
    (Kind.INVALID, Operation.COMPLETE): Message(
        "bad",
        QT_TRANSLATE_NOOP("messages", "The sponsor still lacks a file"),
        QT_TRANSLATE_NOOP(
            "messages", "Go back one step, attach the type of file that the sponsor asks for, then send again."
        ),
    ),
    (Kind.UNKNOWN, Operation.START): Message(
        "warn",
        QT_TRANSLATE_NOOP("messages", "The answer was lost on its way"),
        QT_TRANSLATE_NOOP(
            "messages", "Try again: if the code was started, OSIGU says so and the program goes on from there."
        ),
        _AGAIN,
    ),
    (Kind.NOT_FOUND, Operation.START): Message(
        "bad",
        QT_TRANSLATE_NOOP("messages", "OSIGU does not know this code"),
        QT_TRANSLATE_NOOP("messages", "Compare it with the patient's paper, sign by sign, or scan it again."),
    ),
    (Kind.INVALID, Operation.START): Message(
        "bad",
        QT_TRANSLATE_NOOP("messages", "This code can't be dispensed"),
        QT_TRANSLATE_NOOP("messages", "It is not approved, it expired, or it belongs to somebody else."),
    ),
    (Kind.CONFLICT, Operation.START): Message(
        "bad",
        QT_TRANSLATE_NOOP("messages", "This code was already dispensed, or is being dispensed"),
        QT_TRANSLATE_NOOP(
            "messages", "Hand nothing over. Ask the patient where it was redeemed, or write to support@osigu.com."
        ),
    ),
    (Kind.UNKNOWN, Operation.SEND_OTP): Message(
        "warn",
        QT_TRANSLATE_NOOP("messages", "It is not known whether the code was sent"),
        QT_TRANSLATE_NOOP("messages", "Ask the patient whether a message came. If not, send it again."),
        _AGAIN,
    ),
    (Kind.INVALID, Operation.SEND_OTP): Message(
        "bad",
        QT_TRANSLATE_NOOP("messages", "The patient's code can't be sent"),
        QT_TRANSLATE_NOOP("messages", "The sponsor has no telephone for this patient, or the patient is not known."),
    ),
    (Kind.INVALID, Operation.VALIDATE_OTP): Message(
        "bad",
        QT_TRANSLATE_NOOP("messages", "The patient's code is wrong or has expired"),
        QT_TRANSLATE_NOOP("messages", "Ask the patient to read it once more, or send a new one."),
    ),
    (Kind.INVALID, Operation.FINISH): Message(
        "bad",
        QT_TRANSLATE_NOOP("messages", "OSIGU did not accept the hand-over"),
        QT_TRANSLATE_NOOP("messages", "Correct what is marked and complete again: nothing was charged."),
    ),
}

# What `Failure.fields["file"]` may hold when this computer refused a file, and its sentence.
FILE_REFUSED: Mapping[str, str] = {
    "missing": QT_TRANSLATE_NOOP("messages", "There is no file in that place"),
    "folder": QT_TRANSLATE_NOOP("messages", "That is a folder, not a file"),
    "heic": QT_TRANSLATE_NOOP("messages", "A photo in HEIC can't be read by sponsors: save it as JPG or PDF first"),
    "empty": QT_TRANSLATE_NOOP("messages", "The file is empty"),
    "unreadable": QT_TRANSLATE_NOOP("messages", "The file can't be read"),
}

# Where OSIGU's words stand at the fields themselves.
_MARKED = frozenset({Operation.SEARCH, Operation.CREATE, Operation.VALIDATE_OTP})


def message(failure: Failure, doing: Operation | Topic) -> Message:
    """What to say of a failure, in the language of the window."""
    if (of_this_computer := of_the_journal(failure)) is not None:
        return of_this_computer
    found = PARTICULAR.get((failure.kind, doing)) or GENERAL[failure.kind]
    if failure.kind is Kind.STOPPED and doing in LOOKED_UP:
        found = _STOPPED_WRITE
    elif failure.kind is Kind.STOPPED and (lost := PARTICULAR.get((Kind.UNKNOWN, doing))) and doing != Operation.ATTACH:
        found = replace(lost, title=_STOPPED_WRITE.title)
    refused = FILE_REFUSED.get(failure.fields.get("file", "")) if doing is Operation.ATTACH else None
    if refused:
        found = Message("bad", refused, _FILE)
    spoken = Message(found.tone, _said(found.title), _said(found.remedy), _said(found.action))
    return _with_own_words(spoken, failure, doing)


def _with_own_words(spoken: Message, failure: Failure, doing: Operation | Topic) -> Message:
    """The message with what only this failure knows: how long to wait, or OSIGU's own sentence."""
    if failure.kind is Kind.BUSY and failure.retry_after:
        seconds = _ceil(failure)
        wait = _said("Nothing was changed. Try again in {count} seconds.").format(count=seconds)
        return replace(spoken, remedy=wait)
    if failure.kind is Kind.SETTINGS and failure.message:
        return replace(spoken, remedy=failure.message)
    marked = doing in _MARKED and bool(failure.fields)
    if failure.kind in (Kind.INVALID, Kind.CONFLICT) and failure.message and not marked:
        said = QCoreApplication.translate(_CONTEXT, "OSIGU says: {words}").format(words=failure.message)
        return replace(spoken, remedy=f"{spoken.remedy}\n{said}")
    return spoken


def repeating(said: Message, doing: Operation | Topic) -> Message:
    """The same of what is tried again by itself when the line is back."""
    return replace(said, remedy=_said(_REPEATED_WRITE if doing in WRITES else _REPEATED))


def _ceil(failure: Failure) -> int:
    return max(1, round((failure.retry_after or 0) + 0.5))


def _said(text: str) -> str:
    return QCoreApplication.translate(_CONTEXT, text) if text else ""
