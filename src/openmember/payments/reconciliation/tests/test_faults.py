"""Two runs at once, and a run whose connection is cut: nothing is lost and nothing is doubled."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.db.utils import OperationalError

from openmember.kernel.sql import fetch_all, fetch_one
from openmember.ledger.types import Code
from openmember.payments.jobs import check_books
from openmember.payments.reconciliation.services import working
from openmember.payments.reconciliation.services.working import WorkRefused
from openmember.payments.reconciliation.testing import a_bank_day, a_line
from openmember.payments.reconciliation.tests.test_matching import (
    pay,
    reconcile,
    rules_used,
    standing,
)
from openmember.payments.reconciliation.tests.test_working import LATE, ROSA, SAM
from openmember.payments.testing import TODAY

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works: Callable[[], object]) -> list[Exception]:
    """Run the works in threads of their own and return what they raised."""
    raised: list[Exception] = []

    def run(work: Callable[[], object]) -> None:
        try:
            work()
        except Exception as error:
            raised.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def test_two_runs_at_once_match_once(account):
    for _number in range(5):
        pay(account, 10_00)
    a_bank_day(TODAY + timedelta(days=1), a_line(50_00))

    assert at_once(reconcile, reconcile) == []

    assert rules_used() == ["sum_of_day"]
    assert standing() == {Code.BANK: 50_00}
    assert check_books() == ()


def test_two_people_cannot_match_the_same_line(account):
    a_bank_day(TODAY, a_line(39_00))
    reconcile()
    (line,) = fetch_all("SELECT id FROM payments_recon_entry")

    def explain(actor):
        return lambda: working.explain(
            entry_ids=[line.id], reason="Ours", code=Code.CASH_OVER_SHORT, on=LATE, actor=actor
        )

    (refused,) = at_once(explain(ROSA), explain(SAM))

    assert isinstance(refused, WorkRefused)
    assert len(rules_used()) == 1
    assert check_books() == ()


def test_a_run_that_is_cut_off_leaves_nothing_and_the_next_finishes(account):
    pay(account, 40_00)
    a_bank_day(TODAY + timedelta(days=1), a_line(40_00))

    # The run waits at its first lock, with its transaction begun, until its connection is cut.
    fetch_one("SELECT pg_advisory_lock(hashtext('payments_recon'))")
    raised: list[Exception] = []
    run = threading.Thread(target=lambda: raised.extend(at_once(reconcile)))
    run.start()
    until = time.monotonic() + 10
    while time.monotonic() < until and not _cut():
        time.sleep(0.05)
    run.join()
    fetch_one("SELECT pg_advisory_unlock(hashtext('payments_recon'))")

    (cut,) = raised
    assert isinstance(cut, OperationalError)
    assert "terminating connection" in str(cut)
    assert rules_used() == []
    assert fetch_all("SELECT 1 FROM payments_recon_entry") == []
    reconcile()
    assert standing() == {Code.BANK: 40_00}
    assert check_books() == ()


def _cut() -> bool:
    """End the connection that waits for the run's lock, once it does."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            " AND wait_event_type = 'Lock' AND query LIKE '%payments_recon_run%' AND pid <> pg_backend_pid()"
        )
        return bool(cursor.fetchall())
