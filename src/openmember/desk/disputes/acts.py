"""Every act on a dispute: when it can be done, the form that asks, and the one service that does it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openmember.cases.services import linking
from openmember.cases.types import Case, LinkKind
from openmember.desk.cases.references import linked
from openmember.desk.disputes import forms as asked
from openmember.desk.disputes.words import warning_of
from openmember.grievances.possible import Possible
from openmember.grievances.services import assigning, working
from openmember.grievances.types import Care, Dispute, Kind, Matter, Outcome
from openmember.members.types import Actor, Scope, StaffMember


@dataclass(frozen=True, slots=True)
class At:
    """A dispute at a moment, before somebody who works on it."""

    dispute: Dispute
    case: Case
    possible: Possible
    actor: Actor
    now: datetime
    staff: tuple[StaffMember, ...] = ()
    clinicians: tuple[StaffMember, ...] = ()
    is_asked: bool = False  # for an opinion that is not given
    has_opinion: bool = False  # of a clinician who had no part in what is disputed

    @property
    def today(self) -> date:
        return self.now.astimezone(ZoneInfo(self.dispute.standing.zone)).date()


Do = Callable[[At, Any], str]
Make = Callable[[Any, At], forms.Form]


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do with a dispute. `make` builds its form; without one a button is enough."""

    title: Promise
    submit: Promise
    can: Callable[[At], bool]
    do: Do
    make: Make | None = None
    key: str = ""


def form_of(name: str, at: At, data: Any = None) -> Any:
    """Return the form of an act, with what was sent or empty; None where a button is enough."""
    make = ACTS[name].make
    if make is None:
        return None
    form = make(data, at)
    form.auto_id = f"id_{name}_%s"
    return form


def _simple(form: type[forms.Form]) -> Make:
    return lambda data, at: form(data)


def _kind(kind: Kind) -> Callable[[At], bool]:
    return lambda at: kind in at.possible.kinds


def _about(at: At) -> dict[str, Any]:
    return {"dispute": at.dispute, "now": at.now, "actor": at.actor}


def _acknowledge(at: At, form: Any) -> str:
    working.acknowledge(**_about(at))
    return _("It is noted that the member was told in writing.")


def _relabel(at: At, form: Any) -> str:
    given = form.cleaned_data
    working.relabel(
        matter=Matter(given["matter"]), care=Care(given["care"]), why=given["why"], **_about(at)
    )
    return _("It is handled as that now. Its clocks run from the day it came.")


def _expedite(at: At, form: Any) -> str:
    given = form.cleaned_data
    working.expedite(by_clinician=given["by_clinician"], why=given["why"], **_about(at))
    return _("It is decided fast from now on.")


def _refuse(at: At, form: Any) -> str:
    working.refuse_to_expedite(why=form.cleaned_data["why"], **_about(at))
    return _("It keeps the standard time. The letter says so, and how to complain about it.")


def _extend(at: At, form: Any) -> str:
    working.extend(days=form.cleaned_data["days"], why=form.cleaned_data["why"], **_about(at))
    return _("There is more time. The letter that says why is written.")


def _toll(at: At, form: Any) -> str:
    given = form.cleaned_data
    working.toll(why=given["why"], until=given["until"], **_about(at))
    return _("The clock stands still until the answer comes, or that day is over.")


def _resume(at: At, form: Any) -> str:
    zone = ZoneInfo(at.dispute.standing.zone)
    working.resume(came_at=form.came_at(zone), **_about(at))
    return _("The clock goes on.")


def _supported(at: At, form: Any) -> str:
    zone = ZoneInfo(at.dispute.standing.zone)
    working.note_statement(came_at=form.came_at(zone), **_about(at))
    return _("The time to decide counts from the statement.")


def _step(at: At, form: Any) -> str:
    working.mark_done(step=form.cleaned_data["step"], **_about(at))
    return _("It is noted as done.")


def _decide(at: At, form: Any) -> str:
    given = form.cleaned_data
    working.decide(
        outcome=given["outcome"], code=given["code"], criteria=given["criteria"], reason=given["reason"],
        notice_on=given["notice_on"], **_about(at),
    )  # fmt: skip
    return _("It is decided. The next right of the member begins with the letter.")


