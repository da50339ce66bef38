"""What the counter asks beside a case."""

from enum import StrEnum


class Topic(StrEnum):
    """What the counter asks beside a case: answers that change nothing at OSIGU."""

    FORMS = "forms"
    RULES = "rules"
    POLICY = "policy"
    PRODUCTS = "products"
    DIAGNOSES = "diagnoses"
    PREVIEW = "preview"
    CASES = "cases"
    KEEP = "keep"
    KEEP_DRAFT = "keep_draft"
    FIND = "find"
    """Cases on the disk by words; given the text typed, answered with a tuple of cases, newest first."""
    JOURNAL = "journal"
    """Whether the journal can keep what is typed; answered with a tuple of `Notice`, failed where it can't."""
    WIPE = "wipe"
    """Closed cases past their time are wiped; answered with a tuple of their ids."""
