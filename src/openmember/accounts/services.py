"""Issuing numbers and joining accounts."""

import secrets
from collections.abc import Callable

from django.db import transaction

from openmember.accounts import queries, rules
from openmember.accounts.types import Account
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import Refused, fetch_all
from openmember.members.types import Actor

_ATTEMPTS = 20


class NumberRefused(Exception):
    """The number cannot be given to an account: it is taken, malformed, an MRN, or one slip from another."""


class CannotMerge(Exception):
    """One of the two accounts is unknown, was merged before, or both are the same."""


@transaction.atomic
def open_account(
    *, holder_id: int, actor: Actor, draw: Callable[[int], int] = secrets.randbelow
) -> Account:
    """Open an account for a member and issue its number, drawn at random so that none can be guessed.

    `draw` returns a number below its argument; only the demo gives one of its own, to be repeatable.
    """
    for _ in range(_ATTEMPTS):
        number = rules.number_from_payload(10**9 + draw(9 * 10**9))
        try:
            return _open(number, "issued", holder_id, actor)
        except NumberRefused:
            continue
    raise NumberRefused("no free number was found")


@transaction.atomic
def import_legacy_account(*, number: str, holder_id: int, actor: Actor) -> Account:
    """Open an account under a number from before, exactly as printed, leading zeros included.

    Errors: NumberRefused, with the reason in words.
    """
    if not number.isascii() or not number.isdigit() or len(number) not in rules.LEGACY_DIGITS:
        raise NumberRefused("a legacy number has 10 to 12 digits")
    return _open(number, "legacy", holder_id, actor)


@transaction.atomic
def add_person(*, account_number: str, member_id: int, relationship: str) -> None:
    """Put a member on an account; again does nothing."""
    fetch_all(
        "INSERT INTO accounts_person VALUES (%(number)s, %(member_id)s, %(relationship)s)"
        " ON CONFLICT DO NOTHING",
        {"number": account_number, "member_id": member_id, "relationship": relationship},
    )


@transaction.atomic
def join_numbers(*, number: str, into: str, actor: Actor) -> Account:
    """Let `number` lead to the account `into` from now on. Both keep working for ever.

    Moving what is owed and held is the caller's: see `payments.services.merge_accounts`.
    Errors: CannotMerge.
    """
    if number == into:
        raise CannotMerge("an account cannot be merged into itself")
    try:
        fetch_all("SELECT accounts_merge(%(number)s, %(into)s)", {"number": number, "into": into})
    except Refused as refused:
        raise CannotMerge(refused.detail) from refused
    audit.record(actor=str(actor), action="account.merge", account_number=number, into=into)
    return queries.get_account(number=into)


def _open(number: str, origin: str, holder_id: int, actor: Actor) -> Account:
    try:
        with transaction.atomic():
            fetch_all(
                "SELECT accounts_open(%(number)s, %(origin)s, %(holder)s)",
                {"number": number, "origin": origin, "holder": holder_id},
            )
    except Refused as refused:
        raise NumberRefused(refused.detail or refused.name) from refused
    audit.record(
        actor=str(actor), action="account.open", account_number=number, member_id=holder_id
    )
    return queries.get_account(number=number)