def _dismiss(at: At, form: Any) -> str:
    given = form.cleaned_data
    working.decide(
        outcome=Outcome.DISMISSED, code=given["code"], reason=given["reason"],
        notice_on=given["notice_on"], **_about(at),
    )  # fmt: skip
    return _("It is dismissed.")


def _delivered(at: At, form: Any) -> str:
    working.note_delivery(on=form.cleaned_data["on"], how=form.cleaned_data["how"], **_about(at))
    return _("The delivery is noted. What counts from it is dated anew.")


def _escalate(at: At, form: Any) -> str:
    given = form.cleaned_data
    working.escalate(
        level=given["level"], together_cents=given.get("together_cents") or None, **_about(at)
    )
    return _("It is with the next level.")


def _carry_out(at: At, form: Any) -> str:
    given = form.cleaned_data
    if given["kind"] in set(LinkKind):
        kind = LinkKind(given["kind"])
        target = linked(kind, given["reference"])
        linking.link(case=at.case, kind=kind, target=target, now=at.now, actor=at.actor)
    working.carry_out(what=given["what"], reference=given["reference"], **_about(at))
    return _("It is carried out.")


def _withdraw(at: At, form: Any) -> str:
    working.withdraw(why=form.cleaned_data["why"], **_about(at))
    return _("It is withdrawn.")


def _vacate(at: At, form: Any) -> str:
    working.vacate(why=form.cleaned_data["why"], **_about(at))
    return _("The dismissal is taken back. Its clock goes on from the day it came.")


def _reopen(at: At, form: Any) -> str:
    working.reopen(why=form.cleaned_data["why"], **_about(at))
    return _("It is open again.")


def _take(at: At, form: Any) -> str:
    assigning.take(**_about(at))
    return _("It is yours.")


def _assign(at: At, form: Any) -> str:
    case = assigning.assign(user_id=form.cleaned_data["person"], **_about(at))
    return _("It is %(name)s’s now.") % {"name": case.owner_name}


def _reviewer(at: At, form: Any) -> str:
    given = form.cleaned_data
    assigning.ask_reviewer(user_id=given["person"], specialty=given["specialty"], **_about(at))
    return _("The clinician is asked.")


def _opinion(at: At, form: Any) -> str:
    assigning.give_opinion(opinion=form.cleaned_data["opinion"], **_about(at))
    return _("Your opinion is kept.")


def _outcomes(at: At) -> tuple[Outcome, ...]:
    is_answered = at.dispute.standing.track.matter in asked.ANSWERED
    return asked.OF_GRIEVANCES if is_answered else asked.OF_DECISIONS


def _earliest(at: At) -> date | None:
    """Return the first day the letter can have; a reviewer outside decided before we heard of it."""
    return at.today if at.dispute.standing.level.is_plans else None


def _lacks_opinion(at: At) -> bool:
    """Whether the plan decides an appeal on which no clinician said anything."""
    here = at.dispute.standing
    is_ours = here.level.is_plans and here.track.matter is Matter.APPEAL
    return is_ours and not at.has_opinion and not at.actor.may(Scope.DECIDE_URGENCY)


def _may_refuse(at: At) -> bool:
    return Kind.EXPEDITE_REFUSED in at.possible.kinds and at.actor.may(Scope.DECIDE_URGENCY)


def _relabel_form(data: Any, at: At) -> forms.Form:
    track = at.dispute.standing.track
    return asked.RelabelForm(data, initial={"matter": track.matter, "care": track.care})


