"""Attaching files to a request."""

import base64
from typing import Any

import pytest
from sandbox_caller import Caller, request_id, wrong_paths

from counter_app.sandbox.running import RunningSandbox


def test_a_file_arrives_as_it_was_sent(sandbox: RunningSandbox, caller: Caller) -> None:
    request, content = caller.created(), bytes(range(256)) * 5000
    file = {"file": ("receta de Muñoz.pdf", content, "application/pdf")}
    form = {"file_type": "MEDICAL_INDICATION"}
    answer = caller.http.post(f"{request}/upload/files", files=file, data=form)
    assert (answer.status_code, answer.content) == (204, b"")
    (kept,) = sandbox.files(request_id(request))
    assert (kept.name, kept.file_type, kept.content) == ("receta de Muñoz.pdf", "MEDICAL_INDICATION", content)
    assert "Muñoz" not in repr(kept)


def test_a_file_arrives_the_same_as_base64(sandbox: RunningSandbox, caller: Caller) -> None:
    request = caller.created()
    body = {
        "file_name": "photo.jpg",
        "file_type": "MEDICAL_INDICATION",
        "content_base64": base64.b64encode(b"\xff\xd8 photo").decode(),
    }
    assert caller.post(f"{request}/upload/files/base64", body).status_code == 204
    (kept,) = sandbox.files(request_id(request))
    assert (kept.name, kept.content) == ("photo.jpg", b"\xff\xd8 photo")
    assert caller.complete(request).json()["status"] == "COMPLETED"


@pytest.mark.parametrize(
    ("files", "form", "wrong"),
    [
        ({"file": ("a.pdf", b"x")}, {}, {"file_type"}),
        ({"document": ("a.pdf", b"x")}, {"file_type": "MEDICAL_INDICATION"}, {"file", "document"}),
        ({"file": ("a.pdf", b"x")}, {"file_type": "SELFIE"}, {"file_type"}),
        ({"file": ("a.pdf", b"")}, {"file_type": "MEDICAL_INDICATION"}, {"file"}),
        ({"file": ("a.pdf", b"x")}, {"file_type": "MEDICAL_INDICATION", "note": "x"}, {"note"}),
        ({"file": ("a.pdf", b"x")}, {"file_type": ["MEDICAL_INDICATION", "LAB_ORDER"]}, {"file"}),
    ],
)
def test_an_upload_carries_a_file_and_its_type_and_nothing_else(
    sandbox: RunningSandbox, caller: Caller, files: Any, form: Any, wrong: set[str]
) -> None:
    request = caller.created()
    assert wrong_paths(caller.http.post(f"{request}/upload/files", files=files, data=form)) == wrong
    assert sandbox.files(request_id(request)) == ()


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"content_base64": "not base64!"}, {"content_base64"}),
        ({"content_base64": ""}, {"content_base64"}),
        ({"file_type": "SELFIE"}, {"file_type"}),
        ({"file_name": 1, "size": 2}, {"file_name", "size"}),
    ],
)
def test_a_base64_upload_is_as_strict(caller: Caller, change: dict[str, Any], wrong: set[str]) -> None:
    body = {"file_name": "a", "file_type": "LAB_ORDER", "content_base64": "eA=="} | change
    assert wrong_paths(caller.post(f"{caller.created()}/upload/files/base64", body)) == wrong


def test_an_upload_of_another_content_type_is_415(caller: Caller) -> None:
    request = caller.created()
    assert caller.post(f"{request}/upload/files", {"file": "x"}).status_code == 415
    broken = {"Content-Type": "multipart/form-data; boundary=b"}
    assert caller.http.post(f"{request}/upload/files", content=b"--x", headers=broken).status_code == 400


def test_multipart_can_be_refused_so_that_base64_is_used(sandbox: RunningSandbox, caller: Caller) -> None:
    sandbox.refuse_multipart()
    assert caller.attach(caller.created()).status_code == 415


def test_a_file_that_is_too_large_is_413_either_way() -> None:
    with RunningSandbox(largest_file=100_000) as sandbox, Caller(sandbox) as caller:
        request = caller.signed_in().created()
        assert caller.attach(request, content=b"x" * 100_000).status_code == 204
        assert caller.attach(request, content=b"x" * 100_001).status_code == 413
        assert caller.attach(request, content=b"x" * 400_000).status_code == 413
        for size in (100_001, 400_000):
            body = {
                "file_name": "a",
                "file_type": "LAB_ORDER",
                "content_base64": base64.b64encode(b"x" * size).decode(),
            }
            assert caller.post(f"{request}/upload/files/base64", body).status_code == 413
        assert len(sandbox.files(request_id(request))) == 1


def test_a_file_of_unknown_length_is_stopped_when_it_grows_too_large() -> None:
    with RunningSandbox(largest_file=100_000) as sandbox, Caller(sandbox) as caller:
        path = f"{caller.signed_in().created()}/upload/files"
        head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        chunks = iter([head, *[b"x" * 10_000] * 20, b"\r\n--b--\r\n"])
        headers = {"Content-Type": "multipart/form-data; boundary=b"}
        assert caller.http.post(path, content=chunks, headers=headers).status_code == 413
