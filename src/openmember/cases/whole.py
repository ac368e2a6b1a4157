"""A case with everything that hangs on it, read in one statement, for the page that shows all of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from openmember.cases.callbacks.queries import callback_from_row
from openmember.cases.callbacks.types import Callback
from openmember.cases.clocks.rules import clock_state
from openmember.cases.clocks.types import ClockState
from openmember.cases.documents.types import CaseDocument
from openmember.cases.dossier import PRESENT_SECONDS
from openmember.cases.interactions.queries import interaction_from_row
from openmember.cases.interactions.types import Interaction
from openmember.cases.rows import (
    CLOCK_KINDS,
    clock_event_from_row,
    event_from_row,
    expedite_from_row,
    link_from_row,
    note_from_row,
    plain,
)
from openmember.cases.transfers.queries import transfer_from_row
from openmember.cases.transfers.types import State as TransferState
from openmember.cases.transfers.types import Transfer
from openmember.cases.types import (
    Alarm,
    Case,
    Draft,
    Event,
    Expedite,
    Link,
    Note,
    Present,
    Raised,
    Tick,
)
from openmember.documents.types import Scan
from openmember.kernel.sql import fetch_one, sql_text
from openmember.members.types import Actor

SQL = Path(__file__).parent / "sql"


@dataclass(frozen=True, slots=True)
class Whole:
    """What hangs on a case and on those merged into it, in the orders of `dossier`."""

    merged: tuple[str, ...]
    events: tuple[Event, ...]
    notes: tuple[Note, ...]
    draft: Draft | None
    ticks: tuple[Tick, ...]
    links: tuple[Link, ...]
    documents: tuple[CaseDocument, ...]
    contacts: tuple[Interaction, ...]
    expedites: tuple[Expedite, ...]
    alarms: tuple[Raised, ...]
    transfers: tuple[Transfer, ...]
    calls: tuple[Callback, ...]
    present: tuple[Present, ...]
    clock: ClockState | None

    @property
    def offer(self) -> Transfer | None:
        """The offer that waits for an answer."""
        return next((one for one in self.transfers if one.state is TransferState.OFFERED), None)


def get_whole(*, case: Case, actor: Actor, now: datetime) -> Whole:
    """Return everything that hangs on a case that a query of `queries` gave to the actor. One statement."""
    found = fetch_one(
        sql_text(SQL / "whole.sql"),
        {"id": case.id, "user": actor.id or 0, "since": now - timedelta(seconds=PRESENT_SECONDS)},
    )
    events = _rows(found.events)
    clock = [one for one in events if one.case_id == case.id and one.kind in CLOCK_KINDS]
    draft = plain(found.draft)
    return Whole(
        merged=tuple(plain(found.merged) or ()),
        events=tuple(event_from_row(one) for one in events),
        notes=tuple(note_from_row(one) for one in _rows(found.notes)),
        draft=_draft(_row(draft)) if draft else None,
        ticks=tuple(Tick(one.item, one.at, one.actor_name) for one in _rows(found.ticks)),
        links=tuple(link_from_row(one) for one in _rows(found.links)),
        documents=tuple(_document(one) for one in _rows(found.documents)),
        contacts=tuple(interaction_from_row(one) for one in _rows(found.contacts)),
        expedites=tuple(expedite_from_row(one) for one in _rows(found.expedites)),
        alarms=tuple(_alarm(one) for one in _rows(found.alarms)),
        transfers=tuple(transfer_from_row(one) for one in _rows(found.transfers)),
        calls=tuple(callback_from_row(one) for one in _rows(found.calls)),
        present=tuple(
            Present(one.user_id, one.name, one.is_writing, one.seen_at)
            for one in _rows(found.present)
        ),
        # The log's own order, which is that of its ids and not of the moments it tells of.
        clock=clock_state(clock_event_from_row(one) for one in sorted(clock, key=lambda e: e.id)),
    )


def _rows(value: Any) -> list[Any]:
    return [_row(one) for one in plain(value) or ()]


def _row(one: Mapping[str, Any]) -> Any:
    """Return an object of JSON as a row: what is named like a moment is one."""
    return SimpleNamespace(
        **{
            name: datetime.fromisoformat(value)
            if value and (name == "at" or name.endswith("_at"))
            else value
            for name, value in one.items()
        }
    )


def _draft(one: Any) -> Draft:
    return Draft(one.body, one.version, one.saved_at)


def _document(one: Any) -> CaseDocument:
    return CaseDocument(
        one.id, one.case_id, one.name, one.media_type, one.size_bytes, Scan(one.scan),
        one.is_visible, one.added_at, one.added_by,
    )  # fmt: skip


def _alarm(one: Any) -> Raised:
    return Raised(
        one.id, one.case_id, one.number, one.subject, Alarm(one.kind), one.subject_id, one.team,
        one.user_id, one.at,
    )  # fmt: skip
