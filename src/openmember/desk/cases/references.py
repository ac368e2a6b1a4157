"""What people call the things a case is about, and what the case keeps."""

from openmember.billing.types import bill_id
from openmember.cases.types import CaseRefused, Link, LinkKind
from openmember.kernel.references import BadReference, reference
from openmember.letters.types import letter_id
from openmember.payments.types import payment_id

_IDS = {LinkKind.BILL: bill_id, LinkKind.PAYMENT: payment_id, LinkKind.LETTER: letter_id}
_LETTERS = {LinkKind.BILL: "B", LinkKind.PAYMENT: "P", LinkKind.LETTER: "L"}


def linked(kind: LinkKind, typed: str) -> str:
    """Return what a case keeps of a reference somebody typed. Errors: CaseRefused `unknown_target`."""
    read = _IDS.get(kind)
    if read is None:
        return typed
    try:
        return str(read(typed))
    except BadReference as wrong:
        raise CaseRefused("unknown_target") from wrong


def shown(link: Link) -> str:
    """Return what people call the thing a link leads to."""
    letter = _LETTERS.get(link.kind)
    return reference(letter, int(link.target)) if letter else link.target
