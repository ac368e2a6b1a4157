"""The room at the desk: who waits, calling, serving into a contact, and making a kiosk."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from openmember.cases.interactions.queries import get_interaction
from openmember.cases.interactions.services import contacts
from openmember.cases.testing import NOW, a_worker
from openmember.cases.walkins import kiosk, queries, services
from openmember.cases.walkins.dangers.services import raise_danger
from openmember.cases.walkins.kiosks.services import make_kiosk
from openmember.cases.walkins.types import Need, NewWalkin, State
from openmember.desk.tests.reading import words
from openmember.members import models
from openmember.members.types import Role, system
from openmember.payments.testing import a_member, an_account

pytestmark = pytest.mark.django_db

QUERIES_AT_MOST = 12


@pytest.fixture(autouse=True)
def on_a_monday_morning(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def rosa():
    return a_worker("member_services")


@pytest.fixture
def client(client_of, rosa):
    return client_of(models.User.objects.get(id=rosa.id))


def came(*needs: Need, typed: str = "", language: str = "en"):
    new = NewWalkin("oakland", language, "billing", "A bill", typed, frozenset(needs))
    return services.check_in(new=new, now=timezone.now(), actor=system("kiosk"))


def do(client, name, *args, **fields):
    return client.post(reverse(f"desk:{name}", args=args), fields, follow=True)


def state_of(ticket):
    return queries.find_ticket(text=ticket.reference).state


def test_the_room_shows_who_waits_in_a_bounded_number_of_queries(
    client, django_assert_max_num_queries
):
    for n in range(12):
        came(Need.FETCH, typed=f"Person {n}", language="vi")

    with django_assert_max_num_queries(QUERIES_AT_MOST):
        page = words(client.get(reverse("desk:walkins")))

    assert "12 wait" in page
    assert page.count('Vietnamese <span class="desk-soft">(interpreter)</span>') == 12
    assert "Go to them" in page
    assert "Person 11" in page


def test_somebody_calls_from_the_desk_they_said_and_serves_into_a_contact(client, rosa):
    ticket = came(typed="Ana Ruiz 5/17/1970")
    assert "Choose your desk first." in words(do(client, "walkin_next"))
    do(client, "walkin_desk", desk="3")

    page = words(do(client, "walkin_next"))
    assert "You call " + ticket.spoken + " to desk 3" in page

    answer = do(client, "walkin_act", ticket.reference, "serve")
    page = words(answer)
    found = get_interaction(interaction_id=ticket.interaction_id, actor=rosa)
    assert answer.redirect_chain[-1][0] == reverse("desk:contact_of", args=[found.id])
    assert (found.user_id, found.need) == (rosa.id, "A bill")
    assert f"Number {ticket.spoken}" in page
    assert 'value="Ana Ruiz 5/17/1970"' in answer.content.decode()


def test_who_is_found_then_is_whose_contact_it_is(client, rosa):
    member = a_member(first="Ana", last="Ruiz", region="california")
    account = an_account(holder=member)
    ticket = came()
    do(client, "walkin_desk", desk="1")
    do(client, "walkin_next")
    do(client, "walkin_act", ticket.reference, "serve")

    do(client, "open", pick=f"{member.id}:{account.number[-4:]}", reason="in_person")

    found = get_interaction(interaction_id=ticket.interaction_id, actor=rosa)
    assert (found.member_id, found.account_number) == (member.id, account.number)


def test_calling_again_missing_and_coming_after_all(client):
    ticket = came()
    do(client, "walkin_desk", desk="1")
    do(client, "walkin_act", ticket.reference, "call")
    assert "called 2 times" in words(do(client, "walkin_act", ticket.reference, "again"))
    do(client, "walkin_act", ticket.reference, "missed")
    assert state_of(ticket) is State.MISSED

    do(client, "walkin_act", ticket.reference, "back")
    assert state_of(ticket) is State.WAITING
    do(client, "walkin_act", ticket.reference, "gone")
    assert state_of(ticket) is State.LEFT


def test_a_ticket_another_desk_calls_is_not_taken_off_from_here(client):
    ticket = came()
    services.call(
        ticket_id=ticket.id, desk=2, now=timezone.now(), actor=a_worker("member_services")
    )

    page = words(do(client, "walkin_act", ticket.reference, "gone"))

    assert "Somebody else is calling this number." in page
    assert state_of(ticket) is State.CALLED


def test_a_contact_that_was_answered_meanwhile_is_said_and_no_fault(client, rosa):
    ticket = came()
    do(client, "walkin_desk", desk="1")
    do(client, "walkin_next")
    now = timezone.now()
    contacts.answer(interaction_id=ticket.interaction_id, now=now, actor=a_worker("billing"))

    answer = do(client, "walkin_act", ticket.reference, "serve")

    assert answer.status_code == 200
    assert state_of(ticket) is State.CALLED


def test_what_somebody_else_called_meanwhile_is_said(client):
    ticket = came()
    do(client, "walkin_desk", desk="1")
    services.call(
        ticket_id=ticket.id, desk=2, now=timezone.now(), actor=a_worker("member_services")
    )

    assert "Somebody else called this number." in words(
        do(client, "walkin_act", ticket.reference, "call")
    )
    assert "Nobody waits for you" in words(do(client, "walkin_next"))


def test_a_receptionist_checks_somebody_in(client):
    page = words(
        do(client, "walkin_check_in", key="k1", language="es", team="claims", typed="Luis")
    )

    assert "Their number is" in page
    assert "Luis" in page


def test_danger_in_what_a_receptionist_types_comes_first(client):
    answer = do(
        client, "walkin_check_in", key="k1", language="en", need="crushing chest pain right now"
    )

    assert answer.status_code == 422
    assert "Call 911" in words(answer)


def test_danger_at_the_kiosk_is_on_top_until_somebody_has_looked(client):
    raise_danger(office="oakland", kind="emergency", now=timezone.now(), actor=system("kiosk"))
    page = client.get(reverse("desk:walkins"))
    assert "Go to them now; call 911." in words(page)
    (danger,) = page.context["dangers"]

    assert "call 911" not in words(do(client, "walkin_danger", danger.id))
    assert "Somebody has looked already" in words(do(client, "walkin_danger", danger.id))


def test_danger_is_told_on_every_page_of_the_desk(client, client_of):
    raise_danger(office="oakland", kind="violence", now=timezone.now(), actor=system("kiosk"))
    supervisor = models.User.objects.get(id=a_worker(role=Role.SUPERVISOR).id)
    supervisor.location = "Portland"
    supervisor.save()
    elsewhere = client_of(supervisor)

    for browser in (client, elsewhere):
        bar = browser.get(reverse("desk:duty_bar"))
        assert reverse("desk:walkin_dangers") in bar.content.decode()
    page = elsewhere.get(reverse("desk:walkin_dangers"))
    assert "Oakland: Somebody in the room wrote of violence." in words(page)
    (row,) = page.context["dangers"]

    assert "Somebody has looked" in words(do(elsewhere, "walkin_danger", row["one"].id))
    assert (
        reverse("desk:walkin_dangers") not in client.get(reverse("desk:duty_bar")).content.decode()
    )


def test_the_list_is_sent_again_only_when_it_changed(client):
    came()
    page = client.get(reverse("desk:walkins"))

    again = client.get(
        reverse("desk:walkins"), {"seen": page.context["seen"]}, headers={"HX-Request": "true"}
    )
    came()
    changed = client.get(
        reverse("desk:walkins"), {"seen": page.context["seen"]}, headers={"HX-Request": "true"}
    )

    assert again.status_code == 204
    assert "2 wait" in words(changed)
    assert "<html" not in changed.content.decode()


def test_a_device_becomes_the_kiosk_and_its_person_is_signed_out(client):
    answer = client.post(reverse("desk:walkin_kiosk"))

    assert answer.url == reverse("portal:walkin")
    assert kiosk.COOKIE in answer.cookies
    assert "Take a number" in words(client.get(answer.url))
    assert client.get(reverse("desk:walkins")).status_code == 302


def test_a_kiosk_is_ended_at_the_desk_of_its_office(client, client_of):
    make_kiosk(office="oakland", now=NOW, actor=a_worker("billing"))
    page = client.get(reverse("desk:walkins"))
    (one,) = page.context["kiosks"]
    assert "Devices that give numbers here" in words(page)

    assert "gives no numbers any more" in words(do(client, "walkin_kiosk_end", one.id))
    assert client.get(reverse("desk:walkins")).context["kiosks"] == ()


def test_out_of_hours_the_desk_is_told_and_checks_in_all_the_same(client, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW - timedelta(days=1))
    assert "Closed now by these hours." in words(client.get(reverse("desk:walkin_check_in")))

    page = words(do(client, "walkin_check_in", key="k1", language="es", team="claims"))

    assert "Their number is" in page


def test_a_double_click_at_the_desk_is_one_number(client):
    for _ in range(2):
        do(client, "walkin_check_in", key="k1", language="es", team="claims")

    assert "1 waits" in words(client.get(reverse("desk:walkins")))


def test_who_works_where_nobody_walks_in_is_told_so(client_of):
    rosa = a_worker("member_services")
    user = models.User.objects.get(id=rosa.id)
    user.location = "Portland"
    user.save()
    client = client_of(user)

    assert "Your location has no desk for walk-ins" in words(client.get(reverse("desk:walkins")))
    assert client.post(reverse("desk:walkin_next")).status_code == 404


def test_the_room_is_for_who_answers_members(client_of):
    client = client_of(models.User.objects.get(id=a_worker(role=Role.FINANCE).id))

    assert client.get(reverse("desk:walkins")).status_code == 403
