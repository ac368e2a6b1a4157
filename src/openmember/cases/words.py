"""What people read for the values of this room, on every surface."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from openmember.cases.callbacks.types import Reached
from openmember.cases.callbacks.types import State as CallbackState
from openmember.cases.categories import get_category, in_language
from openmember.cases.clocks.types import Unit
from openmember.cases.duty.types import BreakKind, DutyState
from openmember.cases.interactions.types import Outcome
from openmember.cases.interpreters.types import State as RequestState
from openmember.cases.types import Alarm, Case, Channel, LinkKind, Priority, Status
from openmember.cases.walkins.types import Need

Words = Mapping[str, Promise | str]

FOR_MEMBERS = {
    Status.NEW: _("We have it; somebody will look at it"),
    Status.OPEN: _("We are working on it"),
    Status.WAITING_ON_MEMBER: _("We need something from you"),
    Status.WAITING_ON_OTHER: _("We asked somebody else and wait for them"),
    Status.REOPENED: _("We are looking at it again"),
    Status.RESOLVED: _("Answered"),
    Status.CLOSED: _("Answered and closed"),
    Status.MERGED: _("Joined with another question of yours"),
}

STATUSES = {
    Status.NEW: pgettext_lazy("case", "New"),
    Status.OPEN: pgettext_lazy("case", "Being worked"),
    Status.WAITING_ON_MEMBER: _("Waits for the member"),
    Status.WAITING_ON_OTHER: _("Waits for somebody else"),
    Status.REOPENED: _("Reopened"),
    Status.RESOLVED: pgettext_lazy("case", "Resolved"),
    Status.CLOSED: pgettext_lazy("case", "Closed"),
    Status.MERGED: pgettext_lazy("case", "Merged"),
}

PRIORITIES = {
    Priority.URGENT: pgettext_lazy("priority", "Urgent"),
    Priority.HIGH: pgettext_lazy("priority", "High"),
    Priority.NORMAL: pgettext_lazy("priority", "Normal"),
    Priority.LOW: pgettext_lazy("priority", "Low"),
}

CHANNELS = {
    Channel.PHONE: _("By phone"),
    Channel.PORTAL: _("Online"),
    Channel.MESSAGE: _("By message"),
    Channel.IN_PERSON: _("In person"),
    Channel.MAIL: _("By mail"),
    Channel.EMAIL: _("By e-mail"),
    Channel.PHONE_LINE: _("On the phone line"),
}

OUTCOMES = {
    Outcome.ANSWERED: _("Answered"),
    Outcome.CASE: _("A case was opened or moved on"),
    Outcome.TRANSFERRED: _("Handed over"),
    Outcome.CALLBACK: _("A call was promised"),
    Outcome.REFERRED: _("Sent elsewhere, such as 911"),
    Outcome.ABANDONED: _("Gone before anybody answered"),
    Outcome.NO_ANSWER: _("Nobody answered our call"),
}

REACHED = {
    Reached.REACHED: _("Reached"),
    Reached.NO_ANSWER: _("No answer"),
    Reached.VOICEMAIL: _("Left a message to call back, and nothing else"),
    Reached.BUSY: _("Busy"),
    Reached.WRONG_NUMBER: _("Wrong number"),
}

CALLBACKS = {
    CallbackState.PROMISED: _("Promised"),
    CallbackState.KEPT: _("Kept"),
    CallbackState.UNREACHED: _("Called, nobody reached"),
    CallbackState.BROKEN: _("Broken"),
    CallbackState.CANCELLED: _("Called off"),
}

LINKS = {
    LinkKind.BILL: _("Bill"),
    LinkKind.CLAIM: _("Claim"),
    LinkKind.PAYMENT: _("Payment"),
    LinkKind.ACCOUNT: _("Account"),
    LinkKind.CASE: _("Case"),
    LinkKind.LETTER: _("Letter"),
}

UNITS = {
    Unit.HOUR: _("hours"),
    Unit.BUSINESS_HOUR: _("working hours"),
    Unit.CALENDAR_DAY: _("days"),
    Unit.BUSINESS_DAY: _("working days"),
}

ALARMS = {
    Alarm.TRANSFER_REFUSED: _("Hand-over refused"),
    Alarm.TRANSFER_EXPIRED: _("Nobody took the hand-over"),
    Alarm.CALLBACK_DUE: _("Promised call is due"),
    Alarm.CALLBACK_BROKEN: _("Promised call was not made"),
    Alarm.CLOCK_DUE: _("Promise ends soon"),
    Alarm.CLOCK_LATE: _("Promise is broken"),
    Alarm.MEMBER_WROTE: _("The member wrote"),
    Alarm.UNHAPPY: _("The member was not satisfied"),
    Alarm.REPLY_DUE: _("A message must be answered soon"),
    Alarm.REPLY_LATE: _("A message was not answered in time"),
    Alarm.LETTER_RETURNED: _("A letter came back"),
    Alarm.LETTER_LACKING: _("A letter lacks something and was not written"),
    Alarm.FILE_READY: _("A file is ready to be sent on"),
    Alarm.HANDOFF_SILENT: _("The reviewer did not confirm that the file came"),
    Alarm.HANDOFF_RETURNED: _("The reviewer sent the file back"),
    Alarm.LOG_UNFIT: _(
        "A rule was corrected, and the dispute’s log does not fit it: look at its page"
    ),
    Alarm.FILE_FAILED: _("A file could not be made: see on the page of the file what to do"),
}

DUTIES = {
    DutyState.AVAILABLE: pgettext_lazy("person", "Available"),
    DutyState.IN_CONTACT: pgettext_lazy("person", "In a contact"),
    DutyState.AFTER_CONTACT: pgettext_lazy("person", "After a contact"),
    DutyState.BREAK: pgettext_lazy("person", "On a break"),
    DutyState.AWAY: pgettext_lazy("person", "Away"),
}

BREAKS = {
    BreakKind.REST: pgettext_lazy("presence", "Break"),
    BreakKind.MEAL: pgettext_lazy("presence", "Meal"),
    BreakKind.TRAINING: pgettext_lazy("presence", "Training"),
    BreakKind.MEETING: pgettext_lazy("presence", "Meeting"),
}

WINDOWS = {
    "past": _("This time is over."),
    "too_short": _("The window is too short to be sure of."),
    "too_long": _("The window is too long to wait for."),
    "too_far": _("The window is too far ahead."),
    "closed": _("The team does not work then."),
}

REFUSALS = {
    "answered": _("Somebody answered this already."),
    "answered_already": _("This offer was answered already."),
    "asked_already": _("This was asked for, and waits for an answer."),
    "bad_fact": _("A date is not one of the calendar."),
    "bad_length": _("Give 1 to 60 more."),
    "bad_phone": _("No telephone has this number."),
    "bad_score": _("Choose 1 to 5."),
    "checklist_open": _("Tick the rest of the checklist, or say why it is not needed."),
    "barred": _("Whoever made the disputed decision cannot work on the dispute."),
    "clock_looser": _(
        "The clock of this case runs on where the other’s waits. Merge the other into this one."
    ),
    "clock_waits": _("One of the two waits and its clock stands still. Move it on, then merge."),
    "closed": _("This is closed. Reopen it first."),
    "contact_runs": _("You are in a contact. End it first."),
    "decided_already": _("This was decided already."),
    "edited_meanwhile": _("Somebody else changed this meanwhile. Look at it, then send again."),
    "expedited_already": _("This is answered as fast as it can be."),
    "follows": _("Whoever has a contact open is in one; nobody says so of themselves."),
    "facts_missing": _("A required fact is missing."),
    "less_restricted": _("Only its team reads all of this case. Merge the other into this one."),
    "merged": _("This case was merged into another."),
    "ended": _("This contact has ended."),
    "no_agency": _("Say who interprets."),
    "no_appointment": _("Say when and where."),
    "no_reason": _("Say why."),
    "past": _("This time is over."),
    "signs_are_seen": _("Sign language needs somebody in person or by video."),
    "no_address": _("The member is on no account, so no letter reaches them."),
    "nobody": _("Say first whose contact this is."),
    "no_kind": _("Say what the break is for."),
    "no_answer": _("Write the answer the member will read."),
    "no_such_move": _("The case cannot go there from where it stands."),
    "not_answered": _("This is not answered yet."),
    "not_in_team": _("This person is not in the team."),
    "not_running": _("The clock of this case does not run."),
    "nothing_asked": _("Say what you need from the member."),
    "nothing_said": _("Write something first."),
    "offered_already": _("This case is offered and waits for an answer."),
    "other_member": _("The two are of different members."),
    "other_team": _("This is another team’s: hand the case over."),
    "owned": _("Somebody else works on this."),
    "promised_already": _("A call in this time is promised already."),
    "rated_already": _("You told us already. Thank you."),
    "same_case": _("A case is not merged into itself."),
    "not_begun": _("This visit lies ahead."),
    "request_settled": _("This request is settled already."),
    "settled": _("This case is settled. Reopen it first."),
    "settled_already": _("This call was made, broken or called off already."),
    "too_late": _("This was settled too long ago. Please ask a new question."),
    "too_long": _("This is too long."),
    "many_today": _("You wrote many messages today. Please call us."),
    "no_messages": _("This team takes no messages. Please call."),
    "no_sign_in": _("This member does not sign in online. Call, or write a letter."),
    "sent_already": _("This was sent already."),
    "too_many": _("It was tried as often as was promised."),
    "too_many_documents": _(
        "There are as many documents as one case can hold. Write a new message."
    ),
    "too_many_drafts": _("You have many drafts. Send or discard one first."),
    "unknown_staff": _("Nobody works here under this name."),
    "unknown_target": _("The account has nothing like this."),
    "unknown_team": _("There is no such team."),
}


def status_for_member(case: Case) -> str:
    """Return where a case stands in words for the member, its category's own where it has some."""
    own = get_category(code=case.category).status_words.get(case.status)
    return in_language(own) if own else str(FOR_MEMBERS[case.status])


