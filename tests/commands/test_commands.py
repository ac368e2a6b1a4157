"""The contract other programs rely on: answers, exit codes, nothing else on standard output."""

import csv
import io

import pytest

from openmember.exchange.testing import Cover, Enrollee, compose_834
from openmember.payments.testing import a_bill, a_member, a_payment, an_account


def test_a_number_is_recognised_in_any_form(openmember):
    account = an_account()
    spaced = f"{account.number[:4]} {account.number[4:8]}-{account.number[8:]}"

    said = openmember("number", "check", spaced, "--json")

    assert said.code == 0
    assert (said.json["kind"], said.json["valid"]) == ("bill_pay_number", True)


def test_a_medical_record_number_is_explained(openmember):
    member = a_member()

    said = openmember("number", "check", member.mrn, "--json")

    assert said.code == 1
    assert (said.json["kind"], said.json["valid"]) == ("mrn", False)


def test_numbers_are_checked_in_batches(openmember, tmp_path):
    account = an_account()
    wrong = account.number[:-1] + str((int(account.number[-1]) + 1) % 10)
    asked = tmp_path / "numbers.csv"
    asked.write_text(f"id,text\n1,{account.number}\n2,{wrong}\n3,hello\n")

    said = openmember("number", "check", "--batch", str(asked))

    rows = list(csv.DictReader(io.StringIO(said.out)))
    assert [(row["id"], row["kind"], row["valid"]) for row in rows] == [
        ("1", "bill_pay_number", "true"),
        ("2", "bill_pay_number", "false"),
        ("3", "unknown", "false"),
    ]


def test_an_account_shows_what_is_owed_and_paid(openmember):
    account = an_account()
    bill = a_bill(account, 100_00)
    a_payment(account, 40_00)

    said = openmember("account", "show", account.number, "--json")

    assert said.json["balances"]["owed_cents"] == 60_00
    assert [one["id"] for one in said.json["open_bills"]] == [bill.reference]
    assert [one["amount_cents"] for one in said.json["payments"]] == [40_00]


def test_a_payment_is_posted_once_for_each_key(openmember):
    account = an_account()
    a_bill(account, 100_00)

    first = openmember("pay", account.number, "25.00", "--key", "k1", "--json")
    again = openmember("pay", account.number, "25.00", "--key", "k1", "--json")
    changed = openmember("pay", account.number, "26.00", "--key", "k1", "--json")

    assert first.json == again.json
    assert (first.code, again.code, changed.code) == (0, 0, 1)
    assert "Nothing was posted" in changed.json["error"]
    shown = openmember("account", "show", account.number, "--json")
    assert shown.json["balances"]["owed_cents"] == 75_00


def test_a_payment_goes_to_the_bill_named(openmember):
    account = an_account()
    a_bill(account, 100_00)
    named = a_bill(account, 50_00)

    said = openmember(
        "pay", account.number, "50", "--key", "k", "--bill", named.reference, "--json"
    )

    assert [one["bill"] for one in said.json["allocations"]] == [named.reference]


@pytest.mark.parametrize("amount", ["0", "-5", "12.345", "ten", "1e3", ""])
def test_what_is_no_amount_is_refused(openmember, amount):
    account = an_account()

    said = openmember("pay", account.number, "--key", "k", "--json", "--", amount)

    assert said.code == 1
    assert "amount" in said.json["error"]


def test_a_bill_is_raised_once_for_each_key(openmember):
    account = an_account()

    first = openmember("bill", "raise", account.number, "12.50", "--key", "v1", "--json")
    again = openmember("bill", "raise", account.number, "12.50", "--key", "v1", "--json")

    assert first.json["id"] == again.json["id"]
    assert first.json["open_cents"] == 12_50


def test_an_enrolment_file_is_taken_and_reported(openmember, tmp_path):
    path = tmp_path / "new.834"
    path.write_bytes(compose_834([Enrollee("S1", coverages=(Cover(),))]))

    said = openmember("import", str(path), "--json")

    (transaction,) = said.json["transactions"]
    assert (transaction["guide"], transaction["members"], transaction["action"]) == (
        "005010X220A1", 1, ["2"],
    )  # fmt: skip
    assert said.json["effects"]["accounts_opened"] == 1
    assert openmember("import", str(path), "--json").json["already_taken"] is True


def test_a_damaged_file_is_refused_with_segment_and_words(openmember, tmp_path):
    path = tmp_path / "bad.834"
    path.write_bytes(compose_834([Enrollee("S1", coverages=(Cover(),))])[:-20])

    said = openmember("import", str(path), "--json")

    assert said.code == 1
    assert said.json["accepted"] is False
    assert all(
        problem["segment_number"] >= 0 and problem["message"] for problem in said.json["problems"]
    )


def test_another_kind_of_file_is_named(openmember, tmp_path):
    path = tmp_path / "photo.png"
    path.write_bytes(b"\x89PNG")

    said = openmember("import", str(path), "--json")

    assert said.code == 1
    assert "looks like nothing known" in said.json["error"]


def test_the_books_and_the_audit_are_proven(openmember):
    account = an_account()
    a_bill(account)
    a_payment(account)

    assert openmember("ledger", "check", "--json").json == {"ok": True, "differences": []}
    assert openmember("audit", "verify", "--json").json["ok"] is True


def test_two_accounts_are_joined_and_both_numbers_lead_to_one(openmember):
    kept, joined = an_account(), an_account()
    a_bill(joined, 30_00)

    said = openmember("account", "merge", joined.number, kept.number, "--json")

    assert said.json["numbers"] == [kept.number, joined.number]
    shown = openmember("account", "show", joined.number, "--json")
    assert (shown.json["number"], shown.json["balances"]["owed_cents"]) == (kept.number, 30_00)


def test_a_number_from_before_is_kept_exactly(openmember):
    member = a_member()

    assert openmember("account", "adopt", "0012345678", member.mrn).code == 0

    said = openmember("number", "check", "0012345678", "--json")
    assert (said.json["valid"], said.json["kind"]) == (True, "bill_pay_number")
    again = openmember("account", "adopt", "0012345678", member.mrn, "--json")
    assert (again.code, "taken" in again.json["error"]) == (1, True)


def test_bad_usage_exits_two(openmember):
    assert openmember("number", "check").code == 2
    assert openmember("pay").code == 2
    assert openmember("nonsense").code == 2


def test_a_person_on_the_staff_is_added_let_in_again_and_closed(openmember):
    kim = ("kim@example.org", "--role", "billing", "--first-name", "Kim", "--json")
    added = openmember("staff", "add", *kim)
    again = openmember("staff", "add", *kim)
    reset = openmember("staff", "reset", "kim@example.org", "--json")

    assert (added.code, again.code, reset.code) == (0, 1, 0)
    assert added.json["password"] != reset.json["password"]
    assert openmember("staff", "close", "kim@example.org").code == 0
    assert openmember("staff", "close", "nobody@example.org").code == 1
