"""Amounts, dates and prompts as callers hear them."""
# ruff: noqa: E501  one amount in three languages is one line

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openmember.phone import speech
from openmember.phone.prompts import names_in, prompts_in, speak
from openmember.phone.types import Said

LANGUAGES = ("en", "es", "zh")


@pytest.mark.parametrize(
    ("cents", "english", "spanish", "chinese"),
    [
        (0, "zero dollars", "cero dólares", "零美元"),
        (1, "one cent", "un centavo", "一美分"),
        (1_00, "one dollar", "un dólar", "一美元"),
        (2_02, "two dollars and two cents", "dos dólares con dos centavos", "兩美元兩美分"),
        (12_21, "twelve dollars and twenty-one cents", "doce dólares con veintiún centavos", "十二美元二十一美分"),
        (101_00, "one hundred one dollars", "ciento un dólares", "一百零一美元"),
        (110_10, "one hundred ten dollars and ten cents", "ciento diez dólares con diez centavos", "一百一十美元十美分"),
        (1_000_00, "one thousand dollars", "mil dólares", "一千美元"),
        (2_205_31, "two thousand two hundred five dollars and thirty-one cents", "dos mil doscientos cinco dólares con treinta y un centavos", "兩千兩百零五美元三十一美分"),
        (20_031_00, "twenty thousand thirty-one dollars", "veinte mil treinta y un dólares", "兩萬零三十一美元"),
        (1_000_000_00, "one million dollars", "un millón de dólares", "一百萬美元"),
    ],
)  # fmt: skip
def test_amounts_are_said_as_people_say_them(cents, english, spanish, chinese):
    assert [speech.amount(cents, one) for one in LANGUAGES] == [english, spanish, chinese]


@pytest.mark.parametrize("language", LANGUAGES)
@given(amounts=st.sets(st.integers(0, 30_000_00), min_size=2, max_size=20))
def test_no_two_amounts_sound_alike(language, amounts):
    assert len({speech.amount(one, language) for one in amounts}) == len(amounts)


def test_dates_are_said_as_people_say_them():
    said = [speech.day(date(2026, 12, 1), one) for one in LANGUAGES]

    assert said == ["December 1, 2026", "primero de diciembre de 2026", "2026年12月1日"]
    assert speech.day(date(2026, 12, 11), "es") == "11 de diciembre de 2026"


def test_numbers_and_references_are_read_sign_by_sign():
    assert speech.digit_by_digit("123456789012") == "1 2 3, 4 5 6, 7 8 9, 0 1 2"
    assert speech.spelled("P-7KQ2-M9XA-4") == "P, 7 K Q 2, M 9 X A, 4"


@pytest.mark.parametrize("language", ["es", "zh"])
def test_every_prompt_is_there_in_every_language_and_names_the_same(language):
    english, other = prompts_in("en").texts, prompts_in(language).texts

    assert other.keys() == english.keys()
    for name, text in english.items():
        assert names_in(other[name]) == names_in(text), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_recording_stands_for_a_prompt_that_names_nothing(language):
    prompts = prompts_in(language)

    assert all(not names_in(prompts.texts[name]) for name in prompts.audio)


def test_a_recording_is_played_and_not_spoken(monkeypatch):
    prompts = prompts_in("en")
    monkeypatch.setitem(prompts.audio, "goodbye", "phone/goodbye.mp3")

    assert speak(Said("goodbye"), "en", "The plan").audio == "phone/goodbye.mp3"
