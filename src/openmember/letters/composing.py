"""Putting a letter together: the kind's template, the letterhead, the address, in the reader's language."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.template import Context, Template, TemplateDoesNotExist
from django.template.backends.django import DjangoTemplates
from django.utils import translation
from django.utils.translation import gettext as _

from openmember.directory.queries import find_region, get_organisation
from openmember.directory.types import PhoneLine, Region
from openmember.kernel.grouping import groups_of
from openmember.letters.rules import BadLetter, elements_of, parse, tame, unmarked
from openmember.letters.types import LANGUAGES, Notice, Sheet
from openmember.members.types import Address, PersonName
from openmember.ui import formats

# A value nobody gave shows as this, so that no letter goes out with a hole in it.
_MISSING = "\u27e6%s\u27e7"
_FOUND_MISSING = re.compile("\u27e6([^\u27e7]*)\u27e7")
# In Chinese no blank follows the end of a sentence.
_AFTER_STOP = re.compile("(?<=[。！？；：，]) +")


class UnknownKind(Exception):
    """No room has a template for this kind of letter."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who a letter is for and where it goes."""

    name: PersonName
    address: Address
    region: str
    account_number: str


def compose(
    *, kind: str, facts: Mapping[str, Any], on: date, language: str, recipient: Recipient
) -> Sheet:
    """Return every word of a letter. Errors: UnknownKind; BadLetter."""
    found, _elements = compose_marked(
        kind=kind, facts=facts, on=on, language=language, recipient=recipient
    )
    return found


def compose_marked(
    *, kind: str, facts: Mapping[str, Any], on: date, language: str, recipient: Recipient
) -> tuple[Sheet, dict[str, str]]:
    """Return every word of a letter, and what its template marks as elements. Errors: as `compose`."""
    with translation.override(language):
        text = fill(kind, facts)
        subject, parts = parse(_spaced(unmarked(text), language))
        organisation = get_organisation()
        line = service_line(recipient.region)
        sheet = Sheet(
            language=language,
            organisation=organisation.name,
            sender=organisation.mail,
            address=address_lines(recipient.name, recipient.address),
            number_label=_("Bill pay number"),
            number=" ".join(groups_of(recipient.account_number)),
            day=formats.day(on),
            subject=subject,
            parts=parts,
            help=(
                _("Questions? Call Member Services: %(phone)s (TTY %(tty)s).")
                % {"phone": line.display, "tty": organisation.tty},
                _("Have your bill pay number ready: it stands at the top of this letter."),
            ),
            forms_notice=forms_notice(line),
            language_notices=language_notices(line),
            page_words=_("Page %(page)s of %(pages)s") % {"page": "{page}", "pages": "{pages}"},
        )
        return sheet, elements_of(text)


def fill(kind: str, facts: Mapping[str, Any]) -> str:
    """Return a kind's template with the facts in it and its elements marked, in the language of the moment."""
    # Through JSON, so that a letter reads the same when it is put together later from the table.
    values = tame(json.loads(json.dumps(facts)))
    text = str(_template(kind).render(Context(values, autoescape=False)))
    if missing := _FOUND_MISSING.findall(text):
        raise BadLetter(f"letter {kind}: no value for {', '.join(sorted(set(missing)))}")
    return text


def _spaced(text: str, language: str) -> str:
    return _AFTER_STOP.sub("", text) if language == "zh-hant" else text


def service_line(region: str) -> PhoneLine:
    """Return the Member Services line of a region; the first region's where it has none."""
    found: Region = find_region(code=region) or get_organisation().regions[0]
    return found.member_services[0]


def forms_notice(line: PhoneLine) -> str:
    """Return how to have a document in another form, in the language of the moment."""
    return _(
        "You can have this in large print, in Braille, as plain text or read aloud, at no cost."
        " Call %(phone)s (TTY %(tty)s)."
    ) % {"phone": line.display, "tty": get_organisation().tty}


def language_notices(line: PhoneLine) -> tuple[Notice, ...]:
    """Return, in each of our languages, that help in it is free (45 CFR 92.11; in our own words)."""
    notices = []
    for language in LANGUAGES:
        with translation.override(language):
            words = _(
                "We can help you in your language at no cost, with an interpreter or a written"
                " translation. Call %(phone)s (TTY %(tty)s)."
            )
            told = words % {"phone": line.display, "tty": get_organisation().tty}
        notices.append(Notice(language, told))
    return tuple(notices)


def address_lines(name: PersonName, address: Address) -> tuple[str, ...]:
    """Return the lines of an envelope's window, as the Postal Service reads them."""
    place = " ".join(part for part in (address.state, address.postal_code) if part)
    town = ", ".join(part for part in (address.city, place) if part)
    return tuple(part for part in (str(name), address.street, address.street2, town) if part)


@cache
def _engine() -> DjangoTemplates:
    # Letters are words, not markup: each form escapes what it must. Missing values must show.
    return DjangoTemplates(
        {
            "NAME": "letters",
            "DIRS": [],
            "APP_DIRS": True,
            "OPTIONS": {
                "autoescape": False,
                "string_if_invalid": _MISSING,
                "builtins": [
                    "django.templatetags.i18n",
                    "openmember.letters.templatetags.letters",
                ],
            },
        }
    )


def _template(kind: str) -> Template:
    try:
        return _engine().engine.get_template(f"letters/{kind}.txt")
    except TemplateDoesNotExist as missing:
        raise UnknownKind(f"there is no template letters/{kind}.txt") from missing
