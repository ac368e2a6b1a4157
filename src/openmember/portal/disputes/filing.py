"""Filing a dispute: one thing a page, kept on the way, sent once."""

from dataclasses import replace
from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from openmember.cases.services.opening import was_sent
from openmember.cases.types import CaseRefused
from openmember.cases.words import refusal
from openmember.claims.queries import list_claims_of
from openmember.claims.types import Claimed
from openmember.grievances import drafts
from openmember.grievances.answers import Answers, is_about_time
from openmember.grievances.services import drafting
from openmember.grievances.types import BadCourse, Matter
from openmember.grievances.words import refusal as dispute_refusal
from openmember.members.queries import list_members
from openmember.portal.access import PersonRequest, for_member
from openmember.portal.cases.asking import say_refused
from openmember.portal.disputes import forms
from openmember.portal.disputes.going_through import Filing, filing_of
from openmember.portal.disputes.saying import now_of
from openmember.portal.disputes.views import dispute_of, mine
from openmember.ui.pages import go_to, show

CLAIMS_OF = timedelta(days=730)


@require_http_methods(["GET", "HEAD", "POST"])
@for_member
def about(request: PersonRequest) -> HttpResponse:
    """Ask what it is about and for whom: the first page, which begins a draft."""
    known = drafts.find_draft(actor=request.actor)
    before = known.answers if known else Answers()
    people = [(one.id, one.name) for one in list_members(member_ids=list(mine(request)))]
    who = known.member_id if known else request.member.id
    form = forms.AboutForm(
        request.POST or None, before=before, today=request.today, people=people, who=who
    )
    if request.method == "POST" and form.is_valid():
        for_whom = int(form.cleaned_data.get("who") or request.member.id)
        answers = form.answers()
        if known is None or (answers.matter, for_whom) != (before.matter, known.member_id):
            # Another matter asks other things; the words and files stay.
            answers = Answers(
                matter=answers.matter, need=before.need, wanted=before.wanted,
                done=tuple(one for one in before.done if one == "story"),
            )  # fmt: skip
        drafting.keep(
            member_id=for_whom, answers=answers.with_done("about", is_right=True), now=request.now,
            actor=request.actor,
        )  # fmt: skip
        return go_to(request, "portal:dispute_step", "care")
    values = {"form": form, "draft": known, "steps": step_names(), "current": 1}
    return show(request, "portal/disputes/about.html", values)


@require_http_methods(["GET", "HEAD", "POST"])
@for_member
def step(request: PersonRequest, step: str) -> HttpResponse:
    """Ask one thing, keep the answer, and go on to the next page that is needed."""
    if step == "check" and (said := _sent_before(request)):
        return said
    filing = filing_of(request)
    if filing is None or not filing.draft.answers.matter:
        return go_to(request, "portal:dispute_new")
    if step not in filing.steps:
        # An answer changed, and this is not asked any more; or the page never was.
        if step not in NAMES:
            raise Http404
        return _next(request, filing)
    if step == "check":
        return _check(request, filing)
    form = _form(request, filing, step)
    if request.method != "POST":
        return _show_step(request, filing, step, form)
    return _posted(request, filing, step, form)


@require_POST
@for_member
def discard(request: PersonRequest) -> HttpResponse:
    """Drop what was begun."""
    draft = drafts.find_draft(actor=request.actor)
    if draft is not None:
        drafting.discard(draft=draft, actor=request.actor)
        messages.success(request, _("The draft is gone."))
    return go_to(request, "portal:disputes")


@require_safe
@for_member
def filed(request: PersonRequest, reference: str) -> HttpResponse:
    """Confirm what was filed: its number, and by when it is decided, under which rule."""
    case, found = dispute_of(request, reference)
    values = {
        "case": case,
        "dispute": found,
        "standing": now_of(found, promised_by=case.answer_by),
    }
    return show(request, "portal/disputes/filed.html", values)


NAMES = ("about", "care", "coverage", "story", "urgency", "late", "check")
# Where each page stands among the five that are named to the member.
_PLACES = {"care": 2, "coverage": 2, "story": 3, "urgency": 4, "late": 4, "check": 5}


def step_names() -> tuple[str, ...]:
    return (
        _("What it is about"),
        _("Which care"),
        _("What happened"),
        _("How urgent"),
        _("Check and send"),
    )


def _form(request: PersonRequest, filing: Filing, step: str) -> forms.StepForm:
    said, today = filing.draft.answers, request.today
    posted, sent = request.POST or None, request.FILES or None
    if step == "coverage":
        return forms.CoverageForm(posted, known=filing.coverages, before=said, today=today)
    if step != "care":
        return _FORMS[step](posted, sent, before=said, today=today)
    if said.matter in {Matter.GRIEVANCE, Matter.ACCESS}:
        return forms.HappenedForm(
            posted, may_be_about_time=is_about_time(filing.new.track), before=said, today=today
        )
    if (kind := _CARE_FORMS.get(Matter(said.matter))) is not None:
        return kind(posted, before=said, today=today)
    return forms.CareForm(posted, claims=_claims(request, filing), before=said, today=today)


