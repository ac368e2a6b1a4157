"""A debit that came back and is presented again: the member sees what became of it in the end."""

from datetime import date, datetime, timedelta

import pytest

from openmember.payments.ach.testing import (
    NOON,
    a_bank_account,
    a_debit,
    a_file,
    entries_of,
    sent_back,
    take_back,
)
from openmember.payments.autopay import models, services
from openmember.payments.autopay.following import follow_draws
from openmember.payments.autopay.types import DrawStatus, Instrument, Terms, What
from openmember.payments.jobs import check_books
from openmember.payments.testing import TESTER, TODAY, a_bill, an_account
from openmember.payments.types import Method

pytestmark = pytest.mark.django_db


class Drawn:
    """An automatic payment from a bank account that is in the bank's hands."""

    def __init__(self, tmp_path):
        self.folder, self.day = tmp_path, datetime(2026, 11, 25, 12, 0, tzinfo=NOON.tzinfo)
        self.account = an_account()
        a_bill(self.account, 40_00)
        bank = a_bank_account(self.account)
        mandate = services.agree(
            account=self.account, member_id=self.account.holder_id,
            instrument=Instrument(Method.ACH, "ach", str(bank.id), "Checking ending 5678"),
            terms=Terms(What.EVERYTHING, None), agreement="I agree.", language="en", on=TODAY,
            actor=TESTER,
        )  # fmt: skip
        payment = a_debit(self.account, 40_00, bank=bank)
        self.draw = models.Draw.objects.create(
            account_number=self.account.number, mandate_id=mandate.id, due_on=TODAY,
            draw_on=TODAY, amount_cents=40_00, is_noticed=False, bill_ids=[],
            status=DrawStatus.REQUESTED, payment_id=payment.id,
        )  # fmt: skip
        (self.entry,) = entries_of(tmp_path, a_file(tmp_path, settled=True))

    def comes_back(self):
        take_back(self.folder, [sent_back(self.entry, "R01")], made_on=f"{self.day:%y%m%d}")

    def is_presented_again(self):
        self.day += timedelta(days=20)
        file = a_file(self.folder, settled=True, file_on=self.day.date(), now=self.day)
        (self.entry,) = entries_of(self.folder, file)

    def status(self):
        follow_draws(today=date(2026, 12, 1), actor=TESTER)
        self.draw.refresh_from_db()
        return DrawStatus(self.draw.status)


def test_a_retry_that_is_paid_makes_the_draw_paid(tmp_path):
    drawn = Drawn(tmp_path)
    assert drawn.status() is DrawStatus.PAID

    drawn.comes_back()
    assert drawn.status() is DrawStatus.REQUESTED, "it is under way again, and did not fail"

    drawn.is_presented_again()
    assert drawn.status() is DrawStatus.PAID
    assert check_books() == ()


def test_a_draw_fails_when_its_last_retry_does(tmp_path):
    drawn = Drawn(tmp_path)
    drawn.comes_back()
    for _ in range(2):
        drawn.is_presented_again()
        drawn.comes_back()

    assert drawn.status() is DrawStatus.FAILED
    assert drawn.status() is DrawStatus.FAILED
