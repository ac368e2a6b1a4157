"""Reading the letter of an act before it is done: exactly as it would be written, with what it must say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language_info

from openmember.desk.disputes.acts import At
from openmember.grievances.letters.composing import Draft
from openmember.grievances.letters.types import Requirement
from openmember.grievances.services.telling import read_first
from openmember.grievances.tolling import asking
from openmember.grievances.types import Kind, Outcome
from openmember.grievances.words import ELEMENTS
from openmember.letters.types import Sheet

Given = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Element:
    """One thing the letter must say, whether it does, and who asks for it."""

    words: str
    citation: str
    is_there: bool


@dataclass(frozen=True, slots=True)
class Read:
    """A letter to read: its words, and each element. `language` is in the reader's own name for it."""

    sheet: Sheet
    elements: tuple[Element, ...]
    language: str
    is_foreign: bool

    @property
    def lacks(self) -> bool:
        return any(not one.is_there for one in self.elements)


def letters_of(name: str, at: At, given: Given) -> list[Read]:
    """Return the letters an act would write, what the member gets first. Errors: BadCourse; BadLetter."""
    kind, detail = _EVENTS[name](at, given)
    found = read_first(dispute=at.dispute, kind=kind, now=at.now, **detail)
    return [_read(one) for one in found]


def owes_letter(name: str) -> bool:
    """Return whether an act writes to the member, so that it can be read first."""
    return name in _EVENTS


def _read(one: Draft) -> Read:
    lacks = {requirement.element for requirement in one.lacks}
    language = one.sheet.language
    return Read(
        sheet=one.sheet,
        elements=tuple(_element(requirement, lacks) for requirement in one.required),
        language=get_language_info(language)["name_local"],
        is_foreign=language != "en",
    )


def _element(one: Requirement, lacks: set[str]) -> Element:
    words = str(ELEMENTS.get(one.element, one.element))
    return Element(words, one.citation, one.element not in lacks)


def _decided(at: At, given: Given) -> tuple[Kind, dict[str, object]]:
    outcome = given.get("outcome") or Outcome.DISMISSED
    said: dict[str, object] = {
        "outcome": Outcome(outcome).value,
        "notice_on": given["notice_on"].isoformat(),
        "reason": " ".join(given["reason"].split()),
    }
    for name in ("code", "criteria"):
        if text := " ".join(str(given.get(name, "")).split()):
            said[name] = text
    return Kind.DECIDED, said


def _tolled(at: At, given: Given) -> tuple[Kind, dict[str, object]]:
    until = given.get("until") or asking(at.dispute.standing, at.now).until
    return Kind.TOLLED, {"why": given["why"], "until": until.isoformat()}


def _relabelled(at: At, given: Given) -> tuple[Kind, dict[str, object]]:
    return Kind.RELABELLED, {name: str(given[name]) for name in ("matter", "care", "why")}


def _with_why(kind: Kind, *names: str) -> Callable[[At, Given], tuple[Kind, dict[str, object]]]:
    return lambda at, given: (kind, {name: given[name] for name in ("why", *names)})


_EVENTS: dict[str, Callable[[At, Given], tuple[Kind, dict[str, object]]]] = {
    "decide": _decided,
    "dismiss": _decided,
    "toll": _tolled,
    "relabel": _relabelled,
    "extend": _with_why(Kind.EXTENDED, "days"),
    "expedite": _with_why(Kind.EXPEDITED, "by_clinician"),
    "refuse": _with_why(Kind.EXPEDITE_REFUSED),
    "withdraw": _with_why(Kind.WITHDRAWN),
    "vacate": _with_why(Kind.VACATED),
    "reopen": _with_why(Kind.REOPENED),
}
