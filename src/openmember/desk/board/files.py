"""Each figure of the board as a file."""

import csv

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from openmember.cases.board import figures as measured
from openmember.cases.board.types import Stretch
from openmember.desk.access import DeskRequest, desk_page
from openmember.desk.board import figures
from openmember.desk.board.asking import TODAY, WEEKS, Asked, asked_of
from openmember.desk.board.tables import Table
from openmember.desk.board.views import plan_asked
from openmember.kernel.audit import services as audit
from openmember.members.types import Scope


@require_safe
@desk_page(Scope.SUPERVISE_CARE)
def export(request: DeskRequest, figure: str) -> HttpResponse:
    """Hand out one figure as a file; that it was taken is recorded."""
    table = _table(request, asked_of(request), figure)
    audit.record(actor=str(request.actor), action="board.export", what=figure)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="board-{figure}.csv"'
    rows = csv.writer(response)
    rows.writerow([str(name) for name in table.columns])
    rows.writerows(table.lines)
    return response


def _table(request: DeskRequest, asked: Asked, figure: str) -> Table:
    """Return the table of a figure. Errors: Http404."""
    if figure == "plan":
        return figures.plan(plan_asked(request, asked)[0])
    makes = {
        "queues": lambda: figures.queues(asked),
        "presence": lambda: figures.presence(asked),
        "people": lambda: figures.people(asked),
        "resolution": lambda: figures.resolution(asked),
        "days": lambda: _days(asked),
        "waits": lambda: _waits(asked),
        f"service-{TODAY}": lambda: _service(asked, asked.today, TODAY),
        f"service-{WEEKS}": lambda: _service(asked, asked.weeks, WEEKS),
        f"calls-{TODAY}": lambda: _kept(asked, asked.today, TODAY),
        f"calls-{WEEKS}": lambda: _kept(asked, asked.weeks, WEEKS),
    }
    if figure not in makes:
        raise Http404
    return makes[figure]()


def _service(asked: Asked, stretch: Stretch, days: str) -> Table:
    found = measured.list_service(reach=asked.reach, stretch=stretch, now=asked.now)
    return figures.service(asked, found, days)


def _kept(asked: Asked, stretch: Stretch, days: str) -> Table:
    return figures.kept(asked, measured.list_kept(reach=asked.reach, stretch=stretch), days)


def _days(asked: Asked) -> Table:
    return figures.days(asked, measured.list_days(reach=asked.reach, stretch=asked.weeks))


def _waits(asked: Asked) -> Table:
    found = measured.list_half_hours(reach=asked.reach, stretch=asked.weeks, now=asked.now)
    return figures.waits(asked, measured.waits_of(found))
