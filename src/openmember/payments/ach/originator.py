"""How our bank knows us, read from one file and checked."""

import tomllib
from dataclasses import dataclass, fields
from datetime import time
from functools import cache
from pathlib import Path

from django.conf import settings

from openmember.exchange.nacha.codes import is_routing_number


class BadOriginator(Exception):
    """The file lacks something or says what cannot be; the message names it."""


@dataclass(frozen=True, slots=True)
class Originator:
    """The facts every file we send carries, and when it must be ready."""

    odfi: str
    bank_name: str
    origin: str
    origin_name: str
    company_name: str
    company_id: str
    description: str
    cut_off: time
    same_day_cut_off: time
    balanced: bool
    balancing_account: str
    retry_after_banking_days: tuple[int, ...]
    due_after_days: int
    most_entries_in_a_batch: int
    most_entries_in_a_file: int


def get_originator() -> Originator:
    """Return the configured originator. Errors: BadOriginator."""
    return read_originator(Path(settings.ACH_ORIGINATOR_FILE))


@cache
def read_originator(path: Path) -> Originator:
    """Return what one file says. Errors: BadOriginator."""
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadOriginator(f"{path.name} cannot be read: {error}.") from error
    names = {field.name for field in fields(Originator)}
    if missing := sorted(names - said.keys()):
        raise BadOriginator(f"{path.name} lacks {', '.join(missing)}.")
    said["retry_after_banking_days"] = tuple(said["retry_after_banking_days"])
    found = Originator(**{name: said[name] for name in names})
    if problem := _problem(found):
        raise BadOriginator(f"{path.name}: {problem}.")
    return found


def _problem(found: Originator) -> str:
    for what, text, width in (
        ("bank_name", found.bank_name, 23), ("origin", found.origin, 10),
        ("origin_name", found.origin_name, 23), ("company_name", found.company_name, 16),
        ("company_id", found.company_id, 10), ("description", found.description, 10),
    ):  # fmt: skip
        if not 1 <= len(text) <= width or not text.isascii():
            return f"{what} has 1 to {width} plain characters"
    if not is_routing_number(found.odfi):
        return "odfi is no routing number"
    if found.balanced and not 1 <= len(found.balancing_account) <= 17:
        return "a balanced file needs a balancing_account of at most 17 characters"
    days = found.retry_after_banking_days
    if len(days) != 2 or not 0 < days[0] < days[1]:
        return "retry_after_banking_days has two rising numbers"
    if not 0 < found.most_entries_in_a_batch <= 999_900:
        return "most_entries_in_a_batch is 1 to 999,900"
    if not 0 < found.most_entries_in_a_file <= 9_000_000:
        return "most_entries_in_a_file is 1 to 9,000,000"
    return ""
