"""A call from the terminal."""

from contextlib import nullcontext

import pytest
from typer.testing import CliRunner

from openmember.cli import phone
from openmember.kernel.sql import fetch_all
from openmember.payments.jobs import ensure_months, office_today
from openmember.payments.queries import list_payments
from openmember.payments.testing import TODAY, a_bill, an_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def account():
    ensure_months(TODAY)
    ensure_months(office_today())
    fetch_all("DELETE FROM kernel_throttle")
    account = an_account()
    a_bill(account, 45_10)
    return account


def simulate(monkeypatch, keys: str, *words: str) -> str:
    # The tests' own database is open already.
    monkeypatch.setattr(phone, "database", nullcontext)
    done = CliRunner().invoke(phone.app, ["simulate", "--keys", keys, *words])
    assert done.exit_code == 0, done.output
    return done.output


def test_a_payment_is_made_with_the_keys_of_one_line(account, monkeypatch):
    said = simulate(monkeypatch, f"1 1 {account.number}# 2 4510# 1 1 1 2")

    assert "Goodbye" in said
    (payment,) = list_payments(numbers=account.numbers).payments
    assert payment.amount_cents == 45_10


def test_a_call_that_is_not_played_to_its_end_is_hung_up(account, monkeypatch):
    said = simulate(monkeypatch, f"2 1 {account.number}#", "--relay")

    assert "Para saber" in said
    open_calls = fetch_all("SELECT 1 FROM phone_call WHERE ended_at IS NULL")
    assert open_calls == []
