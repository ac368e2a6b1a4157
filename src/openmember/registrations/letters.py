"""Telling an applicant what is missing. They have no account, so the letter is kept with the application."""

import json
from dataclasses import asdict, replace
from datetime import date, datetime

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from openmember.directory.queries import get_organisation
from openmember.kernel.sql import fetch_all
from openmember.letters import layouts
from openmember.letters.composing import Recipient, compose, service_line
from openmember.letters.types import LANGUAGES
from openmember.registrations.types import Registration
from openmember.registrations.words import MISSING

KIND = "registration_returned"


def tell_what_is_missing(*, found: Registration, on: date, now: datetime) -> None:
    """Write the letter, to be printed and mailed, and send an e-mail where the application names one."""
    person = found.person
    language = person.language if person.language in LANGUAGES else LANGUAGES[0]
    with translation.override(language):
        needed = [str(MISSING[one]) for one in found.missing]
        sheet = replace(
            compose(
                kind=KIND,
                facts={"needed": needed, "note": found.note},
                on=on,
                language=language,
                recipient=Recipient(person.name, person.address, person.region, ""),
            ),
            number_label=_("Application"),
            number=found.reference,
        )
        sheet = replace(sheet, help=sheet.help[:1])
        layout = layouts.keep(layouts.layout_of(layouts.LETTER))
        fetch_all(
            "INSERT INTO registrations_letter (registration_id, content, layout_id, dated_on, emailed_at)"
            " VALUES (%(id)s, %(content)s, %(layout)s, %(on)s, %(emailed)s)",
            {
                "id": found.id,
                "content": json.dumps(asdict(sheet), ensure_ascii=False),
                "layout": layout.id,
                "on": on,
                "emailed": now if person.email else None,
            },
        )
        if person.email:
            mail = EmailMessage(_subject(), _body(found, needed), to=[person.email])
            transaction.on_commit(mail.send)


def _subject() -> str:
    return _("Your application as a new patient: something is missing")


def _body(found: Registration, needed: list[str]) -> str:
    line = service_line(found.person.region)
    return _(
        "We cannot register you yet. For application %(reference)s we need:\n\n%(needed)s\n\n"
        "Call %(phone)s (TTY %(tty)s), or come to any of our offices. A letter says the same."
    ) % {
        "reference": found.reference,
        "needed": "\n".join(f"- {one}" for one in needed),
        "phone": line.display,
        "tty": get_organisation().tty,
    }
