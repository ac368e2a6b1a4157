"""Taking a remittance of claims (X12 835): record it, find whose each claim is, and ask for what is left."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from django.db import transaction

from openmember.accounts import queries as accounts
from openmember.accounts.types import Account
from openmember.claims.services import exceptions as claim_exceptions
from openmember.claims.services import intake
from openmember.claims.types import Taken
from openmember.exchange.x12.digests import sha256_of
from openmember.exchange.x12.types import Mismatch, Severity
from openmember.exchange.x835 import open_835, report_as_dict
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_all
from openmember.members.types import Actor
from openmember.payments.remittances.services.care import CannotAsk, ask_for
from openmember.payments.remittances.services.intake import DryRun, refused_usage

# Of a larger file the report lists no single claim.
_LISTED_CLAIMS = 1000


def take_835(*, path: Path, on: date, actor: Actor, dry_run: bool = False) -> Taken:
    """Read the file once to judge it and once to apply it, in one transaction.

    Shape:  a payment that does not add up asks nobody for anything and becomes an exception with each
            difference named; a claim nobody can place without guessing waits by itself.
    Locks:  one file of claims at a time.
    """
    with path.open("rb") as source:
        judged = open_835(source).report
    with path.open("rb") as source:
        report = report_as_dict(source, detail=judged.totals.claims <= _LISTED_CLAIMS)
    problems = judged.problems + refused_usage(report)
    taken = Taken(sha256_of(path), False, False, dry_run, report, problems)
    if any(problem.severity is Severity.ERROR for problem in problems):
        return taken
    try:
        with transaction.atomic():
            fetch_all("SELECT pg_advisory_xact_lock(hashtext('claims_remittances'))")
            known = intake.find_file(sha256=taken.sha256)
            if known is not None:
                taken.already_taken, taken.accepted = True, known
                return taken
            _apply(path, taken, judged.mismatches, on, actor)
            if dry_run:
                raise DryRun
    except DryRun:
        return taken
    return taken


@transaction.atomic
def choose_claim_account(*, exception_id: int, account: Account, on: date, actor: Actor) -> int:
    """Say whose a waiting claim is, and ask them for their share. Returns the change in cents.

    Errors: NotAllowed; AlreadyResolved and CannotResolve of `claims.services.exceptions`.
    """
    changed = claim_exceptions.choose_account(
        exception_id=exception_id, account=account, actor=actor
    )
    if changed is None:
        return 0
    episode, basis = changed
    try:
        return ask_for(
            account=account, episode=episode, basis=basis, on=on, actor=actor
        ).changed_cents
    except CannotAsk as cannot:
        raise claim_exceptions.CannotResolve(str(cannot)) from cannot


def _apply(
    path: Path, taken: Taken, mismatches: Iterable[tuple[int, Mismatch]], on: date, actor: Actor
) -> None:
    wrong: defaultdict[int, list[Mismatch]] = defaultdict(list)
    for start, mismatch in mismatches:
        wrong[start].append(mismatch)
    work = intake.begin(sha256=taken.sha256, name=path.name, actor=actor)
    taken.effects, taken.exceptions = work.effects, work.exceptions
    with path.open("rb") as source:
        for header, claims in open_835(source).payments():
            number = header.segment_number
            intake.take_remittance(work, header, tuple(claims), wrong.get(number, ()))
    # In the order of the accounts, so that two files that meet wait and do not lock each other out.
    for (account_number, episode), basis in sorted(work.changed.items()):
        _ask(work, account_number, episode, basis, on, actor)
    taken.accepted = not wrong
    intake.finish(work, accepted=taken.accepted)
    audit.record(
        actor=str(actor), action="claim.import", sha256=taken.sha256,
        claims=work.effects.claims_taken, waiting=work.effects.claims_waiting,
    )  # fmt: skip


def _ask(
    work: intake.Intake, number: str, episode: str, basis: str, on: date, actor: Actor
) -> None:
    account, effects = accounts.get_account(number=number), work.effects
    try:
        asked = ask_for(account=account, episode=episode, basis=basis, on=on, actor=actor)
    except CannotAsk as cannot:
        intake.hold_episode(work, account_number=number, episode=episode, why=str(cannot))
        return
    effects.asked_cents += asked.changed_cents
    effects.bills_raised += asked.bill_id is not None
    effects.bills_reduced += asked.changed_cents < 0
