"""A small day of a bank of which is known whose every line is: none on a wrong account."""

from random import Random

import pytest

from openmember.accounts.testing import an_account
from openmember.kernel.sql import fetch_all
from openmember.payments.jobs import check_books
from openmember.payments.receipts.testing import a_wire, wires_came
from openmember.payments.receipts.truth import KINDS, Payer, make_lines, never_issued
from openmember.payments.testing import TODAY, a_member

pytestmark = pytest.mark.django_db
FIRST = ("Ana", "Bo", "Chen", "Dora", "Eli", "Fay")
LAST = ("River", "Stone", "Lake", "Hill", "De La Cruz", "O’Neill", "Wood")


def test_no_payment_on_a_wrong_account_and_nearly_all_that_can_be_known_posted(books):
    random = Random(20261122)
    payers = []
    for place in range(60):
        member = a_member(
            first=FIRST[place % 6], last=f"{LAST[place % 7]} {'ABCDEFGHIJ'[place // 6] * 2}"
        )
        payers.append(Payer(an_account(holder=member).number, member.mrn, member.name))
    lines = list(make_lines(random, 1500, lambda: random.choice(payers)))
    assert {line.kind for line in lines} == {kind.name for kind in KINDS}

    wires_came(
        TODAY,
        *(
            a_wire(line.cents, line.text, f"R{place} {line.reference}".strip())
            for place, line in enumerate(lines)
        ),
    )

    rows = fetch_all("SELECT reference, account_number FROM payments_receipt")
    posted = {
        int(row.reference.split()[0][1:]): row.account_number for row in rows if row.account_number
    }
    wrong = [lines[place] for place, number in posted.items() if number != lines[place].number]
    known = [place for place, line in enumerate(lines) if line.is_recoverable]
    assert wrong == []
    assert len(rows) == len(lines)
    assert sum(place in posted for place in known) / len(known) >= 0.97
    assert check_books() == ()


def test_the_same_seed_tells_the_same_lines():
    payers = [Payer(never_issued(Random(place)), str(place), f"ANA {place}") for place in range(9)]

    def told(seed):
        random = Random(seed)
        return list(make_lines(random, 300, lambda: random.choice(payers)))

    assert told(7) == told(7)
    assert told(7) != told(8)
