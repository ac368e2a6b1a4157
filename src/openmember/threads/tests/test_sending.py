"""Messages: each a note of its case, with its files, in a thread that two sides read."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from openmember.cases import dossier
from openmember.cases import proof as case_proof
from openmember.cases.documents.services import list_documents, read_document
from openmember.cases.glance import get_glance
from openmember.cases.queries import get_own_case, list_cases_of_member
from openmember.cases.services import merging, moving
from openmember.cases.testing import NOW, a_case, a_worker, seen, the_member
from openmember.cases.timeline import Happening, list_happened
from openmember.cases.types import CaseRefused, Channel, EditedMeanwhile, Priority, Status
from openmember.documents import storage
from openmember.documents.testing import a_file
from openmember.kernel.audit.queries import list_entries
from openmember.kernel.sql import fetch_all
from openmember.members.queries import get_member
from openmember.members.testing import a_member
from openmember.members.types import NotAllowed
from openmember.payments.testing import an_account
from openmember.threads import proof, queries
from openmember.threads.services import drafts, seeing, sending
from openmember.threads.testing import a_draft, a_message, a_writer
from openmember.threads.types import Then, Written

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    return get_member(member_id=an_account(holder=a_member(region="california")).holder_id)


@pytest.fixture
def ana(member):
    return a_writer(member)


def said(case, actor):
    return [one.body for one in queries.list_messages(case=case, actor=actor)]


def test_a_message_with_three_files_opens_a_case_with_the_team_written_to(member, ana):
    files = [a_file(f"page-{n}.pdf") for n in range(3)]

    case = a_message(ana, member, "I was charged twice. See the pages.", files=files)

    (message,) = queries.list_messages(case=case, actor=ana)
    assert (case.team, case.channel, case.status) == ("billing", Channel.MESSAGE, Status.NEW)
    assert case.subject == "I was charged twice."
    assert [one.name for one in message.attachments] == ["page-0.pdf", "page-1.pdf", "page-2.pdf"]
    assert len(list_documents(case=case, only_visible=True)) == 3
    assert queries.list_drafts(actor=ana) == ()


def test_a_text_that_was_put_in_its_place_since_is_not_sent_unseen(member, ana):
    draft = a_draft(ana, member, "May I pay in parts?")
    drafts.keep(
        key=draft.key, member_id=member.id, written=Written("I cannot breathe"), now=NOW, actor=ana,
        expected_version=draft.version,
    )  # fmt: skip

    with pytest.raises(EditedMeanwhile), transaction.atomic():
        sending.send(draft=draft, now=NOW, actor=ana)

    assert [one.body for one in queries.list_drafts(actor=ana)] == ["I cannot breathe"]


@pytest.mark.parametrize("subject", ["", "My methadone"])
def test_what_only_a_team_reads_is_not_in_the_subject(member, ana, subject):
    draft = a_draft(ana, member, "Why denied?", team="pharmacy_authorization", subject=subject)

    case = sending.send(draft=draft, now=NOW, actor=ana)

    assert case.subject == "A private message"
    assert said(case, ana) == [f"{subject}\n\nWhy denied?".strip()]


def test_what_only_a_team_reads_is_by_its_category_on_the_pages_of_the_account(member, ana):
    case = a_message(ana, member, "Why denied?", team="pharmacy_authorization")
    fetch_all(
        "UPDATE cases_case SET subject = 'Why was my methadone denied?' WHERE id = %(id)s",
        {"id": case.id},
    )
    rosa = a_worker("billing")

    (open_case,) = get_glance(member_ids=[member.id], actor=rosa).cases
    (happened,), _ = list_happened(
        numbers=[], member_ids=[member.id], kinds=[Happening.CASE], actor=rosa
    )
    (listed,) = list_cases_of_member(member_id=member.id, actor=rosa)

    assert {open_case.subject, happened.what, listed.subject} == {"A private message"}


def test_a_message_to_nobody_in_particular_finds_its_team(member, ana):
    case = a_message(ana, member, "I need a refill of my blood pressure pills", team="")

    assert case.team == "pharmacy"


def test_words_that_say_nothing_go_to_those_who_reach_every_team(member, ana):
    assert a_message(ana, member, "Hello", team="").team == "member_services"


def test_a_team_that_takes_no_messages_is_refused(member, ana):
    with pytest.raises(CaseRefused) as refused:
        a_message(ana, member, team="nurse_line")

    assert refused.value.name == "no_messages"


def test_a_draft_sent_twice_is_one_message(member, ana):
    draft = a_draft(ana, member)
    case = sending.send(draft=draft, now=NOW, actor=ana)

    with pytest.raises(CaseRefused) as refused:
        sending.send(draft=draft, now=NOW, actor=ana)

    assert refused.value.name == "sent_already"
    assert len(said(case, ana)) == 1


def test_what_a_member_set_aside_is_sent_urgent_and_shown_to_the_team(member, ana):
    case = a_message(
        ana, member, "Chest pain last year, a question about the bill", flags=["chest_pain"]
    )

    (message,) = queries.list_messages(case=case, actor=a_worker("billing"))
    assert case.priority is Priority.URGENT
    assert message.flags == ("chest_pain",)


def test_both_sides_see_when_the_other_read(member, ana):
    rosa = a_worker("billing")
    case = a_message(ana, member)
    assert queries.list_messages(case=case, actor=ana)[0].read_at is None

    assert seeing.see(case=case, now=NOW + timedelta(minutes=5), actor=rosa) == 1
    a_message(
        rosa, member, "Yes, in three parts.", case=seen(case, rosa), now=NOW + timedelta(hours=1)
    )

    first, second = queries.list_messages(case=case, actor=ana)
    assert first.read_at == NOW + timedelta(minutes=5)
    assert (second.author_name, second.is_new, second.read_at) == ("Rosa", True, None)
    assert queries.count_unread(member_ids=(member.id,), actor=ana) == 1
    seeing.see(case=case, now=NOW + timedelta(hours=2), actor=ana)
    assert seeing.see(case=case, now=NOW + timedelta(hours=3), actor=ana) == 0
    assert queries.count_unread(member_ids=(member.id,), actor=ana) == 0
    assert queries.list_messages(case=case, actor=rosa)[1].read_at == NOW + timedelta(hours=2)


def test_the_reply_is_promised_and_kept_in_the_teams_own_days(member, ana):
    rosa = a_worker("billing")
    case = a_message(ana, member)
    due_at = queries.find_thread_due(case=case)
    # Monday morning in California: by the end of Tuesday there.
    assert (due_at - NOW) == timedelta(hours=39)
    a_message(ana, member, "And today?", case=case, now=NOW + timedelta(hours=2))
    assert queries.find_thread_due(case=case) == due_at
    assert proof.list_differences() == ()

    a_message(rosa, member, "Yes.", case=seen(case, rosa), now=NOW + timedelta(hours=3))

    assert queries.find_thread_due(case=case) is None
    given = [one for one in dossier.list_events(case=case) if one.kind == "reply_given"]
    assert [one.detail["is_late"] for one in given] == [False]
    assert proof.list_differences() == ()


def test_a_promise_that_was_touched_behind_the_logs_back_shows(member, ana):
    case = a_message(ana, member)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE threads_thread SET reply_due_at = reply_due_at + interval '1 day'")

    assert [one.number for one in proof.list_differences()] == [case.number]


def test_joining_two_cases_keeps_the_promise_and_every_message(member, ana):
    vera = a_worker("billing")
    first = a_message(ana, member, "One")
    second = a_message(ana, member, "Two", now=NOW + timedelta(hours=1))
    due_at = queries.find_thread_due(case=first)

    stays = merging.merge(
        case=seen(first, vera), into=seen(second, vera), why="the same", now=NOW + timedelta(hours=2),
        actor=vera,
    )  # fmt: skip

    assert said(stays, ana) == ["One", "Two"]
    assert queries.find_thread_due(case=stays) == due_at
    assert [
        one.case.number for one in queries.list_threads(member_ids=(member.id,), actor=ana)
    ] == [second.number]
    a_message(vera, member, "Both.", case=seen(stays, vera), now=NOW + timedelta(hours=3))
    assert queries.find_thread_due(case=stays) is None
    assert proof.list_differences() == ()
    assert list(case_proof.list_differences()) == []


def test_a_settled_case_owes_no_reply_and_a_new_message_opens_it_again(member, ana):
    rosa = a_worker("billing")
    case = a_message(ana, member)

    settled = a_message(
        rosa,
        member,
        "Done.",
        case=seen(case, rosa),
        then=Then.SETTLED,
        now=NOW + timedelta(hours=1),
    )
    assert (settled.status, settled.resolution) == (Status.RESOLVED, "Done.")
    again = a_message(ana, member, "It is back.", case=settled, now=NOW + timedelta(days=1))

    assert again.status is Status.REOPENED
    assert queries.find_thread_due(case=again) is not None
    assert proof.list_differences() == ()
    assert list(case_proof.list_differences()) == []


def test_settling_by_hand_ends_the_promise_too(member, ana):
    rosa = a_worker("billing")
    case = a_message(ana, member)

    moving.move(case=seen(case, rosa), to=Status.RESOLVED, answer="Paid.", now=NOW, actor=rosa)

    assert queries.find_thread_due(case=case) is None
    assert proof.list_differences() == ()


def test_what_settled_too_long_ago_is_not_opened_again(member, ana):
    rosa = a_worker("billing")
    case = a_message(ana, member)
    settled = a_message(rosa, member, "Done.", case=seen(case, rosa), then=Then.SETTLED)

    with pytest.raises(CaseRefused) as refused:
        a_message(ana, member, "Again", case=settled, now=NOW + timedelta(days=90))

    assert refused.value.name == "too_late"


def test_asking_the_member_pauses_the_case_and_their_answer_goes_on(member, ana):
    rosa = a_worker("billing")
    case = a_message(ana, member)
    waits = a_message(rosa, member, "Send the bill.", case=seen(case, rosa), then=Then.WAITS)
    assert waits.status is Status.WAITING_ON_MEMBER

    goes = a_message(
        ana, member, "Here", case=waits, files=[a_file()], now=NOW + timedelta(hours=1)
    )

    assert goes.status is Status.OPEN


def test_a_stranger_neither_writes_nor_reads(member, ana):
    case = a_message(ana, member)
    other = a_member(first="Eve")
    eve = a_writer(other)

    with pytest.raises(NotAllowed):
        a_draft(eve, member)
    with pytest.raises(NotAllowed):
        sending.write(case=case, body="Me too", now=NOW, actor=eve)
    with pytest.raises(queries.UnknownDraft):
        queries.get_draft(draft_id=a_draft(ana, member).id, actor=eve)
    assert queries.list_threads(member_ids=(other.id,), actor=eve) == ()


def test_another_team_does_not_write_to_the_member(member, ana):
    case = a_message(ana, member)

    with pytest.raises(NotAllowed):
        a_message(a_worker("claims"), member, "Hello", case=case)


def test_the_team_writes_first_to_a_member_who_signs_in_and_to_no_other(member, ana):
    rosa = a_worker("billing")

    case = a_message(rosa, member, "We need your new address.")
    with pytest.raises(CaseRefused) as refused:
        a_message(rosa, a_member(), "Hello")

    assert said(get_own_case(number=case.number, member_ids=(member.id,), actor=ana), ana)
    assert queries.find_thread_due(case=case) is None
    assert refused.value.name == "no_sign_in"


def test_an_empty_or_endless_text_is_refused(member, ana):
    for body, name in ((" ", "nothing_said"), ("x" * 8001, "too_long")):
        with pytest.raises(CaseRefused) as refused:
            a_message(ana, member, body)
        assert refused.value.name == name


def test_a_draft_keeps_text_and_files_until_it_is_sent_or_discarded(member, ana):
    draft = a_draft(ana, member, "To be", files=[a_file("a.pdf"), a_file("b.pdf")])
    kept = queries.get_draft(draft_id=draft.id, actor=ana)
    assert [one.name for one in kept.files] == ["a.pdf", "b.pdf"]

    drafts.remove_file(draft=kept, file_id=kept.files[0].id, actor=ana)
    assert [one.name for one in queries.get_draft(draft_id=draft.id, actor=ana).files] == ["b.pdf"]
    drafts.discard(draft=kept, actor=ana)

    assert queries.list_drafts(actor=ana) == ()


def test_the_files_of_a_discarded_draft_are_gone(member, ana, django_capture_on_commit_callbacks):
    draft = a_draft(ana, member, files=[a_file()])
    with django_capture_on_commit_callbacks(execute=True):
        drafts.discard(draft=draft, actor=ana)

    assert list(storage.list_stored()) == []


def test_a_draft_nobody_wrote_in_for_ninety_days_is_dropped_with_its_files(
    member, ana, django_capture_on_commit_callbacks
):
    old = a_draft(ana, member, files=[a_file("a.pdf"), a_file("b.pdf")])
    young = a_draft(ana, member, "Later", files=[a_file("c.pdf")], now=NOW + timedelta(days=1))

    with django_capture_on_commit_callbacks(execute=True):
        early = drafts.sweep(now=NOW + timedelta(days=90))
        late = drafts.sweep(now=NOW + timedelta(days=90, seconds=1))

    assert (early, late) == (0, 1)
    assert [one.id for one in queries.list_drafts(actor=ana)] == [young.id]
    assert len(list(storage.list_stored())) == 1
    told = fetch_all("SELECT detail FROM kernel_audit_entry WHERE action = 'message.draft_expired'")
    assert str(old.id) in str(told[0].detail)


def test_the_same_file_twice_is_one_and_a_program_is_refused(member, ana):
    draft = a_draft(ana, member, files=[one := a_file("a.pdf"), one])

    refused = drafts.add_files(draft=draft, uploads=[a_file("x.pdf", b"MZ")], actor=ana)

    assert [name for name, _why in refused] == ["x.pdf"]
    assert len(queries.get_draft(draft_id=draft.id, actor=ana).files) == 1


def test_two_windows_of_one_draft_lose_nothing(member, ana):
    draft = a_draft(ana, member, "First")
    written = Written("Second", "", "billing")
    keep = {"key": draft.key, "member_id": member.id, "written": written, "now": NOW, "actor": ana}
    drafts.keep(**keep, expected_version=draft.version)

    with pytest.raises(EditedMeanwhile) as meanwhile:
        drafts.keep(**keep, expected_version=draft.version)

    assert meanwhile.value.version == draft.version + 1


def test_of_one_thread_each_person_has_one_draft(member, ana):
    case = a_message(ana, member)
    first = a_draft(ana, member, "One", case=case)

    assert a_draft(ana, member, "Two", case=case).id == first.id


def test_messages_are_found_by_their_words_and_by_the_number(member, ana):
    case = a_message(ana, member, "The receipt of the pharmacy")
    a_message(ana, member, "Something else", now=NOW + timedelta(hours=1))

    for text in ("receipts", "pharmacy receipt", case.number.lower()):
        found = queries.list_threads(member_ids=(member.id,), actor=ana, text=text)
        assert [one.case.number for one in found] == [case.number]
    assert queries.list_threads(member_ids=(member.id,), actor=ana, text="?!") == ()


def test_a_message_can_be_neither_changed_nor_moved_to_another_case(member, ana):
    case = a_message(ana, member, files=[a_file()])
    other = a_case(member)
    for statement in (
        "UPDATE threads_message SET flags = '{x}'",
        "DELETE FROM threads_message",
        "DELETE FROM threads_seen; TRUNCATE threads_seen",
        "UPDATE threads_attachment SET message_id = message_id",
        f"UPDATE threads_thread SET member_id = {a_member().id} WHERE case_id = {case.id}",
        "INSERT INTO threads_message (case_id, note_id, at, is_members, sent_as) SELECT"
        f" {case.id}, (SELECT max(id) FROM cases_note WHERE case_id = {case.id}), now(), false, 'k'",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert said(other, ana) == []


def test_what_was_done_is_in_the_audit(member, ana):
    case = a_message(ana, member, files=[a_file()])
    seeing.see(case=case, now=NOW, actor=a_worker("billing"))
    (document,) = list_documents(case=case)
    with read_document(case=case, document_id=document.id, actor=ana):
        assert document.is_readable

    done = {one.action for one in list_entries(numbers=(case.account_number,), limit=50)}
    assert {"case.note", "case.document", "case.reply_promised", "message.read"} <= done


def test_a_question_asked_otherwise_shows_its_first_words(member, ana):
    me = the_member(member)
    case = a_case(member, actor=a_worker("billing"))
    assert said(case, ana) == []
    sending.write(case=case, body="One more thing", now=NOW, actor=me)
    assert said(case, ana) == ["One more thing"]
