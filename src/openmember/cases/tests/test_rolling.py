"""Half hours counted once: always what the contacts say, whatever happens to these afterwards."""

from datetime import UTC, datetime, timedelta
from random import Random
from threading import Event, Thread

import pytest
from django.db import connection, transaction

from openmember.cases import policy, proof
from openmember.cases.board import figures, rolling
from openmember.cases.board.reach import days_back, reach_of
from openmember.cases.interactions.services import contacts
from openmember.cases.interactions.types import Description, NewInteraction, Outcome
from openmember.cases.testing import a_supervisor, a_worker
from openmember.cases.types import Channel
from openmember.kernel.sql import fetch_all
from openmember.members.testing import TESTER, a_member

# A Wednesday noon in California.
NOW = datetime(2026, 11, 4, 20, 0, tzinfo=UTC)
NIGHT = NOW - timedelta(hours=9)
DAY = timedelta(days=1)


def a_contact(at, *, member=None, topic="", ended=True, wait=40, actor=None):
    new = NewInteraction(
        channel=Channel.PHONE, team="billing", region="california", topic=topic, arrived_at=at,
        member_id=member.id if member else None,
    )  # fmt: skip
    begun = contacts.begin(new=new, now=at, actor=TESTER)
    if not ended:
        return begun
    then = at + timedelta(seconds=wait)
    contacts.answer(interaction_id=begun.id, now=then, actor=actor or a_worker("billing"))
    return contacts.end(
        interaction_id=begun.id,
        outcome=Outcome.ANSWERED,
        now=then + timedelta(minutes=4),
        actor=TESTER,
    )


def seen(now=NOW):
    """Return every figure of weeks there is."""
    reach = reach_of(actor=a_supervisor("billing"))
    stretch = days_back(reach, now=now, days=28, today=True)
    return (
        figures.list_service(reach=reach, stretch=stretch, now=now),
        figures.list_half_hours(reach=reach, stretch=stretch, now=now),
        figures.list_resolution(reach=reach, stretch=stretch, now=now),
    )


def counted_anew(now=NOW):
    """Return the same figures from the contacts alone."""
    with transaction.atomic():
        fetch_all("DELETE FROM cases_half_hour_mark")
        found = seen(now)
        transaction.set_rollback(True)
    return found


def count_up_to(now):
    rolling.advance(now=now)
    rolling.roll()


def stale() -> int:
    return len(fetch_all("SELECT DISTINCT at FROM cases_half_hour_stale"))


