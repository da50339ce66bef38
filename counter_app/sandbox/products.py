"""What this provider dispenses and performs, with prices, and the electronic prescriptions waiting for its patients.

Codes and names are invented after the pattern of OSIGU's fixtures; `MED-042` is the one of its quickstart.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from counter_app.sandbox.people import MARIA, plain

MEDICATION: Final = "MEDICATION"
PRODUCT_TYPES: Final = (MEDICATION, "LAB", "IMAGING", "PROCEDURE")


@dataclass(frozen=True)
class Product:
    """A product. `unit_price` is for one unit, taxes included, in the provider's currency."""

    code: str
    name: str
    unit_price: Decimal
    product_type: str
    form: str | None = None

    def fits(self, query: str) -> bool:
        """Whether the query stands in the code or the name, whatever its accents and capitals."""
        return plain(query) in plain(f"{self.code} {self.name}")


def _products(product_type: str, rows: str) -> dict[str, Product]:
    """Read a table of `code | name | price | form`; a table shows at a glance what forty constructors would hide."""
    read = ([cell.strip() for cell in row.split("|")] for row in rows.strip().splitlines())
    return {row[0]: Product(row[0], row[1], Decimal(row[2]), product_type, *row[3:]) for row in read}


_MEDICATIONS = """
    MED-042     | Ibuprofen 400 mg                     | 0.35   | tablet
    MED-SBX-001 | Paracetamol 500 mg                   | 0.12   | tablet
    MED-SBX-002 | Amoxicillin 500 mg                   | 0.48   | capsule
    MED-SBX-003 | Amoxicillin/clavulanic acid 875/125 mg | 1.35 | tablet
    MED-SBX-004 | Azithromycin 500 mg                  | 2.20   | tablet
    MED-SBX-005 | Losartan 50 mg                       | 0.29   | tablet
    MED-SBX-006 | Enalapril 10 mg                      | 0.15   | tablet
    MED-SBX-007 | Amlodipine 5 mg                      | 0.18   | tablet
    MED-SBX-008 | Metformin 850 mg                     | 0.14   | tablet
    MED-SBX-009 | Glibenclamide 5 mg                   | 0.11   | tablet
    MED-SBX-010 | Insulin glargine 100 IU/ml, 3 ml pen | 18.90  | pen
    MED-SBX-011 | Atorvastatin 20 mg                   | 0.41   | tablet
    MED-SBX-012 | Omeprazole 20 mg                     | 0.22   | capsule
    MED-SBX-013 | Loratadine 10 mg                     | 0.19   | tablet
    MED-SBX-014 | Salbutamol 100 µg/dose, 200 doses    | 5.60   | inhaler
    MED-SBX-015 | Budesonide 200 µg/dose, 100 doses    | 12.75  | inhaler
    MED-SBX-016 | Levothyroxine 50 µg                  | 0.16   | tablet
    MED-SBX-017 | Sertraline 50 mg                     | 0.52   | tablet
    MED-SBX-018 | Diclofenac 75 mg/3 ml                | 1.10   | ampoule
    MED-SBX-019 | Amoxicillin 250 mg/5 ml, 100 ml      | 4.25   | suspension
    MED-SBX-020 | Oral rehydration salts               | 0.65   | sachet
    MED-SBX-021 | Clotrimazole 1 %, 20 g               | 2.95   | cream
    MED-SBX-022 | Ácido fólico 5 mg                    | 0.08   | tablet
    MED-SBX-023 | Ibuprofen 600 mg                     | 0.44   | tablet
"""
_LABS = """
    LAB-001 | Complete blood count          | 9.50
    LAB-002 | Glucose, fasting              | 4.20
    LAB-003 | Glycated haemoglobin (HbA1c)  | 14.80
    LAB-004 | Lipid profile                 | 16.00
    LAB-005 | Creatinine                    | 5.10
    LAB-006 | Urinalysis                    | 6.30
    LAB-007 | Thyroid stimulating hormone   | 18.40
    LAB-008 | C-reactive protein            | 11.25
"""
_IMAGES = """
    IMG-001 | Chest X-ray, two views        | 32.00
    IMG-002 | Abdominal ultrasound          | 58.00
    IMG-003 | Knee MRI without contrast     | 245.00
    IMG-004 | Brain CT without contrast     | 180.00
    IMG-005 | Mammography, both sides       | 75.50
"""
_PROCEDURES = """
    PRC-001 | Electrocardiogram, 12 leads   | 21.00
    PRC-002 | Spirometry                    | 37.50
    PRC-003 | Suture of a simple wound      | 44.00
    PRC-004 | Nebulization                  | 12.00
    PRC-005 | Upper gastrointestinal endoscopy | 190.00
"""

PRODUCTS: Final = {
    **_products(MEDICATION, _MEDICATIONS),
    **_products("LAB", _LABS),
    **_products("IMAGING", _IMAGES),
    **_products("PROCEDURE", _PROCEDURES),
}


@dataclass(frozen=True)
class Prescription:
    """An electronic prescription: dispensed by the same calls as an authorization, but the patient pays.

    `valid_days` is how many days from the sandbox's start it can be dispensed, below zero when it has expired.
    """

    code: str
    beneficiary_id: str
    products: tuple[tuple[str, int], ...]
    valid_days: int = 30
    dispensed: bool = False


PRESCRIPTIONS: Final = {
    each.code: each
    for each in (
        Prescription("RX-2026-000101", MARIA.beneficiary_id, (("MED-042", 30),)),
        Prescription("RX-2026-000102", MARIA.beneficiary_id, (("MED-SBX-002", 21), ("MED-SBX-001", 10))),
        Prescription("RX-2026-000103", "bnf_01HW8GQ2KM0000000000000002", (("MED-SBX-005", 60), ("MED-SBX-011", 30))),
        Prescription("RX-2026-000104", "bnf_01HW8GQ2KM0000000000000003", (("MED-SBX-014", 1),), valid_days=-3),
        Prescription("RX-2026-000105", "bnf_01HW8GQ2KM0000000000000004", (("MED-SBX-017", 30),), dispensed=True),
    )
}
