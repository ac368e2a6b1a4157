"""Interpreters: asked for a contact or an appointment, assigned, done, or not to be had and why."""

import json
from datetime import timedelta
from itertools import product

import pytest
from django.db import IntegrityError, transaction

from openmember.cases.interactions.services import contacts
from openmember.cases.interactions.types import Outcome
from openmember.cases.interpreters import queries, rules, services
from openmember.cases.interpreters.types import Appointment, NewRequest, State, UnknownRequest
from openmember.cases.testing import NOW, a_contact, a_worker, the_member
from openmember.cases.types import CaseRefused
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.needs.types import InterpreterMode, Relay
from openmember.members.skills import set_skills
from openmember.members.testing import TESTER, a_member
from openmember.members.types import NotAllowed, Role, Skills

pytestmark = pytest.mark.django_db

AHEAD = Appointment(NOW + timedelta(days=2), "Oakland, room 4", "AP-77")


@pytest.fixture
def ana():
    return a_member(region="california")


def for_contact(member=None, *, language="vi", mode=InterpreterMode.PHONE, rosa=None):
    rosa = rosa or a_worker("member_services")
    contact = a_contact(member, rosa)
    new = NewRequest(language, mode, Relay.VIDEO_RELAY, interaction_id=contact.id)
    return services.ask(new=new, now=NOW, actor=rosa), contact, rosa


def for_visit(member, *, when=AHEAD, language="vi", mode=InterpreterMode.IN_PERSON):
    new = NewRequest(language, mode, member_id=member.id, appointment=when)
    return services.ask(new=new, now=NOW, actor=TESTER)


def refused(do, **given) -> str:
    with pytest.raises(CaseRefused) as caught, transaction.atomic():
        do(**{"now": NOW, "actor": TESTER, **given})
    return caught.value.name


def test_one_is_asked_for_a_contact_assigned_and_done(ana):
    asked, contact, rosa = for_contact(ana)
    assert (asked.member_id, asked.region, asked.relay) == (ana.id, "california", Relay.VIDEO_RELAY)

    given = {"request_id": asked.id, "now": NOW, "actor": rosa}
    services.assign(**given, agency="Language line", interpreter="No. 4471")
    done = services.finish(**given)

    assert (done.state, done.agency, done.interpreter) == (State.DONE, "Language line", "No. 4471")
    assert queries.list_for_contact(interaction_id=contact.id, actor=rosa) == (done,)


def test_a_contact_waits_for_one_of_a_language_and_may_ask_again_when_there_was_none(ana):
    asked, contact, rosa = for_contact(ana)
    new = NewRequest("vi", InterpreterMode.VIDEO, interaction_id=contact.id)
    assert refused(services.ask, new=new) == "asked_already"

    services.report_unavailable(request_id=asked.id, reason="Nobody free", now=NOW, actor=rosa)

    assert services.ask(new=new, now=NOW, actor=rosa).state is State.ASKED


def test_one_is_asked_for_an_appointment_that_lies_ahead(ana):
    asked = for_visit(ana)

    assert (asked.appointment, asked.region) == (AHEAD, "california")
    past = Appointment(NOW, "Oakland")
    nowhere = Appointment(AHEAD.starts_at, " ")
    for when, name in ((past, "past"), (nowhere, "no_appointment"), (None, "no_appointment")):
        new = NewRequest("vi", InterpreterMode.PHONE, member_id=ana.id, appointment=when)
        assert refused(services.ask, new=new) == name


def test_signs_are_seen(ana):
    assert for_visit(ana, language="ase", mode=InterpreterMode.VIDEO).state is State.ASKED
    new = NewRequest("ase", InterpreterMode.PHONE, member_id=ana.id, appointment=AHEAD)
    assert refused(services.ask, new=new) == "signs_are_seen"


def test_a_contact_that_ended_asks_for_nobody(ana):
    _asked, contact, rosa = for_contact(ana)
    contacts.end(interaction_id=contact.id, outcome=Outcome.ANSWERED, now=NOW, actor=rosa)

    new = NewRequest("ko", InterpreterMode.PHONE, interaction_id=contact.id)
    assert refused(services.ask, new=new) == "ended"


def test_who_interprets_and_why_none_does_must_be_said(ana):
    given = {"request_id": for_visit(ana).id}

    assert refused(services.assign, **given, agency=" ", interpreter="") == "no_agency"
    assert refused(services.report_unavailable, **given, reason="") == "no_reason"
    assert refused(services.cancel, **given, reason="") == "no_reason"
    services.cancel(**given, reason="Visit called off", now=NOW, actor=TESTER)
    assert refused(services.finish, **given) == "request_settled"


