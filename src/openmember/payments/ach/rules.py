"""When entries are booked, what returns lead to, and what a bank's correction says. Pure.

Source: docs/rules 6.1; Nacha Operating Rules 2.12.4 (presenting again), 3.8 and 3.13 (returns).
"""

import re
import tomllib
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

from openmember.exchange.nacha.codes import is_routing_number
from openmember.payments.ach.types import Action, BankKind, NewBankAccount, ReturnRule
from openmember.rulebook.calendar import banking_days_after, is_banking_day, next_banking_day
from openmember.rulebook.clocks import due_on

DATA = Path(__file__).parent / "data"
HOLDER_CHARACTERS = 22
_NUMBER = re.compile(r"[A-Za-z0-9-]{4,17}")
_HOLDER = re.compile(r"[ -~]{1,22}")
# What of the 29 columns of a change holds what. Source: Nacha Operating Rules, Appendix Five.
_ACCOUNT_CODES = {"C01": (0, 17), "C03": (12, 29), "C06": (0, 17), "C07": (9, 26)}
_ROUTING_CODES = {"C02", "C03", "C07"}
_KIND_CODES = {"C05": 0, "C06": 20, "C07": 26}


class BadBankAccount(ValueError):
    """What was told of a bank account cannot be right; the message says what, and repeats no number."""


@dataclass(frozen=True, slots=True)
class Dates:
    """The days a file's entries are booked on. `same_day_on` is None when it is too late for that."""

    file_on: date
    effective_on: date
    same_day_on: date | None


def dates_of(file_on: date, now: datetime, cut_off: time, same_day_cut_off: time) -> Dates:
    """Return when a file for a day is booked: the banking day after it, or later when it is made too late.

    Shape: `now` is local to the office. A file for a day without banking counts for the next one with.
    """
    day = next_banking_day(file_on)
    is_today = day == now.date()
    if day < now.date() or (is_today and now.time() > cut_off):
        day = banking_days_after(now.date(), 1)
        is_today = False
    same_day_on = day if not is_today or now.time() <= same_day_cut_off else None
    return Dates(day, banking_days_after(day, 1), same_day_on)


def clocks_of(effective_on: date) -> list[str]:
    """Return when returns, claims and retries of entries booked on a day are over, and a prenote's wait is."""
    names = ("ACH-RET-STD", "ACH-RET-UNAUTH", "ACH-RETRY", "ACH-PRENOTE")
    return [due_on(name, effective_on).isoformat() for name in names]


def retry_days(returned_on: date, after_banking_days: tuple[int, ...]) -> list[date]:
    """Return the days of the second and third presentment."""
    return [banking_days_after(returned_on, days) for days in after_banking_days]


def drawable_on(day: date) -> date:
    """Return the banking day on which a debit wanted for a day is booked; never an earlier one."""
    return day if is_banking_day(day) else next_banking_day(day)


def check_bank_account(given: NewBankAccount) -> NewBankAccount:
    """Return a bank account as banks write it. Errors: BadBankAccount."""
    number = given.number.replace(" ", "")
    holder = " ".join(given.holder.split())
    if not is_routing_number(given.routing):
        raise BadBankAccount("The routing number has a wrong digit: check all nine.")
    if not _NUMBER.fullmatch(number):
        raise BadBankAccount("The account number has 4 to 17 digits.")
    if not _HOLDER.fullmatch(holder):
        raise BadBankAccount(
            "The holder's name has at most 22 plain letters, as banks' files have no room for more."
        )
    return replace(given, number=number, holder=holder)


def corrected(known: NewBankAccount, code: str, said: str) -> NewBankAccount | None:
    """Return a bank account as its bank says it should be; None when the change is none of the account's.

    Errors: BadBankAccount when what it says cannot be right.
    """
    said = said.ljust(29)
    found = known
    if code in _ROUTING_CODES:
        found = replace(found, routing=said[:9])
    if code in _ACCOUNT_CODES:
        first, last = _ACCOUNT_CODES[code]
        found = replace(found, number=said[first:last].strip())
    if code in _KIND_CODES:
        place = _KIND_CODES[code]
        kind = {"2": BankKind.CHECKING, "3": BankKind.SAVINGS}.get(said[place])
        if kind is None:
            raise BadBankAccount("The bank names a kind of account that is neither.")
        found = replace(found, kind=kind)
    if code == "C04":
        found = replace(found, holder=said[:HOLDER_CHARACTERS].strip())
    return None if found is known else check_bank_account(found)


def return_rule(code: str) -> ReturnRule:
    """Return what a return code leads to."""
    return _rules()[0].get(code) or replace(_rules()[1], code=code)


def list_return_rules() -> tuple[ReturnRule, ...]:
    """Return every rule, by code."""
    return tuple(_rules()[0].values())


def unauthorised() -> tuple[tuple[str, ...], int]:
    """Return the codes that count as unauthorised, and over how many days."""
    said = _table("returns.toml")["unauthorised"]
    return tuple(said["codes"]), int(said["days"])


def fees_by_state() -> dict[str, int]:
    """Return in cents what a returned payment costs in each state that has a fee in use."""
    return {
        state: int(fee["cents"]) for state, fee in _table("fees.toml").items() if fee["charged"]
    }


@cache
def _rules() -> tuple[dict[str, ReturnRule], ReturnRule]:
    said = _table("returns.toml")
    known = {code: _rule(code, values, said["citation"]) for code, values in said["codes"].items()}
    return known, _rule("", said["other"], said["citation"])


def _rule(code: str, said: dict[str, Any], citation: str) -> ReturnRule:
    return ReturnRule(
        code=code,
        meaning=said["meaning"],
        action=Action(said["action"]),
        window=said["window"],
        stops=said.get("stops", False),
        needs_person=said.get("person", False),
        citation=citation,
        confidence=said["confidence"],
    )


@cache
def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))
