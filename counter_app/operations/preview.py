"""What a chosen file looks like: its first page, small, as pixels."""

import asyncio
from contextlib import closing
from pathlib import Path
from threading import Lock
from typing import BinaryIO

from counter_app.journal.files import KeptFiles
from counter_app.models import Indication, Preview
from counter_app.operations.services import Services
from counter_app.osigu.errors import Failure, Kind, OsiguError

_WIDEST = 640  # pixels: twice the card, for dense screens
_TALLEST = 900
_LARGEST_FILE = 64_000_000  # bytes; what is larger is sent, but not drawn
# Two threads in PDFium at once end the program without a word: it is not made for it.
_in_pdfium = Lock()


async def preview(services: Services, indication: Indication) -> Preview:
    """Draw the first page of a PDF, or a picture turned the right way round: of the vault's copy, where it has one.

    Raises:
        OsiguError: with `Kind.INVALID` when nothing in the file can be drawn. It can be sent all the same.
    """
    return await asyncio.to_thread(_draw, services.files, indication)


def _draw(files: KeptFiles, indication: Indication) -> Preview:
    shown = indication.kept or indication.path
    try:
        with files.open(indication.kept) if indication.kept else Path(indication.path).open("rb") as opened:
            if opened.seek(0, 2) > _LARGEST_FILE:
                raise OsiguError(Failure(kind=Kind.INVALID, fields={"file": "too_large"}))
            opened.seek(0)
            start = opened.read(1024)
            opened.seek(0)
            return _draw_pdf(opened, shown) if b"%PDF-" in start else _draw_picture(opened, shown)
    except OsiguError:
        raise
    except Exception:  # noqa: BLE001  parsers of foreign files fail in their own ways, and none matters here
        raise OsiguError(Failure(kind=Kind.INVALID, fields={"file": "undrawable"})) from None


def _draw_pdf(file: BinaryIO, shown: str) -> Preview:
    import pypdfium2  # noqa: PLC0415  a large native module: not before the first file

    with _in_pdfium, closing(pypdfium2.PdfDocument(file)) as document, closing(document[0]) as page:
        scale = min(_WIDEST / page.get_width(), _TALLEST / page.get_height())
        with closing(page.render(scale=scale, rev_byteorder=True, prefer_bgrx=True)) as bitmap:
            picture = bitmap.to_pil().convert("RGBA")
        return Preview(
            path=shown,
            width=picture.width,
            height=picture.height,
            rgba=picture.tobytes(),
            pages=len(document),
        )


def _draw_picture(file: BinaryIO, shown: str) -> Preview:
    from PIL import Image, ImageOps  # noqa: PLC0415

    with Image.open(file) as opened:
        opened.draft("RGB", (_WIDEST, _TALLEST))
        turned = ImageOps.exif_transpose(opened)
        turned.thumbnail((_WIDEST, _TALLEST))
        picture = turned.convert("RGBA")
    return Preview(path=shown, width=picture.width, height=picture.height, rgba=picture.tobytes())
