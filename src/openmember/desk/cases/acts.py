"""Every act on a case: the form that asks, and the one service that does it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.utils import timezone
from django.utils.translation import gettext as _

from openmember.cases import queries, rules
from openmember.cases.callbacks import queries as callback_queries
from openmember.cases.callbacks import services as callbacks
from openmember.cases.callbacks.rules import BadWindow
from openmember.cases.callbacks.types import Callback
from openmember.cases.categories import get_category
from openmember.cases.documents.services import add_documents
from openmember.cases.interactions.queries import list_interactions_of_case
from openmember.cases.queries import UnknownCase
from openmember.cases.repeats import services as repeats
from openmember.cases.repeats.queries import list_repeats_of_member
from openmember.cases.repeats.types import State as RepeatState
from openmember.cases.services import (
    correcting,
    expediting,
    linking,
    merging,
    moving,
    notes,
    owning,
)
from openmember.cases.transfers import queries as transfer_queries
from openmember.cases.transfers import services as transfers
from openmember.cases.transfers.types import Offer, Transfer
from openmember.cases.types import Case, CaseRefused, Status
from openmember.cases.words import WINDOWS
from openmember.desk.access import DeskRequest
from openmember.desk.cases import forms as asked
from openmember.desk.cases.references import linked
from openmember.desk.cases.windows import windows_of, words_of
from openmember.desk.contacts.current import current_id
from openmember.documents.words import REFUSALS_OF_ALL
from openmember.grievances.queries import find_dispute
from openmember.grievances.services import working
from openmember.members.skills import list_staff_of
from openmember.members.types import Scope
from openmember.threads.services.sending import write

Do = Callable[[DeskRequest, Case, Any], str]
Make = Callable[[Any, Any, Case, DeskRequest], forms.Form]


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do with a case. `make` builds its form; without one a button is enough."""

    do: Do
    make: Make | None = None


def form_of(name: str, case: Case, request: DeskRequest, *, is_bound: bool = True) -> Any:
    """Return the form of an act, with what was sent or empty; None where a button is enough."""
    make = ACTS[name].make
    if make is None:
        return None
    if is_bound:
        return make(request.POST, request.FILES, case, request)
    return make(None, None, case, request)


def _plain(form: type[forms.Form], **initial: Any) -> Make:
    return lambda data, files, case, request: form(
        data, files, initial={"version": case.version, **initial}, auto_id=f"id_{form.__name__}_%s"
    )


def moves_of(case: Case) -> list[Status]:
    """Return where a case can go from where it stands, by this form."""
    return [
        one for one in Status
        if one in rules.MOVES[case.status] and one not in {Status.MERGED, Status.REOPENED}
    ]  # fmt: skip


def _now() -> datetime:
    return timezone.now()


def _take(request: DeskRequest, case: Case, form: Any) -> str:
    owning.take(case=case, now=_now(), actor=request.actor)
    return _("It is yours.")


def _release(request: DeskRequest, case: Case, form: Any) -> str:
    owning.release(case=case, why=form.cleaned_data["why"], now=_now(), actor=request.actor)
    return _("It is back in the queue.")


def _note(request: DeskRequest, case: Case, form: Any) -> str:
    body = form.cleaned_data["body"]
    if form.cleaned_data["is_visible"]:
        write(case=case, body=body, now=_now(), actor=request.actor)
    else:
        notes.add_note(case=case, body=body, is_visible=False, now=_now(), actor=request.actor)
    return _("The note is kept.")


def _move(request: DeskRequest, case: Case, form: Any) -> str:
    given = form.cleaned_data
    moving.move(
        case=case, to=Status(given["to"]), now=_now(), actor=request.actor, why=given["why"],
        answer=given["answer"], expected_version=given["version"],
    )  # fmt: skip
    return _("The case is moved.")


def _reopen(request: DeskRequest, case: Case, form: Any) -> str:
    moving.reopen(case=case, why=form.cleaned_data["why"], now=_now(), actor=request.actor)
    return _("The case is open again.")


def _facts(request: DeskRequest, case: Case, form: Any) -> str:
    correcting.correct_facts(
        case=case, facts=form.facts, expected_version=form.cleaned_data["version"], now=_now(),
        actor=request.actor,
    )  # fmt: skip
    return _("The facts are kept.")


def _priority(request: DeskRequest, case: Case, form: Any) -> str:
    given = form.cleaned_data
    correcting.set_priority(
        case=case, priority=given["priority"], why=given["why"],
        expected_version=given["version"], now=_now(), actor=request.actor,
    )  # fmt: skip
    return _("The priority is changed.")


def _assign(request: DeskRequest, case: Case, form: Any) -> str:
    after = owning.assign(
        case=case, user_id=form.cleaned_data["person"], now=_now(), actor=request.actor
    )
    return _("It is %(name)s’s now.") % {"name": after.owner_name}


def _extend(request: DeskRequest, case: Case, form: Any) -> str:
    given = form.cleaned_data
    correcting.extend_clock(
        case=case, added=given["added"], why=given["why"], now=_now(), actor=request.actor
    )
    return _("There is more time, and the member is told why.")


