"""Where the key comes from: never a new one over an old one, never in the clear, and a sentence for each refusal."""

import json
import os
import resource
import sqlite3
import stat
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null
from keyring.backends.chainer import ChainerBackend
from keyring.errors import KeyringLocked

from counter_app.journal import keys
from counter_app.journal.errors import JournalError, VaultLockedError
from counter_app.journal.keys import COST, FILE, SERVICE, open_vault
from counter_app.journal.ring import AskedRing, RingError, system_ring
from counter_app.journal.vault import Vault

PASSPHRASE = "correct horse battery"
CHEAP = 16


class DrawerRing:
    """A key ring in memory."""

    def __init__(self) -> None:
        self.secrets: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        self.unlock()
        return self.secrets.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.unlock()
        self.secrets[service, username] = password

    def unlock(self) -> None:
        """It is open."""


class LockedRing(DrawerRing):
    """A ring whose question for its password was dismissed."""

    def unlock(self) -> None:
        raise KeyringLocked("Failed to unlock the collection!")


class SilentRing(DrawerRing):
    """A ring that waits for a question nobody sees."""

    def __init__(self) -> None:
        super().__init__()
        self.answered = threading.Event()

    def unlock(self) -> None:
        self.answered.wait()


@pytest.fixture
def ring() -> DrawerRing:
    return DrawerRing()


@pytest.fixture
def silent() -> Iterator[SilentRing]:
    ring = SilentRing()
    yield ring
    ring.answered.set()


def same(one: Vault, other: Vault) -> bool:
    return one.of_files == other.of_files


def written(folder: Path) -> dict[str, object]:
    content = json.loads((folder / FILE).read_text())
    assert isinstance(content, dict)
    return content


def rewrite(folder: Path, **changes: object) -> bytes:
    content = json.dumps(written(folder) | changes).encode()
    (folder / FILE).write_bytes(content)
    return content


def refusal(folder: Path, passphrase: str = "", **options: object) -> JournalError:
    with pytest.raises(JournalError) as refused:
        open_vault(folder, passphrase, **{"ring": None, "cost": CHEAP} | options)
    # Whoever reads it knows what to do; nothing secret is in it.
    assert str(refused.value).endswith(".")
    assert PASSPHRASE not in str(refused.value)
    return refused.value


# --- with a key ring --------------------------------------------------------------------------------------------------


def test_with_a_key_ring_the_vault_opens_again_without_asking_anybody(tmp_path, ring):
    first = open_vault(tmp_path, ring=ring)
    assert same(open_vault(tmp_path, ring=ring), first)


def test_the_key_lies_in_the_ring_alone_under_the_programs_name_and_the_vaults_id(tmp_path, ring):
    vault = open_vault(tmp_path, ring=ring)
    ((place, secret),) = ring.secrets.items()
    assert place == (SERVICE, written(tmp_path)["vault"])
    assert secret.encode() not in (tmp_path / FILE).read_bytes()
    assert b64encode(vault.of_files) not in (tmp_path / FILE).read_bytes()


def test_a_ring_is_preferred_to_a_passphrase(tmp_path, ring):
    open_vault(tmp_path, PASSPHRASE, ring=ring, cost=CHEAP)
    assert ring.secrets
    assert "scrypt" not in written(tmp_path)


@pytest.mark.parametrize("useless", [LockedRing(), null.Keyring(), fail.Keyring()])
def test_a_ring_that_does_not_keep_the_key_is_treated_as_none(tmp_path, useless):
    assert refusal(tmp_path, ring=useless).code == "new"
    assert not (tmp_path / FILE).exists()
    vault = open_vault(tmp_path, PASSPHRASE, ring=useless, cost=CHEAP)
    assert same(open_vault(tmp_path, PASSPHRASE, ring=None), vault)


