"""Where a dispute stands, who decides by when, and what comes: in the member's words."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from openmember.grievances.answers import is_about_time
from openmember.grievances.due import last_day
from openmember.grievances.explaining import Why, due_words, why_of
from openmember.grievances.types import (
    Dispute,
    Kind,
    Lapse,
    Level,
    Listed,
    Matter,
    Outcome,
    Running,
    Speed,
    Standing,
    Step,
    Whose,
)
from openmember.grievances.words import LEVELS, MATTERS, OUTCOMES
from openmember.ui import formats
from openmember.ui.statuses import BAD, CAUTION, GOOD, NOTE

# Who decides at a level, as the subject of a sentence.
_DECIDERS: dict[Level, Promise] = {
    Level.PLAN: gettext_lazy("We decide"),
    Level.PLAN_2: gettext_lazy("We decide a second time"),
    Level.EXTERNAL: gettext_lazy("Independent reviewers decide"),
    Level.IRE: gettext_lazy("Medicare’s independent review entity decides"),
    Level.ALJ: gettext_lazy("An administrative law judge decides"),
    Level.COUNCIL: gettext_lazy("The Medicare Appeals Council decides"),
    Level.COURT: gettext_lazy("A federal court decides"),
}
_COMING: dict[tuple[Step, bool], Promise] = {
    (Step.ACKNOWLEDGE, True): gettext_lazy("We confirm in writing that it came"),
    (Step.CONFIRM, True): gettext_lazy("We confirm the decision in writing"),
    (Step.FORWARD, True): gettext_lazy("We send the case to the review entity by ourselves"),
    (Step.EFFECTUATE, True): gettext_lazy("We carry the decision out"),
    (Step.DOCUMENTS, True): gettext_lazy("We send your file to the reviewers"),
    (Step.PRELIMINARY, True): gettext_lazy("It is checked whether it can be reviewed"),
    (Step.SUPPLY, False): gettext_lazy("Last day for you to send what we asked for"),
    (Step.VACATE, False): gettext_lazy("Last day to ask us to take the dismissal back"),
    (Step.UNDISMISS, False): gettext_lazy(
        "Last day to ask Medicare’s independent review entity in writing to review the dismissal"
    ),
    (Step.MORE, False): gettext_lazy("Last day for you to send the reviewers more"),
    (Step.WAIT, False): gettext_lazy("You may also go to the state’s regulator"),
}


# What still comes once it is decided; what a level asked for before is over then.
_AFTER_DECIDING = {
    Step.CONFIRM, Step.EFFECTUATE, Step.FORWARD, Step.FILE, Step.VACATE, Step.UNDISMISS, Step.WAIT,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dated:
    """A date to come, with what makes it."""

    title: str
    when: str
    why: Why
    due_at: datetime
    is_firm: bool = True
    is_from: bool = False  # something may be done from then on


@dataclass(frozen=True, slots=True)
class Now:
    """Where it stands: a status with its tone, sentences, and the date that matters with its reasons."""

    status: str
    tone: str
    lines: tuple[str, ...]
    until: str = ""
    why: Why | None = None


def now_of(dispute: Dispute, *, promised_by: datetime | None) -> Now:
    """Return what happens now."""
    standing = dispute.standing
    if standing.decision is not None:
        return _decided(dispute)
    status, tone = _open_status(dispute)
    lines = []
    if standing.speed is Speed.EXPEDITED:
        lines.append(_why_fast(standing))
    if standing.level is Level.PLAN and standing.track.matter is Matter.APPEAL:
        lines.append(_("Nobody who had a part in the first decision decides about it."))
    if standing.level in {Level.EXTERNAL, Level.IRE}:
        lines.append(_("Who decides there does not work for us."))
    decide = find_clock(dispute, Step.DECIDE)
    # Only a miss opens a way on before anybody decided.
    is_missed = decide is not None and bool(standing.next_levels)
    if is_missed and decide:
        lines.append(_missed(decide))
    lines += [*_statement(dispute, decide), *_tolled(dispute)]
    if decide is None or decide.due_at is None:
        return Now(status, tone, (*_undated(dispute, promised_by), *lines))
    day = due_words(decide, standing.zone)
    until = _("%(who)s by %(day)s.") % {"who": _DECIDERS[standing.level], "day": day}
    if is_missed:
        until = _("We had to decide by %(day)s.") % {"day": day}
    return Now(status, tone, tuple(lines), until, why(dispute, decide))


def coming_of(dispute: Dispute, *, now: datetime) -> list[Dated]:
    """Return every date that is to come, the next first."""
    found = []
    for one in dispute.standing.clocks:
        if one.met_at is not None or one.due_at is None or one.due_at <= now:
            continue
        # An earlier level's dates are over once the next has it; a right stays while it is looked at again.
        if one.visit != dispute.standing.visit and one.step is not Step.FILE:
            continue
        if dispute.standing.decision is not None and one.step not in _AFTER_DECIDING:
            continue
        if title := _coming(one):
            when = due_words(one, dispute.standing.zone)
            is_from = one.step is Step.WAIT
            found.append(Dated(title, when, why(dispute, one), one.due_at, one.is_firm, is_from))
    return sorted(found, key=lambda one: one.due_at)


def find_clock(dispute: Dispute, step: Step) -> Running | None:
    """Return the clock of a step where the dispute now is."""
    here = dispute.standing
    return next((one for one in here.clocks if one.step is step and one.visit == here.visit), None)


def why(dispute: Dispute, running: Running) -> Why:
    return why_of(running, zone=dispute.standing.zone)


def status_of(listed: Listed) -> tuple[str, str]:
    """Return the words and the tone of a dispute in the list."""
    if listed.outcome is not None:
        return str(OUTCOMES[listed.outcome]), tone_of(listed.outcome)
    if listed.is_tolled:
        return _("We wait for you"), CAUTION
    if listed.level is Level.PLAN:
        return _("We are looking into it"), NOTE
    return str(LEVELS[listed.level]), NOTE


def tone_of(outcome: Outcome) -> str:
    if outcome in {Outcome.OVERTURNED, Outcome.ANSWERED, Outcome.PARTLY}:
        return GOOD
    return BAD if outcome is Outcome.UPHELD else ""


def matter_words(matter: Matter) -> str:
    return str(MATTERS[matter])


def _missed(decide: Running) -> str:
    if decide.lapse is Lapse.FORWARD:
        return _("We did not decide in time, so your case goes on by itself, as it says below.")
    return _("We did not decide in time. You need not wait for us: you may go on below.")


def _why_fast(standing: Standing) -> str:
    if is_about_time(standing.track):
        return _("It is answered within a day, because it is about the time we take.")
    return _("It is decided fast, because waiting could harm you.")


def _open_status(dispute: Dispute) -> tuple[str, str]:
    standing = dispute.standing
    if standing.is_tolled:
        return _("We wait for you"), CAUTION
    if standing.level.is_plans:
        return _("We are looking into it"), NOTE
    return str(LEVELS[standing.level]), NOTE


def _statement(dispute: Dispute, decide: Running | None) -> list[str]:
    """Return what the time to decide about an exception waits for, while it does."""
    came = any(one.event.kind is Kind.SUPPORTED for one in dispute.events)
    if decide is None or not decide.from_statement or came:
        return []
    return [
        _(
            "We need a statement of your doctor that supports this: our time to decide begins when it is here,"
            " or after 14 days without it. Ask your doctor to send it, or add it below."
        )
    ]


def _tolled(dispute: Dispute) -> list[str]:
    pause = dispute.standing.pause
    if pause is None:
        return []
    until = formats.day(last_day(pause.ends_at, dispute.standing.zone), "weekday")
    said = _(
        "We asked you for something. The time to decide stands still until it is here, until %(day)s at the"
        " latest. Then we decide with what we have."
    )
    asked = [one.event.detail for one in dispute.events if one.event.kind is Kind.TOLLED][-1]
    what = _("What we asked for: %(what)s") % {"what": asked.get("why", "")}
    return [said % {"day": until}, what]


def _undated(dispute: Dispute, promised_by: datetime | None) -> tuple[str, ...]:
    who = str(_DECIDERS[dispute.standing.level])
    if dispute.standing.is_tolled or not dispute.standing.level.is_plans or promised_by is None:
        return (_("%(who)s.") % {"who": who},)
    return (
        _("We answer by %(day)s.") % {"day": formats.day(promised_by, "weekday")},
        _("No law sets a day for this. It is our own promise."),
    )


def _decided(dispute: Dispute) -> Now:
    standing = dispute.standing
    decision = standing.decision
    assert decision is not None
    lines = []
    if decision.by_law:
        said = _("We did not decide in time, so the law decides: it counts as granted.")
        if decision.outcome is Outcome.UPHELD:
            said = _(
                "We did not decide in time. The law takes that for a denial, which you may appeal."
            )
        lines.append(said)
    day = formats.day(decision.notice_on)
    lines.append(pgettext("dispute", "Decided on %(day)s.") % {"day": day})
    if decision.outcome is Outcome.DISMISSED:
        lines.append(
            _(
                "Ask us to take this dismissal back, and say why: for example what kept you from filing in"
                " time. If we do, we decide as if nothing had happened; it still counts from the day it came."
            )
        )
    effectuate = find_clock(dispute, Step.EFFECTUATE)
    if effectuate is not None and effectuate.met_at is None and effectuate.due_at:
        until = _("We carry it out by %(day)s.") % {"day": due_words(effectuate, standing.zone)}
        return Now(
            str(OUTCOMES[decision.outcome]), GOOD, tuple(lines), until, why(dispute, effectuate)
        )
    return Now(str(OUTCOMES[decision.outcome]), tone_of(decision.outcome), tuple(lines))


def _coming(one: Running) -> str:
    if one.step is Step.DECIDE:
        return str(_DECIDERS[one.level])
    if one.step is Step.FILE:
        return _("Last day to ask for: %(level)s") % {"level": LEVELS[one.level]}
    return str(_COMING.get((one.step, one.whose is not Whose.MEMBER), ""))
