"""Reading the organisation's file, once, and refusing one that cannot be right."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from django.conf import settings

from openmember.directory.types import BillDays, Hours, Organisation, PhoneLine, Region

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class BadDirectory(Exception):
    """The organisation's file is wrong; the message says where."""


@cache
def get_organisation() -> Organisation:
    """Return the configured organisation. Errors: BadDirectory."""
    return read_organisation(Path(settings.ORGANISATION_FILE))


def read_organisation(path: Path) -> Organisation:
    """Return the organisation a file describes. Errors: BadDirectory, naming the value at fault."""
    try:
        facts = tomllib.loads(path.read_text(encoding="utf-8"))
        return Organisation(
            name=facts["name"],
            short_name=facts["short_name"],
            website=facts["website"],
            mail=tuple(facts["mail"]),
            tty=facts["tty"],
            regions=tuple(_region(region, facts["premium_bills"]) for region in facts["region"]),
            hardship=phone_line("", facts["hardship"]["phone"]),
            hardship_hours=_hours(facts["hardship"]),
            payment_mail=tuple(facts.get("payments", {}).get("mail", ())),
            bill_days=_bill_days(facts["premium_bills"]),
        )
    except KeyError as missing:
        raise BadDirectory(f"{path.name}: {missing} is missing") from missing
    except (tomllib.TOMLDecodeError, ZoneInfoNotFoundError) as wrong:
        raise BadDirectory(f"{path.name}: {wrong}") from wrong


def find_region(*, code: str) -> Region | None:
    """Return the region with this code, or None."""
    return next((region for region in get_organisation().regions if region.code == code), None)


def find_region_of_state(*, state: str) -> Region | None:
    """Return the region a state belongs to, or None where the organisation has none."""
    return next((region for region in get_organisation().regions if state in region.states), None)


def zone_of(*, region: str) -> ZoneInfo:
    """Return the zone whose calendar a member of this region lives by; headquarters' when unknown."""
    found = find_region(code=region)
    return found.zone if found else ZoneInfo(settings.TIME_ZONE)


def phone_line(label: str, typed: str) -> PhoneLine:
    """Return a callable line. Errors: BadDirectory when no telephone could have this number."""
    try:
        number = phonenumbers.parse(typed, "US")
    except phonenumbers.NumberParseException as wrong:
        raise BadDirectory(f"{typed} is not a telephone number") from wrong
    if not phonenumbers.is_possible_number(number):
        raise BadDirectory(f"{typed} cannot be a telephone number: check its digits")
    dial = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return PhoneLine(label, typed, dial)


def _hours(facts: dict[str, Any]) -> Hours:
    unknown = [day for day in facts["days"] if day not in DAYS]
    if unknown or not 0 <= facts["opens"] < facts["closes"] <= 24:
        raise BadDirectory("hours have days (mon to sun) and full hours, opening before closing")
    return Hours(tuple(sorted(map(DAYS.index, facts["days"]))), facts["opens"], facts["closes"])


def _region(facts: dict[str, Any], bill_days: dict[str, Any]) -> Region:
    return Region(
        code=facts["code"],
        name=facts["name"],
        states=tuple(facts["states"]),
        zone=ZoneInfo(facts["zone"]),
        member_services=tuple(phone_line(facts["name"], line) for line in facts["member_services"]),
        bill_days=_bill_days({**bill_days, **facts.get("premium_bills", {})}),
    )


def _bill_days(facts: dict[str, Any]) -> BillDays:
    days = BillDays(facts["bill_day"], facts["due_day"], facts["notice_days"])
    for day in (days.bill_day, days.due_day):
        if not isinstance(day, int) or not 1 <= day <= 31:
            raise BadDirectory(f"premium_bills: {day} is not a day of a month")
    if not isinstance(days.notice_days, int) or days.notice_days < 0:
        raise BadDirectory(
            f"premium_bills: notice_days is a number of days, not {days.notice_days}"
        )
    return days
