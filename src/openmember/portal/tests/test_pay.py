"""A member's three steps: what is chosen is what is paid, once."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from openmember.billing.services import hold_bill
from openmember.payments.testing import TESTER, a_payment
from openmember.payments.types import Channel, Method, Status
from openmember.portal.tests.conftest import Holder


def another_tab(holder: Holder) -> Holder:
    client = Client()
    client.cookies = holder.client.cookies
    return Holder(client, holder.account)


def test_everything_due_is_paid(holder):
    holder.bill(80_00)
    holder.bill(20_00)

    payment = holder.pay(what="all")

    assert payment.status is Status.ACCEPTED
    assert (payment.method, payment.channel) == (Method.CARD, Channel.WEB)
    assert payment.amount_cents == 100_00
    assert holder.balance().owed_cents == 0


def test_only_the_bills_chosen_are_paid(holder):
    first, second, third = holder.bill(10_00), holder.bill(20_00), holder.bill(40_00)

    payment = holder.pay(what="some", bills=[first.reference, third.reference])

    assert {one.bill_id for one in payment.allocations} == {first.id, third.id}
    assert holder.balance().owed_cents == second.open_cents


def test_part_of_one_bill_is_paid(holder):
    holder.bill(10_00, due_in=1)
    later = holder.bill(40_00, due_in=20)

    payment = holder.pay(what="amount", amount="15.00", toward=later.reference)

    assert [(one.bill_id, one.amount_cents) for one in payment.allocations] == [(later.id, 15_00)]


def test_more_than_one_bill_asks_for_is_not_taken_for_it(holder):
    bill = holder.bill(40_00)

    response = holder.post("pay", what="amount", amount="40.01", toward=bill.reference)

    assert response.status_code == 422
    assert "This bill has $40.00 left to pay." in response.content.decode()


def test_another_amount_goes_to_the_oldest_and_the_rest_becomes_credit(holder):
    holder.bill(40_00)
    holder.choose(what="amount", amount="$50")

    asked = holder.get("pay_confirm").content.decode()
    payment = holder.payment(holder.confirm())

    assert "$10.00 of this is more than what is due." in asked
    assert payment.unapplied_cents == 10_00
    assert holder.balance().credit_cents == 10_00


def test_a_bill_in_dispute_is_left_out_of_everything(holder):
    holder.bill(40_00)
    held = holder.bill(60_00)
    hold_bill(bill=held, held=True, reason="asked about it", actor=TESTER)

    assert holder.pay(what="all").amount_cents == 40_00


def test_an_amount_that_is_none_is_asked_for_again(holder):
    for typed in ("", "abc", "-5", "0", "12.345"):
        response = holder.post("pay", what="amount", amount=typed)
        assert response.status_code == 422, typed
        assert 'href="#id_amount"' in response.content.decode()


def test_choosing_no_bill_is_pointed_out(holder):
    holder.bill()

    assert "Choose at least one bill." in holder.post("pay", what="some").content.decode()


def test_what_was_typed_for_another_way_is_no_mistake(holder):
    holder.bill(40_00)

    assert holder.post("pay", what="all", amount="nonsense").status_code == 303


def test_the_total_is_added_up_without_a_script(holder):
    first = holder.bill(10_00)
    holder.bill(20_00)

    page = holder.post("pay", what="some", bills=[first.reference], total="1")

    assert page.status_code == 200
    assert page.context["form"].total_cents == 10_00
    assert holder.get("pay_how").status_code == 303


def test_the_total_comes_alone_for_htmx(holder):
    holder.bill(10_00)

    part = holder.client.post(
        "/pay/", {"what": "all", "total": "1"}, headers={"HX-Request": "true"}
    ).content.decode()

    assert "$10.00" in part
    assert "<form" not in part


def test_each_step_stays_within_ten_queries(holder, django_assert_max_num_queries):
    bill = holder.bill()
    with django_assert_max_num_queries(10):
        assert holder.get("pay", bill=bill.reference).status_code == 200
    holder.choose(what="all")
    for page in ("pay_how", "pay_confirm"):
        with django_assert_max_num_queries(10):
            assert holder.get(page).status_code == 200


def test_steps_cannot_be_skipped(holder):
    assert holder.get("pay_how")["Location"] == "/pay/"
    assert holder.get("pay_confirm")["Location"] == "/pay/"
    assert holder.confirm("anything")["Location"] == "/pay/"
    holder.post("pay", what="amount", amount="5")
    assert holder.get("pay_confirm")["Location"] == "/pay/how/"


def test_two_tabs_with_the_same_payment_pay_once_and_end_on_one_receipt(holder):
    holder.bill(40_00)
    holder.choose(what="all")
    first, second = holder, another_tab(holder)
    key = first.key("pay_confirm")
    assert second.key("pay_confirm") == key

    receipts = {first.confirm(key)["Location"], second.confirm(key)["Location"]}

    assert len(receipts) == 1
    assert [payment.amount_cents for payment in holder.payments()] == [40_00]


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_the_same_moment_pay_once_and_end_on_one_receipt(holder):
    holder.bill(40_00)
    holder.choose(what="all")
    key = holder.key("pay_confirm")
    start = threading.Barrier(2)

    def submit(tab: Holder) -> str:
        start.wait()
        try:
            return tab.confirm(key)["Location"]
        finally:
            connection.close()

    with ThreadPoolExecutor() as pool:
        receipts = set(pool.map(submit, [another_tab(holder), another_tab(holder)]))

    assert len(receipts) == 1
    assert len(holder.payments()) == 1


def test_two_tabs_that_chose_alike_pay_once(holder):
    holder.bill(40_00)
    holder.choose(what="all")
    key = holder.key("pay_confirm")
    other = another_tab(holder)
    other.choose(what="all")

    assert other.key("pay_confirm") == key


def test_a_payment_changed_in_another_tab_is_not_made_unseen(holder):
    bill = holder.bill(40_00)
    holder.choose(what="all")
    stale = holder.key("pay_confirm")
    another_tab(holder).choose(what="amount", amount="5", toward=bill.reference)

    response = holder.confirm(stale)

    assert response.status_code == 409
    assert "You changed this payment on another page." in response.content.decode()
    assert holder.payments() == ()


def test_changing_only_how_to_pay_is_a_change(holder):
    holder.bill(40_00)
    holder.choose(what="all")
    stale = holder.key("pay_confirm")
    another_tab(holder).post("pay_how", method="ach")

    assert holder.confirm(stale).status_code == 409
    assert holder.payments() == ()


def test_going_back_after_paying_leads_to_the_receipt(holder):
    holder.bill(40_00)
    holder.choose(what="all")
    key = holder.key("pay_confirm")
    receipt = holder.confirm(key)["Location"]

    assert holder.confirm(key)["Location"] == receipt
    assert holder.get("pay_confirm")["Location"] == "/pay/"


def test_the_same_again_is_a_new_payment(holder):
    first = holder.pay(what="amount", amount="5")
    second = holder.pay(what="amount", amount="5")

    assert first.id != second.id


def test_a_bill_paid_elsewhere_meanwhile_is_not_paid_twice(holder):
    bill = holder.bill(40_00)
    holder.choose(what="all")
    key = holder.key("pay_confirm")
    a_payment(holder.account, 40_00, bill)

    response = holder.confirm(key)

    assert response["Location"] == "/pay/"
    assert "What you owe has changed" in holder.get("pay").content.decode()
    assert holder.balance().credit_cents == 0


def test_a_page_left_open_past_its_session_pays_nothing(holder):
    assert holder.confirm("a key of long ago")["Location"] == "/pay/"

    assert (
        "This page was open for too long. Nothing was paid." in holder.get("pay").content.decode()
    )


def test_a_key_of_ones_own_making_pays_nothing(holder):
    holder.bill(40_00)
    holder.choose(what="all")

    assert holder.confirm("made-up").status_code == 409
    assert holder.payments() == ()


def test_the_test_gateway_says_that_nothing_is_charged(holder):
    holder.bill(40_00)
    holder.choose(what="all")

    for page in ("pay_how", "pay_confirm"):
        assert "This is a test gateway" in holder.get(page).content.decode()