def refusal(name: str, otherwise: str = "") -> str:
    """Return a situation of `CaseRefused` as a sentence."""
    return str(REFUSALS.get(name, otherwise or name.replace("_", " ").capitalize()))


INTERPRETER_STATES = {
    RequestState.ASKED: _("Asked for"),
    RequestState.ASSIGNED: _("Assigned"),
    RequestState.DONE: pgettext_lazy("interpreter", "Done"),
    RequestState.UNAVAILABLE: _("None to be had"),
    RequestState.CANCELLED: _("No longer needed"),
}
WALKIN_NEEDS = {
    Need.REST: _("Waiting is hard for me"),
    Need.FETCH: _("Come to me: I may not see the screen or hear my number"),
    Need.PRINT: _("Large print, please"),
    Need.QUIET: _("A room to talk without being heard"),
}
# The same for whoever calls them.
WALKIN_NEEDS_AT_DESK = {
    Need.REST: _("Waiting is hard: called earlier"),
    Need.FETCH: _("Go to them"),
    Need.PRINT: _("Large print"),
    Need.QUIET: _("Quiet room"),
}
WALKIN_REFUSALS = {
    "calling": _("You are calling somebody already."),
    "closed": _("This office is closed now."),
    "day_full": _("There are no numbers left today. Please go to the desk."),
    "desk_taken": _("Somebody is being called to this desk. Choose another."),
    "no_danger": _("Somebody has looked already, or it is another office’s to look."),
    "no_desk": _("Choose your desk first."),
    "no_kiosk": _("This device gives no numbers any more."),
    "no_office": _("There is no desk like this."),
    "no_team": _("Choose what it is about."),
    "not_called": _("This number is not being called."),
    "not_waiting": _("Somebody else called this number."),
    "not_yours": _("Somebody else is calling this number."),
    "settled": _("This number is done."),
    "too_fast": _("Many numbers were taken here just now. Please go to the desk."),
}
