"""Dates the plan missed, with who was warned when, and saying why."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from openmember.desk.access import DeskRequest, desk_page
from openmember.desk.disputes.words import left
from openmember.desk.oversight.asking import asked_of, frame_of, place_of, query_of, text_of
from openmember.desk.pages import show_desk
from openmember.grievances.oversight import misses as kept
from openmember.grievances.oversight.causes import find_cause, list_causes
from openmember.grievances.oversight.types import Miss
from openmember.grievances.types import BadCourse, Step
from openmember.grievances.words import LAWS, LEVELS, MATTERS, STEPS, refusal
from openmember.members.types import Scope
from openmember.safety.forms import FreeText, FreeTextarea
from openmember.ui.pages import go_to

UNEXPLAINED = "none"
STEP_MOST, VISIT_MOST, VISIT_DIGITS = 20, 99, 4


class CauseForm(forms.Form):
    """Why a date was missed."""

    cause = forms.ChoiceField(label=gettext_lazy("Cause"), widget=forms.RadioSelect)
    note = FreeText(
        label=gettext_lazy("What happened (optional)"), required=False, max_length=1000,
        widget=FreeTextarea({"rows": 3}),
    )  # fmt: skip

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["cause"].choices = [(one.code, one.title) for one in list_causes()]  # type: ignore[attr-defined]  # a choice field


@require_safe
@desk_page(Scope.OVERSEE)
def misses(request: DeskRequest) -> HttpResponse:
    """Show a page of the dates missed, the latest first."""
    asked, now = asked_of(request), timezone.now()
    cause, step = _cause(request.GET.get("cause", "")), request.GET.get("step", "")
    found, before = kept.list_misses(
        asked=asked, now=now, actor=request.actor, before=_place(request.GET.get("before", "")),
        cause={UNEXPLAINED: "", "": None}.get(cause, cause), step=step if step in set(Step) else None,
    )  # fmt: skip
    values = {
        **frame_of(asked, "misses"),
        "rows": [row_of(one, now) for one in found],
        "next": text_of(before),
        "is_first": "before" not in request.GET,
        "causes": [(UNEXPLAINED, _("Not yet explained")), *((one.code, one.title) for one in list_causes())],
        "cause": cause,
        "step": step,
        "steps": [(one.value, STEPS[one]) for one in _OURS],
    }  # fmt: skip
    return show_desk(request, "desk/oversight/misses.html", values, place="oversight")


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(Scope.OVERSEE)
def miss(request: DeskRequest, reference: str, visit: int, level: str, step: str) -> HttpResponse:
    """Show one missed date with its alarms, and write why it was missed."""
    asked, now = asked_of(request), timezone.now()
    found = kept.find_miss(
        asked=asked, number=reference, visit=min(visit, VISIT_MOST), level=level[:STEP_MOST],
        step=step[:STEP_MOST], now=now, actor=request.actor,
    )  # fmt: skip
    if found is None:
        raise Http404
    form = CauseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            kept.say_why(
                miss=found, code=given["cause"], note=given["note"], now=now, actor=request.actor
            )
        except BadCourse as refused:
            messages.error(request, refusal(refused))
        else:
            messages.success(request, _("The cause is written."))
        response = go_to(request, "desk:oversight_misses")
        response["Location"] += f"?{query_of(asked)}"
        return response
    values = {**frame_of(asked, "misses"), "row": row_of(found, now), "form": form}
    return show_desk(request, "desk/oversight/miss.html", values, place="oversight")


def row_of(one: Miss, now: datetime) -> dict[str, Any]:
    """Return a missed date as pages show it."""
    cause = find_cause(code=one.cause)
    duty = one.duty
    assert duty.due_at is not None
    return {
        "miss": one,
        "zone": ZoneInfo(one.zone),
        "step": STEPS[duty.step],
        "level": LEVELS[duty.level],
        "law": LAWS[one.law],
        "matter": MATTERS[one.matter],
        "late": left(duty.due_at, duty.met_at or now).words,
        "cause": cause.title if cause else "",
    }


# What the plan owes; the others are of members and reviewers.
_OURS = (
    Step.ACKNOWLEDGE, Step.DECIDE, Step.CONFIRM, Step.EFFECTUATE, Step.FORWARD, Step.DOCUMENTS,
)  # fmt: skip


def _cause(code: str) -> str:
    """Return a cause an address narrows to; one nobody knows narrows to nothing."""
    return code if code == UNEXPLAINED or find_cause(code=code) else ""


def _place(text: str) -> kept.Place | None:
    at, _, rest = text.partition("_")
    identity, _, more = rest.partition("_")
    visit, _, step = more.partition("_")
    found = place_of(f"{at}_{identity}")
    is_visit = visit.isdecimal() and len(visit) <= VISIT_DIGITS
    return (*found, int(visit), step) if found and is_visit and step in set(Step) else None
