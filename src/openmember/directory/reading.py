"""Reading the organisation's files: what each value may be, said by name where it is not."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfoNotFoundError

import phonenumbers
from django.conf import settings

from openmember.directory.types import BillDays, Hours, PhoneLine

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ZIP_PREFIX = 3


class BadDirectory(Exception):
    """One of the organisation's files is wrong; the message says where."""


def folder() -> Path:
    """Return the folder of the organisation's files."""
    # As it is where it can be: a path keeps its hash, and what is read is kept by it.
    said = settings.ORGANISATION_FOLDER
    return said if isinstance(said, Path) else Path(said)


def read_file(path: Path) -> dict[str, Any]:
    """Return what a file says. Errors: BadDirectory."""
    with naming(path):
        return tomllib.loads(path.read_text(encoding="utf-8"))


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Turn what goes wrong in a file into BadDirectory that names the file."""
    try:
        yield
    except KeyError as missing:
        raise BadDirectory(f"{path.name}: {missing} is missing") from missing
    except (OSError, TypeError, tomllib.TOMLDecodeError, ZoneInfoNotFoundError) as wrong:
        raise BadDirectory(f"{path.name}: {wrong}") from wrong


def phone_line(label: str, typed: str) -> PhoneLine:
    """Return a callable line. Errors: BadDirectory when no telephone could have this number."""
    if why := why_not_callable(typed):
        raise BadDirectory(why)
    number = phonenumbers.parse(typed, "US")
    dial = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return PhoneLine(label, typed, dial)


def why_not_callable(typed: str) -> str:
    """Return why no telephone can have this number; empty where one can."""
    try:
        number = phonenumbers.parse(typed, "US")
    except phonenumbers.NumberParseException:
        return f"{typed} is not a telephone number"
    if not phonenumbers.is_possible_number(number):
        return f"{typed} cannot be a telephone number: check its digits"
    return ""


def read_hours(facts: dict[str, Any]) -> Hours:
    """Return hours as a file gives them. Errors: BadDirectory."""
    unknown = [day for day in facts["days"] if day not in DAYS]
    if unknown or not 0 <= facts["opens"] < facts["closes"] <= 24:
        raise BadDirectory("hours have days (mon to sun) and full hours, opening before closing")
    return Hours(tuple(sorted(map(DAYS.index, facts["days"]))), facts["opens"], facts["closes"])


def read_bill_days(facts: dict[str, Any]) -> BillDays:
    """Return when premium bills go out. Errors: BadDirectory."""
    days = BillDays(facts["bill_day"], facts["due_day"], facts["notice_days"])
    for day in (days.bill_day, days.due_day):
        if not isinstance(day, int) or not 1 <= day <= 31:
            raise BadDirectory(f"premium_bills: {day} is not a day of a month")
    if not isinstance(days.notice_days, int) or days.notice_days < 0:
        raise BadDirectory(
            f"premium_bills: notice_days is a number of days, not {days.notice_days}"
        )
    return days


def zip_prefixes(ranges: list[str]) -> frozenset[str]:
    """Return the three-digit prefixes that ranges like `900-908` name. Errors: BadDirectory."""
    found: set[str] = set()
    for one in ranges:
        first, _, last = one.partition("-")
        last = last or first
        if not (first.isdigit() and last.isdigit() and len(first) == len(last) == _ZIP_PREFIX):
            raise BadDirectory(f"{one}: ZIP prefixes are three digits, or two of them with a dash")
        found |= {f"{prefix:03d}" for prefix in range(int(first), int(last) + 1)}
    return frozenset(found)
