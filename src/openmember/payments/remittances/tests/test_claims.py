"""Remittances of claims, from bytes to what members are asked for."""

from dataclasses import replace

import pytest

from openmember.billing.queries import list_adjustments, list_bills, list_lines
from openmember.billing.types import BillStatus, Line
from openmember.claims import models
from openmember.claims.types import ClaimState, Reason
from openmember.exchange.testing import Sending
from openmember.exchange.x835.testing import Decided, Served, compose_835
from openmember.ledger.queries import get_balance
from openmember.members.testing import TESTER, a_member
from openmember.payments.jobs import check_books
from openmember.payments.services.corrections import merge_accounts
from openmember.payments.testing import TODAY, a_bill, a_payment, an_account

pytestmark = pytest.mark.django_db

VISIT = Served(200_00, (("CO", "45", 50_00), ("PR", "1", 60_00), ("PR", "3", 20_00)))
CLAIM = Decided("S1", (VISIT,))


def reverse(claim: Decided) -> Decided:
    return replace(claim, status="22")


def bills_of(account):
    return list_bills(numbers=account.numbers, today=TODAY).bills


def owed(account):
    return get_balance(account_number=account.number).medical_cents


def reasons(taken):
    return [one.reason for one in taken.exceptions]


def test_what_a_claim_leaves_to_the_patient_is_billed_line_by_line(take_claims, enrolled):
    ana = enrolled("S1")

    taken = take_claims(compose_835([CLAIM]))

    (bill,) = bills_of(ana)
    assert (bill.line, bill.title, bill.amount_cents) == (
        Line.MEDICAL, "Care on October 8, 2026", 80_00,
    )  # fmt: skip
    assert [(line.description, line.amount_cents) for line in list_lines(bill=bill)] == [
        ("Deductible, service 99213", 60_00),
        ("Copay, service 99213", 20_00),
    ]
    assert (taken.effects.bills_raised, taken.effects.asked_cents) == (1, 80_00)
    assert check_books() == ()


def test_drugs_dispensed_are_billed_as_pharmacy(take_claims, enrolled):
    ana = enrolled("S1")
    drug = Served(90_00, (("PR", "2", 9_00),), code="N4:00002123401")

    take_claims(compose_835([replace(CLAIM, services=(drug,))]))

    (bill,) = bills_of(ana)
    assert (bill.line, bill.title) == (Line.PHARMACY, "Prescription on October 8, 2026")


def test_a_claim_that_leaves_nothing_raises_no_bill(take_claims, enrolled):
    ana = enrolled("S1")

    take_claims(compose_835([replace(CLAIM, services=(Served(90_00, (("CO", "45", 90_00),)),))]))

    assert bills_of(ana) == ()
    assert check_books() == ()


@pytest.mark.parametrize("status", ["19", "20", "21", "23", "25"])
def test_nobody_is_asked_while_another_payer_decides(take_claims, enrolled, status):
    ana = enrolled("S1")

    taken = take_claims(compose_835([replace(CLAIM, status=status)]))

    assert taken.effects.claims_not_asked == 1
    assert bills_of(ana) == ()


def test_credit_is_used_at_once(take_claims, enrolled):
    ana = enrolled("S1")
    a_payment(ana, 30_00)

    take_claims(compose_835([CLAIM]))

    (bill,) = bills_of(ana)
    assert bill.open_cents == 50_00
    assert check_books() == ()


def test_a_reversal_takes_the_whole_bill_back(take_claims, enrolled):
    ana = enrolled("S1")
    take_claims(compose_835([CLAIM]))

    take_claims(compose_835([reverse(CLAIM)], trace="T2"))

    (bill,) = bills_of(ana)
    assert (bill.amount_cents, bill.open_cents, bill.status) == (80_00, 0, BillStatus.CANCELED)
    (adjustment,) = list_adjustments(bill=bill)
    assert (adjustment.kind, adjustment.amount_cents) == ("cancel", -80_00)
    assert check_books() == ()


def test_a_reversal_of_a_paid_bill_leaves_the_money_as_credit(take_claims, enrolled):
    ana = enrolled("S1")
    take_claims(compose_835([CLAIM]))
    a_payment(ana, 80_00)
    a_bill(ana, 25_00)

    take_claims(compose_835([reverse(CLAIM)], trace="T2"))

    balance = get_balance(account_number=ana.number)
    assert (balance.owed_cents, balance.credit_cents) == (0, 55_00)
    assert check_books() == ()


@pytest.mark.parametrize("reversal_first", [True, False])
def test_a_corrected_claim_that_asks_for_less_reduces_the_bill(
    take_claims, enrolled, reversal_first
):
    ana = enrolled("S1")
    take_claims(compose_835([CLAIM]))
    corrected = replace(CLAIM, services=(Served(200_00, (("PR", "1", 45_00),)),))
    both = [reverse(CLAIM), corrected] if reversal_first else [corrected, reverse(CLAIM)]

    take_claims(compose_835(both, trace="T2"))

    (bill,) = bills_of(ana)
    assert (bill.adjusted_cents, bill.open_cents) == (-35_00, 45_00)
    assert check_books() == ()


