"""After a change of the rulebook: what it moves is counted by itself, and what was broken off goes on."""

from django.utils import timezone
from procrastinate.contrib.django import app

from openmember.grievances.recomputing import queries, services
from openmember.grievances.recomputing.types import Task
from openmember.grievances.services.unfit import take_up_again
from openmember.kernel.sql import fetch_one
from openmember.members.types import system


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="watch_law", pass_context=False)
def watch_law(timestamp: int) -> None:
    """Go on with a run that was broken off, and survey a rulebook no run has seen, every ten minutes.

    What did not fit a corrected rule and fits again is taken up.
    """
    take_up_again(now=timezone.now())
    for task in Task:
        if _is_broken_off(task):
            run_law(task)
    if not _is_known():
        run_law(Task.SURVEY)


@app.task(queueing_lock="work_law", pass_context=False)
def work_law(task: str) -> None:
    """Run a survey or recompute, asked for at the desk."""
    run_law(Task(task))


def run_law(task: Task) -> None:
    """Run a survey or recompute, or go on with it. Harmless twice."""
    now = timezone.now()
    run = services.begin(task=task, now=now, actor=system("law"))
    services.work(run=run, now=now)


def _is_broken_off(task: Task) -> bool:
    row = fetch_one(
        "SELECT 1 FROM grievances_law_run WHERE task = %(task)s AND ended_at IS NULL",
        {"task": task.value},
    )
    return row is not None


def _is_known() -> bool:
    row = fetch_one(
        "SELECT 1 FROM grievances_law_run WHERE rulebook = %(mark)s LIMIT 1",
        {"mark": queries.rulebook_mark()},
    )
    return row is not None
