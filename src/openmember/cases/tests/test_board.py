"""The board's figures, each worked out anew in plain Python from the rows and the log of a made-up week."""

from collections import Counter
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from openmember.cases.board import behind, figures, rolling
from openmember.cases.board.behind import Which
from openmember.cases.board.planning import plan_of
from openmember.cases.board.reach import days_back, reach_of
from openmember.cases.callbacks.types import State
from openmember.cases.clocks.business import after_working
from openmember.cases.policy import get_policy, hours_of
from openmember.cases.services import moving, owning
from openmember.cases.services.presence import be_present
from openmember.cases.testing import a_case, a_supervisor, a_worker
from openmember.cases.types import Status
from openmember.kernel.sql import fetch_all
from openmember.members.testing import a_member
from openmember.members.types import NotAllowed, Role

# A Wednesday noon in California; the week before it has a Sunday on which clocks went back.
NOW = datetime(2026, 11, 4, 20, 0, tzinfo=UTC)
TEAMS, REGIONS = ("billing", "claims", ""), ("california", "hawaii", "")
pytestmark = pytest.mark.django_db
ZONES = {
    "california": ZoneInfo("America/Los_Angeles"),
    "hawaii": ZoneInfo("Pacific/Honolulu"),
    "": ZoneInfo("America/Los_Angeles"),
}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """A week of contacts, cases and promised calls, made once and rolled back."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        yield a_week()
        transaction.set_rollback(True)


def a_week():
    random = Random(20261104)
    members = [a_member() for _ in range(12)]
    worker = a_worker("billing", "claims")
    # Half hours are counted with half of the contacts, up to the day before; the others come late, and some of
    # the half hours are counted again. Figures are of counted, stale and uncounted ones, and must not show it.
    for _ in range(300):
        insert_contact(random, members)
    rolling.advance(now=NOW - timedelta(hours=30))
    rolling.roll()
    for _ in range(300):
        insert_contact(random, members)
    rolling.roll(limit=1)
    for place in range(24):
        insert_case(random, members[place % 12], worker)
    return {"vera": a_supervisor("billing", "claims"), "worker": worker, "members": members}


def insert_contact(random, members):
    at = NOW - timedelta(seconds=random.randint(1, 9 * 86400))
    kind = random.choice(["measured"] * 6 + ["begun", "abandoned", "waiting", "outbound"])
    wait = timedelta(seconds=random.choice([1, 29, 30, 31, 90, 400]))
    is_answered = kind in {"measured", "begun", "outbound"}
    answered = at + (wait if kind == "measured" else timedelta()) if is_answered else None
    is_running = is_answered and random.random() < 0.1
    ended = None if is_running or kind == "waiting" else (answered or at + wait)
    if ended and is_answered:
        ended += timedelta(seconds=random.randint(20, 900))
    outcome = "" if ended is None else "abandoned" if not is_answered else random.choice(
        ["answered", "case", "referred", "transferred"]
    )  # fmt: skip
    fetch_all(
        "INSERT INTO cases_interaction (channel, is_outbound, member_id, team, region, topic, outcome,"
        " arrived_at, answered_at, ended_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            random.choice(["phone"] * 8 + ["in_person", "message"]), kind == "outbound",
            getattr(random.choice([*members, None]), "id", None),
            random.choice(TEAMS), random.choice(REGIONS), random.choice(["bill", "card", ""]), outcome,
            at, answered, ended,
        ],
    )  # fmt: skip


def insert_case(random, member, worker):
    at = NOW - timedelta(hours=random.randint(1, 24 * 9))
    case = a_case(
        member, now=at, region=random.choice(REGIONS[:2]),
        **random.choice(
            [{"category": "bill_question", "bill": "October"},
             {"category": "claim_status", "visit_on": "2026-10-08"}]
        ),
    )  # fmt: skip
    state = random.choice(["kept", "unreached", "broken", "promised", "promised", "cancelled"])
    ends = NOW + timedelta(
        hours=random.randint(1, 12) if state == "promised" else -random.randint(1, 200)
    )
    fetch_all(
        "INSERT INTO cases_callback (case_id, team, region, zone, phone, starts_at, ends_at, state,"
        " promised_at, promised_by, settled_at, reason)"
        " VALUES (%s, %s, %s, 'UTC', '+15105550134', %s, %s, %s, %s, 'test', %s, 'x')",
        [case.id, case.team, case.region, ends - timedelta(hours=1), ends, state, at,
         None if state == "promised" else ends],
    )  # fmt: skip
    if random.random() < 0.3:
        case = owning.take(case=case, now=at, actor=worker)
    for to in random.choice([[], [], ["resolved"], ["resolved", "reopened", "resolved"]]):
        at = min(at + timedelta(hours=random.randint(1, 30)), NOW)
        if to == "reopened":
            case = moving.reopen(case=case, why="not settled", now=at, actor=worker)
        else:
            case = moving.move(
                case=case, to=Status(to), now=at, actor=worker, why="done", answer="Yes."
            )


def raw(table, columns="*"):
    return fetch_all(f"SELECT {columns} FROM {table} ORDER BY id")


def raw_cases():
    # Without the copy of the due date for sorting, which can be infinite.
    return raw("cases_case", "id, team, region, is_open, owner_id, opened_at, due_at")


def local(row, at):
    return at.astimezone(ZONES[row.region])


def contacts(first_days=7, *, today=True):
    """Return the contacts of so many days before today, and today's, as the definitions say."""
    today_of = {region: NOW.astimezone(zone).date() for region, zone in ZONES.items()}
    return [
        row for row in raw("cases_interaction")
        if not row.is_outbound and row.channel in {"phone", "in_person"}
        and row.team in TEAMS and row.region in ZONES and row.arrived_at < NOW
        and timedelta(0) <= today_of[row.region] - local(row, row.arrived_at).date() <= timedelta(first_days)
        and (today or local(row, row.arrived_at).date() < today_of[row.region])
    ]  # fmt: skip


