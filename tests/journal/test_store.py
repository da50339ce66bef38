"""The journal on a real file: what is kept is there after any end, and one broken row hides nothing else."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from journal_file import FILE, NOW, bytes_on_disk, run
from patients import HEADACHE, MARIA, SOMEBODY, invoice

from counter_app.case import Case, Ending, Operation, new_case
from counter_app.journal.errors import JournalError
from counter_app.journal.schema import SCHEMA_VERSION
from counter_app.journal.store import Store
from counter_app.models import (
    Authorization,
    Challenge,
    Coverage,
    Decision,
    Dispensation,
    DispensationLine,
    DocumentType,
    Indication,
    Proof,
)

WHOLE = replace(
    new_case(sponsor="s"),
    query=MARIA,
    matches=(SOMEBODY,),
    searched_at=NOW,
    beneficiary=replace(SOMEBODY, beneficiary_id=42, coverage=Coverage(active=True, effective_until=date(2027, 1, 31))),
    confirmed=True,
    prescription=HEADACHE,
    request_id=7,
    policy=(DocumentType(file_type="LAB_ORDER", required=True),),
    outgoing=Indication(path="/a/ñ.pdf", name="ñ.pdf", size=1),
    indications=(Indication(path="/b.pdf", name="b.pdf", size=2, attached_at=NOW),),
    sent_at=NOW,
    decision=Decision(
        status="COMPLETED",
        authorizations=(Authorization(status="APPROVED", code="AUTH-1", expires_at=NOW),),
        read_at=NOW,
    ),
    code="AUTH-1",
    dispensation=Dispensation(
        dispensation_id="d-1",
        status="STARTED",
        lines=(DispensationLine(product_code="A", quantity=Decimal("1.50"), unit_price=Decimal("0.35")),),
        total_amount=Decimal("10.50"),
    ),
    challenge=Challenge(otp_id="o-1", channel="SMS", expires_at=NOW),
    proof=Proof(otp_token="t-1", checked_at=NOW),
    invoice=invoice(),
).started(Operation.FINISH, NOW, reference=7)


def test_every_part_of_a_case_comes_back_as_it_was(store, open_store):
    kept = store.keep(WHOLE, "finish.sent")
    (back,) = open_store().cases()
    assert back == kept
    assert replace(back, updated_at=WHOLE.updated_at) == WHOLE
    assert type(back.request_id) is int
    assert str(back.invoice.amount) == "10.50"
    assert back.decision.read_at.tzinfo is not None


def test_a_kept_case_carries_the_time_of_keeping(store):
    before = datetime.now(UTC)
    assert before <= store.keep(WHOLE, "x").updated_at <= datetime.now(UTC)


def test_a_case_kept_again_replaces_itself_and_every_event_stays(store, folder):
    case = new_case()
    for what in ("search.done", "create.sent", "create.done"):
        case = store.keep(replace(case, code=what), what)
    assert [each.code for each in store.cases()] == ["create.done"]
    assert list(store.events(case.case_id)) == ["search.done", "create.sent", "create.done"]
    assert run(folder, "select row_version from cases") == [(3,)]


def test_events_of_one_case_are_not_those_of_another(store):
    first, second = new_case(), new_case()
    store.keep(first, "a")
    store.keep(second, "b")
    assert list(store.events(second.case_id)) == ["b"]
    assert list(store.events("nobody")) == []


def test_a_case_is_on_the_disk_before_anything_is_closed(store, folder):
    store.keep(WHOLE, "finish.sent")
    assert run(folder, "select what from events") == [("journal.made",), ("finish.sent",)]
    assert run(folder, "pragma journal_mode") == [("wal",)]


def test_cases_come_newest_first(store):
    cases = [new_case() for _ in range(4)]
    for case in (*cases, cases[1]):
        store.keep(case, "x")
    assert [each.case_id for each in store.cases()] == [cases[each].case_id for each in (1, 3, 2, 0)]


def test_the_open_ones_come_before_the_closed_and_the_abandoned_not_at_all(store):
    still_open, done, refused, abandoned = (new_case() for _ in range(4))
    store.keep(still_open, "x")
    store.keep(replace(done, ending=Ending.DISPENSED), "x")
    store.keep(replace(refused, ending=Ending.REJECTED), "x")
    store.keep(replace(abandoned, ending=Ending.ABANDONED), "x")
    assert [each.case_id for each in store.cases()] == [still_open.case_id, refused.case_id, done.case_id]


def test_of_the_closed_ones_only_the_last_are_listed(store, folder):
    first = store.keep(replace(new_case(), ending=Ending.DISPENSED), "x")
    for _ in range(200):
        last = store.keep(replace(new_case(), ending=Ending.DISPENSED), "x")
    listed = [each.case_id for each in store.cases()]
    assert len(listed) == 200
    assert listed[0] == last.case_id
    assert first.case_id not in listed


# --- what is half typed ---------------------------------------------------------------------------------------------


def test_a_draft_stands_apart_and_neither_overwrites_the_other(store):
    case = store.keep(new_case(), "opened")
    store.keep_draft(case.case_id, {"diagnosis": "R5"})
    store.keep(replace(case, code="AUTH-1", draft={"diagnosis": "old"}), "x")
    store.keep_draft(case.case_id, {"diagnosis": "R51", "note": "ñ"})
    (back,) = store.cases()
    assert back.draft == {"diagnosis": "R51", "note": "ñ"}
    assert back.code == "AUTH-1"


def test_a_draft_is_not_written_with_its_case(store, folder):
    store.keep(replace(new_case(), draft={"otp": "482913"}), "x")
    assert b"482913" not in bytes_on_disk(folder)
    assert store.cases()[0].draft == {}


def test_an_emptied_draft_is_forgotten(store, folder):
    case = store.keep(new_case(), "opened")
    store.keep_draft(case.case_id, {"diagnosis": "R5"})
    store.keep_draft(case.case_id, {})
    assert store.cases()[0].draft == {}
    assert run(folder, "select * from drafts") == []


def test_a_closed_case_has_nothing_half_typed_not_even_afterwards(store, folder):
    case = store.keep(new_case(), "opened")
    store.keep_draft(case.case_id, {"diagnosis": "R5"})
    store.keep(replace(case, ending=Ending.ABANDONED), "given_up")
    store.keep_draft(case.case_id, {"diagnosis": "R51"})
    assert run(folder, "select * from drafts") == []


# --- a file that is not as it must be -------------------------------------------------------------------------------


BROKEN = ["{", "{}", '{"case_id": "%s", "created_at": "GONZALEZ"}', "null"]


@pytest.mark.parametrize("content", BROKEN)
def test_a_case_that_can_not_be_read_hides_no_other(store, folder, vault, caplog, content):
    store.keep(first := new_case(), "x")
    store.keep(broken := new_case(), "x")
    store.keep(last := new_case(), "x")
    sealed = vault.seal(content.encode(), f"case:{broken.case_id}")
    run(folder, "update cases set content = ? where case_id = ?", values=(sealed, broken.case_id))
    assert [each.case_id for each in store.cases()] == [last.case_id, first.case_id]
    assert f"the case {broken.case_id} can't be read" in caplog.text
    assert "GONZALEZ" not in caplog.text
    (notice,) = store.notices()
    assert (notice.code, notice.lost) == ("unreadable_cases", 1)
    store.keep(broken, "mended")
    assert store.notices() == ()


def test_a_case_that_was_overwritten_with_text_hides_no_other(store, folder):
    broken, fine = store.keep(new_case(), "x"), store.keep(new_case(), "x")
    run(folder, "update cases set content = 'text', label = 'text' where case_id = ?", values=(broken.case_id,))
    assert [each.case_id for each in store.cases()] == [fine.case_id]


@pytest.mark.parametrize("sealed", [True, False])
def test_a_draft_that_can_not_be_read_does_not_hide_its_case(store, folder, vault, caplog, sealed):
    case = store.keep(new_case(), "x")
    store.keep_draft(case.case_id, {"a": "b"})
    content = b'["MARIA"'
    row = vault.seal(content, f"draft:{case.case_id}") if sealed else content
    run(folder, "update drafts set content = ?", values=(row,))
    assert store.cases() == [case]
    assert f"the draft of {case.case_id} can't be read" in caplog.text
    assert "MARIA" not in caplog.text


def test_a_broken_row_stays_for_whoever_can_mend_it(store, folder):
    case = store.keep(new_case(), "x")
    run(folder, "update cases set content = x'7b'")
    store.cases()
    assert run(folder, "select case_id, content from cases") == [(case.case_id, b"{")]


def test_what_a_newer_program_of_this_schema_adds_is_passed_over(store, folder, vault):
    store.keep(case := new_case(), "x")
    about = f"case:{case.case_id}"
    content = vault.open(run(folder, "select content from cases")[0][0], about)
    changed = vault.seal(content.replace(b"{", b'{"mood":"good",', 1), about)
    run(folder, "update cases set content = ?", values=(changed,))
    assert [each.case_id for each in store.cases()] == [case.case_id]


def test_a_newer_programs_journal_is_refused_and_left_as_it_is(open_store, folder, vault):
    open_store().close()
    run(folder, "update schema_version set version = ?", values=(SCHEMA_VERSION + 1,))
    before = (folder / FILE).read_bytes()
    with pytest.raises(JournalError, match="newer program") as caught:
        Store(folder, vault)
    assert caught.value.code == "newer"
    assert (folder / FILE).read_bytes() == before


def test_opening_again_writes_no_second_version(open_store, folder):
    open_store().close()
    open_store()
    assert run(folder, "select version from schema_version") == [(SCHEMA_VERSION,)]


@pytest.mark.parametrize("name", ["ñandú", "with space", "a?b=c", "50%", "a#b", "a@b:c"])
def test_a_folder_may_have_any_name(tmp_path, open_store, name):
    store = open_store(tmp_path / name)
    store.keep(case := new_case(), "x")
    assert (tmp_path / name / FILE).is_file()
    assert store.cases()[0].case_id == case.case_id


def refuse_writing(folder, table):
    """Make the disk refuse, as far as the program can tell."""
    refusal = "begin select raise(abort, 'disk full'); end"
    run(folder, f"create trigger no_insert before insert on {table} {refusal}")


def test_a_disk_that_refuses_gives_a_sentence_and_the_case_as_it_was(store, folder):
    case = store.keep(new_case(), "x")
    refuse_writing(folder, "events")
    with pytest.raises(JournalError, match="can't be kept on this computer"):
        store.keep(replace(case, code="AUTH-1"), "y")
    assert store.cases() == [case]
    assert list(store.events(case.case_id)) == ["x"]


def test_a_disk_that_refuses_a_draft_gives_a_sentence_and_the_draft_as_it_was(store, folder):
    case = store.keep(new_case(), "x")
    store.keep_draft(case.case_id, {"a": "b"})
    refuse_writing(folder, "drafts")
    with pytest.raises(JournalError, match="What you type can't be kept"):
        store.keep_draft(case.case_id, {"a": "c"})
    assert store.cases()[0].draft == {"a": "b"}


def test_a_journal_that_can_not_be_read_gives_a_sentence(store, folder):
    run(folder, "drop table cases")
    with pytest.raises(JournalError, match="can't be read"):
        store.cases()


def test_a_case_says_nothing_about_itself_but_its_class():
    assert isinstance(WHOLE, Case)
    assert repr(WHOLE) == "<Case>"
