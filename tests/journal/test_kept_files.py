"""The kept copies: the same bytes, whatever way they are read; nothing in the clear; no change goes unnoticed."""

import io
import os
import resource
import stat
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from counter_app.journal.errors import JournalError
from counter_app.journal.files import FOLDER, PIECE, KeptFiles
from counter_app.journal.vault import Vault
from counter_app.paths import resource as shipped

SEALED = PIECE + 16
HEAD = 33
SIZES = [0, 1, 15, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 7]


@pytest.fixture
def vault() -> Vault:
    return Vault.made()


@pytest.fixture
def kept(tmp_path, vault) -> KeptFiles:
    return KeptFiles(tmp_path / "counter", vault)


def chosen(tmp_path: Path, content: bytes) -> Path:
    file = tmp_path / "Ana Lopez.pdf"
    file.write_bytes(content)
    return file


def on_disk(tmp_path: Path, file_id: str) -> Path:
    return tmp_path / "counter" / FOLDER / file_id


def read(kept: KeptFiles, file_id: str) -> bytes:
    with kept.open(file_id) as opened:
        return opened.read()


@pytest.mark.parametrize("size", SIZES)
def test_a_copy_holds_the_same_bytes_after_the_original_is_gone(tmp_path, kept, size):
    content = os.urandom(size)
    source = chosen(tmp_path, content)
    file_id = kept.keep(source)
    source.unlink()
    assert read(kept, file_id) == content


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    places=st.lists(
        st.tuples(st.integers(0, 3 * PIECE + 50), st.integers(0, 2 * PIECE)),
        max_size=8,
    )
)
def test_any_part_of_a_copy_is_read_as_from_the_file_itself(tmp_path, kept, places):
    content = bytes(range(256)) * (2 * PIECE // 256) + b"the end"
    file_id = next(iter(kept.ids()), None) or kept.keep(chosen(tmp_path, content))
    plain = io.BytesIO(content)
    with kept.open(file_id) as opened:
        for place, count in places:
            assert opened.seek(place) == plain.seek(place)
            assert opened.read(count) == plain.read(count)
            assert opened.tell() == plain.tell()


def test_the_size_is_known_without_reading_it_all(tmp_path, kept):
    file_id = kept.keep(chosen(tmp_path, bytes(2 * PIECE + 3)))
    with kept.open(file_id) as opened:
        assert opened.seek(0, os.SEEK_END) == 2 * PIECE + 3
        assert opened.seek(-3, os.SEEK_CUR) == 2 * PIECE
        assert opened.read() == bytes(3)
        assert opened.seekable()
        assert not opened.writable()
        with pytest.raises(OSError, match="before the start"):
            opened.seek(-1)


def test_a_copy_has_nothing_in_the_clear_and_no_name_on_the_disk(tmp_path, kept):
    content = b"Ana Lopez, headache. " * 50_000
    file_id = kept.keep(chosen(tmp_path, content))
    sealed = on_disk(tmp_path, file_id)
    assert b"Ana Lopez" not in sealed.read_bytes()
    assert [each.name for each in sealed.parent.iterdir()] == [file_id]
    assert len(file_id) == 32
    assert set(file_id) <= set("0123456789abcdef")
    with kept.open(file_id) as opened, pytest.raises(OSError, match="fileno"):
        opened.fileno()


def test_only_its_owner_can_read_a_copy(tmp_path, kept):
    before = os.umask(0)
    try:
        sealed = on_disk(tmp_path, kept.keep(chosen(tmp_path, b"x")))
    finally:
        os.umask(before)
    assert stat.S_IMODE(sealed.stat().st_mode) == 0o600
    assert stat.S_IMODE(sealed.parent.stat().st_mode) == 0o700


def test_the_same_file_kept_twice_is_two_copies_that_have_nothing_in_common(tmp_path, kept):
    source = chosen(tmp_path, bytes(1000))
    one, other = kept.keep(source), kept.keep(source)
    assert kept.ids() == {one, other}
    assert on_disk(tmp_path, one).read_bytes()[HEAD:] != on_disk(tmp_path, other).read_bytes()[HEAD:]


# --- changed copies ---------------------------------------------------------------------------------------------------


def test_a_changed_byte_anywhere_is_an_error_of_reading(tmp_path, kept):
    file_id = kept.keep(chosen(tmp_path, b"x" * 50))
    sealed = on_disk(tmp_path, file_id)
    whole = sealed.read_bytes()
    for place in range(len(whole)):
        sealed.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(OSError, match="changed"):
            read(kept, file_id)


@pytest.mark.parametrize(
    "left", [0, 1, HEAD - 1, HEAD, HEAD + 5, HEAD + SEALED, HEAD + 2 * SEALED, HEAD + 2 * SEALED + 9]
)
def test_a_copy_that_was_cut_off_does_not_open(tmp_path, kept, left):
    file_id = kept.keep(chosen(tmp_path, bytes(2 * PIECE + 100)))
    with on_disk(tmp_path, file_id).open("r+b") as sealed:
        sealed.truncate(left)
    with pytest.raises(OSError, match="changed"):
        kept.open(file_id)


def test_a_copy_with_something_added_does_not_open(tmp_path, kept):
    file_id = kept.keep(chosen(tmp_path, bytes(PIECE)))
    with on_disk(tmp_path, file_id).open("ab") as sealed:
        sealed.write(bytes(SEALED))
    with pytest.raises(OSError, match="changed"):
        kept.open(file_id)


def pieces_of(whole: bytes) -> tuple[bytes, bytes, bytes]:
    return whole[:HEAD], whole[HEAD : HEAD + SEALED], whole[HEAD + SEALED : HEAD + 2 * SEALED]


def test_pieces_that_changed_places_or_were_left_out_are_noticed(tmp_path, kept):
    file_id = kept.keep(chosen(tmp_path, os.urandom(3 * PIECE)))
    sealed = on_disk(tmp_path, file_id)
    head, first, second = pieces_of(sealed.read_bytes())
    last = sealed.read_bytes()[HEAD + 2 * SEALED :]
    for changed in (head + second + first + last, head + first + first + last, head + second + last, head + last):
        sealed.write_bytes(changed)
        with pytest.raises(OSError, match="changed"):
            read(kept, file_id)


def test_a_copy_under_another_copys_name_does_not_open(tmp_path, kept):
    one, other = kept.keep(chosen(tmp_path, b"hers")), kept.keep(chosen(tmp_path, b"his"))
    on_disk(tmp_path, one).replace(on_disk(tmp_path, other))
    with pytest.raises(OSError, match="changed"):
        kept.open(other)


def test_another_vault_opens_no_copy(tmp_path, kept):
    file_id = kept.keep(chosen(tmp_path, b"hers"))
    with pytest.raises(OSError, match="changed"):
        KeptFiles(tmp_path / "counter", Vault.made()).open(file_id)


def test_a_copy_that_changes_while_it_is_read_is_an_error_and_never_wrong_bytes(tmp_path, kept):
    file_id = kept.keep(chosen(tmp_path, bytes(3 * PIECE)))
    with kept.open(file_id) as opened:
        assert opened.read(10) == bytes(10)
        with on_disk(tmp_path, file_id).open("r+b") as sealed:
            sealed.seek(HEAD + SEALED + PIECE // 2)
            sealed.write(b"!")
        opened.seek(PIECE)
        with pytest.raises(OSError, match="changed"):
            opened.read(10)


# --- which copies there are -------------------------------------------------------------------------------------------


def test_a_wiped_copy_is_gone_and_can_be_wiped_again(tmp_path, kept):
    gone, stays = kept.keep(chosen(tmp_path, b"a")), kept.keep(chosen(tmp_path, b"b"))
    kept.wipe(gone)
    kept.wipe(gone)
    assert kept.ids() == {stays}
    with pytest.raises(FileNotFoundError):
        kept.open(gone)


@pytest.mark.parametrize("odd", ["", ".", "../../secret", "a" * 31, "A" * 32, "0" * 32 + "\n", "/etc/passwd", "ñ" * 32])
def test_what_is_no_id_leads_nowhere(tmp_path, kept, odd):
    (tmp_path / "secret").write_text("x")
    kept.keep(chosen(tmp_path, b"a"))
    with pytest.raises(FileNotFoundError):
        kept.open(odd)
    kept.wipe(odd)
    assert (tmp_path / "secret").exists()
    assert len(kept.ids()) == 1


def test_before_the_first_copy_there_is_none_and_nothing_is_made(tmp_path, kept):
    assert kept.ids() == set()
    assert not (tmp_path / "counter").exists()


def test_what_a_power_cut_left_half_written_never_counts_and_is_cleared_away(tmp_path, kept, vault):
    file_id = kept.keep(chosen(tmp_path, b"a"))
    half = on_disk(tmp_path, "tmpabc.unfinished")
    half.write_bytes(b"half")
    assert kept.ids() == {file_id}
    assert KeptFiles(tmp_path / "counter", vault).ids() == {file_id}
    assert not half.exists()
    assert read(kept, file_id) == b"a"


def test_copies_outlive_the_program(tmp_path, kept, vault):
    file_id = kept.keep(chosen(tmp_path, b"signed"))
    assert read(KeptFiles(tmp_path / "counter", vault), file_id) == b"signed"


# --- what goes wrong while copying ------------------------------------------------------------------------------------


def test_a_file_that_is_missing_or_a_folder_is_told_as_that(tmp_path, kept):
    with pytest.raises(FileNotFoundError):
        kept.keep(tmp_path / "gone.pdf")
    with pytest.raises(IsADirectoryError):
        kept.keep(tmp_path)
    assert kept.ids() == set()


def test_a_stick_that_fails_while_it_is_read_is_told_as_the_files_fault_and_leaves_nothing(tmp_path, kept):
    # The memory of this process, from an address where there is none: opens, and can't be read.
    with pytest.raises(OSError) as told:  # noqa: PT011  the system's own words differ
        kept.keep(Path("/proc/self/mem"))
    assert not isinstance(told.value, JournalError)
    assert not list((tmp_path / "counter" / FOLDER).iterdir())


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path, kept):
    source = chosen(tmp_path, bytes(3 * PIECE))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (PIECE + 100, limits[1]))
    try:
        with pytest.raises(JournalError) as told:
            kept.keep(source)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert told.value.code == "full"
    assert not list((tmp_path / "counter" / FOLDER).iterdir())
    assert read(kept, kept.keep(source)) == bytes(3 * PIECE)


