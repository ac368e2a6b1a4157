"""Putting a letter of a dispute together, and holding it against what it must say."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from openmember.grievances.letters.elements import lacking, required
from openmember.grievances.letters.facts import Told, facts_of
from openmember.grievances.letters.types import Addressee, LetterKind, Requirement
from openmember.letters.composing import Recipient, compose_marked
from openmember.letters.types import LANGUAGES, Part, ReadingFormat, Sheet
from openmember.members.types import Person


@dataclass(frozen=True, slots=True)
class Addressed:
    """Who a letter goes to. `account_number` is empty for somebody on no account, and of a copy."""

    addressee: Addressee
    person: Person
    language: str
    reading_format: ReadingFormat
    account_number: str
    name: str = ""

    @property
    def is_copy(self) -> bool:
        return self.addressee is Addressee.REPRESENTATIVE


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter as it would go out, what it must say, and what of that it lacks."""

    kind: LetterKind
    facts: Mapping[str, Any]
    sheet: Sheet
    on: date
    required: tuple[Requirement, ...]
    lacks: tuple[Requirement, ...]


def language_of(person: Person) -> str:
    """Return the language somebody is written to in."""
    return person.language if person.language in LANGUAGES else "en"


def draft(*, told: Told, kind: LetterKind, to: Addressed) -> Draft:
    """Return a letter put together, checked against what it must say. Errors: UnknownKind; BadLetter."""
    with translation.override(to.language):
        facts = facts_of(told, kind)
    sheet, said = compose_marked(
        kind=kind.value, facts=facts, on=told.on, language=to.language,
        recipient=Recipient(
            name=to.person.name, address=to.person.address, region=to.person.region,
            account_number=to.account_number,
        ),
    )  # fmt: skip
    track = told.standing.track
    return Draft(
        kind=kind,
        facts=facts,
        sheet=_for_reader(sheet, told, to),
        on=told.on,
        required=required(kind, track, on=told.on),
        lacks=lacking(kind, track, {**said, **said_by_sheet(sheet)}, on=told.on),
    )


def said_by_sheet(sheet: Sheet) -> dict[str, str]:
    """Return the elements that stand at the end of every letter, as far as they are there."""
    ends = {
        "language": " ".join(one.text for one in sheet.language_notices),
        "formats": sheet.forms_notice,
    }
    return {name: words for name, words in ends.items() if words}


def _for_reader(sheet: Sheet, told: Told, to: Addressed) -> Sheet:
    with translation.override(to.language):
        if not to.account_number:
            sheet = replace(
                sheet, number_label=_("Number of the dispute"), number=told.case.number,
                help=sheet.help[:1],
            )  # fmt: skip
        if to.is_copy:
            words = _("This is a copy for %(name)s of our letter to %(member)s.") % {
                "name": to.name, "member": str(to.person.name),
            }  # fmt: skip
            sheet = replace(
                sheet, address=(to.name,), parts=(Part("paragraph", words), *sheet.parts)
            )
    return sheet


def copy_of(to: Addressed, name: str) -> Addressed:
    """Return who gets the copy of a letter: on paper, by hand, under no account."""
    return replace(
        to, addressee=Addressee.REPRESENTATIVE, name=name, account_number="",
        reading_format=ReadingFormat.STANDARD,
    )  # fmt: skip
