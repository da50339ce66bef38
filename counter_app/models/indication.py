"""Page 3: the signed paper."""

from datetime import datetime

from counter_app.models.record import record

MEDICAL_INDICATION = "MEDICAL_INDICATION"


@record
class DocumentType:
    """A type of file in a sponsor's document policy."""

    file_type: str
    label: str | None = None
    required: bool = False


@record
class Indication:
    """A file that staff chose for a request, sent or about to be."""

    path: str
    name: str
    size: int
    file_type: str = MEDICAL_INDICATION
    attached_at: datetime | None = None
    # The id of the copy in the vault: what is sent and drawn, so that a removed USB stick does not matter.
    kept: str | None = None


@record
class Preview:
    """The first page of a file as pixels: `rgba` holds `width * height * 4` bytes."""

    path: str
    width: int
    height: int
    rgba: bytes
    pages: int = 1
