"""What the plan added to an appeal that the member has to see, and have time to answer, before it is decided.

Source: 29 CFR 2560.503-1(h); 45 CFR 147.136(b)(2)(ii)(C): what the plan generates or relies on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from openmember.grievances.types import BadCourse, Dispute, Law, Matter, Outcome
from openmember.kernel.sql import fetch_all

_MEDICARE = {Law.MEDICARE_ADVANTAGE, Law.PART_D}
# What came with the dispute was the member's; what members write themselves is theirs. What is withheld from
# them is named in their copy of the file with the reason, and never shared.
_UNSHARED = """
SELECT d.id AS document_id, NULL::bigint AS reviewer_id, d.name AS name, d.added_at AS at
FROM cases_document d JOIN cases_case c ON c.id = %(case)s
WHERE (d.case_id = c.id OR d.case_id IN (SELECT id FROM cases_case WHERE merged_into = c.id))
  AND d.removed_at IS NULL AND d.added_by NOT LIKE 'member:%%' AND d.added_at > c.opened_at
  AND NOT EXISTS (SELECT FROM grievances_sharing_item i WHERE i.document_id = d.id)
  AND coalesce((SELECT w.code FROM grievances_withheld w WHERE w.document_id = d.id
                ORDER BY w.id DESC LIMIT 1), '') = ''
UNION ALL
SELECT NULL, r.id, r.specialty, r.given_at FROM grievances_reviewer r
WHERE r.dispute_id = %(dispute)s AND r.given_at IS NOT NULL
  AND NOT EXISTS (SELECT FROM grievances_sharing_item i WHERE i.reviewer_id = r.id)
ORDER BY at
"""


@dataclass(frozen=True, slots=True)
class Unshared:
    """A document, or a clinical opinion (then `name` is its specialty), that the member has not been given."""

    document_id: int | None
    reviewer_id: int | None
    name: str
    at: datetime

    @property
    def is_opinion(self) -> bool:
        return self.reviewer_id is not None


@dataclass(frozen=True, slots=True)
class Sharing:
    """That something was shared: with which words, until when the member may answer, and whether they did."""

    id: int
    message: str
    at: datetime
    answer_on: date
    actor_name: str
    answered_at: datetime | None
    answered_how: str

    def waits(self, now: datetime, zone: str) -> bool:
        """Whether the member may still answer and has not."""
        return self.answered_at is None and now.astimezone(ZoneInfo(zone)).date() <= self.answer_on


def must_share(dispute: Dispute) -> bool:
    """Return whether the law asks to share what is new: in an internal appeal that Medicare does not govern."""
    found = dispute.standing
    return (
        found.track.law not in _MEDICARE
        and found.track.matter is Matter.APPEAL
        and found.level.is_plans
        and found.decision is None
    )


def list_unshared(*, dispute: Dispute) -> tuple[Unshared, ...]:
    """Return what the plan added and the member has not been given, the oldest first; none without a law."""
    if not must_share(dispute):
        return ()
    rows = fetch_all(_UNSHARED, {"case": dispute.case_id, "dispute": dispute.id})
    return tuple(Unshared(row.document_id, row.reviewer_id, row.name, row.at) for row in rows)


def list_sharings(*, dispute: Dispute) -> tuple[Sharing, ...]:
    """Return what was shared, the newest first."""
    rows = fetch_all(
        "SELECT s.*, a.at AS answered_at, a.how FROM grievances_sharing s"
        " LEFT JOIN grievances_sharing_answer a ON a.sharing_id = s.id"
        " WHERE s.dispute_id = %(id)s ORDER BY s.id DESC",
        {"id": dispute.id},
    )
    return tuple(
        Sharing(
            row.id,
            row.message,
            row.at,
            row.answer_on,
            row.actor_name,
            row.answered_at,
            row.how or "",
        )
        for row in rows
    )


def waiting(sharings: Sequence[Sharing], *, zone: str, now: datetime) -> Sharing | None:
    """Return what the member may still answer, until the latest day; None where nothing is."""
    open_ones = [one for one in sharings if one.waits(now, zone)]
    return max(open_ones, key=lambda one: one.answer_on, default=None)


def require_shared(*, dispute: Dispute, outcome: Outcome, now: datetime) -> None:
    """Let a decision against the member through only when they saw what is new and could answer.

    Errors: BadCourse `not_shared`; `answer_awaited`, whose message is the last day.
    """
    if not outcome.is_adverse or not must_share(dispute):
        return
    if list_unshared(dispute=dispute):
        raise BadCourse("not_shared", "share what is new with the member first")
    awaited = waiting(list_sharings(dispute=dispute), zone=dispute.standing.zone, now=now)
    if awaited is not None:
        raise BadCourse("answer_awaited", awaited.answer_on.isoformat())