def test_a_corrected_claim_that_asks_for_more_raises_a_bill_of_the_difference(
    take_claims, enrolled
):
    ana = enrolled("S1")
    take_claims(compose_835([CLAIM]))
    corrected = replace(CLAIM, services=(Served(200_00, (("PR", "1", 100_00),)),))

    take_claims(compose_835([reverse(CLAIM), corrected], trace="T2"))

    later = max(bills_of(ana), key=lambda bill: bill.id)
    assert [(line.description, line.amount_cents) for line in list_lines(bill=later)] == [
        ("Deductible, service 99213", 100_00),
        ("Billed before for this care", -80_00),
    ]
    assert owed(ana) == 100_00
    assert check_books() == ()


def test_a_corrected_claim_is_known_by_its_reference_to_the_original(take_claims, enrolled):
    ana = enrolled("S1")
    take_claims(compose_835([CLAIM]))
    corrected = replace(
        CLAIM, payer_control="ICN-2", rows=(("REF", "F8", "ICN-1"),),
        services=(Served(200_00, (("PR", "1", 45_00),)),),
    )  # fmt: skip

    take_claims(compose_835([reverse(CLAIM), corrected], trace="T2"))

    (bill,) = bills_of(ana)
    assert bill.open_cents == 45_00


def test_a_bill_that_moved_to_a_joined_account_is_still_taken_back(take_claims, enrolled):
    old, new = enrolled("S1"), an_account()
    take_claims(compose_835([CLAIM]))
    merge_accounts(account=old, into=new, merged_on=TODAY, actor=TESTER)

    taken = take_claims(compose_835([reverse(CLAIM)], trace="T2"))

    assert reasons(taken) == []
    assert owed(new) == 0
    assert check_books() == ()


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        (replace(CLAIM, number="S9"), Reason.UNKNOWN_MEMBER),
        (replace(CLAIM, first_name="Eva"), Reason.NAME_DIFFERS),
        (replace(CLAIM, number_qualifier="34"), Reason.UNKNOWN_MEMBER),
        (replace(CLAIM, patient_cents=81_00), Reason.PATIENT_DIFFERS),
        (reverse(CLAIM), Reason.UNKNOWN_REVERSAL),
        (replace(CLAIM, services=(Served(10_00, (("PR", "1", -5_00),)),)), Reason.LESS_THAN_NOTHING),
    ],
)  # fmt: skip
def test_what_is_unclear_asks_nobody_and_waits(take_claims, enrolled, claim, reason):
    ana = enrolled("S1")

    taken = take_claims(compose_835([claim]))

    assert reasons(taken) == [reason]
    assert bills_of(ana) == ()
    assert models.Claim.objects.get().state == ClaimState.WAITING
    assert check_books() == ()


def test_the_same_claim_again_without_a_reversal_waits(take_claims, enrolled):
    ana = enrolled("S1")
    take_claims(compose_835([CLAIM]))

    taken = take_claims(compose_835([CLAIM], trace="T2"))

    assert reasons(taken) == [Reason.KNOWN_CLAIM]
    assert owed(ana) == 80_00


def test_numbers_of_two_accounts_lead_to_none(take_claims, enrolled):
    enrolled("S1")
    twin = a_member(first="Ana", last="River")
    an_account(holder=twin)
    insured = ("NM1", "IL", "1", "River", "Ana", "", "", "", "MI", twin.mrn)

    taken = take_claims(compose_835([replace(CLAIM, rows=(insured,))]))

    assert reasons(taken) == [Reason.AMBIGUOUS]


@pytest.mark.parametrize(
    "content",
    [
        compose_835([CLAIM], amount_cents=1),
        compose_835([replace(CLAIM, paid_cents=1_00)]),
        compose_835([replace(CLAIM, charge_cents=199_00, paid_cents=69_00)]),
        compose_835([CLAIM], provider_adjustments=[("WO:1", 5_00)], amount_cents=70_00),
    ],
)
def test_what_does_not_add_up_asks_nobody(take_claims, enrolled, content):
    ana = enrolled("S1")
    sound = compose_835([CLAIM])

    taken = take_claims(content)

    assert reasons(taken) == [Reason.DOES_NOT_ADD_UP]
    assert taken.exceptions[0].differences
    assert not taken.accepted
    assert bills_of(ana) == ()
    # What the payer sends again in order is then taken: the trace was not used.
    assert take_claims(sound).effects.claims_taken == 1


def test_the_same_file_again_changes_nothing(take_claims, enrolled):
    ana = enrolled("S1")
    content = compose_835([CLAIM])
    take_claims(content)

    assert take_claims(content).already_taken
    assert owed(ana) == 80_00


def test_the_same_remittance_in_another_file_is_taken_once(take_claims, enrolled):
    ana = enrolled("S1")
    take_claims(compose_835([CLAIM]))

    again = take_claims(compose_835([CLAIM], sending=Sending(control=2)))

    assert again.effects.remittances_repeated == 1
    assert owed(ana) == 80_00


def test_another_remittance_under_a_known_trace_waits(take_claims, enrolled):
    enrolled("S1")
    take_claims(compose_835([CLAIM]))

    taken = take_claims(compose_835([replace(CLAIM, payer_control="ICN-2")]))

    assert reasons(taken) == [Reason.TRACE_REUSED]


def test_a_dry_run_changes_nothing(take_claims, enrolled):
    ana = enrolled("S1")

    assert take_claims(compose_835([CLAIM]), dry_run=True).effects.asked_cents == 80_00
    assert bills_of(ana) == ()
    assert models.Claim.objects.count() == 0