_FORMS: dict[str, type[forms.StepForm]] = {
    "story": forms.StoryForm,
    "urgency": forms.UrgencyForm,
    "late": forms.LateForm,
}
_CARE_FORMS: dict[Matter, type[forms.StepForm]] = {
    Matter.EXCEPTION: forms.MedicineForm,
    Matter.BILLING: forms.BillForm,
}


def _claims(request: PersonRequest, filing: Filing) -> tuple[Claimed, ...]:
    """Return the claims an appeal can be about. What a claim says is for its patient alone."""
    is_own = filing.draft.member_id == request.member.id
    if not is_own or filing.draft.answers.matter != Matter.APPEAL:
        return ()
    return list_claims_of(member_id=request.member.id, since=request.today - CLAIMS_OF)


def _posted(
    request: PersonRequest, filing: Filing, step: str, form: forms.StepForm
) -> HttpResponse:
    """Keep what came, right or wrong, before anything is said about it."""
    is_right = form.is_valid()
    answers = form.answers().with_done(step, is_right=is_right)
    draft = drafting.keep(
        member_id=filing.draft.member_id, answers=answers, now=request.now, actor=request.actor
    )
    say_refused(
        request, drafting.add_files(draft=draft, uploads=form.chosen_files, actor=request.actor)
    )
    # Who may be in danger reads where to turn, whichever button was pressed.
    if form.is_stopped:
        return _show_step(request, filing, step, form)
    if dropped := request.POST.get("drop", ""):
        file_id = int(dropped) if dropped.isdecimal() and len(dropped) < 19 else 0
        drafting.remove_file(draft=draft, file_id=file_id, actor=request.actor)
        return go_to(request, "portal:dispute_step", step)
    if request.POST.get("act") == "later":
        messages.success(request, _("It is kept. Nobody reads it until you send it."))
        return go_to(request, "portal:disputes")
    filing = filing_of(request) or filing
    return _next(request, filing) if is_right else _show_step(request, filing, step, form)


def _show_step(
    request: PersonRequest, filing: Filing, step: str, form: forms.StepForm
) -> HttpResponse:
    values = {
        "form": form,
        "draft": filing.draft,
        "step": step,
        "title": _titles(filing.draft.answers)[step],
        "back_step": filing.before(step),
        "steps": step_names(),
        "current": _PLACES[step],
    }
    return show(request, "portal/disputes/step.html", values)


def _titles(answers: Answers) -> dict[str, str]:
    care = {
        Matter.GRIEVANCE: _("When and where"),
        Matter.ACCESS: _("What you could not use"),
        Matter.BILLING: _("Which bill"),
        Matter.EXCEPTION: _("Which medicine"),
    }
    return {
        "care": care.get(Matter(answers.matter), _("Which care")),
        "coverage": _("Which coverage"),
        "story": _("What happened"),
        "urgency": _("How urgent it is"),
        "late": _("It comes late"),
    }


def _next(request: PersonRequest, filing: Filing) -> HttpResponse:
    return go_to(request, "portal:dispute_step", filing.first_open)


def _check(request: PersonRequest, filing: Filing) -> HttpResponse:
    if filing.first_open != "check":
        return _next(request, filing)
    if request.method == "POST":
        return _send(request, filing)
    values = {
        "draft": filing.draft,
        "items": filing.items(),
        "until": filing.until(),
        "is_late": "late" in filing.steps,
        "steps": step_names(),
        "current": 5,
    }
    return show(request, "portal/disputes/check.html", values)


def _sent_before(request: PersonRequest) -> HttpResponse | None:
    """Return where a form leads that was sent before, as by a second press."""
    key = request.POST.get("key", "")
    if request.method != "POST" or not key or not was_sent(key=key, actor=request.actor):
        return None
    messages.info(request, _("This was sent already."))
    return go_to(request, "portal:disputes")


def _send(request: PersonRequest, filing: Filing) -> HttpResponse:
    if request.POST.get("key", "") != filing.draft.key:
        # Another window began anew: what is sent is what was looked at.
        messages.info(
            request, _("This changed in another window. Look at it once more, then send it.")
        )
        return go_to(request, "portal:dispute_step", "check")
    new = replace(filing.new, language=get_language() or "", sent_as=filing.draft.key)
    try:
        found = drafting.send(
            draft=filing.draft, new=new, wish=filing.wish(), now=request.now, actor=request.actor,
            by_clinician=filing.draft.answers.urgent == "doctor",
        )  # fmt: skip
    except CaseRefused as refused:
        messages.error(request, refusal(refused.name, str(refused)))
        return go_to(request, "portal:disputes")
    except BadCourse as refused:
        if refused.name == "no_appointment":
            messages.error(request, dispute_refusal(refused))
            return go_to(request, "portal:disputes")
        messages.error(request, _("Something is missing. Look at your answers once more."))
        return go_to(request, "portal:dispute_new")
    return go_to(request, "portal:dispute_filed", found.case_number)
