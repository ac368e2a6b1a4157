"""What whoever answers members must know of them first: what is open, what was promised, how we last talked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from openmember.cases.categories import shown_subject
from openmember.cases.interactions.types import Outcome, Relay
from openmember.cases.repeats.types import ContactPoint, Kind
from openmember.cases.rows import plain
from openmember.cases.types import Channel, Priority, Status
from openmember.kernel.sql import fetch_one, sql_text
from openmember.members.needs.queries import needs_from
from openmember.members.needs.types import Needs
from openmember.members.types import Actor, NotAllowed, Scope

SQL = Path(__file__).parent / "sql"
MOST = 5


@dataclass(frozen=True, slots=True)
class OpenCase:
    """The headline of a case. `due_at` is the first moment that is late; None where its clock stands still."""

    number: str
    member_id: int
    subject: str
    status: Status
    priority: Priority
    due_at: datetime | None
    owner_name: str

    @property
    def answer_by(self) -> datetime | None:
        return self.due_at - timedelta(minutes=1) if self.due_at else None


@dataclass(frozen=True, slots=True)
class PromisedCall:
    """A call we promised and have not made. The window is in `zone`, the member's own."""

    case_number: str
    member_id: int
    starts_at: datetime
    ends_at: datetime
    zone: str
    assignee_name: str


@dataclass(frozen=True, slots=True)
class LastContact:
    """One contact; without an outcome it still runs."""

    id: int
    member_id: int
    channel: Channel
    is_outbound: bool
    arrived_at: datetime
    representative_name: str
    representative_location: str
    topic: str
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class Glance:
    """Of some members, at most `MOST` of each list.

    `standing` are the needs they have said; `needs` an interpreter's language and a relay of their last contact
    that had any.
    """

    cases: tuple[OpenCase, ...]
    open_cases: int
    calls: tuple[PromisedCall, ...]
    contacts: tuple[LastContact, ...]
    needs: Mapping[int, tuple[str, Relay | None]]
    standing: Mapping[int, Needs]
    points: Mapping[int, ContactPoint]
    proposals: int


def get_glance(*, member_ids: Sequence[int], actor: Actor) -> Glance:
    """Return what is open of these members, for whoever answers them. One statement; audited by the page.

    Errors: NotAllowed.
    """
    if not (actor.may(Scope.CONTACT) or actor.may(Scope.WORK_CASES)):
        raise NotAllowed(Scope.CONTACT)
    row = fetch_one(sql_text(SQL / "glance.sql"), {"ids": list(member_ids), "most": MOST})
    return Glance(
        cases=tuple(_case(one) for one in plain(row.cases) or ()),
        open_cases=row.open_cases,
        calls=tuple(_call(one) for one in plain(row.calls) or ()),
        contacts=tuple(_contact(one) for one in plain(row.contacts) or ()),
        needs={
            one["member_id"]: (one["interpreter_language"], Relay(one["relay"]) if one["relay"] else None)
            for one in plain(row.needs) or ()
        },
        standing={one["member_id"]: needs_from(one) for one in plain(row.standing) or ()},
        points={
            one["member_id"]: ContactPoint(
                one["owner_id"], one["owner_name"], one["location"], one["topic"], Kind(one["kind"])
            )
            for one in plain(row.points) or ()
        },
        proposals=row.proposals,
    )  # fmt: skip


def _case(one: Mapping[str, Any]) -> OpenCase:
    return OpenCase(
        one["number"], one["member_id"],
        shown_subject(category=one["category"], subject=one["subject"]), Status(one["status"]),
        Priority(one["priority"]), _moment(one["due_at"]), one["owner_name"],
    )  # fmt: skip


def _call(one: Mapping[str, Any]) -> PromisedCall:
    return PromisedCall(
        one["number"], one["member_id"], datetime.fromisoformat(one["starts_at"]),
        datetime.fromisoformat(one["ends_at"]), one["zone"], one["assignee_name"],
    )  # fmt: skip


def _contact(one: Mapping[str, Any]) -> LastContact:
    return LastContact(
        one["id"], one["member_id"], Channel(one["channel"]), one["is_outbound"],
        datetime.fromisoformat(one["arrived_at"]), one["representative_name"],
        one["representative_location"], one["topic"],
        Outcome(one["outcome"]) if one["outcome"] else None,
    )  # fmt: skip


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
