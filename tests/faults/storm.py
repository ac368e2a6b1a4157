"""Payments in a storm: processes and the database are killed, and no cent is lost, doubled or made up.

`python -m tests.faults.storm --payments 500 --seed 7` prints what happened and ends with 1 when
something is wrong. The seed fixes the accounts, the amounts, their order and the kills.
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from random import Random

from openmember.accounts.types import Account
from openmember.cli.database import set_up_django, use_embedded
from openmember.cli.prepare import prepare_database
from openmember.kernel.embedded import EmbeddedPostgres
from openmember.payments.types import Payment

ACCOUNTS = 60
# Unlike in other tests, what was answered must be on the disk.
OPTIONS = {"fsync": "on", "synchronous_commit": "on", "shared_buffers": "64MB"}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--payments", type=int, default=500)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    # Inherited from a developer's shell, it would have us call the real gateway.
    os.environ.pop("STRIPE_SECRET_KEY", None)
    folder = Path(tempfile.mkdtemp(prefix="openmember-storm-"))
    try:
        with EmbeddedPostgres(folder / "home", options=OPTIONS) as server:
            use_embedded(server.url)
            set_up_django()
            prepare_database()
            faults = _blow(server, folder, given.payments, Random(given.seed))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for fault in faults:
        print(f"WRONG: {fault}")  # noqa: T201  a command of its own
    return 1 if faults else 0


def _blow(server: EmbeddedPostgres, folder: Path, count: int, random: Random) -> list[str]:
    """Have the payments taken and undone, print what happened, and return what is wrong."""
    # They need Django, which needs the server.
    from tests.faults import proofs
    from tests.faults.conductor import Conductor
    from tests.faults.intents import draw

    intents = draw(random, count, _accounts(random))
    conductor = Conductor(server, folder, intents, random)
    try:
        conductor.take_payments()
        faults = [
            *proofs.faults_of_payments(intents, conductor.journals),
            *proofs.faults_of_traces(conductor.journals),
            *proofs.faults_of_books(),
        ]
        accepted = _accepted()
        clerks = conductor.undo_payments(accepted)
        faults += proofs.faults_of_undoing([payment.id for payment in accepted], clerks)
        faults += proofs.faults_of_books()
    finally:
        conductor.end()
    told = [line["said"] for journal in conductor.journals for line in journal.lines("said")]
    changed = sum(len(journal.lines("changed")) for journal in conductor.journals)
    print(  # noqa: T201  a command of its own
        f"{count} payments, {sum(intent.is_raced for intent in intents)} of them raced\n"
        f"answers: {_counted(told)}; {changed} repeats with other contents\n"
        f"{len(accepted)} stand, each undone by two at once\n"
        f"killed: {_counted(victim for _, victim, _ in conductor.kills)}\n"
        f"seconds: {conductor.seconds}"
    )
    return faults


def _counted(names: Iterable[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(Counter(names).items()))


def _accepted() -> list[Payment]:
    from openmember.kernel.sql import fetch_all
    from openmember.payments.queries import get_payment

    return [
        get_payment(numbers=(row.account_number,), payment_id=row.id)
        for row in fetch_all(
            "SELECT account_number, id FROM payments_payment WHERE status = 'accepted' ORDER BY id"
        )
    ]


def _accounts(random: Random) -> list[tuple[Account, tuple[int, ...]]]:
    """Return accounts, each with the ids of its bills."""
    from django.db import transaction

    from openmember.billing.types import Line
    from openmember.payments.testing import a_bill, an_account

    def a_random_bill(account: Account) -> int:
        line = random.choice(list(Line))
        return a_bill(account, random.randrange(10_00, 200_00), line=line).id

    with transaction.atomic():
        accounts = [an_account() for _ in range(ACCOUNTS)]
        return [
            (account, tuple(a_random_bill(account) for _ in range(random.randrange(3, 7))))
            for account in accounts
        ]


if __name__ == "__main__":
    sys.exit(main())
