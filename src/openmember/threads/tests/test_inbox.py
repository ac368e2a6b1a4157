"""What the desk sees of messages: its teams', the promise that ends first on top, page by page."""

import json
from datetime import timedelta

import pytest

from openmember.cases.testing import NOW, a_supervisor, a_worker, seen
from openmember.kernel.sql import fetch_all
from openmember.members.testing import a_member
from openmember.members.types import NotAllowed
from openmember.threads.inbox import Asked, Spot, count_waiting, list_inbox
from openmember.threads.services import seeing
from openmember.threads.testing import a_message, a_writer

pytestmark = pytest.mark.django_db
ALL = Asked(only_waiting=False)


@pytest.fixture
def member():
    return a_member(region="california")


@pytest.fixture
def ana(member):
    return a_writer(member)


def numbers(asked, actor, **options):
    return [one.case.number for one in list_inbox(asked=asked, actor=actor, **options).threads]


def test_who_waits_longest_is_first_and_who_was_answered_is_gone(member, ana):
    rosa = a_worker("billing", "pharmacy")
    first = a_message(ana, member, "One")
    second = a_message(ana, member, "Two", team="pharmacy")
    third = a_message(ana, member, "Three")
    a_message(rosa, member, "Yes", case=seen(third, rosa))

    # The pharmacy promised hours, billing a day.
    assert numbers(Asked(), rosa) == [second.number, first.number]
    assert count_waiting(actor=rosa) == 2
    assert set(numbers(ALL, rosa)) == {first.number, second.number, third.number}


def test_another_teams_messages_are_not_there_but_for_supervisors(member, ana):
    case = a_message(ana, member)

    assert numbers(Asked(), a_worker("claims")) == []
    assert numbers(Asked(), a_worker("billing", regions=("hawaii",))) == []
    assert numbers(Asked(), a_supervisor()) == [case.number]
    with pytest.raises(NotAllowed):
        list_inbox(asked=Asked(), actor=ana)


def test_pages_follow_one_another_and_nothing_is_shown_twice(member, ana):
    rosa = a_worker("billing")
    made = {
        a_message(ana, member, f"Number {n}", now=NOW + timedelta(minutes=n)).number
        for n in range(7)
    }

    for asked in (Asked(), ALL):
        first = list_inbox(asked=asked, actor=rosa, size=4)
        spot = Spot.of_text(first.next.as_text())
        second = list_inbox(asked=asked, actor=rosa, size=4, after=spot)
        shown = [one.case.number for one in (*first.threads, *second.threads)]
        assert (len(shown), set(shown), second.next) == (7, made, None)


def test_a_place_that_makes_no_sense_is_the_first_page():
    assert [
        Spot.of_text(text)
        for text in (
            "",
            "x~1",
            "2026-01-01~x",
            "2026-01-01T00:00~1",
            f"2026-01-01T00:00Z~{1 << 63}",
        )
    ] == [None] * 5


def test_words_are_found_among_ones_teams_messages_and_the_search_is_audited(member, ana):
    rosa = a_worker("billing")
    case = a_message(ana, member, "The receipt of the pharmacy")
    a_message(ana, member, "Something else")

    assert numbers(Asked(text="receipts"), rosa) == [case.number]
    assert numbers(Asked(text=case.number), rosa) == [case.number]
    assert numbers(Asked(text="receipts"), a_worker("claims")) == []
    entries = fetch_all(
        "SELECT detail::text FROM kernel_audit_entry WHERE action = 'message.search'"
    )
    assert [json.loads(row[0])["case_ids"] for row in entries] == [[case.id], [case.id], []]
    assert not any("receipt" in row[0] for row in entries)


def test_each_page_of_messages_is_audited_with_the_cases_it_shows(member, ana):
    made = [a_message(ana, member, f"Message {n}").id for n in range(3)]

    page = list_inbox(asked=ALL, actor=a_worker("billing"), size=2)
    list_inbox(asked=ALL, actor=a_worker("billing"), size=2, after=page.next)

    entries = fetch_all(
        "SELECT detail FROM kernel_audit_entry WHERE action = 'message.list' ORDER BY id"
    )
    assert [sorted(json.loads(row.detail)["case_ids"]) for row in entries] == [made[1:], made[:1]]


def test_what_nobody_of_the_team_has_read_is_counted(member, ana):
    rosa, leo = a_worker("billing"), a_worker("billing", first_name="Leo")
    case = a_message(ana, member)

    assert list_inbox(asked=Asked(), actor=rosa).threads[0].unread == 1
    seeing.see(case=case, now=NOW, actor=leo)
    assert list_inbox(asked=Asked(), actor=rosa).threads[0].unread == 0


def test_only_ones_own_and_only_a_language(member, ana):
    rosa = a_worker("billing")
    a_message(ana, member)

    assert numbers(Asked(only_mine=True), rosa) == []
    assert len(numbers(Asked(language="en"), rosa)) == 1
    assert numbers(Asked(language="es"), rosa) == []
