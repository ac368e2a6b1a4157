"""Recording visits and dispensings of our own, with what they cost their patient."""

from collections.abc import Sequence
from dataclasses import dataclass

from openmember.accounts import queries as accounts
from openmember.accounts.types import Account
from openmember.claims import models
from openmember.claims.types import ClaimState
from openmember.exchange.charges import Charge, RowProblem
from openmember.members.queries import find_member_by_mrn
from openmember.members.types import Actor

MESSAGES = {
    "account": "The bill pay number leads to no account.",
    "member": "The medical record number is of nobody on the account.",
    "other": "This visit was charged before, with other contents.",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A charge whose account and patient are known, and the visit it was recorded as before, if it was."""

    charge: Charge
    account: Account
    member_id: int | None
    known: models.Visit | None


@dataclass(frozen=True, slots=True)
class Recorded:
    """A visit written down: the episode it belongs to, and the row of the file it came with."""

    account: Account
    episode: str
    basis: str
    row: int


def find_file(*, sha256: str) -> bool:
    """Return whether a file of this content was taken before."""
    return models.ChargeFile.objects.filter(sha256=sha256).exists()


def check_charges(charges: Sequence[Charge]) -> tuple[list[Wanted], list[RowProblem]]:
    """Return the charges with their accounts, and every row that cannot be taken."""
    wanted, problems = [], []
    for charge in charges:
        found = _check(charge)
        if isinstance(found, Wanted):
            wanted.append(found)
        else:
            problems.append(RowProblem(charge.row, MESSAGES[found]))
    return wanted, problems


def record_visits(
    wanted: Sequence[Wanted], *, sha256: str, name: str, actor: Actor
) -> list[Recorded]:
    """Write down what is new; return what was."""
    file = models.ChargeFile.objects.create(sha256=sha256, name=name[:200], actor=str(actor))
    recorded = []
    for one in wanted:
        if one.known:
            continue
        charge = one.charge
        visit = models.Visit.objects.create(
            account_number=one.account.number, number=charge.visit, kind=charge.kind, episode=_episode(one),
            member_id=one.member_id, served_on=charge.served_on, provider=charge.provider, file=file,
        )  # fmt: skip
        models.VisitLine.objects.bulk_create(
            models.VisitLine(
                visit=visit,
                position=position,
                description=line.description,
                amount_cents=line.cents,
            )
            for position, line in enumerate(charge.lines, 1)
        )
        recorded.append(Recorded(one.account, visit.episode, f"visit:{visit.id}", charge.row))
    return recorded


def _check(charge: Charge) -> Wanted | str:
    account = accounts.recognise(charge.account).account
    if account is None:
        return "account"
    member_id = None
    if charge.mrn:
        member = find_member_by_mrn(mrn=charge.mrn)
        people = {member_id for member_id, _ in accounts.list_people(number=account.number)}
        if member is None or member.id not in people:
            return "member"
        member_id = member.id
    # A visit's number is one visit's, whoever's account a second file charges it to.
    known = models.Visit.objects.filter(number=charge.visit).first()
    if known and not _is_same(known, charge, account, member_id):
        return "other"
    return Wanted(charge, account, member_id, known)


def _episode(one: Wanted) -> str:
    claim = (
        models.Claim.objects.filter(
            account_number__in=one.account.numbers,
            control=one.charge.visit,
            state__in=[ClaimState.TAKEN, ClaimState.NOT_ASKED],
        )
        .order_by("id")
        .last()
    )
    return claim.episode if claim else f"visit:{one.charge.visit}"


def _is_same(known: models.Visit, charge: Charge, account: Account, member_id: int | None) -> bool:
    lines = list(known.lines.order_by("position").values_list("description", "amount_cents"))
    return (
        known.account_number in account.numbers
        and (known.kind, known.member_id, known.served_on, known.provider)
        == (charge.kind, member_id, charge.served_on, charge.provider)
        and lines == [(line.description, line.cents) for line in charge.lines]
    )