def others(row, rows):
    return [
        one for one in rows
        if not one.is_outbound and one.id != row.id
        and (one.member_id, one.topic) == (row.member_id, row.topic)
    ]  # fmt: skip


def is_known(row):
    return row.answered_at is not None and row.member_id is not None and row.topic != ""


def is_first(row, rows):
    week = timedelta(days=7)
    return row.arrived_at <= NOW - week and not any(
        timedelta(0) <= row.arrived_at - one.arrived_at <= week for one in others(row, rows)
    )


def is_enough(row, rows):
    came_back = any(
        timedelta(0) <= one.arrived_at - row.arrived_at <= timedelta(days=7)
        for one in others(row, rows)
    )
    return row.outcome in {"answered", "referred"} and not came_back


def is_repeat(row, rows):
    return any(
        timedelta(0) <= row.arrived_at - one.arrived_at <= timedelta(days=60)
        for one in others(row, rows)
    )


def waited(row):
    return int(((row.answered_at or row.ended_at) - row.arrived_at).total_seconds())


def looked_at(world, **asked):
    return reach_of(actor=world["vera"], **asked)


def stretch_of(reach, days=7, *, today=True):
    return days_back(reach, now=NOW, days=days, today=today)


def test_how_contacts_were_answered(world):
    reach = looked_at(world, team="mine")
    found = {
        one.team: one
        for one in figures.list_service(reach=reach, stretch=stretch_of(reach), now=NOW)
    }

    assert set(found) == set(TEAMS)
    for team, one in found.items():
        mine = [row for row in contacts() if row.team == team]
        measured = [row for row in mine if row.answered_at and row.answered_at > row.arrived_at]
        gone = [row for row in mine if row.outcome == "abandoned"]
        in_time = [
            row for row in measured if row.answered_at - row.arrived_at <= timedelta(seconds=30)
        ]
        assert one.offered == len(mine)
        assert one.answered == sum(row.answered_at is not None for row in mine)
        assert one.waiting == sum(row.answered_at is None and row.ended_at is None for row in mine)
        assert one.level == len(in_time) / (len(measured) + len(gone))
        assert one.abandonment == len(gone) / (one.answered + len(gone))
        assert one.wait_seconds == sum(waited(row) for row in measured)


def test_waits_by_hour_and_weekday_of_the_region(world):
    reach = looked_at(world, team="mine")
    found = figures.waits_of(
        figures.list_half_hours(reach=reach, stretch=stretch_of(reach, today=False), now=NOW)
    )

    counted, seconds = Counter(), Counter()
    for row in contacts(today=False):
        if row.answered_at and row.answered_at > row.arrived_at:
            at = local(row, row.arrived_at)
            counted[at.weekday(), at.hour] += 1
            seconds[at.weekday(), at.hour] += waited(row)
    assert {(one.weekday, one.hour): (one.measured, one.wait_seconds) for one in found} == {
        key: (count, round(seconds[key] / count)) for key, count in counted.items()
    }


