"""Reading a typed name and date of birth, and finding who fits."""

from datetime import date

import pytest

from openmember.members.search import IncompleteSearch, Missing, find_members, read_search
from openmember.members.services import add_member
from openmember.members.types import Person, PersonName, system

BORN = date(1970, 5, 17)


@pytest.mark.parametrize(
    ("typed", "births"),
    [
        ("ruiz 1970-05-17", (BORN,)),
        ("ruiz 1970/5/17", (BORN,)),
        ("ruiz 5/17/1970", (BORN,)),
        ("ruiz 05-17-1970", (BORN,)),
        ("ruiz 5.17.1970", (BORN,)),
        ("ruiz 5/17/70", (BORN, date(2070, 5, 17))),
        ("ruiz 2/29/2000", (date(2000, 2, 29),)),
        ("ruiz 2/29/00", (date(2000, 2, 29),)),  # 1900 had no such day.
    ],
)
def test_dates_are_read_as_they_are_written_here(typed, births):
    assert read_search(typed).births == births


@pytest.mark.parametrize(
    ("typed", "missing"),
    [
        ("", Missing.BIRTH_DATE),
        ("ruiz", Missing.BIRTH_DATE),
        ("ruiz 1970", Missing.BIRTH_DATE),
        ("ruiz 5/17", Missing.BIRTH_DATE),
        ("1970-05-17", Missing.NAME),
        ("ruiz 17/5/1970", Missing.REAL_DATE),
        ("ruiz 2/29/1970", Missing.REAL_DATE),
        ("ruiz 5/17/170", Missing.REAL_DATE),
        ("ruiz 0000-01-01", Missing.REAL_DATE),
    ],
)
def test_what_is_missing_is_named(typed, missing):
    with pytest.raises(IncompleteSearch) as refused:
        read_search(typed)

    assert refused.value.missing is missing


def test_a_comma_says_which_name_is_which():
    assert read_search("de la cruz, ana maria 5/17/1970").names == (("de la cruz", "ana maria"),)


def test_without_a_comma_every_way_to_cut_the_words_is_tried():
    assert set(read_search("ana de cruz 5/17/1970").names) == {
        ("ana de cruz", ""), ("de cruz", "ana"), ("cruz", "ana de"), ("ana", "de cruz"), ("ana de", "cruz"),
    }  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ruiz 1970-05-17", ["Ana Ruiz", "Luz Ruiz"]),
        ("ana ruiz 1970-05-17", ["Ana Ruiz"]),
        ("ruiz a 1970-05-17", ["Ana Ruiz"]),
        ("NUÑEZ 1970-05-17", ["Ana Nuñez"]),
        ("maria de la cruz 1970-05-17", ["Maria de la Cruz"]),
        ("rui_ 1970-05-17", []),
        ("ruiz, % 1970-05-17", []),
        ("ana 1970-05-17", []),
        ("ruiz 1970-05-18", []),
    ],
)
def test_people_are_found_by_their_last_name_and_birth_date(typed, found):
    for first, last in (
        ("Ana", "Ruiz"),
        ("Luz", "Ruiz"),
        ("Ana", "Nuñez"),
        ("Maria", "de la Cruz"),
    ):
        add_member(person=Person(PersonName(first, last), BORN), actor=system("test"))

    assert [member.name for member in find_members(text=typed).members] == found
