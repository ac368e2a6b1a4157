"""Charging a visit or a prescription on the spot, so that it can be paid in the same breath."""

from datetime import date
from hashlib import sha256

from django.db import transaction

from openmember.accounts.types import Account
from openmember.claims.services import visits
from openmember.exchange.charges import Charge, ChargeLine
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.types import Actor
from openmember.payments.drawers.services.refusals import CounterRefused
from openmember.payments.drawers.types import Copay
from openmember.payments.remittances.services.care import CannotAsk, ask_for


@transaction.atomic
def charge_copay(
    *, account: Account, copay: Copay, facility: str, on: date, actor: Actor
) -> tuple[int, ...]:
    """Record a visit or a dispensing with its copay and return the bills that ask for it, if any does.

    A visit charged before with the same contents is charged no second time; a payer's later decision
    changes its bill as that of any other visit.
    Errors: CounterRefused. Locks: one charge at a time, as files of charges do.
    """
    fetch_all("SELECT pg_advisory_xact_lock(hashtext('claims_charges'))")
    charge = Charge(1, account.number, copay.number, copay.kind, on, "", facility)
    charge.lines.append(ChargeLine(copay.description, copay.amount_cents))
    wanted, problems = visits.check_charges([charge])
    if problems:
        raise CounterRefused("copay", problems[0].message.rstrip("."))
    episode = _record(wanted, copay, facility, on, actor)
    numbers = list(account.numbers)
    row = fetch_one(
        "SELECT bill_id FROM billing_claim_entry WHERE account_number = ANY (%(numbers)s)"
        " AND episode = %(episode)s AND amount_cents > 0 ORDER BY position DESC LIMIT 1",
        {"numbers": numbers, "episode": episode},
    )
    return (row.bill_id,) if row else ()


def _record(
    wanted: list[visits.Wanted], copay: Copay, facility: str, on: date, actor: Actor
) -> str:
    known = wanted[0].known
    if known:
        return known.episode
    said = f"counter|{facility}|{copay.kind}|{copay.number}|{on}|{wanted[0].account.number}"
    (recorded,) = visits.record_visits(
        wanted, sha256=sha256(said.encode()).hexdigest(), name="counter", actor=actor
    )
    try:
        asked = ask_for(
            account=recorded.account, episode=recorded.episode, basis=recorded.basis, on=on,
            actor=actor,
        )  # fmt: skip
    except CannotAsk as cannot:
        raise CounterRefused("copay", str(cannot)) from cannot
    audit.record(
        actor=str(actor), action="copay.charge", account_number=recorded.account.number,
        visit=copay.number, cents=asked.changed_cents,
    )  # fmt: skip
    return recorded.episode