def test_first_contacts_that_were_enough_and_contacts_that_repeat(world):
    reach = looked_at(world, team="mine")
    found = figures.list_resolution(reach=reach, stretch=stretch_of(reach, 9), now=NOW)

    rows = raw("cases_interaction")
    for one in found:
        mine = [row for row in contacts(9) if row.team == one.team and is_known(row)]
        firsts = [row for row in mine if is_first(row, rows)]
        assert one.known == len(mine)
        assert one.firsts == len(firsts)
        assert one.settled == sum(is_enough(row, rows) for row in firsts)
        assert one.repeats == sum(is_repeat(row, rows) for row in mine)
    assert sum(one.firsts for one in found) > 0


def test_how_promised_calls_were_kept(world):
    reach = looked_at(world, team="mine")
    stretch = stretch_of(reach)
    found = {one.team: one for one in figures.list_kept(reach=reach, stretch=stretch)}

    since = dict(zip(reach.regions, stretch.sinces, strict=True))
    for team in ("billing", "claims"):
        states = Counter(
            row.state for row in raw("cases_callback")
            if row.team == team and since[row.region] <= row.ends_at < NOW
        )  # fmt: skip
        one = found[team]
        assert (one.kept, one.unreached, one.broken, one.cancelled) == tuple(
            states[name] for name in ("kept", "unreached", "broken", "cancelled")
        )


def test_cases_opened_and_settled_by_day_as_the_log_says(world):
    reach = looked_at(world, team="mine")
    found = figures.list_days(reach=reach, stretch=stretch_of(reach))

    cases = {row.id: row for row in raw_cases()}
    opened, settled = {}, {}
    for event in raw("cases_event"):
        case = cases[event.case_id]
        day = local(case, event.at).date()
        if event.kind == "opened":
            opened.setdefault(day, set()).add(case.id)
        if event.kind == "moved" and '"to": "resolved"' in event.detail:
            settled.setdefault(day, set()).add(case.id)
    assert [(one.day, one.opened, one.settled) for one in found if one.day < found[-1].day] == [
        (one.day, len(opened.get(one.day, ())), len(settled.get(one.day, ())))
        for one in found if one.day < found[-1].day
    ]  # fmt: skip
    assert sum(one.settled for one in found) > 0


def test_what_waits_now_and_who_is_there(world):
    reach = looked_at(world, team="mine")
    be_present(
        case=a_case(world["members"][0], now=NOW), is_writing=False, now=NOW, actor=world["worker"]
    )
    found = {one.team: one for one in figures.list_queues(reach=reach, now=NOW)}

    for team in ("billing", "claims"):
        waiting = [
            row for row in raw("cases_interaction")
            if row.team == team and row.answered_at is None and row.ended_at is None
            and not row.is_outbound and row.channel in {"phone", "in_person"}
        ]  # fmt: skip
        work = [row for row in raw_cases() if row.team == team and row.is_open]
        nobodys = [row for row in work if row.owner_id is None]
        one = found[team]
        assert (one.waiting, one.waiting_since) == (
            len(waiting), min((row.arrived_at for row in waiting), default=None),
        )  # fmt: skip
        assert (one.open, one.nobodys) == (len(work), len(nobodys))
        assert one.nobodys_since == min((row.opened_at for row in nobodys), default=None)
        assert one.late == sum(bool(row.due_at and row.due_at <= NOW) for row in work)
        assert one.soon == sum(is_soon(row, row.due_at) for row in work)
        assert one.present == 1


def is_soon(row, due_at):
    until = after_working(hours_of(team=row.team, region=row.region), NOW, timedelta(hours=4))
    return due_at is not None and NOW < due_at <= until


def test_calls_that_will_break_within_the_next_working_hours(world):
    reach = looked_at(world, team="mine")

    found = behind.list_calls_due(reach=reach, now=NOW)

    due = [
        row
        for row in raw("cases_callback")
        if row.state == "promised" and is_soon(row, row.ends_at)
    ]
    assert [one.id for one in found] == [
        row.id for row in sorted(due, key=lambda row: (row.ends_at, row.id))
    ]
    assert due


