"""Working the exceptions of premium remittances: a note, an account, a word that the money is here."""

from django.db import transaction
from django.utils import timezone

from openmember.accounts.types import Account
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_all
from openmember.members.types import Actor, Scope
from openmember.payments.remittances import models
from openmember.payments.remittances.services.intake import keep
from openmember.payments.remittances.services.posting import (
    CannotPost,
    list_troubles,
    post_remittance,
)
from openmember.payments.remittances.types import (
    LINE_REASONS,
    POSTABLE_REASONS,
    Kind,
    Reason,
    Resolution,
)


class AlreadyResolved(Exception):
    """Somebody dealt with it before. Nothing was changed."""


class CannotResolve(Exception):
    """It cannot be dealt with so; the message says why in words."""


@transaction.atomic
def set_aside(*, exception_id: int, note: str, actor: Actor) -> None:
    """Close a payment without posting it, with a note that says what was done instead.

    Errors: NotAllowed, AlreadyResolved, CannotResolve without a note.
    """
    found = _locked(exception_id, actor)
    if not note.strip():
        raise CannotResolve("say what was done instead")
    fetch_all("SELECT payments_remit_close(%(id)s, 'set_aside')", {"id": found.remittance_id})
    open_ones = models.RemittanceException.objects.filter(
        remittance_id=found.remittance_id, resolved_at=None
    )
    open_ones.update(
        resolved_at=timezone.now(), resolved_by=str(actor), resolution=Resolution.NOTED, note=note
    )
    audit.record(
        actor=str(actor), action="remittance.set_aside", remittance_id=found.remittance_id, note=note
    )  # fmt: skip


@transaction.atomic
def choose_account(
    *, exception_id: int, account: Account, kind: Kind | None = None, actor: Actor
) -> bool:
    """Say whose line it is (and what it is, where the file did not); post the payment once nothing is open.

    Returns whether it was posted. Errors: NotAllowed, AlreadyResolved, CannotResolve.
    """
    found = _locked(exception_id, actor)
    if Reason(found.reason) not in LINE_REASONS:
        raise CannotResolve("this is no matter of whose line it is")
    if Reason(found.reason) is Reason.UNKNOWN_KIND and kind in {None, Kind.UNKNOWN}:
        raise CannotResolve("say what the line is money for")
    line = fetch_all(
        "SELECT kind FROM payments_remittance_line WHERE remittance_id = %(id)s AND position = %(at)s",
        {"id": found.remittance_id, "at": found.position},
    )[0]
    fetch_all(
        "SELECT payments_remit_choose(%(id)s, %(at)s, %(number)s, %(kind)s)",
        {
            "id": found.remittance_id,
            "at": found.position,
            "number": account.number,
            "kind": (kind or Kind(line.kind)).value,
        },
    )
    _resolve(found, Resolution.ACCOUNT, actor)
    audit.record(
        actor=str(actor), action="remittance.choose", account_number=account.number,
        remittance_id=found.remittance_id, position=found.position,
    )  # fmt: skip
    return _post_when_clear(found, actor)


@transaction.atomic
def post_now(*, exception_id: int, note: str, actor: Actor) -> bool:
    """Say that money a file only told of is here, or try again; post the payment once nothing is open.

    Returns whether it was posted. Errors: NotAllowed, AlreadyResolved, CannotResolve.
    """
    found = _locked(exception_id, actor)
    if Reason(found.reason) not in POSTABLE_REASONS:
        raise CannotResolve("this is no matter of whether it may be posted now")
    _resolve(found, Resolution.CONFIRMED, actor, note)
    audit.record(
        actor=str(actor), action="remittance.confirm", remittance_id=found.remittance_id, note=note
    )  # fmt: skip
    return _post_when_clear(found, actor)


def _locked(exception_id: int, actor: Actor) -> models.RemittanceException:
    actor.require(Scope.WORK_EXCEPTIONS)
    found = models.RemittanceException.objects.filter(id=exception_id).first()
    if found is None:
        raise CannotResolve("there is no such exception")
    # The file's row first: two people who work on one payment wait for each other here.
    models.RemittanceFile.objects.select_for_update().get(id=found.file_id)
    found.refresh_from_db()
    if found.resolved_at:
        raise AlreadyResolved
    return found


def _resolve(
    found: models.RemittanceException, how: Resolution, actor: Actor, note: str = ""
) -> None:
    found.resolved_at, found.resolved_by = timezone.now(), str(actor)
    found.resolution, found.note = how.value, note
    found.save(update_fields=["resolved_at", "resolved_by", "resolution", "note"])


def _post_when_clear(found: models.RemittanceException, actor: Actor) -> bool:
    same = models.RemittanceException.objects.filter(remittance_id=found.remittance_id)
    if same.filter(resolved_at=None).exists():
        return False
    # Accounts chosen by hand can bring up what nobody could see before, such as money taken back.
    if troubles := list_troubles(remittance_id=found.remittance_id):
        keep(file_id=found.file_id, remittance_id=found.remittance_id, found=troubles)
        return False
    try:
        post_remittance(remittance_id=found.remittance_id, actor=actor)
    except CannotPost as cannot:
        raise CannotResolve(str(cannot)) from cannot
    return True
