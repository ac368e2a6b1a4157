"""The kiosk, a number's own page, and the screen: nobody's name is on any of them."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from openmember.cases.duty.services import choose
from openmember.cases.duty.types import DutyState
from openmember.cases.testing import NOW, a_worker
from openmember.cases.walkins import kiosk, queries, services
from openmember.cases.walkins.kiosks.queries import list_kiosks
from openmember.cases.walkins.kiosks.services import end_kiosk, make_kiosk
from openmember.cases.walkins.types import Need, State
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.testing import serial
from openmember.portal.walkins import views
from openmember.ui.pages import SeeOther

pytestmark = pytest.mark.django_db

QUERIES_AT_MOST = 9


@pytest.fixture
def device() -> Client:
    """The kiosk of the office in Oakland."""
    client, answer = Client(), SeeOther("/")
    value = make_kiosk(office="oakland", now=timezone.now(), actor=a_worker("member_services"))
    kiosk.mark(answer, value=value)
    client.cookies[kiosk.COOKIE] = answer.cookies[kiosk.COOKIE].value
    return client


@pytest.fixture(autouse=True)
def on_a_monday_morning(monkeypatch):
    at(monkeypatch, NOW)


def at(monkeypatch, moment) -> None:
    monkeypatch.setattr(timezone, "now", lambda: moment)


def check_in(device, **fields):
    given = {"key": f"k{next(serial)}", "language": "en", **fields}
    return device.post(reverse("portal:walkin_check_in"), given)


def ticket_of(answer):
    return queries.find_ticket(text=answer.url.rstrip("/").rpartition("/")[2])


def test_the_first_page_speaks_every_language(device):
    page = device.get(reverse("portal:walkin")).content.decode()

    assert all(words in page for words in ("English", "Español", "繁體中文", 'lang="es"'))


def test_any_other_device_is_told_where_to_go_and_gets_no_number(client):
    page = client.get(reverse("portal:walkin")).content.decode()

    assert reverse("portal:walkin_screen", args=["oakland"]) in page
    assert check_in(client, team="billing").url == reverse("portal:walkin")


def test_a_kiosk_is_renewed_each_day_and_a_copy_is_worth_nothing_then(device, monkeypatch):
    copy = Client()
    copy.cookies[kiosk.COOKIE] = device.cookies[kiosk.COOKIE].value
    at(monkeypatch, NOW + timedelta(days=1))
    answer = device.get(reverse("portal:walkin"))
    assert answer.cookies[kiosk.COOKIE].value != copy.cookies[kiosk.COOKIE].value

    at(monkeypatch, NOW + timedelta(days=1, minutes=2))

    assert check_in(device).url != reverse("portal:walkin")
    assert check_in(copy).url == reverse("portal:walkin")


def test_a_kiosk_that_was_not_used_for_long_is_none(device, monkeypatch):
    at(monkeypatch, NOW + timedelta(days=31))

    assert check_in(device).url == reverse("portal:walkin")


def test_a_kiosk_ended_at_the_desk_gives_no_numbers(device):
    rosa = a_worker("member_services")
    (one,) = list_kiosks(office="oakland", now=NOW, actor=rosa)
    end_kiosk(kiosk_id=one.id, now=NOW, actor=rosa)

    assert check_in(device).url == reverse("portal:walkin")
    assert list_kiosks(office="oakland", now=NOW, actor=rosa) == ()


def test_a_form_sent_twice_is_one_number_and_one_contact(device):
    first, second = (check_in(device, key="one", team="billing") for _ in range(2))

    assert first.url == second.url
    assert fetch_one("SELECT count(*) AS n FROM cases_interaction").n == 1


def test_one_device_gives_numbers_no_faster_than_people_ask(device, monkeypatch):
    monkeypatch.setattr(views, "NUMBERS_AT_MOST", 2)

    codes = [check_in(device, team="billing").status_code for _ in range(3)]

    assert codes == [303, 303, 422]


def test_out_of_hours_the_kiosk_says_when_the_office_opens(device, monkeypatch):
    sunday = NOW - timedelta(days=1)
    at(monkeypatch, sunday)
    start = device.get(reverse("portal:walkin")).content.decode()
    answer = check_in(device, team="billing")

    for page in (start, answer.content.decode()):
        assert "Monday through Friday, 8:00" in page
        assert "It opens" in page
        assert "November 30, 2026" in page
    assert answer.status_code == 422
    assert "No numbers are given" in start
    assert fetch_one("SELECT count(*) AS n FROM cases_walkin").n == 0

    choose(state=DutyState.AVAILABLE, now=sunday, actor=a_worker("member_services"))
    assert check_in(device, team="billing").status_code == 303


def test_an_office_on_a_holiday_is_closed(device, monkeypatch):
    at(monkeypatch, NOW.replace(month=12, day=25))

    assert "Closed now." in device.get(reverse("portal:walkin")).content.decode()


def test_hours_are_shown_to_who_looks_where_to_go(client):
    page = client.get(reverse("portal:walkin")).content.decode()

    assert "Usual hours:" in page


def test_a_page_of_the_kiosk_goes_back_by_itself(device):
    page = device.get(reverse("portal:walkin_check_in")).content.decode()

    assert "portal/kiosk.js" in page
    assert 'id="still-there"' in page
    assert f'http-equiv="refresh" content="180;url={reverse("portal:walkin")}"' in page


def test_a_kiosk_cannot_be_made_by_hand(client):
    client.cookies[kiosk.COOKIE] = "oakland"

    assert check_in(client, team="billing").url == reverse("portal:walkin")


def test_a_number_is_taken_without_writing_anything(device, django_assert_max_num_queries):
    with django_assert_max_num_queries(QUERIES_AT_MOST + 6):
        answer = check_in(device, language="vi", team="pharmacy", needs=["rest"])
    ticket = ticket_of(answer)

    assert (ticket.team, ticket.language, ticket.needs) == ("pharmacy", "vi", {Need.REST})
    with django_assert_max_num_queries(QUERIES_AT_MOST):
        page = device.get(answer.url).content.decode()
    assert ticket.spoken in page
    assert "0 numbers are before you" in page


def test_a_few_words_say_what_it_is_about(device):
    assert ticket_of(check_in(device, need="I was charged twice on my bill")).team == "billing"
    assert ticket_of(check_in(device, need="qwxz")).team == "member_services"


@pytest.mark.parametrize("field", ["need", "typed"])
def test_danger_comes_before_anything_else_and_the_desk_is_told(device, field):
    answer = check_in(device, **{field: "I have crushing chest pain right now"})
    page = answer.content.decode()

    assert answer.status_code == 422
    assert "Tell anybody who works here, now." in page
    assert fetch_one("SELECT count(*) AS n FROM cases_walkin").n == 0
    row = fetch_one("SELECT office, kind FROM cases_walkin_danger")
    assert (row.office, row.kind) == ("oakland", "emergency")


def test_two_dangers_in_one_form_are_both_shown_and_both_told(device):
    answer = check_in(
        device, need="I have crushing chest pain right now", typed="I want to kill myself"
    )
    page = answer.content.decode()

    assert "call 911 from any phone" in page
    assert "988" in page
    kinds = fetch_all("SELECT kind FROM cases_walkin_danger ORDER BY kind")
    assert [row.kind for row in kinds] == ["emergency", "self_harm"]


def test_nobody_is_promised_who_is_not_there(device):
    text = "I have crushing chest pain right now"
    assert "there may be nobody at the desk now" in check_in(device, need=text).content.decode()

    choose(state=DutyState.AVAILABLE, now=timezone.now(), actor=a_worker("member_services"))

    assert "They come and look" in check_in(device, need=text).content.decode()


def test_who_says_that_it_is_no_emergency_gets_a_number(device):
    text = "I have crushing chest pain right now"
    page = check_in(device, need=text).content.decode()
    box = page.partition('name="need-is_no_emergency"')[2]
    codes = box.partition('value="')[2].partition('"')[0]

    answer = check_in(device, need=text, **{"need-is_no_emergency": codes})

    assert answer.status_code == 303


def test_what_was_typed_is_on_no_page_and_in_no_address(device):
    answer = check_in(device, team="billing", typed="Ana Ruiz", need="My bill")
    screen = reverse("portal:walkin_screen", args=["oakland"])

    for address in (answer.url, screen):
        assert "Ruiz" not in address + device.get(address).content.decode()


def test_a_number_tells_by_itself_when_it_is_called(device):
    answer, rosa = check_in(device, team="billing"), a_worker("member_services")
    ticket = ticket_of(answer)

    def part() -> str:
        return Client().get(answer.url, headers={"HX-Request": "true"}).content.decode()

    services.call(ticket_id=ticket.id, desk=2, now=timezone.now(), actor=rosa)
    assert "Go to desk 2 now." in part()
    services.miss(ticket_id=ticket.id, now=timezone.now(), actor=rosa)
    assert "you keep your place" in part()
    assert "<html" not in part()


def test_the_screen_says_nothing_again_that_it_said(device, django_assert_max_num_queries):
    ticket = ticket_of(check_in(device, team="billing"))
    services.call(
        ticket_id=ticket.id, desk=2, now=timezone.now(), actor=a_worker("member_services")
    )
    address = reverse("portal:walkin_screen", args=["oakland"])
    with django_assert_max_num_queries(2):
        page = Client().get(address).content.decode()
    seen = page.partition('name="seen" value="')[2].partition('"')[0]

    assert ticket.spoken in page
    assert '<meta http-equiv="refresh"' in page
    assert Client().get(address, {"seen": seen}).status_code == 204
    assert Client().get(address, {"seen": "before"}).status_code == 200


def test_an_unknown_office_or_number_is_not_found(client):
    for name, value in (("walkin_screen", "portland"), ("walkin_ticket", "T-0000-0000-0")):
        assert client.get(reverse(f"portal:{name}", args=[value])).status_code == 404


def test_a_number_of_another_day_leads_nowhere(device, monkeypatch):
    answer = check_in(device, team="billing")
    assert ticket_of(answer).state is State.WAITING
    at(monkeypatch, NOW + timedelta(days=1))

    assert device.get(answer.url).status_code == 404
