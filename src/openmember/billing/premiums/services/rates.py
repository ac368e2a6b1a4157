"""Taking over rates, and settling what one person's premium is made of."""

from datetime import date
from pathlib import Path

from django.db import transaction

from openmember.billing.premiums import rules
from openmember.billing.premiums.rates import BadRates, read_rates
from openmember.billing.premiums.types import Rate, RatesTaken
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import Refused, fetch_all, fetch_one
from openmember.members.types import Actor, Scope


def import_rates(*, path: Path, actor: Actor) -> RatesTaken:
    """Take a file of rates whole, or not at all. A rate for a time known before replaces it for that time.

    Errors: NotAllowed; BadRates, also when ages overlap others that are known.
    """
    actor.require(Scope.RUN_BILLING)
    try:
        # utf-8-sig, because spreadsheets put a mark before the first column's name.
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rates = read_rates(lines)
    except UnicodeDecodeError as wrong:
        raise BadRates(("the file is not text in UTF-8",)) from wrong
    return set_rates(rates=rates, actor=actor)


@transaction.atomic
def set_rates(*, rates: tuple[Rate, ...], actor: Actor) -> RatesTaken:
    """Put rates in force, and mark the accounts they concern in months billed already. Errors: BadRates."""
    actor.require(Scope.RUN_BILLING)
    changed = [rate for rate in rates if _set(rate)]
    touched = 0
    if changed:
        since = min(rate.starts_on for rate in changed)
        touched = fetch_one(
            "SELECT billing_premium_touch_plans(%(plans)s, %(since)s) AS touched",
            {"plans": sorted({rate.plan for rate in changed}), "since": since},
        ).touched
    taken = RatesTaken(len(rates), len(changed), len(rates) - len(changed), touched)
    audit.record(
        actor=str(actor), action="premiums.rates", rows=taken.rows, changed=taken.changed,
        touched=taken.touched,
    )  # fmt: skip
    return taken


def _set(rate: Rate) -> bool:
    try:
        row = fetch_one(
            "SELECT billing_set_rate(%(plan)s, %(area)s, %(tier)s, int4range(%(from)s, %(to)s, '[]'),"
            " daterange(%(starts_on)s, %(ends_on)s, '[]'), %(cents)s) AS changed",
            {
                "plan": rate.plan,
                "area": rate.area,
                "tier": rate.tier,
                "from": rate.age_from or 0,
                "to": rate.age_to,
                "starts_on": rate.starts_on,
                "ends_on": rate.ends_on,
                "cents": rate.amount_cents,
            },
        )
    except Refused as refused:
        raise BadRates((refused.detail,)) from refused
    return bool(row.changed)


@transaction.atomic
def set_medicare_terms(
    *,
    account_number: str,
    member_id: int,
    starts_on: date,
    ends_on: date | None = None,
    penalty_cents: int = 0,
    withheld: bool = False,
    reason: str = "",
    actor: Actor,
) -> None:
    """Settle the late-enrolment penalty a month, and whether Social Security withholds the premium.

    Errors: NotAllowed. What was known of the time before gives way.
    """
    _set_term(
        actor, account_number, member_id, (starts_on, ends_on),
        {"penalty": penalty_cents, "withheld": withheld, "extended": False}, reason,
    )  # fmt: skip


@transaction.atomic
def extend_cobra(
    *, account_number: str, member_id: int, began_on: date, reason: str = "", actor: Actor
) -> None:
    """Keep that COBRA, begun on a day, was extended for a disability: months 19 to 29 cost more."""
    _set_term(
        actor, account_number, member_id, rules.cobra_extension(began_on),
        {"penalty": 0, "withheld": False, "extended": True}, reason,
    )  # fmt: skip


@transaction.atomic
def set_sponsor_account(
    *, sponsor_id: int, account_number: str, since: date, reason: str = "", actor: Actor
) -> None:
    """Bill a sponsor's members in one list to an account, from a month on. Errors: NotAllowed; Refused."""
    actor.require(Scope.RUN_BILLING)
    fetch_all(
        "SELECT billing_set_sponsor_account(%(sponsor)s, %(account)s, %(since)s)",
        {"sponsor": sponsor_id, "account": account_number, "since": rules.first_of(since)},
    )
    audit.record(
        actor=str(actor), action="premiums.sponsor_account", account_number=account_number,
        sponsor_id=sponsor_id, since=since, reason=reason,
    )  # fmt: skip


def _set_term(
    actor: Actor,
    account_number: str,
    member_id: int,
    period: tuple[date, date | None],
    terms: dict[str, int | bool],
    reason: str,
) -> None:
    actor.require(Scope.RUN_BILLING)
    fetch_all(
        "SELECT billing_premium_set_term(%(account)s, %(member)s, %(from)s, %(until)s, %(penalty)s,"
        " %(withheld)s, %(extended)s)",
        {
            "account": account_number,
            "member": member_id,
            "from": period[0],
            "until": period[1],
            **terms,
        },
    )
    audit.record(
        actor=str(actor), action="premiums.terms", account_number=account_number,
        member_id=member_id, since=period[0], until=period[1], reason=reason, **terms,
    )  # fmt: skip
