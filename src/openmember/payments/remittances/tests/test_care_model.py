"""Months of claims, reversals, corrections, visits and payments in random order: the books bear them out."""

import random
from dataclasses import replace

import pytest

from openmember.exchange.x835.testing import Decided, Served, compose_835
from openmember.kernel.sql import fetch_one
from openmember.ledger.queries import get_balance
from openmember.payments.jobs import check_books
from openmember.payments.testing import a_payment

pytestmark = pytest.mark.django_db

STEPS = 25


def a_share(chance):
    return Served(500_00, (("CO", "45", 100_00), ("PR", "1", chance.randrange(0, 300_00))))


@pytest.mark.parametrize("seed", range(4))
def test_what_members_owe_is_what_their_claims_leave_them(take_claims, enrolled, seed):
    chance = random.Random(seed)
    account = enrolled("S1")
    living: dict[str, Decided] = {}
    paid = 0
    for step in range(STEPS):
        act = chance.choice(["new", "new", "reverse", "correct", "pay"])
        number = chance.choice(sorted(living)) if living else ""
        if act == "pay":
            cents = chance.randrange(1, 200_00)
            a_payment(account, cents)
            paid += cents
            continue
        if act == "new" or not number:
            number = f"ICN-{step}"
            living[number] = Decided("S1", (a_share(chance),), payer_control=number, control=number)
            sent = [living[number]]
        elif act == "reverse":
            sent = [replace(living.pop(number), status="22")]
        else:
            before = living[number]
            living[number] = replace(before, services=(a_share(chance),))
            sent = [replace(before, status="22"), living[number]]
        taken = take_claims(compose_835(sent, trace=f"T{step}"))
        assert taken.exceptions == []

    owed = sum(claim.left_to_patient for claim in living.values())
    balance = get_balance(account_number=account.number)
    billed = fetch_one(
        "SELECT coalesce(sum(amount_cents + adjusted_cents), 0)::bigint AS cents FROM billing_bill"
    )
    assert billed.cents == owed
    assert balance.owed_cents - balance.credit_cents == owed - paid
    assert min(balance.owed_cents, balance.credit_cents) == 0
    assert check_books() == ()
