"""What the program leaves on this computer can be read by nobody who finds it."""

import base64
import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from desk import PRESCRIPTION, Desk
from patients import OTP_CODE
from strongroom import PASSPHRASE

from counter_app import logs

MARK = b"%what the paper says of its patient%"
TYPED = ("123456789", "FV-TELLTALE-77", "1 every 8 h for 10 days", "half a word of posology", "receta-de-maria.pdf")
NAMES = ("MARIA", "GONZALEZ")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home, a place for temporary files and a log of the test's own."""
    home = tmp_path / "home"
    for name in ("HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        folder = home / name.lower()
        folder.mkdir(parents=True)
        monkeypatch.setenv(name, str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    logs.start(home / "log")
    logging.getLogger("counter_app").info("the search finds what is there")
    yield home
    logs.stop()


def spelled(word: str) -> Iterator[bytes]:
    """The ways in which a word may stand in a file."""
    for text in {word, word.lower(), word.upper(), word.title()}:
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "latin-1"):
            raw = text.encode(encoding)
            yield raw
            yield raw.hex().encode()
            yield raw.hex().upper().encode()
            for shift in range(3):
                # Whole groups of three bytes alone: what stands beside the word changes the others.
                whole = raw[shift : shift + (len(raw) - shift) // 3 * 3]
                if len(whole) >= 6:
                    yield base64.b64encode(whole)
        yield quote(text).encode()
        yield text[::-1].encode()


def found(words: list[str], folders: list[Path]) -> dict[str, list[str]]:
    """Where which words can be read, file names included."""
    needles = {word: set(spelled(word)) for word in words}
    there: dict[str, list[str]] = {}
    for folder in folders:
        for file in (each for each in folder.rglob("*") if each.is_file()):
            content = file.read_bytes() + b"\n" + str(file.relative_to(folder)).encode()
            for word, spellings in needles.items():
                if any(each in content for each in spellings):
                    there.setdefault(str(file), []).append(word)
    return there


def ids(desk: Desk) -> list[str]:
    known = []
    for case in desk.counter.cases():
        known += [str(case.request_id or ""), case.code or "", case.transaction_id or ""]
        known += [str(case.beneficiary.beneficiary_id)] if case.beneficiary else []
        known += [str(case.dispensation.dispensation_id)] if case.dispensation else []
        known += [case.proof.otp_token or ""] if case.proof else []
    return [each for each in known if each]


def test_nothing_of_a_patient_and_no_secret_can_be_read_on_this_computer(open_desk, home: Path, tmp_path: Path) -> None:
    paper = tmp_path / "stick" / "receta-de-maria.pdf"
    paper.parent.mkdir()
    paper.write_bytes(PRESCRIPTION.read_bytes() + MARK)
    desk = open_desk()
    desk.serve().prescribe().attach(paper).send().start().finish("FV-TELLTALE-77")
    desk.shows("dispensationStatus", "COMPLETED")
    desk.press("finishButton")
    # Another one is left half done: a file that could not be sent, words half typed.
    desk.serve().prescribe()
    desk.sandbox.drop("upload", times=1)
    desk.write("indicationPath", str(paper))
    desk.press("attachButton")
    desk.seen("errorBanner")
    desk.press("newCaseButton")
    desk.write("field_document_number", "123456789")
    desk.press("searchButton")
    desk.press("nextButton")
    desk.write("productPosology", "half a word of posology")
    desk.counter.keep_drafts()
    tokens = list(desk.sandbox._site.access._tokens)
    assert tokens
    secrets = [desk.sandbox.client_secret, PASSPHRASE, OTP_CODE, *tokens]
    words = [*NAMES, *TYPED, *ids(desk), *secrets, MARK.decode()]
    assert len(ids(desk)) >= 6
    places = [desk.folder, home]
    desk.until(lambda: len(list(desk.folder.rglob("*"))) > 4, "the journal is not there")
    assert found(words, places) == {}
    desk.close()
    assert found(words, places) == {}
    # The search itself is able to find: in the paper and in the log there is something to be found.
    assert found([MARK.decode()], [paper.parent])
    assert found(["the search finds what is there"], [home / "log"])


@pytest.mark.parametrize("way", ["utf-8", "utf-16-le", "base64", "hex"])
def test_the_search_finds_a_name_in_whatever_way_it_is_written(tmp_path: Path, way: str) -> None:
    raw = "Maria Gonzalez".encode("utf-16-le" if way == "utf-16-le" else "utf-8")
    written = {"base64": base64.b64encode(b"x" + raw), "hex": raw.hex().encode()}.get(way, raw)
    (tmp_path / "file").write_bytes(b"before" + written + b"behind")
    assert found(["MARIA GONZALEZ"], [tmp_path])
