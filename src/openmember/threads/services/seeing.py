"""Noting who had which messages before them."""

from datetime import datetime

from openmember.cases.queries import family_ids
from openmember.cases.types import Case
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_all
from openmember.members.types import Actor


def see(*, case: Case, now: datetime, actor: Actor) -> int:
    """Note that the actor has the other side's messages of a case before them; return how many were new."""
    is_member = actor.kind == "member"
    rows = fetch_all(
        "INSERT INTO threads_seen (message_id, user_id, is_member, at)"
        " SELECT m.id, %(user)s, %(member)s, %(now)s FROM threads_message m"
        " WHERE m.case_id = ANY (%(ids)s) AND m.is_members <> %(member)s AND NOT EXISTS ("
        " SELECT FROM threads_seen s WHERE s.message_id = m.id AND s.user_id = %(user)s)"
        " ON CONFLICT DO NOTHING RETURNING message_id",
        {"user": actor.id, "member": is_member, "now": now, "ids": family_ids(case=case)},
    )
    if rows:
        audit.record(
            actor=str(actor), action="message.read", account_number=case.account_number,
            member_id=case.member_id, case_id=case.id, messages=[row.message_id for row in rows],
        )  # fmt: skip
        if is_member:
            # Who has read what there is need not be told of it any more.
            fetch_all(
                "UPDATE threads_notice SET over_at = %(now)s WHERE case_id = %(case)s AND user_id = %(user)s"
                " AND over_at IS NULL",
                {"now": now, "case": case.id, "user": actor.id},
            )
    return len(rows)
