"""The file goes to whoever reviews outside: to whom, when, with what shows it, and what they say."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from openmember.cases.documents.services import add_documents, list_documents, remove_document
from openmember.cases.services.steps import again
from openmember.cases.testing import a_worker
from openmember.documents.testing import File
from openmember.grievances.handoffs.jobs import make_files, prepare_forwards, watch_handoffs
from openmember.grievances.handoffs.queries import list_handoffs, list_orders
from openmember.grievances.handoffs.reviewers import (
    BadReviewers,
    list_reviewers,
    read_reviewers,
    reviewers_for,
)
from openmember.grievances.handoffs.services import ordering, sending
from openmember.grievances.handoffs.services.sending import Sending, find_to_send, send_on
from openmember.grievances.handoffs.types import Way
from openmember.grievances.jobs import watch_clocks
from openmember.grievances.letters.queries import list_letters, open_letter
from openmember.grievances.letters.types import LetterKind
from openmember.grievances.queries import get_dispute
from openmember.grievances.services import working
from openmember.grievances.testing import clock, last_day_of
from openmember.grievances.tests.test_disputes import filed
from openmember.grievances.types import (
    BadCourse,
    Care,
    Law,
    Level,
    Matter,
    Outcome,
    Speed,
    Step,
    Track,
)
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.types import NotAllowed

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 30, 18, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DOCUMENTS_FOLDER = tmp_path / "documents"


@pytest.fixture
def rosa(db):
    return a_worker("grievances")


def to_c2c(at=NOW + 2 * HOUR, **said):
    given = {
        "reviewer": "c2c", "reviewer_name": "C2C Innovative Solutions", "way": Way.PORTAL,
        "sent_to": "their portal", "proof": "Receipt 4711", "sent_at": at, **said,
    }  # fmt: skip
    return Sending(**given)


def denied_medicare(rosa, **said):
    dispute = filed(law=Law.MEDICARE_ADVANTAGE, **said)
    return working.decide(
        dispute=dispute, outcome=Outcome.UPHELD, reason="The plan covers it after an X-ray.",
        notice_on=date(2026, 11, 30), now=NOW + HOUR, actor=rosa,
    )  # fmt: skip


def with_file(dispute, rosa, at=NOW + HOUR):
    ordering.order_file(dispute=dispute, now=at, actor=rosa)
    make_files(now=at)
    return dispute


def alarms(dispute) -> list[str]:
    rows = fetch_all(
        "SELECT kind FROM cases_alarm WHERE case_id = %(id)s AND cleared_at IS NULL ORDER BY kind",
        {"id": dispute.case_id},
    )
    return [row.kind for row in rows]


def test_the_case_is_sent_on_in_time_and_with_the_entity_from_when_it_came_there(rosa):
    dispute = with_file(denied_medicare(rosa), rosa)

    handoff = send_on(dispute=dispute, sending=to_c2c(), now=NOW + 3 * HOUR, actor=rosa)
    sent = get_dispute(dispute_id=dispute.id)
    sending.acknowledge(
        dispute=sent, handoff_id=handoff.id, at=NOW + DAY, by_whom="Intake", reference="C2C-1",
        now=NOW + 3 * DAY, actor=rosa,
    )  # fmt: skip
    there = get_dispute(dispute_id=dispute.id)

    assert clock(sent.standing, Step.FORWARD).met_at == NOW + 2 * HOUR
    assert sent.standing.level is Level.PLAN
    assert there.standing.level is Level.IRE
    assert clock(there.standing, Step.DECIDE, "ire").started_at == NOW + DAY
    assert last_day_of(there.standing, Step.DECIDE, "ire") == date(2026, 12, 31)
    assert list_handoffs(dispute=there)[0].acknowledged.reference == "C2C-1"


def test_the_member_is_told_in_a_letter_when_the_case_went_to_the_entity(rosa):
    dispute = with_file(denied_medicare(rosa), rosa)
    handoff = send_on(dispute=dispute, sending=to_c2c(), now=NOW + 3 * HOUR, actor=rosa)

    sending.acknowledge(
        dispute=get_dispute(dispute_id=dispute.id), handoff_id=handoff.id, at=NOW + 2 * DAY, by_whom="Intake",
        reference="", now=NOW + 3 * DAY, actor=rosa,
    )  # fmt: skip

    letter = list_letters(dispute=dispute)[0]
    assert letter.kind is LetterKind.FORWARDED
    assert "On November 30, 2026 we sent the whole file" in str(open_letter(found=letter)[0])


def test_what_is_sent_names_the_file_by_its_sum(rosa):
    dispute = with_file(denied_medicare(rosa), rosa)
    (order,) = list_orders(dispute=dispute)

    handoff = send_on(dispute=dispute, sending=to_c2c(), now=NOW + 3 * HOUR, actor=rosa)

    assert (handoff.package_id, handoff.sha256) == (order.package.id, order.package.bundle_sha256)


def test_the_file_for_a_reviewer_of_a_state_is_sent_within_its_days(rosa):
    dispute = working.decide(
        dispute=filed(), outcome=Outcome.UPHELD, reason="Not yet.", notice_on=date(2026, 11, 30),
        code="not_medically_necessary", criteria="Guideline 7",
        now=NOW + HOUR, actor=rosa,
    )  # fmt: skip
    assert find_to_send(dispute) is None
    dispute = working.escalate(dispute=dispute, level=Level.EXTERNAL, now=NOW + HOUR, actor=rosa)
    with_file(dispute, rosa)

    send_on(
        dispute=dispute, sending=to_c2c(reviewer="ca_dmhc", reviewer_name="DMHC"), now=NOW + 3 * HOUR,
        actor=rosa,
    )  # fmt: skip

    after = get_dispute(dispute_id=dispute.id)
    assert clock(after.standing, Step.DOCUMENTS, "external").met_at == NOW + 2 * HOUR


def refused(name, dispute, rosa, **said):
    with pytest.raises(BadCourse) as no, transaction.atomic():
        send_on(dispute=dispute, sending=to_c2c(**said), now=NOW + 3 * HOUR, actor=rosa)
    return no.value.name == name


def test_nothing_is_sent_where_nobody_outside_reviews_without_a_file_or_without_proof(rosa):
    assert refused("nothing_to_hand_on", with_file(filed(), rosa), rosa)
    dispute = denied_medicare(rosa)
    assert refused("no_file", dispute, rosa)
    with_file(dispute, rosa)
    assert refused("nothing_said", dispute, rosa, proof=" ")
    assert refused("not_yet", dispute, rosa, at=NOW + DAY)
    assert refused("before_the_last", dispute, rosa, at=NOW - DAY)
    with pytest.raises(NotAllowed):
        send_on(dispute=dispute, sending=to_c2c(), now=NOW + DAY, actor=a_worker("billing"))
    case = again(dispute.case_id)
    working.reopen(dispute=dispute, why="New", now=NOW + HOUR, actor=rosa)
    add_documents(
        case=case, uploads=[File("new.txt", b"new")], is_visible=True, now=NOW + HOUR, actor=rosa
    )
    dispute = get_dispute(dispute_id=dispute.id)
    assert refused("nothing_to_hand_on", dispute, rosa)


def test_a_document_that_came_since_has_to_be_in_the_file(rosa):
    dispute = filed(law=Law.MEDICARE_ADVANTAGE)
    with_file(dispute, rosa, at=NOW)
    add_documents(
        case=again(dispute.case_id), uploads=[File("new.txt", b"new")], is_visible=True, now=NOW,
        actor=rosa,
    )  # fmt: skip
    dispute = working.decide(
        dispute=dispute, outcome=Outcome.UPHELD, reason="No.", notice_on=date(2026, 11, 30),
        now=NOW + HOUR, actor=rosa,
    )  # fmt: skip

    assert refused("file_is_old", dispute, rosa)
    with_file(dispute, rosa)
    assert send_on(dispute=dispute, sending=to_c2c(), now=NOW + 3 * HOUR, actor=rosa).turn == 1


def test_whatever_the_file_says_that_came_since_has_to_be_in_it(rosa):
    """An event, and a document that is taken back again: then what was made last is the one that counts."""
    dispute = working.decide(
        dispute=with_file(filed(), rosa, at=NOW), outcome=Outcome.UPHELD, reason="Not yet.",
        notice_on=date(2026, 11, 30), code="not_medically_necessary", criteria="Guideline 7", now=NOW + HOUR,
        actor=rosa,
    )  # fmt: skip
    dispute = working.escalate(dispute=dispute, level=Level.EXTERNAL, now=NOW + HOUR, actor=rosa)
    case = again(dispute.case_id)

    assert refused("file_is_old", dispute, rosa)
    with_file(dispute, rosa)
    add_documents(
        case=case, uploads=[File("new.txt", b"new")], is_visible=True, now=NOW + HOUR, actor=rosa
    )
    assert refused("file_is_old", dispute, rosa)
    with_file(dispute, rosa, at=NOW + HOUR + HOUR / 2)
    (document,) = list_documents(case=case)
    remove_document(case=case, document_id=document.id, now=NOW + 2 * HOUR, actor=rosa)
    assert refused("file_is_old", dispute, rosa)
    with_file(dispute, rosa, at=NOW + 2 * HOUR)

    assert send_on(dispute=dispute, sending=to_c2c(), now=NOW + 3 * HOUR, actor=rosa).turn == 1


def test_what_was_sent_back_is_sent_again_with_why_and_the_step_stays_done(rosa):
    dispute = with_file(denied_medicare(rosa), rosa)
    first = send_on(dispute=dispute, sending=to_c2c(), now=NOW + 3 * HOUR, actor=rosa)
    sent = get_dispute(dispute_id=dispute.id)
    sending.note_returned(
        dispute=sent, handoff_id=first.id, at=NOW + 3 * HOUR, by_whom="Intake", why="Page 3 is black",
        now=NOW + 4 * HOUR, actor=rosa,
    )  # fmt: skip
    told = alarms(dispute)

    assert refused("say_why_again", sent, rosa)
    second = send_on(
        dispute=sent, sending=to_c2c(NOW + 5 * HOUR, again_why="Page 3 was black"), now=NOW + 5 * HOUR,
        actor=rosa,
    )  # fmt: skip

    assert "handoff_returned" in told
    assert "handoff_returned" not in alarms(dispute)
    assert second.turn == 2
    after = get_dispute(dispute_id=dispute.id)
    assert clock(after.standing, Step.FORWARD).met_at == NOW + 2 * HOUR


def test_an_answer_is_noted_once_and_not_before_it_was_sent(rosa):
    dispute = with_file(denied_medicare(rosa), rosa)
    handoff = send_on(dispute=dispute, sending=to_c2c(), now=NOW + 3 * HOUR, actor=rosa)
    sent = get_dispute(dispute_id=dispute.id)
    said = {
        "dispute": sent, "handoff_id": handoff.id, "by_whom": "Intake", "reference": "", "now": NOW + DAY,
        "actor": rosa,
    }  # fmt: skip

    for name, at in (("before_it_was_sent", NOW + HOUR), ("not_yet", NOW + 2 * DAY)):
        with pytest.raises(BadCourse) as no:
            sending.acknowledge(at=at, **said)
        assert no.value.name == name
    sending.acknowledge(at=NOW + 4 * HOUR, **said)
    with pytest.raises(BadCourse) as no:
        sending.acknowledge(at=NOW + 4 * HOUR, **said)
    assert no.value.name == "said_already"


@pytest.mark.parametrize(("speed", "within"), [(Speed.STANDARD, 3 * DAY), (Speed.EXPEDITED, DAY)])
def test_silence_is_told_to_the_owner_once(rosa, speed, within):
    dispute = with_file(denied_medicare(rosa, speed=speed), rosa)
    send_on(dispute=dispute, sending=to_c2c(), now=NOW + 3 * HOUR, actor=rosa)
    ends = NOW + 2 * HOUR + within

    assert watch_handoffs(now=ends - HOUR) == 0
    assert [watch_handoffs(now=ends), watch_handoffs(now=ends + DAY)] == [1, 0]
    assert "handoff_silent" in alarms(dispute)


def test_a_confirmed_file_alarms_nobody(rosa):
    dispute = with_file(denied_medicare(rosa), rosa)
    handoff = send_on(dispute=dispute, sending=to_c2c(), now=NOW + 3 * HOUR, actor=rosa)
    watch_handoffs(now=NOW + 9 * DAY)
    sending.acknowledge(
        dispute=get_dispute(dispute_id=dispute.id), handoff_id=handoff.id, at=NOW + DAY, by_whom="Intake",
        reference="", now=NOW + 9 * DAY, actor=rosa,
    )  # fmt: skip

    assert "handoff_silent" not in alarms(dispute)
    assert watch_handoffs(now=NOW + 20 * DAY) == 0


def test_what_the_law_sends_on_is_prepared_by_itself_and_the_owner_told():
    dispute = filed(law=Law.MEDICARE_ADVANTAGE)
    late = NOW + 40 * DAY
    watch_clocks(late)

    prepared = [prepare_forwards(now=late) for _ in range(2)]
    made = make_files(now=late)

    (order,) = list_orders(dispute=dispute)
    assert (prepared, made) == ([1, 0], 1)
    assert order.is_by_itself
    assert "file_ready" in alarms(dispute)
    assert find_to_send(get_dispute(dispute_id=dispute.id)).step is Step.FORWARD


@pytest.mark.parametrize(
    ("law", "place", "level", "on", "code"),
    [
        (Law.MEDICARE_ADVANTAGE, "OR", Level.IRE, date(2026, 4, 30), "maximus"),
        (Law.MEDICARE_ADVANTAGE, "OR", Level.IRE, date(2026, 5, 1), "c2c"),
        (Law.PART_D, "OR", Level.IRE, date(2026, 5, 1), "part_d_ire"),
        (Law.INDIVIDUAL, "CA", Level.EXTERNAL, date(2026, 5, 1), "ca_dmhc"),
        (Law.SELF_FUNDED, "CA", Level.EXTERNAL, date(2026, 5, 1), "assigned"),
        (Law.GROUP, "WA", Level.EXTERNAL, date(2026, 5, 1), "assigned"),
    ],
)
def test_who_reviews_is_chosen_by_law_state_and_day(law, place, level, on, code):
    track = Track(Matter.APPEAL, law, place, Care.PRE_SERVICE)

    assert reviewers_for(track=track, level=level, on=on)[0].code == code


def test_no_address_is_made_up():
    assert {one.address for one in list_reviewers()} == {""}


def test_a_wrong_file_of_reviewers_says_where(tmp_path):
    path = tmp_path / "reviewers.toml"
    path.write_text(
        '[[reviewer]]\ncode="x"\nlaws=["ma"]\nplace="US"\nlevel="plan"\nconfidence="memory"\nsource=""\n'
    )

    with pytest.raises(BadReviewers, match="x reviews at no level outside"):
        read_reviewers(path)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE grievances_handoff SET proof = 'other'",
        "DELETE FROM grievances_handoff",
        "UPDATE grievances_handoff_answer SET at = now()",
        "INSERT INTO grievances_handoff_answer (handoff_id, kind, at, by_whom, noted_at, actor)"
        " SELECT id, 'acknowledged', sent_at - interval '1 hour', 'x', sent_at, 'x' FROM grievances_handoff",
        "INSERT INTO grievances_handoff (dispute_id, visit, step, turn, level, reviewer, reviewer_name,"
        " package_id, sha256, way, sent_to, proof, sent_at, noted_at, actor) SELECT dispute_id, visit, step, 2,"
        " level, reviewer, reviewer_name, package_id, sha256, way, sent_to, proof, sent_at, noted_at, actor"
        " FROM grievances_handoff",
    ],
)
def test_history_stays_and_the_impossible_is_refused(rosa, change):
    dispute = with_file(denied_medicare(rosa), rosa)
    handoff = send_on(dispute=dispute, sending=to_c2c(), now=NOW + 3 * HOUR, actor=rosa)
    if "SET at" in change:
        sending.acknowledge(
            dispute=get_dispute(dispute_id=dispute.id), handoff_id=handoff.id, at=NOW + 3 * HOUR,
            by_whom="x", reference="", now=NOW + 3 * HOUR, actor=rosa,
        )  # fmt: skip

    with pytest.raises(IntegrityError), transaction.atomic():
        fetch_one(change)


def test_a_file_is_not_noted_as_sent_before_it_was_made(rosa):
    dispute = with_file(denied_medicare(rosa), rosa, at=NOW + 2 * HOUR + timedelta(seconds=40))

    assert refused("before_it_was_made", dispute, rosa, at=NOW + 2 * HOUR - timedelta(minutes=1))
    handoff = send_on(dispute=dispute, sending=to_c2c(), now=NOW + 3 * HOUR, actor=rosa)

    assert handoff.sent_at == NOW + 2 * HOUR
    with pytest.raises(IntegrityError, match="before it is made"), transaction.atomic():
        fetch_one(
            "INSERT INTO grievances_handoff (dispute_id, visit, step, turn, level, reviewer, reviewer_name,"
            " package_id, sha256, way, sent_to, proof, sent_at, again_why, noted_at, actor)"
            " SELECT dispute_id, visit, step, 2, level, reviewer, reviewer_name, package_id, sha256, way,"
            " sent_to, proof, sent_at - interval '1 day', 'Again', noted_at, actor FROM grievances_handoff"
        )
