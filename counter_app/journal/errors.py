"""Why the journal can't do what was asked."""


class JournalError(Exception):
    """The journal can't be opened, read or written.

    Its text is a sentence for staff. `code` names the same for those who speak other languages: "read_only", "full",
    "newer", "damaged", "locked", "changed_elsewhere", "unreadable", "key_lost".
    """

    def __init__(self, sentence: str, code: str = "unreadable") -> None:
        super().__init__(sentence)
        self.code = code


class VaultLockedError(JournalError):
    """The vault wants a passphrase. `code` is "new" (none was chosen yet), "known" (enter it) or "wrong"."""
