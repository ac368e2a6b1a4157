"""Bills that come under an award later, and what no order of bills, payments and awards may break."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openmember.assistance import jobs, queries
from openmember.assistance.services import applying, deciding
from openmember.assistance.services.steps import ApplicationRefused
from openmember.assistance.testing import an_application, some_facts
from openmember.assistance.types import Status
from openmember.billing.queries import get_bill, list_bills
from openmember.billing.types import Line
from openmember.kernel.audit.queries import list_entries
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.ledger.queries import get_balance
from openmember.letters import queries as letters
from openmember.payments.jobs import check_books
from openmember.payments.services.corrections import reverse_payment
from openmember.payments.testing import TESTER, TODAY, a_bill, a_payment, an_account
from openmember.payments.types import Status as PaymentStatus

# A household of three in Oregon in 2026: 75 % off.
THREE_QUARTERS = some_facts(yearly_cents=60_000_00)


def awarded(facts=THREE_QUARTERS):
    account = an_account()
    application = an_application(account, facts)
    deciding.decide(application=application, on=TODAY, actor=TESTER)
    return account


def later_bill(account, cents=100_00, line=Line.MEDICAL, days=30):
    on = TODAY + timedelta(days=days)
    return a_bill(account, cents, line=line, issued_on=on, due_on=on + timedelta(days=20))


def open_cents(account, bill):
    return get_bill(numbers=account.numbers, bill_id=bill.id, today=TODAY).open_cents


@pytest.mark.django_db
def test_a_later_bill_gets_the_same_and_again_nothing():
    account = awarded()
    visit, premium = later_bill(account), later_bill(account, line=Line.PREMIUM)

    first = jobs.apply_awards(TODAY + timedelta(days=31), chunk=1)
    again = jobs.apply_awards(TODAY + timedelta(days=31))

    assert (first.bills, first.off_cents, again.bills) == (1, 75_00, 0)
    assert (open_cents(account, visit), open_cents(account, premium)) == (25_00, 100_00)
    applied = [
        one
        for one in list_entries(numbers=account.numbers, limit=50)
        if one.action == "assistance.apply"
    ]
    assert len(applied) == 1
    assert check_books() == ()


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "left"), [(364, 25_00), (365, 100_00)])
def test_an_award_ends_with_its_last_day(days, left):
    account = awarded()
    bill = later_bill(account, days=days)

    jobs.apply_awards(TODAY + timedelta(days=days))

    assert open_cents(account, bill) == left


@pytest.mark.django_db
def test_a_later_bill_that_was_paid_at_once_gives_back_what_was_too_much():
    account = awarded()
    bill = later_bill(account)
    a_payment(account, 100_00, bill)

    jobs.apply_awards(TODAY + timedelta(days=31))

    assert get_balance(account_number=account.number).refunds_cents == 75_00
    assert check_books() == ()


@pytest.mark.django_db
def test_a_payment_that_comes_back_leaves_the_members_part_to_pay():
    account = an_account()
    bill = a_bill(account, 100_00, line=Line.MEDICAL)
    payment = a_payment(account, 100_00, bill)
    application = an_application(account, THREE_QUARTERS)
    deciding.decide(application=application, on=TODAY, actor=TESTER)

    reverse_payment(
        payment=payment, to=PaymentStatus.RETURNED, reason="R01", reversed_on=TODAY, actor=TESTER
    )
    jobs.apply_awards(TODAY)

    assert open_cents(account, bill) == 25_00
    assert check_books() == ()


@pytest.mark.django_db
def test_a_better_award_adds_what_the_first_one_left():
    account = awarded()
    bill = later_bill(account)
    jobs.apply_awards(TODAY + timedelta(days=31))
    better = an_application(account, some_facts(yearly_cents=1_00))

    deciding.decide(application=better, on=TODAY, actor=TESTER)

    assert open_cents(account, bill) == 0
    assert check_books() == ()


@pytest.mark.django_db
def test_the_member_is_written_to_at_every_step():
    account = an_account()
    a_bill(account, 100_00, line=Line.MEDICAL)
    application = an_application(account, some_facts(yearly_cents=200_000_00))
    denied = deciding.decide(application=application, on=TODAY, actor=TESTER)
    deciding.appeal(application=denied, reason="I lost my work", on=TODAY, actor=TESTER)

    kinds = [row.kind for row in fetch_all(
        "SELECT kind FROM letters_letter WHERE account_number = %(number)s ORDER BY id",
        {"number": account.number},
    )]  # fmt: skip
    assert kinds == ["assistance_received", "assistance_denied", "assistance_appealed"]


@pytest.mark.django_db
def test_a_denial_says_why_what_next_and_how_to_appeal():
    account = an_account()
    application = an_application(account, some_facts(yearly_cents=200_000_00))
    deciding.decide(application=application, on=TODAY, actor=TESTER)

    content = fetch_one(
        "SELECT content::text AS text FROM letters_letter WHERE kind = 'assistance_denied'"
    ).text

    for said in (
        "$200,000.00",
        "400 percent",
        "$27,320.00",
        "payment plan",
        "January 21, 2027",
        "1-800-442-4014",
    ):
        assert said in content
    assert letters


@pytest.mark.django_db
def test_the_audit_names_what_was_done_and_never_what_somebody_earns():
    account = awarded()

    text = str([one.detail for one in list_entries(numbers=account.numbers, limit=200)])

    assert "6000000" not in text
    assert "pay-stub" not in text


@pytest.mark.django_db
def test_a_decision_cannot_be_changed_afterwards():
    awarded()

    with pytest.raises(Exception, match="history is never changed"):
        fetch_all("UPDATE assistance_decision SET medical_bps = 10000")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_does():
    account = an_account()
    bill = a_bill(account, 100_00, line=Line.MEDICAL)
    application = an_application(account, THREE_QUARTERS)
    outcomes = []

    def decide() -> None:
        try:
            decided = deciding.decide(application=application, on=TODAY, actor=TESTER)
            outcomes.append(decided.status)
        except ApplicationRefused:
            outcomes.append(None)
        finally:
            connection.close()

    threads = [threading.Thread(target=decide) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes, key=str) == [None, None, Status.PARTLY]
    assert open_cents(account, bill) == 25_00
    assert check_books() == ()


BILLS = st.lists(
    st.tuples(st.integers(1, 500_00), st.sampled_from(list(Line)), st.integers(0, 120)),
    min_size=1, max_size=4,
)  # fmt: skip


@pytest.mark.django_db
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    bills=BILLS,
    income=st.integers(0, 130_000_00),
    order=st.permutations(["pay", "decide", "job"]),
    second_income=st.integers(0, 130_000_00),
)
def test_no_order_takes_more_off_than_was_billed_or_unbalances_the_books(
    bills, income, order, second_income
):
    account = an_account()
    made = [(a_bill(account, cents, line=line), cents, paid) for cents, line, paid in bills]
    billed = sum(cents for cents, _, _ in bills)
    for step in order:
        if step == "pay":
            for bill, cents, share in made:
                still = open_cents(account, bill)
                if amount := min(cents * share // 100, still):
                    a_payment(account, amount, bill)
        elif step == "decide":
            for yearly in (income, second_income):
                sent = an_application(account, some_facts(yearly_cents=yearly))
                deciding.decide(application=sent, on=TODAY, actor=TESTER)
        else:
            jobs.apply_awards(TODAY)

    listed = list_bills(numbers=account.numbers, today=TODAY).bills
    assert all(0 <= bill.open_cents <= bill.amount_cents for bill in listed)
    assert all(-bill.amount_cents <= bill.adjusted_cents <= 0 for bill in listed)
    assert sum(bill.amount_cents for bill in listed) == billed
    assert check_books() == ()
    assert jobs.apply_awards(TODAY).bills == 0


@pytest.mark.django_db
def test_what_waits_is_listed_the_first_promised_first_and_late_ones_say_so():
    late = an_application(an_account(), received_on=TODAY - timedelta(days=40))
    fresh = an_application(an_account())
    applying.start(account=an_account(), channel=late.channel, language="en", actor=TESTER)

    listed, total = queries.list_waiting(today=TODAY)

    assert [one.reference for one in listed] == [late.reference, fresh.reference]
    assert (total, listed[0].age_days, listed[0].days_left) == (2, 40, -10)


@pytest.mark.django_db
def test_money_that_a_bank_took_back_after_a_refund_is_owed_whole():
    account = awarded(some_facts(yearly_cents=0))
    visit = later_bill(account)
    kept = fetch_one(
        "SELECT billing_raise(%(number)s, 'returned-after-refund:7', 'medical', 'Payment returned', NULL,"
        " %(on)s, %(due_on)s, %(lines)s, 1010::smallint) AS id",
        {
            "number": account.number, "on": TODAY, "due_on": TODAY + timedelta(days=20),
            "lines": '[{"description": "Refund of a payment your bank took back", "amount_cents": 4000}]',
        },
    )  # fmt: skip

    jobs.apply_awards(TODAY + timedelta(days=31))

    assert open_cents(account, visit) == 0
    left = get_bill(numbers=account.numbers, bill_id=kept.id, today=TODAY)
    assert left.open_cents == 40_00
    assert check_books() == ()
