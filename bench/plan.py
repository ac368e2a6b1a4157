"""What a run was asked for, and how it is fair: the sides of a comparison take turns."""

from collections.abc import Callable
from dataclasses import dataclass

from bench.database import BenchDatabase, filled


@dataclass(frozen=True, slots=True)
class Plan:
    """`rounds` turns of `seconds` for each side, among so many accounts, on one server."""

    server_url: str
    accounts: int
    seconds: int
    rounds: int
    tell: Callable[[str], None]

    def database(self, accounts: int | None = None) -> BenchDatabase:
        """Return the filled database of the plan's size, or of another."""
        return filled(self.server_url, accounts or self.accounts, self.tell)

    def in_turns(self, *sides: Callable[[], float]) -> tuple[list[float], ...]:
        """Return what each side measured in each round."""
        rounds = [[side() for side in sides] for _ in range(self.rounds)]
        return tuple(list(measured) for measured in zip(*rounds, strict=True))
