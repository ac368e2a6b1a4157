"""Words for the rules that bar collecting a bill."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from openmember.billing.debts.types import Verdict
from openmember.ui.formats import day

BARS = {
    "never_reported": _("We furnish no debt to credit bureaus"),
    "premium": _("Premiums are not collected: coverage ends instead"),
    "nothing_open": _("Nothing is open"),
    "on_hold": _("The bill is in dispute"),
    "on_plan": _("A payment plan stands for the bill"),
    "application_open": _("An application for financial assistance is open"),
    "appeal_open": _("An appeal is open"),
    "stopped": _("Collection is stopped for this account"),
    "not_due": _("The bill is not past due"),
    "R501-NOTIFY": _("120 days must pass after the first bill"),
    "CA-HFPA-COLLECT": _("California: 180 days must pass after the first bill"),
    "R501-ECA-NOTE": _("30 days’ written notice must have been given"),
    "suit_too_early": _("The time to apply for assistance has not passed"),
    "suit_too_small": _("The sum is too small for a suit"),
    "no_lien": _("No lien on a home"),
}


def sentences_of(verdict: Verdict) -> list[str]:
    """Return the rules that bar an act, each with its source, how sure we are of it, and its last day."""
    said = []
    for bar in verdict.bars:
        words = f"{BARS[bar.name]} ({bar.citation}, {bar.confidence})"
        if bar.until:
            words += " – " + gettext("until %(day)s") % {"day": day(bar.until)}
        said.append(words)
    return said
