"""What disputes, their levels, steps and outcomes are called on pages and in letters."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from openmember.grievances.types import (
    AskedBy,
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
}
ASKED_BY: dict[AskedBy, Promise] = {
    AskedBy.MEMBER: _("The member"),
    AskedBy.PROXY: _("Somebody the member let in"),
    AskedBy.REPRESENTATIVE: _("An appointed representative"),
    AskedBy.PROVIDER: _("The doctor or other provider"),
}