@pytest.mark.parametrize("gone", [None, LockedRing(), fail.Keyring()])
def test_a_ring_that_does_not_open_makes_no_new_key_and_loses_nothing(tmp_path, ring, gone):
    vault = open_vault(tmp_path, ring=ring)
    before = (tmp_path / FILE).read_bytes()
    refused = refusal(tmp_path, PASSPHRASE, ring=gone)
    assert refused.code == "key_lost"
    assert "unlock it" in str(refused)
    assert (tmp_path / FILE).read_bytes() == before
    assert same(open_vault(tmp_path, ring=ring), vault)


@pytest.mark.parametrize("secret", [None, "", "no base64!", "c2hvcnQ=", b64encode(bytes(32)).decode()])
def test_a_ring_without_the_right_key_makes_no_new_one(tmp_path, ring, secret):
    open_vault(tmp_path, ring=ring)
    (place,) = ring.secrets
    ring.secrets.clear()
    if secret is not None:
        ring.secrets[place] = secret
    before = (tmp_path / FILE).read_bytes(), dict(ring.secrets)
    refused = refusal(tmp_path, PASSPHRASE, ring=ring)
    assert refused.code == "key_lost"
    assert "backup" in str(refused)
    assert ((tmp_path / FILE).read_bytes(), ring.secrets) == before


def test_two_counters_of_one_user_have_a_key_each(tmp_path, ring):
    one, other = open_vault(tmp_path / "one", ring=ring), open_vault(tmp_path / "other", ring=ring)
    assert not same(one, other)
    assert len(ring.secrets) == 2


def test_a_ring_that_never_answers_does_not_hold_up_the_program(silent):
    with pytest.raises(RingError):
        AskedRing(silent, patience=0.01).get(SERVICE, "a")


# --- with a passphrase ------------------------------------------------------------------------------------------------


def test_without_a_ring_staff_choose_a_passphrase_and_enter_it_the_next_time(tmp_path):
    assert refusal(tmp_path).code == "new"
    vault = open_vault(tmp_path, PASSPHRASE, ring=None, cost=CHEAP)
    assert refusal(tmp_path).code == "known"
    assert same(open_vault(tmp_path, PASSPHRASE, ring=None), vault)


def test_a_wrong_passphrase_is_refused_and_the_right_one_still_opens(tmp_path):
    vault = open_vault(tmp_path, PASSPHRASE, ring=None, cost=CHEAP)
    refused = refusal(tmp_path, "correct horse buttery")
    assert isinstance(refused, VaultLockedError)
    assert refused.code == "wrong"
    assert same(open_vault(tmp_path, PASSPHRASE, ring=None), vault)


def test_a_short_passphrase_from_the_environment_is_the_managers_choice(tmp_path):
    vault = open_vault(tmp_path, "pin", ring=None, cost=CHEAP)
    assert same(open_vault(tmp_path, "pin", ring=None), vault)


def test_a_passphrase_of_nothing_but_blanks_is_none(tmp_path):
    assert refusal(tmp_path, " " * 12).code == "new"


@pytest.mark.parametrize(
    ("chosen", "typed"),
    [("contraseña", "contrasen\u0303a"), ("ｐａｓｓｗｏｒｔ", "passwort"), ("a phrase ", " a phrase")],
)
def test_a_passphrase_opens_from_every_keyboard(tmp_path, chosen, typed):
    vault = open_vault(tmp_path, chosen, ring=None, cost=CHEAP)
    assert same(open_vault(tmp_path, typed, ring=None), vault)


def test_a_passphrase_from_the_environment_may_hold_bytes_that_are_no_text(tmp_path):
    odd = os.fsdecode(b"caf\xe9 con leche")
    vault = open_vault(tmp_path, odd, ring=None, cost=CHEAP)
    assert same(open_vault(tmp_path, odd, ring=None), vault)


def test_neither_the_passphrase_nor_the_key_is_in_the_file(tmp_path):
    open_vault(tmp_path, PASSPHRASE, ring=None, cost=CHEAP)
    assert PASSPHRASE.encode() not in (tmp_path / FILE).read_bytes()
    assert set(written(tmp_path)) == {"version", "vault", "scrypt", "key"}


