"""Interpreters at the desk: beside a contact, for a visit, and those that wait."""

import pytest
from django.urls import reverse
from django.utils import timezone

from openmember.accounts.services import add_person
from openmember.cases.interpreters import queries
from openmember.cases.interpreters.types import State
from openmember.cases.testing import a_worker
from openmember.desk.tests.conftest import Desk
from openmember.desk.tests.reading import words
from openmember.members import models
from openmember.members.needs.services import set_needs
from openmember.members.needs.types import InterpreterMode, Needs, Relay
from openmember.members.testing import TESTER
from openmember.payments.testing import a_member, an_account

pytestmark = pytest.mark.django_db

VISIT = {
    "day_month": "3", "day_day": "4", "day_year": "2099", "time": "09:30", "place": "Oakland, room 4",
    "reference": "AP-77", "key": "k1", "language": "vi", "mode": "in_person", "relay": "voice",
}  # fmt: skip


@pytest.fixture
def ana():
    return a_member(first="Ana", last="Ruiz", region="hawaii")


@pytest.fixture
def desk(client_of, ana) -> Desk:
    desk = Desk(client_of(models.User.objects.get(id=a_worker("member_services").id)))
    desk.open(an_account(holder=ana))
    return desk


def ask(desk, **given):
    address = reverse("desk:interpreter_ask", args=[desk.client.session["desk_contact"]])
    return desk.client.post(address, {"language": "vi", "mode": "phone", **given}, follow=True)


def act(desk, what, **given):
    (one,) = found()
    address = reverse("desk:interpreter_act", args=[one.id, what])
    back = given.pop("back", str(desk.client.session["desk_contact"]))
    return desk.client.post(address, {"back": back, **given}, follow=True)


def found():
    return queries.list_of_members(
        member_ids=list(models.Member.objects.values_list("id", flat=True)), actor=TESTER
    )


def test_one_is_asked_for_in_a_contact_assigned_and_done(desk):
    assert "The interpreter is asked for." in words(ask(desk))
    assert "This was asked for, and waits for an answer." in words(ask(desk))

    page = words(act(desk, "assign", agency="Language line", interpreter="No. 4471"))
    assert "Language line, No. 4471" in page
    act(desk, "done")
    assert found()[0].state is State.DONE


def test_that_there_was_none_is_said_with_why(desk):
    ask(desk)
    assert "Say why." in words(act(desk, "unavailable", reason=""))

    page = words(act(desk, "unavailable", reason="Nobody free before noon"))

    assert "None to be had" in page
    assert "Nobody free before noon" in page


def test_sign_language_is_not_asked_for_by_telephone(desk):
    assert "in person or by video" in words(ask(desk, language="ase"))
    assert found() == ()


def test_one_is_asked_for_at_a_visit_in_the_members_own_time(desk, ana):
    page = words(desk.send("interpreter_visits", person=ana.id, **VISIT))

    (one,) = found()
    assert "The interpreter is asked for." in page
    assert one.appointment.starts_at.isoformat() == "2099-03-04T19:30:00+00:00"
    assert "Oakland, room 4 (AP-77)" in page
    assert "Oakland, room 4" in words(desk.get("interpreters"))
    act(desk, "cancel", reason="Visit moved", back="account")
    assert "Nobody waits for an interpreter" in words(desk.get("interpreters"))


def test_a_time_is_the_time_of_who_is_seen_and_not_of_the_account(desk, ana):
    leo = a_member(first="Leo", last="Ruiz", region="mid-atlantic")
    add_person(account_number=desk.account.number, member_id=leo.id, relationship="child")

    desk.send("interpreter_visits", person=leo.id, **VISIT)

    assert found()[0].appointment.starts_at.isoformat() == "2099-03-04T14:30:00+00:00"


def test_what_is_left_open_is_as_the_person_has_said(desk, ana):
    leo = a_member(first="Leo", last="Ruiz", region="hawaii")
    add_person(account_number=desk.account.number, member_id=leo.id, relationship="child")
    said = Needs("ase", InterpreterMode.IN_PERSON, Relay.VIDEO_RELAY)
    set_needs(member_id=leo.id, needs=said, now=timezone.now(), actor=TESTER)
    open_ = {**VISIT, "language": "", "mode": "", "relay": ""}
    assert "Leo Ruiz: Interpreter: American Sign Language" in words(desk.get("interpreter_visits"))

    assert "They have not said a language." in words(
        desk.send("interpreter_visits", person=ana.id, **open_)
    )
    desk.send("interpreter_visits", person=leo.id, **open_)

    (one,) = found()
    assert (one.member_id, one.language, one.mode) == (leo.id, "ase", InterpreterMode.IN_PERSON)
    assert one.relay is Relay.VIDEO_RELAY


def test_a_form_sent_twice_asks_for_one(desk, ana):
    for _ in range(2):
        desk.send("interpreter_visits", person=ana.id, **VISIT)

    assert len(found()) == 1


def test_a_request_of_another_region_is_not_found(desk, ana, client_of):
    desk.send("interpreter_visits", person=ana.id, **VISIT)
    far = models.User.objects.get(id=a_worker("member_services", regions=("georgia",)).id)

    address = reverse("desk:interpreter_act", args=[found()[0].id, "cancel"])
    assert client_of(far).post(address, {"reason": "x"}).status_code == 404
    assert found()[0].state is State.ASKED


def test_requests_stand_in_the_timeline(desk, ana):
    desk.send("interpreter_visits", person=ana.id, **VISIT)

    page = words(desk.get("timeline", kind="interpreter"))

    assert "Vietnamese, In person" in page


def test_a_visit_that_is_over_and_another_person_are_refused(desk, ana):
    over = desk.send("interpreter_visits", person=ana.id, **{**VISIT, "day_year": "2020"})
    other = desk.send("interpreter_visits", person=a_member(first="Leo").id, **VISIT)

    assert "This time is over." in words(over)
    assert (over.status_code, other.status_code, found()) == (422, 422, ())


def test_an_act_there_is_none_of_is_not_found(desk):
    ask(desk)

    assert act(desk, "vanish").status_code == 404
