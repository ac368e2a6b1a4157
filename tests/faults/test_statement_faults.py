"""A month's statements and their print files, killed again and again: finished whole, and none twice."""

import os
import subprocess
import sys
from contextlib import suppress
from datetime import date
from pathlib import Path
from random import Random
from select import select
from signal import SIGKILL
from urllib.parse import quote

import pytest
from django.db import connection
from tests.faults.statement_worker import MONTH, PRINT_FILE, RANGE_ACCOUNTS

from openmember.billing.statements import printing, queries, services
from openmember.billing.testing import a_bill
from openmember.payments.jobs import check_books
from openmember.payments.testing import TESTER, an_account

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]
ACCOUNTS = 24


def work_and_be_killed(folder: Path, random: Random) -> int:
    """Run and print in processes that are killed at random until one gets through; return the kills."""
    kills = 0
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.statement_worker", str(folder)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(), text=True, bufsize=1,
    )  # fmt: skip
    with worker:
        assert worker.stdin is not None
        assert worker.stdout is not None
        worker.stdin.write("go\n")
        while (line := worker.stdout.readline()) != "done\n":
            if select([worker.stdout], [], [], random.uniform(0.05, 0.3) * (1 + kills / 2))[0]:
                continue
            with suppress(ProcessLookupError):
                os.kill(int(line), SIGKILL)
            kills += 1
            worker.stdin.write("go\n")
        worker.stdin.close()
    return kills


def environment() -> dict[str, str]:
    """Return the environment of a process on this test's database."""
    known = connection.settings_dict
    password = quote(str(known["PASSWORD"]), safe="")
    url = f"postgresql://{known['USER']}:{password}@{known['HOST']}:{known['PORT']}/{known['NAME']}"
    return {**os.environ, "DATABASE_URL": url, "PYTHONPATH": os.pathsep.join(sys.path)}


def test_a_run_that_is_killed_is_finished_by_running_it_again(tmp_path, monkeypatch):
    monkeypatch.setattr(services, "RANGE_ACCOUNTS", RANGE_ACCOUNTS)
    monkeypatch.setattr(services, "PRINT_FILE", PRINT_FILE)
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
