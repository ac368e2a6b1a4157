"""The ways on that a letter names: each right with its last day, where to ask, and what it takes."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from openmember.grievances.amounts import at_stake, review_fee_cents
from openmember.grievances.explaining import due_words
from openmember.grievances.letters.agencies import Agency, agencies_for
from openmember.grievances.letters.dates import dated, here
from openmember.grievances.types import Dispute, Law, Level, Running, Standing, Step, Track
from openmember.ui import formats

# Those the member writes to themselves.
BEYOND = {Level.ALJ, Level.COUNCIL, Level.COURT}
Right = dict[str, object]


def rights_of(dispute: Dispute, *, on: date, at: datetime) -> list[Right]:
    """Return where the member may go from here, in the language of the moment."""
    return [
        {
            **_right(dispute.standing, level, on),
            "amount": _amount(dispute, level, at),
            "fee": cost_words(dispute) if level is Level.EXTERNAL else "",
        }
        for level in dispute.standing.next_levels
    ]


def clock_to(standing: Standing, level: Level) -> Running | None:
    """Return the clock of the right to go to a level."""
    found = [
        one for one in standing.clocks
        if one.step is Step.FILE and one.level is level and one.met_at is None
    ]  # fmt: skip
    return found[-1] if found else None


def _right(standing: Standing, level: Level, on: date) -> Right:
    until = dated(clock_to(standing, level), standing)
    forward = here(standing, Step.FORWARD) if level is Level.IRE else None
    return {
        "level": level.value,
        "until": until["until"] if until else "",
        "firm": bool(until and until["firm"]),
        "by_itself": due_words(forward, standing.zone) if forward and forward.due_at else "",
        "is_beyond": level in BEYOND,
        "where": where_to_ask(standing.track, level, on=on),
    }


def where_to_ask(track: Track, level: Level, *, on: date) -> str:
    """Return whom the member asks for external review where that is the state; empty where it is us."""
    found = agencies_for(track, "external", on=on) if level is Level.EXTERNAL else ()
    return reached(found[0]) if found else ""


def reached(agency: Agency) -> str:
    """Return an agency with its telephone, where we are sure of one."""
    if not agency.phone:
        return agency.name
    return _("%(name)s, %(phone)s") % {"name": agency.name, "phone": agency.phone}


def cost_words(dispute: Dispute) -> str:
    """Return what an external review costs, where we know. Source: docs/rules, 1.3 and 3."""
    if cents := review_fee_cents(dispute, Level.EXTERNAL):
        said = _(
            "It costs %(fee)s, which you get back when the decision changes. Ask that it be waived if it is"
            " hard to pay."
        )
        return said % {"fee": formats.dollars(cents)}
    track = dispute.standing.track
    if track.law is Law.SELF_FUNDED or track.place in {"US", "CA"}:
        return _("It costs you nothing.")
    return ""


def _amount(dispute: Dispute, level: Level, at: datetime) -> str:
    """Return how much must be at stake, where the law asks it."""
    stake = at_stake(dispute, level, now=at)
    if stake is None:
        return ""
    if stake.needed_cents is None:
        return _("A smallest amount must be at stake. Ask Medicare what it is this year.")
    return _("The amount at stake must be at least %(amount)s (%(year)s).") % {
        "amount": formats.dollars(stake.needed_cents), "year": stake.year,
    }  # fmt: skip
