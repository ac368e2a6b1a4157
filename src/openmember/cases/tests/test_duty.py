"""Presence and pulling: who is there, who gets what, and two who ask at once never get the same."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import Error, connection, transaction

from openmember.cases.callbacks import services as callbacks
from openmember.cases.callbacks.queries import list_windows
from openmember.cases.callbacks.types import Reached
from openmember.cases.duty import services as duty
from openmember.cases.duty.queries import find_duty, list_on_duty
from openmember.cases.duty.types import BreakKind, Cause, DutyState
from openmember.cases.interactions.queries import get_interaction
from openmember.cases.interactions.services import contacts
from openmember.cases.interactions.types import NewInteraction, Outcome
from openmember.cases.services import owning
from openmember.cases.testing import NOW, a_case, a_supervisor, a_worker, seen
from openmember.cases.types import CaseRefused, Channel, Priority
from openmember.cases.work.queries import count_waiting, list_closed
from openmember.cases.work.services import closing
from openmember.cases.work.services.taking import pull_next, take_next
from openmember.kernel.sql import fetch_all
from openmember.members.testing import TESTER
from openmember.members.types import NotAllowed, Role
from openmember.payments.testing import a_member

MINUTE = timedelta(minutes=1)
PHONE = "510-555-0142"
# Midnight after `NOW`, when nobody works.
NIGHT = NOW + timedelta(hours=15)


def a_caller(
    *, team="billing", language="en", at=NOW, member=None, channel=Channel.PHONE, topic=""
):
    new = NewInteraction(
        channel=channel, team=team, region="california", language=language, topic=topic,
        member_id=member.id if member else None,
    )  # fmt: skip
    return contacts.begin(new=new, now=at, actor=TESTER)


def a_promise(case, actor, *, starts=NOW):
    window = list_windows(case=case, now=starts, count=1)[0]
    return callbacks.promise(case=case, window=window, phone=PHONE, now=starts, actor=actor)


def state_of(actor) -> DutyState:
    return find_duty(user_id=actor.id).state


@pytest.mark.django_db
class TestPresence:
    def test_who_said_nothing_is_away(self):
        assert not find_duty(user_id=a_worker("billing").id).is_here

    def test_each_change_is_kept(self):
        rep = a_worker("billing")
        duty.choose(state=DutyState.AVAILABLE, now=NOW, actor=rep)
        duty.choose(state=DutyState.BREAK, break_kind=BreakKind.MEAL, now=NOW + MINUTE, actor=rep)
        duty.choose(
            state=DutyState.BREAK, break_kind=BreakKind.MEAL, now=NOW + 2 * MINUTE, actor=rep
        )

        found = find_duty(user_id=rep.id)
        assert (found.state, found.break_kind, found.since) == (
            DutyState.BREAK, BreakKind.MEAL, NOW + MINUTE,
        )  # fmt: skip
        log = fetch_all("SELECT state FROM cases_duty_event ORDER BY id")
        assert [row.state for row in log] == ["available", "break"]
        for change in ("UPDATE cases_duty_event SET at = now()", "DELETE FROM cases_duty_event"):
            with pytest.raises(Error), transaction.atomic():
                fetch_all(change)

    @pytest.mark.parametrize(
        ("state", "kind", "name"),
        [
            (DutyState.IN_CONTACT, None, "follows"),
            (DutyState.BREAK, None, "no_kind"),
            (DutyState.AWAY, BreakKind.REST, "no_kind"),
        ],
    )
    def test_what_cannot_be_said_is_refused(self, state, kind, name):
        with pytest.raises(CaseRefused) as refused:
            duty.choose(state=state, break_kind=kind, now=NOW, actor=a_worker("billing"))

        assert refused.value.name == name

    def test_whoever_answers_no_members_has_none(self):
        with pytest.raises(NotAllowed):
            duty.choose(state=DutyState.AVAILABLE, now=NOW, actor=a_worker(role=Role.FINANCE))

    def test_it_follows_a_contact(self):
        rep, waiting = a_worker("billing"), a_caller()

        contacts.answer(interaction_id=waiting.id, now=NOW, actor=rep)
        during = state_of(rep)
        with pytest.raises(CaseRefused, match="end your contact"):
            duty.choose(state=DutyState.AVAILABLE, now=NOW, actor=rep)
        contacts.end(
            interaction_id=waiting.id, outcome=Outcome.ANSWERED, now=NOW + MINUTE, actor=rep
        )

        assert (during, state_of(rep)) == (DutyState.IN_CONTACT, DutyState.AFTER_CONTACT)

    def test_a_closed_browser_is_away_after_the_stated_time(self):
        gone, here = a_worker("billing"), a_worker("billing")
        for one in (gone, here):
            duty.choose(state=DutyState.AVAILABLE, now=NOW, actor=one)
        duty.be_seen(now=NOW + 5 * MINUTE, actor=here)

        early = duty.sweep(now=NOW + 5 * MINUTE)
        late = duty.sweep(now=NOW + 6 * MINUTE)

        assert (early, late) == (0, 1)
        assert (state_of(gone), state_of(here)) == (DutyState.AWAY, DutyState.AVAILABLE)
        # Being heard of again does not make somebody available: they say so.
        assert duty.be_seen(now=NOW + 7 * MINUTE, actor=gone).cause is Cause.UNSEEN

    def test_the_log_tells_how_a_day_went(self):
        rep = a_worker("billing", first_name="Ines")
        a_worker("claims", first_name="Omar")
        for minutes, state, kind in (
            (0, DutyState.AVAILABLE, None), (30, DutyState.BREAK, BreakKind.REST),
            (45, DutyState.AVAILABLE, None),
        ):  # fmt: skip
            duty.choose(state=state, break_kind=kind, now=NOW + minutes * MINUTE, actor=rep)

        (found,) = list_on_duty(
            teams=("billing",), regions=("california",), since=NOW + 10 * MINUTE,
            now=NOW + 60 * MINUTE, actor=a_supervisor(),
        )  # fmt: skip

        assert (found.name, found.teams) == ("Ines", ("billing",))
        assert found.today == {DutyState.AVAILABLE: 35 * 60, DutyState.BREAK: 15 * 60}
        with pytest.raises(NotAllowed):
            list_on_duty(teams=("billing",), regions=(), since=NOW, now=NOW, actor=rep)


@pytest.mark.django_db
class TestPulling:
    def test_the_order_is_breaking_calls_people_calls_cases(self):
        rep = a_worker("billing", "member_services")
        a_promise(a_case(), TESTER)
        breaking = a_promise(a_case(), TESTER)
        fetch_all(
            "UPDATE cases_callback SET ends_at = %(at)s WHERE id = %(id)s",
            {"at": NOW + 20 * MINUTE, "id": breaking.id},
        )
        later, first = a_caller(at=NOW + MINUTE), a_caller()
        a_case(category="bill_question", bill="May")
        now, pulled = NOW + 2 * MINUTE, []

        for _ in range(6):
            taken = pull_next(now=now, actor=rep)
            pulled.append(taken)
            if taken and taken.contact_id:
                contacts.end(
                    interaction_id=taken.contact_id, outcome=Outcome.ANSWERED, now=now, actor=rep
                )
            elif taken and taken.callback_id:
                callbacks.attempt(
                    callback=callbacks.again(taken.callback_id), outcome=Reached.REACHED, now=now,
                    actor=rep,
                )  # fmt: skip

        kinds = [
            "call" if one.callback_id else "person" if one.contact_id else "case" for one in pulled
        ]
        assert kinds == ["call", "person", "person", "call", "case", "case"]
        assert pulled[0].callback_id == breaking.id
        assert [pulled[1].contact_id, pulled[2].contact_id] == [first.id, later.id]

    def test_whoever_pulls_is_there_and_in_the_contact(self):
        rep, waiting = a_worker("billing"), a_caller()

        taken = pull_next(now=NOW, actor=rep)

        assert taken.contact_id == waiting.id
        assert get_interaction(interaction_id=waiting.id, actor=rep).user_id == rep.id
        assert state_of(rep) is DutyState.IN_CONTACT
        with pytest.raises(CaseRefused) as refused:
            pull_next(now=NOW, actor=rep)
        assert refused.value.name == "contact_runs"

    def test_nothing_waits_for_whoever_has_no_skill_for_it(self):
        a_caller(team="claims")
        a_caller(language="es")
        a_case(category="bill_question", bill="May", region="hawaii")
        rep = a_worker("billing", regions=("california",))

        assert pull_next(now=NOW, actor=rep) is None
        assert state_of(rep) is DutyState.AVAILABLE

    def test_a_language_is_kept_for_its_speakers_for_a_while(self):
        waiting = a_caller(language="es")

        assert pull_next(now=NOW + 4 * MINUTE, actor=a_worker("billing")) is None
        assert pull_next(now=NOW + 5 * MINUTE, actor=a_worker("billing")).contact_id == waiting.id

    def test_a_call_goes_to_whom_it_was_given_and_back_to_them_until_it_is_tried(self):
        rep, other = a_worker("member_services"), a_worker("member_services")
        call = callbacks.assign(
            callback=a_promise(a_case(), TESTER), user_id=rep.id, now=NOW, actor=rep
        )

        assert pull_next(now=NOW, actor=other).callback_id is None
        assert pull_next(now=NOW, actor=rep).callback_id == call.id
        assert pull_next(now=NOW, actor=rep).callback_id == call.id
        callbacks.attempt(callback=call, outcome=Reached.BUSY, now=NOW, actor=rep)
        assert state_of(rep) is DutyState.AFTER_CONTACT
        assert pull_next(now=NOW + 19 * MINUTE, actor=rep) is None
        assert pull_next(now=NOW + 20 * MINUTE, actor=rep).callback_id == call.id

    def test_in_its_last_minutes_a_call_does_not_wait_for_who_is_away(self):
        rep, owner = a_worker("member_services"), a_worker("member_services")
        call = callbacks.assign(
            callback=a_promise(a_case(), TESTER), user_id=owner.id, now=NOW, actor=owner
        )
        owning.take(case=a_case(), now=NOW, actor=rep)
        end = call.window.ends_at
        duty.choose(state=DutyState.AVAILABLE, now=NOW, actor=owner)

        here = pull_next(now=end - 10 * MINUTE, actor=rep)
        duty.choose(state=DutyState.AWAY, now=end - 9 * MINUTE, actor=owner)
        away = pull_next(now=end - 8 * MINUTE, actor=rep)

        assert here.callback_id is None
        assert away.callback_id == call.id

    def test_of_two_promises_about_a_case_the_first_decides(self):
        slow, written = a_case(), a_case()
        fetch_all(
            "UPDATE cases_case SET reply_due_at = %(at)s WHERE id = %(id)s",
            {"at": NOW + MINUTE, "id": written.id},
        )
        rep = a_worker("member_services")

        assert [take_next(now=NOW, actor=rep).id for _ in range(2)] == [written.id, slow.id]

    def test_nobody_gets_a_long_queue_while_others_are_free(self):
        rep, free = a_worker("member_services"), a_worker("member_services")
        for _ in range(6):
            a_case()
        a_case(language="es")
        duty.choose(state=DutyState.AVAILABLE, now=NOW, actor=free)

        mine = [take_next(now=NOW, actor=rep) for _ in range(6)]
        theirs = take_next(now=NOW, actor=free)
        duty.choose(state=DutyState.BREAK, break_kind=BreakKind.REST, now=NOW + MINUTE, actor=free)

        assert [one is not None for one in mine] == [True] * 5 + [False]
        assert theirs is not None
        a_case()
        assert take_next(now=NOW, actor=rep) is not None

    def test_what_nobody_free_could_take_is_not_kept_from_anybody(self):
        rep, free = a_worker("member_services", languages=("es",)), a_worker("member_services")
        for _ in range(5):
            owning.take(case=a_case(), now=NOW, actor=rep)
        spanish = a_case(language="es")
        duty.choose(state=DutyState.AVAILABLE, now=NOW, actor=free)

        assert take_next(now=NOW, actor=rep).id == spanish.id

    def test_what_waits_is_counted(self):
        rep = a_worker("billing", "member_services")
        a_caller()
        a_promise(a_case(), TESTER)

        found = count_waiting(now=NOW + MINUTE, actor=rep)

        assert (found.people, found.since, found.calls, found.cases) == (1, NOW, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_many_who_pull_at_once_never_get_the_same():
    people = [a_worker("billing", "member_services") for _ in range(8)]
    for _ in range(3):
        a_caller()
        a_promise(a_case(), TESTER)
    taken, barrier = [], Barrier(len(people))

    def ask(actor) -> None:
        barrier.wait()
        for _ in range(2):
            try:
                taken.append(pull_next(now=NOW, actor=actor))
            except CaseRefused as refused:
                taken.append(refused.name)
        connection.close()

    threads = [Thread(target=ask, args=(actor,)) for actor in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(taken) == 16
    people_served = [
        one.contact_id for one in taken if not isinstance(one, str) and one and one.contact_id
    ]
    assert len(people_served) == len(set(people_served)) == 3
    owners = fetch_all(
        "SELECT count(DISTINCT assignee_id) AS people, count(assignee_id) AS calls FROM cases_callback"
    )[0]
    assert owners.people == owners.calls == 3


@pytest.mark.django_db(transaction=True)
def test_one_person_who_asks_twice_at_once_is_in_one_contact():
    rep = a_worker("billing")
    a_caller(), a_caller()
    found, barrier = [], Barrier(2)

    def ask() -> None:
        barrier.wait()
        try:
            found.append(pull_next(now=NOW, actor=rep))
        except CaseRefused as refused:
            found.append(refused.name)
        connection.close()

    threads = [Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert "contact_runs" in found
    assert len(fetch_all("SELECT 1 FROM cases_interaction WHERE user_id IS NOT NULL")) == 1


@pytest.mark.django_db
class TestAfterHours:
    def test_who_waits_for_a_closed_team_is_promised_a_call_in_its_hours(self):
        member = a_member(phone=PHONE, region="california")
        waiting = a_caller(member=member, at=NIGHT, topic="id_card", team="member_services")

        promised = closing.sweep(now=NIGHT)

        assert promised == 1
        found = get_interaction(interaction_id=waiting.id, actor=TESTER)
        assert (found.outcome, found.ended_at, found.answered_at) == (
            Outcome.CALLBACK, NIGHT, None,
        )  # fmt: skip
        call = fetch_all("SELECT * FROM cases_callback")[0]
        # Tuesday, eight to noon in California.
        assert call.starts_at == NIGHT + timedelta(hours=8)
        assert (call.phone, call.interaction_id) == ("+15105550142", waiting.id)
        case = fetch_all("SELECT * FROM cases_case WHERE id = %(id)s", {"id": call.case_id})[0]
        assert (case.category, case.team) == ("id_card", "member_services")
        assert closing.sweep(now=NIGHT + MINUTE) == 0

    def test_without_a_telephone_number_one_goes_on_waiting(self):
        a_caller(member=a_member(region="california", phone=""), at=NIGHT)
        a_caller(at=NIGHT)

        assert closing.sweep(now=NIGHT) == 0
        assert len(fetch_all("SELECT 1 FROM cases_interaction WHERE ended_at IS NULL")) == 2

    def test_who_waited_before_closing_time_has_a_quarter_of_an_hour(self):
        closes = NOW + timedelta(hours=9)
        a_caller(member=a_member(phone=PHONE, region="california"), at=closes - MINUTE)

        assert closing.sweep(now=closes + 14 * MINUTE) == 0
        assert closing.sweep(now=closes + 15 * MINUTE) == 1

    def test_somebody_here_by_night_is_let_be(self):
        a_caller(
            member=a_member(phone=PHONE, region="california"), at=NIGHT, channel=Channel.IN_PERSON
        )

        assert closing.sweep(now=NIGHT) == 0

    def test_only_the_system_ends_what_nobody_answered_with_a_call(self):
        waiting, rep = a_caller(), a_worker("billing")

        with pytest.raises(CaseRefused) as refused:
            contacts.end(interaction_id=waiting.id, outcome=Outcome.CALLBACK, now=NOW, actor=rep)

        assert refused.value.name == "not_answered"

    def test_closed_teams_are_told_with_when_they_open(self):
        rep = a_worker("billing", "nurse_line", regions=("california",))

        assert list_closed(now=NOW, actor=rep) == ()
        (found,) = list_closed(now=NIGHT, actor=rep)
        assert (found.team, found.opens_at) == ("billing", NIGHT + timedelta(hours=8))


def test_an_urgent_case_comes_before_a_reply(db):
    written, urgent = a_case(), a_case()
    rep = a_worker("member_services")
    fetch_all(
        "UPDATE cases_case SET reply_due_at = %(at)s WHERE id = %(id)s",
        {"at": NOW + MINUTE, "id": written.id},
    )
    fetch_all(
        "UPDATE cases_case SET priority = %(one)s WHERE id = %(id)s",
        {"one": int(Priority.URGENT), "id": urgent.id},
    )

    assert take_next(now=NOW, actor=rep).id == urgent.id
    assert seen(urgent, rep).owner_id == rep.id


def test_who_came_to_an_office_is_called_there(db):
    a_caller(channel=Channel.IN_PERSON)

    assert pull_next(now=NOW, actor=a_worker("billing")) is None
