"""The plain words of filing: what it can be about, claims and coverages."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openmember.claims.types import Claimed
from openmember.coverage.types import CoverageType
from openmember.grievances.choosing import Covered
from openmember.grievances.types import Matter
from openmember.ui import formats

PLAIN: dict[Matter, Promise] = {
    Matter.APPEAL: gettext_lazy("I disagree with a decision about my coverage"),
    Matter.EXCEPTION: gettext_lazy("I was told no to a medicine and want an exception"),
    Matter.DETERMINATION: gettext_lazy("I want a decision about care I have not had yet"),
    Matter.GRIEVANCE: gettext_lazy("I am unhappy with how I was treated or served"),
    Matter.BILLING: gettext_lazy("I think a bill is wrong"),
    Matter.ACCESS: gettext_lazy("I could not use a place, a page or a letter"),
}
_COVERAGES: dict[CoverageType, Promise] = {
    CoverageType.EXCHANGE: gettext_lazy("Plan from the exchange"),
    CoverageType.DIRECT: gettext_lazy("Plan bought directly"),
    CoverageType.EMPLOYER: gettext_lazy("Plan through an employer"),
    CoverageType.COBRA: gettext_lazy("COBRA continuation"),
    CoverageType.MEDICARE: gettext_lazy("Medicare plan"),
}


def coverage_words(covered: Covered) -> str:
    """Return what a member calls a coverage."""
    words = str(_COVERAGES[covered.coverage_type])
    return f"{words} ({covered.plan})" if covered.plan else words


def claim_words(claim: Claimed) -> str:
    """Return what a member knows a claim by."""
    parts = [formats.day(claim.served_on)] if claim.served_on else []
    if claim.provider:
        parts.append(claim.provider)
    unpaid = formats.dollars(claim.charge_cents - claim.paid_cents)
    said = _("denied, %(amount)s") if claim.is_denied else _("%(amount)s not paid by the plan")
    return ", ".join([*parts, said % {"amount": unpaid}])
