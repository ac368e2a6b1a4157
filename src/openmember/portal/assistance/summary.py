"""What an applicant told us, as a list of facts."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openmember.assistance.types import Application
from openmember.assistance.words import PERIODS, PROGRAMS, SOURCES
from openmember.billing.types import Bill
from openmember.ui.formats import dollars
from openmember.ui.types import Item


def summary_of(
    application: Application, open_bills: Sequence[Bill], *, is_editable: bool = False
) -> list[Item]:
    """Return what was answered; each line leads back to its question while it may still be changed."""
    facts = application.facts
    people = facts.household or 0
    lines = [
        ("household", _("Household"),
         ngettext("%(people)s person", "%(people)s people", people) % {"people": people}
         if people else "–"),
        ("household", _("State"), facts.state or "–"),
    ]  # fmt: skip
    if facts.programs:
        lines.append(
            ("household", _("What shows your need"), ", ".join(str(PROGRAMS[one]) for one in facts.programs))
        )  # fmt: skip
    lines.extend(("income", label, text) for label, text in _incomes(application))
    titles = [bill.title for bill in open_bills if bill.id in facts.bill_ids]
    named = ", ".join(titles) if facts.bill_ids else _("All medical and pharmacy bills")
    lines.append(("bills", _("Bills"), named or "–"))
    names = ", ".join(document.name for document in application.documents)
    lines.append(("documents", _("Documents"), names or _("None yet")))
    return [
        Item(
            label,
            text,
            url=reverse(f"portal:assistance_{step}") if is_editable else "",
            action=_("Change") if is_editable else "",
        )
        for step, label, text in lines
    ]


def _incomes(application: Application) -> list[tuple[str, str]]:
    facts = application.facts
    if facts.has_income is None:
        return [] if facts.programs else [(_("Income"), "–")]
    if not facts.has_income:
        return [(_("Income"), _("Nobody has an income"))]
    listed = [
        (
            str(SOURCES[income.source]),
            f"{dollars(income.amount_cents)}, {str(PERIODS[income.period]).lower()}",
        )
        for income in facts.incomes
    ]
    return [*listed, (_("Together in a year"), dollars(facts.yearly_cents))]
