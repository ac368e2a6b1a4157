"""Charging visits and dispensings of our own: a file whole or not at all."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.db import transaction

from openmember.claims.services import visits
from openmember.exchange.charges import RowProblem, read_charges
from openmember.exchange.x12.digests import sha256_of
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_all
from openmember.members.types import Actor
from openmember.payments.remittances.services.care import CannotAsk, ask_for


@dataclass(slots=True)
class ChargesTaken:
    """What became of a file of charges."""

    sha256: str
    accepted: bool
    already_taken: bool = False
    visits: int = 0
    repeated: int = 0
    bills_raised: int = 0
    asked_cents: int = 0
    problems: list[RowProblem] = field(default_factory=list)


class _NotAccepted(Exception):
    """Rolls back a file of which one row cannot be charged."""


def take_charges(*, path: Path, on: date, actor: Actor) -> ChargesTaken:
    """Record the visits of a file and bill their patients, whole or not at all.

    Shape:  a visit charged before with the same contents is repeated harmlessly; one that a payer has
            decided on already asks for what the payer left.
    Locks:  one file of charges at a time.
    """
    taken = ChargesTaken(sha256_of(path), accepted=False)
    with path.open(encoding="utf-8-sig", newline="") as source:
        file = read_charges(source)
    taken.problems = file.problems
    try:
        with transaction.atomic():
            fetch_all("SELECT pg_advisory_xact_lock(hashtext('claims_charges'))")
            if visits.find_file(sha256=taken.sha256):
                taken.already_taken = taken.accepted = True
                return taken
            wanted, problems = visits.check_charges(file.charges)
            taken.problems = sorted([*taken.problems, *problems], key=lambda one: one.row)
            if taken.problems:
                return taken
            _charge(path, wanted, taken, on, actor)
    except _NotAccepted:
        return taken
    taken.accepted = True
    return taken


def _charge(
    path: Path, wanted: list[visits.Wanted], taken: ChargesTaken, on: date, actor: Actor
) -> None:
    recorded = visits.record_visits(wanted, sha256=taken.sha256, name=path.name, actor=actor)
    for one in sorted(recorded, key=lambda one: one.account.number):
        try:
            asked = ask_for(
                account=one.account, episode=one.episode, basis=one.basis, on=on, actor=actor
            )
        except CannotAsk as cannot:
            taken.problems.append(RowProblem(one.row, f"No bill could be raised: {cannot}."))
            raise _NotAccepted from cannot
        taken.bills_raised += asked.bill_id is not None
        taken.asked_cents += asked.changed_cents
    taken.visits, taken.repeated = len(recorded), len(wanted) - len(recorded)
    audit.record(
        actor=str(actor), action="charges.import", sha256=taken.sha256, visits=taken.visits,
        repeated=taken.repeated, cents=taken.asked_cents,
    )  # fmt: skip
