"""Applying for financial help in a browser without scripts, step by step."""

from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from openmember.assistance import queries
from openmember.assistance.services import applying, deciding
from openmember.assistance.testing import an_application, some_facts
from openmember.assistance.types import Missing, Period, Status
from openmember.billing.types import Line
from openmember.documents.testing import PDF, a_file
from openmember.payments.testing import TESTER
from openmember.portal.tests.conftest import in_days


@pytest.fixture(autouse=True)
def documents_folder(settings, tmp_path):
    settings.DOCUMENTS_FOLDER = tmp_path / "documents"


def upload(name="stub.pdf", content=PDF):
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def text_of(response) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def open_application(holder):
    return queries.find_open(numbers=holder.account.numbers)


def fill_in(holder, **income):
    holder.post("assistance_apply")
    holder.post("assistance_household", household="3", state="OR")
    holder.post(
        "assistance_income", has_income="yes", source_1="wages", amount_1="1,500.00", period_1="26"
    )
    holder.post("assistance_bills", which="all")


def test_an_application_is_made_in_five_steps_and_counts_from_today(holder):
    holder.bill(80_00, line=Line.MEDICAL)
    fill_in(holder)
    sent = holder.post(
        "assistance_documents",
        proof="income",
        documents=[upload(), upload("b.pdf", PDF + b"b\n%%EOF")],
    )
    assert sent.status_code == 303
    answer = holder.post("assistance_check", agree="on", signature="Ana Ruiz")

    application = open_application(holder)
    assert application.status is Status.RECEIVED
    assert application.received_on == in_days(0)
    assert application.facts.yearly_cents == 1_500_00 * 26
    assert application.facts.incomes[0].period is Period.EVERY_TWO_WEEKS
    assert len(application.documents) == 2
    assert application.signature.name == "Ana Ruiz"
    assert "true and complete" in application.signature.text
    assert answer["Location"] == reverse(
        "portal:assistance_application", args=[application.reference]
    )
    assert queries.holds_collection(numbers=holder.account.numbers, on=in_days(0))


def test_it_can_be_left_and_gone_on_with(holder):
    holder.post("assistance_apply")
    holder.post("assistance_household", household="4", state="HI", later="1")

    overview = text_of(holder.get("assistance"))
    household = text_of(holder.get("assistance_household"))

    assert "You started an application" in overview
    assert 'value="4"' in household
    assert '<option value="HI" selected>' in household


def test_a_program_spares_the_question_of_income(holder):
    holder.post("assistance_apply")

    answer = holder.post("assistance_household", household="2", state="OR", programs="snap")

    assert answer["Location"] == reverse("portal:assistance_bills")


def test_what_is_wrong_is_said_at_its_field(holder):
    holder.post("assistance_apply")

    household = holder.post("assistance_household", household="0", state="")
    income = holder.post("assistance_income", has_income="yes", source_1="wages", amount_1="12")
    nothing = holder.post("assistance_income", has_income="yes")
    unsigned = holder.post("assistance_check", signature="")

    assert [one.status_code for one in (household, income, nothing, unsigned)] == [422] * 4
    assert "Choose how often it comes." in income.content.decode()
    assert "Fill in at least one income" in nothing.content.decode()


def test_a_file_that_is_not_what_its_name_says_is_refused_and_the_others_are_kept(holder):
    fill_in(holder)

    answer = holder.client.post(
        reverse("portal:assistance_documents"),
        {"proof": "income", "documents": [upload("page.pdf", b"<html>hello</html>"), upload()]},
        follow=True,
    )

    text = text_of(answer)
    assert "page.pdf was not taken" in text
    assert [one.name for one in open_application(holder).documents] == ["stub.pdf"]


def test_a_file_too_large_is_refused(holder, settings):
    settings.DOCUMENT_MAX_BYTES = 1000
    fill_in(holder)

    answer = holder.client.post(
        reverse("portal:assistance_documents"),
        {"proof": "income", "documents": [upload("big.pdf", PDF + b"x" * 2000 + b"%%EOF")]},
        follow=True,
    )

    assert "big.pdf was not taken" in text_of(answer)
    assert open_application(holder).documents == ()


def test_a_request_larger_than_any_form_is_refused_before_it_is_read(holder, settings):
    settings.UPLOAD_MAX_BYTES = 500
    fill_in(holder)

    answer = holder.post("assistance_documents", proof="income", documents=[upload()] * 5)

    assert answer.status_code == 400
    assert open_application(holder).documents == ()


def test_without_proof_it_is_taken_and_what_is_missing_is_asked_for(holder):
    fill_in(holder)
    holder.post("assistance_check", agree="on", signature="Ana Ruiz")
    application = open_application(holder)

    page = text_of(holder.get("assistance_application", application.reference))
    assert application.missing == (Missing.PROOF_OF_INCOME,)
    assert "pay stub" in page

    holder.post("assistance_add", application.reference, proof="income", documents=[upload()])
    assert open_application(holder).status is Status.RECEIVED


