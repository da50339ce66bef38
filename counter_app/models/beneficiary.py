"""Page 1: who."""

from datetime import date
from enum import StrEnum

from counter_app.models.record import OpaqueId, record


class FieldKind(StrEnum):
    """How a field of a sponsor's search form is filled in."""

    TEXT = "text"
    CHOICE = "choice"
    DATE = "date"


@record
class FormField:
    """One field of a sponsor's search form; a kind that nobody knows is a text field."""

    key: str
    kind: FieldKind = FieldKind.TEXT
    label: str | None = None
    choices: tuple[str, ...] = ()
    required: bool = False


@record
class SearchForm:
    """One way in which a sponsor lets its beneficiaries be found."""

    form_id: str
    label: str | None = None
    fields: tuple[FormField, ...] = ()


@record
class SearchQuery:
    """What staff asked: the form and its values, dates already as `YYYY-MM-DD`."""

    form_id: str
    values: tuple[tuple[str, str], ...] = ()


@record
class Coverage:
    """What the sponsor says of the beneficiary's cover. Not said means not covered."""

    plan: str | None = None
    active: bool = False
    effective_until: date | None = None


@record
class Beneficiary:
    """A person in a sponsor's directory."""

    beneficiary_id: OpaqueId
    first_name: str = ""
    last_name: str = ""
    coverage: Coverage = Coverage()
    relationship: str | None = None
    document: str | None = None

    @property
    def name(self) -> str:
        """First and last name as the sponsor writes them."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def covered(self) -> bool:
        """Whether the sponsor says the cover is active."""
        return self.coverage.active