def _category(request: DeskRequest, case: Case, form: Any) -> str:
    given = form.cleaned_data
    correcting.set_category(
        case=case, category=given["category"], why=given["why"],
        expected_version=given["version"], now=_now(), actor=request.actor,
    )  # fmt: skip
    return _("It is about something else now.")


def _people_of(request: DeskRequest, case: Case) -> list[tuple[int, str]]:
    """Return who can be given a case, for whoever gives cases out."""
    if not request.actor.may(Scope.SUPERVISE_CARE):
        return []
    found = list_staff_of(team=case.team, actor=request.actor)
    return [(one.id, f"{one.first_name}, {one.location or '–'}") for one in found]


def _end_point(request: DeskRequest, case: Case, form: Any) -> str:
    for one in list_repeats_of_member(member_id=case.member_id or 0, actor=request.actor):
        if one.state is RepeatState.ACCEPTED:
            repeats.end(repeat_id=one.id, now=_now(), actor=request.actor)
    return _("Whoever answers sees it through again.")


def _tick(request: DeskRequest, case: Case, form: Any) -> str:
    correcting.tick(
        case=case, item=request.POST.get("item", ""), is_done=request.POST.get("done") == "yes",
        now=_now(), actor=request.actor,
    )  # fmt: skip
    return _("The checklist is kept.")


def _documents(request: DeskRequest, case: Case, form: Any) -> str:
    added = add_documents(
        case=case, uploads=form.cleaned_data["documents"],
        is_visible=form.cleaned_data["is_visible"], now=_now(), actor=request.actor,
    )  # fmt: skip
    found = find_dispute(case=case) if form.cleaned_data.get("is_answer") and added.kept else None
    if found is not None:
        working.member_answered(dispute=found, now=_now(), actor=request.actor)
    for name, refused in added.refused:
        messages.error(
            request,
            _("%(name)s was not taken: %(reason)s.")
            % {"name": name, "reason": REFUSALS_OF_ALL[refused]},
        )
    return _("Kept: %(names)s") % {"names": ", ".join(added.kept) or "–"}


def _waits(case: Case) -> bool:
    """Return whether it is a dispute whose clock stands still for an answer."""
    if not get_category(code=case.category).is_filed:
        return False
    found = find_dispute(case=case)
    return found is not None and found.standing.is_tolled


def _link(request: DeskRequest, case: Case, form: Any) -> str:
    kind = form.cleaned_data["kind"]
    target = linked(kind, form.cleaned_data["target"])
    linking.link(case=case, kind=kind, target=target, now=_now(), actor=request.actor)
    return _("It is linked.")


def _unlink(request: DeskRequest, case: Case, form: Any) -> str:
    asked_for = request.POST.get("link", "")
    if asked_for.isdecimal():
        linking.unlink(case=case, link_id=int(asked_for), now=_now(), actor=request.actor)
    return _("The link is gone.")


def _merge(request: DeskRequest, case: Case, form: Any) -> str:
    try:
        into = queries.get_case(number=form.cleaned_data["into"], actor=request.actor)
    except UnknownCase as unknown:
        raise CaseRefused("unknown_target") from unknown
    merging.merge(
        case=case, into=into, why=form.cleaned_data["why"], now=_now(), actor=request.actor
    )
    return _("The two are one case now.")


def _offer(request: DeskRequest, case: Case, form: Any) -> str:
    given = form.cleaned_data
    transfers.offer(
        case=case,
        offer=Offer(
            to_team=given["to_team"], reason=given["reason"], summary=given["summary"],
            tried=given["tried"], is_warm=given["how"] == "warm",
            to_supervisor=given["how"] == "supervisor",
            interaction_id=_contact_about(request, case),
        ),
        now=_now(), actor=request.actor,
    )  # fmt: skip
    return _("It is offered. It stays here until somebody takes it.")


def _contact_about(request: DeskRequest, case: Case) -> int | None:
    """Return the contact the person is in, where it is about this case: what was proved in it goes along."""
    known = current_id(request.session)
    about = {one.id for one in list_interactions_of_case(case=case)} if known else set()
    return known if known in about else None


def _accept(request: DeskRequest, case: Case, form: Any) -> str:
    transfers.accept(
        transfer=_offered(case), now=_now(), actor=request.actor,
        three_way=form.cleaned_data["words"],
    )  # fmt: skip
    return _("It is yours.")


def _refuse(request: DeskRequest, case: Case, form: Any) -> str:
    transfers.refuse(
        transfer=_offered(case), reason=form.cleaned_data["words"], now=_now(), actor=request.actor
    )
    return _("It goes back with your reason.")


def _withdraw(request: DeskRequest, case: Case, form: Any) -> str:
    transfers.withdraw(transfer=_offered(case), now=_now(), actor=request.actor)
    return _("The offer is taken back.")


