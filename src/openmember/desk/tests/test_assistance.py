"""Financial help at the desk: the list, an application for a caller or from paper, and deciding."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from openmember.assistance import queries
from openmember.assistance.services import deciding
from openmember.assistance.testing import an_application, some_facts
from openmember.assistance.types import Channel, Missing, Proof, Status
from openmember.billing.types import Line
from openmember.desk.tests.reading import words as text_of
from openmember.documents.testing import PDF
from openmember.members.types import Role
from openmember.payments.testing import TESTER, TODAY, a_bill, an_account

OVER = some_facts(yearly_cents=200_000_00)
FACTS = {
    "household": "3", "state": "OR", "has_income": "yes", "which": "all",
    "source_1": "wages", "amount_1": "3000", "period_1": "12",
}  # fmt: skip


@pytest.fixture(autouse=True)
def documents_folder(settings, tmp_path):
    settings.DOCUMENTS_FOLDER = tmp_path / "documents"


def upload(name="scan.pdf", content=PDF):
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def hand_in(desk, draft, received_on):
    signed = {"signature": "Ana Ruiz", "received_on": received_on.isoformat(), "agreed": "on"}
    return desk.do("send_application", draft.reference, **signed)


def only(account):
    (found,) = queries.list_applications(numbers=account.numbers)
    return found


def test_an_application_on_paper_counts_from_the_day_it_arrived(desk_of):
    account = an_account()
    a_bill(account, 100_00, line=Line.MEDICAL)
    desk = desk_of(Role.BILLING, account=account)

    desk.send("take_application", channel="paper")
    draft = only(account)
    desk.send("application_facts", draft.reference, **FACTS)
    desk.send("application_documents", draft.reference, proof="form", documents=[upload()])
    desk.send(
        "application_documents",
        draft.reference,
        proof="income",
        documents=[upload("stub.pdf", PDF + b"2\n%%EOF")],
    )
    arrived = timezone.localdate().replace(day=1)
    hand_in(desk, draft, arrived)

    sent = only(account)
    assert (sent.status, sent.channel, sent.received_on) == (
        Status.RECEIVED,
        Channel.PAPER,
        arrived,
    )
    assert {one.proof for one in sent.documents} == {Proof.FORM, Proof.INCOME}
    assert sent.signature.text == ""
    assert sent.facts.yearly_cents == 36_000_00


def test_a_caller_hears_the_attestation_and_it_is_kept(desk_of):
    account = an_account()
    desk = desk_of(Role.BILLING, account=account)
    desk.send("take_application", channel="phone")
    draft = only(account)
    desk.send("application_facts", draft.reference, **FACTS)

    hand_in(desk, draft, timezone.localdate())

    sent = only(account)
    assert "true and complete" in sent.signature.text
    assert sent.missing == (Missing.PROOF_OF_INCOME,)


def test_nothing_is_decided_before_it_is_confirmed(desk_of):
    account = an_account()
    a_bill(account, 100_00, line=Line.MEDICAL, title="Visit of October")
    application = an_application(account, some_facts(yearly_cents=60_000_00))
    desk = desk_of(Role.BILLING, account=account)

    shown = text_of(desk.ask("decide_application", application.reference, note=""))
    assert only(account).status is Status.RECEIVED
    desk.do("decide_application", application.reference, note="Stub seen")

    for expected in ("Approved in part", "75 percent", "$75.00", "Visit of October"):
        assert expected in shown
    assert only(account).status is Status.PARTLY
    assert desk.balance().owed_cents == 25_00


def test_the_page_shows_what_a_decision_rests_on(desk_of, django_assert_max_num_queries):
    account = an_account()
    a_bill(account, 100_00, line=Line.MEDICAL, title="Visit of October")
    application = an_application(account, some_facts(yearly_cents=60_000_00))
    desk = desk_of(Role.BILLING, account=account)

    with django_assert_max_num_queries(25):
        text = text_of(desk.get("application", application.reference))

    for expected in ("219.62 %", "$27,320.00", "91 FR 1797", "secondary", "up to 300 %", "pay-stub.pdf",
                     "26 CFR 1.501(r)-1(b)(3)", "example", "$75.00", "not scanned"):  # fmt: skip
        assert expected in text


def test_what_is_missing_is_asked_for_with_a_day(desk_of):
    account = an_account()
    application = an_application(account)
    desk = desk_of(Role.BILLING, account=account)

    desk.do(
        "ask_applicant", application.reference, missing=["readable_copy"], note="Page 2 is cut off."
    )

    asked = only(account)
    assert (asked.status, asked.missing) == (Status.INCOMPLETE, (Missing.READABLE_COPY,))
    assert asked.complete_by > TODAY


def test_figures_are_corrected_by_what_the_documents_show(desk_of):
    account = an_account()
    application = an_application(account, OVER)
    desk = desk_of(Role.BILLING, account=account)

    wrong = desk.send("application_facts", application.reference, **FACTS | {"household": "0"})
    desk.send("application_facts", application.reference, **FACTS)

    assert wrong.status_code == 422
    assert only(account).facts.yearly_cents == 36_000_00
    assert len(desk.audited("assistance.facts")) == 2


def test_an_appeal_needs_another_person_who_may_make_an_exception(desk_of):
    account = an_account()
    a_bill(account, 100_00, line=Line.MEDICAL)
    application = an_application(account, OVER)
    first, second = (
        desk_of(Role.BILLING, account=account),
        desk_of(Role.SUPERVISOR, account=account),
    )
    first.do("decide_application", application.reference, note="")
    first.do("appeal_application", application.reference, reason="Lost work", key="key-2")

    same = text_of(first.do("decide_application", application.reference, note="", key="key-3"))
    without_reason = second.ask(
        "decide_application", application.reference, exception="80", note=""
    )
    second.do(
        "decide_application", application.reference, exception="80", note="Lost work", key="key-4"
    )

    assert "Somebody else decides this" in same
    assert without_reason.status_code == 422
    assert only(account).status is Status.PARTLY
    assert first.balance().owed_cents == 20_00


def test_a_first_decision_offers_no_exception(desk_of):
    account = an_account()
    a_bill(account, 100_00, line=Line.MEDICAL)
    application = an_application(account, OVER)
    desk = desk_of(Role.BILLING, account=account)

    desk.do("decide_application", application.reference, exception="100", note="a friend")

    assert only(account).status is Status.DENIED
    assert desk.balance().owed_cents == 100_00


def test_the_list_opens_the_account_of_an_application(desk_of):
    account = an_account()
    application = an_application(account)
    desk = desk_of(Role.BILLING)

    listed = text_of(desk.get("assistance"))
    wanted = {"application": application.reference}
    opened = desk.client.post(reverse("desk:assistance_open"), wanted, follow=True)

    assert application.reference in listed
    assert "Decide by" in listed
    assert application.reference in text_of(opened)
    assert account.number not in opened.redirect_chain[-1][0]


@pytest.mark.parametrize("role", [Role.REPRESENTATIVE, Role.CASHIER, Role.FINANCE])
def test_whoever_does_not_decide_sees_no_income_and_no_document(desk_of, role):
    account = an_account()
    application = an_application(account)
    (document,) = application.documents
    desk = desk_of(role, account=account)

    answers = [
        desk.get("assistance"),
        desk.get("applications"),
        desk.get("application", application.reference),
        desk.get("application_document", application.reference, document.reference),
    ]

    assert [one.status_code for one in answers] == [403] * 4


def test_a_document_is_read_with_its_reading_recorded_and_only_under_its_own_account(desk_of):
    account, other = an_account(), an_account()
    application, theirs = an_application(account), an_application(other)
    (document,), (foreign,) = application.documents, theirs.documents
    desk = desk_of(Role.BILLING, account=account)

    own = desk.get("application_document", application.reference, document.reference)
    answers = [
        desk.get("application", theirs.reference),
        desk.get("application_document", theirs.reference, foreign.reference),
        desk.get("application_document", application.reference, foreign.reference),
    ]

    assert own.content.startswith(b"%PDF-")
    assert len(desk.audited("assistance.document_read")) == 1
    assert [one.status_code for one in answers] == [404] * 3


def test_a_decided_application_is_shown_with_its_decisions(desk_of):
    account = an_account()
    a_bill(account, 100_00, line=Line.MEDICAL)
    application = an_application(account, some_facts(yearly_cents=60_000_00))
    deciding.decide(application=application, on=TODAY, actor=TESTER, note="Stub seen")
    desk = desk_of(Role.BILLING, account=account)

    text = text_of(desk.get("application", application.reference))
    again = desk.do("decide_application", application.reference, note="")

    assert "Stub seen" in text
    assert "Take an appeal" in text
    assert "finished" in text_of(again)
