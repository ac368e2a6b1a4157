"""Premium remittances from bytes to money."""

from datetime import date

import pytest

from openmember.exchange.testing import Sending
from openmember.exchange.x820.testing import GROUP, Paid, compose_820
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.ledger.closing.services import close_month
from openmember.ledger.queries import get_balance, list_transfers
from openmember.ledger.types import Code
from openmember.members.testing import TESTER, a_member
from openmember.payments.jobs import check_books
from openmember.payments.queries import list_payments
from openmember.payments.remittances.tests.books import cash_of, moved, reasons
from openmember.payments.remittances.types import Reason
from openmember.payments.services.corrections import merge_accounts
from openmember.payments.testing import TODAY, a_bill, an_account
from openmember.payments.types import Channel, Method

pytestmark = pytest.mark.django_db


def test_tax_credits_reductions_and_fees_go_to_their_accounts(take, enrolled):
    ana = enrolled("S1")
    lines = (
        ("APTC", 500_00),
        ("CSR", 100_00),
        ("UF", -25_00),
        ("APTCADJ", -600_00),
        ("APTCADJ", 500_00),
    )

    taken = take(compose_820([Paid("S1", lines)]))

    assert taken.effects.payments_posted == 1
    assert moved(ana) == {
        Code.BANK: 475_00,
        Code.APTC_PAYABLE: -400_00,
        Code.COST_SHARING_REDUCTIONS: -100_00,
        Code.EXCHANGE_USER_FEES: 25_00,
    }
    assert check_books() == ()


def test_an_employers_lines_pay_the_members_premiums(take, enrolled):
    ana, ben = enrolled("S1"), enrolled("S2", "Ben", "Stone")
    a_bill(ana, 80_00)
    lines = [
        Paid("E1", (("S1", 30_00), ("S1", 35_00)), "IG", number_qualifier="EI"),
        Paid("E2", (("S2", 45_00),), "CT", "Stone", "Ben", "EI"),
    ]

    take(compose_820(lines, guide=GROUP, method="FWT"))

    assert get_balance(account_number=ana.number).premium_cents == 15_00
    assert get_balance(account_number=ben.number).credit_cents == 45_00
    (payment,) = list_payments(numbers=ben.numbers).payments
    assert (payment.method, payment.channel, payment.payer) == (
        Method.WIRE, Channel.BANK, "SAMPLE PAYER",
    )  # fmt: skip
    assert cash_of(ana, ben) == 110_00
    assert check_books() == ()


def test_a_bill_pay_number_is_enough(take):
    account = an_account()

    take(compose_820([Paid(account.number, (("PREM", 40_00),), last_name="")]))

    assert get_balance(account_number=account.number).credit_cents == 40_00


def test_a_medical_record_number_needs_both_names(take):
    member = a_member(first="Ana", last="Ruiz")
    account = an_account(holder=member)

    same = Paid(member.mrn, (("PREM", 40_00),), last_name="RUIZ", first_name="ANA")
    other = Paid(member.mrn, (("PREM", 40_00),), last_name="Ruiz", first_name="Eva")

    assert reasons(take(compose_820([other], trace="A"))) == [Reason.NAME_DIFFERS]
    assert take(compose_820([same], trace="B")).effects.payments_posted == 1
    assert get_balance(account_number=account.number).credit_cents == 40_00


def test_a_joined_account_gets_what_is_sent_to_its_old_number(take, enrolled):
    old, new = enrolled("S1"), an_account()
    merge_accounts(account=old, into=new, merged_on=TODAY, actor=TESTER)

    take(compose_820([Paid("S1", (("APTC", 10_00), ("PREM", 20_00)))]))

    assert cash_of(new) == 30_00
    assert check_books() == ()


def test_premiums_taken_back_reduce_what_is_paid_for_the_same_account(take, enrolled):
    ana = enrolled("S1")

    take(compose_820([Paid("S1", (("PREM", 80_00), ("PREMADJ", -50_00)))]))

    (payment,) = list_payments(numbers=ana.numbers).payments
    assert payment.amount_cents == 30_00
    assert check_books() == ()


