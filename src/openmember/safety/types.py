"""What was found in a text, and what it asks for."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a red flag means. Order of weight: an emergency before all else."""

    EMERGENCY = "emergency"
    VIOLENCE = "violence"
    SELF_HARM = "self_harm"
    URGENT = "urgent"


WEIGHT = {Kind.EMERGENCY: 0, Kind.VIOLENCE: 1, Kind.SELF_HARM: 2, Kind.URGENT: 3}


@dataclass(frozen=True, slots=True)
class Finding:
    """A red flag: which one, the words that raised it, and the language of its pattern."""

    code: str
    kind: Kind
    phrase: str
    language: str

    @property
    def stops(self) -> bool:
        """Whether 911 (or 988) comes before anything else; an urgent need is for the nurse line."""
        return self.kind is not Kind.URGENT