@pytest.mark.django_db
class TestFigures:
    def test_they_are_the_same_from_the_table_and_from_the_contacts(self):
        random, actor = Random(4), a_worker("billing")
        members = [a_member() for _ in range(3)]
        for _ in range(60):
            a_contact(
                NOW - timedelta(minutes=random.randint(1, 20 * 1440)), actor=actor,
                member=random.choice(members), topic=random.choice(["bill", "card"]),
                wait=random.choice([5, 30, 31, 300]),
            )  # fmt: skip
        count_up_to(NIGHT)

        kept = fetch_all("SELECT sum(offered) AS offered, count(*) AS rows FROM cases_half_hour")[0]

        assert kept.offered > 40
        for hours in (0, 7, 24, 24 * 8):
            now = NOW + timedelta(hours=hours)
            assert seen(now) == counted_anew(now)
        assert seen()[2][0].firsts > 0
        assert rolling.list_uneven() == ()

    def test_what_happens_late_is_shown_at_once_and_counted_again(self):
        member, actor = a_member(), a_worker("billing")
        before = a_contact(NOW - 12 * DAY, member=member, topic="bill", actor=actor)
        unnamed = a_contact(NOW - 9 * DAY, actor=actor)
        waiting = a_contact(NOW - 2 * DAY, ended=False)
        count_up_to(NIGHT)
        at_first = seen()

        contacts.end(interaction_id=waiting.id, outcome=Outcome.ABANDONED, now=NOW, actor=TESTER)
        contacts.describe(
            interaction_id=unnamed.id, said=Description(topic="bill"), now=NOW, actor=TESTER
        )
        contacts.identify(interaction_id=unnamed.id, member_id=member.id, now=NOW, actor=TESTER)

        assert stale() == 3
        assert seen() == counted_anew()
        assert seen() != at_first
        # Another of the same came within the week after it: what was enough is not any more.
        assert (at_first[2][0].settled, seen()[2][0].settled) == (1, 0)
        assert rolling.roll() == 3
        assert seen() == counted_anew()
        assert rolling.list_uneven() == ()
        assert before.id < unnamed.id

    def test_a_contact_of_today_tells_on_the_week_before_it(self):
        member, actor = a_member(), a_worker("billing")
        a_contact(NOW - 6 * DAY, member=member, topic="bill", actor=actor)
        count_up_to(NIGHT)
        a_contact(NOW - timedelta(hours=1), member=member, topic="bill", actor=actor)

        later = NOW + 2 * DAY

        assert stale() == 1
        assert seen(later) == counted_anew(later)
        assert seen(later)[2][0].settled == 0

    def test_notes_of_a_contact_make_nothing_stale(self):
        found = a_contact(NOW - 2 * DAY)
        count_up_to(NIGHT)

        fetch_all("UPDATE cases_interaction SET notes = 'x', need = 'y' WHERE id = %s", [found.id])

        assert stale() == 0

    def test_nights_that_were_missed_are_caught_up(self):
        actor = a_worker("billing")
        for days in (9, 5, 1):
            a_contact(NOW - days * DAY, actor=actor)
        count_up_to(NIGHT - 8 * DAY)

        missed = seen()
        count_up_to(NIGHT)

        assert missed == seen() == counted_anew()
        assert fetch_all("SELECT sum(offered) AS n FROM cases_half_hour")[0].n == 3

    def test_another_policy_makes_all_of_it_stale(self, settings, tmp_path):
        a_contact(NOW - 2 * DAY, wait=40)
        count_up_to(NIGHT)
        path = tmp_path / "policy.toml"
        text = policy.Path(settings.CASE_POLICY_FILE).read_text(encoding="utf-8")
        path.write_text(text.replace("answer_seconds = 30", "answer_seconds = 60"), "utf-8")
        settings.CASE_POLICY_FILE = path
        policy.get_policy.cache_clear()
        try:
            at_once = seen()
            count_up_to(NIGHT)
            kept = fetch_all("SELECT in_time FROM cases_half_hour")[0].in_time
        finally:
            policy.get_policy.cache_clear()

        assert at_once[0][0].in_time == 1
        assert kept == 1


@pytest.mark.django_db
def test_a_row_that_was_tampered_with_is_named():
    a_contact(NOW - 2 * DAY)
    count_up_to(NIGHT)
    fetch_all("UPDATE cases_half_hour SET wait_seconds = wait_seconds + 1")

    (found,) = proof.list_differences()

    assert found.what == "half hour"
    assert "2026-11-02 20:00 (california, billing, phone)" in found.number


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_not_over_while_its_half_hour_is_counted_is_counted_later():
    waiting = a_contact(NOW - 2 * DAY, ended=False)
    count_up_to(NIGHT)
    changed, counted = Event(), Event()

    def give_up() -> None:
        with transaction.atomic():
            contacts.end(
                interaction_id=waiting.id, outcome=Outcome.ABANDONED, now=NOW, actor=TESTER
            )
            changed.set()
            counted.wait(20)
        connection.close()

    fetch_all(
        "INSERT INTO cases_half_hour_stale (at) VALUES (%s)", [rolling.half_hour_of(NOW - 2 * DAY)]
    )
    thread = Thread(target=give_up)
    thread.start()
    changed.wait(20)
    # Nobody waits for anybody.
    assert rolling.roll() == 1
    counted.set()
    thread.join()

    assert seen()[0][0].abandoned == 1
    assert rolling.roll() == 1
    assert fetch_all("SELECT abandoned FROM cases_half_hour")[0].abandoned == 1
    assert rolling.list_uneven() == ()
