"""Whether answers prove that somebody is a member, and who may have a sign-in of their own.

The name and the number stand on the card, so a found card must not be enough: beyond them the birth
date has to be on file and right, and so has the ZIP code or phone wherever one is on file. No answer may
be wrong, or members of one household could pass for one another.
"""

import re
import unicodedata
from datetime import date

from openmember.members.types import CallerAnswers, IdentityAnswers, Person

ADULT_YEARS = 18
ZIP_DIGITS = 5
PHONE_DIGITS = 4
# What a caller has to know beyond the bill pay number, and what without it.
FACTORS, FACTORS_WITHOUT_NUMBER = 2, 3
SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})
# Letters that are one letter to Unicode and have no accent to take off.
_PLAIN_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "þ": "th", "æ": "ae", "œ": "oe"}
)


def proves(answers: IdentityAnswers, person: Person) -> bool:
    """Return whether the answers prove that somebody is this person."""
    name, birth, place = _outcomes(answers, person)
    return name is True and birth is True and place is not False


def count_right(answers: IdentityAnswers, person: Person) -> int:
    """Return how many answers are right: whoever has the most is whom somebody is trying to be."""
    return _outcomes(answers, person).count(True)


def proves_caller(
    answers: CallerAnswers, person: Person, *, paid_cents: frozenset[int], gave_number: bool
) -> bool:
    """Return whether a caller's answers prove that they are this person.

    Two facts beyond the number, or three without it, none wrong, and one of them not to be looked up by
    anybody: the birth date, or the amount of a payment of late together with the telephone on file.

    `paid_cents` are what this person paid where nobody else could: whoever may pay for them would else plant
    the answer. An amount alone is known to who found a bill: it has number, name, ZIP code and what is paid.
    """
    outcomes = _caller_outcomes(answers, person, paid_cents)
    needed = FACTORS if gave_number else FACTORS_WITHOUT_NUMBER
    is_private = outcomes["birth_on"] or (outcomes["paid_cents"] and outcomes["phone"])
    values = list(outcomes.values())
    return bool(is_private) and False not in values and values.count(True) >= needed


def count_caller_right(
    answers: CallerAnswers, person: Person, *, paid_cents: frozenset[int]
) -> int:
    """Return how many answers are right: whoever has the most is whom somebody is trying to be."""
    return list(_caller_outcomes(answers, person, paid_cents).values()).count(True)


def is_adult(birth_on: date | None, today: date) -> bool:
    """Return whether somebody is 18 or older; born on February 29, from March 1 of a common year."""
    if birth_on is None:
        return False
    had_birthday = (today.month, today.day) >= (birth_on.month, birth_on.day)
    return today.year - birth_on.year - (not had_birthday) >= ADULT_YEARS


def adult_on(birth_on: date) -> date:
    """Return the first day on which somebody is 18, as `is_adult` counts."""
    try:
        return birth_on.replace(year=birth_on.year + ADULT_YEARS)
    except ValueError:
        return date(birth_on.year + ADULT_YEARS, 3, 1)


def fold_name(name: str) -> str:
    """Return a name without case, accents, spaces, hyphens, apostrophes and a suffix such as Jr."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_PLAIN_LETTERS))
    words = ["".join(filter(str.isalnum, word)) for word in re.split(r"[\s,]+", plain)]
    words = [word for word in words if word]
    while len(words) > 1 and words[-1] in SUFFIXES:
        words.pop()
    return "".join(words)


def _caller_outcomes(
    answers: CallerAnswers, person: Person, paid_cents: frozenset[int]
) -> dict[str, bool | None]:
    """Return whether each answer is right, None where nothing was answered."""
    name = fold_name(person.name.last)
    phone = _digits(person.phone)[-PHONE_DIGITS:]
    home = _digits(person.address.postal_code)[:ZIP_DIGITS]
    return {
        "last_name": fold_name(answers.last_name) == name if answers.last_name else None,
        "birth_on": answers.birth_on == person.birth_on if answers.birth_on else None,
        "zip_code": _digits(answers.zip_code)[:ZIP_DIGITS] == home if answers.zip_code else None,
        "phone": _digits(answers.phone_last_four) == phone if answers.phone_last_four else None,
        "paid_cents": answers.paid_cents in paid_cents if answers.paid_cents else None,
    }


def _outcomes(
    answers: IdentityAnswers, person: Person
) -> tuple[bool | None, bool | None, bool | None]:
    """Return whether name, birth date and place are right, each None when nothing is on file."""
    name = fold_name(person.name.last)
    return (
        fold_name(answers.last_name) == name if name else None,
        answers.birth_on == person.birth_on if person.birth_on else None,
        _place_outcome(_digits(answers.zip_or_phone), person),
    )


def _place_outcome(typed: str, person: Person) -> bool | None:
    size = PHONE_DIGITS if len(typed) == PHONE_DIGITS else ZIP_DIGITS
    known = (
        _digits(person.phone)[-PHONE_DIGITS:]
        if size == PHONE_DIGITS
        else _digits(person.address.postal_code)[:ZIP_DIGITS]
    )
    if len(known) < size:
        return None
    return typed[:size] == known


def _digits(text: str) -> str:
    return "".join(filter(str.isdecimal, text))
