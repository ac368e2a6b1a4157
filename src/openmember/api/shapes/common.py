"""Parts of many answers: money, names of things, pages."""

import re
from datetime import date
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

MAX_CENTS = 1_000_000_000
# What the product's references look like; a made-up one is simply not there.
Reference = Annotated[
    str, Field(min_length=1, max_length=24, pattern=r"^[A-Za-z0-9-]+$", examples=["B-7KQ2-M9XA-4"])
]


def _whole(value: Any) -> Any:
    """Take what JSON has for a whole number, 5.0 too, and no text or truth for one."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PydanticCustomError("int_type", "a whole number")
    return value


def _iso_day(value: Any) -> Any:
    """Take a day as YYYY-MM-DD alone: seconds since 1970 are read as days otherwise."""
    if isinstance(value, str) and not _DAY.fullmatch(value):
        raise PydanticCustomError("date_parsing", "YYYY-MM-DD")
    if isinstance(value, int | float):
        raise PydanticCustomError("date_type", "YYYY-MM-DD")
    return value


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
Whole = BeforeValidator(_whole)
Day = Annotated[date, BeforeValidator(_iso_day)]


class Strict(Schema):
    """Something an app sends: what is not known here is a mistake, and no hint."""

    model_config = ConfigDict(extra="forbid", strict=False)


class Money(Schema):
    """An amount in whole cents. It may be negative where something was taken off."""

    cents: int
    currency: Literal["USD"] = "USD"


class MoneyToPay(Strict):
    """An amount an app names."""

    cents: Annotated[int, Field(ge=1, le=MAX_CENTS), Whole]
    currency: Literal["USD"] = "USD"


class Problem(Schema):
    """A refusal (RFC 9457): `title` and `detail` are for the member to read, `type` for the app."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    request_id: str


def money(cents: int) -> Money:
    """Return cents as an amount."""
    return Money(cents=cents)