def test_behind_each_figure_are_as_many_as_it_says(world):
    reach = looked_at(world, team="claims")
    vera, stretch = world["vera"], stretch_of(reach, 9)
    only = {"reach": reach, "stretch": stretch}
    service = figures.list_service(**only, now=NOW)[0]
    resolution = figures.list_resolution(**only, now=NOW)[0]
    queue = figures.list_queues(reach=reach, now=NOW)[0]
    kept = figures.list_kept(**only)[0]

    def count(**which):
        return len(behind.list_contacts(which=Which(**which), **only, now=NOW, actor=vera))

    assert count(abandoned=True) == service.abandoned
    assert count(in_time=False) == service.measured - service.in_time
    assert count(waiting=True) == service.waiting
    assert count(first=True) == resolution.firsts
    assert count(first=True, settled=False) == resolution.firsts - resolution.settled
    assert count(repeat=True) == resolution.repeats
    for is_late, number in ((True, queue.late), (False, queue.soon)):
        assert len(behind.list_clocks(is_late=is_late, reach=reach, now=NOW)) == number
    assert len(behind.list_calls_ended(state=State.BROKEN, **only, actor=vera)) == kept.broken
    for day in figures.list_days(**only):
        for settled, number in ((True, day.settled), (False, day.opened)):
            cases = behind.list_cases_of_day(day=day.day, settled=settled, **only, actor=vera)
            assert len(cases) == number


def test_cells_of_the_heat_map_lead_to_their_contacts(world):
    reach = looked_at(world, team="claims")
    stretch = stretch_of(reach, today=False)
    half_hours = figures.list_half_hours(reach=reach, stretch=stretch, now=NOW)

    for cell in figures.waits_of(half_hours)[:12]:
        found = behind.list_contacts(
            which=Which(weekday=cell.weekday, hour=cell.hour), reach=reach, stretch=stretch,
            now=NOW, actor=world["vera"],
        )  # fmt: skip
        assert len(found) == cell.measured
        assert round(sum(one.wait_seconds for one in found) / len(found)) == cell.wait_seconds


def test_a_plan_rests_on_what_was_measured(world):
    reach = looked_at(world, team="mine")
    stretch = stretch_of(reach, 9, today=False)
    half_hours = figures.list_half_hours(reach=reach, stretch=stretch, now=NOW)

    plan = plan_of(half_hours, stretch.until, first=stretch.first, today=stretch.until)

    rows = contacts(9, today=False)
    handled = [row for row in rows if row.answered_at and row.ended_at]
    gone = [row for row in rows if row.outcome == "abandoned"]
    measured = [row for row in rows if row.answered_at and row.answered_at > row.arrived_at]
    assert plan.handling_seconds == sum(
        int((row.ended_at - row.answered_at).total_seconds()) for row in handled
    ) / len(handled)
    assert plan.patience_seconds == sum(waited(row) for row in measured + gone) / len(gone)
    same = [
        row for row in rows if local(row, row.arrived_at).date() == stretch.until - timedelta(7)
    ]
    assert plan.calls == len(same) > 0
    busiest = max(plan.halves, key=lambda half: half.calls)
    assert busiest.outlook.answered_share >= get_policy().board.answered_percent / 100


def test_who_supervises_sees_the_regions_they_work_for_and_others_see_nothing(world):
    there = a_worker("billing", role=Role.SUPERVISOR, regions=("hawaii",))

    reach = reach_of(actor=there)

    assert set(reach.regions) == {"hawaii", ""}
    assert reach_of(actor=there, team="mine").teams == ("", "billing")
    assert reach_of(actor=there, team="nothing").teams == ()
    with pytest.raises(NotAllowed):
        reach_of(actor=world["worker"])
    with pytest.raises(NotAllowed):
        reach_of(actor=there, region="california")


def test_looking_behind_a_figure_is_recorded(world):
    reach = looked_at(world)

    behind.list_contacts(
        which=Which(), reach=reach, stretch=stretch_of(reach), now=NOW, actor=world["vera"]
    )

    last = fetch_all("SELECT actor, action FROM kernel_audit_entry ORDER BY id DESC LIMIT 1")[0]
    assert (last.actor, last.action) == (str(world["vera"]), "board.read")


def test_the_filters_of_contacts_are_those_the_statement_takes():
    text = (figures.SQL / "behind_contacts.sql").read_text()

    assert all(f"%({one.name})s" in text for one in fields(Which))
