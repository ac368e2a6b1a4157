"""Walk-ins: tickets, whose turn it is, what becomes of them, and what the room and the screen say."""

import json
from dataclasses import fields
from datetime import timedelta
from itertools import product
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction

from openmember.cases.board.figures import measured_waits
from openmember.cases.interactions.queries import get_interaction
from openmember.cases.interactions.services import contacts
from openmember.cases.interactions.types import InterpreterMode, Outcome
from openmember.cases.testing import NOW, a_worker
from openmember.cases.types import Channel
from openmember.cases.walkins import queries, rules, services
from openmember.cases.walkins.types import Called, Need, NewWalkin, State, WalkinRefused
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.needs.services import set_needs
from openmember.members.needs.types import Needs
from openmember.members.testing import TESTER, a_member
from openmember.members.types import NotAllowed, Role, system

pytestmark = pytest.mark.django_db

KIOSK = system("kiosk")
LATER = NOW + timedelta(minutes=3)


def came(
    *needs: Need, team: str = "billing", language: str = "en", minutes: int = 0, typed: str = ""
):
    """Return the ticket of somebody who came so many minutes after the day's beginning."""
    new = NewWalkin("oakland", language, team, "A bill", typed, frozenset(needs))
    return services.check_in(new=new, now=NOW + timedelta(minutes=minutes), actor=KIOSK)


def next_of(actor, *, desk: int = 1, at=LATER):
    found = services.call_next(office="oakland", desk=desk, now=at, actor=actor)
    return found.spoken if found else None


def refused(do) -> str:
    with pytest.raises(WalkinRefused) as caught, transaction.atomic():
        do()
    return caught.value.name


def contact_of(ticket, actor=TESTER):
    return get_interaction(interaction_id=ticket.interaction_id, actor=actor)


def test_numbers_count_up_from_one_each_day_and_a_weekday_has_its_letter():
    first, second = came(), came()
    other_day = services.check_in(
        new=NewWalkin("oakland", "en", "billing"), now=NOW + timedelta(days=1), actor=KIOSK
    )

    assert (first.spoken, second.spoken, other_day.spoken) == ("A 001", "A 002", "B 001")


def test_no_number_is_given_twice_in_an_office_and_day():
    came()
    second = came()

    with pytest.raises(IntegrityError), transaction.atomic():
        fetch_all(
            "INSERT INTO cases_walkin (office, on_day, number, interaction_id, language, team,"
            " arrived_at, place_at)"
            " SELECT office, on_day, 1, interaction_id + 1000, language, team, arrived_at, place_at"
            " FROM cases_walkin WHERE id = %(id)s",
            {"id": second.id},
        )


def test_the_day_is_the_offices_own():
    late = NOW.replace(hour=7)  # Still Sunday evening in California.

    new = NewWalkin("oakland", "en", "billing")

    found = services.check_in(new=new, now=late, actor=a_worker("billing"))
    assert found.spoken.startswith("X")


def test_who_comes_is_a_contact_that_waits_with_what_they_said():
    ticket = came(language="vi")
    found = contact_of(ticket)

    assert (found.channel, found.team, found.region) == (Channel.IN_PERSON, "billing", "california")
    assert (found.arrived_at, found.answered_at, found.need) == (NOW, None, "A bill")
    assert (found.interpreter_language, found.interpreter_mode) == ("vi", InterpreterMode.PHONE)


def test_a_receptionist_who_checks_somebody_in_has_not_answered_them():
    rosa = a_worker("member_services")

    ticket = services.check_in(new=NewWalkin("oakland", "en", "billing"), now=NOW, actor=rosa)

    assert contact_of(ticket).answered_at is None


def test_the_last_numbers_of_a_day_are_the_desks(monkeypatch):
    monkeypatch.setattr(rules, "KIOSK_NUMBERS", 1)
    came()

    assert refused(came) == "day_full"
    new = NewWalkin("oakland", "en", "billing")
    assert services.check_in(new=new, now=NOW, actor=a_worker("billing")).spoken == "A 002"


def test_out_of_hours_the_kiosk_gives_none_and_the_desk_does():
    night = NOW + timedelta(hours=12)
    new = NewWalkin("oakland", "en", "billing")

    assert refused(lambda: services.check_in(new=new, now=night, actor=KIOSK)) == "closed"
    assert services.check_in(new=new, now=night, actor=a_worker("billing")).state is State.WAITING


def test_a_form_sent_twice_is_one_ticket():
    new = NewWalkin("oakland", "en", "billing", sent_as="one")

    assert services.check_in(new=new, now=NOW, actor=KIOSK) == services.check_in(
        new=new, now=NOW, actor=KIOSK
    )


def test_whose_words_somebody_reads_is_audited_once():
    ticket, silent = (
        came(typed="Ana Ruiz"),
        services.check_in(new=NewWalkin("oakland", "en", "billing"), now=NOW, actor=KIOSK),
    )
    rosa = a_worker("billing")
    for known in (frozenset(), frozenset({ticket.id, silent.id})):
        queries.get_room(office="oakland", now=LATER, actor=rosa, known=known)

    (row,) = fetch_all(
        "SELECT actor, detail::text AS detail FROM kernel_audit_entry WHERE action = 'walkin.room_read'"
    )
    assert (row.actor, json.loads(row.detail)["walkin_ids"]) == (str(rosa), [ticket.id])


