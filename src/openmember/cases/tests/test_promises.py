"""Hand-overs and promised calls: offered, taken, refused; kept, broken, alarmed before."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openmember.cases import dossier, jobs, proof, queries
from openmember.cases.callbacks import queries as callback_queries
from openmember.cases.callbacks import rules
from openmember.cases.callbacks import services as callbacks
from openmember.cases.callbacks.types import Reached, State, Window
from openmember.cases.clocks.business import windows_from
from openmember.cases.policy import hours_of
from openmember.cases.services import owning
from openmember.cases.testing import NOW, a_case, a_contact, a_supervisor, a_worker, seen
from openmember.cases.transfers import queries as transfer_queries
from openmember.cases.transfers import services as transfers
from openmember.cases.transfers.types import Offer
from openmember.cases.transfers.types import State as OfferState
from openmember.cases.types import Alarm, CaseRefused, Status
from openmember.cases.work.queries import list_alarms_for
from openmember.members.types import NotAllowed, Role
from openmember.payments.testing import a_member

pytestmark = pytest.mark.django_db

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
PHONE = "510-555-0134"
WINDOW = Window(NOW + 2 * HOUR, NOW + 4 * HOUR)


@pytest.fixture(autouse=True)
def nothing_contradicts_the_log():
    yield
    assert list(proof.list_differences()) == []


@pytest.fixture
def rep():
    return a_worker("member_services")


def an_offer(case, actor, **changes):
    facts = {"to_team": "billing", "reason": "It is a bill", "summary": "Charged twice in May."}
    return transfers.offer(case=case, offer=Offer(**{**facts, **changes}), now=NOW, actor=actor)


def test_whoever_takes_a_case_over_is_told_the_story_and_who_was_verified(rep):
    from openmember.cases.interactions.services import contacts

    member, other = a_member(), a_worker("billing", first_name="Leo")
    call = a_contact(member, rep)
    contacts.verify(interaction_id=call.id, factors=["birth_on", "zip"], now=NOW, actor=rep)
    case = owning.take(case=a_case(member), now=NOW, actor=rep)
    an_offer(case, rep, is_warm=True, interaction_id=call.id, tried="Looked at the bill.")

    (offer,) = transfer_queries.list_offered(actor=other)
    taken = transfers.accept(
        transfer=offer, now=NOW + MINUTE, actor=other, three_way="All three spoke."
    )

    assert (offer.summary, offer.tried, offer.from_name) == (
        "Charged twice in May.", "Looked at the bill.", "Rosa",
    )  # fmt: skip
    assert offer.verified_factors == ("birth_on", "zip")
    assert (taken.team, taken.owner_name) == ("billing", "Leo")
    assert transfer_queries.list_transfers(case=taken)[0].three_way == "All three spoke."


def test_a_refused_offer_comes_back_with_the_reason_and_an_alarm(rep):
    other = a_worker("billing", first_name="Leo")
    case = owning.take(case=a_case(a_member()), now=NOW, actor=rep)
    offer = an_offer(case, rep)
    with pytest.raises(CaseRefused):
        transfers.refuse(transfer=offer, reason=" ", now=NOW, actor=other)

    back = transfers.refuse(
        transfer=offer, reason="This is a claim, not a bill.", now=NOW + HOUR, actor=other
    )

    assert (back.team, back.owner_id) == ("member_services", rep.id)
    (alarm,) = list_alarms_for(actor=rep)
    assert alarm.kind is Alarm.TRANSFER_REFUSED
    assert transfer_queries.list_transfers(case=back)[0].refusal == "This is a claim, not a bill."
    with pytest.raises(CaseRefused):
        transfers.accept(transfer=offer, now=NOW, actor=other)


def test_an_offer_nobody_takes_comes_back_by_itself(rep):
    case = owning.take(case=a_case(a_member()), now=NOW, actor=rep)
    offer = an_offer(case, rep, is_warm=True)

    assert transfers.expire_due(now=offer.expires_at - MINUTE) == 0
    assert transfers.expire_due(now=offer.expires_at) == 1
    assert transfers.expire_due(now=offer.expires_at + HOUR) == 0

    assert transfer_queries.list_transfers(case=case)[0].state is OfferState.EXPIRED
    assert list_alarms_for(actor=rep)[0].kind is Alarm.TRANSFER_EXPIRED


def test_only_whom_it_is_offered_to_takes_it(rep):
    case = owning.take(case=a_case(a_member()), now=NOW, actor=rep)
    offer = an_offer(case, rep, to_supervisor=True)

    for stranger in (a_worker("claims"), a_worker("billing")):
        with pytest.raises(NotAllowed):
            transfers.accept(transfer=offer, now=NOW, actor=stranger)
    assert transfer_queries.list_offered(actor=a_worker("billing")) == ()
    boss = a_supervisor()
    assert len(transfer_queries.list_offered(actor=boss)) == 1
    assert transfers.accept(transfer=offer, now=NOW, actor=boss).owner_id == boss.id


@pytest.mark.parametrize("offered", ["a supervisor", "a person", "the team"])
def test_an_offer_opens_a_case_to_whom_it_is_made_and_to_nobody_else(offered):
    nurse = a_worker("nurse_line", role=Role.NURSE)
    ines = a_worker("billing", first_name="Ines")
    case = owning.take(case=a_case(a_member(), category="nurse_follow_up"), now=NOW, actor=nurse)
    changes = {
        "a supervisor": {"to_supervisor": True},
        "a person": {"to_user_id": ines.id},
        "the team": {},
    }[offered]
    far = a_worker("billing", regions=("hawaii",))
    near = a_worker("billing", regions=("california",))
    offer = an_offer(case, nurse, **changes)

    for who, opens in (
        (ines, offered != "a supervisor"),
        (near, offered == "the team"),
        (far, False),
    ):
        assert queries.may_work(case=case, actor=who) is opens
        assert (transfer_queries.list_offered(actor=who) != ()) is opens
        if opens:
            assert seen(case, who).id == case.id
            continue
        with pytest.raises(queries.UnknownCase):
            seen(case, who)
        with pytest.raises(NotAllowed):
            transfers.accept(transfer=offer, now=NOW, actor=who)


def test_a_case_is_offered_once_at_a_time_and_to_somebody_who_is_there(rep):
    case = a_case(a_member())
    stranger = a_worker("claims")
    with pytest.raises(CaseRefused, match="not in this team"):
        an_offer(case, rep, to_user_id=stranger.id)
    first = an_offer(case, rep)
    with pytest.raises(CaseRefused):
        an_offer(case, rep, to_team="claims")

    transfers.withdraw(transfer=first, now=NOW, actor=rep)
    assert an_offer(case, rep, to_team="claims", to_user_id=stranger.id).to_user_id == stranger.id


def a_callback(case, rep, window=WINDOW):
    return callbacks.promise(case=case, window=window, phone=PHONE, now=NOW, actor=rep)


def test_a_call_made_in_its_window_is_kept(rep):
    case = owning.take(case=a_case(a_member()), now=NOW, actor=rep)
    call = a_callback(case, rep)
    assert (call.assignee_name, call.phone, call.zone) == (
        "Rosa", "+15105550134", "America/Los_Angeles",
    )  # fmt: skip

    callbacks.attempt(callback=call, outcome=Reached.NO_ANSWER, now=WINDOW.starts_at, actor=rep)
    kept = callbacks.attempt(
        callback=call, outcome=Reached.REACHED, now=WINDOW.ends_at - MINUTE, actor=rep
    )

    assert (kept.state, [one.number for one in kept.attempts]) == (State.KEPT, [1, 2])
    (report,) = callback_queries.report_kept(
        since=NOW, until=NOW + timedelta(days=1), actor=a_supervisor()
    )
    assert (report.kept, report.kept_percent) == (1, 100)


def test_three_attempts_in_time_keep_a_promise_that_reached_nobody(rep):
    call = a_callback(a_case(a_member()), rep)
    for count in range(3):
        call = callbacks.attempt(
            callback=call,
            outcome=Reached.NO_ANSWER,
            now=WINDOW.starts_at + count * MINUTE,
            actor=rep,
        )

    assert call.state is State.UNREACHED
    with pytest.raises(CaseRefused):
        callbacks.attempt(callback=call, outcome=Reached.REACHED, now=NOW, actor=rep)


def test_an_alarm_comes_before_a_promise_breaks_and_once(rep):
    case = owning.take(case=a_case(a_member()), now=NOW, actor=rep)
    call = a_callback(case, rep)

    assert callbacks.sweep(now=WINDOW.ends_at - HOUR) == (0, 0)
    assert callbacks.sweep(now=WINDOW.ends_at - 10 * MINUTE) == (1, 0)
    assert callbacks.sweep(now=WINDOW.ends_at - 9 * MINUTE) == (0, 0)
    assert [alarm.kind for alarm in list_alarms_for(actor=rep)] == [Alarm.CALLBACK_DUE]

    assert callbacks.sweep(now=WINDOW.ends_at) == (0, 1)
    assert callbacks.again(call.id).state is State.BROKEN
    assert [alarm.kind for alarm in list_alarms_for(actor=rep)] == [Alarm.CALLBACK_BROKEN]


def test_a_supervisor_saves_a_call_that_is_about_to_break(rep):
    case = owning.take(case=a_case(a_member()), now=NOW, actor=rep)
    call = a_callback(case, rep)
    callbacks.sweep(now=WINDOW.ends_at - 10 * MINUTE)
    boss, leo = a_supervisor(), a_worker("member_services", first_name="Leo")
    assert [one.subject_id for one in list_alarms_for(actor=boss)] == [call.id]

    given = callbacks.assign(
        callback=call, user_id=leo.id, now=WINDOW.ends_at - 9 * MINUTE, actor=boss
    )
    told = [alarm.kind for alarm in list_alarms_for(actor=leo)]
    kept = callbacks.attempt(
        callback=given, outcome=Reached.REACHED, now=WINDOW.ends_at - MINUTE, actor=leo
    )

    assert told == [Alarm.CALLBACK_DUE]
    assert (given.assignee_name, kept.state) == ("Leo", State.KEPT)
    assert list_alarms_for(actor=boss) == ()


def test_a_promised_call_goes_to_the_team_that_takes_the_case_over(rep):
    leo = a_worker("billing", first_name="Leo", regions=("california",))
    case = owning.take(case=a_case(a_member()), now=NOW, actor=rep)
    call = a_callback(case, rep)
    callbacks.sweep(now=WINDOW.ends_at - 10 * MINUTE)

    transfers.accept(transfer=an_offer(case, rep), now=WINDOW.ends_at - 9 * MINUTE, actor=leo)

    assert callback_queries.list_promised(actor=rep) == list_alarms_for(actor=rep) == ()
    (mine,) = callback_queries.list_promised(actor=leo, only_mine=True)
    assert (mine.id, mine.team, mine.assignee_name) == (call.id, "billing", "Leo")
    assert [alarm.subject_id for alarm in list_alarms_for(actor=leo)] == [call.id]
    made = callbacks.attempt(
        callback=mine, outcome=Reached.REACHED, now=WINDOW.ends_at - MINUTE, actor=leo
    )
    assert made.state is State.KEPT
    assert "callback_assigned" in {one.kind for one in dossier.list_events(case=case)}


def test_a_call_follows_the_owner_and_one_given_to_somebody_else_stays_theirs(rep):
    leo, ana = (a_worker("member_services", first_name=name) for name in ("Leo", "Ana"))
    case = owning.take(case=a_case(a_member()), now=NOW, actor=rep)
    follows = a_callback(case, rep)
    stays = a_callback(case, rep, Window(WINDOW.ends_at, WINDOW.ends_at + HOUR))
    boss = a_supervisor()
    callbacks.assign(callback=stays, user_id=ana.id, now=NOW, actor=boss)

    owning.assign(case=case, user_id=leo.id, now=NOW, actor=boss)
    assert callbacks.again(follows.id).assignee_id == leo.id
    owning.release(case=case, why="Leo is ill", now=NOW, actor=boss)

    assert callbacks.again(follows.id).assignee_id is None
    assert callbacks.again(stays.id).assignee_id == ana.id


def test_whoever_was_given_a_call_sees_it_in_a_region_that_is_not_theirs(rep):
    leo = a_worker("member_services", first_name="Leo", regions=("hawaii",))
    call = a_callback(a_case(a_member()), rep)
    assert callback_queries.list_promised(actor=leo) == ()

    callbacks.assign(callback=call, user_id=leo.id, now=NOW, actor=a_supervisor())

    for only_mine in (True, False):
        seen_by = callback_queries.list_promised(actor=leo, only_mine=only_mine)
        assert [one.id for one in seen_by] == [call.id]


@pytest.mark.parametrize(
    ("starts", "ends", "why"),
    [
        (-1 * HOUR, 1 * HOUR, "past"),
        (1 * HOUR, 1.5 * HOUR, "too_short"),
        (1 * HOUR, 6 * HOUR, "too_long"),
        (15 * HOUR, 17 * HOUR, "closed"),
        (8 * HOUR, 10 * HOUR, "closed"),
        (24 * 40 * HOUR, 24 * 40 * HOUR + 2 * HOUR, "too_far"),
    ],
)
def test_a_window_we_could_not_keep_is_refused_and_the_next_is_named(rep, starts, ends, why):
    with pytest.raises(rules.BadWindow) as refused:
        a_callback(a_case(a_member()), rep, Window(NOW + starts, NOW + ends))

    assert refused.value.why == why
    a_callback(a_case(a_member()), rep, refused.value.next)


def test_a_number_nobody_can_have_is_refused(rep):
    for typed in ("12", "1-800-555", "not a phone"):
        with pytest.raises(CaseRefused):
            callbacks.promise(
                case=a_case(a_member()), window=WINDOW, phone=typed, now=NOW, actor=rep
            )


def test_the_callback_of_a_merged_case_is_made_from_the_one_that_stays(rep):
    from openmember.cases.services.merging import merge

    member = a_member()
    old, new = a_case(member), a_case(member)
    call = a_callback(old, rep)
    merge(case=old, into=new, why="same", now=NOW, actor=rep)

    (promised,) = callback_queries.list_promised(actor=rep)
    kept = callbacks.attempt(
        callback=promised, outcome=Reached.REACHED, now=WINDOW.starts_at, actor=rep
    )

    assert (promised.case_number, kept.state, kept.id) == (new.number, State.KEPT, call.id)
    assert len(callback_queries.list_callbacks(case=seen(new, rep))) == 1


@given(
    st.sampled_from(["california", "hawaii", "colorado", "georgia"]),
    st.sampled_from(["billing", "nurse_line", "financial_services"]),
    st.integers(1_790_000_000, 1_830_000_000),
)
def test_every_window_we_suggest_can_be_kept(region, team, seconds):
    hours, now = hours_of(team=team, region=region), datetime.fromtimestamp(seconds, UTC)
    limits = rules.Limits(HOUR, 4 * HOUR, timedelta(days=14))

    for window in rules.list_windows(hours, limits, now, 4):
        rules.check_window(window, hours, limits, now)
        opens, closes = next(windows_from(hours, window.starts_at))
        assert opens == window.starts_at < window.ends_at <= closes


def test_a_clock_about_to_run_out_and_one_that_has_are_put_before_the_team(rep):
    case = a_case(a_member())

    assert jobs.alarm_clocks(now=case.due_at - timedelta(hours=9)) == 0
    assert jobs.alarm_clocks(now=case.due_at - HOUR) == 1
    assert jobs.alarm_clocks(now=case.due_at - HOUR) == 0
    assert jobs.alarm_clocks(now=case.due_at) == 1

    assert {alarm.kind for alarm in dossier.list_alarms(case=case)} == {
        Alarm.CLOCK_DUE, Alarm.CLOCK_LATE,
    }  # fmt: skip


def test_settled_cases_are_closed_after_the_days_of_the_policy(rep):
    from openmember.cases.services import moving

    case = moving.move(
        case=a_case(a_member()), to=Status.RESOLVED, now=NOW, actor=rep, why="-", answer="Done."
    )

    assert jobs.close_settled(now=NOW + timedelta(days=13)) == 0
    assert jobs.close_settled(now=NOW + timedelta(days=15)) == 1
    assert jobs.close_settled(now=NOW + timedelta(days=15)) == 0
    assert seen(case, rep).status is Status.CLOSED


@pytest.mark.parametrize(
    ("outcome", "state"), [(Reached.REACHED, State.KEPT), (Reached.BUSY, State.UNREACHED)]
)
def test_a_call_in_time_written_down_after_its_window_was_over_counts(db, outcome, state):
    rep, case = a_worker("member_services"), a_case()
    window = callback_queries.list_windows(case=case, now=NOW, count=1)[0]
    call = callbacks.promise(case=case, window=window, phone="510-555-0142", now=NOW, actor=rep)
    callbacks.sweep(now=window.ends_at)
    broken = callbacks.again(call.id)

    last = window.ends_at - timedelta(seconds=1)
    after = callbacks.attempt(callback=broken, outcome=outcome, now=last, actor=rep)

    assert (broken.state, after.state) == (State.BROKEN, state)
    assert list(proof.list_differences()) == []