def _callback(request: DeskRequest, case: Case, form: Any) -> str:
    try:
        made = callbacks.promise(
            case=case, window=form.chosen, phone=form.cleaned_data["phone"], now=_now(),
            actor=request.actor,
        )  # fmt: skip
    except BadWindow as bad:
        said = _("%(why)s The next that can be kept: %(window)s.") % {
            "why": WINDOWS[bad.why], "window": words_of(case, bad.next),
        }  # fmt: skip
        raise CaseRefused("bad_window", said) from bad
    return _("Promised: %(window)s.") % {"window": words_of(case, made.window)}


def _attempt(request: DeskRequest, case: Case, form: Any) -> str:
    callbacks.attempt(
        callback=_call(request, case), outcome=form.cleaned_data["outcome"], now=_now(),
        actor=request.actor, note=form.cleaned_data["note"],
    )  # fmt: skip
    return _("The call is recorded.")


def _cancel(request: DeskRequest, case: Case, form: Any) -> str:
    callbacks.cancel(
        callback=_call(request, case), reason=form.cleaned_data["why"], now=_now(),
        actor=request.actor,
    )  # fmt: skip
    return _("The call is called off.")


def _expedite(request: DeskRequest, case: Case, form: Any) -> str:
    after = expediting.ask(
        case=case, reason=form.cleaned_data["reason"],
        by_clinician=form.cleaned_data["by_clinician"], now=_now(), actor=request.actor,
    )  # fmt: skip
    if after.is_expedited:
        return _("It is answered faster from now on.")
    return _("Somebody who may decide on urgency looks at it.")


def _decide(request: DeskRequest, case: Case, form: Any) -> str:
    granted = request.POST.get("answer") == "grant"
    wanted = request.POST.get("expedite", "")
    expediting.decide(
        case=case, expedite_id=int(wanted) if wanted.isdecimal() else 0, granted=granted,
        why=form.cleaned_data["why"], now=_now(), actor=request.actor,
    )  # fmt: skip
    if granted:
        return _("It is answered faster from now on.")
    return _("It is refused, and the reason is kept.")


def _offered(case: Case) -> Transfer:
    found = transfer_queries.find_offer(case=case)
    if found is None:
        raise CaseRefused("answered_already")
    return found


def _call(request: DeskRequest, case: Case) -> Callback:
    wanted = request.POST.get("callback", "")
    for one in callback_queries.list_callbacks(case=case):
        if str(one.id) == wanted:
            return one
    raise CaseRefused("settled_already")


ACTS: dict[str, Act] = {
    "take": Act(_take),
    "release": Act(_release, _plain(asked.WhyForm)),
    "note": Act(_note, _plain(asked.NoteForm)),
    "move": Act(
        _move,
        lambda data, files, case, request: asked.MoveForm(
            data, choices=moves_of(case), initial={"version": case.version}, auto_id="id_move_%s"
        ),
    ),
    "reopen": Act(_reopen, _plain(asked.WhyForm)),
    "facts": Act(
        _facts,
        lambda data, files, case, request: asked.FactsForm(
            data, category=get_category(code=case.category), case=case, auto_id="id_facts_%s"
        ),
    ),
    "priority": Act(
        _priority,
        lambda data, files, case, request: asked.PriorityForm(
            data, initial={"version": case.version, "priority": int(case.priority)},
            auto_id="id_priority_%s",
        ),
    ),
    "assign": Act(
        _assign,
        lambda data, files, case, request: asked.AssignForm(
            data, people=_people_of(request, case), auto_id="id_assign_%s"
        ),
    ),
    "extend": Act(_extend, _plain(asked.ExtendForm)),
    "category": Act(
        _category,
        lambda data, files, case, request: asked.CategoryForm(
            data, case=case, initial={"version": case.version}, auto_id="id_category_%s"
        ),
    ),
    "end_point": Act(_end_point),
    "tick": Act(_tick),
    "documents": Act(
        _documents,
        lambda data, files, case, request: asked.DocumentsForm(
            data, files, waits=_waits(case), initial={"is_answer": True},
            auto_id="id_DocumentsForm_%s",
        ),
    ),
    "link": Act(_link, _plain(asked.LinkForm)),
    "unlink": Act(_unlink),
    "merge": Act(_merge, _plain(asked.MergeForm)),
    "offer": Act(_offer, _plain(asked.OfferForm)),
    "accept": Act(_accept, _plain(asked.AnswerOfferForm)),
    "refuse": Act(_refuse, _plain(asked.AnswerOfferForm)),
    "withdraw": Act(_withdraw),
    "callback": Act(
        _callback,
        lambda data, files, case, request: asked.CallbackForm(
            data, windows=windows_of(case, _now()), auto_id="id_callback_%s",
        ),
    ),
    "attempt": Act(_attempt, _plain(asked.AttemptForm)),
    "cancel": Act(_cancel, _plain(asked.WhyForm)),
    "expedite": Act(_expedite, _plain(asked.ExpediteForm)),
    "decide": Act(_decide, _plain(asked.DecideForm)),
}  # fmt: skip
