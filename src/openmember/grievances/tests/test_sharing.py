"""What the plan adds to an appeal is shared, and can be answered, before it is decided against the member."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from openmember.accounts.testing import an_account
from openmember.cases.documents.services import add_documents, list_documents
from openmember.cases.dossier import list_notes
from openmember.cases.services.steps import again
from openmember.cases.testing import a_supervisor, a_worker, the_member
from openmember.documents.testing import File
from openmember.grievances.handoffs.evidence import list_sharings, list_unshared
from openmember.grievances.handoffs.jobs import make_files
from openmember.grievances.handoffs.services import ordering, sharing
from openmember.grievances.queries import get_dispute
from openmember.grievances.services import assigning, working
from openmember.grievances.testing import clock
from openmember.grievances.tests.test_disputes import filed
from openmember.grievances.types import BadCourse, Law, Outcome, Speed, Step
from openmember.kernel.sql import fetch_one
from openmember.letters.services import open_sheet
from openmember.members.testing import a_member
from openmember.members.types import NotAllowed, Role

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 30, 18, 0, tzinfo=UTC)
DAY = timedelta(days=1)
BY = date(2026, 12, 7)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DOCUMENTS_FOLDER = tmp_path / "documents"


@pytest.fixture
def rosa(db):
    return a_worker("grievances")


def add(dispute, actor, name="study.txt", at=NOW, is_visible=False):
    add_documents(
        case=again(dispute.case_id), uploads=[File(name, f"A study. {name}".encode())],
        is_visible=is_visible, now=at, actor=actor,
    )  # fmt: skip


def shared(dispute, actor, at=NOW, by=BY):
    sharing.share(dispute=dispute, message="A study says more.", answer_on=by, now=at, actor=actor)


def decided(dispute, actor, at, outcome=Outcome.UPHELD):
    code = "not_medically_necessary" if outcome is Outcome.UPHELD else "criteria_met"
    return working.decide(
        dispute=get_dispute(dispute_id=dispute.id), outcome=outcome, reason="The study.", code=code,
        criteria="Guideline 7", notice_on=at.date(), now=at, actor=actor,
    )  # fmt: skip


def is_refused(name, dispute, actor, at):
    with pytest.raises(BadCourse) as no, transaction.atomic():
        decided(dispute, actor, at)
    return no.value.name == name


def test_it_is_not_decided_against_the_member_before_they_saw_it_and_could_answer(rosa):
    dispute = filed()
    add(dispute, rosa)

    assert is_refused("not_shared", dispute, rosa, NOW)
    shared(dispute, rosa)
    assert is_refused("answer_awaited", dispute, rosa, NOW + 7 * DAY)
    assert decided(dispute, rosa, NOW + 8 * DAY).standing.decision is not None


def test_what_is_for_the_member_needs_no_sharing(rosa):
    dispute = filed()
    add(dispute, rosa)

    assert decided(dispute, rosa, NOW, Outcome.OVERTURNED).standing.decision is not None


def test_once_they_answered_it_is_decided(rosa):
    member = a_member()
    dispute = filed(member)
    add(dispute, rosa)
    shared(dispute, rosa)
    sharing.note_answer(dispute=dispute, how="portal", now=NOW + DAY, actor=the_member(member))

    assert list_sharings(dispute=dispute)[0].answered_at == NOW + DAY
    assert decided(dispute, rosa, NOW + 2 * DAY).standing.decision is not None


def test_sharing_shows_the_documents_and_says_so_in_the_member_s_language(rosa):
    member = a_member(language="es")
    dispute = filed(member)
    nurse = a_worker("grievances", role=Role.NURSE)
    add(dispute, rosa)
    assigning.ask_reviewer(
        dispute=dispute, user_id=nurse.id, specialty="Radiology", now=NOW, actor=nurse
    )
    assigning.give_opinion(dispute=dispute, opinion="An X-ray comes first.", now=NOW, actor=nurse)

    assert [one.is_opinion for one in list_unshared(dispute=dispute)] == [False, True]
    shared(dispute, rosa)

    note = list_notes(case=again(dispute.case_id), only_visible=True)[-1].body
    assert "7 de diciembre de 2026" in note
    assert "An X-ray comes first." in note
    assert "A study says more." in note
    assert [one.is_visible for one in list_documents(case=again(dispute.case_id))] == [True]
    assert list_unshared(dispute=dispute) == ()


def test_the_member_s_own_is_not_shared_with_them(rosa):
    member = a_member()
    dispute = filed(member)
    add(dispute, the_member(member), "mine.txt")
    add(dispute, rosa, "from-the-doctor.txt")
    (one,) = list_unshared(dispute=dispute)

    sharing.note_theirs(
        dispute=dispute, document_id=one.document_id, why="Faxed by Dr. Lee", now=NOW, actor=rosa
    )

    assert list_unshared(dispute=dispute) == ()


def test_what_is_withheld_is_not_shared_with_the_rest(rosa):
    dispute = filed()
    add(dispute, rosa, "counsel.txt")
    add(dispute, rosa, "study.txt")
    counsel, study = list_documents(case=again(dispute.case_id))
    said = {
        "document_id": counsel.id,
        "why": "Says Ann",
        "now": NOW,
        "actor": a_supervisor("grievances"),
    }
    ordering.withhold(dispute=dispute, code="legal_advice", **said)

    shared(dispute, rosa)

    seen = [one.name for one in list_documents(case=again(dispute.case_id)) if one.is_visible]
    assert seen == [study.name]
    assert list_unshared(dispute=dispute) == ()
    ordering.withhold(dispute=dispute, code="", **said)
    assert [one.name for one in list_unshared(dispute=dispute)] == [counsel.name]


@pytest.mark.parametrize("law", [Law.MEDICARE_ADVANTAGE, Law.PART_D])
def test_medicare_asks_nothing_of_the_kind(rosa, law):
    dispute = filed(law=law)
    add(dispute, rosa)

    assert list_unshared(dispute=dispute) == ()


def test_where_time_is_too_short_the_clock_stands_still_until_the_answer(rosa):
    dispute = filed(law=Law.SELF_FUNDED, place="US")
    late = clock(dispute.standing, Step.DECIDE).due_at - 2 * DAY
    add(dispute, rosa, at=late)
    shared(get_dispute(dispute_id=dispute.id), rosa, at=late, by=(late + 6 * DAY).date())

    found = get_dispute(dispute_id=dispute.id)
    assert found.standing.is_tolled
    sharing.note_answer(dispute=found, how="By phone", now=late + DAY, actor=rosa)
    assert not get_dispute(dispute_id=dispute.id).standing.is_tolled


def test_nobody_stops_a_clock_for_as_long_as_they_like(rosa):
    for speed, last in ((Speed.STANDARD, date(2027, 1, 6)), (Speed.EXPEDITED, date(2026, 12, 2))):
        dispute = filed(law=Law.SELF_FUNDED, place="US", speed=speed)
        add(dispute, rosa)
        with pytest.raises(BadCourse, match="waits that long"), transaction.atomic():
            shared(dispute, rosa, by=last + DAY)
        shared(dispute, rosa, by=last)
        assert list_sharings(dispute=dispute)[0].answer_on == last


def test_what_stopped_the_clock_is_said_in_the_member_s_language(rosa):
    dispute = filed(a_member(language="es"), law=Law.SELF_FUNDED, place="US")
    late = clock(dispute.standing, Step.DECIDE).due_at - 2 * DAY
    add(dispute, rosa, at=late)
    shared(get_dispute(dispute_id=dispute.id), rosa, at=late, by=(late + 6 * DAY).date())

    assert get_dispute(dispute_id=dispute.id).events[-1].event.detail["why"].startswith("Se ")


@pytest.mark.parametrize(
    ("language", "day"), [("en", "December 7"), ("es", "7 de diciembre"), ("zh-hant", "12月7日")]
)
def test_who_reads_on_paper_learns_from_the_letter_what_is_new_and_until_when(rosa, language, day):
    member = a_member(language=language)
    number = an_account(holder=member).number
    dispute = filed(member, account_number=number)
    add(dispute, rosa)
    shared(dispute, rosa)
    make_files(now=NOW)

    row = fetch_one("SELECT letter_id FROM grievances_order WHERE on_paper")
    words = str(open_sheet(numbers=(number,), letter_id=row.letter_id)[0].parts).replace(" ", "")
    assert day.replace(" ", "") in words
    assert "Astudysaysmore." in words


def test_nothing_to_share_no_words_and_no_time_are_refused(rosa):
    dispute = filed()
    given = {"dispute": dispute, "now": NOW, "actor": rosa}
    for name, message, by in (("nothing_to_share", "x", BY),):
        with pytest.raises(BadCourse) as no:
            sharing.share(message=message, answer_on=by, **given)
        assert no.value.name == name
    add(dispute, rosa)
    for name, message, by in (("nothing_said", " ", BY), ("answer_too_soon", "x", NOW.date())):
        with pytest.raises(BadCourse) as no:
            sharing.share(message=message, answer_on=by, **given)
        assert no.value.name == name
    with pytest.raises(NotAllowed):
        shared(dispute, a_worker("billing"))


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM grievances_sharing",
        "UPDATE grievances_sharing SET answer_on = answer_on - 1",
        "UPDATE grievances_sharing_item SET theirs_why = 'x'",
        "INSERT INTO grievances_sharing_item (document_id, theirs_why, at, actor)"
        " SELECT document_id, 'x', at, actor FROM grievances_sharing_item",
    ],
)
def test_what_was_shared_stays(rosa, change):
    dispute = filed()
    add(dispute, rosa)
    shared(dispute, rosa)

    with pytest.raises(IntegrityError), transaction.atomic():
        fetch_one(change)
