"""The words a member agrees to: the same on the portal, at the desk and in the record."""

from collections.abc import Sequence

from django.template.loader import render_to_string

from openmember.billing.plans.policy import get_policy
from openmember.billing.plans.types import Offer
from openmember.billing.types import Bill
from openmember.directory.queries import get_organisation


def agreement_of(*, offer: Offer, bills: Sequence[Bill]) -> str:
    """Return the agreement in the language now in force."""
    text = render_to_string(
        "plans/agreement.txt",
        {
            "offer": offer,
            "bills": bills,
            "organisation": get_organisation(),
            "lapse_days": get_policy().lapse_days,
        },
    )
    return text.strip()
