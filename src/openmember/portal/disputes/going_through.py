"""A dispute being filed: which pages it needs, which is next, and what it would come to."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from openmember.grievances import drafts
from openmember.grievances.answers import (
    Answers,
    chosen,
    day_of,
    is_about_time,
    is_late,
    may_be_fast,
    new_from,
    track_for,
)
from openmember.grievances.choosing import Covered, list_covered
from openmember.grievances.drafts import Draft
from openmember.grievances.explaining import due_words
from openmember.grievances.services.filing import preview
from openmember.grievances.types import AskedBy, Matter, NewDispute, Standing, Step
from openmember.members.queries import get_member
from openmember.portal.access import PersonRequest
from openmember.portal.disputes.words import PLAIN, coverage_words
from openmember.ui import formats
from openmember.ui.types import Item


@dataclass(frozen=True, slots=True)
class Filing:
    """A draft with what it comes to now. `new` is what is sent."""

    draft: Draft
    coverages: tuple[Covered, ...]
    new: NewDispute
    standing: Standing
    steps: tuple[str, ...]
    for_name: str
    now: datetime

    @property
    def first_open(self) -> str:
        """The first page that is not answered; `check` when all are."""
        done = self.draft.answers.done
        return next((one for one in self.steps if one not in done and one != "check"), "check")

    def before(self, step: str) -> str:
        """Return the page before one; empty for the first after what it is about."""
        place = self.steps.index(step)
        return self.steps[place - 1] if place > 1 else ""

    def until(self) -> str:
        """Return by when it would be decided, were it sent now."""
        decide = next((one for one in self.standing.clocks if one.step is Step.DECIDE), None)
        return due_words(decide, self.standing.zone) if decide and decide.due_at else ""

    def wish(self) -> str:
        """Return the words that ask for a fast decision; empty where none is asked for."""
        said = self.draft.answers
        if "urgency" not in self.steps or said.urgent not in {"doctor", "self"}:
            return ""
        if said.urgent == "self":
            return _("I ask for a fast decision. %(why)s") % {"why": said.urgent_why}
        words = _("My doctor says that waiting could harm me: %(doctor)s. %(why)s")
        return (words % {"doctor": said.clinician, "why": said.urgent_why}).strip()

    def items(self) -> list[Item]:
        """Return what was answered, each line leading back to its page."""
        said = self.draft.answers
        lines = [("about", _("About"), str(PLAIN[Matter(said.matter)]))]
        if self.for_name:
            lines.append(("about", _("For whom"), self.for_name))
        lines += [
            ("care", label, value)
            for label, value in (
                (_("Which care or medicine"), said.service),
                (_("Doctor or place of care"), said.provider),
                (_("When"), _days(said)),
                (_("Date on the decision letter"), _day(said.notice_on)),
                (_("Amount"), formats.dollars(said.amount_cents) if said.amount_cents else ""),
            )
            if value
        ]
        if is_about_time(self.new.track) and said.about_time == "yes":
            lines.append(("care", _("How fast"), _("Within a day: it is about the time we take")))
        if "coverage" in self.steps and (found := chosen(said, self.coverages)):
            lines.append(("coverage", _("Coverage"), coverage_words(found)))
        lines.append(("story", _("What happened"), said.need))
        if said.wanted:
            lines.append(("story", _("What you want"), said.wanted))
        names = ", ".join(one.name for one in self.draft.files)
        lines.append(("story", _("Documents"), names or _("None yet")))
        if "urgency" in self.steps:
            lines.append(("urgency", _("How urgent it is"), _urgency(said)))
        if "late" in self.steps:
            lines.append(("late", _("Why it came late"), said.good_cause))
        return [
            Item(label, value, url=_address(step), action=_("Change"))
            for step, label, value in lines
        ]


def filing_of(request: PersonRequest) -> Filing | None:
    """Return what the person is filing, as it stands now."""
    draft = drafts.find_draft(actor=request.actor)
    if draft is None or not draft.answers.matter:
        return None
    said = draft.answers
    member = get_member(member_id=draft.member_id)
    known = list_covered(member_id=draft.member_id, on=day_of(said, request.today))
    covered = chosen(said, known)
    track = track_for(said, covered=covered, person=member.person)
    new = new_from(said, track=track, member_id=draft.member_id, covered=covered, need=_need(said))
    is_own = draft.member_id == request.member.id
    if not is_own:
        new = replace(new, asked_by=AskedBy.PROXY, asked_name=request.member.name)
    standing = preview(new=new, received_at=request.now)
    steps = ["about", "care"]
    # Until the day is known, nobody can say which coverages there were.
    if "care" in said.done and len(known) > 1:
        steps.append("coverage")
    steps.append("story")
    if "care" in said.done and may_be_fast(track):
        steps.append("urgency")
    if "care" in said.done and is_late(standing, request.now):
        steps.append("late")
    return Filing(
        draft, known, new, standing, (*steps, "check"), "" if is_own else member.name, request.now
    )


def _need(said: Answers) -> str:
    if not said.wanted.strip():
        return said.need
    return f"{said.need.strip()}\n\n{_('What I want:')} {said.wanted.strip()}"


def _urgency(said: Answers) -> str:
    if said.urgent == "doctor":
        return _("My doctor says that waiting could harm me: %(doctor)s") % {
            "doctor": said.clinician
        }
    return said.urgent_why if said.urgent == "self" else _("Not urgent")


def _days(said: Answers) -> str:
    first, last = _day(said.served_from or said.happened_on), _day(said.served_until)
    if first and last and first != last:
        return _("%(first)s to %(last)s") % {"first": first, "last": last}
    return first or last


def _day(text: str) -> str:

    return formats.day(date.fromisoformat(text)) if text else ""


def _address(step: str) -> str:
    if step == "about":
        return reverse("portal:dispute_new")
    return reverse("portal:dispute_step", args=(step,))
