"""The signed prescription: what can't be sent is told before anything leaves."""

from dataclasses import replace
from pathlib import Path

import pytest
from patients import PAPER, paper
from strongroom import vault_of

from counter_app.case import Operation, Step
from counter_app.journal.files import KeptFiles
from counter_app.models import Indication
from counter_app.operations import indication
from counter_app.osigu.errors import Kind, OsiguError


async def test_the_file_arrives_whole_under_its_name_and_type(visit, sandbox, moment):
    attached = await visit.attached()
    (file,) = sandbox.files(attached.request_id)
    assert (file.name, file.file_type, file.content) == ("scan.pdf", "MEDICAL_INDICATION", PAPER)
    (kept,) = attached.indications
    assert (kept.size, kept.attached_at) == (len(PAPER), moment.now)
    assert attached.outgoing is None
    assert attached.step is Step.COMPLETE


async def test_where_multipart_is_refused_the_file_goes_as_base64(visit, sandbox):
    sandbox.refuse_multipart()
    attached = await visit.attached()
    assert sandbox.files(attached.request_id)[0].content == PAPER


async def test_progress_is_reported_up_to_the_last_byte(visit, services):
    heard: list[tuple[int, int]] = []
    case = await visit.chosen()
    visit.services = replace(services, report=lambda sent, total: heard.append((sent, total)))
    await visit.do(Operation.ATTACH, case)
    assert heard[-1] == (len(PAPER), len(PAPER))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("photo.jpg", "heic"),
        ("gone.pdf", "missing"),
        ("empty.pdf", "empty"),
        ("folder", "folder"),
        ("nul\0.pdf", "unreadable"),
    ],
)
async def test_a_file_that_can_not_be_sent_is_told_before_anything_leaves(visit, sandbox, tmp_path, name, said):
    (tmp_path / "empty.pdf").touch()
    (tmp_path / "photo.jpg").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")
    (tmp_path / "folder").mkdir()
    chosen = Indication(path=str(Path(tmp_path, name)), name=name, size=0)
    refused = await visit.perform(Operation.ATTACH, (await visit.created()).attaching(chosen))
    assert (refused.failure.kind, refused.failure.fields) == (Kind.INVALID, {"file": said})
    assert refused.case.pending is None
    assert sandbox.count("upload") == 0


async def test_a_file_is_not_sent_without_a_request_and_a_request_not_without_a_file(visit, sandbox, tmp_path):
    for case in (await visit.created(), (await visit.prescribed()).attaching(paper(tmp_path))):
        assert (await visit.perform(Operation.ATTACH, case)).failure.kind is Kind.INVALID
    assert sandbox.count("upload") == 0


async def test_a_type_that_the_sponsor_does_not_know_is_refused_and_the_case_goes_on(visit, tmp_path):
    case = (await visit.created()).attaching(replace(paper(tmp_path), file_type="PHOTO"))
    refused = await visit.perform(Operation.ATTACH, case)
    assert (refused.failure.kind, refused.case.pending) == (Kind.INVALID, None)
    await visit.do(Operation.ATTACH, refused.case.attaching(paper(tmp_path)))


async def test_a_file_for_a_request_that_was_completed_elsewhere_shows_what_was_decided(visit, services):
    case = (await visit.attached()).attaching((await visit.chosen()).outgoing)
    await services.osigu.complete_request(case.request_id)
    done = await visit.do(Operation.ATTACH, case)
    assert done.decision.approved
    assert done.step is Step.DISPENSE
    assert (done.outgoing, done.pending) == (None, None)


async def test_a_sponsors_policy_tells_which_files_it_wants(visit, services):
    created = await visit.created()
    wanted = await indication.policy(services, created.request_id)
    assert [each.file_type for each in wanted if each.required] == ["MEDICAL_INDICATION"]


async def test_a_sponsor_without_a_policy_wants_none_by_name(visit, services):
    created = await visit.created("sponsor-review")
    assert await indication.policy(services, created.request_id) == ()


async def test_a_policy_that_can_not_be_had_says_why(services, sandbox):
    sandbox.fail("document_policy", status=503, times=3)
    with pytest.raises(OsiguError) as caught:
        await indication.policy(services, "r-1")
    assert caught.value.failure.kind is Kind.BUSY


async def test_a_file_is_sent_from_the_vault_so_that_its_stick_may_go(visit, sandbox):
    sandbox.fail("upload", status=503)
    refused = await visit.perform(Operation.ATTACH, await visit.chosen())
    assert refused.failure.kind is Kind.BUSY
    visit.lose_the_stick(refused.case)
    attached = await visit.do(Operation.ATTACH, refused.case)
    assert sandbox.files(attached.request_id)[0].content == PAPER


async def test_a_vault_that_can_not_take_the_file_says_so_and_nothing_leaves(visit, sandbox, profile):
    case = await visit.chosen()
    folder = profile.data_dir / "files"
    folder.write_text("in the way")
    refused = await visit.perform(Operation.ATTACH, case)
    assert refused.failure.kind is Kind.SETTINGS
    assert refused.failure.code.startswith("journal.")
    assert refused.case.outgoing == case.outgoing
    assert sandbox.count("upload") == 0


class PulledOut(KeptFiles):
    """A stick that is pulled out while it is copied."""

    def keep(self, _source: Path) -> str:
        raise OSError(5, "Input/output error")


async def test_a_stick_that_is_pulled_out_while_it_is_copied_is_told(visit, services, sandbox, profile):
    visit.services = replace(services, files=PulledOut(profile.data_dir, vault_of(profile)))
    refused = await visit.perform(Operation.ATTACH, await visit.chosen())
    assert (refused.failure.kind, refused.failure.fields) == (Kind.INVALID, {"file": "unreadable"})
    assert refused.case.outgoing is None
    assert sandbox.count("upload") == 0


async def test_a_copy_that_is_gone_from_the_vault_is_not_sent(visit, services, sandbox):
    case = await visit.chosen()
    gone = case.attaching(replace(case.outgoing, kept="0" * 32))
    for each in (gone, await visit.created()):
        with pytest.raises(OsiguError) as caught:
            await indication.attach(services, each)
        assert caught.value.failure.kind is Kind.INVALID
    assert sandbox.count("upload") == 0
