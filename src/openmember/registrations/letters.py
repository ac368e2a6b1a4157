"""Telling an applicant what is missing. They have no account, so the letter is kept with the application."""

import json
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _

from openmember.directory.queries import get_organisation
from openmember.kernel.references import reference
from openmember.kernel.sql import fetch_all
from openmember.letters import layouts
from openmember.letters.composing import Recipient, compose, service_line
from openmember.letters.types import LANGUAGES
from openmember.registrations.queries import KIND as KIND_OF_REFERENCE
from openmember.registrations.types import Missing, Registration
from openmember.registrations.words import MISSING

KIND = "registration_returned"


def tell_what_is_missing(*, found: Registration, on: date) -> None:
    """Write the letter, to be printed and mailed; where there is an e-mail address, a job e-mails too."""
    person = found.person
    language = _language(person.language)
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
            "INSERT INTO registrations_letter"
            " (registration_id, content, layout_id, dated_on, email_to, missing)"
            " VALUES (%(id)s, %(content)s, %(layout)s, %(on)s, %(email)s, %(missing)s)",
            {
                "id": found.id,
                "content": json.dumps(asdict(sheet), ensure_ascii=False),
                "layout": layout.id,
                "on": on,
                "email": person.email,
                "missing": [one.value for one in found.missing],
            },
        )


def send_email(row: Any) -> None:
    """Send what a letter says by e-mail, in the applicant's language. Errors: OSError, of the mail server."""
    with translation.override(_language(row.language)):
        needed = [str(MISSING[Missing(one)]) for one in row.missing]
        body = _body(reference(KIND_OF_REFERENCE, row.registration_id), needed, row.region)
        EmailMessage(_subject(), body, to=[row.email_to]).send()


def _language(code: str) -> str:
    return code if code in LANGUAGES else LANGUAGES[0]


def _subject() -> str:
    return _("Your application as a new patient: something is missing")


def _body(number: str, needed: list[str], region: str) -> str:
    line = service_line(region)
    return _(
        "We cannot register you yet. For application %(reference)s we need:\n\n%(needed)s\n\n"
        "Call %(phone)s (TTY %(tty)s), or come to any of our offices. A letter says the same."
    ) % {
        "reference": number,
        "needed": "\n".join(f"- {one}" for one in needed),
        "phone": line.display,
        "tty": get_organisation().tty,
    }
