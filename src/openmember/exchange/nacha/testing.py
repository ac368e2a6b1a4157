"""Composes what a bank sends back, for tests: returns and notifications of change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .codes import is_debit


@dataclass(frozen=True, slots=True)
class SentBack:
    """One entry the bank answers. `code` begins with R or C; `corrected` goes with a C."""

    code: str
    trace: str
    amount_cents: int = 0
    transaction: str = "26"
    routing: str = "231380104"
    account: str = "12345678"
    individual_id: str = ""
    name: str = "Receiver"
    corrected: str = ""
    died_on: str = ""


def compose_returns(
    items: Sequence[SentBack], *, made_on: str = "261201", sec: str = "PPD"
) -> bytes:
    """Return a file with returns in one batch and changes in another, its controls right."""
    batches = [
        [one for one in items if one.code.startswith("R")],
        [one for one in items if one.code.startswith("C")],
    ]
    lines = [f"101 121042882 231380104{made_on}0915A094101{'Our Bank':<23}{'Operator':<23}{'':8}"]
    sums = [0, 0, 0, 0]
    number = 0
    for batch in filter(None, batches):
        number += 1
        kind = "COR" if batch[0].code.startswith("C") else sec
        lines += _batch(batch, kind, number, sums)
    count, hashed, debits, credits_ = sums
    blocks = -(-(len(lines) + 1) // 10)
    lines.append(
        f"9{number:06d}{blocks:06d}{count:08d}{hashed % 10**10:010d}{debits:012d}{credits_:012d}{'':39}"
    )
    lines += ["9" * 94] * (-len(lines) % 10)
    return ("\n".join(lines) + "\n").encode()


def _batch(items: Sequence[SentBack], sec: str, number: int, sums: list[int]) -> list[str]:
    lines = [
        f"5200{'OpenMember':<16}{'':20}{'1234567890':<10}{sec}{'PREMIUM':<10}{'':6}000000   1"
        f"23138010{number:07d}"
    ]
    hashed = debits = credits_ = 0
    for place, one in enumerate(items, start=1):
        trace = f"23138010{place:07d}"
        lines.append(
            f"6{one.transaction}{one.routing}{one.account:<17}{one.amount_cents:010d}"
            f"{one.individual_id:<15}{one.name:<22}  1{trace}"
        )
        said = one.corrected.ljust(29)[:29] + " " * 15
        kind = "98" if one.code.startswith("C") else "99"
        lines.append(
            f"7{kind}{one.code}{one.trace:<15}{one.died_on:<6}{one.routing[:8]}{said}{trace}"
        )
        hashed += int(one.routing[:8])
        debits += one.amount_cents * is_debit(one.transaction)
        credits_ += one.amount_cents * (not is_debit(one.transaction))
    lines.append(
        f"8200{2 * len(items):06d}{hashed % 10**10:010d}{debits:012d}{credits_:012d}"
        f"{'1234567890':<10}{'':25}23138010{number:07d}"
    )
    for place, value in enumerate((2 * len(items), hashed, debits, credits_)):
        sums[place] += value
    return lines
