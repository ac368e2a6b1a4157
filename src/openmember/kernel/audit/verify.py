"""Proving that the audit log was not changed."""

from dataclasses import dataclass
from pathlib import Path

from openmember.kernel.sql import fetch_all, fetch_one, sql_text

SQL = Path(__file__).parent / "sql"


@dataclass(frozen=True)
class Verdict:
    """What a walk over the whole log found. `head` can be kept elsewhere and compared later."""

    entries: int
    chained: int
    head: str
    faults: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        return not self.faults


def verify(*, head: str | None = None) -> Verdict:
    """Recompute every digest and every link, and name each entry that does not fit.

    With `head`, a chain's last hash noted earlier, that hash must still be in the chain: then nothing
    before it was removed or made anew.
    """
    faults = [row.fault for row in fetch_all(sql_text(SQL / "faults.sql"))]
    if head and not fetch_all(
        "SELECT 1 FROM kernel_audit_link WHERE hash = decode(%(head)s, 'hex')", {"head": head}
    ):
        faults.append(f"the chain no longer holds the head {head}")
    counts = fetch_one(sql_text(SQL / "counts.sql"))
    return Verdict(
        entries=counts.entries,
        chained=counts.chained,
        head=counts.head or "",
        faults=tuple(faults),
    )
