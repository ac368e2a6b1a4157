"""Files as other rooms see them."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Refusal(StrEnum):
    """Why a file was not taken; `words` holds what people read."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    WRONG_TYPE = "wrong_type"
    INFECTED = "infected"
    TOO_MANY = "too_many"


class FileRefused(Exception):
    """The file was not taken, and nothing of it is kept."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


class NotReadable(Exception):
    """The file waits for the virus scanner, was found infected, or was taken back."""


class Scan(StrEnum):
    """What the operator's virus scanner said of a file."""

    NONE = "none"  # no scanner is set up
    WAITING = "waiting"  # in quarantine: the scanner has not answered
    CLEAN = "clean"
    INFECTED = "infected"


class Upload(Protocol):
    """A file on its way in. Django's uploaded files fit."""

    @property
    def name(self) -> str | None: ...
    def chunks(self) -> Iterator[bytes]: ...


@dataclass(frozen=True, slots=True)
class Kept:
    """A file on our disk, under a random name."""

    stored_as: str
    media_type: str
    size_bytes: int
    sha256: str
    scan: Scan


PHOTOS = frozenset({"image/jpeg", "image/png", "image/heic"})
PAPERS = frozenset({"application/pdf"}) | PHOTOS
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ALL = PAPERS | {"image/tiff", "text/plain", WORD}
