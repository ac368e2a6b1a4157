"""What people read for the values of this room, on every surface."""

from django.utils.translation import gettext_lazy as _

from openmember.assistance.types import (
    Channel,
    Missing,
    Period,
    Program,
    Proof,
    Reason,
    Source,
)

PERIODS = {
    Period.WEEKLY: _("Every week"),
    Period.EVERY_TWO_WEEKS: _("Every two weeks"),
    Period.TWICE_A_MONTH: _("Twice a month"),
    Period.MONTHLY: _("Every month"),
    Period.QUARTERLY: _("Every three months"),
    Period.YEARLY: _("Once a year"),
}

SOURCES = {
    Source.WAGES: _("Wages or salary, before taxes"),
    Source.SELF_EMPLOYED: _("Own business, after expenses"),
    Source.SOCIAL_SECURITY: _("Social Security"),
    Source.UNEMPLOYMENT: _("Unemployment benefits"),
    Source.DISABILITY: _("Disability benefits"),
    Source.PENSION: _("Pension or retirement"),
    Source.SUPPORT: _("Child or spousal support"),
    Source.RENT_INTEREST: _("Rent, interest or dividends"),
    Source.OTHER: _("Something else"),
}

PROGRAMS = {
    Program.MEDICAID: _("Medicaid (Medi-Cal in California)"),
    Program.SNAP: _("SNAP, food stamps or CalFresh"),
    Program.WIC: _("WIC, for mothers and small children"),
    Program.SCHOOL_MEALS: _("Free or reduced school meals"),
    Program.HOUSING: _("Public housing or a housing voucher"),
    Program.ENERGY: _("Help with heating or electricity (LIHEAP)"),
    Program.SSI: _("Supplemental Security Income (SSI)"),
    Program.HOMELESS: _("We have no home of our own right now"),
}

PROOFS = {
    Proof.INCOME: _("Shows our income"),
    Proof.PROGRAM: _("Shows that we get help from a program"),
    Proof.FORM: _("The filled-in paper form"),
    Proof.OTHER: _("Something else"),
}

MISSING = {
    Missing.HOUSEHOLD: _("How many people live in the household"),
    Missing.STATE: _("The state the household lives in"),
    Missing.INCOME: _("What the household’s income is, or that there is none"),
    Missing.SIGNATURE: _("A signature"),
    Missing.PROOF_OF_INCOME: _("Proof of income, such as a pay stub, a benefit letter or a tax return"),
    Missing.PROOF_OF_PROGRAM: _("A letter or card of the program that was named"),
    Missing.READABLE_COPY: _("A copy of the document that can be read"),
}  # fmt: skip

REASONS = {
    Reason.WITHIN_BAND: _("The household’s income is within the limits of our policy."),
    Reason.PRESUMPTIVE: _("A program that was named shows the need, so the income is not counted."),
    Reason.STATE_LAW: _("The law of the state asks for this."),
    Reason.BILLED_CAP: _("Nobody who qualifies pays more than is generally billed for such care."),
    Reason.EXCEPTION: _("It was looked at again, and an exception was made."),
    Reason.OVER_INCOME: _("The household’s income is above the limits of our policy."),
    Reason.PAST_PERIOD: _("Some bills are too old to come with this application."),
    Reason.NOT_COMPLETED: _("What was missing did not reach us in time."),
}

CHANNELS = {
    Channel.WEB: _("Online"),
    Channel.PHONE: _("By phone"),
    Channel.COUNTER: _("In person"),
    Channel.PAPER: _("On paper"),
}
