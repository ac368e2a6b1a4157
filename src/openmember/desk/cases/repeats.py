"""What comes again and again: giving it to one person, saying why not, and ending it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from openmember.cases.categories import get_category
from openmember.cases.interactions.queries import list_interactions_of_member
from openmember.cases.repeats import queries, services
from openmember.cases.repeats.types import Kind, Repeat, State
from openmember.cases.types import CaseRefused
from openmember.cases.words import CHANNELS, OUTCOMES, refusal
from openmember.desk.access import DeskRequest, desk_page
from openmember.desk.cases.forms import line
from openmember.desk.pages import show_desk
from openmember.kernel.audit import services as audit
from openmember.members.queries import get_member
from openmember.members.skills import list_staff_of
from openmember.members.types import Actor, Scope
from openmember.ui.pages import go_to

KINDS = {
    Kind.OWNER: gettext_lazy("Owner of the cases"),
    Kind.CASE_MANAGER: gettext_lazy("Case manager beside the teams"),
}
CONTACTS = 50


class AcceptForm(forms.Form):
    """Who sees it through."""

    owner = forms.TypedChoiceField(label=gettext_lazy("Who"), coerce=int)
    kind = forms.TypedChoiceField(
        label=gettext_lazy("As"), choices=[(one.value, words) for one, words in KINDS.items()],
        coerce=Kind,
    )  # fmt: skip

    def __init__(self, *given: Any, repeat: Repeat, actor: Actor, **options: Any) -> None:
        super().__init__(*given, **options)
        found = list_staff_of(team=repeat.team, actor=actor)
        self.fields["owner"].choices = [  # type: ignore[attr-defined]  # a choice field
            (one.id, f"{one.first_name}, {one.location or '–'}") for one in found
        ]


class DeclineForm(forms.Form):
    """Why nobody needs to."""

    reason = line(gettext_lazy("Why not"))


def title_of(repeat: Repeat) -> str:
    """Return what repeats in words."""
    return get_category(code=repeat.topic).title


@require_http_methods(["GET", "POST"])
@desk_page(Scope.WORK_CASES)
def repeat(request: DeskRequest, identity: int) -> HttpResponse:
    """Show what a member came with again and again, and decide who sees it through."""
    found = _proposed(request, identity)
    asked = request.POST.get("act", "")
    accepting = AcceptForm(
        request.POST if asked == "accept" else None, repeat=found, actor=request.actor
    )
    declining = DeclineForm(request.POST if asked == "decline" else None)
    form = {"accept": accepting, "decline": declining}.get(asked)
    if form is not None and form.is_valid():
        try:
            messages.success(request, _decide(request, found, form))
        except CaseRefused as refused:
            messages.error(request, refusal(refused.name, str(refused)))
        return go_to(request, "desk:cases_today")
    return _show(request, found, accepting, declining)


def _decide(request: DeskRequest, found: Repeat, form: forms.Form) -> str:
    given, now = form.cleaned_data, timezone.now()
    if isinstance(form, DeclineForm):
        services.decline(repeat_id=found.id, reason=given["reason"], now=now, actor=request.actor)
        return _("It stays with whoever answers, and the reason is kept.")
    decided = services.accept(
        repeat_id=found.id, kind=given["kind"], owner_id=given["owner"], now=now,
        actor=request.actor,
    )  # fmt: skip
    return _("%(name)s is the single point of contact now, on every page.") % {
        "name": decided.owner_name
    }


def _proposed(request: DeskRequest, identity: int) -> Repeat:
    for one in queries.list_proposed(actor=request.actor):
        if one.id == identity:
            return one
    raise Http404


def _show(
    request: DeskRequest, found: Repeat, accepting: AcceptForm, declining: DeclineForm
) -> HttpResponse:
    audit.record(
        actor=str(request.actor),
        action="repeat.read",
        member_id=found.member_id,
        repeat_id=found.id,
    )
    known = list_interactions_of_member(
        member_id=found.member_id, actor=request.actor, limit=CONTACTS
    )
    values = {
        "repeat": found,
        "title": title_of(found),
        "member": get_member(member_id=found.member_id),
        "contacts": [
            (one, CHANNELS[one.channel], OUTCOMES[one.outcome] if one.outcome else "")
            for one in known
            if one.id in found.interaction_ids
        ],
        "before": [
            one
            for one in queries.list_repeats_of_member(
                member_id=found.member_id, actor=request.actor
            )
            if one.state is not State.PROPOSED and one.topic == found.topic
        ],
        "accepting": accepting,
        "declining": declining,
    }
    return show_desk(request, "desk/cases/repeat.html", values, place="cases")
