"""The page of a dispute's file at the desk: made, taken, copied, withheld."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone

from openmember.cases.documents.services import add_documents, list_documents
from openmember.cases.services.steps import again
from openmember.cases.testing import a_supervisor
from openmember.desk.tests import disputes
from openmember.desk.tests.disputes import desk_as, filed
from openmember.desk.tests.reading import words
from openmember.documents.testing import File
from openmember.grievances.handoffs.jobs import make_files
from openmember.grievances.handoffs.queries import list_handoffs, list_orders
from openmember.grievances.handoffs.services import ordering
from openmember.grievances.handoffs.types import Purpose
from openmember.grievances.queries import get_dispute
from openmember.grievances.services import working
from openmember.grievances.types import Law, Level, Outcome
from openmember.kernel.sql import fetch_all

settings_of_tests = disputes.settings_of_tests
rosa = disputes.rosa
desk = disputes.desk


def now() -> datetime:
    return timezone.now()


def with_a_memo(rosa):
    dispute = filed()
    add_documents(
        case=again(dispute.case_id), uploads=[File("memo.txt", b"Our lawyers say so.")], is_visible=False,
        now=now(), actor=rosa,
    )  # fmt: skip
    return dispute


def act(desk, dispute, name: str, **fields):
    address = reverse("desk:dispute_file", args=(dispute.case_number,))
    given = {"act": name, "serial": len(dispute.events), **fields}
    return desk.client.post(address, given, follow=True)


def test_a_file_is_made_by_the_job_and_taken_as_pdf_and_zip(desk, rosa):
    dispute = with_a_memo(rosa)

    said = words(act(desk, dispute, "file"))
    waiting = words(desk.get("dispute_file", dispute.case_number))
    make_files(now=now())
    page = desk.get("dispute_file", dispute.case_number)
    links = [link for link in page.content.decode().split('"') if link.endswith((".pdf", ".zip"))]
    files = [desk.client.get(link) for link in links]

    assert "The file is being made." in said
    assert "being made: look again in a minute" in waiting
    assert "Make the file as it is now" not in waiting
    assert [b"".join(one.streaming_content)[:4] for one in files] == [b"%PDF", b"PK\x03\x04"]
    assert [one["Content-Type"] for one in files] == ["application/pdf", "application/zip"]
    named = f'attachment; filename="{dispute.case_number}.pdf"'
    assert files[0]["Content-Disposition"] == named
    assert "no-store" in files[0]["Cache-Control"]
    read = fetch_all("SELECT action FROM kernel_audit_entry WHERE action = 'dispute.file_read'")
    assert len(read) == 2


def test_a_file_of_another_dispute_is_not_found(desk, rosa):
    mine, other = with_a_memo(rosa), filed()
    act(desk, mine, "file")
    make_files(now=now())
    page = desk.get("dispute_file", mine.case_number).content.decode()
    link = next(link for link in page.split('"') if link.endswith(".pdf"))

    assert desk.client.get(link.replace(mine.case_number, other.case_number)).status_code == 404


def test_a_supervisor_withholds_a_memo_with_a_reason_and_gives_it_after_all(client_of, rosa):
    dispute = with_a_memo(rosa)
    desk = desk_as(client_of, a_supervisor("grievances"))
    (memo,) = list_documents(case=again(dispute.case_id))

    nothing = words(act(desk, dispute, "withhold", document=memo.id, code="", why="x"))
    done = words(
        act(desk, dispute, "withhold", document=memo.id, code="legal_advice", why="Counsel")
    )
    given = words(act(desk, dispute, "give", document=memo.id, why="Waived"))

    assert "What you asked for was not done." in nothing
    assert "Withheld from the member: advice of our lawyers to us" in done
    assert "It is in the member’s next copy." in given
    assert "Withheld from the member:" not in given


def test_who_only_works_on_it_withholds_nothing(desk, rosa):
    dispute = with_a_memo(rosa)

    assert "Withhold a document" not in words(desk.get("dispute_file", dispute.case_number))


def test_whoever_comes_second_is_told(desk, rosa):
    dispute = with_a_memo(rosa)
    address = reverse("desk:dispute_file", args=(dispute.case_number,))

    late = desk.client.post(address, {"act": "file", "serial": 99}, follow=True)

    assert "did something here meanwhile" in words(late)
    assert "None yet." in words(late)


def denied(rosa):
    dispute = filed(law=Law.MEDICARE_ADVANTAGE)
    return working.decide(
        dispute=dispute,
        outcome=Outcome.UPHELD,
        reason="No.",
        notice_on=now().date(),
        now=now(),
        actor=rosa,
    )


def there(**fields) -> dict[str, str]:
    local = now().astimezone(ZoneInfo("America/Los_Angeles"))
    return {"on": local.date().isoformat(), "hour": f"{local:%H:%M}", **fields}


def test_the_case_is_sent_on_confirmed_and_then_with_the_entity(desk, rosa):
    dispute = denied(rosa)
    fields = there(
        reviewer="c2c", way="portal", sent_to="their portal", proof="Receipt 4711", reviewer_name=""
    )
    before = words(desk.get("dispute_file", dispute.case_number))
    too_early = words(act(desk, dispute, "send", **fields))
    act(desk, dispute, "file")
    make_files(now=now())
    sent = words(act(desk, dispute, "send", **fields))
    dispute = get_dispute(dispute_id=dispute.id)
    again_sent = words(act(desk, dispute, "send", **fields))
    (handoff,) = list_handoffs(dispute=dispute)
    confirmed = words(
        act(
            desk,
            dispute,
            "acknowledged",
            **there(handoff=handoff.id, by_whom="Intake", reference="X1"),
        )
    )

    assert "Send the case to the review entity, by" in before
    assert "C2C Innovative Solutions" in before
    assert "Where it takes files is not set up" in before
    assert "Make the file first: there is nothing to send." in too_early
    assert "They have not confirmed it yet." in sent
    assert "It was sent already. Say why it is sent again." in again_sent
    assert "They have it since" in confirmed
    assert get_dispute(dispute_id=dispute.id).standing.level is Level.IRE


def test_an_organization_nobody_named_is_named_by_whoever_sends(desk, rosa):
    dispute = working.decide(
        dispute=filed(law=Law.SELF_FUNDED), outcome=Outcome.UPHELD, reason="No.", notice_on=now().date(),
        code="not_medically_necessary", criteria="Guideline 7", now=now(), actor=rosa,
    )  # fmt: skip
    dispute = working.escalate(dispute=dispute, level=Level.EXTERNAL, now=now(), actor=rosa)
    act(desk, dispute, "file")
    make_files(now=now())
    fields = there(reviewer="assigned", way="fax", sent_to="555", proof="Sheet 1")

    unnamed = words(act(desk, dispute, "send", reviewer_name="", **fields))
    named = words(act(desk, dispute, "send", reviewer_name="Acme Review", **fields))
    (handoff,) = list_handoffs(dispute=dispute)
    back = words(
        act(
            desk, get_dispute(dispute_id=dispute.id), "returned",
            **there(handoff=handoff.id, by_whom="Intake", why="Not assigned to us"),
        )
    )  # fmt: skip

    assert "Name the organization that was assigned." in unnamed
    assert "Acme Review" in named
    assert "Not assigned to us" in back


def test_the_page_asks_a_bounded_number_of_times(desk, rosa, django_assert_max_num_queries):
    dispute = with_a_memo(rosa)
    desk.get("dispute_file", dispute.case_number)

    with django_assert_max_num_queries(20):
        desk.get("dispute_file", dispute.case_number)


def test_what_is_new_is_shared_before_it_is_decided_and_the_answer_noted(desk, rosa):
    dispute = with_a_memo(rosa)
    by = (now().astimezone(ZoneInfo("America/Los_Angeles")) + timedelta(days=3)).date().isoformat()

    before = words(desk.get("dispute_file", dispute.case_number))
    no_day = words(act(desk, dispute, "share", message="A memo.", answer_on=""))
    shared = words(act(desk, dispute, "share", message="A memo.", answer_on=by))
    answered = words(act(desk, dispute, "answered", how="By phone: nothing to add"))

    assert "Not shared yet" in before
    assert "What you asked for was not done." in no_day
    assert "Not shared yet" not in shared
    assert "to answer by" in shared
    assert "This member is on no account, so no letter goes out: print the copy" in shared
    assert [one.purpose for one in list_orders(dispute=dispute)] == [Purpose.COPY]
    assert "By phone: nothing to add" in answered


def test_a_document_from_the_doctor_is_noted_as_theirs(desk, rosa):
    dispute = with_a_memo(rosa)
    (memo,) = list_documents(case=again(dispute.case_id))

    page = words(act(desk, dispute, "theirs", document=memo.id, why="Faxed by Dr. Lee"))

    assert "Not shared yet" not in page


def test_a_file_that_could_not_be_made_is_tried_again_from_its_page(desk, rosa, monkeypatch):
    dispute = with_a_memo(rosa)
    act(desk, dispute, "file")

    def failing(**_given):
        raise ValueError("a broken page")

    with monkeypatch.context() as patch:
        patch.setattr(ordering, "make_package", failing)
        for _ in range(5):
            make_files(now=now())
    page, today = (
        words(desk.get("dispute_file", dispute.case_number)),
        words(desk.get("cases_today")),
    )
    said = words(act(desk, dispute, "again"))
    make_files(now=now())

    assert "It could not be made." in page
    assert "Make the file as it is now" not in page
    assert "A file could not be made: see on the page of the file what to do" in today
    assert "The file is being made." in said
    after = words(desk.get("dispute_file", dispute.case_number))
    assert "It could not be made." not in after
    assert "Try to make the file again" not in after
