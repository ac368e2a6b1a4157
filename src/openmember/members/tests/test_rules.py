"""Whose answers prove what, name by name and day by day."""

from dataclasses import replace
from datetime import date

import pytest

from openmember.members import rules
from openmember.members.types import Address, IdentityAnswers, Person, PersonName

ANA = Person(
    PersonName("Ana", "Ruiz Peña"),
    birth_on=date(1970, 5, 17),
    phone="(510) 555-0143",
    address=Address("1 Elm St", "", "Oakland", "CA", "94612-0420"),
)
RIGHT = IdentityAnswers("Ruiz Peña", date(1970, 5, 17), "94612")


@pytest.mark.parametrize("place", ["94612", "946120420", "0143"])
def test_right_answers_prove(place):
    assert rules.proves(replace(RIGHT, zip_or_phone=place), ANA)


@pytest.mark.parametrize(
    "wrong",
    [
        {"last_name": "Ruiz"},
        {"last_name": ""},
        {"birth_on": date(1970, 5, 18)},
        {"zip_or_phone": "94613"},
        {"zip_or_phone": "0144"},
    ],
)
def test_one_wrong_answer_proves_nothing(wrong):
    answers = replace(RIGHT, **wrong)

    assert not rules.proves(answers, ANA)
    assert rules.count_right(answers, ANA) == 2


def test_what_is_not_on_file_can_be_neither_right_nor_wrong():
    unreachable = replace(ANA, phone="", address=Address())

    assert rules.proves(RIGHT, unreachable)
    assert rules.proves(replace(RIGHT, zip_or_phone="0143"), unreachable)


def test_without_a_birth_date_on_file_nothing_is_proven():
    assert not rules.proves(RIGHT, replace(ANA, birth_on=None))


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("ruiz pena", "RUIZ PEÑA"),
        ("Ruiz-Peña", "Ruiz Peña"),
        ("OBrien", "O’Brien"),
        ("o'brien", "O’Brien"),
        ("Smith Jr.", "Smith"),
        ("Smith", "SMITH III"),
        ("Van der Berg", "VANDERBERG"),
        ("Strauß", "STRAUSS"),
        ("Sørensen", "Sorensen"),
        ("Łukasz", "Lukasz"),
        ("  Nguyễn ", "Nguyen"),
        ("陳", "陳"),
    ],
)
def test_one_name_written_two_ways(typed, known):
    assert rules.fold_name(typed) == rules.fold_name(known) != ""


@pytest.mark.parametrize(("one", "other"), [("Ruiz", "Ruis"), ("Smith", "Smithson"), ("陳", "林")])
def test_two_names_stay_two(one, other):
    assert rules.fold_name(one) != rules.fold_name(other)


def test_a_name_that_is_only_a_suffix_is_a_name():
    assert rules.fold_name("Sr") == "sr"


def test_a_name_without_letters_matches_nobody():
    nameless = replace(ANA, name=PersonName("Ana", "-"))

    assert not rules.proves(replace(RIGHT, last_name="."), nameless)


@pytest.mark.parametrize(
    ("birth_on", "today", "adult"),
    [
        (date(2008, 11, 22), date(2026, 11, 21), False),
        (date(2008, 11, 22), date(2026, 11, 22), True),
        (date(2008, 2, 29), date(2026, 2, 28), False),
        (date(2008, 2, 29), date(2026, 3, 1), True),
        (None, date(2026, 11, 22), False),
    ],
)
def test_adults_are_18(birth_on, today, adult):
    assert rules.is_adult(birth_on, today) is adult
