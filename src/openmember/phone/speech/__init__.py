"""Amounts and dates as they are spoken, in words, because voices read "$1.01" each in their own way."""

from collections.abc import Callable
from datetime import date

from babel.dates import format_date

from openmember.phone.speech import chinese, english, spanish

_AMOUNTS: dict[str, Callable[[int, int], str]] = {
    "en": english.dollars,
    "es": spanish.dollars,
    "zh": chinese.dollars,
}
_LOCALES = {"en": "en_US", "es": "es_US", "zh": "zh_Hant"}


def amount(cents: int, language: str) -> str:
    """Return an amount in words: "one dollar and five cents", "un dólar con cinco centavos"."""
    return _AMOUNTS[language](*divmod(cents, 100))


def day(value: date, language: str) -> str:
    """Return a date as it is said; in Spanish the first of a month is an ordinal."""
    said = str(format_date(value, "long", _LOCALES[language]))
    if language == "es" and value.day == 1:
        return "primero" + said.removeprefix("1")
    return said


def digit_by_digit(digits: str) -> str:
    """Return digits to be read one by one, with a pause after every three."""
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    return ", ".join(" ".join(group) for group in groups)


def spelled(reference: str) -> str:
    """Return a reference sign by sign, with a pause for each dash."""
    return ", ".join(" ".join(part) for part in reference.split("-"))
