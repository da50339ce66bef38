"""What operations work with, as it is opened at the start."""

import getpass
from dataclasses import replace

from patients import Visit, paper
from strongroom import journal_of

from counter_app.case import Case, Ending, Operation, new_case
from counter_app.models import Indication
from counter_app.operations.services import Services, open_services


async def opened_again(services: Services, profile) -> set[str]:
    """Start the program once more; which files the vault has then."""
    services.journal.close()
    async with open_services(profile) as again:
        return again.files.ids()


async def a_file_not_sent(visit: Visit, sandbox) -> Case:
    sandbox.drop("upload")
    return (await visit.perform(Operation.ATTACH, await visit.chosen())).case


async def test_a_file_that_was_chosen_and_not_sent_outlives_a_restart(visit, services, profile, sandbox):
    case = await a_file_not_sent(visit, sandbox)
    assert await opened_again(services, profile) == {case.outgoing.kept}


async def test_a_copy_whose_case_was_never_kept_is_wiped_at_the_next_start(services, profile, tmp_path):
    services.files.keep(tmp_path / paper(tmp_path).name)
    assert await opened_again(services, profile) == set()


async def test_where_a_case_can_not_be_read_nobody_knows_whose_the_files_are_and_all_stay(
    visit, services, profile, sandbox
):
    case = await a_file_not_sent(visit, sandbox)
    with services.journal._engine.begin() as connection:
        connection.exec_driver_sql("update cases set content = x'00'")
    assert await opened_again(services, profile) == {case.outgoing.kept}


async def test_a_user_whom_the_system_has_no_name_for_can_work_all_the_same(profile, monkeypatch):
    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found")

    monkeypatch.setattr(getpass, "getuser", nobody)
    async with open_services(profile) as services:
        assert services.journal.notices() == ()


async def test_the_audit_trail_names_who_is_signed_in_to_the_computer(profile, monkeypatch):
    monkeypatch.setattr(getpass, "getuser", lambda: "counter-3")
    async with open_services(profile):
        pass
    store = journal_of(profile)
    with store._engine.connect() as connection:
        who = {row.who for row in connection.exec_driver_sql("select who from events")}
    store.close()
    assert who == {"counter-3"}


async def test_the_demo_forgets_its_key(profile, tmp_path):
    demo = replace(profile, demo=True, passphrase="", data_dir=tmp_path / "demo")
    async with open_services(demo) as services:
        assert services.files.ids() == set()
    assert not (tmp_path / "demo" / "vault.json").exists()


async def test_a_case_whose_file_was_never_copied_can_be_closed(services):
    """The program before this one sent files from where they lay."""
    sent = Indication(path="/stick/scan.pdf", name="scan.pdf", size=1)
    closed = services.keep(replace(new_case(), indications=(sent,), ending=Ending.DISPENSED), "closed")
    assert closed.ending is Ending.DISPENSED
