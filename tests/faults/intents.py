"""What the storm's payers mean to pay, drawn from a seed, and where they keep the answers."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from openmember.accounts.types import Account
from openmember.members.testing import TODAY
from openmember.payments.gateways import sandbox
from openmember.payments.types import Channel, Method, PaymentRequest

# The cents of an amount choose how the sandbox behaves; the weights are those among a hundred payments.
BEHAVIOURS = {
    0: 40,
    sandbox.DECLINE_FUNDS_CENTS: 8,
    sandbox.DECLINE_EXPIRED_CENTS: 7,
    sandbox.ANSWER_LOST_CENTS: 13,
    sandbox.REQUEST_LOST_CENTS: 7,
    sandbox.ANSWER_TWICE_CENTS: 13,
    sandbox.ANSWER_LATE_CENTS: 12,
}
NO_BILL = 10**15
RACED_SHARE, CHANGED_SHARE, REFUSED_SHARE, NAMED_SHARE, BUSY_SHARE = 0.08, 0.08, 0.04, 0.3, 0.4
BUSY_ACCOUNTS = 5


@dataclass(frozen=True)
class Intent:
    """One payment somebody means to make, once, however often it takes to ask."""

    account: Account
    request: PaymentRequest
    through_gateway: bool
    is_raced: bool  # Asked for by two payers at the same moment.
    is_changed: bool  # Asked for once more with other contents, after it was accepted.

    @property
    def key(self) -> str:
        return self.request.key


def draw(
    random: Random, count: int, accounts: Sequence[tuple[Account, tuple[int, ...]]]
) -> tuple[Intent, ...]:
    """Return `count` intents to pay into these accounts, each given with its bills."""
    return tuple(_one(random, place, accounts) for place in range(count))


def _one(random: Random, place: int, accounts: Sequence[tuple[Account, tuple[int, ...]]]) -> Intent:
    # Some accounts are paid into from all sides at once.
    some = accounts[:BUSY_ACCOUNTS] if random.random() < BUSY_SHARE else accounts
    account, bills = random.choice(some)
    through_gateway = place % 2 == 1
    named = tuple(random.sample(bills, 2)) if random.random() < NAMED_SHARE else ()
    dollars = random.randrange(1, 120) * 100
    if through_gateway:
        cents = dollars + random.choices(list(BEHAVIOURS), list(BEHAVIOURS.values()))[0]
        method = random.choice([Method.CARD, Method.ACH])
    else:
        cents = dollars + random.randrange(100)
        method = random.choice([Method.CASH, Method.CHECK, Method.WIRE])
        named = (NO_BILL,) if random.random() < REFUSED_SHARE else named
    request = PaymentRequest(
        key=f"storm-{place}", amount_cents=cents, method=method, channel=Channel.WEB,
        payer="guest", effective_on=TODAY, bill_ids=named,
    )  # fmt: skip
    return Intent(
        account, request, through_gateway,
        is_raced=random.random() < RACED_SHARE, is_changed=random.random() < CHANGED_SHARE,
    )  # fmt: skip


def share(intents: Sequence[Intent], payers: int) -> list[list[Intent]]:
    """Divide the intents among the payers; each pair of them has its raced ones at the same places."""
    shares: list[list[Intent]] = [[] for _ in range(payers)]
    for place, intent in enumerate(intents):
        payer = place % payers
        for one in {payer, payer ^ 1} if intent.is_raced else {payer}:
            shares[one].append(intent)
    return shares


class Journal:
    """A process's memory, which outlives it and the machine: a line is on the disk before it counts."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def note(self, **line: Any) -> None:
        with self.path.open("ab", buffering=0) as file:
            file.write(json.dumps(line).encode() + b"\n")
            os.fsync(file.fileno())

    def lines(self, what: str) -> list[dict[str, Any]]:
        """Return the lines that tell `what`: asked, said, changed or reversed."""
        if not self.path.exists():
            return []
        told = map(json.loads, self.path.read_text(encoding="utf-8").splitlines())
        return [line for line in told if what in line]
