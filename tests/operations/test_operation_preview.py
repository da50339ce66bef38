"""What a chosen file looks like: small, the right way round, and never a reason to stop."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from counter_app import paths
from counter_app.models import Indication
from counter_app.operations import preview as drawing
from counter_app.operations.preview import preview
from counter_app.operations.services import Services
from counter_app.osigu.errors import Kind, OsiguError

SAMPLE = paths.resource("samples", "prescription.pdf")
ORIENTATION = 0x0112
RED, BLUE = (200, 0, 0), (0, 0, 200)


def of(path: Path) -> Indication:
    return Indication(path=str(path), name=path.name, size=0)


async def refusal(services: Services, path: Path) -> dict[str, str]:
    with pytest.raises(OsiguError) as caught:
        await preview(services, of(path))
    assert caught.value.failure.kind is Kind.INVALID
    assert caught.value.__cause__ is None
    return dict(caught.value.failure.fields)


def pixel(shown, x: int, y: int) -> tuple[int, ...]:
    at = (y * shown.width + x) * 4
    return tuple(shown.rgba[at : at + 4])


async def test_a_pdf_shows_its_first_page_and_how_many_there_are(services):
    shown = await preview(services, of(SAMPLE))
    assert shown.path == str(SAMPLE)
    assert shown.pages >= 1
    assert 0 < shown.width <= 640
    assert 0 < shown.height <= 900
    assert len(shown.rgba) == shown.width * shown.height * 4
    assert len(set(shown.rgba)) > 1
    assert pixel(shown, 0, 0) == (255, 255, 255, 255)


async def test_a_photo_taken_with_the_phone_on_its_side_stands_upright(services, tmp_path):
    lying = Image.new("RGB", (1600, 800), RED)
    lying.paste(BLUE, (0, 0, 800, 800))
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # turned by a quarter: what is left in the file belongs at the top
    lying.save(tmp_path / "photo.jpg", exif=exif, quality=95)
    shown = await preview(services, of(tmp_path / "photo.jpg"))
    assert (shown.width, shown.height) == (450, 900)
    top, bottom = pixel(shown, 225, 100), pixel(shown, 225, 800)
    assert top[2] > 150 > top[0]
    assert bottom[0] > 150 > bottom[2]


async def test_a_drawing_with_transparency_keeps_it(services, tmp_path):
    Image.new("LA", (10, 10), (0, 0)).save(tmp_path / "scan.png")
    shown = await preview(services, of(tmp_path / "scan.png"))
    assert (shown.width, shown.height, shown.pages) == (10, 10, 1)
    assert pixel(shown, 5, 5) == (0, 0, 0, 0)


@pytest.mark.parametrize("content", [b"", b"rubbish", b"%PDF-1.7\nrubbish", b"\xff\xd8\xff\xe0rubbish", b"GIF89a"])
async def test_a_file_that_is_not_what_it_says_is_undrawable(services, tmp_path, content):
    (tmp_path / "scan.pdf").write_bytes(content)
    assert await refusal(services, tmp_path / "scan.pdf") == {"file": "undrawable"}


async def test_a_file_that_is_not_there_is_undrawable(services, tmp_path):
    assert await refusal(services, tmp_path / "gone.pdf") == {"file": "undrawable"}
    assert await refusal(services, tmp_path) == {"file": "undrawable"}


async def test_a_file_too_large_to_draw_is_not_opened(services, tmp_path):
    with (tmp_path / "huge.pdf").open("wb") as huge:
        huge.truncate(drawing._LARGEST_FILE + 1)
    assert await refusal(services, tmp_path / "huge.pdf") == {"file": "too_large"}


async def test_a_picture_made_to_fill_the_memory_is_not_drawn(services, tmp_path, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10)
    Image.new("RGB", (100, 100)).save(tmp_path / "bomb.png")
    assert await refusal(services, tmp_path / "bomb.png") == {"file": "undrawable"}


async def test_no_two_threads_are_ever_in_pdfium_together(services, monkeypatch):
    """It is not made for it, and takes the whole program with it: one document is open at a time."""
    inside, most = [], []

    class Watched(pypdfium2.PdfDocument):
        def __init__(self, *given: object) -> None:
            inside.append(self)
            most.append(len(inside))
            super().__init__(*given)

        def close(self) -> None:
            super().close()
            inside.remove(self)

    monkeypatch.setattr(pypdfium2, "PdfDocument", Watched)
    shown = await asyncio.gather(*(preview(services, of(SAMPLE)) for _ in range(12)))
    assert len({each.rgba for each in shown}) == 1
    assert (len(most), max(most)) == (12, 1)


async def test_a_preview_does_not_hold_up_the_loop(services):
    drawn = asyncio.create_task(preview(services, of(SAMPLE)))
    turns = 0
    while not drawn.done():
        turns += 1
        await asyncio.sleep(0)
    assert turns > 1


async def test_what_the_vault_has_is_drawn_when_the_usb_stick_is_gone(services, tmp_path):
    file = tmp_path / "scan.pdf"
    file.write_bytes(SAMPLE.read_bytes())
    kept = replace(of(file), kept=services.files.keep(file))
    before = await preview(services, of(file))
    file.unlink()
    after = await preview(services, kept)
    assert after.rgba == before.rgba
    assert after.path == kept.kept
