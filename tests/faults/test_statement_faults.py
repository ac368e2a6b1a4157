"""A month's statements and their print files, killed again and again: finished whole, and none twice."""

import os
import signal
import sys
import time
from datetime import date
from pathlib import Path
from random import Random

import pytest
from django.db import connections

from openmember.billing.statements import printing, queries, services
from openmember.billing.testing import a_bill
from openmember.payments.jobs import check_books
from openmember.payments.testing import TESTER, an_account

pytestmark = [
    pytest.mark.fault,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(sys.platform != "linux", reason="forks"),
]
ACCOUNTS = 24
MONTH, AFTER = date(2026, 11, 1), date(2026, 12, 2)


def work(folder: Path) -> None:
    services.run_month(month=MONTH, today=AFTER, actor=TESTER)
    printing.print_month(month=MONTH, folder=folder, actor=TESTER)


def work_and_be_killed(folder: Path, random: Random) -> int:
    """Run and print in a process that is killed at random until one gets through; return the kills."""
    kills = 0
    while True:
        connections.close_all()
        child = os.fork()
        if child == 0:
            code = 1
            try:
                work(folder)
                code = 0
            finally:
                os._exit(code)
        time.sleep(random.uniform(0.02, 0.2) * (1 + kills / 2))
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            assert status == 0
            return kills
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        kills += 1


def test_a_run_that_is_killed_is_finished_by_running_it_again(tmp_path, monkeypatch):
    monkeypatch.setattr(services, "RANGE_ACCOUNTS", 2)
    monkeypatch.setattr(services, "PRINT_FILE", 6)
    for _ in range(ACCOUNTS):
        a_bill(an_account(), 10_00, issued_on=date(2026, 11, 5), due_on=date(2026, 12, 20))

    kills = work_and_be_killed(tmp_path / "killed", Random(7))

    assert kills > 2
    totals = queries.get_totals(month=MONTH)
    assert (totals.statements, totals.printed, totals.due_cents) == (24, 24, 24 * 10_00)
    assert check_books() == ()
    # Printed by one run that nobody disturbed, the files are the same to the byte.
    printed = printing.print_month(month=MONTH, folder=tmp_path / "calm", actor=TESTER)
    assert (printed.files, printed.statements) == (4, 24)
    for path in (tmp_path / "calm").iterdir():
        assert (tmp_path / "killed" / path.name).read_bytes() == path.read_bytes()
