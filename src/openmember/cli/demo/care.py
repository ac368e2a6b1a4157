"""Contacts, cases and promised calls of the demo's members, in every state a page can show."""

from datetime import datetime, timedelta
from typing import Any

SKILLS = {
    "representative": (
        "member_services billing claims benefits appointments digital_help registration", "es",
    ),
    "billing": ("billing financial_services claims", ""),
    "nurse": ("nurse_line", "es"),
    "pharmacist": ("pharmacy pharmacy_authorization", "zh-hant"),
    "appeals": ("grievances", ""),
    "supervisor": ("member_services billing accessibility interpreters", "es"),
}  # fmt: skip
# Category, how many days ago, the need, and its facts.
ASKED = (
    ("bill_question", 4, "I was billed twice for one visit. The second bill came a week later.",
     {"bill": "The visit of last month", "amount": "40.00"}),
    ("refill_problem", 1, "The pharmacy says there are no refills left, and I have pills for three days.",
     {"medicine": "Metformin 500 mg", "days_left": "3"}),
    ("coverage_question", 12, "Is an eye exam covered this year, and do I need a referral?",
     {"service": "Eye exam"}),
    ("accessibility_feedback", 2, "The screen reader does not say what the buttons of the card page do.",
     {"wanted": "Name the buttons", "page": "ID card"}),
)  # fmt: skip


def show_care(*, members: list[Any], staff: dict[str, int], actor: Any, now: datetime) -> None:
    """Give the staff their teams, and the first members something to follow."""
    from openmember.members.skills import set_skills
    from openmember.members.types import Role, Skills

    for role, (teams, languages) in SKILLS.items():
        skills = Skills(frozenset(teams.split()), frozenset(languages.split()))
        set_skills(user_id=staff[role], skills=skills, actor=actor)
    people = {role: _acting(staff[role], Role(role)) for role in SKILLS}
    for place, member_id in enumerate(members):
        _ask(member_id, place, people, now)


def _acting(user_id: int, role: Any) -> Any:
    from openmember.members.types import Actor

    return Actor("staff", user_id, roles=frozenset({role}))


def _ask(member_id: int, place: int, people: dict[str, Any], now: datetime) -> None:
    from openmember.cases.interactions.services import contacts
    from openmember.cases.interactions.services.notes import save_notes
    from openmember.cases.interactions.types import NewInteraction, Outcome
    from openmember.cases.services.opening import open_case
    from openmember.cases.types import Channel, NewCase

    helper = people["representative"]
    for count, (category, days, need, facts) in enumerate(ASKED):
        if place and count % len(ASKED) != place % len(ASKED):
            continue
        at = now - timedelta(days=days, hours=place % 5)
        call = contacts.begin(
            new=NewInteraction(
                Channel.PHONE, member_id, topic=category, need=need,
                arrived_at=at - timedelta(minutes=2 + count),
            ),
            now=at, actor=helper,
        )  # fmt: skip
        contacts.verify(
            interaction_id=call.id, factors=["birth_on", "zip_code"], now=at, actor=helper
        )
        save_notes(interaction_id=call.id, body=need, expected_version=0, now=at, actor=helper)
        case = open_case(
            new=NewCase(category, member_id, Channel.PHONE, need=need, facts=facts),
            now=at, actor=helper, interaction_id=call.id,
        )  # fmt: skip
        contacts.end(
            interaction_id=call.id,
            outcome=Outcome.CASE,
            now=at + timedelta(minutes=9),
            actor=helper,
        )
        if place == 0:
            _work(count, case, people, at, now)


def _work(count: int, case: Any, people: dict[str, Any], at: datetime, now: datetime) -> None:
    """Bring Ana's cases into different states."""
    from openmember.cases.callbacks.queries import list_windows
    from openmember.cases.callbacks.services import promise
    from openmember.cases.services import moving, notes, owning
    from openmember.cases.types import Status

    later = at + timedelta(hours=3)
    if count == 0:
        case = owning.take(case=case, now=later, actor=people["billing"])
        notes.add_note(
            case=case, body="Both bills are for the same claim. The clinic was asked.",
            is_visible=False, now=later, actor=people["billing"],
        )  # fmt: skip
        moving.move(
            case=case, to=Status.WAITING_ON_MEMBER, now=later, actor=people["billing"],
            why="Please send us a picture of the second bill.",
        )  # fmt: skip
    elif count == 1:
        case = owning.take(case=case, now=later, actor=people["pharmacist"])
        window = list_windows(case=case, now=now + timedelta(hours=2), count=1)[0]
        promise(case=case, window=window, phone="510-555-0134", now=now, actor=people["pharmacist"])
    elif count == 2:
        case = owning.take(case=case, now=later, actor=people["representative"])
        moving.move(
            case=case, to=Status.RESOLVED, now=later + timedelta(days=1),
            actor=people["representative"], why="explained on the phone",
            answer="Yes: one eye exam a year, and you need no referral. Your share is the office copay.",
        )  # fmt: skip
