"""The test of the connection: step by step, ending where nothing further can work."""

from dataclasses import replace

import pytest

from counter_app.operations.connection import check
from counter_app.osigu.errors import Kind, OsiguError


async def test_every_sponsor_is_asked_for_its_ways_to_search(profile):
    steps = [(each.step, each.found, each.failure) async for each in check(profile)]
    assert steps == [("token", 0, None), *((sponsor, 2, None) for sponsor in profile.sponsors)]


async def test_one_sponsor_that_fails_does_not_hide_the_others(profile):
    asked = replace(profile, sponsors=("sponsor-sandbox", "sponsor-nobody", "sponsor-otp"))
    failures = [each.failure and each.failure.kind async for each in check(asked)]
    assert failures == [None, None, Kind.NOT_AFFILIATED, None]


async def test_without_a_token_nothing_else_is_asked(profile, sandbox):
    (only,) = [each async for each in check(replace(profile, client_secret="wrong"))]
    assert (only.step, only.failure.kind) == ("token", Kind.CREDENTIALS)
    assert sandbox.count("forms") == 0


async def test_an_address_that_can_not_be_used_is_no_step_at_all(profile):
    with pytest.raises(OsiguError) as caught:
        _ = [each async for each in check(replace(profile, base_url="http://sandbox.osigu.com"))]
    assert caught.value.failure.kind is Kind.SETTINGS
