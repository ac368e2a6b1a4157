"""Automatic payments by card: what is planned, told, drawn, and what follows."""

from datetime import date, timedelta

import pytest

from openmember.accounts.types import Account
from openmember.billing.types import Line
from openmember.kernel.sql import fetch_all
from openmember.ledger.queries import get_balance
from openmember.members.types import system
from openmember.payments.autopay import models, services
from openmember.payments.autopay.jobs import run_autopay
from openmember.payments.autopay.queries import find_mandate, find_next_draw, list_draws
from openmember.payments.autopay.types import (
    DrawStatus,
    EndReason,
    Instrument,
    Mandate,
    MandateStatus,
    Terms,
    What,
)
from openmember.payments.jobs import check_books
from openmember.payments.services.corrections import merge_accounts
from openmember.payments.testing import TESTER, TODAY, a_bill, a_payment, an_account
from openmember.payments.types import Method

pytestmark = pytest.mark.django_db

CARD = Instrument(Method.CARD, "sandbox", "sandbox-card-1", "Test card ending 4242")
SYSTEM = system("autopay")


def agreed(account: Account, what: What = What.EVERYTHING, cap_cents: int | None = None) -> Mandate:
    return services.agree(
        account=account, member_id=account.holder_id, instrument=CARD, terms=Terms(what, cap_cents),
        agreement="I agree.", language="en", on=TODAY, actor=TESTER,
    )  # fmt: skip


def on(day: date):
    return run_autopay(day=day, actor=SYSTEM)


def until(day: date) -> None:
    for count in range((day - TODAY).days + 1):
        on(TODAY + timedelta(days=count))


def letters(account: Account) -> list[str]:
    rows = fetch_all(
        "SELECT kind FROM letters_letter WHERE account_number = %(number)s ORDER BY id",
        {"number": account.number},
    )
    return [row.kind for row in rows]


def statuses(account: Account) -> list[DrawStatus]:
    return [draw.status for draw in list_draws(numbers=account.numbers)]


def test_a_bill_is_planned_told_ten_days_ahead_and_paid_on_its_due_day():
    account = an_account()
    a_bill(account, 120_00, due_on=TODAY + timedelta(days=15))
    mandate = agreed(account)

    on(TODAY)
    planned = find_next_draw(mandate=mandate)
    until(TODAY + timedelta(days=15))

    assert planned.draw_on == TODAY + timedelta(days=15)
    assert letters(account) == ["autopay_agreed", "autopay_first"]
    assert get_balance(account_number=account.number).owed_cents == 0
    on(TODAY + timedelta(days=16))
    assert statuses(account) == [DrawStatus.PAID]
    assert not check_books()


def test_a_bill_due_sooner_than_the_notice_is_drawn_when_the_notice_is_over():
    account = an_account()
    a_bill(account, 120_00, due_on=TODAY + timedelta(days=3))
    mandate = agreed(account)

    on(TODAY)

    assert find_next_draw(mandate=mandate).draw_on == TODAY + timedelta(days=10)


def test_the_same_amount_again_needs_no_notice():
    account = an_account()
    a_bill(account, 120_00, due_on=TODAY + timedelta(days=10))
    agreed(account)
    until(TODAY + timedelta(days=10))
    later = TODAY + timedelta(days=11)
    a_bill(account, 120_00, issued_on=later, due_on=later + timedelta(days=4))

    on(later)

    assert list_draws(numbers=account.numbers)[0].draw_on == later + timedelta(days=4)
    assert letters(account).count("autopay_first") == 1
    assert "autopay_changed" not in letters(account)


def test_another_amount_is_told_first():
    account = an_account()
    a_bill(account, 120_00, due_on=TODAY + timedelta(days=10))
    agreed(account)
    until(TODAY + timedelta(days=10))
    later = TODAY + timedelta(days=11)
    a_bill(account, 130_00, issued_on=later, due_on=later + timedelta(days=4))

    on(later)

    assert list_draws(numbers=account.numbers)[0].draw_on == later + timedelta(days=10)
    assert letters(account)[-1] == "autopay_changed"


def test_the_same_day_twice_does_nothing_more():
    account = an_account()
    a_bill(account, 120_00, due_on=TODAY + timedelta(days=10))
    agreed(account)
    until(TODAY + timedelta(days=10))

    again = on(TODAY + timedelta(days=10))

    assert (again.planned, again.noticed, again.drawn) == (0, 0, 0)
    assert models.Draw.objects.count() == 1


def test_what_was_paid_otherwise_is_not_drawn():
    account = an_account()
    bill = a_bill(account, 120_00, due_on=TODAY + timedelta(days=12))
    agreed(account)
    on(TODAY)
    a_payment(account, 50_00, bill)

    until(TODAY + timedelta(days=12))

    assert list_draws(numbers=account.numbers)[0].amount_cents == 70_00
    assert get_balance(account_number=account.number).owed_cents == 0


def test_nothing_is_drawn_for_a_bill_paid_whole_or_in_dispute():
    account = an_account()
    bill = a_bill(account, 120_00, due_on=TODAY + timedelta(days=12))
    agreed(account)
    on(TODAY)
    a_payment(account, 120_00, bill)

    until(TODAY + timedelta(days=12))

    assert statuses(account) == [DrawStatus.NOT_NEEDED]


