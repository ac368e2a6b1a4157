"""What an applicant is told, by letter and e-mail, and when it left."""

from dataclasses import replace
from datetime import timedelta
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail import EmailMessage

from openmember.kernel.sql import fetch_one
from openmember.letters.types import Form, Sheet
from openmember.members.testing import TESTER
from openmember.registrations import queries
from openmember.registrations.services import deciding, mailing
from openmember.registrations.testing import NOW, a_registration, some_facts
from openmember.registrations.tests.applying import audited, of
from openmember.registrations.types import (
    Missing,
)

pytestmark = pytest.mark.django_db


def test_what_is_missing_is_told_by_letter_and_e_mail():
    found = a_registration(some_facts(language="es", email="mei@example.org"))

    done = deciding.give_back(
        **of(found), missing=[Missing.IDENTITY], note="Llame a las 5", now=NOW, actor=TESTER
    )
    assert mailing.send_emails(now=NOW, actor=TESTER) == 1
    assert mailing.send_emails(now=NOW, actor=TESTER) == 0

    (letter,) = queries.list_letters(found=done)
    assert letter.emailed_at == NOW
    content = fetch_one("SELECT content::text AS content FROM registrations_letter").content
    sheet = Sheet.from_json(content)
    assert (sheet.language, sheet.number) == ("es", found.reference)
    assert "Llame a las 5" in content
    assert sheet.address == ("Mei Tran", "1 Elm St", "Oakland, CA 94612")
    assert found.reference in mail.outbox[0].body
    assert "Elm" not in mail.outbox[0].body
    pdf = queries.write_letter_file(found=done, letter_id=letter.id, form=Form.PDF)
    assert pdf.startswith(b"%PDF")


def test_an_e_mail_that_a_server_refuses_is_tried_again_and_noted_when_it_left(monkeypatch):
    found = a_registration(some_facts(email="mei@example.org"))
    done = deciding.give_back(
        **of(found), missing=[Missing.IDENTITY], note="", now=NOW, actor=TESTER
    )

    def refuse(self) -> None:
        raise SMTPServerDisconnected("gone")

    with monkeypatch.context() as broken:
        broken.setattr(EmailMessage, "send", refuse)
        assert mailing.send_emails(now=NOW, actor=TESTER) == 0
    (letter,) = queries.list_letters(found=done)
    assert (letter.has_email, letter.emailed_at) == (True, None)
    assert mailing.send_emails(now=NOW, actor=TESTER) == 0

    later = NOW + timedelta(minutes=3)
    assert mailing.send_emails(now=later, actor=TESTER) == 1
    assert queries.list_letters(found=done)[0].emailed_at == later
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("reading_format", "form", "begins"),
    [
        ("large_print", Form.LARGE_PRINT, b"%PDF"),
        ("plain_text", Form.TEXT, b""),
        ("audio", Form.TEXT, b""),
    ],
)
def test_a_letter_is_in_the_form_the_applicant_reads(reading_format, form, begins):
    person = replace(some_facts().person, reading_format=reading_format)
    found = a_registration(replace(some_facts(), person=person))
    done = deciding.give_back(
        **of(found), missing=[Missing.IDENTITY], note="", now=NOW, actor=TESTER
    )
    ((letter, *_rest, listed),) = queries.list_letters_to_mail(actor=TESTER)

    assert (listed, queries.form_of(reading_format=listed)) == (reading_format, form)
    content = queries.write_letter_file(found=done, letter_id=letter.id, form=form)
    assert content.startswith(begins)
    assert content


def test_a_letter_waits_until_it_is_mailed():
    found = a_registration()
    deciding.give_back(**of(found), missing=[Missing.IDENTITY], note="", now=NOW, actor=TESTER)
    ((letter, reference, name, _form),) = queries.list_letters_to_mail(actor=TESTER)
    assert (reference, name) == (found.reference, "Mei Tran")

    other = a_registration(some_facts(first="Bao"))
    with pytest.raises(queries.UnknownRegistration):
        mailing.note_mailed(found=other, letter_id=letter.id, now=NOW, actor=TESTER)
    assert len(queries.list_letters_to_mail(actor=TESTER)) == 1

    for _ in range(2):
        mailing.note_mailed(found=found, letter_id=letter.id, now=NOW, actor=TESTER)

    assert queries.list_letters_to_mail(actor=TESTER) == ()
    assert len(audited("registration.letter_mailed")) == 1
