"""Reading the queue, its matches, and how the bank's figure becomes the books'."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from openmember.kernel.sql import fetch_all, fetch_one, sql_text
from openmember.ledger.types import Difference
from openmember.payments.reconciliation import rules
from openmember.payments.reconciliation.types import (
    AgeBucket,
    Entry,
    Gap,
    Match,
    Note,
    QueuePage,
    Side,
    Statement,
    Suggestion,
)
from openmember.rulebook.calendar import is_banking_day

SQL = Path(__file__).parent / "sql"


class UnknownEntry(Exception):
    """There is no such entry."""


class UnknownMatch(Exception):
    """There is no such match."""


def list_queue(
    *,
    today: date,
    side: Side | None = None,
    only_late: bool = False,
    limit: int = 50,
    offset: int = 0,
) -> QueuePage:
    """Return what is in no match, or waits for a second person, the oldest first."""
    rows = fetch_all(
        sql_text(SQL / "queue.sql"),
        {
            "today": today,
            "side": side,
            "late": rules.WINDOW_DAYS if only_late else None,
            "limit": limit,
            "offset": offset,
        },
    )
    first = rows[0]  # The sums come on every row, and on one empty row when there is nothing.
    return QueuePage(
        tuple(_entry(row) for row in rows if row.id is not None), first.total, first.total_cents
    )


def get_entry(*, entry_id: int, today: date) -> Entry:
    """Return one entry. Errors: UnknownEntry."""
    found = _entries("e.id = %(id)s", today, id=entry_id)
    if not found:
        raise UnknownEntry
    return found[0]


def list_chosen(*, entry_ids: Sequence[int], today: date) -> tuple[Entry, ...]:
    """Return these entries, those there are."""
    return _entries("e.id = ANY(%(ids)s)", today, ids=list(entry_ids))


def find_match_of(*, entry: Entry, today: date) -> Match | None:
    """Return the match an entry is in, or None."""
    return get_match(match_id=entry.match_id, today=today) if entry.match_id else None


def get_match(*, match_id: int, today: date) -> Match:
    """Return a match with all that is or was in it. Errors: UnknownMatch."""
    row = fetch_one("SELECT * FROM payments_recon_match WHERE id = %(id)s", {"id": match_id})
    if row is None:
        raise UnknownMatch
    entries = _entries(
        "e.id IN (SELECT entry_id FROM payments_recon_part WHERE match_id = %(id)s)",
        today,
        id=match_id,
    )
    return Match(
        row.id, row.rule, row.reason, row.state, row.posted_cents, row.posted_code, row.made_by, row.made_at,
        row.approved_by, row.undone_by, row.undone_reason, row.undo_asked_by, entries,
    )  # fmt: skip


def list_waiting(*, today: date) -> tuple[Match, ...]:
    """Return the matches that wait for a second person, the oldest first."""
    rows = fetch_all(
        "SELECT id FROM payments_recon_match WHERE state = 'waiting' ORDER BY id LIMIT 100"
    )
    return tuple(get_match(match_id=row.id, today=today) for row in rows)


def list_past_matches(*, entry: Entry, today: date) -> tuple[Match, ...]:
    """Return the matches an entry was in that were taken apart."""
    rows = fetch_all(
        "SELECT m.id FROM payments_recon_part p JOIN payments_recon_match m ON m.id = p.match_id"
        " WHERE p.entry_id = %(id)s AND m.state IN ('undone', 'rejected') ORDER BY m.id",
        {"id": entry.id},
    )
    return tuple(get_match(match_id=row.id, today=today) for row in rows)


def list_notes(*, entry: Entry) -> tuple[Note, ...]:
    """Return what people wrote about an entry, the oldest first."""
    rows = fetch_all(
        "SELECT kind, text, actor, at FROM payments_recon_note WHERE entry_id = %(id)s ORDER BY id",
        {"id": entry.id},
    )
    return tuple(Note(row.kind, row.text, row.actor, row.at) for row in rows)


def gap_of(*, entry_ids: Sequence[int]) -> int:
    """Return by how many cents the sides of these entries differ."""
    row = fetch_one(
        "SELECT payments_recon_gap(%(ids)s::bigint[]) AS cents", {"ids": list(entry_ids)}
    )
    return int(row.cents)


def suggest(*, entry: Entry, today: date) -> tuple[Suggestion, ...]:
    """Return what may be the other side of an open entry, the likeliest first, each with why."""
    if entry.match_id is not None or entry.withdrawn:
        return ()
    rows = fetch_all(sql_text(SQL / "suggestions.sql"), {"id": entry.id})
    ids = {one for row in rows for one in row.ids}
    known = {one.id: one for one in list_chosen(entry_ids=tuple(ids), today=today)}
    return tuple(
        Suggestion(tuple(known[one] for one in row.ids if one in known), row.why, row.cents)
        for row in rows
    )


def list_ages(*, today: date) -> tuple[AgeBucket, ...]:
    """Return how much each side has open by age, every age of every side."""
    rows = fetch_all(
        sql_text(SQL / "ages.sql"),
        {
            "today": today,
            "from": [first for first, _last in rules.AGES],
            "until": [last for _first, last in rules.AGES],
        },
    )
    return tuple(
        AgeBucket(Side(row.side), row.from_days, row.until_days, row.count, row.cents)
        for row in rows
    )


def get_statement(*, until: date) -> Statement:
    """Return how the bank's movements up to a day become what the books hold at the bank."""
    row = fetch_one(sql_text(SQL / "statement.sql"), {"until": until})
    names = (
        "open_bank", "open_books", "settled_ahead", "posted_ahead", "gateway_only", "not_loaded",
    )  # fmt: skip
    return Statement(
        row.bank_cents, row.books_cents, tuple((name, getattr(row, name)) for name in names)
    )


