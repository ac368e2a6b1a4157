"""Taking a dispute in: on the line, at the counter, from the post, or out of a case or message."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from openmember.accounts.queries import get_account, list_people
from openmember.billing.overview import get_overview
from openmember.cases.interactions.types import Interaction
from openmember.cases.services.opening import account_of
from openmember.cases.types import Case, CaseRefused, Channel
from openmember.cases.words import refusal as case_refusal
from openmember.claims.queries import list_denied
from openmember.desk.access import DeskRequest, desk_page
from openmember.desk.cases.views import case_of
from openmember.desk.contacts.current import find_current, name_topic
from openmember.desk.disputes.asking import (
    CLINICIAN,
    TIME,
    WISH,
    IntakeForm,
    Known,
    care_of,
    law_of,
)
from openmember.desk.opened import AccountRequest, Reason, account_page, open_account
from openmember.desk.pages import show_account
from openmember.directory.queries import zone_of
from openmember.documents.words import REFUSALS_OF_ALL
from openmember.grievances.choosing import list_covered, track_of
from openmember.grievances.due import last_day
from openmember.grievances.services.intake import Brought, is_specialist, take_in
from openmember.grievances.types import (
    BadCourse,
    Care,
    Dispute,
    Law,
    Matter,
    NewDispute,
    Speed,
    Step,
    Track,
)
from openmember.grievances.words import LAWS, refusal
from openmember.members.proxies.queries import list_proxies_of
from openmember.members.queries import list_members
from openmember.members.types import Member, Scope
from openmember.ui.pages import go_to

FROM_KEY = "desk_dispute_from"
_CHANNELS = {Reason.IN_PERSON: Channel.IN_PERSON, Reason.LETTER: Channel.MAIL}


@require_http_methods(["GET", "POST"])
@account_page("new_dispute", scope=Scope.CONTACT)
def new(request: AccountRequest) -> HttpResponse:
    """Ask what a dispute needs, and file it with its documents."""
    people, source = _people(request), _source(request)
    running = find_current(request, request.opened.account)
    known = _known(request, people)
    form = IntakeForm(
        request.POST or None, request.FILES or None, known=known,
        initial=_initial(request, known, source, running),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            return _filed(request, form, source, running)
        except BadCourse as refused:
            form.add_error(None, refusal(refused))
        except CaseRefused as refused:
            form.add_error(None, case_refusal(refused.name, str(refused)))
    values = {"form": form, "source": source, "covered": _covered(people, known)}
    return show_account(request, "desk/disputes/new.html", values, place="cases_of_account")


@require_POST
@desk_page(Scope.WORK_CASES)
def from_case(request: DeskRequest, reference: str) -> HttpResponse:
    """Open the account of a case, and file what the case is about as a dispute."""
    found = case_of(request, reference)
    number = found.account_number or (
        account_of(member_id=found.member_id) if found.member_id else None
    )
    if number is None or found.member_id is None:
        messages.error(request, _("Say whose case it is first: a dispute is a member’s."))
        return go_to(request, "desk:case", found.number)
    request.actor.require(Scope.FIND)
    account = get_account(number=number)
    overview = get_overview(number=account.number, today=timezone.localdate())
    open_account(request, account=account, region=overview.region, reason=Reason.REVIEW)
    request.session[FROM_KEY] = found.number
    return go_to(request, "desk:new_dispute")


def _source(request: AccountRequest) -> Case | None:
    """Return the case a dispute grows out of, where it is one of somebody on the account that is open."""
    number = request.session.get(FROM_KEY)
    if number is None or not request.actor.may(Scope.WORK_CASES):
        return None
    try:
        found = case_of(request, number)
    except Http404:
        return None
    ids = {member_id for member_id, _how in list_people(number=request.opened.account.number)}
    return found if found.member_id in ids else None


def _filed(
    request: AccountRequest, form: IntakeForm, source: Case | None, running: Interaction | None
) -> HttpResponse:
    given = form.cleaned_data
    dispute, added = take_in(
        new=_new(request, form),
        law=law_of(given),
        brought=Brought(
            uploads=given["documents"], source=source, claim=given.get("claim", ""),
            interaction_id=running.id if running else None,
        ),
        channel=given["channel"],
        received_at=min(form.received, form.known.now),
        now=form.known.now,
        actor=request.actor,
    )  # fmt: skip
    request.session.pop(FROM_KEY, None)
    if running and not running.topic:
        name_topic(request, running, topic=given["matter"].value, team="grievances")
    messages.success(request, _said(dispute))
    for name, refused in added.refused:
        messages.error(
            request,
            _("%(name)s was not taken: %(reason)s.")
            % {"name": name, "reason": REFUSALS_OF_ALL[refused]},
        )
    if is_specialist(actor=request.actor) and request.actor.may(Scope.WORK_CASES):
        return go_to(request, "desk:dispute", dispute.case_number)
    return go_to(request, "desk:cases_of_account")


def _new(request: AccountRequest, form: IntakeForm) -> NewDispute:
    given = form.cleaned_data
    is_wish = given["fast"] == WISH
    return NewDispute(
        # The law is chosen by the coverage when it is filed.
        track=Track(given["matter"], Law.INDIVIDUAL, "US", care_of(given)),
        member_id=given["who"], account_number=request.opened.account.number, need=given["need"],
        asked_by=given["asked_by"], asked_name=given["asked_name"], form_seen=given["form_seen"],
        service=given["service"], provider=given["provider"], served_from=given["served_from"],
        served_until=given["served_until"], amount_cents=given["amount"],
        notice_on=given["notice_on"], delivered_on=given["delivered_on"],
        happened_on=given["happened_on"], decider_id=given["decider"],
        good_cause=given["good_cause"],
        speed=Speed.EXPEDITED if given["fast"] in {CLINICIAN, TIME} else Speed.STANDARD,
        wish=given["wish"] if is_wish else "", law_why=given.get("law_why", ""),
        sent_as=given["key"],
    )  # fmt: skip


def _known(request: AccountRequest, people: list[Member]) -> Known:
    now = timezone.now()
    return Known(
        people=[(one.id, one.name) for one in people],
        proxies=list_proxies_of(member_ids=[one.id for one in people], at=now),
        claims=list_denied(numbers=request.opened.account.numbers),
        zone=zone_of(region=request.opened.overview.region),
        now=now,
        may_choose_law=is_specialist(actor=request.actor),
    )


def _initial(
    request: AccountRequest, known: Known, source: Case | None, running: Interaction | None
) -> dict[str, Any]:
    """Return what the contact, the case or the account knows: nobody is asked again."""
    came, channel = known.now, _CHANNELS.get(request.opened.reason, Channel.PHONE)
    need, who = "", None
    if running is not None:
        came, channel = running.arrived_at, running.channel
        need, who = running.need, running.member_id
    if source is not None:
        came, channel = source.opened_at, source.channel
        need, who = source.need, source.member_id
    local = came.astimezone(known.zone)
    is_post = channel is Channel.MAIL and source is None
    return {
        "who": who, "need": need, "channel": channel.value,
        # The post has a stamp of its own, which only whoever holds it can read.
        "received_on": None if is_post else local.date(),
        "received_at": None if is_post else local.time().replace(second=0, microsecond=0),
    }  # fmt: skip


def _covered(people: list[Member], known: Known) -> list[dict[str, Any]]:
    """Return through what each person is covered today, and whose law that is."""
    today = known.now.astimezone(known.zone).date()
    found = []
    for member in people:
        coverages = list_covered(member_id=member.id, on=today)
        for one in coverages[:3]:
            track = track_of(
                matter=Matter.APPEAL, care=Care.PRE_SERVICE, covered=one, person=member.person
            )
            found.append(
                {
                    "name": member.name,
                    "plan": one.plan,
                    "law": LAWS[track.law],
                    "place": track.place,
                }
            )
        if not coverages:
            found.append(
                {"name": member.name, "plan": "", "law": LAWS[Law.INDIVIDUAL], "place": ""}
            )
    return found


def _said(dispute: Dispute) -> str:
    """Return what to tell whoever brought it: the number, the law, and by when it is decided."""
    standing = dispute.standing
    said = _("It is filed. Tell them its number: %(number)s. Law: %(law)s.") % {
        "number": dispute.case_number, "law": LAWS[standing.track.law],
    }  # fmt: skip
    decide = next((one for one in standing.clocks if one.step is Step.DECIDE and one.due_at), None)
    if decide is None or decide.due_at is None:
        return said
    day = date_format(last_day(decide.due_at, standing.zone))
    return f"{said} {_('Decided by %(day)s at the latest.') % {'day': day}}"


def _people(request: AccountRequest) -> list[Member]:
    ids = [member_id for member_id, _how in list_people(number=request.opened.account.number)]
    return list(list_members(member_ids=ids))
