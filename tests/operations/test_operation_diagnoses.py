"""Diagnoses of the ICD-10, found as people at a counter look for them."""

import pytest

from counter_app.operations.diagnoses import diagnoses, find


def codes(text: str) -> list[str]:
    return [each.code for each in find(text)]


async def test_a_code_is_found_with_its_words():
    (found,) = await diagnoses(None, "R51")
    assert (found.code, found.title) == ("R51", "Headache")


@pytest.mark.parametrize("written", ["R51", "r51", " r51 "])
def test_a_code_is_found_however_it_is_spelled(written):
    assert codes(written) == ["R51"]


@pytest.mark.parametrize("written", ["G44.2", "g44.2", "G442", "g442"])
def test_the_dot_of_a_code_may_be_left_out(written):
    assert codes(written) == ["G44.2"]


def test_the_beginning_of_a_code_lists_what_follows_in_the_order_of_the_book():
    found = codes("G44")
    assert found[:3] == ["G44", "G44.0", "G44.1"]


def test_words_are_found_anywhere_and_titles_that_begin_with_them_come_first():
    found = find("head")
    assert found[0].title == "Headache"
    assert all("head" in each.title.casefold() for each in found)


def test_every_word_has_to_be_there_in_any_order():
    assert codes("headache tension") == codes("tension headache") == ["G44.2"]


def test_letters_that_also_begin_codes_are_taken_for_words():
    assert all("gout" in each.title.casefold() for each in find("gout"))
    assert codes("gout")[0] == "M10"


def test_no_more_are_listed_than_can_be_read():
    assert len(find("of")) == 12


@pytest.mark.parametrize("text", ["", "   ", "no such illness", "Z999999", "R51 5", "..."])
def test_what_is_no_diagnosis_finds_nothing(text):
    assert find(text) == ()


def test_accents_need_not_be_typed():
    assert codes("meniere") == codes("Ménière") == ["H81.0"]
