"""What changes one person's premium, at the desk: Medicare terms, a COBRA extension, an employer's list."""

from dataclasses import replace
from datetime import date

import pytest
from django.urls import reverse

from openmember.accounts.testing import an_account
from openmember.billing.premiums import terms
from openmember.billing.premiums.services import rates
from openmember.billing.premiums.sponsors import list_sponsors
from openmember.billing.premiums.testing import (
    FEBRUARY,
    JANUARY,
    bill,
    billed_cents,
    cover,
    covered,
)
from openmember.coverage.types import CoverageType
from openmember.desk.terms.forms import coverage_identity
from openmember.desk.tests.reading import words
from openmember.kernel.audit.queries import list_entries
from openmember.kernel.sql import fetch_all
from openmember.members.testing import TESTER, a_member
from openmember.members.types import Role

pytestmark = pytest.mark.django_db
QUERIES_AT_MOST = 12


def only_term(account):
    (one,) = terms.list_terms(numbers=account.numbers)
    return one


def only_coverage(account) -> str:
    (one,) = terms.list_coverages(numbers=account.numbers)
    return coverage_identity(one)


@pytest.fixture
def employer(db):
    """An employer with two subscribers, and the account of its office."""
    office = an_account(holder=a_member(first="Payroll", last="Office"))
    for last in ("Chen", "Alvarez"):
        cover(an_account(holder=a_member(last=last)), CoverageType.EMPLOYER, 400_00)
    fetch_all("UPDATE coverage_sponsor SET coverage_type = 'employer', name = 'Acme Gears'")
    (sponsor,) = list_sponsors(today=JANUARY)
    return office, sponsor


def test_a_penalty_is_settled_and_billed(desk_of, django_assert_max_num_queries):
    account = covered(CoverageType.MEDICARE, 40_00)
    desk = desk_of(Role.BILLING, account=account)
    given = {
        "coverage": only_coverage(account),
        "penalty": "12.30",
        "since": "2026-01-15",
        "reason": "CMS says so",
    }

    shown = words(desk.ask("medicare_terms", **given))
    done = words(desk.do("medicare_terms", **given))
    bill(JANUARY)

    assert "$12.30" in shown
    assert "January 1, 2026" in shown
    assert "The Medicare terms are settled." in done
    assert "Late-enrollment penalty" in done
    assert billed_cents(account, JANUARY) == 52_30
    assert desk.audited("premiums.terms")[0].detail["reason"] == "CMS says so"
    with django_assert_max_num_queries(QUERIES_AT_MOST):
        desk.get("terms")


def test_a_premium_that_social_security_takes_is_not_billed_for_the_months_named(desk_of):
    account = covered(CoverageType.MEDICARE, 40_00)
    desk = desk_of(Role.BILLING, account=account)

    desk.do(
        "medicare_terms", coverage=only_coverage(account), withheld="on", since="2026-01-01",
        until="2026-01-20", reason="SSA",
    )  # fmt: skip
    bill(JANUARY)
    bill(FEBRUARY)

    assert only_term(account).ends_on == date(2026, 1, 31)
    assert (billed_cents(account, JANUARY), billed_cents(account, FEBRUARY)) == (0, 40_00)


def test_a_file_that_comes_between_looking_and_confirming_gives_nobody_elses_terms(desk_of):
    earlier = a_member(first="Leo", last="Ruiz")
    account = covered(CoverageType.MEDICARE, 40_00)
    desk = desk_of(Role.BILLING, account=account)
    given = {
        "coverage": only_coverage(account),
        "penalty": "12.30",
        "since": "2026-01-15",
        "reason": "CMS",
    }

    shown = words(desk.ask("medicare_terms", **given))
    cover(replace(account, holder_id=earlier.id), CoverageType.MEDICARE, 40_00)
    desk.do("medicare_terms", **given)

    assert terms.list_coverages(numbers=account.numbers)[0].name == "Leo Ruiz"
    assert "Ana Ruiz" in shown
    assert only_term(account).name == "Ana Ruiz"


def test_an_end_before_the_beginning_is_refused(desk_of):
    account = covered(CoverageType.MEDICARE, 40_00)
    desk = desk_of(Role.BILLING, account=account)

    refused = desk.ask(
        "medicare_terms", coverage=only_coverage(account), since="2026-03-01", until="2026-01-01",
        reason="x",
    )  # fmt: skip

    assert "before the first month" in words(refused)
    assert terms.list_terms(numbers=account.numbers) == ()


def test_a_cobra_extension_shows_its_months_and_its_source(desk_of):
    account = covered(CoverageType.COBRA, 500_00)
    desk = desk_of(Role.BILLING, account=account)
    given = {
        "coverage": only_coverage(account),
        "began_on": "2026-01-01",
        "reason": "SSA letter of March 3",
    }

    shown = words(desk.ask("extend_cobra", **given))
    done = words(desk.do("extend_cobra", **given))

    for fact in ("July 1, 2027", "May 31, 2028", "26 CFR 54.4980B-8 Q1(b)"):
        assert fact in shown
    assert "The extension is kept." in done
    found = only_term(account)
    assert (found.starts_on, found.ends_on) == (date(2027, 7, 1), date(2028, 5, 31))
    assert found.cobra_extended


def test_where_nobody_has_cobra_there_is_nothing_to_extend(desk_of):
    desk = desk_of(Role.BILLING, account=covered())

    assert desk.get("extend_cobra").status_code == 404
    assert "Extend COBRA" not in words(desk.get("terms"))


def test_whoever_does_not_run_billing_sees_and_does_not_change(desk_of):
    desk = desk_of(Role.REPRESENTATIVE, account=covered(CoverageType.MEDICARE, 40_00))

    assert "Gold 500" in words(desk.get("terms"))
    assert desk.get("medicare_terms").status_code == 403
    assert desk.get("sponsors").status_code == 403


def test_an_employers_list_is_billed_to_the_open_account_and_shown_with_its_bill(
    desk_of, employer, django_assert_max_num_queries
):
    office, sponsor = employer
    desk = desk_of(Role.BILLING, account=office)
    given = {"sponsor": sponsor.id, "since": "2026-01-09", "reason": "Contract"}

    desk.do("bill_list", **given)
    bill(JANUARY)
    listed = words(desk.get("sponsors"))
    with django_assert_max_num_queries(QUERIES_AT_MOST + 4):
        shown = words(desk.client.get(reverse("desk:sponsor", args=[sponsor.id])))

    assert "$800.00" in listed
    for fact in ("Alvarez", "Chen", "$400.00", "January 2026", "Payroll Office"):
        assert fact in shown
    assert list_entries(numbers=office.numbers, limit=5)[0].action == "sponsor.read"
    assert "2 subscribers is billed here" in words(desk.get("terms"))


def test_the_account_of_an_employer_is_opened_from_its_page(desk_of, employer):
    office, sponsor = employer
    desk = desk_of(Role.BILLING, account=covered())
    nowhere = desk.client.post(reverse("desk:sponsor_open", args=[sponsor.id]), follow=True)
    rates.set_sponsor_account(
        sponsor_id=sponsor.id, account_number=office.number, since=JANUARY, actor=TESTER
    )

    opened = desk.client.post(reverse("desk:sponsor_open", args=[sponsor.id]), follow=True)

    assert "billed nowhere yet" in words(nowhere)
    assert "Payroll Office" in words(opened)
    assert desk.client.get(reverse("desk:sponsor", args=[0])).status_code == 404
