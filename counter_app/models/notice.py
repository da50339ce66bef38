"""What staff should know of this computer's journal, though work can go on."""

from counter_app.models.record import record


@record
class Notice:
    """Something about the journal, by its code: "salvaged", "nearly_full", "unreadable_cases".

    `saved` and `lost` count cases; `place` is the folder or file that support will ask for.
    """

    code: str
    saved: int = 0
    lost: int = 0
    place: str = ""