def test_needs_are_read_by_who_calls_them_and_audited():
    ana = a_member(region="california")
    set_needs(member_id=ana.id, needs=Needs(note="A chair"), now=NOW, actor=TESTER)
    ticket, rosa = came(typed=ana.mrn), a_worker("member_services")

    def needs(actor, *, is_known: bool = False) -> str:
        (one,) = [
            *(room := queries.get_room(office="oakland", now=LATER, actor=actor)).waiting,
            *room.called,
        ]
        return queries.get_standing_needs(ticket=one, is_known=is_known, actor=actor).note

    assert needs(rosa) == ""
    services.call(ticket_id=ticket.id, desk=1, now=LATER, actor=rosa)
    assert needs(a_worker("billing")) == ""
    assert (needs(rosa), needs(rosa, is_known=True)) == ("A chair", "A chair")
    rows = fetch_all("SELECT actor FROM kernel_audit_entry WHERE action = 'walkin.needs_read'")
    assert [row.actor for row in rows] == [str(rosa)]


def test_a_ticket_whose_contact_ended_otherwise_does_not_keep_the_names_of_others():
    broken, other = came(typed="Leo"), came(typed="Ana")
    contacts.end(
        interaction_id=broken.interaction_id, outcome=Outcome.ABANDONED, now=LATER, actor=TESTER
    )

    assert services.close_days(now=NOW + timedelta(days=1), actor=TESTER) == 2

    rows = fetch_all("SELECT id, state, typed FROM cases_walkin ORDER BY id")
    assert rows == [(broken.id, "left", ""), (other.id, "left", "")]


def test_a_place_nobody_walks_into_gives_no_number():
    def at(office: str, team: str = "billing"):
        new = NewWalkin(office, "en", team)
        return refused(lambda: services.check_in(new=new, now=NOW, actor=KIOSK))

    assert at("portland") == "no_office"
    assert at("oakland", "nurse_line") == "no_team"


def test_the_oldest_is_called_first():
    first, second = came(minutes=0), came(minutes=1)
    rosa, leo = a_worker("member_services"), a_worker("member_services")

    assert (next_of(rosa), next_of(leo, desk=2)) == (first.spoken, second.spoken)


def test_who_can_hardly_wait_counts_as_having_come_earlier_and_not_as_first():
    patient, other = came(minutes=0), came(minutes=10)
    hurting = came(Need.REST, minutes=20)
    at = NOW + timedelta(minutes=21)
    people = [a_worker("member_services") for _ in range(3)]

    called = [next_of(actor, desk=desk, at=at) for desk, actor in enumerate(people, 1)]

    assert called == [patient.spoken, hurting.spoken, other.spoken]


def test_a_ticket_is_for_its_topic_and_language_until_it_has_waited_long_enough():
    came(team="pharmacy", language="es")
    general, spanish = a_worker("member_services"), a_worker("member_services", languages=("es",))
    biller = a_worker("billing", languages=("es",))

    assert next_of(general) is None
    assert next_of(biller) is None
    assert next_of(spanish) is not None

    held = came(team="pharmacy", language="es", minutes=1)
    assert next_of(biller, desk=2, at=NOW + timedelta(minutes=11)) == held.spoken


def test_one_can_be_called_out_of_turn_and_the_audit_says_so():
    came()
    second = came(minutes=1)

    services.call(ticket_id=second.id, desk=1, now=LATER, actor=a_worker("billing"))

    row = fetch_one("SELECT detail FROM kernel_audit_entry WHERE action = 'walkin.call'")
    assert '"in_turn": false' in str(row.detail) or row.detail["in_turn"] is False


def test_a_person_calls_one_at_a_time_and_a_desk_has_one():
    for minutes in range(3):
        came(minutes=minutes)
    rosa, leo = a_worker("member_services"), a_worker("member_services")
    next_of(rosa, desk=1)

    assert refused(lambda: next_of(rosa, desk=2)) == "calling"
    assert refused(lambda: next_of(leo, desk=1)) == "desk_taken"
    assert refused(lambda: next_of(leo, desk=5)) == "no_desk"


def test_serving_answers_the_contact_and_measures_the_wait():
    ticket, rosa = came(typed="Ana Ruiz"), a_worker("member_services")
    next_of(rosa)

    served = services.serve(ticket_id=ticket.id, now=LATER, actor=rosa)
    found = contact_of(ticket, rosa)

    assert served.state is State.SERVED
    assert (found.user_id, found.representative_name, found.wait_seconds) == (rosa.id, "Rosa", 180)
    assert served.typed == "Ana Ruiz"


def test_only_who_called_somebody_serves_them():
    ticket, leo = came(), a_worker("member_services")
    next_of(a_worker("member_services"))

    acts = (services.serve, services.miss, services.call_again, services.put_back, services.leave)
    for do in acts:
        assert refused(lambda do=do: do(ticket_id=ticket.id, now=LATER, actor=leo)) == "not_yours"


