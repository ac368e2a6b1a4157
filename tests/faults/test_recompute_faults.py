"""A recompute of disputes killed again and again: it goes on where it was, and comes to what one run gives."""

from random import Random

import pytest
from django.utils import timezone
from tests.faults.killing import killed_until_done

from openmember.cases.proof import list_differences
from openmember.grievances.recomputing import services
from openmember.grievances.recomputing.types import Task
from openmember.grievances.tests.test_recomputing import a_law, all_kept, filed
from openmember.kernel.sql import fetch_one
from openmember.members.types import system
from openmember.rulebook.clocks import proposed

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]
DISPUTES = 12


def run_once() -> None:
    now = timezone.now()
    run = services.begin(task=Task.RECOMPUTE, now=now, actor=system("test"), size=1)
    services.work(run=run, now=now)


def test_a_recompute_that_is_killed_is_finished_by_running_it_again(tmp_path):
    for _ in range(DISPUTES):
        filed()
    with proposed(a_law(tmp_path, ("CA-GRV-DEC", {"length": 20}))):
        kills = killed_until_done(run_once, Random(3), longest_seconds=0.05)

        assert kills > 1
        killed = all_kept()
        assert list(list_differences()) == []
        # A run killed after its last step is not begun again: another finds nothing left.
        runs = fetch_one(
            "SELECT count(*) AS n, max((effect->>'changed')::int) AS changed FROM grievances_law_run"
            " WHERE effect->>'changed' <> '0'"
        )
        assert (runs.n, runs.changed) == (1, DISPUTES)
        # One that nobody disturbed finds nothing left to do.
        run_once()
        assert all_kept() == killed
        again = fetch_one(
            "SELECT (effect->>'changed')::int AS changed FROM grievances_law_run ORDER BY id DESC LIMIT 1"
        )
        assert again.changed == 0
