"""What the answers say in figures, by the names that stand in them, from the organisation's own files."""

from typing import Literal

from babel.numbers import format_compact_decimal
from django.utils.translation import get_language

from openmember.directory.facts import get_fact
from openmember.directory.lines import find_line, list_flagged, list_lines
from openmember.directory.queries import get_organisation
from openmember.directory.types import Hours
from openmember.ui import formats

# Facts that an answer names as they are.
_FACTS = {
    "digits": "bill_pay_number_digits",
    "nurse_hours": "nurse_hours",
    "languages": "interpreter_languages",
    "languages_on_line": "interpreter_languages_on_the_line",
    "file_days": "days_to_file",
    "grievance_days": "grievance_days",
    "received_days": "received_services_days",
    "urgent_hours": "expedited_hours",
    "medicare_days": "medicare_filing_days",
    "founded": "founded",
    "states": "states",
    "hospitals": "hospitals",
    "offices": "medical_offices",
}
# Lines that an answer names by their number.
_LINES = {
    "registration_phone": "california-registration",
    "spanish_phone": "northern-california-spanish",
    "chinese_phone": "northern-california-chinese",
    "california_phone": "california-member-services",
}


def values() -> dict[str, str]:
    """Return the values in the language now in force. Errors: UnknownFact; BadDirectory."""
    known = get_organisation()
    found = {name: str(get_fact(code=code).value) for name, code in _FACTS.items()}
    found |= {name: _number(code) for name, code in _LINES.items()}
    platforms = get_fact(code="app_platforms").value
    return found | {
        "organisation": known.name,
        "website": known.website,
        "mail": ", ".join(known.mail),
        "tty": known.tty,
        "members": _millions(get_fact(code="members").value),
        "platforms": " · ".join(platforms) if isinstance(platforms, tuple) else str(platforms),
        "hardship_phone": known.hardship.display,
        "hardship_hours": _hours(known.hardship_hours),
        "registration_hours": _hours(_line_hours("california-registration")),
        "medicare_hours": _hours(next(one.hours for one in list_flagged() if one.hours)),
        "usual_hours": _hours(next(one.hours for one in list_lines() if one.usual)),
    }


def _number(code: str) -> str:
    line = find_line(code=code)
    return line.numbers[0].display if line else ""


def _line_hours(code: str) -> Hours | None:
    line = find_line(code=code)
    return line.hours if line else None


def _hours(hours: Hours | None) -> str:
    return formats.hours(hours.days, hours.opens, hours.closes) if hours else ""


def _millions(count: object) -> str:
    locale = formats.LOCALES.get(get_language() or "en", "en_US")
    # Chinese has one way to write it, which stands under the short ones.
    style: Literal["short", "long"] = "short" if locale.startswith("zh") else "long"
    return format_compact_decimal(
        int(str(count)), format_type=style, locale=locale, fraction_digits=1
    )
