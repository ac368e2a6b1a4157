"""The list of bills and the letter each of them is."""

from openmember.billing.services import cancel_bill, hold_bill
from openmember.billing.types import Line
from openmember.payments.testing import TESTER, a_payment
from openmember.portal.tests.conftest import in_days


def text_of(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def test_bills_are_listed_with_what_is_left_of_each(holder, django_assert_max_num_queries):
    bill = holder.bill(80_00, title="December premium")
    a_payment(holder.account, 30_00, bill)

    with django_assert_max_num_queries(10):
        text = text_of(holder.get("bills"))

    assert "December premium" in text
    assert "$50.00" in text
    assert "Partly paid" in text


def test_the_list_is_narrowed_by_line_and_state(holder):
    holder.bill(title="Premium", line=Line.PREMIUM)
    holder.bill(title="Visit", line=Line.MEDICAL, due_in=-3)

    pharmacy = text_of(holder.get("bills", line="pharmacy"))
    medical = text_of(holder.get("bills", line="medical"))
    overdue = text_of(holder.get("bills", state="overdue"))

    assert "No bill like that" in pharmacy
    assert ("Visit" in medical, ">Premium<" in medical) == (True, False)
    assert ("Visit" in overdue, ">Premium<" in overdue) == (True, False)


def test_a_made_up_filter_is_no_filter(holder):
    holder.bill(title="Premium")

    assert ">Premium<" in text_of(holder.get("bills", line="'; DROP TABLE", state="x", page="-1"))


def test_a_long_list_comes_in_pages_and_an_old_bookmark_gives_the_last(holder):
    for number in range(21):
        holder.bill(1_00, title=f"Bill {number}.")

    assert "Bill 20." in text_of(holder.get("bills"))
    assert "Bill 0." in text_of(holder.get("bills", page="2"))
    assert "Bill 0." in text_of(holder.get("bills", page="99"))


def test_htmx_gets_the_list_alone(holder):
    holder.bill(title="Premium")

    part = holder.client.get("/bills/", headers={"HX-Request": "true"}).content.decode()

    assert ">Premium<" in part
    assert "<html" not in part


def test_an_account_without_bills_says_so(holder):
    assert "No bills yet" in text_of(holder.get("bills"))


def test_a_bill_reads_from_what_was_billed_to_what_is_left(holder, django_assert_max_num_queries):
    bill = holder.bill(80_00, title="Visit on October 8", line=Line.MEDICAL)
    payment = a_payment(holder.account, 30_00, bill)

    with django_assert_max_num_queries(10):
        text = text_of(holder.get("bill", bill.reference))

    for expected in ("Visit on October 8", "Medical care", "$80.00", "$30.00", "$50.00"):
        assert expected in text
    assert payment.reference in text
    assert f"/pay/?bill={bill.reference}" in text
    assert "1-800-813-2000" in text


def test_a_bill_taken_back_asks_for_nothing(holder):
    bill = holder.bill()
    cancel_bill(
        account=holder.account, bill=bill, reason="sent twice", canceled_on=in_days(0), actor=TESTER
    )

    text = text_of(holder.get("bill", bill.reference))

    assert "You do not have to pay it." in text
    assert "/pay/?bill=" not in text
    assert "sent twice" not in text


def test_a_bill_in_dispute_is_not_due(holder):
    bill = holder.bill(80_00)
    hold_bill(bill=bill, held=True, reason="asked about it", actor=TESTER)

    assert "We are looking into this bill" in text_of(holder.get("bill", bill.reference))
    assert "You have nothing to pay." in text_of(holder.get("account"))
