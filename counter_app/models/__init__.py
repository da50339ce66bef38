"""The counter's own words: beneficiary, prescription, indication, decision, dispensation.

Nothing here knows the wire's spelling, Qt or a file.
"""

from counter_app.models.beneficiary import Beneficiary, Coverage, FieldKind, FormField, SearchForm, SearchQuery
from counter_app.models.decision import Authorization, Decision, Outcome
from counter_app.models.dispensation import Challenge, Dispensation, DispensationLine, Invoice, Proof, Verification
from counter_app.models.indication import MEDICAL_INDICATION, DocumentType, Indication, Preview
from counter_app.models.notice import Notice
from counter_app.models.prescription import (
    CreatedRequest,
    Diagnosis,
    Prescription,
    PrescriptionLine,
    Product,
    ProductType,
    Rules,
)
from counter_app.models.record import OpaqueId, record
from counter_app.models.topic import Topic

__all__ = [
    "MEDICAL_INDICATION",
    "Authorization",
    "Beneficiary",
    "Challenge",
    "Coverage",
    "CreatedRequest",
    "Decision",
    "Diagnosis",
    "Dispensation",
    "DispensationLine",
    "DocumentType",
    "FieldKind",
    "FormField",
    "Indication",
    "Invoice",
    "Notice",
    "OpaqueId",
    "Outcome",
    "Prescription",
    "PrescriptionLine",
    "Preview",
    "Product",
    "ProductType",
    "Proof",
    "Rules",
    "SearchForm",
    "SearchQuery",
    "Topic",
    "Verification",
    "record",
]
