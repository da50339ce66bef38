"""Page 2: what."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from counter_app.models.record import OpaqueId, record


class ProductType(StrEnum):
    """The four kinds of product that one request may mix."""

    MEDICATION = "MEDICATION"
    LAB = "LAB"
    IMAGING = "IMAGING"
    PROCEDURE = "PROCEDURE"


@record
class Product:
    """A product of a catalogue: its code and how people call it."""

    code: str
    name: str = ""
    form: str | None = None


@record
class Diagnosis:
    """An ICD-10 code and its words."""

    code: str
    title: str


@record
class PrescriptionLine:
    """One prescribed product. `quantity` counts units of the product; `posology` is free text."""

    product_code: str
    product_type: ProductType
    quantity: Decimal
    posology: str = ""
    name: str = ""


@record
class Prescription:
    """What the prescriber wrote, with the further fields that this sponsor requires."""

    diagnosis_code: str
    lines: tuple[PrescriptionLine, ...]
    extra: tuple[tuple[str, str], ...] = ()


@record
class Rules:
    """What a sponsor's configuration demands of a request."""

    required_fields: tuple[str, ...] = ()
    authorization_types: tuple[str, ...] = ()
    verification: str | None = None
    decides_later: bool = False


@record
class CreatedRequest:
    """The authorization request as OSIGU registered it."""

    request_id: OpaqueId
    status: str
    created_at: datetime | None = None
