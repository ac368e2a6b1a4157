"""The prompts as data: a file a language, each text with a slot for a recording."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from openmember.phone import speech
from openmember.phone.types import Said

FOLDER = Path(__file__).parent / "data" / "prompts"
_NAMES = re.compile(r"{(\w+)}")


@dataclass(frozen=True, slots=True)
class Prompts:
    """One language: the carrier's voice, the texts, and where recordings of some are."""

    language: str
    voice: str
    texts: Mapping[str, str]
    audio: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Spoken:
    """What the carrier plays: a recording, or a text in a voice."""

    text: str
    language: str
    voice: str
    audio: str = ""


@cache
def prompts_in(language: str) -> Prompts:
    """Return the prompts of one language."""
    written = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    voice = written["voice"]
    return Prompts(voice["language"], voice["voice"], written["prompts"], written["audio"])


def names_in(text: str) -> frozenset[str]:
    """Return the names a text asks for."""
    return frozenset(_NAMES.findall(text))


def speak(said: Said, language: str, organisation: str) -> Spoken:
    """Return a prompt with its values as they are spoken in the call's language, or in its own."""
    language = said.language or language
    prompts = prompts_in(language)
    text = prompts.texts[said.prompt]
    spoken = {name: _value(name, value, language) for name, value in said.values.items()}
    return Spoken(
        text=text.format(organisation=organisation, **spoken),
        language=prompts.language,
        voice=prompts.voice,
        audio=prompts.audio.get(said.prompt, ""),
    )


def _value(name: str, value: str | int, language: str) -> str:
    if name.endswith("_cents"):
        return speech.amount(int(value), language)
    if name.endswith("_on"):
        return speech.day(date.fromisoformat(str(value)), language)
    if name.endswith("_digits"):
        return speech.digit_by_digit(str(value)) if len(str(value)) > 4 else " ".join(str(value))
    return speech.spelled(str(value)) if name.endswith("_spelled") else str(value)
