"""Applying as a new patient on the web: kept as an application, and never as a member."""

import pytest
from django.urls import reverse

from openmember.members import models
from openmember.members.services import add_member
from openmember.members.testing import TESTER
from openmember.portal.newpatient import views
from openmember.registrations import queries
from openmember.registrations.testing import some_facts
from openmember.registrations.types import Channel, Coverage

pytestmark = pytest.mark.django_db

GIVEN = {
    "key": "k1", "first_name": "Mei", "last_name": "Tran", "birth_on_month": "3", "birth_on_day": "4",
    "birth_on_year": "1988", "street": "1 Elm St", "city": "Oakland", "zip_code": "94612",
    "phone": "510-555-0170", "language": "es", "reading_format": "large_print",
    "interpreter_language": "vi", "coverage": "other", "coverage_note": "Some plan, 77",
}  # fmt: skip


def apply(client, REMOTE_ADDR="192.0.2.1", **changed):  # noqa: N803  as the test client calls it
    address = reverse("portal:new_patient_apply")
    return client.post(address, {**GIVEN, **changed}, follow=True, REMOTE_ADDR=REMOTE_ADDR)


def kept():
    return queries.list_registrations(statuses=queries.OPEN, actor=TESTER, limit=99)


def test_the_ways_are_shown_by_region_with_the_articles_line_hours_and_offices(client):
    page = client.get(reverse("portal:new_patient")).content.decode()

    assert "1-800-390-3507" in page
    assert page.count("bring a completed application to any medical office") == 2
    assert "desk in Oakland" in page
    assert ("Open now, until" in page) or ("Closed now, opens" in page)


def test_an_application_is_kept_and_makes_nobody_a_member(client):
    page = apply(client).content.decode()

    (found,) = kept()
    assert found.reference in page
    assert models.Member.objects.count() == 0
    assert (found.channel, found.facts.coverage) == (Channel.WEB, Coverage.OTHER)
    assert (found.person.language, found.person.reading_format) == ("es", "large_print")
    assert found.facts.interpreter_language == "vi"


def test_sent_twice_it_is_one(client):
    apply(client)
    apply(client)

    assert len(kept()) == 1


def test_nobody_learns_here_that_somebody_is_a_member(client):
    fresh = apply(client).content
    reference = kept()[0].reference.encode()
    add_member(person=some_facts().person, actor=TESTER)
    again = apply(client, key="k2").content

    other = next(one.reference.encode() for one in kept() if one.reference.encode() != reference)
    assert again.replace(other, reference).split(b"<main")[1] == fresh.split(b"<main")[1]


def test_no_address_holds_what_was_typed(client):
    for address, _code in apply(client).redirect_chain:
        assert address == reverse("portal:new_patient_received")


def test_what_came_is_shown_to_who_sent_it_alone(client):
    assert client.get(reverse("portal:new_patient_received")).status_code == 303


def test_too_many_from_one_address_lose_nothing_and_are_told_whom_to_call(client, monkeypatch):
    monkeypatch.setattr(views, "APPLICATIONS", 2)

    codes = [apply(client, key=f"k{n}").status_code for n in range(3)]
    page = apply(client, key="k3").content.decode()

    assert codes == [200, 200, 429]
    assert len(kept()) == 2
    assert 'value="1 Elm St"' in page
    assert "1-800-390-3507" in page


def test_what_came_already_is_not_counted_again(client, monkeypatch):
    monkeypatch.setattr(views, "APPLICATIONS", 2)

    assert [apply(client).status_code for _ in range(4)] == [200] * 4
    assert apply(client, key="k2").status_code == 200


def test_there_are_no_more_than_so_many_from_everywhere(client, monkeypatch):
    monkeypatch.setattr(views, "OF_ALL", 1)
    apply(client)

    assert apply(client, key="k2", REMOTE_ADDR="192.0.2.9").status_code == 429


def test_back_and_the_next_child_is_a_second_application(client):
    apply(client)
    apply(client, first_name="Bao")

    assert {one.person.name.first for one in kept()} == {"Mei", "Bao"}
