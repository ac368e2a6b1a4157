"""Working the exceptions of claims: a note, or the account somebody found out."""

from django.db import transaction
from django.utils import timezone

from openmember.accounts import queries as accounts
from openmember.accounts.types import Account
from openmember.claims import models, rules
from openmember.claims.services.intake import list_known
from openmember.claims.services.matching import fold
from openmember.claims.types import ACCOUNT_REASONS, ClaimState, Reason
from openmember.kernel.audit import services as audit
from openmember.members import queries as members
from openmember.members.types import Actor, Scope


class AlreadyResolved(Exception):
    """Somebody dealt with it before. Nothing was changed."""


class CannotResolve(Exception):
    """It cannot be dealt with so; the message says why in words."""


@transaction.atomic
def set_aside(*, exception_id: int, note: str, actor: Actor) -> None:
    """Close an exception with a note; nobody is asked for its claim.

    Errors: NotAllowed, AlreadyResolved, CannotResolve without a note.
    """
    found = _locked(exception_id, actor)
    if not note.strip():
        raise CannotResolve("say what was done instead")
    if found.claim_id:
        models.Claim.objects.filter(id=found.claim_id).update(
            state=ClaimState.SET_ASIDE, patient=None
        )
    _resolve(found, note, actor)
    audit.record(actor=str(actor), action="claim.set_aside", exception_id=found.id, note=note)


@transaction.atomic
def choose_account(*, exception_id: int, account: Account, actor: Actor) -> tuple[str, str] | None:
    """Say whose claim it is. Returns the episode that changed and the claim, or None if nobody is asked.

    Errors: NotAllowed, AlreadyResolved, CannotResolve.
    """
    found = _locked(exception_id, actor)
    claim = found.claim
    if claim is None or Reason(found.reason) not in ACCOUNT_REASONS:
        raise CannotResolve("this is no matter of whose claim it is")
    placed = rules.place(_said(claim), list_known(account.numbers), "")
    if isinstance(placed, Reason):
        raise CannotResolve(rules.MESSAGES[placed].rstrip("."))
    claim.account_number, claim.episode = account.number, placed.episode
    claim.member_id = _member_id(account, claim.patient or {})
    claim.state = ClaimState.TAKEN if placed.is_asked else ClaimState.NOT_ASKED
    claim.patient = None
    claim.save(update_fields=["account_number", "episode", "member", "state", "patient"])
    _resolve(found, "", actor)
    audit.record(
        actor=str(actor), action="claim.choose", account_number=account.number, claim_id=claim.id
    )
    return (placed.episode, f"claim:{claim.id}") if placed.is_asked else None


def _locked(exception_id: int, actor: Actor) -> models.ClaimException:
    actor.require(Scope.WORK_EXCEPTIONS)
    found = (
        models.ClaimException.objects.select_for_update(of=("self",))
        .select_related("claim__remittance")
        .filter(id=exception_id)
        .first()
    )
    if found is None:
        raise CannotResolve("there is no such exception")
    if found.resolved_at:
        raise AlreadyResolved
    return found


def _resolve(found: models.ClaimException, note: str, actor: Actor) -> None:
    found.resolved_at, found.resolved_by, found.note = timezone.now(), str(actor), note
    found.save(update_fields=["resolved_at", "resolved_by", "note"])


def _said(claim: models.Claim) -> rules.Said:
    return rules.Said(
        payer=claim.remittance.payer,
        control=claim.control,
        payer_control=claim.payer_control,
        original=str((claim.patient or {}).get("original", "")),
        status=claim.status,
        charge_cents=claim.charge_cents,
        paid_cents=claim.paid_cents,
        patient_cents=claim.patient_cents,
        served_on=claim.served_on,
    )


def _member_id(account: Account, patient: dict[str, str]) -> int | None:
    """Return the one person on the account with the patient's name, if there is one."""
    ids = [member_id for member_id, _ in accounts.list_people(number=account.number)]
    wanted = (fold(patient.get("last_name", "")), fold(patient.get("first_name", "")))
    same = [
        member.id
        for member in members.list_members(member_ids=ids)
        if (fold(member.person.name.last), fold(member.person.name.first)) == wanted
    ]
    return same[0] if len(same) == 1 else None