def test_nobody_has_interpreted_before_the_visit(ana):
    given = {"request_id": for_visit(ana).id, "actor": TESTER}
    services.assign(**given, agency="Language line", interpreter="", now=NOW)
    assert refused(services.finish, **given) == "not_begun"
    with pytest.raises(IntegrityError), transaction.atomic():
        fetch_all("UPDATE cases_interpreter SET state = 'done'")

    assert services.finish(**given, now=AHEAD.starts_at).state is State.DONE


def test_a_request_is_settled_by_its_region_or_in_ones_own_contact(ana):
    visit, (call, _contact, rosa) = for_visit(ana), for_contact(ana)
    far = a_worker("member_services", regions=("hawaii",))
    set_skills(user_id=rosa.id, skills=Skills(regions=frozenset({"hawaii"})), actor=TESTER)

    for actor, asked in ((far, visit), (far, call), (rosa, visit)):
        with pytest.raises(UnknownRequest):
            services.cancel(request_id=asked.id, reason="x", now=NOW, actor=actor)

    assert services.cancel(request_id=call.id, reason="x", now=NOW, actor=rosa).reason == "x"


def test_a_form_sent_twice_asks_for_one(ana):
    new = NewRequest(
        "vi", InterpreterMode.PHONE, member_id=ana.id, appointment=AHEAD, sent_as="key"
    )

    twice = {services.ask(new=new, now=NOW, actor=TESTER).id for _ in range(2)}

    assert len(twice) == 1
    assert fetch_one("SELECT count(*) AS n FROM cases_interpreter").n == 1


def test_whose_a_request_is_follows_from_its_contact(ana):
    asked, contact, rosa = for_contact()
    contacts.identify(interaction_id=contact.id, member_id=ana.id, now=NOW, actor=rosa)

    (found,) = queries.list_of_members(member_ids=[ana.id], actor=rosa)
    assert (found.id, found.region) == (asked.id, "california")


def test_reading_what_waits_is_audited_with_whose_it_is(ana):
    asked = for_visit(ana)
    rosa = a_worker("interpreters")
    queries.list_waiting(actor=rosa)

    row = fetch_one(
        "SELECT actor, detail::text AS detail FROM kernel_audit_entry WHERE action = 'interpreter.list'"
    )
    detail = json.loads(row.detail)
    assert (row.actor, detail["request_ids"]) == (str(rosa), [asked.id])
    assert detail["member_ids"] == [ana.id]


def test_what_waits_is_seen_by_region_contacts_first(ana):
    visit, call = for_visit(ana), for_contact()[0]
    hawaii = for_visit(a_member(region="hawaii"))

    def listed(*regions):
        actor = a_worker("interpreters", regions=regions)
        return [one.id for one in queries.list_waiting(actor=actor)]

    assert listed() == [call.id, visit.id, hawaii.id]
    assert listed("hawaii") == [call.id, hawaii.id]
    assert [one.id for one in queries.list_of_members(member_ids=[ana.id], actor=TESTER)] == [
        visit.id
    ]


def test_only_who_answers_members_asks_and_sees(ana):
    finance = a_worker(role=Role.FINANCE)
    for actor in (finance, the_member(ana)):
        with pytest.raises(NotAllowed):
            queries.list_of_members(member_ids=[ana.id], actor=actor)
        with pytest.raises(NotAllowed):
            services.ask(
                new=NewRequest("vi", InterpreterMode.PHONE, member_id=ana.id, appointment=AHEAD),
                now=NOW, actor=actor,
            )  # fmt: skip


@pytest.mark.parametrize(("before", "after"), list(product(State, State)))
def test_the_database_lets_a_request_go_where_the_rules_do(before, after):
    row = fetch_one(
        "SELECT cases_interpreter_may_move(%(before)s, %(after)s) AS may",
        {"before": before.value, "after": after.value},
    )

    assert row.may == (after in rules.MOVES[before])


@pytest.mark.parametrize(
    "change",
    ["state = 'assigned'", "state = 'unavailable'", "state = 'done'", "starts_at = NULL",
     "language = 'ase', mode = 'phone', state = 'cancelled', reason = 'x'"],
)  # fmt: skip
def test_the_database_refuses_what_the_rules_would(ana, change):
    for_visit(ana)

    with pytest.raises(IntegrityError), transaction.atomic():
        fetch_all(f"UPDATE cases_interpreter SET {change}")
