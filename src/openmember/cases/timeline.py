"""Everything that happened around an account in one order, from payments to interpreters."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from openmember.cases.categories import shown_subject
from openmember.kernel.sql import fetch_all, sql_text
from openmember.members.types import Actor, Scope

SQL = Path(__file__).parent / "sql"
PAGE_SIZE = 30


class Happening(StrEnum):
    """What kind of thing happened."""

    PAYMENT = "payment"
    BILL = "bill"
    CASE = "case"
    CONTACT = "contact"
    LETTER = "letter"
    INTERPRETER = "interpreter"


@dataclass(frozen=True, slots=True)
class Moment:
    """Where a page ended; the next begins after it."""

    at: datetime
    kind: Happening
    id: int

    def as_text(self) -> str:
        """Return it for an address: it names no member."""
        return f"{self.at.timestamp():.6f}_{self.kind.value}_{self.id}"

    @staticmethod
    def of_text(text: str) -> "Moment | None":
        """Return what an address names; None where it names none."""
        try:
            at, kind, identity = text.split("_")
            moment = Moment(datetime.fromtimestamp(float(at), UTC), Happening(kind), int(identity))
        except (ValueError, OverflowError, OSError):
            return None
        return moment if abs(moment.id) < 1 << 63 else None


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened.

    Shape:  `what` is a bill's title, a case's subject, a payment's method, a contact's channel, a letter's
            kind, an interpreter's language;
            `state` a status or outcome; `name` a case's number, who answered a contact, a letter's subject,
            an interpreter's mode.
    """

    kind: Happening
    id: int
    at: datetime
    member_id: int | None
    what: str
    amount_cents: int | None
    state: str
    name: str


def list_happened(
    *,
    numbers: Sequence[str],
    member_ids: Sequence[int],
    actor: Actor,
    kinds: Collection[Happening] = tuple(Happening),
    after: Moment | None = None,
    size: int = PAGE_SIZE,
) -> tuple[tuple[Happened, ...], Moment | None]:
    """Return a page, the newest first, and where the next begins; None where this is the last.

    Shape:  cases and contacts only for whoever answers members. Audited by the caller's page.
    Errors: NotAllowed.
    """
    actor.require(Scope.FIND)
    may_know = actor.may(Scope.CONTACT) or actor.may(Scope.WORK_CASES)
    care = {Happening.CASE, Happening.CONTACT, Happening.INTERPRETER}
    shown = [kind.value for kind in Happening if kind in kinds and (may_know or kind not in care)]
    rows = fetch_all(
        sql_text(SQL / "timeline.sql"),
        {
            "numbers": list(numbers), "ids": list(member_ids), "kinds": shown,
            "at": after.at if after else "infinity", "kind": after.kind.value if after else "",
            "id": after.id if after else 0, "limit": size + 1,
        },
    )  # fmt: skip
    found = tuple(
        Happened(
            Happening(row.kind), row.id, row.at, row.member_id,
            shown_subject(category=row.category, subject=row.what), row.amount_cents, row.state,
            row.number,
        )
        for row in rows[:size]
    )  # fmt: skip
    last = found[-1] if len(rows) > size else None
    return found, Moment(last.at, last.kind, last.id) if last else None