def test_guessing_a_passphrase_costs_what_owasp_recommends(tmp_path):
    vault = open_vault(tmp_path, PASSPHRASE, ring=None)
    paid = written(tmp_path)["scrypt"]
    assert isinstance(paid, dict)
    assert (paid["n"], paid["r"], paid["p"]) == (COST, 8, 2) == (65536, 8, 2)
    assert same(open_vault(tmp_path, PASSPHRASE, ring=None), vault)


# --- the file ---------------------------------------------------------------------------------------------------------


def test_only_its_owner_can_read_the_file_and_nothing_half_written_is_left(tmp_path):
    folder = tmp_path / "counter"
    before = os.umask(0)
    try:
        open_vault(folder, PASSPHRASE, ring=None, cost=CHEAP)
    finally:
        os.umask(before)
    assert stat.S_IMODE((folder / FILE).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [each.name for each in folder.iterdir()] == [FILE]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"{}",
        b'{"version": 1}',
        b'{"version": 0, "ring": true}',
        b'{"version": "1"}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_file_stays_as_it_is_and_no_new_key_is_made(tmp_path, ring, content):
    (tmp_path / FILE).write_bytes(content)
    assert refusal(tmp_path, PASSPHRASE, ring=ring).code == "key_lost"
    assert (tmp_path / FILE).read_bytes() == content
    assert not ring.secrets


@pytest.mark.parametrize("part", ["vault", "key"])
@pytest.mark.parametrize("value", ["", "not base64 or hex", 7, None])
def test_a_file_with_a_damaged_part_is_told_as_damaged(tmp_path, part, value):
    open_vault(tmp_path, PASSPHRASE, ring=None, cost=CHEAP)
    content = rewrite(tmp_path, **{part: value})
    assert refusal(tmp_path, PASSPHRASE).code == "key_lost"
    assert (tmp_path / FILE).read_bytes() == content


def test_a_file_of_a_newer_program_is_left_to_it(tmp_path, ring):
    open_vault(tmp_path, ring=ring)
    content = rewrite(tmp_path, version=2, ring=["something", "else"])
    refused = refusal(tmp_path, PASSPHRASE, ring=ring)
    assert refused.code == "newer"
    assert "newer program" in str(refused)
    assert (tmp_path / FILE).read_bytes() == content


@pytest.mark.parametrize("change", [{"n": 2**30}, {"r": 1024}, {"p": 10_000}, {"n": 1000}, {"n": 0}, {"salt": ""}])
def test_a_changed_file_cannot_make_the_program_take_all_memory(tmp_path, change):
    open_vault(tmp_path, PASSPHRASE, ring=None, cost=CHEAP)
    paid = written(tmp_path)["scrypt"]
    assert isinstance(paid, dict)
    rewrite(tmp_path, scrypt=paid | change)
    assert refusal(tmp_path, PASSPHRASE).code == "key_lost"


def test_a_wrapped_key_does_not_open_under_another_vaults_id(tmp_path):
    open_vault(tmp_path, PASSPHRASE, ring=None, cost=CHEAP)
    rewrite(tmp_path, vault="0" * 32)
    assert refusal(tmp_path, PASSPHRASE).code == "wrong"


def test_a_file_that_cannot_be_read_makes_no_new_key(tmp_path, ring):
    (tmp_path / FILE).mkdir()
    assert refusal(tmp_path, ring=ring).code == "key_lost"
    assert not ring.secrets


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "counter").touch()
    assert refusal(tmp_path / "counter", PASSPHRASE).code == "read_only"


def test_a_full_disk_leaves_no_half_written_file(tmp_path):
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, limits[1]))
    try:
        refused = refusal(tmp_path, PASSPHRASE)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert refused.code == "full"
    assert not list(tmp_path.iterdir())


