"""What providers are told of claims in the second and third month of federal grace, and what became of them."""

import csv
import io
from datetime import date

import pytest

from openmember.accounts.services import join_numbers
from openmember.billing.grace import providers
from openmember.billing.grace.jobs import sweep_grace
from openmember.billing.grace.providers import Told
from openmember.billing.grace.queries import list_cases
from openmember.billing.grace.testing import a_covered_account, a_premium
from openmember.claims import models
from openmember.coverage.models import Span
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


def a_claim(
    account, served_on: date, *, provider="Dr. Vega", status="1", payer_control="ICN1",
    member_id: int | None = None, paid_cents: int = 0,
):  # fmt: skip
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
        status=status, charge_cents=250_00, paid_cents=paid_cents, patient_cents=0, is_pharmacy=False,
        provider=provider, served_on=served_on, state="taken", account_number=account.number,
        episode=f"claim:{payer_control}", member_id=member_id,
    )  # fmt: skip


def pay(account) -> None:
    fetch_all(
        "SELECT payments_post(%s, 'paid', 12000, 'wire', 'bank', '{}', '{premium}', %s, 'guest', 't')",
        [account.number, PENDED],
    )


def join(account, into, day: date) -> None:
    fetch_all(
        "SELECT payments_move_account(%s, %s, '{premium}', %s, 'guest')",
        [account.number, into.number, day],
    )
    join_numbers(number=account.number, into=into.number, actor=TESTER)


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


def test_of_joined_accounts_only_the_unpaid_one_has_claims_that_wait(account):
    paid_up = a_covered_account(CoverageType.EXCHANGE)
    a_premium(paid_up, JANUARY, aptc_cents=300_00)
    pay(paid_up)
    join(paid_up, account, OPENED)
    # Claims of a joined account come under the number it was joined into.
    a_claim(account, date(2026, 2, 1), member_id=paid_up.holder_id)
    a_claim(paid_up, date(2026, 2, 2), payer_control="ICN2")
    a_claim(account, date(2026, 2, 3), payer_control="ICN3", member_id=account.holder_id)

    assert sweep(PENDED) == 1

    assert told(account) == [(Told.PENDED, date(2026, 2, 3), 2)]


def test_where_the_unpaid_account_was_joined_its_claims_wait_under_the_new_number():
    paid_up, unpaid = (a_covered_account(CoverageType.EXCHANGE) for _ in range(2))
    for one in (paid_up, unpaid):
        a_premium(one, JANUARY, aptc_cents=300_00)
    pay(paid_up)
    join(unpaid, paid_up, JANUARY)
    sweep(OPENED)
    a_claim(paid_up, date(2026, 2, 1), member_id=paid_up.holder_id)
    a_claim(paid_up, date(2026, 2, 2), payer_control="ICN2", member_id=unpaid.holder_id)

    sweep(PENDED)

    (notice,) = fetch_all("SELECT served_on FROM billing_grace_provider_notice")
    assert notice.served_on == date(2026, 2, 2)


@pytest.mark.parametrize(
    "change", [{"coverage_type": "medicare"}, {"ends_on": date(2026, 1, 31)}, {"canceled": True}]
)
def test_who_is_not_covered_by_the_case_on_the_day_has_no_claim_that_waits(account, change):
    a_claim(account, date(2026, 2, 1), member_id=account.holder_id)
    Span.objects.filter(account_number=account.number).update(**change)

    assert sweep(PENDED) == 0


def test_a_claim_that_was_paid_does_not_wait(account):
    a_claim(account, date(2026, 2, 1), paid_cents=90_00)

    assert sweep(PENDED) == 0


def test_when_it_is_paid_the_provider_hears_that_nothing_waits(account):
    a_claim(account, date(2026, 2, 1))
    sweep(PENDED)
    pay(account)

    sweep(date(2026, 2, 4))

    assert [what for what, _on, _month in told(account)] == [Told.PENDED, Told.RELEASED]


def test_when_coverage_ends_the_provider_hears_that_it_is_denied(account):
    a_claim(account, date(2026, 2, 1))
    sweep(PENDED)

    sweep(ENDED)
    sweep(ENDED)

    assert [what for what, _on, _month in told(account)] == [Told.PENDED, Told.DENIED]


def test_who_is_still_covered_is_not_told_of_as_denied(account):
    """A case may have been told of somebody it is not about, before this was looked at."""
    ended = a_claim(account, date(2026, 2, 1), member_id=account.holder_id)
    other = a_claim(
        account, date(2026, 2, 2), payer_control="ICN2",
        member_id=a_covered_account(CoverageType.DIRECT).holder_id,
    )  # fmt: skip
    sweep(PENDED)
    fetch_all(
        "INSERT INTO billing_grace_provider_notice SELECT account_number, case_id, id + 1000000, kind,"
        " source, %s, provider_id, provider_name, control, payer_control, %s, charge_cents, grace_month,"
        " told_on, rule, citation, file_id FROM billing_grace_provider_notice WHERE source_id = %s",
        [other.id, other.served_on, ended.id],
    )

    sweep(ENDED)

    became = {on: what for what, on, _month in told(account) if what is not Told.PENDED}
    assert became == {ended.served_on: Told.DENIED, other.served_on: Told.RELEASED}


def test_no_number_of_a_payer_is_a_formula(account):
    a_claim(account, date(2026, 2, 1))
    sweep(PENDED)
    (file,) = providers.list_files()
    fetch_all(
        "INSERT INTO billing_grace_provider_notice SELECT account_number, case_id, id + 1000000, kind,"
        " source, source_id + 1000000, '=1+1', provider_name, control, payer_control, served_on,"
        " charge_cents, grace_month, told_on, rule, citation, file_id FROM billing_grace_provider_notice"
    )

    content = providers.write_file(file_id=file.id, actor=TESTER)

    assert [row["provider_id"] for row in csv.DictReader(io.StringIO(content))] == [
        "XX:1234567893", "'=1+1",
    ]  # fmt: skip


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
