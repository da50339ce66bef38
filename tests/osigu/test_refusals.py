"""What OSIGU says when it refuses: kept where it can be shown, dropped where it can't."""

import json
from datetime import UTC, datetime

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from odd_desk import failure_of, says

from counter_app.osigu import refusals
from counter_app.osigu.errors import Failure, Kind

NOW = datetime(2026, 6, 25, 14, 0, tzinfo=UTC)


def read(body: object, about: str | int | None = None, **headers: str) -> Failure:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    response = httpx.Response(422, content=content, headers=headers)
    return refusals.failure_of(response, Kind.INVALID, about, NOW)


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ({"code": "071-104", "message": "Product not registered"}, "071-104", "Product not registered"),
        ({"error_code": "E1", "error": "bad request"}, "E1", "bad request"),
        ({"error": "invalid_client", "error_description": "Unknown"}, None, "Unknown"),
        ({"error": {"code": 17, "message": "inside"}}, "17", "inside"),
        ({"message": "  two\r\n lines\x00 "}, None, "two lines"),
        ({"message": "<html><body>Bad Gateway</body></html>"}, None, None),
        ({"message": "x &lt; 3 and 2 < 3"}, None, "x &lt; 3 and 2 < 3"),
        ({"message": ""}, None, None),
        ({"message": ["no", "text"], "code": True}, None, None),
        ([], None, None),
        ("text", None, None),
        (b"", None, None),
        (b"<html>Bad Gateway</html>", None, None),
        (b'{"message": "cut o', None, None),
        (b"\xff\xfe\x00", None, None),
        (b"[" * 100_000, None, None),
    ],
)
def test_code_and_message_are_found_in_each_spelling(body, code, message):
    failure = read(body)
    assert (failure.code, failure.message, failure.status) == (code, message, 422)


def test_a_long_message_is_cut():
    message = read({"message": "x" * 5000}).message
    assert message is not None
    assert len(message) == 300
    assert message.endswith("…")


@pytest.mark.parametrize("key", ["errors", "error_details"])
def test_field_errors_are_found_by_their_path(key):
    wrong = [{"path": "quantity", "message": "too many"}, {"path": "posology"}, {"message": "?"}, "text", None]
    assert read({key: wrong}).fields == {"quantity": "too many", "posology": ""}


@pytest.mark.parametrize("errors", [None, {}, "text", 5, [[]]])
def test_field_errors_that_are_none_mark_nothing(errors):
    assert read({"errors": errors}).fields == {}


def test_a_flood_of_field_errors_is_bounded():
    assert len(read({"errors": [{"path": f"f{number}"} for number in range(1000)]}).fields) == 50


def test_the_reference_is_the_dispensation_a_conflict_names_or_the_id_asked_about():
    assert read({"dispensation_id": 77}, about="areq_1").reference == 77
    assert read({"dispensation_id": "d-1"}).reference == "d-1"
    assert read({"dispensation_id": True}, about="areq_1").reference == "areq_1"
    assert read({}, about=12).reference == 12
    assert read({}).reference is None


def test_how_long_to_wait_is_kept():
    assert read({}, **{"Retry-After": "12"}).retry_after == 12.0


@settings(deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["error", "errors", "message", "code", "path", "dispensation_id"]), inner, max_size=4
            )
        ),
        max_leaves=12,
    )
)
def test_no_body_whatsoever_keeps_a_failure_from_being_told(body):
    failure = read(body)
    assert failure.kind is Kind.INVALID
    assert failure.message is None or len(failure.message) <= 300


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_whatsoever_keep_a_failure_from_being_told(body):
    assert read(body).kind is Kind.INVALID


async def test_a_conflict_at_the_start_names_the_dispensation(osigu, desk):
    desk.tells("/dispensing/v1/dispensations", says(409, {"code": "IN_USE", "dispensation_id": 4711}))
    failure = await failure_of(osigu.start_dispensation("AUTH-1", None))
    assert (failure.kind, failure.reference, failure.code) == (Kind.CONFLICT, 4711, "IN_USE")


async def test_a_refused_request_carries_the_id_that_support_asks_for(osigu, desk):
    desk.tells("/arc/v1/authorization-requests/areq_1/complete", says(422, {"message": "no"}))
    assert (await failure_of(osigu.complete_request("areq_1"))).reference == "areq_1"
