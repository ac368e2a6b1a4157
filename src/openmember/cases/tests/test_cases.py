"""A case from its opening to its end: who may, how it moves, and what its clock does."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from openmember.cases import dossier, proof, queries, rules
from openmember.cases.queries import UnknownCase
from openmember.cases.services import (
    correcting,
    expediting,
    linking,
    merging,
    moving,
    notes,
    owning,
    presence,
    satisfaction,
)
from openmember.cases.services.opening import open_case
from openmember.cases.testing import (
    NOW,
    a_case,
    a_contact,
    a_worker,
    seen,
    the_member,
)
from openmember.cases.types import (
    CaseRefused,
    Channel,
    EditedMeanwhile,
    LinkKind,
    NewCase,
    Priority,
    Status,
)
from openmember.members.types import NotAllowed, Role
from openmember.payments.testing import a_bill, a_member, an_account

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def refusal(do, *args, **kwargs) -> str:
    with pytest.raises(CaseRefused) as refused:
        do(*args, **kwargs)
    return refused.value.name


def resolved(case, worker, now=NOW + HOUR):
    return moving.move(
        case=case, to=Status.RESOLVED, now=now, actor=worker, why="not needed", answer="Done."
    )


@pytest.fixture
def worker():
    return a_worker("member_services", "billing")


@pytest.fixture(autouse=True)
def nothing_contradicts_the_log():
    yield
    assert list(proof.list_differences()) == []


def test_a_case_has_a_number_a_team_and_a_promise(worker):
    member = a_member(language="es", region="colorado")

    case = open_case(
        new=NewCase("general_question", member.id, Channel.PORTAL, need="¿Qué cubre?"),
        now=NOW, actor=the_member(member),
    )  # fmt: skip

    assert case.number.startswith("CA-26-")
    assert (case.team, case.region, case.status) == ("member_services", "colorado", Status.NEW)
    assert case.subject == "Una pregunta sobre su plan"
    assert case.due_at.isoformat() == "2026-12-03T07:00:00+00:00"
    assert [event.kind for event in dossier.list_events(case=case)] == ["opened", "clock_started"]


def test_what_a_category_needs_must_be_said():
    member = a_member()

    assert refusal(a_case, member, category="payment_missing", amount="40") == "facts_missing"
    assert (
        refusal(a_case, member, category="payment_missing", amount="40", paid_how="card", paid_on="soon")
        == "bad_fact"
    )  # fmt: skip


def test_numbers_differ_and_lead_to_their_case(worker):
    first, second = a_case(), a_case()

    assert first.number != second.number
    assert queries.get_case(number=second.number.lower(), actor=worker).id == second.id


def test_whoever_works_elsewhere_does_not_learn_of_a_case():
    case = a_case(
        a_member(), category="medicine_exception", medicine="Ozempic", prescriber="Dr. Lee"
    )

    for stranger in (
        a_worker("billing"),
        a_worker("pharmacy_authorization", regions=("hawaii",), role=Role.PHARMACIST),
        a_worker("billing", role=Role.FINANCE),
    ):
        with pytest.raises(UnknownCase):
            queries.get_case(number=case.number, actor=stranger)
        with pytest.raises(NotAllowed):
            owning.take(case=case, now=NOW, actor=stranger)
    assert seen(case, a_worker("pharmacy_authorization")).facts["medicine"] == "Ozempic"


def test_who_answers_a_member_sees_headlines_of_restricted_cases():
    member = a_member()
    a_case(member, category="complaint", when="2026-11-01")
    a_case(member)

    plain, restricted = queries.list_cases_of_member(member_id=member.id, actor=a_worker("billing"))

    assert (restricted.need, restricted.facts) == ("", {})
    assert plain.need != ""


def test_a_member_reads_their_own_and_no_other():
    member, other = a_member(), a_member()
    case = a_case(member)

    mine = queries.get_own_case(
        number=case.number, member_ids=(member.id,), actor=the_member(member)
    )

    assert mine.id == case.id
    with pytest.raises(UnknownCase):
        queries.get_own_case(number=case.number, member_ids=(other.id,), actor=the_member(other))
    with pytest.raises(UnknownCase):
        queries.get_case(number=case.number, actor=the_member(member))


@pytest.mark.parametrize("before", list(Status))
@pytest.mark.parametrize("to", list(Status))
def test_the_database_and_the_rules_know_the_same_moves(before, to):
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_may_move(%s, %s)", [before.value, to.value])
        (may,) = cursor.fetchone()

    assert may == (to in rules.MOVES[before])


def test_waiting_for_the_member_stops_the_clock_until_they_write(worker):
    member = a_member()
    case = owning.take(case=a_case(member), now=NOW, actor=worker)
    due_at = case.due_at

    waiting = moving.move(
        case=case,
        to=Status.WAITING_ON_MEMBER,
        now=NOW + HOUR,
        actor=worker,
        why="a copy of the card",
    )
    assert waiting.due_at is None
    notes.add_own_note(
        case=case, body="Here it is.", now=NOW + timedelta(days=2), actor=the_member(member)
    )

    again = seen(case, worker)
    assert again.status is Status.OPEN
    # The day it began to wait never counted; the one after it is given back.
    assert again.due_at == due_at + timedelta(days=1)
    assert [alarm.kind for alarm in dossier.list_alarms(case=again)] == ["member_wrote"]


def test_a_case_is_resolved_with_an_answer_and_its_checklist(worker):
    case = owning.take(case=a_case(), now=NOW, actor=worker)

    assert refusal(moving.move, case=case, to=Status.RESOLVED, now=NOW, actor=worker) == "no_answer"
    assert (
        refusal(moving.move, case=case, to=Status.RESOLVED, now=NOW, actor=worker, answer="Done.")
        == "checklist_open"
    )
    for item in ("identity", "explained"):
        correcting.tick(case=case, item=item, is_done=True, now=NOW, actor=worker)
    done = moving.move(case=case, to=Status.RESOLVED, now=NOW, actor=worker, answer="Done.")

    assert (done.status, done.resolution, done.due_at) == (Status.RESOLVED, "Done.", None)
    assert queries.get_clock(case=done).was_met is True


def test_a_settled_case_is_reopened_with_a_new_clock(worker):
    member = a_member()
    case = resolved(a_case(member), worker)
    later = NOW + timedelta(days=10)

    again = moving.reopen(case=case, why="It came back.", now=later, actor=the_member(member))

    assert (again.status, again.due_at > later) == (Status.REOPENED, True)
    assert refusal(
        moving.reopen, case=again, why="again", now=later, actor=the_member(member)
    ) in {"no_such_move", "too_late"}  # fmt: skip


def test_a_member_reopens_nothing_settled_long_ago(worker):
    member = a_member()
    case = resolved(a_case(member), worker)

    late = NOW + timedelta(days=90)
    assert (
        refusal(moving.reopen, case=case, why="x", now=late, actor=the_member(member)) == "too_late"
    )


def test_a_case_has_one_owner(worker):
    other = a_worker("member_services", first_name="Leo")
    case = owning.take(case=a_case(), now=NOW, actor=worker)

    assert (case.owner_name, case.status) == ("Rosa", Status.OPEN)
    assert refusal(owning.take, case=case, now=NOW, actor=other) == "owned"
    with pytest.raises(NotAllowed):
        owning.release(case=case, why="busy", now=NOW, actor=other)
    free = owning.release(case=case, why="going home", now=NOW, actor=worker)
    assert owning.take(case=free, now=NOW, actor=other).owner_name == "Leo"


def test_two_who_write_at_once_lose_nothing(worker):
    other = a_worker("member_services", first_name="Leo")
    case = a_case()

    draft = notes.save_draft(case=case, body="From Rosa", expected_version=0, now=NOW, actor=worker)
    notes.save_draft(case=case, body="From Leo", expected_version=0, now=NOW, actor=other)
    with pytest.raises(EditedMeanwhile):
        notes.save_draft(case=case, body="second tab", expected_version=0, now=NOW, actor=worker)

    assert draft.version == 1
    assert dossier.find_draft(case=case, actor=worker).body == "From Rosa"
    assert dossier.find_draft(case=case, actor=other).body == "From Leo"
    notes.add_note(case=case, body="From Rosa", is_visible=False, now=NOW, actor=worker)
    assert dossier.find_draft(case=case, actor=worker) is None


def test_an_edit_of_what_was_edited_meanwhile_is_refused(worker):
    case = a_case(category="bill_question", bill="May")
    correcting.correct_facts(
        case=case, facts={"amount": "40"}, expected_version=case.version, now=NOW, actor=worker
    )

    with pytest.raises(EditedMeanwhile) as meanwhile:
        correcting.correct_facts(
            case=case, facts={"amount": "50"}, expected_version=case.version, now=NOW, actor=worker
        )

    now = seen(case, worker)
    assert (now.facts, meanwhile.value.version) == ({"bill": "May", "amount": "40"}, now.version)


def test_those_who_look_at_a_case_see_each_other(worker):
    other = a_worker("member_services", first_name="Leo")
    case = a_case()

    assert presence.be_present(case=case, is_writing=False, now=NOW, actor=worker) == ()
    (seen_by_other,) = presence.be_present(case=case, is_writing=True, now=NOW, actor=other)
    assert seen_by_other.name == "Rosa"
    assert dossier.list_present(case=case, now=NOW + timedelta(minutes=2), actor=worker) == ()


def test_a_member_reads_what_is_meant_for_them(worker):
    case = a_case(a_member())
    notes.add_note(case=case, body="Only for us", is_visible=False, now=NOW, actor=worker)
    notes.add_note(case=case, body="For you", is_visible=True, now=NOW, actor=worker)

    (visible,) = dossier.list_notes(case=case, only_visible=True)

    assert visible.body == "For you"


def test_a_case_points_at_what_is_the_accounts(worker):
    account = an_account()
    bill, strange = a_bill(account, 40_00), a_bill(an_account(), 50_00)
    case = a_case_of(account)

    link = linking.link(case=case, kind=LinkKind.BILL, target=str(bill.id), now=NOW, actor=worker)
    again = linking.link(case=case, kind=LinkKind.BILL, target=str(bill.id), now=NOW, actor=worker)

    assert link == again
    assert (
        refusal(linking.link, case=case, kind=LinkKind.BILL, target=str(strange.id), now=NOW, actor=worker)
        == "unknown_target"
    )  # fmt: skip
    linking.unlink(case=case, link_id=link.id, now=NOW, actor=worker)
    assert dossier.list_links(case=case) == ()


def a_case_of(account, **facts):
    new = NewCase(
        "general_question", account.holder_id, Channel.PHONE, region="california", need="Hello",
        account_number=account.number, facts=facts,
    )  # fmt: skip
    from openmember.members.testing import TESTER

    return open_case(new=new, now=NOW, actor=TESTER)


def test_merging_loses_nothing_and_keeps_the_earlier_promise(worker):
    member = a_member()
    old = a_case(member, now=NOW)
    contact = a_contact(member, worker)
    new = a_case(member, now=NOW + timedelta(days=3))
    older_still = a_case(member, now=NOW)
    notes.add_note(case=old, body="The story", is_visible=True, now=NOW, actor=worker)
    owning.watch(case=old, now=NOW, actor=worker)
    from openmember.cases.interactions.services import contacts

    contacts.attach(interaction_id=contact.id, case=old, now=NOW, actor=worker)
    merging.merge(case=older_still, into=old, why="same", now=NOW, actor=worker)

    stays = merging.merge(case=old, into=new, why="the same", now=NOW + HOUR, actor=worker)

    assert stays.due_at == old.due_at < new.due_at
    assert [note.body for note in dossier.list_notes(case=stays)] == ["The story"]
    assert dossier.list_watchers(case=stays) == (worker.id,)
    for number in (old.number, older_still.number):
        assert seen(old, worker).id == stays.id, number
    assert set(queries.list_merged_numbers(case=stays)) == {old.number, older_still.number}
    from openmember.cases.interactions.queries import list_interactions_of_case

    assert [one.id for one in list_interactions_of_case(case=stays)] == [contact.id]


def test_a_merge_that_opens_a_restricted_case_to_more_is_refused(worker):
    member, rep = a_member(), a_worker("grievances", "member_services")
    complaint = a_case(member, category="complaint", when="2026-11-28")
    question = a_case(member)

    refused = refusal(merging.merge, case=complaint, into=question, why="x", now=NOW, actor=rep)
    stays = merging.merge(case=question, into=complaint, why="x", now=NOW, actor=rep)

    assert refused == "less_restricted"
    assert (stays.id, stays.due_at) == (complaint.id, question.due_at)
    with pytest.raises(UnknownCase):
        seen(question, worker)


def test_a_merge_does_not_let_a_clock_wait_that_may_not():
    member = a_member()
    rep = a_worker("accessibility", "member_services")
    strict = a_case(member, category="accessibility_feedback", wanted="Large print")
    loose = a_case(member)

    refused = refusal(merging.merge, case=strict, into=loose, why="x", now=NOW, actor=rep)
    stays = merging.merge(case=loose, into=strict, why="x", now=NOW, actor=rep)

    assert refused == "clock_looser"
    assert stays.due_at == min(strict.due_at, loose.due_at)


@pytest.mark.parametrize("waits", ["gone", "stays"])
def test_a_merge_waits_until_neither_clock_stands_still(worker, waits):
    member = a_member()
    gone, stays = a_case(member), a_case(member, now=NOW + HOUR)
    paused = gone if waits == "gone" else stays
    later = NOW + 2 * HOUR
    moving.move(case=paused, to=Status.WAITING_ON_MEMBER, why="A form", now=later, actor=worker)

    refused = refusal(merging.merge, case=gone, into=stays, why="x", now=later, actor=worker)
    moving.move(case=paused, to=Status.OPEN, now=later, actor=worker)
    dues = [seen(one, worker).due_at for one in (gone, stays)]
    kept = merging.merge(case=gone, into=stays, why="x", now=later, actor=worker)

    assert refused == "clock_waits"
    assert kept.due_at == min(dues)


def test_cases_of_two_members_are_not_merged(worker):
    first, second = a_case(a_member()), a_case(a_member())

    assert (
        refusal(merging.merge, case=first, into=second, why="x", now=NOW, actor=worker) == "other_member"
    )  # fmt: skip
    assert (
        refusal(merging.merge, case=first, into=first, why="x", now=NOW, actor=worker)
        == "same_case"
    )


def test_what_a_clinician_asks_for_is_granted_at_once():
    pharmacist = a_worker("pharmacy_authorization", role=Role.PHARMACIST)
    case = a_case(a_member(), category="medicine_exception", medicine="X", prescriber="Dr. Lee")

    fast = expediting.ask(
        case=case, reason="Supply ends tonight", by_clinician=True, now=NOW, actor=pharmacist
    )

    assert (fast.is_expedited, fast.priority) == (True, Priority.URGENT)
    assert fast.due_at == NOW + timedelta(hours=24)


def test_a_refused_request_is_recorded_with_who_and_why():
    rep = a_worker("pharmacy_authorization")
    nurse = a_worker("pharmacy_authorization", role=Role.NURSE, first_name="Ines")
    case = a_case(a_member(), category="medicine_exception", medicine="X", prescriber="Dr. Lee")
    asked = expediting.ask(case=case, reason="In a hurry", by_clinician=False, now=NOW, actor=rep)
    (request,) = dossier.list_expedites(case=case)

    with pytest.raises(NotAllowed):
        expediting.decide(
            case=case, expedite_id=request.id, granted=True, why="", now=NOW, actor=rep
        )
    after = expediting.decide(
        case=case, expedite_id=request.id, granted=False, why="Ten days of supply are left.",
        now=NOW + HOUR, actor=nurse,
    )  # fmt: skip

    (request,) = dossier.list_expedites(case=case)
    assert (request.granted, request.decided_name) == (False, "Ines")
    assert after.due_at == asked.due_at == case.due_at


def test_a_member_rates_each_answer_once(worker):
    member = a_member()
    case = a_case(member)
    me = the_member(member)
    assert (
        refusal(satisfaction.rate, case=case, score=5, words="", now=NOW, actor=me)
        == "not_answered"
    )
    case = resolved(case, worker)

    satisfaction.rate(case=case, score=1, words="Slow", now=NOW + HOUR, actor=me)

    assert (
        refusal(satisfaction.rate, case=case, score=5, words="", now=NOW, actor=me)
        == "rated_already"
    )
    assert [alarm.kind for alarm in dossier.list_alarms(case=case)] == ["unhappy"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE cases_event SET at = now()",
        "DELETE FROM cases_event",
        "UPDATE cases_note SET body = 'other'",
        "UPDATE cases_case SET number = 'CA-26-000000'",
        "DELETE FROM cases_case",
        "UPDATE cases_case SET status = 'closed', closed_at = now()",
    ],
)
def test_the_database_refuses_to_rewrite_history(statement, worker):
    case = a_case()
    notes.add_note(case=case, body="x", is_visible=False, now=NOW, actor=worker)

    with (
        pytest.raises((IntegrityError, InternalError)),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
