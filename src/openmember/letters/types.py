"""Letters as other rooms see them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from openmember.kernel.references import identity, reference

LANGUAGES = ("en", "es", "zh-hant")
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "txt": "text/plain; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "brf": "application/x-brf",
}


class Form(StrEnum):
    """How a document can be had."""

    HTML = "html"
    TEXT = "text"
    PDF = "pdf"
    LARGE_PRINT = "large_print"
    BRAILLE = "braille"

    @property
    def ending(self) -> str:
        """How the name of such a file ends."""
        return {Form.TEXT: "txt", Form.HTML: "html", Form.BRAILLE: "brf"}.get(self, "pdf")

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[self.ending]


class ReadingFormat(StrEnum):
    """How a member told us they read."""

    STANDARD = "standard"
    LARGE_PRINT = "large_print"
    BRAILLE = "braille"
    AUDIO = "audio"
    PLAIN_TEXT = "plain_text"


class Delivery(StrEnum):
    """How a letter leaves: in the mail, or read on the portal after an e-mail that says only that it waits."""

    MAIL = "mail"
    ELECTRONIC = "electronic"


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a letter's body: a heading, a paragraph, or a list of items."""

    kind: str
    text: str = ""
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence in one of our languages, marked with it so that it is read aloud rightly."""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Every word of a letter, frozen: what each form shows, and nothing beside it.

    `number` is the bill pay number in its groups; `address` the lines of the window; `help` how to ask.
    """

    language: str
    organisation: str
    sender: tuple[str, ...]
    address: tuple[str, ...]
    number_label: str
    number: str
    day: str
    subject: str
    parts: tuple[Part, ...]
    help: tuple[str, ...]
    forms_notice: str
    language_notices: tuple[Notice, ...]
    page_words: str

    @staticmethod
    def from_json(text: str) -> "Sheet":
        """Return the sheet that `dataclasses.asdict` and JSON made this of."""
        kept = json.loads(text)
        return Sheet(
            **{
                **kept,
                "sender": tuple(kept["sender"]),
                "address": tuple(kept["address"]),
                "help": tuple(kept["help"]),
                "parts": tuple(
                    Part(part["kind"], part["text"], tuple(part["items"])) for part in kept["parts"]
                ),
                "language_notices": tuple(Notice(**one) for one in kept["language_notices"]),
            }
        )


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter. `subject` is empty until its words are frozen."""

    id: int
    account_number: str
    kind: str
    key: str
    member_id: int
    dated_on: date
    facts: Mapping[str, Any]
    language: str
    reading_format: ReadingFormat
    subject: str
    delivery: Delivery | None
    delivered_at: datetime | None

    @property
    def reference(self) -> str:
        return reference("L", self.id)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a letter, where that is not the account's holder: in their own language and form."""

    member_id: int
    language: str
    reading_format: ReadingFormat


@dataclass(frozen=True, slots=True)
class Consent:
    """Whether a holder reads their documents on screen, and since when. `at` is None when never asked."""

    given: bool
    at: datetime | None = None


def letter_id(text: str) -> int:
    """Return the id behind a letter's reference. Errors: kernel.references.BadReference."""
    return identity("L", text)
