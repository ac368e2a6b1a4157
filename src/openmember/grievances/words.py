"""What disputes, their levels, steps and outcomes are called on pages and in letters."""

from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from openmember.grievances.types import (
    AskedBy,
    BadCourse,
    Care,
    Kind,
    Lapse,
    Law,
    Level,
    Matter,
    Outcome,
    Speed,
    Step,
)
from openmember.rulebook.types import Basis, Confidence
from openmember.ui import formats

MATTERS: dict[Matter, Promise] = {
    Matter.GRIEVANCE: _("Grievance"),
    Matter.DETERMINATION: _("Request for a coverage decision"),
    Matter.EXCEPTION: _("Request for a formulary or tier exception"),
    Matter.APPEAL: _("Appeal"),
    Matter.BILLING: _("Disputed bill"),
    Matter.ACCESS: _("Complaint about access"),
}
LAWS: dict[Law, Promise] = {
    Law.INDIVIDUAL: _("Individual plan"),
    Law.GROUP: _("Insured group plan"),
    Law.SELF_FUNDED: _("Group that pays its own claims"),
    Law.MEDICARE_ADVANTAGE: _("Medicare Advantage"),
    Law.PART_D: _("Medicare Part D"),
}
CARES: dict[Care, Promise] = {
    Care.PRE_SERVICE: _("Care not yet received"),
    Care.AUTHORIZATION: _("Care that needs prior authorization"),
    Care.POST_SERVICE: _("Care already received, or payment for it"),
    Care.PART_B_DRUG: _("A medicine given by a doctor or clinic (Part B)"),
    Care.DRUG: _("A medicine from a pharmacy"),
    Care.SERVICE: _("How you were treated or served"),
}
SPEEDS: dict[Speed, Promise] = {
    Speed.STANDARD: pgettext_lazy("speed of a decision", "Standard"),
    Speed.EXPEDITED: pgettext_lazy("speed of a decision", "Expedited"),
}
LEVELS: dict[Level, Promise] = {
    Level.PLAN: _("The plan"),
    Level.PLAN_2: _("The plan, a second time"),
    Level.EXTERNAL: _("Independent external review"),
    Level.IRE: _("Medicare’s independent review entity"),
    Level.ALJ: _("Hearing before an administrative law judge"),
    Level.COUNCIL: _("Medicare Appeals Council"),
    Level.COURT: _("Federal court"),
}
# What is to be done by a date; a right begins with "You may".
STEPS: dict[Step, Promise] = {
    Step.FILE: _("Ask for it"),
    Step.ACKNOWLEDGE: _("Confirm in writing that it came"),
    Step.SUPPLY: _("Send what was asked for"),
    Step.DECIDE: _("Decide"),
    Step.CONFIRM: _("Confirm the decision in writing"),
    Step.ASK: _("Ask for what is missing"),
    Step.ANSWERED: _("Decide after the answer"),
    Step.EXPLAIN: _("Explain a missed deadline"),
    Step.FORWARD: _("Send the case to the review entity"),
    Step.PRELIMINARY: _("Check that it can be reviewed"),
    Step.DOCUMENTS: _("Send the file to the reviewer"),
    Step.MORE: _("Send the reviewer more"),
    Step.EFFECTUATE: _("Carry the decision out"),
    Step.WAIT: _("Go to the regulator"),
    Step.UNDISMISS: _("Ask for review of the dismissal"),
    Step.VACATE: _("Ask that the dismissal be taken back"),
}
OUTCOMES: dict[Outcome, Promise] = {
    Outcome.UPHELD: _("The decision stands"),
    Outcome.OVERTURNED: _("Decided for the member"),
    Outcome.PARTLY: _("Decided for the member in part"),
    Outcome.ANSWERED: pgettext_lazy("outcome of a grievance", "Answered"),
    Outcome.DISMISSED: pgettext_lazy("outcome of a dispute", "Dismissed"),
    Outcome.WITHDRAWN: pgettext_lazy("outcome of a dispute", "Withdrawn"),
}
LAPSES: dict[Lapse, Promise] = {
    Lapse.EXHAUSTED: _("No decision in time: external review is open"),
    Lapse.FORWARD: _("No decision in time: it goes to the review entity"),
    Lapse.ADVERSE: _("No decision in time: the law takes that for a denial"),
    Lapse.GRANTED: _("No decision in time: the law grants it"),
}
EVENTS: dict[Kind, Promise] = {
    Kind.RECEIVED: pgettext_lazy("event of a dispute", "Received"),
    Kind.RELABELLED: _("Handled as something else"),
    Kind.ACKNOWLEDGED: _("Confirmed in writing"),
    Kind.EXPEDITED: _("To be decided fast"),
    Kind.EXPEDITE_REFUSED: _("Fast decision refused"),
    Kind.EXTENDED: _("More time taken"),
    Kind.TOLLED: _("Clock stopped: something is asked for"),
    Kind.RESUMED: _("Clock goes on"),
    Kind.DONE: pgettext_lazy("event of a dispute", "Done"),
    Kind.DECIDED: pgettext_lazy("event of a dispute", "Decided"),
    Kind.DELIVERED: _("The letter arrived"),
    Kind.LAPSED: _("Not decided in time"),
    Kind.ESCALATED: _("With the next level"),
    Kind.EFFECTUATED: _("Carried out"),
    Kind.WITHDRAWN: pgettext_lazy("event of a dispute", "Withdrawn"),
    Kind.REOPENED: pgettext_lazy("event of a dispute", "Opened again"),
    Kind.VACATED: _("Dismissal taken back"),
    Kind.SUPPORTED: _("The prescriber’s supporting statement came"),
}
ASKED_BY: dict[AskedBy, Promise] = {
    AskedBy.MEMBER: _("The member"),
    AskedBy.PROXY: _("Somebody the member let in"),
    AskedBy.REPRESENTATIVE: _("An appointed representative"),
    AskedBy.PROVIDER: _("The doctor or other provider"),
}
# Why something cannot happen now: what a page says.
REFUSALS: dict[str, Promise] = {
    "amount_too_low": _(
        "Less is at stake than this level asks for. Give the sum, where several claims count together."
    ),
    "no_statement_needed": _("No time to decide waits for a prescriber’s statement here."),
    "supported_already": _("The prescriber’s statement is here already."),
    "log_unfit": _(
        "A rule was corrected, and what is written of this dispute does not fit it. Nothing can be written"
        " until somebody has looked at that."
    ),
    "letter_broken": _("The letter cannot be put together. Tell whoever looks after this system."),
    "not_by_hand": _("This letter leaves by itself."),
    "unknown_cause": _("Choose a cause from the list."),
    "explained_already": _("Somebody has said why already."),
    "not_missed": _("This date was not missed."),
    "before_the_last": _("Something later stands in the log already."),
    "dated_ahead": _("The letter of a decision leaves within four days. Choose an earlier day."),
    "dated_back": _("A letter is not dated before the decision."),
    "decided_already": _("It is decided already."),
    "decided_the_first": _(
        "Whoever made the disputed decision cannot decide about it or review it."
    ),
    "expedited_already": _("It is decided fast already."),
    "extended_already": _("More time was taken already, and the law gives it once."),
    "extended_too_late": _("The time is over: it cannot be lengthened any more."),
    "extension_too_long": _("The law gives fewer days than that."),
    "no_address": _(
        "The member is on no account, so no letter reaches them. The copy is in the portal."
    ),
    "no_appointment": _(
        "For this the member signs an appointment form with you, or does it themselves. Send us the form as a"
        " message, and call us when time is short."
    ),
    "no_care": _("Say which care it is about, and whether it was given already."),
    "no_clinician": _("Ask a nurse, pharmacist or doctor: it is a clinical opinion."),
    "no_extension": _("The law gives no more time for this decision."),
    "answer_too_soon": _("Give the member a day at least to answer."),
    "not_shared": _(
        "Something new is in the file that the member has not seen. Share it on the page of the file first, or"
        " decide for them."
    ),
    "nothing_to_share": _("The member has everything that is new."),
    "no_file": _("Make the file first: there is nothing to send."),
    "no_form": _("Have the appointment form first, or file it as the member’s own."),
    "no_name": _("Say who asks for the member."),
    "no_reason_for_law": _("Say why another law governs than that of the coverage."),
    "no_such_level": _("It cannot go to that level now."),
    "no_tolling": _("The law does not let this clock stand still."),
    "not_asked": _("Nobody asked for an opinion of yours, or it is given."),
    "not_decided": _("It is not decided yet."),
    "not_dismissed": _("It was not dismissed."),
    "not_tolled": _("Its clock does not stand still."),
    "nothing_to_hand_on": _("Nobody outside reviews it now: there is nobody to send the file to."),
    "not_left": _("This letter had not left by then. Once it is mailed, note when it arrived."),
    "not_yet": _("It cannot have been received later than now."),
    "nothing_said": _("Say it in a few words."),
    "nothing_to_carry_out": _("Nothing was decided for the member that could be carried out."),
    "nothing_to_deliver": _("There is no decision whose letter could arrive."),
    "toll_needs_notice": _(
        "Take more time first: the law lets the clock stand still only with that notice."
    ),
    "toll_too_late": _("It is too late to ask: the law lets the clock stand still only before."),
    "toll_too_long": _("That is longer than we make anybody wait for an answer."),
    "toll_too_short": _("The law gives the member more days to answer."),
    "tolled_once": _("It stood still for this already, and the law allows it once."),
    "file_is_old": _("Something came since this file was made. Make it anew, then send it."),
    "say_why_again": _("It was sent already. Say why it is sent again."),
    "before_it_was_made": _("This file was made later than that. Give the moment it really went."),
    "before_it_was_sent": _("They cannot have said anything before it was sent."),
    "said_already": _("That is noted already."),
    "unknown_handoff": _("It was not sent like that."),
    "seen_already": _("The member reads it already: it is not withheld any more."),
    "their_own": _("What the member sent is theirs: it is not withheld."),
    "tolled_already": _("Its clock stands still already."),
    "too_long": _("Say it in fewer words."),
    "unknown_document": _("It has no such document any more."),
    "unknown_reason": _("This reason does not go with that outcome."),
}
CONFIDENCES: dict[Confidence, Promise] = {
    Confidence.VERIFIED: _("read in the law itself"),
    Confidence.VERIFIED_OLD: _("read in an older text of the law"),
    Confidence.SECONDARY: _("from a text about the law"),
    Confidence.MEMORY: _("from memory: have it checked"),
    Confidence.UNCERTAIN: _("uncertain: have it checked"),
}
BASES: dict[Basis, Promise] = {
    Basis.RECEIPT: pgettext_lazy("what a clock counts from", "receipt"),
    Basis.NOTICE: pgettext_lazy("what a clock counts from", "the notice"),
    Basis.EVENT: pgettext_lazy("what a clock counts from", "the event"),
}
WHY_NOT: dict[str, Promise] = {
    "same": _("It gives the same date."),
    "earlier_right": _("It would give the member less time."),
    "later_duty": _("It would give the plan more time."),
}
# What a letter must say: docs/grievances.md.
ELEMENTS: dict[str, Promise] = {
    "about": _("which dispute it is about"),
    "again": _("what to do if it was not meant"),
    "answer_by": _("by when to answer"),
    "carry_out": _("what is done, and by when"),
    "civil_action": _("the right to go to court (ERISA)"),
    "clinician": _("that a clinician’s word makes it fast"),
    "codes": _("that diagnosis and treatment codes can be had"),
    "complain": _("how to complain about this"),
    "contact": _("whom to ask"),
    "criteria": _("the criteria it was measured by"),
    "deadline": _("the last day of the next right"),
    "decide_by": _("by when it is decided"),
    "decider": _("who decided"),
    "ended": _("that it is over, and since when"),
    "explanation": _("that an explanation can be asked for"),
    "fast": _("how to have it decided fast"),
    "formats": _("other forms: large print, Braille"),
    "free_copies": _("copies of the file at no cost"),
    "how": _("how to do it"),
    "language": _("free help in other languages"),
    "missed": _("what the law makes of the miss"),
    "more_evidence": _("that more can be sent"),
    "new_date": _("by when it is decided now"),
    "next_right": _("the next right"),
    "nothing_to_do": _("that nothing need be done"),
    "outside_help": _("who helps from outside"),
    "quality": _("where to complain about quality"),
    "reason": _("the reason, in plain words"),
    "reason_code": _("the code of the reason, with its meaning"),
    "review": _("the right to have the dismissal reviewed"),
    "send_more": _("that more can be sent"),
    "stands": _("that every right stays"),
    "stands_still": _("that the clock stands still"),
    "take_back": _("the right to have the dismissal taken back"),
    "what_needed": _("what is needed"),
    "who": _("who has it"),
}


def refusal(refused: BadCourse) -> str:
    """Return why something cannot happen as a sentence."""
    if refused.name == "letter_lacks":
        lacks = ", ".join(str(ELEMENTS.get(one, one)) for one in str(refused).split(","))
        return str(_("The letter would not say what it must: %(lacks)s.")) % {"lacks": lacks}
    if refused.name == "meanwhile":
        said = _("%(name)s did something here meanwhile. Look at it, then decide what to do.")
        return str(said) % {"name": refused}
    if refused.name == "answer_awaited":
        said = _(
            "The member may answer what was shared until %(day)s. Decide after it, or for them."
        )
        return str(said) % {"day": formats.day(date.fromisoformat(str(refused)))}
    return str(REFUSALS.get(refused.name, refused.name.replace("_", " ").capitalize()))
