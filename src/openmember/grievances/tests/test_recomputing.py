"""A change of law: which work it governs, what it would move, and one batch that keeps it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections

from openmember.cases.proof import list_differences
from openmember.cases.testing import a_supervisor, a_worker
from openmember.cases.types import Channel
from openmember.grievances.course import standing
from openmember.grievances.queries import get_dispute
from openmember.grievances.recomputing import queries, services
from openmember.grievances.recomputing.types import NUMBERS_KEPT, Effect, Task, Way, What
from openmember.grievances.services import working
from openmember.grievances.services.filing import file_dispute
from openmember.grievances.testing import a_law, clock, happened, last_day_of, received
from openmember.grievances.types import Care, Kind, Law, Matter, NewDispute, Step, Track
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.testing import a_member
from openmember.members.types import NotAllowed
from openmember.rulebook.clocks import list_rows, proposed
from openmember.rulebook.types import BadRulebook

NOW = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def filed(place="CA", ago=DAY, **said):
    new = NewDispute(
        track=Track(Matter.APPEAL, said.pop("law", Law.INDIVIDUAL), place, Care.PRE_SERVICE),
        member_id=a_member().id, account_number=None, need="The scan was refused.", **said,
    )  # fmt: skip
    return file_dispute(
        new=new, channel=Channel.PHONE, received_at=NOW - ago, now=NOW, actor=a_worker("grievances")
    )


def all_kept():
    """Return every column and clock that follows the logs, and the dates of the cases."""
    return (
        fetch_all("SELECT * FROM grievances_dispute ORDER BY id"),
        fetch_all("SELECT * FROM grievances_clock ORDER BY dispute_id, visit, level, step"),
        fetch_all("SELECT id, due_at FROM cases_case ORDER BY id"),
    )


def recompute(size=2):
    run = services.begin(task=Task.RECOMPUTE, now=NOW, actor=a_supervisor(), size=size)
    return services.work(run=run, now=NOW)


# Which row governs


def test_a_new_dated_row_governs_what_begins_then_and_open_work_keeps_its_own(tmp_path):
    law = a_law(tmp_path, ("CA-GRV-DEC", {"length": 20, "effective_from": "2026-12-01"}))
    before, after = received("2026-11-30 10:00"), received("2026-12-01 10:00")

    with proposed(law):
        kept, new = standing([before]), standing([after])
        rows = list_rows("CA-GRV-DEC")

    assert str(last_day_of(kept, Step.DECIDE)) == "2026-12-30"
    assert clock(kept, Step.DECIDE).governs.clock.length == 30
    assert str(last_day_of(new, Step.DECIDE)) == "2026-12-21"
    assert [(row.length, str(row.effective_to)) for row in rows] == [
        (30, "2026-11-30"),
        (20, "None"),
    ]
    assert str(last_day_of(standing([after]), Step.DECIDE)) == "2026-12-31"


def test_each_clock_of_a_dispute_takes_the_row_of_the_day_it_began_itself(tmp_path):
    law = a_law(
        tmp_path,
        ("CA-GRV-DEC", {"length": 20, "effective_from": "2026-12-10"}),
        ("CA-IMR-FILE", {"length": 9, "effective_from": "2026-12-10"}),
    )
    events = [
        received("2026-12-01 10:00"),
        happened(Kind.DECIDED, "2026-12-15 10:00", outcome="upheld", notice_on="2026-12-15"),
    ]

    with proposed(law):
        found = standing(events)

    assert clock(found, Step.DECIDE).governs.clock.length == 30
    assert clock(found, Step.FILE, "external").governs.clock.length == 9


def test_a_proposal_without_a_beginning_takes_the_place_of_the_row(tmp_path):
    with proposed(a_law(tmp_path, ("CA-GRV-DEC", {"length": 10}))):
        assert [row.length for row in list_rows("CA-GRV-DEC")] == [10]
    assert [row.length for row in list_rows("CA-GRV-DEC")] == [30]


def test_a_proposal_that_is_not_in_form_is_refused_by_name(tmp_path):
    for changes, column in (({"length": "soon"}, "length"), ({"actor": "member"}, "actor")):
        law = a_law(tmp_path, ("CA-GRV-DEC", changes))
        with pytest.raises(BadRulebook, match=f"proposed.csv.*column {column}"), proposed(law):
            raise AssertionError("it was taken")


# What it moves


@pytest.mark.django_db
def test_a_preview_counts_the_dates_by_clock_law_and_state_and_changes_nothing(tmp_path):
    first, second, other = filed(), filed(), filed(place="OR")
    before = all_kept()
    law = a_law(
        tmp_path,
        ("CA-GRV-DEC", {"length": 20}),
        ("CA-GRV-ACK", {"length": 9}),
        ("FED-APL-PRE", {"effective_from": "2026-11-30"}),
    )

    with proposed(law):
        effect = services.preview(tell=lambda _looked: None, size=2)

    assert (effect.looked, effect.changed) == (3, 2)
    assert dict(effect.dates) == {
        (What("CA-GRV-DEC", "decide", "individual", "CA"), Way.EARLIER): 2,
        (What("CA-GRV-ACK", "acknowledge", "individual", "CA"), Way.LATER): 2,
    }
    assert effect.numbers == [first.case_number, second.case_number]
    assert other.case_number not in effect.numbers
    assert all_kept() == before
    assert fetch_one("SELECT count(*) AS n FROM grievances_law_run").n == 0


@pytest.mark.django_db
def test_a_log_the_new_law_would_not_take_is_named_and_stays(tmp_path):
    dispute = filed(law=Law.MEDICARE_ADVANTAGE, ago=20 * DAY)
    working.extend(
        dispute=dispute, days=14, why="Records from abroad.", now=NOW, actor=a_worker("grievances")
    )
    before = all_kept()
    law = a_law(tmp_path, ("MA-RECON-STD", {"length": 5}))

    with proposed(law):
        effect = recompute().effect

    assert (effect.unfit, effect.unfits) == ([dispute.case_number], 1)
    assert (effect.changed, all_kept()) == (0, before)


def test_logs_that_do_not_fit_are_all_counted_though_the_first_alone_are_named():
    part = Effect(unfit=[str(number) for number in range(NUMBERS_KEPT)], unfits=2000)

    whole = Effect.of_json(Effect.of_all([part, part]).as_json())

    assert (len(whole.unfit), whole.unfits) == (NUMBERS_KEPT, 4000)


# Keeping it


@pytest.mark.django_db
def test_a_recompute_keeps_what_the_rulebook_says_and_only_that(tmp_path):
    moved, other = filed(), filed(place="OR")
    untouched = fetch_all(
        "SELECT xmin FROM grievances_clock WHERE dispute_id = %(id)s", {"id": other.id}
    )

    with proposed(a_law(tmp_path, ("CA-GRV-DEC", {"length": 20}))):
        run = recompute()
        found = get_dispute(dispute_id=moved.id).standing
        assert list(list_differences()) == []

        row = fetch_one("SELECT * FROM grievances_dispute WHERE id = %(id)s", {"id": moved.id})
        decide = fetch_one(
            "SELECT due_at FROM grievances_clock WHERE dispute_id = %(id)s AND step = 'decide'",
            {"id": moved.id},
        )  # fmt: skip
        case = fetch_one("SELECT due_at FROM cases_case WHERE id = %(id)s", {"id": moved.case_id})
        assert run.ended_at
        assert (run.parts, run.done) == (1, 1)
        assert decide.due_at == case.due_at == clock(found, Step.DECIDE).due_at
        assert row.due_at == found.next_due.due_at
    assert untouched == fetch_all(
        "SELECT xmin FROM grievances_clock WHERE dispute_id = %(id)s", {"id": other.id}
    )


@pytest.mark.django_db
def test_a_case_follows_when_another_law_comes_to_govern(tmp_path):
    dispute = filed()

    with proposed(a_law(tmp_path, ("CA-GRV-DEC", {"length": 60}), ("FED-APL-PRE", {"length": 25}))):
        recompute()
        found = get_dispute(dispute_id=dispute.id).standing
        case = fetch_one("SELECT due_at FROM cases_case WHERE id = %(id)s", {"id": dispute.case_id})
        assert list(list_differences()) == []

    assert clock(found, Step.DECIDE).governs.clock.id == "FED-APL-PRE"
    assert case.due_at == clock(found, Step.DECIDE).due_at


@pytest.mark.django_db
def test_it_is_harmless_twice_and_audited_once_a_run_with_its_counts(tmp_path):
    filed()
    with proposed(a_law(tmp_path, ("CA-GRV-DEC", {"length": 20}))):
        first = recompute()
        kept = all_kept()
        second = recompute()

        assert (first.effect.changed, second.effect.changed) == (1, 0)
        assert all_kept() == kept
    audited = fetch_all("SELECT detail FROM kernel_audit_entry WHERE action = 'disputes.recompute'")
    assert len(audited) == 2
    assert '"dates": 1' in str(audited[0].detail) or "'dates': 1" in str(audited[0].detail)


@pytest.mark.django_db
def test_a_date_that_moved_is_warned_of_anew_and_one_that_did_not_is_not(tmp_path):
    filed()
    fetch_all("UPDATE grievances_clock SET warned_at = %(now)s WHERE whose = 'plan'", {"now": NOW})

    with proposed(a_law(tmp_path, ("CA-GRV-DEC", {"length": 20}))):
        recompute()

    rows = fetch_all("SELECT step, warned_at FROM grievances_clock WHERE whose = 'plan'")
    assert {row.step: row.warned_at for row in rows} == {"decide": None, "acknowledge": NOW}


@pytest.mark.django_db
def test_a_run_broken_off_in_the_middle_goes_on_and_comes_to_the_same(tmp_path, monkeypatch):
    for _ in range(6):
        filed()
    law = a_law(tmp_path, ("CA-GRV-DEC", {"length": 20}))
    real, seen = services._write, []

    def killed(found, now):
        seen.append(found)
        real(found, now)
        if len(seen) == 2:
            raise KeyboardInterrupt

    with proposed(law):
        monkeypatch.setattr(services, "_write", killed)
        with pytest.raises(KeyboardInterrupt):
            recompute()
        halfway = queries.find_last_run(task=Task.RECOMPUTE, actor=a_supervisor())
        monkeypatch.setattr(services, "_write", real)
        whole = recompute()
        broken_off = all_kept()
        assert recompute().effect.changed == 0

    assert (halfway.done, halfway.ended_at) == (1, None)
    assert (whole.id, whole.done, whole.effect.changed) == (halfway.id, 3, 6)
    with proposed(law):
        assert all_kept() == broken_off


@pytest.mark.django_db
def test_a_run_of_an_older_rulebook_ends_where_it_was(monkeypatch):
    filed()
    first = services.begin(task=Task.RECOMPUTE, now=NOW, actor=a_supervisor())
    monkeypatch.setattr(queries, "rulebook_mark", lambda: "another")

    second = services.begin(task=Task.RECOMPUTE, now=NOW, actor=a_supervisor())

    assert second.id != first.id
    assert queries.find_run(run_id=first.id).ended_at == NOW


@pytest.mark.django_db
def test_a_survey_writes_nothing_but_what_it_found(tmp_path):
    filed()
    before = all_kept()

    with proposed(a_law(tmp_path, ("CA-GRV-DEC", {"length": 20}))):
        run = services.begin(task=Task.SURVEY, now=NOW, actor=a_supervisor())
        services.work(run=run, now=NOW)

    assert all_kept() == before
    assert queries.find_last_run(task=Task.SURVEY, actor=a_supervisor()).effect.moved == 1


@pytest.mark.django_db
def test_only_who_supervises_begins_or_reads_a_run():
    with pytest.raises(NotAllowed):
        services.begin(task=Task.SURVEY, now=NOW, actor=a_worker("grievances"))
    with pytest.raises(NotAllowed):
        queries.find_last_run(task=Task.SURVEY, actor=a_worker("grievances"))


@pytest.mark.django_db
def test_what_is_written_meanwhile_is_read_anew_and_not_overwritten(tmp_path, monkeypatch):
    dispute, other = filed(), filed()
    real = services._hold

    def written_between(disputes):
        """Let somebody write between the reading and the lock."""
        working.expedite(
            dispute=dispute, by_clinician=True, why="Pain.", now=NOW, actor=a_worker("grievances")
        )
        return real(disputes)

    monkeypatch.setattr(services, "_hold", written_between)
    with proposed(a_law(tmp_path, ("CA-GRV-DEC", {"length": 20}), ("CA-GRV-EXP", {"length": 2}))):
        # The writer worked under the rulebook of before; only the batch knows the new one.
        recompute()
        found = get_dispute(dispute_id=dispute.id)
        row = fetch_one("SELECT * FROM grievances_dispute WHERE id = %(id)s", {"id": dispute.id})

        assert (row.speed, row.events) == ("expedited", 2)
        assert row.due_at == found.standing.next_due.due_at
        assert recompute().effect.changed == 0
    assert other.id


@pytest.mark.django_db(transaction=True)
def test_a_dispute_somebody_holds_waits_for_them_and_the_others_do_not(tmp_path):
    held, free = filed(), filed()
    law = a_law(tmp_path, ("CA-GRV-DEC", {"length": 20}))
    other = connections["default"].copy()
    try:
        with other.cursor() as cursor, proposed(law):
            cursor.execute("BEGIN")
            cursor.execute(
                "SELECT FROM grievances_dispute WHERE id = %s FOR NO KEY UPDATE", [held.id]
            )
            disputes = list(queries.list_kept_of([held.id, free.id]))

            assert services._hold(disputes) == {free.id}
            cursor.execute("ROLLBACK")
            run = recompute()
    finally:
        other.close()
    assert run.effect.changed == 2
