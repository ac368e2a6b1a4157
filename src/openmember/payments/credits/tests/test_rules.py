"""Which way credit goes back, when, and when a state has a claim. No database."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from openmember.payments.credits import rules
from openmember.payments.credits.dormancy import OURS, BadDormancy, read_table
from openmember.payments.credits.files import positive_pay, register_of
from openmember.payments.credits.types import (
    Check,
    Dormancy,
    HeldCredit,
    Suggestion,
    Way,
    WhyCheck,
)
from openmember.payments.types import Method
from openmember.rulebook.amounts import get_amount

TODAY = date(2026, 11, 22)
CARD = HeldCredit("1", 1, 10_00, Method.CARD, "stripe", False, False, TODAY)
SET = Dormancy("XX", 36, "Some Code 1", "verified")


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({}, None),
        ({"paid_on": TODAY - timedelta(days=180)}, None),
        ({"paid_on": TODAY - timedelta(days=181)}, WhyCheck.TOO_OLD),
        ({"has_failed_refund": True}, WhyCheck.TENDER_FAILED),
        ({"gateway": "", "method": Method.CASH}, WhyCheck.NO_GATEWAY),
        ({"gateway": "", "method": Method.TRANSFER}, WhyCheck.JOINED_ACCOUNT),
        ({"method": Method.TRANSFER}, WhyCheck.JOINED_ACCOUNT),
    ],
)
def test_credit_goes_back_to_its_tender_where_it_can(facts, why):
    credit = replace(CARD, **facts)

    assert rules.why_check(credit, TODAY, 180) is why
    assert rules.way_of(credit, TODAY, 180) is (Way.CHECK if why else Way.TENDER)


@pytest.mark.parametrize(
    ("method", "is_settled", "days"),
    [(Method.CHECK, False, 10), (Method.ACH, False, 10), (Method.ACH, True, 0), (Method.CASH, False, 0)],
)  # fmt: skip
def test_money_that_may_bounce_is_not_given_back(method, is_settled, days):
    credit = replace(CARD, method=method, is_settled=is_settled)

    assert rules.ready_on(credit, 10) == TODAY + timedelta(days=days)


@pytest.mark.parametrize(
    ("active_on", "months", "expected"),
    [
        (date(2023, 11, 21), 36, date(2026, 11, 22)),
        (date(2024, 2, 29), 12, date(2025, 3, 1)),
        (date(2026, 1, 31), 1, date(2026, 3, 1)),
        (date(2026, 12, 5), 1, date(2027, 1, 6)),
    ],
)
def test_a_state_has_a_claim_after_its_period(active_on, months, expected):
    assert rules.dormant_on(active_on, replace(SET, months=months)) == expected


def test_without_a_configured_period_nobody_has_a_claim():
    assert rules.dormant_on(date(1990, 1, 1), None) is None
    assert rules.dormant_on(date(1990, 1, 1), replace(SET, months=None)) is None


def test_no_period_comes_with_the_product():
    table = read_table(OURS)

    assert set(table) == {"CA", "CO", "DC", "GA", "HI", "MD", "OR", "VA", "WA"}
    assert {row.months for row in table.values()} == {None}
    assert {row.confidence for row in table.values()} == {"uncertain"}


@pytest.mark.parametrize(
    "text",
    [
        '[[state]]\ncode = "XX"\nmonths = 36',
        '[[state]]\ncode = "XX"\nmonths = 0\ncitation = "a"',
        '[[state]]\ncode = "XX"\n[[state]]\ncode = "XX"',
        "[[state]]\nmonths = 36",
        "[[state",
    ],
)
def test_a_period_needs_a_citation_and_a_state_one_line(tmp_path, text):
    path = tmp_path / "dormancy.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(BadDormancy, match=r"dormancy\.toml"):
        read_table(path)


def suggest(age: int, *, billed: int | None = None, dormancy=None) -> Suggestion:
    return rules.suggest(
        since=TODAY - timedelta(days=age),
        active_on=TODAY - timedelta(days=age),
        billed_until=None if billed is None else TODAY - timedelta(days=billed),
        today=TODAY, dormancy=dormancy, hold_days=10, keep_days=60,
    )  # fmt: skip


def test_the_suggestion_follows_age_and_bills():
    assert suggest(3) is Suggestion.WAIT
    assert suggest(10) is Suggestion.REFUND
    assert suggest(30, billed=20) is Suggestion.KEEP
    assert suggest(30, billed=90) is Suggestion.REFUND
    assert suggest(60, billed=20) is Suggestion.REFUND
    assert suggest(3 * 366, dormancy=SET) is Suggestion.TURN_OVER
    assert suggest(20 * 366) is Suggestion.REFUND


@pytest.mark.parametrize(("cents", "must"), [(4_99, False), (5_00, True), (5_01, True)])
def test_excess_goes_back_unless_it_is_less_than_the_amount(cents, must):
    amount = get_amount("R501-REFUND")

    assert amount.citation.startswith("26 CFR 1.501(r)-6")
    assert rules.must_refund_excess(cents, amount.value) is must


HOME = ("1 Elm St", "", "Oakland", "CA", "94612")
CHECK = Check(100001, "1", 12_34, "Ana Ruiz", HOME, TODAY, "issued", None, 1)


def test_the_bank_is_told_what_to_pay_and_what_not():
    stopped = replace(CHECK, number=100000, status="stopped", ended_on=TODAY)

    assert positive_pay([CHECK], [stopped], "0042").splitlines()[1:] == [
        "0042,100001,2026-11-22,12.34,Ana Ruiz,I",
        "0042,100000,2026-11-22,12.34,Ana Ruiz,V",
    ]


def test_the_register_ends_with_its_totals():
    lines = register_of([CHECK, replace(CHECK, number=100002, amount_cents=66)]).splitlines()

    assert lines[1] == "100001,2026-11-22,12.34,Ana Ruiz,1 Elm St,,Oakland,CA,94612"
    assert lines[-1] == "total,2,13.00,,,,,,"
