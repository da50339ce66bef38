"""A file goes to OSIGU in pieces, as multipart or as Base64, without stopping anything else."""

import asyncio
import base64
import io
import json
import time as wall
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pytest
from odd_desk import HANG_UP, TOKEN, failure_of, says
from python_multipart import parse_form
from python_multipart.multipart import Field, File

from counter_app.models import Indication
from counter_app.osigu import uploads
from counter_app.osigu.errors import Kind

UPLOAD = "/arc/v1/authorization-requests/areq_1/upload/files"
BASE64 = f"{UPLOAD}/base64"
TWELVE_MB = 12 * 1024 * 1024


def indication(file: Path, name: str = "recipe.pdf", file_type: str = "MEDICAL_INDICATION") -> Indication:
    size = file.stat().st_size if file.is_file() else 0
    return Indication(path=str(file), name=name, size=size, file_type=file_type)


@contextmanager
def opened(chosen: Indication) -> Iterator[BinaryIO]:
    with Path(chosen.path).open("rb") as file:
        yield file


async def send(osigu, chosen: Indication, report=None) -> None:
    with opened(chosen) as file:
        return await osigu.attach("areq_1", chosen, file, report)


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    file = tmp_path / "private name.pdf"
    file.write_bytes(bytes(range(256)) * 2000 + b"%%EOF")
    return file


def parts(heard):
    """The form as an independent reader sees it."""
    fields, files = {}, {}

    def on_field(each: Field) -> None:
        fields[each.field_name.decode()] = each.value.decode()

    def on_file(each: File) -> None:
        each.file_object.seek(0)
        files[each.field_name.decode()] = (each.file_name.decode(), each.file_object.read())

    headers = {"Content-Type": heard.headers["content-type"].encode(), "Content-Length": str(len(heard.body)).encode()}
    parse_form(headers, io.BytesIO(heard.body), on_field, on_file)
    return fields, files


async def test_a_file_is_attached_under_the_name_that_was_chosen_for_it(osigu, desk, scan):
    desk.tells(UPLOAD, says(204))
    assert await send(osigu, indication(scan, file_type="LAB_ORDER")) is None
    fields, files = parts(desk.heard[-1])
    assert fields == {"file_type": "LAB_ORDER"}
    assert files == {"file": ("recipe.pdf", scan.read_bytes())}
    assert b"private name" not in desk.heard[-1].body
    assert b"Content-Type: application/pdf\r\n" in desk.heard[-1].body


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("récipe ñ.pdf", 'filename="récipe ñ.pdf"'),
        ('a"; filename="b.exe', 'filename="a%22; filename=%22b.exe"'),
        ("a\r\nX-Evil: 1", 'filename="a%0D%0AX-Evil: 1"'),
        ("a\\b", 'filename="a%5Cb"'),
    ],
)
async def test_a_files_name_cant_break_out_of_its_place(osigu, desk, scan, name, sent):
    desk.tells(UPLOAD, says(204))
    await send(osigu, indication(scan, name))
    assert f'name="file"; {sent}\r\n'.encode() in desk.heard[-1].body


async def test_an_unknown_kind_of_file_goes_as_bytes(osigu, desk, scan):
    desk.tells(UPLOAD, says(204))
    await send(osigu, indication(scan, "paper"))
    assert b"Content-Type: application/octet-stream\r\n" in desk.heard[-1].body


async def test_the_log_in_page_of_a_network_is_no_receipt(osigu, desk, scan):
    desk.tells(UPLOAD, says(200, b"<html>Welcome to our Wi-Fi</html>"))
    failure = await failure_of(send(osigu, indication(scan)))
    assert failure.kind is Kind.CONTRACT


async def test_progress_is_told_in_bytes_and_ends_with_all_of_them(osigu, desk, scan):
    desk.tells(UPLOAD, says(204))
    told = []
    await send(osigu, indication(scan), lambda sent, total: told.append((sent, total)))
    size = scan.stat().st_size
    assert told == [(uploads.PIECE, size), (2 * uploads.PIECE, size), (size, size)]


async def test_where_multipart_is_refused_the_file_goes_as_base64(osigu, desk, scan):
    desk.tells(UPLOAD, says(415))
    desk.tells(BASE64, says(204))
    await send(osigu, indication(scan, 'ré"cipe|.pdf'))
    body = desk.calls("base64")[0].json
    assert base64.b64decode(body.pop("content_base64"), validate=True) == scan.read_bytes()
    assert body == {"file_name": 'ré"cipe|.pdf', "file_type": "MEDICAL_INDICATION"}