def test_who_does_not_come_gave_up_and_keeps_their_place_when_they_do():
    ticket, rosa = came(), a_worker("member_services")
    came(minutes=1)
    next_of(rosa)
    services.call_again(ticket_id=ticket.id, now=LATER, actor=rosa)
    services.miss(ticket_id=ticket.id, now=LATER, actor=rosa)
    assert contact_of(ticket).outcome is Outcome.ABANDONED

    back = services.put_back(ticket_id=ticket.id, now=LATER, actor=a_worker("billing"))

    assert (back.state, back.place_at, back.calls) == (State.WAITING, ticket.place_at, 2)
    assert back.interaction_id != ticket.interaction_id
    assert contact_of(back).need == "A bill"
    assert next_of(rosa) == ticket.spoken


def test_who_goes_leaves_no_name_behind():
    ticket = came(typed="Ana Ruiz")

    left = services.leave(ticket_id=ticket.id, now=LATER, actor=a_worker("billing"))

    assert (left.state, left.typed) == (State.LEFT, "")
    assert contact_of(ticket).outcome is Outcome.ABANDONED
    assert (
        refused(lambda: services.leave(ticket_id=ticket.id, now=LATER, actor=TESTER)) == "settled"
    )


def test_a_day_that_is_over_is_closed_and_what_was_typed_is_gone():
    waiting, served, rosa = came(typed="Leo"), came(typed="Ana"), a_worker("member_services")
    services.call(ticket_id=served.id, desk=1, now=LATER, actor=rosa)
    services.serve(ticket_id=served.id, now=LATER, actor=rosa)

    assert services.close_days(now=NOW + timedelta(hours=12), actor=TESTER) == 0
    assert services.close_days(now=NOW + timedelta(days=1), actor=TESTER) == 2
    assert services.close_days(now=NOW + timedelta(days=1), actor=TESTER) == 0

    rows = fetch_all("SELECT id, state, typed FROM cases_walkin ORDER BY id")
    assert rows == [(waiting.id, "left", ""), (served.id, "served", "")]


def test_the_screen_says_numbers_and_desks_and_nothing_else():
    came(typed="Ana Ruiz")
    came(minutes=1)
    next_of(a_worker("member_services"), desk=3)

    screen = queries.get_screen(office="oakland", now=LATER)

    assert screen.called == (Called("A 001", 3, 1),)
    assert screen.waiting == 1
    assert {one.name for one in fields(Called)} == {"spoken", "desk", "calls"}


def test_the_room_is_for_who_answers_members():
    came(typed="Ana Ruiz")
    room = queries.get_room(office="oakland", now=LATER, actor=a_worker("billing"))

    assert [(one.typed, one.need) for one in room.waiting] == [("Ana Ruiz", "A bill")]
    with pytest.raises(NotAllowed):
        queries.get_room(office="oakland", now=LATER, actor=a_worker(role=Role.FINANCE))


@pytest.mark.parametrize(("before", "after"), list(product(State, State)))
def test_the_database_lets_a_ticket_go_where_the_rules_do(before, after):
    row = fetch_one(
        "SELECT cases_walkin_may_move(%(before)s, %(after)s) AS may",
        {"before": before.value, "after": after.value},
    )

    assert row.may == (after in rules.MOVES[before])


def test_the_database_refuses_what_the_rules_would():
    ticket = came()

    for change in ("state = 'served'", "number = 9", "typed = repeat('x', 81)", "needs = '{fly}'"):
        with pytest.raises(IntegrityError), transaction.atomic():
            fetch_all(f"UPDATE cases_walkin SET {change} WHERE id = {ticket.id}")


def test_what_is_told_of_telephone_lines_is_measured_on_telephones():
    rosa = a_worker("member_services")
    for minutes in range(6):
        ticket = came(minutes=minutes)
        contacts.answer(
            interaction_id=ticket.interaction_id, now=NOW + timedelta(minutes=30), actor=rosa
        )

    waits = measured_waits(
        region="california", since_days=7, at_least=1, now=NOW + timedelta(days=1)
    )

    assert waits == {}


@pytest.mark.django_db(transaction=True)
def test_two_who_call_at_once_never_get_the_same_ticket():
    people = [a_worker("member_services") for _ in range(4)]
    for minutes in range(3):
        came(minutes=minutes)
    called, barrier = [], Barrier(len(people))

    def ask(desk, actor) -> None:
        barrier.wait()
        called.append(next_of(actor, desk=desk))
        connection.close()

    threads = [Thread(target=ask, args=one) for one in enumerate(people, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(one for one in called if one) == ["A 001", "A 002", "A 003"]


@pytest.mark.django_db(transaction=True)
def test_many_who_come_at_once_get_numbers_of_their_own():
    numbers, barrier = [], Barrier(6)

    def come() -> None:
        barrier.wait()
        numbers.append(came().spoken)
        connection.close()

    threads = [Thread(target=come) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(numbers) == [f"A {n:03}" for n in range(1, 7)]
