"""Agreeing to read on screen, and how letters leave."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection

from openmember.accounts.testing import an_account
from openmember.kernel.sql import fetch_all
from openmember.letters import consent, delivery, printing, queries
from openmember.letters.composing import service_line
from openmember.letters.types import Delivery
from openmember.members.testing import TESTER, a_member, a_user

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 20, tzinfo=UTC)


def told():
    return consent.text_of(consent.terms(service_line("georgia")), "en")


def agree(account, shown_id: str = ""):
    text = told()
    consent.give(account=account, told=text, shown_id=shown_id or text.id, actor=TESTER, on=ON)


@pytest.fixture
def account(db):
    member = a_member()
    a_user(member=member, email="ana@example.org")
    return an_account(holder=member)


def test_nobody_reads_on_screen_unasked(account):
    assert not queries.get_consent(account_number=account.number).given


def test_agreeing_is_kept_with_the_words_that_were_shown(account):
    agree(account)
    agree(account)

    assert queries.get_consent(account_number=account.number).given
    (kept,) = fetch_all("SELECT given, text_id, member_id FROM letters_consent")
    assert kept == (True, told().id, account.holder_id)
    (words,) = fetch_all("SELECT words::text FROM letters_layout WHERE id = %s", [kept.text_id])
    assert "paper copy" in words[0]


def test_agreeing_to_other_words_than_those_of_now_is_refused(account):
    with pytest.raises(consent.TextChanged):
        agree(account, "0" * 16)

    assert not queries.get_consent(account_number=account.number).given


def test_consent_ends_when_it_is_withdrawn_and_each_step_has_its_letter(account):
    agree(account)
    consent.withdraw(account=account, told=told(), actor=TESTER, on=ON)

    assert not queries.get_consent(account_number=account.number).given
    kinds = [letter.kind for letter in queries.list_letters(numbers=account.numbers)]
    assert kinds == ["documents_by_mail", "documents_on_screen"]


def test_consent_is_one_persons_and_ends_with_another_holder(account):
    agree(account)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_account SET holder_id = %s", [a_member().id])

    assert not queries.get_consent(account_number=account.number).given


def test_the_e_mail_says_only_that_a_document_is_waiting(account, mailoutbox):
    agree(account)

    sent = delivery.send_letters(now=NOW, actor=TESTER)

    assert sent == delivery.Sent(told=1)
    (mail,) = mailoutbox
    assert mail.to == ["ana@example.org"]
    assert account.number not in mail.body
    assert "online" not in mail.subject + mail.body
    (letter,) = queries.list_letters(numbers=account.numbers)
    assert (letter.delivery, letter.delivered_at) == (Delivery.ELECTRONIC, NOW)


def test_sending_again_sends_nothing(account, mailoutbox):
    agree(account)
    delivery.send_letters(now=NOW, actor=TESTER)

    assert delivery.send_letters(now=NOW, actor=TESTER) == delivery.Sent()
    assert len(mailoutbox) == 1


def test_who_did_not_agree_gets_mail(account, mailoutbox):
    agree(account)
    consent.withdraw(account=account, told=told(), actor=TESTER, on=ON)

    assert delivery.send_letters(now=NOW, actor=TESTER) == delivery.Sent(to_print=2)
    assert mailoutbox == []


def test_a_crash_at_the_mail_server_loses_no_letter(account, monkeypatch, mailoutbox):
    agree(account)
    monkeypatch.setattr(
        delivery.EmailMessage, "send", lambda self: (_ for _ in ()).throw(OSError("down"))
    )
    with pytest.raises(OSError, match="down"):
        delivery.send_letters(now=NOW, actor=TESTER)
    monkeypatch.undo()

    assert delivery.send_letters(now=NOW, actor=TESTER) == delivery.Sent(told=1)


def test_a_letter_that_cannot_be_put_together_holds_up_no_other(account):
    fetch_all(
        "SELECT letters_write(%s, NULL, kind, kind, '{}', current_date, 'system:test')"
        " FROM (VALUES ('no_such_kind'), ('documents_by_mail')) AS k (kind)",
        [account.number],
    )
    fetch_all(
        "SELECT letters_write(%s, NULL, 'documents_by_mail', 'whole', %s, current_date, 'system:test')",
        [account.number, '{"since": "2026-11-22"}'],
    )

    assert delivery.send_letters(now=NOW, actor=TESTER) == delivery.Sent(to_print=1, broken=2)


def test_the_printer_gets_each_letter_once_with_an_index(account, tmp_path):
    agree(account)
    consent.withdraw(account=account, told=told(), actor=TESTER, on=ON)
    delivery.send_letters(now=NOW, actor=TESTER)

    first = printing.print_letters(folder=tmp_path, now=NOW, actor=TESTER)
    again = printing.print_letters(folder=tmp_path, now=NOW, actor=TESTER)

    assert (first.letters, again.letters) == (2, 0)
    index = (tmp_path / "letters-2026-11-22.csv").read_text().splitlines()
    assert len(index) == 3
    assert all((tmp_path / line.split(",")[0]).stat().st_size for line in index[1:])
    assert account.number not in " ".join(index)
    assert {letter.delivery for letter in queries.list_letters(numbers=account.numbers)} == {
        Delivery.MAIL
    }


def test_a_crash_at_the_printer_writes_a_letter_again_and_loses_none(
    account, tmp_path, monkeypatch
):
    agree(account)
    consent.withdraw(account=account, told=told(), actor=TESTER, on=ON)
    delivery.send_letters(now=NOW, actor=TESTER)
    with monkeypatch.context() as patch:
        patch.setattr(printing, "deliver", lambda *given: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            printing.print_letters(folder=tmp_path, now=NOW, actor=TESTER)

    assert printing.print_letters(folder=tmp_path, now=NOW, actor=TESTER).letters == 2
    assert len((tmp_path / "letters-2026-11-22.csv").read_text().splitlines()) == 3


def test_braille_waits_where_nothing_can_translate_it(tmp_path, monkeypatch, db):
    account = an_account(holder=a_member(reading_format="braille"))
    agree(account)
    delivery.send_letters(now=NOW, actor=TESTER)
    monkeypatch.setenv("PATH", "")

    printed = printing.print_letters(folder=tmp_path, now=NOW, actor=TESTER)

    assert printed == printing.Printed(letters=0, missing=1)
