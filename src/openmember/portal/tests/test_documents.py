"""Letters and statements on the portal: each member's own, in every form, each read noted."""

from datetime import date

import pytest
from django.conf import settings
from django.urls import reverse

from openmember.billing.statements import queries as statements
from openmember.billing.statements.services import run_month
from openmember.kernel.audit.queries import list_entries
from openmember.letters import queries as letters
from openmember.letters.rendering import braille
from openmember.letters.services import write_letter
from openmember.members.queries import get_member
from openmember.members.testing import a_member
from openmember.payments.services.corrections import merge_accounts
from openmember.payments.testing import TESTER, a_bill, a_payment, an_account

OCTOBER = date(2026, 10, 1)


@pytest.fixture
def reader(holder):
    """A holder with a bill of October and its statement."""
    dates = {"issued_on": date(2026, 10, 5), "due_on": date(2026, 12, 20)}
    a_bill(holder.account, 80_00, title="Visit", **dates)
    run_month(month=OCTOBER, today=date(2026, 11, 2), actor=TESTER)
    return holder


def statement_of(holder):
    (one,) = statements.list_statements(
        numbers=holder.account.numbers, holder_id=holder.account.holder_id
    )
    return one


def letter_to(holder, key: str = "k", member_id: int | None = None):
    return write_letter(
        account_number=holder.account.number, kind="documents_by_mail", key=key,
        values={"since": "2026-11-20"}, on=date(2026, 11, 20), actor=TESTER, member_id=member_id,
    )  # fmt: skip


