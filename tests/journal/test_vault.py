"""The vault: what is sealed can't be read, changed or moved, and what is marked is found again."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_app.journal.errors import JournalError
from counter_app.journal.vault import KEY_BYTES, TamperedError, Vault, plain

KEY = bytes(range(KEY_BYTES))
SECRET = b"Ana Lopez, 0801-1990-12345"


@pytest.fixture
def vault() -> Vault:
    return Vault(KEY)


@given(content=st.binary(max_size=300), about=st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_what_is_sealed_is_opened_again_with_the_same_key(content, about):
    assert Vault(KEY).open(Vault(KEY).seal(content, about), about) == content


def test_nothing_of_the_content_shows_and_no_two_seals_are_alike(vault):
    sealed = {vault.seal(SECRET, "case:1") for _ in range(50)}
    assert len(sealed) == 50
    assert not any(SECRET[:5] in each for each in sealed)


def test_a_change_to_any_byte_is_noticed(vault):
    sealed = vault.seal(SECRET, "case:1")
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(TamperedError):
            vault.open(bytes(changed), "case:1")


@pytest.mark.parametrize("left", [0, 1, 11, 12, 27, 40])
def test_what_was_cut_off_is_noticed(vault, left):
    with pytest.raises(TamperedError):
        vault.open(vault.seal(SECRET, "case:1")[:left], "case:1")


def test_what_was_sealed_about_one_case_does_not_open_as_another_case(vault):
    with pytest.raises(TamperedError):
        vault.open(vault.seal(SECRET, "case:1"), "case:2")


def test_another_key_opens_nothing(vault):
    with pytest.raises(TamperedError):
        Vault.made().open(vault.seal(SECRET, "case:1"), "case:1")


def test_what_was_tampered_with_is_told_in_a_sentence_that_names_nobody(vault):
    with pytest.raises(JournalError, match="can't be opened") as told:
        vault.open(vault.seal(SECRET, "case:1"), "case:2")
    assert told.value.code == "unreadable"
    assert "case:" not in str(told.value)


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_a_key_of_another_length_is_refused(size):
    with pytest.raises(ValueError, match="32 bytes"):
        Vault(os.urandom(size))


def test_the_vault_shows_its_key_to_nobody_who_prints_it(vault):
    assert repr(vault) == "<Vault>"


@pytest.mark.parametrize(("typed", "kept"), [("gonzalez", "González"), ("MUÑOZ", "munoz"), ("e\u0301lan", "Élan")])
def test_a_name_is_found_however_it_is_written(vault, typed, kept):
    assert plain(typed) == plain(kept)
    assert vault.mark(typed) == vault.mark(kept)


def test_marks_tell_different_names_apart_and_are_another_vaults_in_another_vault(vault):
    assert vault.mark("Lopez") != vault.mark("Perez")
    assert vault.mark("Lopez") != Vault.made().mark("Lopez")
    assert b"lopez" not in vault.mark("Lopez")


def test_a_chain_depends_on_what_came_before_on_the_event_and_on_the_key(vault):
    links = {
        vault.chained(b"a", b"event"),
        vault.chained(b"b", b"event"),
        vault.chained(b"a", b"other"),
        Vault.made().chained(b"a", b"event"),
    }
    assert len(links) == 4
    assert {len(each) for each in links} == {32}


def test_no_use_of_the_vault_has_the_key_of_another_use_or_the_data_key_itself(vault):
    assert len({KEY, vault.of_files, vault._marking, vault._chaining}) == 4


def test_a_vault_that_nobody_keeps_is_another_one_each_time():
    assert Vault.made().of_files != Vault.made().of_files
