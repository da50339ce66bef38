"""The ten people in the sponsors' directories. They are invented; MARIA GONZALEZ is the one of OSIGU's quickstart."""

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

_QUICKSTART_END = date(2027, 1, 31)


@dataclass(frozen=True, repr=False)
class Person:
    """A beneficiary. `cover_days` is how many days from today the cover lasts, below zero when it has ended.

    `listed` is false for somebody whom a search does not find although the sponsor knows them: OSIGU's sponsors answer
    404 to an inactive cover as often as 200 with `active: false`.
    """

    beneficiary_id: str
    first_name: str
    last_name: str
    document_type: str
    document_number: str
    member_id: str
    policy_number: str
    birth_date: str
    plan_code: str
    cover_days: int = 200
    listed: bool = True
    phone_end: str = "0000"
    email: str = "a***@example.org"

    @property
    def active(self) -> bool:
        """Whether the cover holds today."""
        return self.cover_days >= 0

    def covered_until(self, today: date) -> date:
        """The last day of the cover."""
        if self is MARIA and today <= _QUICKSTART_END:
            return _QUICKSTART_END
        return today + timedelta(days=self.cover_days)

    def known_by(self, key: str) -> str:
        """The value of a search field, in the spelling that fields are compared in; empty for a field nobody has."""
        return plain(str(getattr(self, key, "")))

    def shown(self, today: date) -> dict[str, object]:
        """The person as the search answers it."""
        return {
            "beneficiary_id": self.beneficiary_id,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "coverage": {
                "plan_code": self.plan_code,
                "active": self.active,
                "effective_until": self.covered_until(today).isoformat(),
            },
        }


def plain(text: str) -> str:
    """A text without accents and in small letters, as directories compare names: `Muñoz` is found by `MUNOZ`."""
    letters = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold().strip()


MARIA: Final = Person(
    beneficiary_id="bnf_01HW8GQ2KMNP3F4R5T6Y7U8I9O",
    first_name="MARIA",
    last_name="GONZALEZ",
    document_type="CC",
    document_number="123456789",
    member_id="M-100001",
    policy_number="POL-1001",
    birth_date="1984-03-12",
    plan_code="GOLD-100",
    phone_end="4471",
    email="m***@example.org",
)

PEOPLE: Final = (
    MARIA,
    Person(
        beneficiary_id="bnf_01HW8GQ2KM0000000000000002",
        first_name="JOSÉ ANTONIO",
        last_name="PEÑA MUÑOZ",
        document_type="CC",
        document_number="987654321",
        member_id="M-100002",
        policy_number="POL-1002",
        birth_date="1971-11-30",
        plan_code="SILVER-50",
        cover_days=310,
        phone_end="9032",
        email="j***@example.org",
    ),
    Person(
        beneficiary_id="bnf_01HW8GQ2KM0000000000000003",
        first_name="SIOBHÁN",
        last_name="O'BRIEN",
        document_type="CE",
        document_number="445566",
        member_id="M-100003",
        policy_number="POL-1003",
        birth_date="1990-07-04",
        plan_code="PLATINUM-200",
        cover_days=95,
    ),
    Person(
        beneficiary_id="bnf_01HW8GQ2KM0000000000000004",
        first_name="ANA SOFÍA",
        last_name="D'ANGELO RUIZ",
        document_type="PA",
        document_number="AB123456",
        member_id="M-100004",
        policy_number="POL-1004",
        birth_date="1965-02-28",
        plan_code="GOLD-100",
        cover_days=20,
    ),
    Person(
        beneficiary_id="bnf_01HW8GQ2KM0000000000000005",
        first_name="RAMÓN",
        last_name="CASTAÑO",
        document_type="CC",
        document_number="111222333",
        member_id="M-100005",
        policy_number="POL-1005",
        birth_date="1958-09-17",
        plan_code="SILVER-50",
        cover_days=-45,
    ),
    Person(
        beneficiary_id="bnf_01HW8GQ2KM0000000000000006",
        first_name="BEATRIZ",
        last_name="QUIÑONES",
        document_type="CC",
        document_number="444555666",
        member_id="M-100006",
        policy_number="POL-1006",
        birth_date="1949-05-21",
        plan_code="GOLD-100",
        cover_days=-400,
        listed=False,
    ),
    Person(
        beneficiary_id="bnf_01HW8GQ2KM0000000000000007",
        first_name="LUIS",
        last_name="IBÁÑEZ",
        document_type="CC",
        document_number="777888999",
        member_id="M-100007",
        policy_number="FAM-7700",
        birth_date="1982-01-09",
        plan_code="FAMILY-300",
        cover_days=150,
    ),
    Person(
        beneficiary_id="bnf_01HW8GQ2KM0000000000000008",
        first_name="CAMILA",
        last_name="ROJAS DE IBÁÑEZ",
        document_type="CC",
        document_number="777889000",
        member_id="M-100008",
        policy_number="FAM-7700",
        birth_date="1985-12-24",
        plan_code="FAMILY-300",
        cover_days=150,
    ),
    Person(
        beneficiary_id="bnf_01HW8GQ2KM0000000000000009",
        first_name="MATEO",
        last_name="IBÁÑEZ ROJAS",
        document_type="TI",
        document_number="1098765432",
        member_id="M-100009",
        policy_number="FAM-7700",
        birth_date="2014-08-02",
        plan_code="FAMILY-300",
        cover_days=150,
    ),
    Person(
        beneficiary_id="bnf_01HW8GQ2KM0000000000000010",
        first_name="ROSA MARÍA",
        last_name="DE LA CRUZ",
        document_type="CE",
        document_number="778899",
        member_id="M-100010",
        policy_number="POL-1010",
        birth_date="1999-10-31",
        plan_code="SILVER-50",
        cover_days=0,
    ),
)

BY_ID: Final = {person.beneficiary_id: person for person in PEOPLE}
