"""What waits for a person, whichever kind of file it came with, as one list."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from openmember.claims import queries as claims
from openmember.claims.types import ACCOUNT_REASONS, ClaimException
from openmember.coverage.services import exceptions as enrolment
from openmember.coverage.services.exceptions import EnrolmentException
from openmember.payments.disputes import queries as disputes
from openmember.payments.disputes.types import GatewayException
from openmember.payments.receipts import queries as receipts
from openmember.payments.receipts.types import Loss
from openmember.payments.remittances import queries as remittances
from openmember.payments.remittances.types import (
    LINE_REASONS,
    POSTABLE_REASONS,
    Reason,
    RemittanceException,
)

SHOWN_OF_EACH_KIND = 200
KINDS: dict[str, Promise] = {
    "820": _("Premium remittance (820)"),
    "835": _("Claim remittance (835)"),
    "834": _("Enrollment (834)"),
    "bank": _("Taken back by the bank"),
    "gateway": _("Card network"),
}
REASONS: dict[str, Promise] = {
    "does_not_add_up": _("Does not add up"),
    "trace_reused": _("Known trace, other contents"),
    "debit": _("Takes money back"),
    "method": _("Unknown way of payment"),
    "no_payment": _("Money is not here yet"),
    "no_date": _("A date is missing"),
    "takes_back": _("Takes back more than it brings"),
    "refused": _("Could not be posted"),
    "unknown_kind": _("Unknown type of line"),
    "unknown_account": _("Account not known"),
    "unknown_member": _("Person not known"),
    "unknown_subscriber": _("Subscriber not known"),
    "other_person": _("Number of somebody else"),
    "ambiguous": _("More than one account fits"),
    "name_differs": _("Number known, name differs"),
    "patient_differs": _("Patient’s share said twice, not alike"),
    "known_claim": _("Claim taken before"),
    "unknown_reversal": _("Nothing to reverse"),
    "less_than_nothing": _("Less than nothing"),
    "cannot_bill": _("Bill could not follow"),
    "overlap": _("Overlaps known coverage"),
    "no_date_834": _("No date"),
    "no_coverage": _("No coverage to change"),
    "contradiction": _("Contradicts what is known"),
    "taken_back": _("The bank took it back"),
    "mismatch": _("Another amount was taken"),
    "refund_mismatch": _("Another amount was given back"),
    "currency": _("Disputed in another currency"),
    "amount": _("Disputed for another amount than before"),
    "beyond": _("Disputed for more than is left"),
    "overturned": _("Won dispute lost after all"),
    "unbooked": _("Won dispute that cannot be booked"),
    "taken_back_proposed": _("The bank took it back: a second person has to agree"),
}


class NotThere(Exception):
    """There is no such exception."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One exception as the desk shows it.

    `takes_account` says that choosing the account mends it, `takes_kind` that what the line is must be
    said too, `takes_money` that it only needs a word that it may be posted now.
    """

    kind: str
    id: int
    opened_at: datetime
    resolved_at: datetime | None
    reason: str
    message: str
    differences: tuple[str, ...]
    segment_number: int
    file: str
    payer: str = ""
    trace: str = ""
    whose: str = ""
    numbers: tuple[str, ...] = ()
    what: str = ""
    amount_cents: int | None = None
    payment_cents: int | None = None
    day: date | None = None
    still_open: int = 0
    takes_account: bool = False
    takes_kind: bool = False
    takes_money: bool = False

    @property
    def kind_label(self) -> str:
        return str(KINDS[self.kind])

    @property
    def reason_label(self) -> str:
        return str(REASONS.get(self.reason, self.reason.replace("_", " ")))

    @property
    def age_days(self) -> int:
        return (timezone.now() - self.opened_at).days


def list_waiting(kind: str = "") -> list[Waiting]:
    """Return what is open of one kind or of all, the oldest first."""
    found: list[Waiting] = []
    if kind in {"", "820"}:
        found += map(_of_820, remittances.list_open_exceptions(limit=SHOWN_OF_EACH_KIND))
    if kind in {"", "835"}:
        found += map(_of_835, claims.list_open_exceptions(limit=SHOWN_OF_EACH_KIND))
    if kind in {"", "834"}:
        found += map(_of_834, enrolment.list_open_exceptions(limit=SHOWN_OF_EACH_KIND))
    if kind in {"", "bank"}:
        lost = receipts.list_losses(today=timezone.localdate(), limit=SHOWN_OF_EACH_KIND)
        found += map(_of_loss, lost)
    if kind in {"", "gateway"}:
        found += map(_of_gateway, disputes.list_open_exceptions(limit=SHOWN_OF_EACH_KIND))
    return sorted(found, key=lambda one: one.opened_at)


def get_waiting(kind: str, exception_id: int) -> Waiting:
    """Return one exception. Errors: NotThere."""
    readers: dict[str, Callable[[], Waiting]] = {
        "820": lambda: _of_820(remittances.get_exception(exception_id=exception_id)),
        "835": lambda: _of_835(claims.get_exception(exception_id=exception_id)),
        "834": lambda: _of_834(enrolment.get_exception(exception_id=exception_id)),
    }
    if kind not in readers:
        raise NotThere
    try:
        return readers[kind]()
    except (
        remittances.UnknownException,
        claims.UnknownException,
        enrolment.UnknownException,
    ) as unknown:
        raise NotThere from unknown


def _of_820(found: RemittanceException) -> Waiting:
    line = found.line
    return Waiting(
        kind="820",
        id=found.id,
        opened_at=found.opened_at,
        resolved_at=found.resolved_at,
        reason=found.reason.value,
        message=found.message,
        differences=found.differences,
        segment_number=found.segment_number,
        file=_file(found.file_name, found.sha256),
        payer=found.payer_name,
        trace=found.trace,
        whose=line.name if line else "",
        numbers=line.numbers if line else (),
        what=line.code if line else "",
        amount_cents=line.amount_cents if line else None,
        payment_cents=found.amount_cents,
        day=line.period_on if line else None,
        still_open=found.still_open,
        takes_account=found.reason in LINE_REASONS,
        takes_kind=found.reason is Reason.UNKNOWN_KIND,
        takes_money=found.reason in POSTABLE_REASONS,
    )


def _of_835(found: ClaimException) -> Waiting:
    return Waiting(
        kind="835",
        id=found.id,
        opened_at=found.opened_at,
        resolved_at=found.resolved_at,
        reason=found.reason.value,
        message=found.message,
        differences=found.differences,
        segment_number=found.segment_number,
        file=_file(found.file_name, found.sha256),
        payer=found.payer_name,
        trace=found.trace,
        whose=found.patient,
        numbers=found.numbers,
        amount_cents=found.patient_cents if found.claim_id else None,
        day=found.served_on,
        takes_account=found.reason in ACCOUNT_REASONS,
    )


def _of_834(found: EnrolmentException) -> Waiting:
    return Waiting(
        kind="834",
        id=found.id,
        opened_at=found.opened_at,
        resolved_at=found.resolved_at,
        reason=found.reason,
        message=found.message,
        differences=(),
        segment_number=found.segment_number,
        file=_file("", found.sha256),
        whose=found.name,
        numbers=(found.subscriber_number,) if found.subscriber_number else (),
    )


def _of_loss(found: Loss) -> Waiting:
    """Its own page shows it (desk.exceptions.losses): what can be done is not what can be with files."""
    return Waiting(
        kind="bank",
        id=found.id,
        opened_at=found.opened_at,
        resolved_at=found.decided_at,
        reason="taken_back_proposed" if found.state == "proposed" else "taken_back",
        message="",
        differences=(),
        segment_number=0,
        file=found.receipt.reference,
        payer=found.receipt.payer,
        amount_cents=found.receipt.amount_cents,
        day=found.receipt.day,
    )


def _of_gateway(found: GatewayException) -> Waiting:
    """Its own page shows it (desk.exceptions.gateway): both figures, and what can be done about them."""
    return Waiting(
        kind="gateway",
        id=found.id,
        opened_at=found.opened_at,
        resolved_at=found.closed_at,
        reason=found.trouble.value,
        message="",
        differences=(),
        segment_number=0,
        file=found.payment_reference,
        payer=found.gateway,
        amount_cents=found.their_cents if found.their_currency == "usd" else None,
    )


def _file(name: str, sha256: str) -> str:
    return f"{name} ({sha256[:12]})" if name else sha256[:12]