def text_of(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def test_documents_are_listed_and_narrowed(reader, django_assert_max_num_queries):
    letter_to(reader)
    with django_assert_max_num_queries(11):
        everything = text_of(reader.get("documents"))
    only_letters = text_of(reader.get("documents", kind="letter"))
    long_ago = text_of(reader.get("documents", year="2020"))

    assert "Statement for October 2026" in everything
    assert "Your documents come in the mail again" in everything
    assert "Statement for October 2026" not in only_letters
    assert "No document like that" in long_ago


def test_the_statements_of_a_joined_number_say_which_it_was_and_what_goes_on(holder):
    old = an_account(holder=get_member(member_id=holder.account.holder_id))
    a_bill(old, 80_00, issued_on=date(2026, 10, 5), due_on=date(2026, 12, 20))
    merge_accounts(
        account=old, into=holder.account, merged_on=date(2026, 10, 20), actor=TESTER
    )  # fmt: skip
    run_month(month=OCTOBER, today=date(2026, 11, 2), actor=TESTER)
    (last,) = statements.list_statements(
        numbers=(old.number,), holder_id=holder.account.holder_id
    )  # fmt: skip

    assert f"Statement for October 2026, number ending in {old.number[-4:]}" in text_of(
        holder.get("documents")
    )
    page = text_of(holder.get("statement", last.reference))
    assert "This account is now part of the account with the bill pay number" in page
    assert "Moved from or to another account" in page


@pytest.mark.parametrize("query", [{"kind": "x"}, {"year": "1"}, {"year": "x", "page": "-2"}])
def test_a_made_up_filter_is_no_filter(reader, query):
    assert "Statement for October 2026" in text_of(reader.get("documents", **query))


def test_without_documents_it_says_so(holder):
    assert "No documents yet" in text_of(holder.get("documents"))


def test_a_statement_reads_as_a_letter_and_leads_to_paying(reader, django_assert_max_num_queries):
    with django_assert_max_num_queries(11):
        text = text_of(reader.get("statement", statement_of(reader).reference))

    assert "Statement for October 2026" in text
    for expected in ("$80.00", "Visit", "1-800-442-4014", "Ways to pay"):
        assert expected in text
    assert 'href="/pay/"' in text


def test_what_is_paid_since_is_not_asked_for_again(reader):
    a_payment(reader.account, 80_00)

    text = text_of(reader.get("statement", statement_of(reader).reference))

    assert "Nothing is due today" in text
    assert 'usa-button" href="/pay/"' not in text


@pytest.mark.parametrize(
    ("name", "start"),
    [("document.pdf", b"%PDF"), ("large-print.pdf", b"%PDF"), ("document.txt", b"Kaiser")],
)
def test_a_statement_and_a_letter_come_as_files(reader, name, start):
    letter = letter_to(reader)

    for page, reference in (
        ("statement_file", statement_of(reader).reference),
        ("letter_file", letter.reference),
    ):
        response = reader.get(page, reference, name)
        assert response.status_code == 200
        assert response.content.startswith(start)
        assert reader.account.number not in response["Content-Disposition"]


def test_braille_is_a_file_or_words(reader, monkeypatch):
    reference = statement_of(reader).reference
    if braille.is_available():
        assert b"\f" in reader.get("statement_file", reference, "document.brf").content
    monkeypatch.setenv("PATH", "")

    refused = reader.get("statement_file", reference, "document.brf")

    assert refused.status_code == 503
    assert "Braille files cannot be made here now" in refused.content.decode()
    assert "Braille files cannot be made" in text_of(reader.get("statement", reference))


def test_a_file_of_another_name_is_not_there(reader):
    assert reader.get("statement_file", statement_of(reader).reference, "x.pdf").status_code == 404


def test_a_letter_is_shown_in_its_own_words(reader):
    text = text_of(reader.get("letter", letter_to(reader).reference))

    assert "From November 20, 2026 on" in text
    assert '<article class="om-sheet om-letter" lang="en">' in text


def test_another_members_documents_are_not_there(reader, holder_of):
    other = holder_of(region="georgia")
    letter = letter_to(reader)
    statement = statement_of(reader)

    assert other.get("letter", letter.reference).status_code == 404
    assert other.get("letter_file", letter.reference, "document.pdf").status_code == 404
    assert other.get("statement", statement.reference).status_code == 404
    assert other.get("statement_file", statement.reference, "document.pdf").status_code == 404


def test_a_letter_to_a_spouse_is_the_spouses(reader):
    letter = letter_to(reader, "s", member_id=a_member(first="Bo").id)

    assert reader.get("letter", letter.reference).status_code == 404
    assert "come in the mail again" not in text_of(reader.get("documents"))


@pytest.mark.parametrize("reference", ["S-0000-0000-0", "x", "L-%00"])
def test_a_made_up_reference_is_not_there(reader, reference):
    assert reader.get("statement", reference).status_code == 404
    assert reader.get("letter", reference).status_code == 404


@pytest.mark.parametrize("page", ["documents", "reading", "sample_document"])
def test_without_signing_in_there_is_nothing(guest, page):
    assert guest.get(page).status_code == 302


def test_each_read_is_noted_with_its_form(reader):
    statement = statement_of(reader)
    reader.get("statement", statement.reference)
    reader.get("statement_file", statement.reference, "document.txt")

    read = [
        (entry.action, entry.detail["form"])
        for entry in list_entries(numbers=reader.account.numbers)
        if entry.action == "statement.read"
    ]
    assert read == [("statement.read", "document.txt"), ("statement.read", "page")]


# Agreeing to read on screen.


def agree(holder, **fields):
    version = holder.get("reading").context["form"].initial["version"]
    given = {"opened": "on", "agreed": "on", "version": version, **fields}
    return holder.post("reading", **{name: value for name, value in given.items() if value})


def is_electronic(holder) -> bool:
    return letters.get_consent(account_number=holder.account.number).given


def test_a_member_agrees_and_goes_back_to_paper(holder):
    assert agree(holder).status_code == 303
    assert is_electronic(holder)
    assert "you read your documents online" in text_of(holder.get("documents"))

    assert holder.post("paper").status_code == 303
    assert not is_electronic(holder)


@pytest.mark.parametrize("missing", ["opened", "agreed"])
def test_agreeing_takes_having_opened_a_document(holder, missing):
    assert agree(holder, **{missing: ""}).status_code == 422
    assert not is_electronic(holder)


def test_other_words_than_those_of_now_are_read_once_more(holder):
    assert agree(holder, version="0" * 16).headers["Location"] == reverse("portal:reading")
    assert not is_electronic(holder)


def test_the_sample_opens_and_holds_nothing_of_the_member(holder):
    response = holder.get("sample_document")

    assert response.content.startswith(b"%PDF")


@pytest.mark.parametrize("language", [code for code, _ in settings.LANGUAGES])
def test_the_page_tells_what_the_law_wants_told(holder, language):
    holder.client.cookies[settings.LANGUAGE_COOKIE_NAME] = language

    terms = holder.get("reading").context["terms"]

    assert len(terms) == 5
