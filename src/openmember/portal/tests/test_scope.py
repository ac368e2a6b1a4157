"""Nobody sees what belongs to somebody else, whatever address they type."""

import pytest

from openmember.payments.services.corrections import merge_accounts
from openmember.payments.testing import TESTER, a_payment, an_account
from openmember.portal.tests.conftest import in_days


@pytest.fixture
def other(holder_of):
    return holder_of(region="georgia")


def test_another_members_bill_is_not_there(holder, other):
    bill = other.bill()

    assert other.get("bill", bill.reference).status_code == 200
    assert holder.get("bill", bill.reference).status_code == 404


def test_another_members_bill_cannot_be_paid_from_here(holder, other):
    holder.bill(20_00)
    bill = other.bill(50_00)

    response = holder.post("pay", what="some", bills=[bill.reference])

    assert response.status_code == 422
    assert "Please choose again." in response.content.decode()


@pytest.mark.parametrize("page", ["payment", "receipt_pdf"])
def test_another_members_payment_is_not_there(holder, other, page):
    payment = a_payment(other.account, 20_00)

    assert other.get(page, payment.reference).status_code == 200
    assert holder.get(page, payment.reference).status_code == 404


@pytest.mark.parametrize("reference", ["B-0000-0000-0", "P-XXXX", "1", "P-%00"])
def test_a_made_up_reference_is_not_there(holder, reference):
    assert holder.get("bill", reference).status_code == 404
    assert holder.get("payment", reference).status_code == 404


@pytest.mark.parametrize(
    "page",
    ["account", "bills", "pay", "pay_how", "pay_confirm", "payments", "payments_csv"],
)
def test_without_signing_in_there_is_nothing(guest, page):
    assert guest.get(page).status_code == 302


def test_a_joined_accounts_bills_and_payments_stay_visible(holder):
    before = an_account()
    payment = a_payment(before, 20_00)
    merge_accounts(account=before, into=holder.account, merged_on=in_days(0), actor=TESTER)

    assert holder.get("payment", payment.reference).status_code == 200
