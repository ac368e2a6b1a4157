"""Messages of the demo's first member: one answered, one that waits for the team, and a draft."""

from datetime import datetime, timedelta
from typing import Any

WROTE = (
    ("billing", 3, "Two bills for one visit",
     "I got two bills for the visit of last month. Is one of them a mistake?"),
    ("pharmacy", 0, "", "Can my refills come by mail from now on? I moved last week."),
)  # fmt: skip
ANSWERED = (
    "Hello,\n\nBoth bills are for one visit: one is the clinic’s, the other the laboratory’s. "
    "Neither is a mistake. If you want to pay them in parts, answer here and we set it up."
)


def show_messages(*, member_id: int, staff: dict[str, int], now: datetime) -> None:
    """Let the member write twice and begin a third, and the billing team answer the first."""
    from openmember.cases.queries import get_case
    from openmember.members.queries import map_sign_ins
    from openmember.members.types import Actor, Role
    from openmember.threads.services import sending

    user_id = next(iter(map_sign_ins(member_ids=[member_id])), None)
    if user_id is None:
        return
    member = Actor("member", user_id, member_id=member_id)
    helper = Actor("staff", staff["billing"], roles=frozenset({Role.BILLING}))
    for place, (team, days, subject, body) in enumerate(WROTE):
        at = now - timedelta(days=days, hours=2)
        draft = _draft(member, f"demo-{place}", (team, subject, body), at)
        case = sending.send(draft=draft, now=at, actor=member)
        if team == "billing":
            later = at + timedelta(hours=5)
            seen = get_case(number=case.number, actor=helper)
            sending.write(case=seen, body=ANSWERED, now=later, actor=helper)
    _draft(member, "demo-draft", ("", "", "I would like to know whether an eye exam"), now)


def _draft(member: Any, key: str, words: tuple[str, str, str], at: datetime) -> Any:
    from openmember.threads.services import drafts
    from openmember.threads.types import Written

    team, subject, body = words
    return drafts.keep(
        key=key,
        member_id=member.member_id,
        written=Written(body, subject, team),
        now=at,
        actor=member,
    )