def list_gaps(
    *, accounts: tuple[str, ...] | None = None, until: date | None = None
) -> tuple[Gap, ...]:
    """Return breaks in the bank's days, of all accounts or of these."""
    rows = fetch_all(
        sql_text(SQL / "bank_days.sql"),
        {"accounts": list(accounts) if accounts is not None else None, "until": until},
    )
    days = tuple((row.account, row.day, row.opening_cents, row.closing_cents) for row in rows)
    missing: dict[str, list[date]] = {}
    for before, after in pairwise(days):
        if before[0] == after[0]:
            lost = [day for day in rules.days_between(before[1], after[1]) if is_banking_day(day)]
            missing.setdefault(after[0], []).extend(lost)
    return rules.gaps(days, missing)


def list_missing_days(*, month: date, until: date) -> tuple[date, ...]:
    """Return the banking days of a month on which no account of ours has a statement."""
    rows = fetch_all(
        "SELECT DISTINCT day FROM payments_bank_day WHERE currency = 'USD'"
        " AND day BETWEEN %(month)s AND %(until)s",
        {"month": month, "until": until},
    )
    known = {row.day for row in rows}
    days = [month, *rules.days_between(month, until), until]
    return tuple(day for day in days if is_banking_day(day) and day not in known)


def find_last_run() -> date | None:
    """Return the latest day that was reconciled, or None."""
    found: date | None = fetch_one("SELECT max(day) AS day FROM payments_recon_run").day
    return found


def count_unreviewed(*, until: date) -> tuple[int, int]:
    """Return how many late entries up to a day nobody has matched or written about, and what they add up to."""
    row = fetch_one(sql_text(SQL / "unreviewed.sql"), {"until": until, "late": rules.WINDOW_DAYS})
    return row.count, row.cents


def list_differences() -> tuple[Difference, ...]:
    """Return every cent of the bank, the gateways and the books that is in no entry, or in two matches."""
    return tuple(
        Difference(row.check_name, row.account_number or "", row.explanation)
        for row in fetch_all(sql_text(SQL / "differences.sql"))
    )


def _entries(where: str, today: date, **params: object) -> tuple[Entry, ...]:
    query = sql_text(SQL / "entries.sql") + f" WHERE {where} ORDER BY e.day, e.id"
    return tuple(_entry(row) for row in fetch_all(query, {"today": today, **params}))


def _entry(row: Any) -> Entry:
    return Entry(
        id=row.id,
        side=Side(row.side),
        day=row.day,
        code=row.code,
        amount_cents=row.amount_cents,
        kind=row.kind,
        reference=row.reference,
        text=row.text,
        channel=row.channel,
        match_id=row.match_id,
        age_days=row.age_days,
        is_reviewed=row.is_reviewed,
        is_waiting=row.is_waiting,
        withdrawn=row.withdrawn,
    )