# --- a journal whose vault.json is missing ----------------------------------------------------------------------------


def journal_of_version(folder: Path, version: int | None) -> None:
    with closing(sqlite3.connect(folder / "journal.sqlite3")) as journal:
        journal.execute("PRAGMA journal_mode=WAL")
        journal.execute("CREATE TABLE schema_version (version INTEGER NOT NULL)")
        journal.execute("INSERT INTO schema_version SELECT :version WHERE :version IS NOT NULL", {"version": version})
        journal.commit()


@pytest.mark.parametrize("version", [1, None])
def test_a_journal_from_before_there_were_vaults_gets_one(tmp_path, ring, version):
    journal_of_version(tmp_path, version)
    open_vault(tmp_path, ring=ring)
    assert ring.secrets


def test_a_damaged_journal_from_before_there_were_vaults_gets_one(tmp_path, ring):
    (tmp_path / "journal.sqlite3").write_bytes(b"not a database at all" * 100)
    open_vault(tmp_path, ring=ring)
    assert ring.secrets


def test_a_sealed_journal_without_its_vault_gets_no_other_key_and_opens_when_the_file_is_back(tmp_path, ring):
    vault = open_vault(tmp_path, ring=ring)
    journal_of_version(tmp_path, 2)
    backup = (tmp_path / FILE).read_bytes()
    (tmp_path / FILE).unlink()
    refused = refusal(tmp_path, PASSPHRASE, ring=ring)
    assert refused.code == "key_lost"
    assert "put it back" in str(refused)
    assert len(ring.secrets) == 1
    assert not (tmp_path / FILE).exists()
    (tmp_path / FILE).write_bytes(backup)
    assert same(open_vault(tmp_path, ring=ring), vault)


# --- which ring the system has ----------------------------------------------------------------------------------------


class PlainFileRing(DrawerRing, KeyringBackend):
    """A ring as keyring finds it that is none worth the name: its secrets are in plain files."""

    priority = 0.5


class WalletRing(PlainFileRing):
    """A ring that keyring recommends."""

    priority = 5


class PoorChain(ChainerBackend):
    backends = (PlainFileRing(), PlainFileRing())


class GoodChain(ChainerBackend):
    backends = (WalletRing(), PlainFileRing())


class EmptyChain(ChainerBackend):
    backends = ()


@pytest.mark.parametrize(
    ("found", "worth"),
    [
        (fail.Keyring(), False),
        (null.Keyring(), False),
        (PlainFileRing(), False),
        (PoorChain(), False),
        (EmptyChain(), False),
        (WalletRing(), True),
        (GoodChain(), True),
    ],
)
def test_the_systems_ring_is_used_where_it_is_worth_the_name(monkeypatch, found, worth):
    monkeypatch.setattr(keyring.core, "_keyring_backend", None)
    keyring.set_keyring(found)
    assert system_ring() is (found if worth else None)


def test_without_a_ring_of_the_system_a_passphrase_is_asked_for(tmp_path, monkeypatch):
    monkeypatch.setattr(keyring.core, "_keyring_backend", None)
    keyring.set_keyring(fail.Keyring())
    with pytest.raises(VaultLockedError) as refused:
        open_vault(tmp_path)
    assert refused.value.code == "new"


def test_a_ring_of_the_system_that_cannot_be_loaded_is_treated_as_none(tmp_path, monkeypatch):
    monkeypatch.setattr(keyring.core, "_keyring_backend", None)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "no.such.Ring")
    with pytest.raises(VaultLockedError):
        open_vault(tmp_path)


def test_a_vault_with_a_passphrase_never_looks_for_a_ring(tmp_path, monkeypatch):
    vault = open_vault(tmp_path, PASSPHRASE, ring=None, cost=CHEAP)
    monkeypatch.setattr(keys, "system_ring", None)  # asked, it would fail
    assert same(open_vault(tmp_path, PASSPHRASE), vault)
