"""The log of a case in words, for the desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from openmember.cases.types import Event, Status
from openmember.cases.words import STATUSES
from openmember.grievances.words import EVENTS as DISPUTE_EVENTS

EVENTS: dict[str, Promise | str] = {
    "opened": _("Opened"),
    "moved": _("Moved"),
    "owned": _("Taken"),
    "released": _("Put back"),
    "note": _("Note"),
    "contact": _("Contact"),
    "facts": _("Facts changed"),
    "priority": _("Priority changed"),
    "category": _("Category changed"),
    "ticked": _("Ticked"),
    "unticked": _("Tick taken back"),
    "linked": _("Linked"),
    "unlinked": _("Link removed"),
    "merged_in": _("Another case merged in"),
    "document": _("Document added"),
    "document_removed": _("Document removed"),
    "rated": _("The member rated the answer"),
    "clock_started": _("Clock started"),
    "clock_paused": _("Clock paused"),
    "clock_resumed": _("Clock resumed"),
    "clock_extended": _("Clock extended"),
    "clock_changed": _("Clock changed"),
    "clock_stopped": _("Clock stopped"),
    "extended": _("More time, told to the member"),
    "expedite_asked": _("Faster answer asked for"),
    "expedited": _("Faster answer granted"),
    "expedite_refused": _("Faster answer refused"),
    "transfer_offered": _("Offered"),
    "transfer_accepted": _("Hand-over taken"),
    "transfer_refused": _("Hand-over refused"),
    "transfer_expired": _("Nobody took the hand-over"),
    "transfer_withdrawn": _("Offer taken back"),
    "three_way": _("Said by three"),
    "callback_promised": _("Call promised"),
    "callback_assigned": _("Call given to somebody"),
    "callback_attempted": _("Call tried"),
    "callback_kept": _("Call kept"),
    "callback_unreached": _("Called, nobody reached"),
    "callback_broken": _("Promised call was not made"),
    "callback_cancelled": _("Call called off"),
    **{f"dispute_{kind}": words for kind, words in DISPUTE_EVENTS.items()},
    "dispute_reviewer": _("Clinician asked"),
    "dispute_opinion": _("Clinician’s opinion given"),
    "dispute_file_asked": _("Evidence file asked for"),
    "dispute_copy_asked": _("The member asked for a copy of the file"),
    "dispute_copy_given": _("The member was given a copy of the file"),
    "dispute_handed_on": _("The file was sent to a reviewer outside"),
    "dispute_handoff_acknowledged": _("The reviewer has the file"),
    "dispute_handoff_returned": _("The reviewer sent the file back"),
    "dispute_shared": _("What is new was shared with the member"),
    "dispute_theirs": _("A document was found to be the member’s own"),
    "dispute_answered": _("The member answered what was shared"),
    "dispute_withheld": _("A document is withheld from the member"),
    "dispute_not_withheld": _("A document is given to the member after all"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log."""

    at: datetime
    what: str
    who: str
    why: str


def lines_of(events: Sequence[Event]) -> list[Line]:
    """Return the log, the newest first."""
    return [_line(event) for event in reversed(events)]


def _line(event: Event) -> Line:
    what = str(EVENTS.get(event.kind, event.kind.replace("_", " ").capitalize()))
    to = str(event.detail.get("to", ""))
    if event.kind == "moved" and to in set(Status):
        what = f"{what}: {STATUSES[Status(to)]}"
    number = event.detail.get("number")
    if event.kind == "merged_in" and number:
        what = f"{what}: {number}"
    why = str(event.detail.get("why", ""))
    why = str(STATUSES[Status(why)]) if why in set(Status) else why
    return Line(event.at, what, event.actor_name or event.actor, why)
