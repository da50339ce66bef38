"""Who is at the counter: asked of the sponsor by its own forms."""

from dataclasses import replace

import pytest
from patients import FAMILY, MARIA, NOBODY

from counter_app.case import Operation, Step, new_case
from counter_app.models import SearchQuery
from counter_app.operations import beneficiary
from counter_app.osigu.errors import Kind, OsiguError


async def test_the_one_who_matches_is_chosen_and_awaits_staffs_yes(visit, services, moment):
    found = await visit.do(Operation.SEARCH, new_case().asked("sponsor-sandbox", MARIA))
    assert found.beneficiary.name == "MARIA GONZALEZ"
    assert found.beneficiary.covered
    assert found.searched_at == moment.now
    assert found.step is Step.BENEFICIARY
    assert replace(found, confirmed=True).step is Step.PRESCRIPTION
    assert list(services.journal.events(found.case_id)) == ["search.done"]


async def test_a_family_is_shown_and_nobody_is_chosen(visit):
    found = await visit.do(Operation.SEARCH, new_case().asked("sponsor-review", FAMILY))
    assert len(found.matches) == 3
    assert found.beneficiary is None


async def test_somebody_without_cover_is_found_but_goes_no_further(visit):
    ended = SearchQuery(form_id="national-id", values=(("document_type", "CC"), ("document_number", "111222333")))
    found = await visit.do(Operation.SEARCH, new_case().asked("sponsor-sandbox", ended))
    assert not found.beneficiary.covered
    assert replace(found, confirmed=True).step is Step.BENEFICIARY


@pytest.mark.parametrize(
    ("sponsor", "query", "kind"),
    [("sponsor-sandbox", NOBODY, Kind.NOT_FOUND), ("sponsor-nobody", MARIA, Kind.NOT_AFFILIATED)],
)
async def test_a_search_that_finds_nobody_leaves_the_case_and_the_journal_as_they_were(
    visit, services, sponsor, query, kind
):
    asked = new_case().asked(sponsor, query)
    done = await visit.perform(Operation.SEARCH, asked)
    assert done.failure.kind is kind
    assert done.case is asked
    assert services.journal.cases() == []


async def test_a_search_without_a_sponsor_or_a_question_is_not_sent(visit, sandbox):
    for case in (new_case(), new_case(sponsor="sponsor-sandbox"), replace(new_case(), query=MARIA)):
        assert (await visit.perform(Operation.SEARCH, case)).failure.kind is Kind.INVALID
    assert sandbox.calls == ()


async def test_a_lost_answer_to_a_search_is_asked_again_because_it_changes_nothing(visit, sandbox):
    sandbox.lose_answer("search", times=2)
    assert (await visit.found()).beneficiary is not None
    assert sandbox.count("search") == 3


async def test_a_sponsor_tells_its_forms_and_its_rules(services):
    forms = await beneficiary.forms(services, "sponsor-sandbox")
    assert [each.form_id for each in forms] == ["national-id", "member-id"]
    rules = await beneficiary.rules(services, "sponsor-strict", "LAB")
    assert rules.required_fields == ("professional_license_number",)


async def test_a_sponsor_that_this_pharmacy_may_not_ask_says_so(services):
    with pytest.raises(OsiguError) as caught:
        await beneficiary.forms(services, "sponsor-nobody")
    assert caught.value.failure.kind is Kind.NOT_AFFILIATED
