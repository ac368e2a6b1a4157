"""Needs as other rooms see them."""

from dataclasses import dataclass
from enum import StrEnum


class InterpreterMode(StrEnum):
    """How an interpreter takes part."""

    PHONE = "phone"
    VIDEO = "video"
    IN_PERSON = "in_person"


class Relay(StrEnum):
    """How somebody who does not hear or speak on a phone does."""

    TTY = "tty"
    RELAY = "relay"
    VIDEO_RELAY = "video_relay"


class Accommodation(StrEnum):
    """What makes a visit or a conversation possible."""

    STEP_FREE = "step_free"
    TRANSFER_HELP = "transfer_help"
    EXTRA_TIME = "extra_time"
    QUIET_ROOM = "quiet_room"
    SUPPORT_PERSON = "support_person"
    SERVICE_ANIMAL = "service_animal"
    LISTENING_DEVICE = "listening_device"
    GUIDE = "guide"
    WRITTEN_NOTES = "written_notes"
    FIRST_OR_LAST = "first_or_last"


@dataclass(frozen=True, slots=True)
class Needs:
    """What one member needs. `version` 0 is where nobody has said anything yet."""

    interpreter_language: str = ""
    interpreter_mode: InterpreterMode | None = None
    relay: Relay | None = None
    accommodations: frozenset[Accommodation] = frozenset()
    note: str = ""
    version: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.interpreter_language or self.relay or self.accommodations or self.note)


class NeedsRefused(Exception):
    """Needs cannot be kept as said. `name` is the situation."""

    def __init__(self, name: str) -> None:
        super().__init__(name.replace("_", " "))
        self.name = name
