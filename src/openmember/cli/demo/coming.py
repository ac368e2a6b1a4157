"""Who comes by themselves: people in the room of an office, visits with an interpreter, and new patients."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

OFFICE = "oakland"
# Minutes ago, language, topic, in their words, what helps while they wait, whether their number was typed.
CAME: tuple[tuple[int, str, str, str, tuple[str, ...], bool], ...] = (
    (52, "en", "billing", "I was billed twice for one visit", (), False),
    (41, "es", "member_services", "Cambié de dirección", (), False),
    (33, "en", "member_services", "My card has not come", (), False),
    (24, "es", "claims", "Una carta que no entiendo", ("fetch",), False),
    (15, "vi", "pharmacy", "", (), False),
    (11, "en", "billing", "A payment plan", ("rest",), True),
    (4, "en", "member_services", "", ("print",), False),
)
SERVED, MISSED = 2, 1
# First name, last name, born, street, city, ZIP code, telephone, email, language, how they read.
APPLICANTS: tuple[tuple[str, str, date, str, str, str, str, str, str, str], ...] = (
    ("Mei", "Tran", date(1988, 3, 4), "41 Alder Court", "Oakland", "94612",
     "510-555-0141", "mei.tran@example.org", "en", "standard"),
    ("Rosa", "Delgado", date(1961, 9, 30), "7 Harbor Lane", "Alameda", "94501",
     "510-555-0152", "", "es", "large_print"),
    ("Noah", "Okafor", date(2019, 6, 12), "19 Quarry Road", "Berkeley", "94703",
     "510-555-0163", "ada.okafor@example.org", "en", "standard"),
    ("Wen", "Liu", date(1975, 1, 22), "230 Canal Street", "Oakland", "94607",
     "510-555-0174", "wen.liu@example.org", "zh-hant", "standard"),
    ("Peter", "Lindqvist", date(1990, 11, 2), "5 Orchard Way", "Oakland", "94610",
     "510-555-0185", "", "en", "braille"),
)  # fmt: skip
PARENT = "Ada Okafor, mother"


def show_coming(*, members: list[int], staff: dict[str, int], now: datetime) -> None:
    """Let people come to the office today, be seen with an interpreter soon, and apply as new patients."""
    from openmember.members.types import Actor, Role

    people = {
        role: Actor("staff", staff[role], roles=frozenset({Role(role)}))
        for role in ("cashier", "representative")
    }
    _room(members[5], people, now)
    _visits(members[1:3], people["representative"], now)
    _applicants(members[7], people["representative"], now)


def _room(member_id: int, people: dict[str, Any], now: datetime) -> None:
    from openmember.cases.interactions.services import contacts
    from openmember.cases.interactions.types import Outcome
    from openmember.cases.walkins import services
    from openmember.cases.walkins.types import Need, NewWalkin
    from openmember.members.needs.services import set_needs
    from openmember.members.needs.types import Accommodation, Needs
    from openmember.members.queries import get_member

    helper = people["representative"]
    heard = Needs(accommodations=frozenset({Accommodation.LISTENING_DEVICE}))
    set_needs(member_id=member_id, needs=heard, now=now, actor=helper)
    mrn = get_member(member_id=member_id).mrn
    for place, (minutes, language, team, words, needs, is_known) in enumerate(CAME):
        came = now - timedelta(minutes=minutes)
        ticket = services.check_in(
            new=NewWalkin(
                OFFICE, language, team, words, mrn if is_known else "",
                frozenset(Need(one) for one in needs),
            ),
            now=came, actor=people["cashier"],
        )  # fmt: skip
        if place >= SERVED + MISSED:
            continue
        called = came + timedelta(minutes=3)
        services.call(ticket_id=ticket.id, desk=2, now=called, actor=helper)
        if place >= SERVED:
            services.miss(ticket_id=ticket.id, now=called + timedelta(minutes=2), actor=helper)
            continue
        services.serve(ticket_id=ticket.id, now=called + timedelta(minutes=1), actor=helper)
        contacts.end(
            interaction_id=ticket.interaction_id, outcome=Outcome.ANSWERED,
            now=called + timedelta(minutes=8), actor=helper,
        )  # fmt: skip


def _visits(members: list[int], helper: Any, now: datetime) -> None:
    from openmember.cases.interpreters import services
    from openmember.cases.interpreters.types import Appointment, NewRequest
    from openmember.members.needs.types import InterpreterMode

    asked = []
    for days, member_id, language, mode in (
        (3, members[0], "zh-hant", InterpreterMode.IN_PERSON),
        (6, members[1], "ase", InterpreterMode.VIDEO),
    ):
        starts_at = (now + timedelta(days=days)).replace(
            hour=18, minute=30, second=0, microsecond=0
        )
        visit = Appointment(starts_at, "Oakland, second floor, room 12", f"AP-{40 + days}")
        new = NewRequest(language, mode, member_id=member_id, appointment=visit)
        asked.append(services.ask(new=new, now=now, actor=helper))
    services.assign(
        request_id=asked[0].id, agency="Our own people", interpreter="No. 17", now=now, actor=helper
    )


def _applicants(member_id: int, helper: Any, now: datetime) -> None:
    from openmember.members.queries import get_member
    from openmember.members.types import GUEST
    from openmember.registrations.rules import SCRIPT
    from openmember.registrations.services import deciding, judging
    from openmember.registrations.types import Channel, Missing, Way

    ways = (Channel.WEB, Channel.PHONE, Channel.OFFICE, Channel.WEB, Channel.OFFICE)
    found = []
    for place, facts in enumerate(_facts()):
        actor = GUEST if ways[place] is Channel.WEB else helper
        found.append(_receive(facts, ways[place], now - timedelta(hours=50 - 11 * place), actor))
    # One who is a member already writes their name a little otherwise.
    member = get_member(member_id=member_id)
    like = replace(
        member.person, name=replace(member.person.name, middle="J"), email="", language="en"
    )
    _receive(replace(_facts()[0], person=like), Channel.WEB, now - timedelta(hours=1), GUEST)

    def of(one: Any) -> dict[str, Any]:
        return {
            "registration_id": one.id,
            "expected_version": one.version,
            "now": now,
            "actor": helper,
        }

    judging.check_identity(**of(found[1]), way=Way.SCRIPT, what=SCRIPT)
    deciding.give_back(**of(found[3]), missing=[Missing.IDENTITY], note="")
    deciding.give_back(**of(found[4]), missing=[Missing.ADDRESS, Missing.IDENTITY], note="")


def _facts() -> list[Any]:
    from openmember.members.types import Address, Person, PersonName
    from openmember.registrations.types import Coverage, Facts

    return [
        Facts(
            Person(
                PersonName(first, last), born, phone=phone, email=email, language=language,
                address=Address(street, "", city, "CA", zip_code), region="california", reading_format=reads,
            ),
            Coverage.NONE,
            filled_by=PARENT if last in PARENT else "",
        )
        for first, last, born, street, city, zip_code, phone, email, language, reads in APPLICANTS
    ]  # fmt: skip


def _receive(facts: Any, channel: Any, at: datetime, actor: Any) -> Any:
    from openmember.registrations.services.intake import receive
    from openmember.registrations.types import Channel, NewRegistration

    key = f"demo-{facts.person.name}-{channel.value}"
    office = OFFICE if channel is Channel.OFFICE else ""
    return receive(new=NewRegistration(facts, channel, key, office), now=at, actor=actor)
