"""The people and papers of the tests, and a visit brought to wherever a test begins. They are invented."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from counter_app.case import Case, Operation, new_case
from counter_app.models import (
    Beneficiary,
    Coverage,
    Indication,
    Invoice,
    Prescription,
    PrescriptionLine,
    ProductType,
    SearchQuery,
)
from counter_app.operations.book import OPERATIONS
from counter_app.operations.performing import Performed, perform
from counter_app.operations.services import Services
from counter_app.sandbox import defaults, people
from counter_app.sandbox.verification import OTP_CODE

NAMES = (
    *(each.first_name for each in people.PEOPLE),
    *(each.last_name for each in people.PEOPLE),
    *(each.document_number for each in people.PEOPLE),
    OTP_CODE,
    defaults.CLIENT_SECRET,
)
"""What no log may hold."""

MARIA = SearchQuery(form_id="national-id", values=(("document_type", "CC"), ("document_number", "123456789")))
NOBODY = SearchQuery(form_id="national-id", values=(("document_type", "CC"), ("document_number", "1")))
FAMILY = SearchQuery(form_id="policy", values=(("policy_number", "FAM-7700"),))
IBUPROFEN = PrescriptionLine(
    product_code="MED-042",
    product_type=ProductType.MEDICATION,
    quantity=Decimal(30),
    posology="1 tablet every 8h for 10 days",
)
HEADACHE = Prescription(diagnosis_code="R51", lines=(IBUPROFEN,))
TOO_MUCH = Prescription(diagnosis_code="R51", lines=(replace(IBUPROFEN, quantity=Decimal(120)),))
SOMEBODY = Beneficiary(beneficiary_id="b-1", first_name="A", last_name="B", coverage=Coverage(active=True))
PAPER = b"%PDF-1.4\n" + b"x" * 10_000


@dataclass
class Moment:
    """A clock that a test moves on."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.now

    def pass_time(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def invoice(amount: Decimal | None = None) -> Invoice:
    return Invoice(number="FV-1", amount=amount or Decimal("10.50"), issued_at=datetime(2026, 6, 25, 9, tzinfo=UTC))


def paper(folder: Path, content: bytes = PAPER, name: str = "scan.pdf") -> Indication:
    file = folder / name
    file.write_bytes(content)
    return Indication(path=str(file), name=name, size=0)


async def until(true: Callable[[], bool]) -> None:
    """Let the loop run until something is true on another thread."""
    async with asyncio.timeout(30):
        while not true():  # noqa: ASYNC110  the sandbox's thread knows no asyncio
            await asyncio.sleep(0.001)


class Visit:
    """One patient's visit, done by the real operations against the sandbox."""

    def __init__(self, services: Services, folder: Path) -> None:
        self.services = services
        self._folder = folder

    async def perform(self, operation: Operation, case: Case) -> Performed:
        return await perform(self.services, operation, OPERATIONS[operation], case)

    async def do(self, operation: Operation, case: Case) -> Case:
        """Perform an operation that goes well."""
        done = await self.perform(operation, case)
        assert done.failure is None, (operation, done.failure.kind, dict(done.failure.fields), done.failure.message)
        return done.case

    async def found(self, sponsor: str = "sponsor-sandbox", query: SearchQuery = MARIA) -> Case:
        found = await self.do(Operation.SEARCH, new_case().asked(sponsor, query))
        return replace(found, confirmed=True)

    async def prescribed(self, sponsor: str = "sponsor-sandbox", prescription: Prescription = HEADACHE) -> Case:
        return (await self.found(sponsor)).prescribed(prescription)

    async def created(self, sponsor: str = "sponsor-sandbox", prescription: Prescription = HEADACHE) -> Case:
        return await self.do(Operation.CREATE, await self.prescribed(sponsor, prescription))

    async def chosen(self, sponsor: str = "sponsor-sandbox", prescription: Prescription = HEADACHE) -> Case:
        return (await self.created(sponsor, prescription)).attaching(paper(self._folder))

    async def attached(self, sponsor: str = "sponsor-sandbox", prescription: Prescription = HEADACHE) -> Case:
        return await self.do(Operation.ATTACH, await self.chosen(sponsor, prescription))

    async def decided(self, sponsor: str = "sponsor-sandbox", prescription: Prescription = HEADACHE) -> Case:
        return await self.do(Operation.COMPLETE, await self.attached(sponsor, prescription))

    async def started(self, sponsor: str = "sponsor-sandbox") -> Case:
        started = await self.do(Operation.START, await self.decided(sponsor))
        return replace(started, invoice=invoice(started.dispensation.total))

    async def challenged(self) -> Case:
        return await self.do(Operation.SEND_OTP, await self.started("sponsor-otp"))

    async def proved(self) -> Case:
        challenged = await self.challenged()
        return await self.do(Operation.VALIDATE_OTP, replace(challenged, draft={"otp": OTP_CODE}))

    def lose_the_stick(self, case: Case) -> None:
        """Whatever staff chose the file from is gone."""
        if case.outgoing is not None:
            Path(case.outgoing.path).unlink()

    async def ready_for(self, operation: Operation) -> Case:
        """A case of which an operation is the next."""
        steps = {
            Operation.CREATE: self.prescribed,
            Operation.ATTACH: self.chosen,
            Operation.COMPLETE: self.attached,
            Operation.START: self.decided,
            Operation.FINISH: self.started,
            Operation.CANCEL: self.started,
        }
        if operation is Operation.SEND_OTP:
            return await self.started("sponsor-otp")
        return await steps[operation]()


CALLS = {Operation.ATTACH: "upload"}
"""The operations that the sandbox calls by another name."""


def call_of(operation: Operation) -> str:
    return CALLS.get(operation, operation.value)
