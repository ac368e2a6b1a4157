"""A change of law at the desk: what the rulebook would move of what is kept, and moving it."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from procrastinate.exceptions import AlreadyEnqueued

from openmember.desk.access import DeskRequest, desk_page
from openmember.desk.board.tables import Table, number, word
from openmember.desk.oversight.asking import asked_of, frame_of
from openmember.desk.pages import show_desk
from openmember.grievances.recomputing.jobs import work_law
from openmember.grievances.recomputing.queries import find_last_run, rulebook_mark
from openmember.grievances.recomputing.types import Run, Task, Way
from openmember.grievances.types import Law, Step
from openmember.grievances.words import LAWS, STEPS
from openmember.kernel.audit import services as audit
from openmember.members.types import Scope
from openmember.ui.pages import go_to


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(Scope.OVERSEE)
def law(request: DeskRequest) -> HttpResponse:
    """Show how what is kept compares with the rulebook, and start comparing or moving it."""
    if request.method == "POST":
        return _start(request)
    survey = find_last_run(task=Task.SURVEY, actor=request.actor)
    moved = find_last_run(task=Task.RECOMPUTE, actor=request.actor)
    last = max((one for one in (survey, moved) if one), key=lambda one: one.id, default=None)
    values = {
        **frame_of(asked_of(request), "law"),
        "runs": [_run(one) for one in (survey, moved) if one],
        "is_of_now": last is not None and last.rulebook == rulebook_mark(),
        "running": any(one and one.ended_at is None for one in (survey, moved)),
        "may_move": bool(survey and survey.ended_at and survey.effect.moved
                         and (moved is None or moved.id < survey.id)),
    }  # fmt: skip
    return show_desk(request, "desk/oversight/law.html", values, place="oversight")


def _start(request: DeskRequest) -> HttpResponse:
    asked = request.POST.get("task", "")
    if asked not in set(Task):
        return go_to(request, "desk:oversight_law")
    if asked == Task.RECOMPUTE and request.POST.get("sure") != "yes":
        messages.error(request, _("Tick the box to move the dates."))
        return go_to(request, "desk:oversight_law")
    audit.record(actor=str(request.actor), action=f"disputes.{asked}_asked", at=timezone.now())
    try:
        work_law.configure(queueing_lock="work_law").defer(task=asked)
    except AlreadyEnqueued:
        messages.info(request, _("It waits to be done already."))
    else:
        messages.success(request, _("It is begun. Look again in a minute."))
    return go_to(request, "desk:oversight_law")


def _run(run: Run) -> dict[str, object]:
    effect = run.effect
    rows = [
        (
            word(what.clock_id), word(STEPS[Step(what.step)]), word(LAWS[Law(what.law)]), word(what.place),
            *(number(ways[way]) for way in Way),
        )
        for what, ways in effect.by_what()
    ]  # fmt: skip
    columns = (
        _("Clock"), _("Step"), _("Law"), _("State"), _("Earlier"), _("Later"), _("New"), _("None more"),
    )  # fmt: skip
    return {
        "run": run,
        "is_survey": run.task is Task.SURVEY,
        "table": Table(f"law-{run.task}", _("Dates by clock, law and state"), columns, rows),
        "is_of_now": run.rulebook == rulebook_mark(),
    }
