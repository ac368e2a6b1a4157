"""Words for what the ledger and the audit log call by codes and row ids."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from openmember.kernel.references import reference
from openmember.ui.formats import dollars

TRANSFER_KINDS: dict[str, Promise] = {
    "bill": _("Bill raised"),
    "bill_cancel": _("Bill canceled"),
    "bill_correct": _("Bill corrected"),
    "bill_move": _("Bill moved to the joined account"),
    "bill_assistance": _("Financial assistance"),
    "bill_write_off": _("Written off"),
    "premium_aptc": _("Tax credit of a premium"),
    "premium_credit": _("Premium billed too high"),
    "payment": _("Payment"),
    "aptc": _("Advance premium tax credit"),
    "csr": _("Cost-sharing reductions"),
    "user_fee": _("Exchange user fee"),
    "settlement": _("Arrived at the bank"),
    "take_back": _("Taken off a bill"),
    "apply_credit": _("Credit applied"),
    "move": _("Credit moved to the joined account"),
    "refund": _("Refund set aside"),
    "refund_sent": _("Refund sent"),
    "refund_failed": _("Refund came back"),
    "escheat": _("Turned over to a state"),
    "voided": _("Voided"),
    "returned": _("Returned by the bank"),
    "charged_back": _("Charged back"),
}
_REFERENCES = {"bill": "B", "payment": "P", "refund": "R"}


def transfer_kind(kind: str) -> str:
    """Return what a kind of transfer is called."""
    return str(TRANSFER_KINDS.get(kind, kind))


def transfer_reference(text: str) -> str:
    """Return what people call the row a transfer names: `payment:2` is `P-...`."""
    kind, _colon, identity = text.partition(":")
    if kind not in _REFERENCES or not identity.isdecimal():
        return text
    return reference(_REFERENCES[kind], int(identity))


def audit_detail(name: str, value: object) -> tuple[str, object]:
    """Return one detail of an audit entry as it is read: row ids as references, cents as dollars."""
    kind = name.removesuffix("_id")
    if kind in _REFERENCES and isinstance(value, int):
        return kind, reference(_REFERENCES[kind], value)
    if name == "bill_ids" and isinstance(value, list):
        return "bills", ", ".join(reference("B", bill) for bill in value)
    if name == "cents" and isinstance(value, int):
        return "amount", dollars(value)
    return name, value
