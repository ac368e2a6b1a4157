"""Finding payments again, and taking them along."""

import csv
import io

import pytest

from openmember.payments.services.door import take_payment
from openmember.payments.testing import TESTER, a_payment
from openmember.payments.types import Channel, Method, PaymentRequest
from openmember.portal.tests.conftest import in_days


def text_of(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def a_check(holder, cents: int, tender: str, on: int = 0):
    request = PaymentRequest(
        key=f"{tender}-{cents}", amount_cents=cents, method=Method.CHECK, channel=Channel.LOCKBOX,
        payer="guest", effective_on=in_days(on), tender=tender,
    )  # fmt: skip
    return take_payment(account=holder.account, request=request, actor=TESTER)


def rows_of(response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(response.content.decode(), newline="")))


def test_payments_are_listed_with_their_receipts(holder, django_assert_max_num_queries):
    payment = a_payment(holder.account, 12_34)

    with django_assert_max_num_queries(10):
        text = text_of(holder.get("payments"))

    assert f'href="/payments/{payment.reference}/"' in text
    assert "$12.34" in text


@pytest.mark.parametrize("typed", ["Check 1007", "check 1007", "$20.00", "20.00"])
def test_a_payment_is_found_by_what_one_remembers(holder, typed):
    wanted, other = a_check(holder, 20_00, "Check 1007"), a_check(holder, 9_00, "Check 2")

    text = text_of(holder.get("payments", q=typed))

    assert wanted.reference in text
    assert other.reference not in text


def test_a_receipt_number_finds_its_payment_and_no_one_elses(holder, holder_of):
    mine, theirs = a_payment(holder.account), a_payment(holder_of().account)

    assert mine.reference in text_of(holder.get("payments", q=mine.reference.lower()))
    assert "No payment like that" in text_of(holder.get("payments", q=theirs.reference))


def test_dates_and_status_narrow_the_list(holder):
    old, new = a_check(holder, 1_00, "old", on=-40), a_check(holder, 2_00, "new")

    since = text_of(holder.get("payments", since=str(in_days(-1))))
    until = text_of(holder.get("payments", until=str(in_days(-30))))

    assert (old.reference in since, new.reference in since) == (False, True)
    assert (old.reference in until, new.reference in until) == (True, False)
    assert "No payment like that" in text_of(holder.get("payments", status="returned"))


def test_dates_the_wrong_way_round_are_pointed_out(holder):
    response = holder.get("payments", since="2026-05-01", until="2026-04-01")

    assert response.status_code == 422
    assert "The first date must come before the second." in response.content.decode()


def test_sorting_by_date_turns_the_pages_round(holder):
    made = [a_check(holder, cents, f"c{cents}").reference for cents in range(1_00, 1_23)]

    def listed(**query):
        rows = holder.get("payments", **query).context["rows"]
        return [row[0].value for row in rows]

    assert listed() + listed(page="2") == made[::-1]
    assert listed(sort="date") + listed(sort="date", page="2") == made


def test_an_account_without_payments_says_what_comes_here(holder):
    assert "No payments yet" in text_of(holder.get("payments"))


def test_the_file_holds_all_pages_in_the_form_of_rfc_4180(holder):
    for cents in range(1_00, 1_25):
        a_check(holder, cents, f'Check "{cents}", twice\nsigned')

    response = holder.get("payments_csv")

    assert response["Content-Type"].startswith("text/csv")
    assert 'filename="payments.csv"' in response["Content-Disposition"]
    assert response.content.count(b"\r\n") == 26
    rows = rows_of(response)
    assert len(rows) == 25
    assert rows[0]["Amount"] == "1.24"
    assert rows[0]["Paid with"] == 'Check "124", twice\nsigned'


def test_the_file_is_narrowed_as_the_list_is(holder):
    a_check(holder, 20_00, "Check 1007")
    a_check(holder, 9_00, "Check 2")

    assert [row["Amount"] for row in rows_of(holder.get("payments_csv", q="1007"))] == ["20.00"]


def test_no_cell_is_a_formula(holder):
    a_check(holder, 20_00, "=HYPERLINK(1)")

    (row,) = rows_of(holder.get("payments_csv"))

    assert row["Paid with"] == "'=HYPERLINK(1)"
