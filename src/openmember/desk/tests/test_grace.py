"""Unpaid premiums at the desk: what is shown, and what people decide."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from openmember.billing.grace.jobs import sweep_grace
from openmember.billing.grace.providers import list_files
from openmember.billing.grace.queries import list_cases
from openmember.billing.grace.testing import a_covered_account, a_premium
from openmember.billing.grace.tests.test_providers import a_claim
from openmember.billing.grace.types import Status
from openmember.coverage.types import CoverageType
from openmember.desk.tests.reading import words
from openmember.members.testing import TESTER
from openmember.members.types import Role

pytestmark = pytest.mark.django_db
MONTH = date(2026, 1, 1)
QUERIES_AT_MOST = 10


def unpaid(kind: CoverageType, state: str, *swept_on: date):
    account = a_covered_account(kind, state=state)
    a_premium(account, MONTH, kind=kind, state=state, aptc_cents=300_00 * (kind == "exchange"))
    for day in swept_on:
        sweep_grace(today=day, actor=TESTER)
    return account


def only_case(account):
    (case,) = list_cases(numbers=account.numbers, today=date(2026, 11, 1))
    return case


def test_each_date_stands_with_its_rule_its_source_and_how_sure_it_is(
    desk_of, django_assert_max_num_queries
):
    account = unpaid(CoverageType.EXCHANGE, "CA", date(2026, 1, 2))
    desk = desk_of(Role.REPRESENTATIVE, account=account)

    with django_assert_max_num_queries(QUERIES_AT_MOST):
        shown = words(desk.get("grace"))

    for fact in (
        "ACA-GRACE-APTC",
        "45 CFR 156.270(d)",
        "verified",
        "CA-GRACE-APTC-NOTE",
        "Case opened",
    ):
        assert fact in shown
    assert "Hold" not in shown


def test_an_account_that_always_paid_says_so(desk_of):
    desk = desk_of(Role.REPRESENTATIVE, account=a_covered_account())

    assert "No premium of this account" in words(desk.get("grace"))


def test_a_hold_is_shown_before_and_kept_with_its_reason(desk_of):
    account = unpaid(CoverageType.DIRECT, "MD", date(2026, 1, 2))
    desk = desk_of(Role.BILLING, account=account)
    until = (date(2026, 12, 31) + timedelta(days=365)).isoformat()

    desk.do("hold_grace", only_case(account).reference, until=until, reason="Needs large print")

    assert str(only_case(account).held_until) == until
    assert "Needs large print" in words(desk.get("grace"))


def test_coverage_that_ended_by_mistake_is_reinstated(desk_of):
    account = unpaid(CoverageType.DIRECT, "MD", date(2026, 1, 2), date(2026, 2, 2))
    desk = desk_of(Role.BILLING, account=account)
    reference = only_case(account).reference

    refused = desk.do("reinstate_grace", reference, ground="good_cause", reason="x")
    desk.do("reinstate_grace", reference, key="key-2", ground="error", reason="Misposted")

    assert "Only Medicare" in refused.content.decode()
    assert only_case(account).status is Status.REINSTATED
    assert desk.audited("grace.reinstated")


def test_a_group_is_ended_by_somebody_who_runs_billing(desk_of):
    account = unpaid(CoverageType.EMPLOYER, "CO", date(2026, 1, 2))
    reference = only_case(account).reference

    forbidden = desk_of(Role.CASHIER, account=account).do("end_grace", reference, reason="x")
    desk_of(Role.FINANCE, account=account).do("end_grace", reference, reason="Agreed")

    assert forbidden.status_code == 403
    assert only_case(account).status is Status.TERMINATED


def test_a_case_of_another_account_is_not_there(desk_of):
    reference = only_case(unpaid(CoverageType.DIRECT, "MD", date(2026, 1, 2))).reference
    desk = desk_of(Role.BILLING, account=a_covered_account())

    assert desk.get("hold_grace", reference).status_code == 404
    assert desk.get("hold_grace", "G-0000-0000-0").status_code == 404


def test_the_case_shows_which_provider_was_told_what_and_when(desk_of):
    account = unpaid(CoverageType.EXCHANGE, "GA", date(2026, 1, 2))
    a_claim(account, date(2026, 2, 1))
    sweep_grace(today=date(2026, 2, 3), actor=TESTER)
    desk = desk_of(Role.BILLING, account=account)

    shown = words(desk.get("grace"))
    listed = words(desk.get("provider_notices"))

    for fact in ("Dr. Vega", "Waits, and may be denied", "Feb 3, 2026"):
        assert fact in shown
    assert "Take as CSV" in listed
    (file,) = list_files()
    taken = desk.client.post(reverse("desk:provider_notices_file", args=[file.id]))
    assert "Dr. Vega" in taken.content.decode()
    assert desk.client.post(reverse("desk:provider_notices_file", args=[999])).status_code == 404