def test_a_disk_that_cannot_be_written_is_told(tmp_path, kept):
    (tmp_path / "counter").mkdir()
    (tmp_path / "counter" / FOLDER).touch()
    with pytest.raises(JournalError) as told:
        kept.keep(chosen(tmp_path, b"a"))
    assert told.value.code == "read_only"
    assert kept.ids() == set()


# --- who reads copies -------------------------------------------------------------------------------------------------


def test_a_pdf_is_drawn_from_its_copy(kept):
    file_id = kept.keep(shipped("samples", "prescription.pdf"))
    with kept.open(file_id) as opened, pypdfium2.PdfDocument(opened) as document:
        assert len(document) >= 1
        assert document[0].render(scale=0.2).to_pil().width > 0


@pytest.mark.parametrize(("kind", "options"), [("PNG", {}), ("JPEG", {}), ("TIFF", {"compression": "tiff_lzw"})])
def test_a_picture_is_drawn_from_its_copy(tmp_path, kept, kind, options):
    picture = Image.frombytes("RGB", (700, 500), os.urandom(700 * 500 * 3))
    picture.save(tmp_path / "photo", kind, **options)
    file_id = kept.keep(tmp_path / "photo")
    with kept.open(file_id) as opened, Image.open(opened) as drawn, Image.open(tmp_path / "photo") as original:
        assert drawn.convert("RGB").tobytes() == original.convert("RGB").tobytes()
