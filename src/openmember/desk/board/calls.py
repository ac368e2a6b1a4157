"""One promised call at the board: who can make it, and giving it to them."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from openmember.cases.board.behind import list_calls_due
from openmember.cases.board.figures import list_people
from openmember.cases.board.types import Person
from openmember.cases.callbacks.services import assign
from openmember.cases.callbacks.types import Callback
from openmember.cases.types import CaseRefused
from openmember.cases.words import refusal
from openmember.desk.access import DeskRequest, desk_page
from openmember.desk.board.asking import Asked, asked_of
from openmember.desk.board.behind import call_rows
from openmember.desk.pages import show_desk
from openmember.members.types import Scope
from openmember.ui.pages import go_to


class AssignForm(forms.Form):
    """Who makes a call."""

    person = forms.TypedChoiceField(
        label=gettext_lazy("Who calls"), coerce=int, widget=forms.RadioSelect
    )

    def __init__(self, *given: object, people: tuple[Person, ...], **options: object) -> None:
        super().__init__(*given, **options)  # type: ignore[arg-type]  # what Django's own takes
        self.fields["person"].choices = [(one.id, words_of(one)) for one in people]  # type: ignore[attr-defined]  # a choice field


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(Scope.SUPERVISE_CARE)
def call(request: DeskRequest, identity: int) -> HttpResponse:
    """Show one promised call with the people of its team, and give it to one of them."""
    asked = asked_of(request)
    found = _call(asked, identity)
    people = list_people(team=found.team, region=found.region, now=asked.now, actor=request.actor)
    form = AssignForm(request.POST or None, people=people, initial={"person": found.assignee_id})
    if request.method == "POST" and form.is_valid():
        try:
            after = assign(
                callback=found, user_id=form.cleaned_data["person"], now=asked.now,
                actor=request.actor,
            )  # fmt: skip
        except CaseRefused as refused:
            form.add_error(None, refusal(refused.name, str(refused)))
        else:
            messages.success(
                request, _("%(name)s makes the call about %(case)s.")
                % {"name": after.assignee_name, "case": after.case_number},
            )  # fmt: skip
            return go_to(request, "desk:board")
    values = {
        "form": form, "row": call_rows([found], asked.now)[0], "people": people,
        "query": asked.query(),
    }  # fmt: skip
    return show_desk(request, "desk/board/call.html", values, place="board")


def words_of(person: Person) -> str:
    """Return somebody with whether they are here and how many calls they have."""
    here = _("here now") if person.is_present else _("not seen")
    return _("%(name)s (%(here)s; calls to make: %(calls)d)") % {
        "name": person.name, "here": here, "calls": person.calls,
    }  # fmt: skip


def _call(asked: Asked, identity: int) -> Callback:
    found = list_calls_due(reach=asked.reach, now=asked.now, callback_id=identity)
    if not found:
        raise Http404
    return found[0]
