"""What a message to staff is made of."""

from dataclasses import dataclass


def QT_TRANSLATE_NOOP(_context: str, text: str) -> str:
    """Mark a text of a table as one to translate when it is spoken. Qt's own marker has no useful type."""
    return text


@dataclass(frozen=True, slots=True)
class Message:
    """What the banner says. `action` is the words on its button, empty where trying again can't help."""

    tone: str
    title: str
    remedy: str
    action: str = ""
