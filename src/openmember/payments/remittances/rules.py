"""What an 820's lines are, what numbers may lead to their account, and which payments may be posted.

Source: ASC X12N 005010X218 and 005010X306; CMS's companion guide to the 820 for the names of an
exchange's payment types.
"""

import re
from collections.abc import Iterable, Iterator

from openmember.exchange.x12.types import Mismatch
from openmember.exchange.x820.types import SOCIAL_SECURITY_NUMBER, Adjustment, Entity, Header, Line
from openmember.kernel.references import BadReference, identity
from openmember.payments.remittances.types import Found, Kind, Reason, RemittanceLine
from openmember.payments.types import Method

# BPR04. NON moves no money: what is remitted with it comes, or came, by another way.
METHODS = {
    "ACH": Method.ACH,
    "BOP": Method.ACH,
    "CHK": Method.CHECK,
    "FWT": Method.WIRE,
    "FWC": Method.WIRE,
    "SWT": Method.WIRE,
    "NON": Method.CHECK,
}
NO_PAYMENT = "NON"
# An exchange's payment types with their corrections: APTC, APTCADJ, APTCMADJ.
_TYPES = {
    name + ending: kind
    for name, kind in {
        "APTC": Kind.APTC, "CSR": Kind.CSR, "CSRN": Kind.CSR, "UF": Kind.USER_FEE, "PREM": Kind.PREMIUM,
    }.items()
    for ending in ("", "ADJ", "MADJ")
}  # fmt: skip
# RMR01 of an employer or an agency: insurance policy, contract, account, policy, group, invoice.
_PREMIUM_QUALIFIERS = {"IG", "CT", "11", "AZ", "1L", "IK", "IV", "BM"}
_MUTUALLY_DEFINED = "ZZ"
# REFs of an entity that name a subscriber or their policy. A group's number (1L) names too many.
_REFERENCES = {"0F", "POL", "38", "17", "23", "11"}
# Whom an NM1 names as a person: insured, employee.
_PEOPLE = {"IL", "EY"}
_SEPARATORS = re.compile(r"[\s-]+")


def lines_of(entity: Entity) -> Iterator[RemittanceLine]:
    """Yield what is paid for one entity: its lines, and what is adjusted of earlier payments."""
    for adjustment in entity.adjustments:
        yield _adjustment(entity, adjustment)
    for line in entity.lines:
        yield _line(entity, line)


def kind_of(line: Line) -> Kind:
    """Return what a line is money for; nothing is guessed of a type that is not known."""
    if line.qualifier == _MUTUALLY_DEFINED:
        return _TYPES.get(line.identifier.upper(), Kind.UNKNOWN)
    return Kind.PREMIUM if line.qualifier in _PREMIUM_QUALIFIERS else Kind.UNKNOWN


def numbers_of(entity: Entity, line: Line | None) -> tuple[str, ...]:
    """Return the numbers that may lead to the account, as written and without blanks or dashes.

    A Social Security number is none of them, not even where it is repeated as a contract's number.
    """
    said = [one.value for one in entity.references if one.qualifier in _REFERENCES]
    if entity.name and entity.name.id_qualifier != SOCIAL_SECURITY_NUMBER:
        said.append(entity.name.id_value)
    if line and line.qualifier in _PREMIUM_QUALIFIERS:
        said.append(line.identifier)
    private = {entity.id_value} if entity.id_qualifier == SOCIAL_SECURITY_NUMBER else set()
    if entity.name and entity.name.id_qualifier == SOCIAL_SECURITY_NUMBER:
        private.add(entity.name.id_value)
    wanted = [one for one in said if one and one not in private]
    return tuple(dict.fromkeys([*wanted, *(_SEPARATORS.sub("", one) for one in wanted)]))


def payment_troubles(header: Header, mismatches: Iterable[Mismatch]) -> list[Found]:
    """Return why a payment as a whole cannot be posted, apart from whose its lines are."""
    found = []
    where = header.segment_number
    if different := tuple(f"Segment {one.segment_number}: {one.message}" for one in mismatches):
        message = "The payment does not add up, so nothing of it is posted."
        found.append(Found(where, Reason.DOES_NOT_ADD_UP, message, different))
    if header.credit_debit == "D":
        message = "The payer takes money back (BPR03 is D); nothing of this is posted by itself."
        found.append(Found(where, Reason.DEBIT, message))
    if header.method not in METHODS:
        message = f"How it is paid is not known; expected BPR04 to be {', '.join(METHODS)}."
        found.append(Found(where, Reason.METHOD, message))
    elif header.method == NO_PAYMENT and header.amount.cents:
        message = "No money moves with this file (BPR04 is NON). Post it when the money is here."
        found.append(Found(where, Reason.NO_PAYMENT, message))
    if header.paid_on is None:
        message = "The file does not say on which day it is paid (BPR16)."
        found.append(Found(where, Reason.NO_DATE, message))
    return found


def _line(entity: Entity, line: Line) -> RemittanceLine:
    kind = kind_of(line)
    # Only a type is a code; any other RMR02 is somebody's number.
    is_type = line.qualifier == _MUTUALLY_DEFINED
    return RemittanceLine(
        segment_number=line.segment_number,
        kind=kind,
        code=f"{line.qualifier}:{line.identifier}" if is_type else line.qualifier,
        amount_cents=line.amount.cents,
        billed_cents=line.billed.cents if line.billed else None,
        period_on=line.period.on if line.period else None,
        period_until=line.period.until if line.period else None,
        bill_id=_bill_id(line),
        numbers=numbers_of(entity, line),
        last_name=_name(entity)[0],
        first_name=_name(entity)[1],
    )


def _adjustment(entity: Entity, adjustment: Adjustment) -> RemittanceLine:
    return RemittanceLine(
        segment_number=adjustment.segment_number,
        kind=Kind.PREMIUM,
        code=f"ADX:{adjustment.reason}",
        amount_cents=adjustment.amount.cents,
        billed_cents=None,
        period_on=None,
        period_until=None,
        bill_id=None,
        numbers=numbers_of(entity, None),
        last_name=_name(entity)[0],
        first_name=_name(entity)[1],
    )


def _name(entity: Entity) -> tuple[str, str]:
    name = entity.name
    return (name.last, name.first) if name and name.role in _PEOPLE else ("", "")


def _bill_id(line: Line) -> int | None:
    try:
        return identity("B", line.identifier)
    except BadReference:
        return None
