"""What providers are told of claims in the second and third month of federal grace, and what became of them."""

import csv
import io
from datetime import date

import pytest

from openmember.billing.grace import providers
from openmember.billing.grace.jobs import sweep_grace
from openmember.billing.grace.providers import Told
from openmember.billing.grace.queries import list_cases
from openmember.billing.grace.testing import a_covered_account, a_premium
from openmember.claims import models
from openmember.coverage.types import CoverageType
from openmember.kernel.sql import fetch_all
from openmember.members.testing import TESTER, serial, staff
from openmember.members.types import NotAllowed, Role

pytestmark = pytest.mark.django_db

JANUARY = date(2026, 1, 1)
OPENED, PENDED, ENDED = date(2026, 1, 2), date(2026, 2, 3), date(2026, 4, 2)


@pytest.fixture
def account():
    """Somebody with a tax credit whose January is unpaid."""
    account = a_covered_account(CoverageType.EXCHANGE)
    a_premium(account, JANUARY, aptc_cents=300_00)
    sweep(OPENED)
    return account


def sweep(day: date) -> int:
    return sweep_grace(today=day, actor=TESTER).providers_told


def a_claim(account, served_on: date, *, provider="Dr. Vega", status="1", payer_control="ICN1"):
    nth = next(serial)
    file = models.RemittanceFile.objects.create(
        sha256=f"{nth:064d}", name="x", actor="t", report={}
    )
    remittance = models.Remittance.objects.create(
        file=file, segment_number=1, control="1", payer="P", payee="XX:1234567893",
        payee_name="Vega Clinic", trace=str(nth), method="ACH", amount_cents=0, taken=True,
    )  # fmt: skip
    return models.Claim.objects.create(
        remittance=remittance, segment_number=1, control=f"C{nth}", payer_control=payer_control,
        status=status, charge_cents=250_00, paid_cents=0, patient_cents=0, is_pharmacy=False,
        provider=provider, served_on=served_on, state="taken", account_number=account.number,
        episode=f"claim:{payer_control}",
    )  # fmt: skip


def told(account) -> list[tuple[Told, date, int]]:
    cases = list_cases(numbers=account.numbers, today=ENDED)
    (notices,) = providers.list_notices(cases=cases).values()
    return [(one.told, one.served_on, one.grace_month) for one in notices]


def test_care_in_the_first_month_is_paid_and_nobody_is_told(account):
    a_claim(account, date(2026, 1, 31))

    assert sweep(PENDED) == 0


def test_a_provider_is_told_of_each_month_with_its_rule(account):
    a_claim(account, date(2026, 2, 1))
    a_claim(account, date(2026, 3, 1), payer_control="ICN2")

    assert sweep(PENDED) == 2

    assert told(account) == [
        (Told.PENDED, date(2026, 2, 1), 2),
        (Told.PENDED, date(2026, 3, 1), 3),
    ]
    (notices,) = providers.list_notices(
        cases=list_cases(numbers=account.numbers, today=PENDED)
    ).values()
    assert (notices[0].rule, notices[0].told_on) == ("ACA-GRACE-APTC", PENDED)
    assert "45 CFR 156.270(d)" in notices[0].citation


def test_nobody_is_told_the_same_twice_and_a_late_claim_when_it_comes(account):
    a_claim(account, date(2026, 2, 1))
    sweep(PENDED)

    again = sweep(PENDED)
    a_claim(account, date(2026, 2, 2), payer_control="ICN2")

    assert (again, sweep(date(2026, 2, 20))) == (0, 1)


def test_a_claim_that_was_reversed_is_no_claim(account):
    a_claim(account, date(2026, 2, 1))
    a_claim(account, date(2026, 2, 1), status="22")

    assert sweep(PENDED) == 0


def test_when_it_is_paid_the_provider_hears_that_nothing_waits(account):
    a_claim(account, date(2026, 2, 1))
    sweep(PENDED)
    fetch_all(
        "SELECT payments_post(%s, 'paid', 12000, 'wire', 'bank', '{}', '{premium}', %s, 'guest', 't')",
        [account.number, PENDED],
    )

    sweep(date(2026, 2, 4))

    assert [what for what, _on, _month in told(account)] == [Told.PENDED, Told.RELEASED]


def test_when_coverage_ends_the_provider_hears_that_it_is_denied(account):
    a_claim(account, date(2026, 2, 1))
    sweep(PENDED)

    sweep(ENDED)
    sweep(ENDED)

    assert [what for what, _on, _month in told(account)] == [Told.PENDED, Told.DENIED]


def test_a_file_names_the_claim_as_the_provider_does_and_no_member(account):
    claim = a_claim(account, date(2026, 2, 1), provider="=HYPERLINK(1)")
    sweep(PENDED)
    (file,) = providers.list_files()

    content = providers.write_file(file_id=file.id, actor=TESTER)

    (row,) = csv.DictReader(io.StringIO(content))
    assert (row["claim_number"], row["provider_id"]) == (claim.control, "XX:1234567893")
    assert row["provider_name"] == "'=HYPERLINK(1)"
    assert (row["charge"], row["grace_month"]) == ("250.00", "2")
    assert "denied if the premium is not paid" in row["says"]
    assert account.number not in content
    assert "Ruiz" not in content


def test_only_who_runs_billing_takes_a_file(account):
    a_claim(account, date(2026, 2, 1))
    sweep(PENDED)
    (file,) = providers.list_files()

    with pytest.raises(NotAllowed):
        providers.write_file(file_id=file.id, actor=staff(Role.CASHIER))
