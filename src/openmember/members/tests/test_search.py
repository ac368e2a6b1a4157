"""Reading a typed name and date of birth, and finding who fits."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openmember.members.likeness import distance, unlikeness
from openmember.members.search import (
    IncompleteSearch,
    Missing,
    Nearness,
    find_by_phone,
    find_members,
    read_search,
)
from openmember.members.services import add_member, correct_member
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
        ("ruiz 32/5/1970", Missing.REAL_DATE),
        ("ruiz 2/29/1970", Missing.REAL_DATE),
        ("ruiz 5/17/170", Missing.REAL_DATE),
        ("ruiz 0000-01-01", Missing.REAL_DATE),
    ],
)
def test_what_is_missing_is_named(typed, missing):
    with pytest.raises(IncompleteSearch) as refused:
        read_search(typed)

    assert refused.value.missing is missing


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("ana ruiz", "ana ruiz"),
        ("ruiz, ana", "ruiz ana"),
        ("王小明", "王小明"),
        ("ana ruiz 5/17/70", "ana ruiz"),
    ],
)
def test_a_whole_name_is_enough(typed, name):
    assert read_search(typed).name == name


def test_day_and_month_may_be_the_other_way_round():
    assert read_search("ruiz 3/4/1970").swapped == (date(1970, 4, 3),)
    assert read_search("ruiz 1970-03-04").swapped == (date(1970, 4, 3),)
    assert read_search("ruiz 17/5/1970").births == (BORN,)


LETTERS = st.text("abcdeñ王明иё", min_size=1, max_size=8)


@given(LETTERS, LETTERS)
def test_slips_are_the_same_from_either_side(one, other):
    most = max(len(one), len(other))

    assert distance(one, other, most) == distance(other, one, most)
    assert (distance(one, other, most) == 0) is (one == other)


@given(LETTERS, st.data())
def test_one_slip_is_one_whatever_it_is(word, data):
    at = data.draw(st.integers(0, len(word) - 1))
    swapped = word[:at] + word[at : at + 2][::-1] + word[at + 2 :]

    for slipped in (
        word[:at] + word[at + 1 :],
        word[:at] + "x" + word[at:],
        word[:at] + "x" + word[at + 1 :],
    ):
        assert distance(word, slipped, 2) == 1
    assert distance(word, swapped, 2) <= 1


@given(st.lists(LETTERS, min_size=1, max_size=4, unique=True), st.data())
def test_a_name_is_as_like_as_can_be_to_itself_in_any_order(words, data):
    assert unlikeness(data.draw(st.permutations(words)), words) == 0


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (["ruiz", "x"], ["ana", "ruiz"]),
        (["a"], ["ana", "ruiz"]),
        (["li"], ["lo"]),
        (["ana", "ana"], ["ana", "ruiz"]),
    ],
)
def test_a_word_that_fits_nothing_or_only_beginnings_fit_nobody(typed, words):
    assert unlikeness(typed, words) is None


PEOPLE = (
    ("Ana", "Ruiz"), ("Luz", "Ruiz"), ("Ana", "Nuñez"), ("Maria", "de la Cruz"), ("Seán", "O’Brien"),
    ("小明", "王"), ("Иван", "Петров"), ("محمد", "علي"), ("Đặng", "Nguyễn"), ("Christopher", "García-López"),
)  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ruiz 1970-05-17", ["Ana Ruiz", "Luz Ruiz"]),
        ("ana ruiz 1970-05-17", ["Ana Ruiz"]),
        ("ruiz a 1970-05-17", ["Ana Ruiz"]),
        ("riuz l 1970-05-17", ["Luz Ruiz"]),
        ("NUNEZ 1970-05-17", ["Ana Nuñez"]),
        ("maria delacruz 1970-05-17", ["Maria de la Cruz"]),
        ("maria cruz 5/17/70", ["Maria de la Cruz"]),
        ("obrien 1970-05-17", ["Seán O’Brien"]),
        ("O'Brian, Sean 1970-05-17", ["Seán O’Brien"]),
        ("sean o’brien", ["Seán O’Brien"]),
        ("王小明 1970-05-17", ["小明 王"]),
        ("王小明", ["小明 王"]),
        ("小明 王", ["小明 王"]),
        ("ПЕТРОВ иван", ["Иван Петров"]),
        ("محمد علي", ["محمد علي"]),
        ("dang nguyen", ["Đặng Nguyễn"]),
        ("ｎｇｕｙｅｎ　ｄａｎｇ", ["Đặng Nguyễn"]),
        ("cristofer lopes", ["Christopher García-López"]),
        ("christopher garcialopez", ["Christopher García-López"]),
        ("rui%, _ana 1970-05-17", ["Ana Ruiz"]),
        ("quetzal 1970-05-17", []),
        ("ruiz 1970-05-18", []),
        ("王大明", []),
    ],
)
def test_people_are_found_as_their_names_are_heard(typed, found):
    for first, last in PEOPLE:
        add_member(person=Person(PersonName(first, last), BORN), actor=system("test"))

    assert [member.name for member in find_members(text=typed).members] == found


@pytest.mark.django_db
def test_the_likest_come_first():
    for first in ("Marie", "Maria", "Mario"):
        add_member(person=Person(PersonName(first, "Ruiz"), BORN), actor=system("test"))

    found = find_members(text="mario ruiz")

    assert found.members[0].person.name.first == "Mario"
    assert found.nearness is Nearness.FITS
    assert find_members(text="maria ruiz 1980-01-01").nearness is Nearness.OTHER_DAY


@pytest.mark.django_db
def test_a_name_that_changed_is_found_by_its_new_words():
    member = add_member(person=Person(PersonName("Ana", "Ruiz"), BORN), actor=system("test"))
    correct_member(
        member_id=member.id, person=Person(PersonName("Ana", "Zubizarreta")), actor=system("test")
    )

    assert [one.id for one in find_members(text="ana subizareta").members] == [member.id]
    assert find_members(text="ana ruiz").members == ()


@pytest.mark.django_db
@pytest.mark.parametrize("phone", ["510-555-013", "", "0134"])
def test_a_part_of_a_phone_finds_nobody(phone):
    add_member(person=Person(PersonName("Ana", "Ruiz"), phone="5105550134"), actor=system("test"))

    assert find_by_phone(phone=phone).members == ()
