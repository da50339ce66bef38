"""What every value of the counter is: frozen, safe to cross threads, silent in a log.

They are plain dataclasses and not pydantic models because the window is painted before pydantic is loaded; the journal
and the wire validate them where they come in.
"""

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

T = TypeVar("T")

# OSIGU's ids are stored and echoed unchanged, never parsed (contract: "Base URL" section).
OpaqueId = str | int


def _class_name_alone(self: object) -> str:
    return f"<{type(self).__name__}>"


@dataclass_transform(frozen_default=True, kw_only_default=True)
def record(cls: type[T]) -> type[T]:
    """Make a frozen value that may cross threads but never reaches a log."""
    made = dataclass(frozen=True, kw_only=True, slots=True, repr=False)(cls)
    made.__repr__ = _class_name_alone  # type: ignore[method-assign]
    return made
