"""The five sponsors: how each searches its directory, what it requires and how it decides."""

from dataclasses import dataclass, field
from typing import Final, Literal

MEDICAL_INDICATION: Final = "MEDICAL_INDICATION"
LAB_ORDER: Final = "LAB_ORDER"
FILE_TYPES: Final = {
    MEDICAL_INDICATION: "Medical indication",
    LAB_ORDER: "Laboratory order",
    "SUPPORTING_DOCUMENT": "Supporting document",
}
OPTIONAL_FIELDS: Final = (
    "provider_branch_id",
    "service_type_code",
    "authorization_type",
    "professional_license_number",
)
VERIFICATIONS: Final = ("OTP", "BIOMETRIC")


@dataclass(frozen=True)
class SearchField:
    """One field of a search form. `label` may be missing and `type` may be one that a client has never seen."""

    key: str
    type: str = "string"
    required: bool = True
    label: str | None = None
    values: tuple[str, ...] = ()

    def shown(self) -> dict[str, object]:
        """The field as the forms call answers it."""
        said: dict[str, object] = {"key": self.key, "type": self.type, "required": self.required}
        if self.values:
            said["values"] = list(self.values)
        if self.label is not None:
            said["label"] = self.label
        return said


@dataclass(frozen=True)
class SearchForm:
    """One way to search. `answers` is the form of the answer: one person, a bare list, or a list under `content`."""

    form_id: str
    label: str
    fields: tuple[SearchField, ...]
    answers: Literal["one", "list", "content"] = "one"

    def shown(self) -> dict[str, object]:
        """The form as the forms call answers it."""
        return {"form_id": self.form_id, "label": self.label, "fields": [each.shown() for each in self.fields]}


@dataclass(frozen=True)
class Sponsor:
    """A sponsor's rules.

    `file_types` names the file required for a product type, where it is not the medical indication;
    `publishes_policy` is false for a sponsor without a document policy; `quantity_limit` is the largest quantity that
    is approved.
    """

    slug: str
    forms: tuple[SearchForm, ...]
    required_fields: tuple[str, ...] = ()
    authorization_types: tuple[str, ...] = ("AMBULATORY", "EMERGENCY", "HOSPITALIZATION")
    verification: str | None = None
    decides_later: bool = False
    file_types: dict[str, str] = field(default_factory=dict)
    publishes_policy: bool = True
    quantity_limit: int | None = None

    def required_file(self, product_type: str) -> str:
        """The type of the file without which a product of this type isn't decided."""
        return self.file_types.get(product_type, MEDICAL_INDICATION)


# The quickstart's form: neither of its fields has a label.
_NATIONAL_ID = SearchForm(
    "national-id",
    "Cédula",
    (
        SearchField("document_type", type="enum", values=("CC", "CE", "TI", "PA")),
        SearchField("document_number"),
    ),
)
_MEMBER = SearchForm("member-id", "Member number", (SearchField("member_id"),))
_NAME_AND_BIRTH = SearchForm(
    "name-and-birth",
    "Name and date of birth",
    (SearchField("last_name", label="Last name"), SearchField("birth_date", type="date", label="Date of birth")),
)
_PHONE_CARD = SearchForm(
    "card",
    "Insurer's card",
    # A field type that no client knows, to be shown as a text field.
    (SearchField("member_id", type="card-number", label="Number on the card"),),
)
_POLICY = SearchForm(
    "policy",
    "Policy (whole family)",
    (
        SearchField("policy_number", label="Policy number"),
        SearchField("birth_date", type="date", required=False, label="Date of birth"),
    ),
    answers="list",
)
_POLICY_PAGE = SearchForm("policy", "Policy number", (SearchField("policy_number", label="Policy"),), "content")

SPONSORS: Final = {
    each.slug: each
    for each in (
        Sponsor("sponsor-sandbox", (_NATIONAL_ID, _MEMBER)),
        Sponsor("sponsor-async", (_NATIONAL_ID, _NAME_AND_BIRTH), decides_later=True),
        Sponsor("sponsor-otp", (_NATIONAL_ID, _PHONE_CARD), verification="OTP"),
        Sponsor(
            "sponsor-strict",
            (_NATIONAL_ID, _POLICY_PAGE),
            required_fields=("professional_license_number",),
            file_types={"LAB": LAB_ORDER},
        ),
        Sponsor("sponsor-review", (_NATIONAL_ID, _POLICY), publishes_policy=False, quantity_limit=90),
    )
}
