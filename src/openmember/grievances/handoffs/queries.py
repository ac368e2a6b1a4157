"""Files of a dispute and their orders. Whoever may read the case may read them; the member their copies."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from openmember.grievances.handoffs.types import (
    Answer,
    Bound,
    Handoff,
    How,
    Package,
    Purpose,
    Said,
    Way,
)
from openmember.grievances.types import Dispute, Level, Step
from openmember.kernel.sql import fetch_all, fetch_one

_PACKAGE = """
SELECT k.*, p.sha256 AS pdf_sha256, p.size_bytes, z.size_bytes AS bundle_bytes
FROM grievances_package k JOIN documents_file p ON p.stored_as = k.stored_as
JOIN documents_file z ON z.stored_as = k.bundled_as
"""


# A file that fails so often is looked at by a person.
TRIES_AT_MOST = 5


class UnknownPackage(LookupError):
    """The dispute has no such file, or none the reader may have."""


@dataclass(frozen=True, slots=True)
class Order:
    """That somebody asked for a file. Without a package it is still to be made."""

    id: int
    purpose: Purpose
    asked_at: datetime
    asked_by: str
    asked_name: str
    on_paper: bool
    tries: int
    package: Package | None
    given_at: datetime | None
    printed_at: datetime | None

    @property
    def is_waiting(self) -> bool:
        """Whether it is still to be made, and tried."""
        return self.package is None and not self.has_failed

    @property
    def has_failed(self) -> bool:
        """Whether it could not be made, and is not tried until it is asked for again."""
        return self.package is None and self.tries >= TRIES_AT_MOST

    @property
    def is_by_itself(self) -> bool:
        return self.asked_by.startswith("system:")

    @property
    def is_members(self) -> bool:
        return self.asked_by.startswith("member:")


def get_package(*, dispute: Dispute, package_id: int, purpose: Purpose | None = None) -> Package:
    """Return a file of a dispute, where one is named for this purpose alone. Errors: UnknownPackage."""
    row = fetch_one(
        _PACKAGE + "WHERE k.dispute_id = %(dispute)s AND k.id = %(id)s"
        " AND (%(purpose)s::text IS NULL OR k.purpose = %(purpose)s)",
        {"dispute": dispute.id, "id": package_id, "purpose": purpose},
    )
    if row is None:
        raise UnknownPackage(package_id)
    return package_from_row(row)


def package_of_order(*, order_id: int) -> Package:
    """Return what was made of an order, for jobs. Errors: UnknownPackage."""
    row = fetch_one(
        _PACKAGE  # noqa: S608  constant text
        + "WHERE k.id = (SELECT package_id FROM grievances_order WHERE id = %(id)s)",
        {"id": order_id},
    )
    if row is None:
        raise UnknownPackage(order_id)
    return package_from_row(row)


def list_orders(
    *, dispute: Dispute, purpose: Purpose | None = None, limit: int = 20
) -> tuple[Order, ...]:
    """Return who asked for the file and what was made of it, the newest first."""
    rows = fetch_all(
        "SELECT * FROM grievances_order WHERE dispute_id = %(dispute)s"
        " AND (%(purpose)s::text IS NULL OR purpose = %(purpose)s) ORDER BY id DESC LIMIT %(limit)s",
        {"dispute": dispute.id, "purpose": purpose, "limit": limit},
    )
    made = {
        one.id: one
        for one in _packages([row.package_id for row in rows if row.package_id is not None])
    }
    return tuple(
        Order(
            row.id, Purpose(row.purpose), row.asked_at, row.asked_by, row.asked_name, row.on_paper, row.tries,
            made.get(row.package_id), row.given_at, row.printed_at,
        )
        for row in rows
    )  # fmt: skip


def list_handoffs(*, dispute: Dispute) -> tuple[Handoff, ...]:
    """Return to whom the file went, and what they said, the newest first."""
    rows = fetch_all(
        "SELECT * FROM grievances_handoff WHERE dispute_id = %(id)s ORDER BY id DESC",
        {"id": dispute.id},
    )
    if not rows:
        return ()
    said = fetch_all(
        "SELECT * FROM grievances_handoff_answer WHERE handoff_id = ANY (%(ids)s) ORDER BY id",
        {"ids": [row.id for row in rows]},
    )
    return tuple(_handoff(row, [one for one in said if one.handoff_id == row.id]) for row in rows)


def _handoff(row: Any, answers: Sequence[Any]) -> Handoff:
    return Handoff(
        id=row.id, visit=row.visit, step=Step(row.step), turn=row.turn, level=Level(row.level),
        reviewer=row.reviewer, reviewer_name=row.reviewer_name, package_id=row.package_id,
        sha256=row.sha256, way=Way(row.way), sent_to=row.sent_to, proof=row.proof, sent_at=row.sent_at,
        again_why=row.again_why, actor_name=row.actor_name,
        answers=tuple(
            Answer(Said(one.kind), one.at, one.by_whom, one.reference, one.why) for one in answers
        ),
    )  # fmt: skip


def latest_file(*, dispute: Dispute) -> Package | None:
    """Return the file for a reviewer that was made last."""
    row = fetch_one(
        _PACKAGE + "LEFT JOIN grievances_order o ON o.package_id = k.id"
        " WHERE k.dispute_id = %(id)s AND k.purpose = 'reviewer'"
        # Made again of the same things it is the first one: what was asked for last counts.
        " ORDER BY coalesce(o.given_at, k.made_at) DESC, o.id DESC NULLS LAST, k.id DESC LIMIT 1",
        {"id": dispute.id},
    )
    return package_from_row(row) if row else None


def withheld_of(*, document_ids: Sequence[int]) -> dict[int, str]:
    """Return which documents the member is not given, with the code of why."""
    rows = fetch_all(
        "SELECT DISTINCT ON (document_id) document_id, code FROM grievances_withheld"
        " WHERE document_id = ANY (%(ids)s) ORDER BY document_id, id DESC",
        {"ids": list(document_ids)},
    )
    return {row.document_id: row.code for row in rows if row.code}


def package_from_row(row: Any) -> Package:
    bound = row.bound if isinstance(row.bound, list) else json.loads(row.bound)
    return Package(
        id=row.id, dispute_id=row.dispute_id, purpose=Purpose(row.purpose), language=row.language,
        stored_as=row.stored_as, bundled_as=row.bundled_as, sha256=row.pdf_sha256, bundle_sha256=row.sha256,
        size_bytes=row.size_bytes, bundle_bytes=row.bundle_bytes, pages=row.pages,
        bound=tuple(Bound(**{**one, "how": How(one["how"])}) for one in bound), made_at=row.made_at,
        contents=row.contents or "",
    )  # fmt: skip


def _packages(ids: Sequence[int]) -> tuple[Package, ...]:
    if not ids:
        return ()
    rows = fetch_all(_PACKAGE + "WHERE k.id = ANY (%(ids)s)", {"ids": list(ids)})
    return tuple(package_from_row(row) for row in rows)
