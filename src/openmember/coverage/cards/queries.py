"""Reading ID cards, always for one account and for whoever looks."""

from collections import defaultdict
from datetime import date, datetime
from typing import Any

from openmember.accounts.types import Account
from openmember.coverage.cards import rules
from openmember.coverage.cards.types import Card, CardCoverage, CardRequest, Covered
from openmember.directory.queries import zone_of
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.queries import list_members
from openmember.members.types import Member


class UnknownRequest(Exception):
    """There is no such request for a card."""


_SPANS = """
SELECT e.member_id, s.insurance_line, s.plan, s.group_number, s.starts_on, s.ends_on
FROM coverage_span s JOIN coverage_enrollee e ON e.id = s.enrollee_id
WHERE s.account_number = ANY(%(numbers)s) AND NOT s.canceled
ORDER BY e.is_subscriber DESC, e.member_id, s.starts_on
"""
_REQUESTS = (
    "SELECT id, account_number, member_id, asked_on, again_on, address, actor, sent_on, canceled_on"
    " FROM coverage_card_request"
)


def list_cards(*, account: Account, viewer_id: int, now: datetime) -> tuple[Card, ...]:
    """Return the cards a member may see: their own first; the account's holder sees the family's too.

    Each is of today in the zone of its own member. Of a family member only a card that covers now or will
    is shown. Three statements.
    """
    spans = _spans(account.numbers)
    others = [one for one in spans if one != viewer_id] if account.holder_id == viewer_id else []
    asked = _asked([viewer_id, *others])
    cards = [
        _card(member, account.number, spans[member.id], asked, viewer_id, now)
        for member in list_members(member_ids=[viewer_id, *others])
    ]
    return tuple(card for card in cards if card.is_own or card.coverages or card.coming)


def map_covered(*, numbers: tuple[str, ...], day: date) -> dict[int, Covered]:
    """Return what covers each member of an account on a day. One statement; audited by the caller's page."""
    found = {}
    for member_id, spans in _spans(numbers).items():
        stretches = rules.join_stretches(spans)
        found[member_id] = Covered(
            rules.of_day(stretches, day), rules.coming(stretches, day),
            rules.ended_on(stretches, day), rules.changes(stretches, day),
        )  # fmt: skip
    return found


def list_open_requests(*, limit: int = 200) -> tuple[CardRequest, ...]:
    """Return the cards asked for and neither sent nor called off, the oldest first."""
    rows = fetch_all(
        f"{_REQUESTS} WHERE sent_on IS NULL AND canceled_on IS NULL ORDER BY id LIMIT %(limit)s",
        {"limit": limit},
    )
    return tuple(request_from_row(row) for row in rows)


def get_request(*, request_id: int) -> CardRequest:
    """Return one request, dealt with or not. Errors: UnknownRequest."""
    row = fetch_one(f"{_REQUESTS} WHERE id = %(id)s", {"id": request_id})
    if row is None:
        raise UnknownRequest
    return request_from_row(row)


def request_from_row(row: Any) -> CardRequest:
    """Return a row of the requests' table as a value."""
    return CardRequest(
        row.id, row.account_number, row.member_id, row.asked_on, row.again_on, tuple(row.address),
        row.actor, row.sent_on, row.canceled_on,
    )  # fmt: skip


def _spans(numbers: tuple[str, ...]) -> dict[int, list[CardCoverage]]:
    spans: dict[int, list[CardCoverage]] = defaultdict(list)
    for row in fetch_all(_SPANS, {"numbers": list(numbers)}):
        spans[row.member_id].append(
            CardCoverage(row.insurance_line, row.plan, row.group_number, row.starts_on, row.ends_on)
        )
    return spans


def _asked(member_ids: list[int]) -> dict[int, date]:
    rows = fetch_all(
        "SELECT member_id, max(again_on) AS again_on FROM coverage_card_request"
        " WHERE member_id = ANY(%(ids)s) AND canceled_on IS NULL GROUP BY member_id",
        {"ids": member_ids},
    )
    return {row.member_id: row.again_on for row in rows}


def _card(
    member: Member,
    number: str,
    spans: list[CardCoverage],
    asked: dict[int, date],
    viewer_id: int,
    now: datetime,
) -> Card:
    today = now.astimezone(zone_of(region=member.person.region)).date()
    stretches = rules.join_stretches(spans)
    is_own = member.id == viewer_id
    again_on = asked.get(member.id)
    sees_mrn = rules.may_see_record_number(is_own=is_own, born_on=member.person.birth_on, day=today)
    return Card(
        member_id=member.id,
        name=member.person.name,
        number=number,
        mrn=member.mrn if sees_mrn else "",
        region=member.person.region,
        is_own=is_own,
        coverages=rules.of_day(stretches, today),
        coming=rules.coming(stretches, today),
        ended_on=rules.ended_on(stretches, today),
        asked_until=again_on if again_on and again_on > today else None,
    )