@pytest.mark.parametrize("size", [0, 1, 2, 3, uploads.PIECE - 1, uploads.PIECE, uploads.PIECE + 1])
async def test_every_size_arrives_whole_both_ways(osigu, desk, tmp_path, size):
    file = tmp_path / "f"
    file.write_bytes(b"\xa5" * size)
    desk.tells(UPLOAD, says(204), says(415))
    desk.tells(BASE64, says(204))
    await send(osigu, indication(file))
    await send(osigu, indication(file))
    assert parts(desk.calls("files")[0])[1]["file"][1] == file.read_bytes()
    assert base64.b64decode(desk.calls("base64")[0].json["content_base64"]) == file.read_bytes()


async def test_a_refused_file_is_not_sent_another_way(osigu, desk, scan):
    desk.tells(UPLOAD, says(422, {"errors": [{"path": "file_type", "message": "unknown"}]}))
    failure = await failure_of(send(osigu, indication(scan)))
    assert (failure.kind, failure.fields, failure.reference) == (
        Kind.INVALID,
        {"file_type": "unknown"},
        "areq_1",
    )
    assert len(desk.calls("upload")) == 1


async def test_a_token_that_expired_on_the_way_sends_the_file_once_more_and_whole(osigu, desk, scan):
    desk.tells("/v1/oauth/token", TOKEN, says(200, {"access_token": "new"}))
    desk.tells(UPLOAD, says(401), says(204))
    await send(osigu, indication(scan))
    first, second = desk.calls("upload")
    assert first.body == second.body
    assert parts(second)[1]["file"][1] == scan.read_bytes()


async def test_a_lost_answer_leaves_the_fate_of_an_upload_unknown(osigu, desk, scan):
    desk.tells(UPLOAD, HANG_UP)
    assert (await failure_of(send(osigu, indication(scan)))).kind is Kind.UNKNOWN
    assert len(desk.calls("upload")) == 1


async def test_a_file_that_is_closed_already_is_told_and_nothing_is_sent(osigu, desk, scan):
    with scan.open("rb") as file:
        pass
    failure = await failure_of(osigu.attach("areq_1", indication(scan), file))
    assert (failure.kind, failure.fields) == (Kind.INVALID, {"file": "unreadable"})
    assert not desk.heard


async def test_a_file_that_lies_in_memory_alone_is_sent_whole_wherever_it_stands(osigu, desk, scan):
    desk.tells(UPLOAD, says(204))
    file = io.BytesIO(b"decrypted, and on no disk")
    file.seek(5)
    await osigu.attach("areq_1", indication(scan), file)
    assert parts(desk.heard[-1])[1]["file"][1] == b"decrypted, and on no disk"


async def test_a_file_that_shrinks_while_it_goes_out_is_no_document(osigu, desk, scan):
    def cut(_sent: int, _total: int) -> None:
        scan.write_bytes(b"")

    failure = await failure_of(send(osigu, indication(scan), cut))
    assert (failure.kind, failure.fields) == (Kind.INVALID, {"file": "unreadable"})
    assert not desk.calls("upload")


async def test_a_disk_that_fails_while_the_file_goes_out_is_told(osigu, desk, scan):
    class Failing(io.BytesIO):
        def read(self, _count: int | None = -1) -> bytes:
            raise OSError

    failure = await failure_of(osigu.attach("areq_1", indication(scan), Failing(b"x")))
    assert (failure.kind, failure.fields) == (Kind.INVALID, {"file": "unreadable"})
    assert not desk.calls("upload")


async def test_twelve_megabytes_of_base64_do_not_stop_the_loop(osigu, desk, tmp_path):
    file = tmp_path / "scan.jpg"
    file.write_bytes(b"\x5a" * TWELVE_MB)
    desk.tells(UPLOAD, says(415))
    desk.tells(BASE64, says(204))
    longest = 0.0
    sending = asyncio.create_task(send(osigu, indication(file)))
    while not sending.done():
        began = wall.perf_counter()
        await asyncio.sleep(0)
        longest = max(longest, wall.perf_counter() - began)
    await sending
    assert json.loads(desk.calls("base64")[0].body)["content_base64"][:4] == "Wlpa"
    assert longest < 0.25
