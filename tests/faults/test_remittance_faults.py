"""Remittance files while importers are killed and race each other: each file counts once, whole."""

import os
import subprocess
import sys
import time
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection

from openmember.exchange.x820.testing import Paid, compose_820
from openmember.exchange.x835.testing import Decided, Served, compose_835
from openmember.kernel.sql import fetch_one
from openmember.ledger.queries import get_balance
from openmember.members.testing import a_member
from openmember.payments.jobs import check_books, ensure_months
from openmember.payments.testing import TODAY, an_account

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]

WAIT_SECONDS = 30


@pytest.fixture
def url(transactional_db):
    ensure_months(TODAY)
    known = connection.settings_dict
    return (
        f"postgresql://{known['USER']}:{known['PASSWORD']}@{known['HOST']}:{known['PORT']}"
        f"/{known['NAME']}"
    )


@pytest.fixture
def importing(url, tmp_path):
    """Return a function that starts `openmember import` of some bytes."""
    started = []

    def start(content: bytes) -> subprocess.Popen[bytes]:
        path = tmp_path / "file.x12"
        path.write_bytes(content)
        process = subprocess.Popen(
            [sys.executable, "-m", "openmember.cli.main", "import", str(path), "--json"],
            env={**os.environ, "DATABASE_URL": url, "PYTHONPATH": "src",
                 "DJANGO_SETTINGS_MODULE": "openmember.config.settings.testing"},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def accounts(url):
    return [an_account(holder=a_member(first="Ana", last="River")) for _ in range(6)]


@contextmanager
def held(url, account):
    """Keep an account from being written, so that whoever gets there stops in the middle of its work."""
    with psycopg.connect(url) as other, other.transaction():
        other.execute(
            "SELECT 1 FROM ledger_balance WHERE account_number = %s FOR UPDATE", [account.number]
        )
        yield


def wait_for_waiting(count):
    """Return once so many sessions wait for a lock."""
    give_up_at = time.monotonic() + WAIT_SECONDS
    query = (
        "SELECT count(*) AS waiting FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    while fetch_one(query).waiting < count:
        assert time.monotonic() < give_up_at, "nobody came to the lock"
        time.sleep(0.05)


def premiums(accounts):
    lines = (("APTC", 100_00), ("UF", -5_00), ("PREM", 25_00))
    return compose_820([Paid(account.number, lines) for account in accounts])


def claims(accounts):
    share = Served(200_00, (("PR", "1", 60_00),))
    numbers = enumerate(accounts)
    return compose_835([
        Decided(account.number, (share,), control=f"P{place}", payer_control=f"I{place}")
        for place, account in numbers
    ])  # fmt: skip


def transfers():
    return fetch_one("SELECT count(*) AS count FROM ledger_transfer").count


@pytest.mark.parametrize("content_of", [premiums, claims])
def test_an_import_killed_in_the_middle_leaves_nothing_and_is_taken_again(
    url, importing, accounts, content_of
):
    content, last = content_of(accounts), max(accounts, key=lambda account: account.number)
    with held(url, last):
        process = importing(content)
        wait_for_waiting(1)
        process.kill()
        process.wait()
        assert transfers() == 0

    again = importing(content)

    assert again.wait(WAIT_SECONDS) == 0
    assert transfers() == len(accounts) * (3 if content_of is premiums else 1)
    assert check_books() == ()


@pytest.mark.parametrize("content_of", [premiums, claims])
def test_a_file_delivered_twice_at_once_counts_once(url, importing, accounts, content_of):
    content = content_of(accounts)
    with held(url, accounts[0]):
        racers = [importing(content), importing(content)]
        wait_for_waiting(2)  # One at the account, the other behind it at the files' own lock.

    assert [racer.wait(WAIT_SECONDS) for racer in racers] == [0, 0]
    assert transfers() == len(accounts) * (3 if content_of is premiums else 1)
    for account in accounts:
        balance = get_balance(account_number=account.number)
        assert (balance.credit_cents, balance.medical_cents) == (
            (25_00, 0) if content_of is premiums else (0, 60_00)
        )
    assert check_books() == ()
