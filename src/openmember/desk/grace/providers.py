"""What providers are told of claims that wait: a file a day, for whoever sends it."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from openmember.billing.grace import providers
from openmember.desk.access import DeskRequest, desk_page
from openmember.desk.pages import show_desk
from openmember.members.types import Scope


@require_safe
@desk_page(Scope.RUN_BILLING)
def notices(request: DeskRequest) -> HttpResponse:
    """List the files of notices, the newest first."""
    values = {"files": providers.list_files()}
    return show_desk(request, "desk/grace/providers.html", values, place="billing_runs")


@require_POST
@desk_page(Scope.RUN_BILLING)
def notices_file(request: DeskRequest, identity: int) -> HttpResponse:
    """Hand one file out; who took it is kept."""
    try:
        content = providers.write_file(file_id=identity, actor=request.actor)
    except providers.UnknownFile:
        raise Http404 from None
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="provider-notices-{identity}.csv"'
    return response
