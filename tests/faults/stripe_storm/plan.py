"""What will happen in a storm, drawn from a seed before it starts."""

import random
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class OnPage(StrEnum):
    """What the payer does on Stripe's page."""

    PAYS = "pays"
    TRIES_TWICE = "tries_twice"  # First with a card that is declined.
    LEAVES = "leaves"


class Victim(StrEnum):
    """What is killed, without warning."""

    WEB = "web"
    CLERK = "clerk"
    DATABASE = "database"


@dataclass
class Job:
    """One payment that somebody wants made, whatever it takes. The last of its attempts succeeds."""

    number: int
    account: int
    attempts: tuple[tuple[int, OnPage], ...]  # An amount each; all under one key.
    names_bill: bool
    is_raced: bool
    is_changed: bool
    # How far it has come.
    attempt: int = 0
    under_way: int = 0
    answers: list[dict[str, Any]] = field(default_factory=list)
    ask_again_at: float = 0.0

    @property
    def key(self) -> str:
        return f"storm-{self.number}"

    @property
    def amount_cents(self) -> int:
        return self.attempts[self.attempt][0]

    @property
    def on_page(self) -> OnPage:
        return self.attempts[self.attempt][1]


@dataclass(frozen=True)
class Plan:
    """All payments, and what is killed once so many of them are made."""

    accounts: int
    jobs: tuple[Job, ...]
    kills: dict[int, Victim]


def draw(*, payments: int, seed: int) -> Plan:
    """Return the plan of a seed: always the same one."""
    chance = random.Random(seed)
    accounts = max(4, payments // 8)
    jobs = tuple(_job(chance, number, accounts) for number in range(payments))
    victims = [Victim.DATABASE] * 2 + [Victim.CLERK] * 3 + [Victim.WEB] * max(5, payments // 20)
    # Nothing is killed before there is something to lose.
    moments = chance.sample(range(payments // 20 + 1, payments), len(victims))
    return Plan(accounts, jobs, dict(zip(moments, victims, strict=True)))


def _job(chance: random.Random, number: int, accounts: int) -> Job:
    failures = chance.choices((0, 1, 2), (7, 2, 1))[0]
    attempts = [(chance.randint(500, 15_000), OnPage.LEAVES) for _ in range(failures)]
    succeeds = chance.choices((OnPage.PAYS, OnPage.TRIES_TWICE), (3, 1))[0]
    return Job(
        number=number,
        account=chance.randrange(accounts),
        attempts=(*attempts, (chance.randint(500, 15_000), succeeds)),
        names_bill=chance.random() < 0.5,
        is_raced=chance.random() < 0.2,
        is_changed=chance.random() < 0.1,
    )