def test_only_premiums_when_that_was_agreed():
    account = an_account()
    a_bill(account, 120_00, due_on=TODAY + timedelta(days=12))
    a_bill(account, 35_00, line=Line.MEDICAL, due_on=TODAY + timedelta(days=12), title="Visit")
    agreed(account, What.PREMIUM)

    until(TODAY + timedelta(days=12))

    assert get_balance(account_number=account.number).owed_cents == 35_00


def test_never_more_than_the_cap():
    account = an_account()
    a_bill(account, 120_00, due_on=TODAY + timedelta(days=12))
    agreed(account, cap_cents=100_00)

    until(TODAY + timedelta(days=12))

    assert get_balance(account_number=account.number).owed_cents == 20_00


def test_a_skipped_payment_leaves_its_bill_open():
    account = an_account()
    a_bill(account, 120_00, due_on=TODAY + timedelta(days=12))
    mandate = agreed(account)
    on(TODAY)
    services.skip(account=account, draw_id=find_next_draw(mandate=mandate).id, actor=TESTER)

    until(TODAY + timedelta(days=14))

    assert statuses(account) == [DrawStatus.SKIPPED]
    assert get_balance(account_number=account.number).owed_cents == 120_00


def test_a_pause_skips_what_falls_into_it_and_ends_by_itself():
    account = an_account()
    a_bill(account, 120_00, due_on=TODAY + timedelta(days=12))
    agreed(account)
    on(TODAY)
    services.pause(account=account, until=TODAY + timedelta(days=20), today=TODAY, actor=TESTER)

    until(TODAY + timedelta(days=20))

    assert statuses(account) == [DrawStatus.SKIPPED]
    assert find_mandate(numbers=account.numbers).status is MandateStatus.ACTIVE


def test_after_the_end_nothing_is_drawn():
    account = an_account()
    a_bill(account, 120_00, due_on=TODAY + timedelta(days=12))
    agreed(account)
    on(TODAY)
    services.end(account=account, reason=EndReason.MEMBER, on=TODAY, actor=TESTER)

    until(TODAY + timedelta(days=14))

    assert statuses(account) == [DrawStatus.SKIPPED]
    assert find_mandate(numbers=account.numbers) is None
    assert letters(account)[-1] == "autopay_ended"


def test_new_terms_replace_the_old_ones():
    account = an_account()
    agreed(account)

    second = agreed(account, What.PREMIUM)

    assert find_mandate(numbers=account.numbers) == second
    assert models.Mandate.objects.filter(end_reason=EndReason.REPLACED).count() == 1


def test_a_new_card_takes_over_the_bill_that_was_planned_from_the_old_one():
    account = an_account()
    a_bill(account, 120_00, due_on=TODAY + timedelta(days=15))
    agreed(account)
    on(TODAY)
    agreed(account)

    until(TODAY + timedelta(days=16))

    assert statuses(account) == [DrawStatus.PAID, DrawStatus.SKIPPED]
    assert get_balance(account_number=account.number).owed_cents == 0
    assert not check_books()


def test_a_bill_whose_dispute_is_over_is_drawn_for_after_all():
    account = an_account()
    due_on = TODAY + timedelta(days=15)
    bill = a_bill(account, 120_00, due_on=due_on)
    agreed(account)
    on(TODAY)
    hold = "SELECT billing_hold(%(number)s, %(bill)s, %(held)s)"
    fetch_all(hold, {"number": account.number, "bill": bill.id, "held": True})
    on(due_on)
    assert statuses(account) == [DrawStatus.NOT_NEEDED]
    fetch_all(hold, {"number": account.number, "bill": bill.id, "held": False})

    for days in range(1, 13):
        on(due_on + timedelta(days=days))

    assert statuses(account) == [DrawStatus.PAID, DrawStatus.NOT_NEEDED]
    assert get_balance(account_number=account.number).owed_cents == 0


def test_a_joined_accounts_mandate_ends_and_the_member_is_told():
    account, into = an_account(), an_account()
    a_bill(account, 120_00, due_on=TODAY + timedelta(days=15))
    agreed(account)
    on(TODAY)
    merge_accounts(account=account, into=into, merged_on=TODAY, actor=TESTER)

    on(TODAY + timedelta(days=1))

    assert find_mandate(numbers=(into.number, account.number)) is None
    assert letters(account)[-1] == "autopay_ended"


def test_declined_cards_are_told_and_after_the_second_the_mandate_ends():
    account = an_account()
    # The sandbox declines amounts that end in one cent.
    a_bill(account, 120_01, due_on=TODAY + timedelta(days=10))
    agreed(account)
    until(TODAY + timedelta(days=11))
    later = TODAY + timedelta(days=12)
    a_bill(account, 80_01, issued_on=later, due_on=later + timedelta(days=10))

    for count in range(25):
        on(later + timedelta(days=count))

    assert statuses(account) == [DrawStatus.FAILED, DrawStatus.FAILED]
    assert letters(account).count("autopay_failed") == 2
    assert letters(account)[-1] == "autopay_ended"
    assert find_mandate(numbers=account.numbers) is None
    assert get_balance(account_number=account.number).owed_cents == 200_02
