"""The letters of a dispute as rows of its page: to whom, and what became of each."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openmember.grievances.letters.queries import list_letters
from openmember.grievances.letters.types import Addressee, DisputeLetter, Proof
from openmember.grievances.types import Dispute
from openmember.letters.types import Delivery

_PROOFS = {
    Proof.READ: gettext_lazy("The member opened it online"),
    Proof.CARRIER: gettext_lazy("It arrived"),
    Proof.RETURNED: gettext_lazy("It came back"),
}


def rows_of(dispute: Dispute) -> list[dict[str, Any]]:
    """Return the letters of a dispute as rows of its page."""
    return [row_of(one, dispute) for one in list_letters(dispute=dispute)]


def row_of(one: DisputeLetter, dispute: Dispute) -> dict[str, Any]:
    """Return a letter with what became of it, in words."""
    is_copy = one.addressee is Addressee.REPRESENTATIVE
    return {
        "letter": one,
        "to": _("Copy for %(name)s") % {"name": one.name} if is_copy else _("To the member"),
        "status": _status(one),
        "waits": one.is_by_hand and one.left_at is None,
        "proofs": [(_PROOFS[proof.proof], proof) for proof in one.evidence],
        "number": dispute.case_number,
    }


def _status(one: DisputeLetter) -> str:
    if one.is_by_hand:
        return _("Print it and mail it") if one.left_at is None else _("Mailed by hand")
    if one.left_at is None:
        return _("Waits to be sent")
    is_electronic = one.letter is not None and one.letter.delivery is Delivery.ELECTRONIC
    return _("Read online; told by e-mail") if is_electronic else _("Printed and mailed")