ACTS: dict[str, Act] = {
    "take": Act(
        gettext_lazy("Take it"), gettext_lazy("Take it"),
        lambda at: at.case.is_open and at.case.owner_id != at.actor.id, _take, key="y",
    ),
    "acknowledge": Act(
        gettext_lazy("It was confirmed in writing"), gettext_lazy("It was confirmed in writing"),
        _kind(Kind.ACKNOWLEDGED), _acknowledge,
    ),
    "resume": Act(
        gettext_lazy("Let the clock go on"), gettext_lazy("Let the clock go on"),
        _kind(Kind.RESUMED), _resume, lambda data, at: asked.ResumeForm(data, now=at.now, today=at.today),
    ),
    "supported": Act(
        gettext_lazy("The prescriber’s supporting statement came"), gettext_lazy("Note it"),
        _kind(Kind.SUPPORTED), _supported,
        lambda data, at: asked.StatementForm(data, now=at.now, today=at.today),
    ),
    "opinion": Act(
        gettext_lazy("Give your clinical opinion"), gettext_lazy("Keep the opinion"),
        lambda at: at.is_asked, _opinion, _simple(asked.OpinionForm),
    ),
    "decide": Act(
        gettext_lazy("Decide it, or note what the reviewer decided"), gettext_lazy("Decide it"),
        _kind(Kind.DECIDED), _decide,
        lambda data, at: asked.DecideForm(
            data, outcomes=_outcomes(at), earliest=_earliest(at), lacks_opinion=_lacks_opinion(at)
        ), key="d",
    ),
    "step": Act(
        gettext_lazy("Mark a step as done"), gettext_lazy("Mark it as done"), _kind(Kind.DONE), _step,
        lambda data, at: asked.StepForm(data, steps=at.possible.steps),
    ),
    "delivered": Act(
        gettext_lazy("Note that the letter arrived"), gettext_lazy("Note it"), _kind(Kind.DELIVERED),
        _delivered, lambda data, at: asked.DeliveredForm(data, today=at.today),
    ),
    "escalate": Act(
        gettext_lazy("It goes to the next level"), gettext_lazy("It is there"), _kind(Kind.ESCALATED),
        _escalate, lambda data, at: asked.EscalateForm(data, levels=at.possible.levels),
    ),
    "carry_out": Act(
        gettext_lazy("Carry it out"), gettext_lazy("It is carried out"), _kind(Kind.EFFECTUATED),
        _carry_out, _simple(asked.CarryOutForm),
    ),
    "assign": Act(
        gettext_lazy("Give it to somebody"), gettext_lazy("Give it"),
        lambda at: at.case.is_open and at.actor.may(Scope.SUPERVISE_CARE), _assign,
        lambda data, at: asked.AssignForm(data, people=at.staff), key="w",
    ),
    "reviewer": Act(
        gettext_lazy("Ask a clinician"), gettext_lazy("Ask"),
        lambda at: Kind.DECIDED in at.possible.kinds and bool(at.clinicians), _reviewer,
        lambda data, at: asked.ReviewerForm(data, people=at.clinicians),
    ),
    "extend": Act(
        gettext_lazy("Take more time"), gettext_lazy("Take it"), _kind(Kind.EXTENDED), _extend,
        _simple(asked.ExtendForm), key="x",
    ),
    "toll": Act(
        gettext_lazy("Stop the clock and ask for something"), gettext_lazy("Stop it"),
        _kind(Kind.TOLLED), _toll, lambda data, at: asked.AskForm(data, ask=at.possible.ask),
    ),
    "expedite": Act(
        gettext_lazy("Decide it fast"), gettext_lazy("Decide it fast"), _kind(Kind.EXPEDITED),
        _expedite,
        lambda data, at: asked.ExpediteForm(data, may_decide=at.actor.may(Scope.DECIDE_URGENCY)),
        key="e",
    ),
    "refuse": Act(
        gettext_lazy("Refuse to decide it fast"), gettext_lazy("Refuse it"), _may_refuse, _refuse,
        _simple(asked.WhyForm),
    ),
    "relabel": Act(
        gettext_lazy("It is something else"), gettext_lazy("Handle it as that"),
        _kind(Kind.RELABELLED), _relabel, _relabel_form,
    ),
    "withdraw": Act(
        gettext_lazy("The member withdraws it"), gettext_lazy("It is withdrawn"),
        _kind(Kind.WITHDRAWN), _withdraw, _simple(asked.WhyForm),
    ),
    "dismiss": Act(
        gettext_lazy("Dismiss it"), gettext_lazy("Dismiss it"), _kind(Kind.DECIDED), _dismiss,
        lambda data, at: asked.DismissForm(data, today=at.today),
    ),
    "vacate": Act(
        gettext_lazy("Take the dismissal back"), gettext_lazy("Take it back"), _kind(Kind.VACATED),
        _vacate, lambda data, at: asked.VacateForm(data, warning=warning_of(at.dispute, at.now)),
    ),
    "reopen": Act(
        gettext_lazy("Reopen it"), gettext_lazy("Reopen it"), _kind(Kind.REOPENED), _reopen,
        _simple(asked.WhyForm),
    ),
}  # fmt: skip
