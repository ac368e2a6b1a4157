"""The kinds of coverage as a card names them."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# X12 834 HD03.
COVERAGES: dict[str, Promise] = {
    **dict.fromkeys(("HLT", "HMO", "EPO", "POS", "PPO", "MM", "AH"), _("Medical")),
    "DEN": _("Dental"),
    "VIS": _("Vision"),
    "PDG": _("Prescription drugs"),
    "HE": _("Hearing"),
    "LTC": _("Long-term care"),
    "MOD": _("Mail order drugs"),
}


def coverage_name(insurance_line: str) -> str:
    """Return a kind of coverage in words; one we have none for as the plan's file names it."""
    return str(COVERAGES.get(insurance_line, insurance_line))
