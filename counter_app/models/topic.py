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