def test_adjustments_to_earlier_payments_count(take, enrolled):
    ana = enrolled("S1")
    entity = Paid("S1", (("S1", 80_00),), "IG", adjustments=((-20_00, "52"),))

    take(compose_820([entity], guide=GROUP))

    assert cash_of(ana) == 60_00
    assert check_books() == ()


def test_the_same_file_again_changes_nothing(take, enrolled):
    ana = enrolled("S1")
    content = compose_820([Paid("S1", (("APTC", 10_00), ("PREM", 5_00)))])
    take(content)

    again = take(content)

    assert again.already_taken
    assert cash_of(ana) == 15_00


def test_the_same_payment_in_another_file_is_posted_once(take, enrolled):
    ana = enrolled("S1")
    entities = [Paid("S1", (("APTC", 10_00),))]
    take(compose_820(entities))

    again = take(compose_820(entities, sending=Sending(control=2)))

    assert again.effects.payments_repeated == 1
    assert cash_of(ana) == 10_00
    assert check_books() == ()


def test_a_dry_run_says_what_would_happen_and_changes_nothing(take, enrolled):
    ana = enrolled("S1")
    content = compose_820([Paid("S1", (("APTC", 10_00),))])

    taken = take(content, dry_run=True)

    assert taken.effects.posted_cents == 10_00
    assert moved(ana) == {}
    assert take(content).already_taken is False


def test_a_damaged_file_is_refused_whole(take):
    content = compose_820([Paid("S1", (("APTC", 10_00),))])

    taken = take(content.replace(b"RMR*ZZ*APTC**10.00~", b""))

    assert not taken.accepted
    assert {problem.code for problem in taken.problems} == {"no-lines", "count-mismatch"}


def test_a_social_security_number_is_never_stored(take, enrolled):
    enrolled("S1")
    entity = Paid("123456789", (("123456789", 10_00),), "CT", number_qualifier="34")

    take(compose_820([entity], guide=GROUP))

    assert fetch_one("SELECT numbers FROM payments_remittance_line").numbers == []


def test_a_live_system_takes_no_test_file(take, settings):
    settings.ACCEPT_TEST_INTERCHANGES = False
    content = compose_820([Paid("S1", (("APTC", 10_00),))], sending=Sending(usage="T"))

    assert not take(content).accepted


def test_the_books_show_a_remittance_that_was_tampered_with(take, enrolled):
    enrolled("S1")
    take(compose_820([Paid("S1", (("APTC", 10_00),))]))
    fetch_all("ALTER TABLE payments_remittance DISABLE TRIGGER payments_remittance_guard")
    fetch_all("UPDATE payments_remittance SET amount_cents = 900")

    assert [one.check for one in check_books()] == ["remittance"]


def test_a_bill_named_by_its_reference_is_the_one_that_is_paid(take, enrolled):
    ana = enrolled("S1")
    older, newer = a_bill(ana, 10_00, due_on=TODAY), a_bill(ana, 10_00)

    take(compose_820([Paid("S1", ((newer.reference, 10_00),), "IK")], guide=GROUP))

    (payment,) = list_payments(numbers=ana.numbers).payments
    assert [one.bill_id for one in payment.allocations] == [newer.id]
    assert older.open_cents == 10_00


def test_a_payment_of_a_closed_month_is_booked_on_the_first_open_day(take, enrolled):
    ana = enrolled("S1")
    close_month(month=date(2026, 10, 1), today=TODAY, figures=(), actor=TESTER)

    take(compose_820([Paid("S1", (("APTC", 10_00), ("PREM", 5_00)))], paid_on=date(2026, 10, 30)))

    booked = {one.effective_on for one in list_transfers(account_number=ana.number, limit=10)}
    assert booked == {date(2026, 11, 1)}
    assert check_books() == ()
