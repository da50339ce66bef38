"""The journal's part of the book, and its failures in words."""

from dataclasses import replace

import pytest
from patients import OTP_CODE
from strongroom import PASSPHRASE

from counter_app.case import Ending, new_case
from counter_app.operations import keeping
from counter_app.operations.services import Services, open_services
from counter_app.osigu.client import OsiguClient
from counter_app.osigu.errors import Kind, OsiguError
from counter_app.settings import Profile


async def test_what_staff_changed_is_kept_and_comes_back(services):
    case = await keeping.keep(services, new_case(), "beneficiary.confirmed")
    await keeping.keep_draft(services, case.case_id, {"diagnosis": "R5"})
    (back,) = await keeping.cases(services)
    assert back.case_id == case.case_id
    assert back.draft == {"diagnosis": "R5"}
    assert list(services.journal.events(case.case_id)) == ["beneficiary.confirmed"]


async def test_of_a_draft_all_is_kept_but_the_patients_code(services, profile):
    case = await keeping.keep(services, new_case(), "opened")
    await keeping.keep_draft(services, case.case_id, {"otp": OTP_CODE, "invoice": "FV-1"})
    (back,) = await keeping.cases(services)
    assert back.draft == {"invoice": "FV-1"}
    assert all(OTP_CODE.encode() not in file.read_bytes() for file in profile.data_dir.rglob("*") if file.is_file())


@pytest.mark.parametrize("table", ["cases", "drafts"])
async def test_a_journal_that_fails_is_told_in_a_sentence(services, table):
    with services.journal._engine.begin() as connection:
        connection.exec_driver_sql(f"drop table {table}")
    asked = {
        "cases": lambda: keeping.keep(services, new_case(), "x"),
        "drafts": lambda: keeping.keep_draft(services, "c", {"a": "b"}),
    }
    for ask in (asked[table], lambda: keeping.cases(services)):
        with pytest.raises(OsiguError) as caught:
            await ask()
        assert caught.value.failure.kind is Kind.SETTINGS
        assert caught.value.failure.message.endswith(".")
        assert caught.value.__cause__ is None


async def test_services_open_with_the_profile_and_close_behind_themselves(profile):
    async with open_services(profile) as services:
        assert isinstance(services, Services)
        assert isinstance(services.osigu, OsiguClient)
        assert services.now().tzinfo is not None
        services.report(1, 2)
        services.keep(new_case(), "x")
        assert await services.osigu.forms("sponsor-sandbox")
    async with open_services(profile) as again:
        assert len(again.journal.cases()) == 1


async def test_patience_is_longer_than_the_longest_write(services):
    assert services.patience.total_seconds() > 115


async def test_services_do_not_open_on_a_folder_that_can_not_be_written(tmp_path):
    (tmp_path / "file").write_text("in the way")
    profile = Profile(base_url="https://sandbox.osigu.com", data_dir=tmp_path / "file", passphrase=PASSPHRASE)
    with pytest.raises(OsiguError) as caught:
        await open_services(profile).__aenter__()
    assert caught.value.failure.kind is Kind.SETTINGS
    assert caught.value.failure.code.startswith("journal.")
    assert "can't be written" in caught.value.failure.message


async def test_services_do_not_open_on_an_address_that_can_not_be_used(tmp_path):
    profile = Profile(base_url="http://sandbox.osigu.com", data_dir=tmp_path, passphrase=PASSPHRASE)
    with pytest.raises(OsiguError) as caught:
        await open_services(profile).__aenter__()
    assert caught.value.failure.kind is Kind.SETTINGS


def spoil(services: Services, *statements: str) -> None:
    with services.journal._engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def refusing(table: str) -> str:
    """A disk that refuses whatever is written into a table."""
    return f"create trigger refuse before insert on {table} begin select raise(abort, 'disk full'); end"


async def test_cases_are_found_by_words_of_the_name_and_by_document(visit, services):
    case = await visit.found()
    for text in ("gonzalez", "MARIA GONZ\u00c1LEZ", "123456789"):
        (found,) = await keeping.find(services, text)
        assert found.case_id == case.case_id
    assert await keeping.find(services, "rodriguez") == ()


async def test_a_journal_that_can_not_be_searched_says_so(services):
    spoil(services, "alter table marks rename to gone", "alter table cases rename to gone_as_well")
    with pytest.raises(OsiguError) as caught:
        await keeping.find(services, "gonzalez")
    assert caught.value.failure.code.startswith("journal.")


async def test_a_disk_that_refuses_is_noticed_before_anybody_types(services):
    assert await keeping.notices(services) == ()
    spoil(services, refusing("drafts"))
    with pytest.raises(OsiguError) as caught:
        await keeping.notices(services)
    assert caught.value.failure.kind is Kind.SETTINGS


async def test_what_is_past_its_time_is_wiped(services, moment):
    case = services.keep(replace(new_case(), ending=Ending.DISPENSED), "closed")
    assert await keeping.wipe(services) == ()
    moment.pass_time(91 * 86_400)
    assert await keeping.wipe(services) == (case.case_id,)
    assert list(services.journal.events(case.case_id)) == ["closed", "wiped"]


async def test_a_disk_that_refuses_to_wipe_says_so(services, moment):
    services.keep(replace(new_case(), ending=Ending.DISPENSED), "closed")
    moment.pass_time(91 * 86_400)
    spoil(services, refusing("events"))
    with pytest.raises(OsiguError) as caught:
        await keeping.wipe(services)
    assert caught.value.failure.kind is Kind.SETTINGS