def test_a_document_is_sent_back_as_a_file_that_no_browser_runs(holder):
    application = an_application(holder.account)
    (document,) = application.documents

    response = holder.get("assistance_document", application.reference, document.reference)

    assert response.content.startswith(b"%PDF-")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment")
    assert "sandbox" in response["Content-Security-Policy"]


def test_nobody_reads_what_another_member_sent(holder, holder_of):
    mine = an_application(holder.account)
    other = holder_of()
    theirs = an_application(other.account)
    (document,) = theirs.documents

    answers = [
        holder.get("assistance_application", theirs.reference),
        holder.get("assistance_document", theirs.reference, document.reference),
        holder.get("assistance_document", mine.reference, document.reference),
        holder.post("assistance_withdraw", theirs.reference),
        holder.post("assistance_appeal", theirs.reference, reason="x"),
        holder.post("assistance_add", theirs.reference, proof="income", documents=[upload()]),
    ]

    assert [one.status_code for one in answers] == [404] * 6
    assert open_application(other).status is Status.RECEIVED


def test_a_document_can_be_removed_until_it_is_sent(holder):
    fill_in(holder)
    holder.post("assistance_documents", proof="income", documents=[upload()])
    (document,) = open_application(holder).documents

    holder.post("assistance_documents", remove=document.reference)

    assert open_application(holder).documents == ()


def test_a_decision_is_shown_with_its_reason_the_bills_and_the_way_to_appeal(
    holder, django_assert_max_num_queries
):
    bill = holder.bill(100_00, line=Line.MEDICAL, title="Visit of October")
    application = an_application(holder.account, some_facts(yearly_cents=60_000_00))
    deciding.decide(application=application, on=in_days(0), actor=TESTER)

    with django_assert_max_num_queries(12):
        page = text_of(holder.get("assistance_application", application.reference))

    for expected in (
        "Approved in part",
        "Visit of October",
        "$75.00",
        "$25.00",
        "Ask to look again",
    ):
        assert expected in page
    assert "$25.00" in text_of(holder.get("bill", bill.reference))

    holder.post("assistance_appeal", application.reference, reason="My hours were cut")
    assert open_application(holder).status is Status.APPEALED


def test_an_application_can_be_withdrawn_and_another_begun(holder):
    application = an_application(holder.account)

    holder.post("assistance_withdraw", application.reference)
    again = holder.post("assistance_apply")

    assert urlsplit(again["Location"]).path == reverse("portal:assistance_household")
    assert not queries.holds_collection(numbers=holder.account.numbers, on=in_days(0))


def test_a_finished_application_takes_no_documents(holder):
    application = an_application(holder.account)
    applying.withdraw(application=application, reason="x", on=in_days(0), actor=TESTER)

    answer = holder.client.post(
        reverse("portal:assistance_add", args=[application.reference]),
        {"proof": "income", "documents": [upload()]},
        follow=True,
    )

    assert "nothing can be added" in text_of(answer)
    assert a_file().name == "pay-stub.pdf"


@pytest.mark.parametrize("line", list(Line))
def test_every_unpaid_bill_shows_the_hardship_line_and_its_hours(holder, line):
    bill = holder.bill(80_00, line=line)

    page = text_of(holder.get("bill", bill.reference))

    assert "1-800-442-4014" in page
    assert "Monday through Friday" in page
    assert (reverse("portal:assistance") in page) == (line is not Line.PREMIUM)


@pytest.mark.parametrize("language", ["en", "es", "zh-hant"])
def test_the_paper_form_is_there_for_anybody(guest, language):
    response = guest.get("assistance_form", language)

    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-")


def test_the_steps_need_an_application_and_a_sign_in(holder, guest):
    assert holder.get("assistance_income")["Location"] == reverse("portal:assistance")
    assert "/sign/login/" in guest.get("assistance")["Location"]


def test_more_incomes_can_be_asked_for_without_a_script_and_nothing_typed_is_lost(holder):
    holder.post("assistance_apply")
    typed = {"has_income": "yes", "source_1": "wages", "amount_1": "12", "rows": "2"}

    text = text_of(holder.post("assistance_income", more="1", **typed))

    assert 'name="source_4"' in text
    assert 'name="source_5"' not in text
    assert 'value="12"' in text
    assert "Please check" not in text


def test_an_appeal_that_sounds_like_an_emergency_is_asked_about_before_it_is_sent(holder):
    application = an_application(holder.account, some_facts(yearly_cents=60_000_00))
    deciding.decide(application=application, on=in_days(0), actor=TESTER)
    words = "I cannot pay. I have chest pain now"

    asked = holder.client.post(
        reverse("portal:assistance_appeal", args=[application.reference]), {"reason": words}
    )
    page = asked.content.decode()

    assert asked.status_code == 422
    assert page.index("tel:911") < page.index(words)
    assert queries.find_open(numbers=holder.account.numbers) is None

    holder.post(
        "assistance_appeal",
        application.reference,
        **{"reason": words, "reason-is_no_emergency": "chest"},
    )
    assert open_application(holder).status is Status.APPEALED
