"""Our own accounts at banks, and which of them a file means: a list that is refused when it cannot be right."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from django.conf import settings

from openmember.payments.reconciliation.types import BankDay


class BadAccounts(Exception):
    """The list lacks something or says what cannot be; the message names it."""


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """One of our accounts. `id` is what we keep its days and receipts by, whatever a file calls it."""

    id: str
    number: str
    names: tuple[str, ...]
    lockboxes: tuple[str, ...]


class OwnAccounts:
    """All of ours, by every name a file may use."""

    def __init__(self, accounts: Iterable[OwnAccount]) -> None:
        self.all = tuple(accounts)
        self._names = {_plain(name): one for one in self.all for name in one.names}
        self._lockboxes = {name: one for one in self.all for name in one.lockboxes}

    def find(self, bank: str, account: str) -> OwnAccount | None:
        """Return which of ours this account of a bank is, or None. A name without a bank needs none."""
        return self._names.get(_plain(f"{bank}/{account}")) or self._names.get(_plain(account))

    def of_lockbox(self, lockbox: str) -> OwnAccount | None:
        """Return the account that a lockbox deposits on, or None."""
        return self._lockboxes.get(lockbox)

    @property
    def keys(self) -> list[str]:
        """What receipts are kept by: id and number."""
        return [f"{one.id}/{one.number}" for one in self.all]


def get_own_accounts() -> OwnAccounts:
    """Return the configured list. Errors: BadAccounts."""
    return read_own_accounts(Path(settings.BANK_ACCOUNTS_FILE))


@cache
def read_own_accounts(path: Path) -> OwnAccounts:
    """Return what one file lists. Errors: BadAccounts."""
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
        accounts = [
            OwnAccount(
                one["id"], one["number"], tuple(one["names"]), tuple(one.get("lockboxes", ()))
            )
            for one in said["account"]
        ]
    except (OSError, ValueError, KeyError, TypeError) as wrong:
        raise BadAccounts(f"{path.name} cannot be read: {wrong}.") from wrong
    if problem := _problem(accounts):
        raise BadAccounts(f"{path.name}: {problem}.")
    return OwnAccounts(accounts)


def ours(days: tuple[BankDay, ...]) -> tuple[tuple[BankDay, ...], tuple[str, ...]]:
    """Put days under our own accounts. Returns them, and a sentence for each account that is not ours."""
    known, kept, foreign = get_own_accounts(), [], []
    for day in days:
        own = known.find(day.bank, day.account)
        if own is None:
            foreign.append(not_ours(day.account))
        else:
            kept.append(replace(day, bank=own.id, account=own.number))
    return tuple(kept), tuple(dict.fromkeys(foreign))


def not_ours(account: str) -> str:
    """Return the sentence that refuses an account, without its number."""
    return f"The account ending {account[-4:]} is not in the list of our own accounts."


def _problem(accounts: list[OwnAccount]) -> str:
    for what, values in (
        ("id", [one.id for one in accounts]),
        ("name", [_plain(name) for one in accounts for name in one.names]),
        ("lockbox", [name for one in accounts for name in one.lockboxes]),
    ):
        if not all(isinstance(value, str) and value for value in values):
            return f"a {what} is a word"
        if len(set(values)) < len(values):
            return f"two accounts have one {what}"
    if not all(isinstance(one.number, str) and 0 < len(one.number) <= 40 for one in accounts):
        return "a number has 1 to 40 characters"
    if any(len(one.id) > 20 or "/" in one.id or ":" in one.id for one in accounts):
        return "an id has at most 20 characters, and neither / nor :"
    return "" if accounts else "it lists no account"


def _plain(name: str) -> str:
    return "".join(name.split()).upper()
