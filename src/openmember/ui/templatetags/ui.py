"""Filters and tags of every template (a builtin: templates do not load it)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.paginator import Page
from django.forms import BoundField
from django.template import Library
from django.utils.translation import gettext as _
from template_partials.templatetags import partials

from openmember.ui import formats, statuses

register = Library()
# `partialdef` and `partial` are built in from Django 6; until then they are built in here.
register.tags.update(partials.register.tags)


@register.filter
def dollars(cents: int | str | None) -> str:
    """Write integer cents as dollars. Anything but whole cents is a programmer's error."""
    if cents is None or cents == "":
        return ""
    if isinstance(cents, bool) or not isinstance(cents, int):
        raise TypeError(f"dollars wants whole cents, not {type(cents).__name__}")
    return formats.dollars(cents)


@register.filter
def number(value: object) -> str:
    """Write a bill pay number in its groups."""
    return formats.grouped_number(str(value or ""))


@register.filter
def said(value: object) -> str:
    """Write a bill pay number digit by digit, for a screen reader."""
    return formats.said_number(str(value or ""))


@register.filter
def on_date(value: date | datetime | None, style: str = "long") -> str:
    """Write a date: long, short, weekday or month."""
    return formats.day(value, style) if value else ""


@register.filter
def office_hours(times: Any) -> str:
    """Write when somebody is there, of a value with `days`, `opens` and `closes`."""
    return formats.hours(times.days, times.opens, times.closes)


@register.filter
def at_time(value: datetime | None, zone: ZoneInfo | None = None) -> str:
    """Write a moment with its zone, the reader's own unless `zone` is given."""
    if not value:
        return ""
    day, clock = formats.moment(value, zone or None)
    return _("%(day)s at %(time)s") % {"day": day, "time": clock}


@register.filter
def status_label(status: object) -> str:
    """Write a status in the reader's language."""
    return str(statuses.words_for(str(status)).label)


@register.filter
def status_tone(status: object) -> str:
    """Return good, caution, bad, note or nothing."""
    return statuses.words_for(str(status)).tone


@register.filter
def tone_icon(tone: str) -> str:
    """Return the icon that goes with a tone, or nothing."""
    return statuses.ICONS.get(tone, "")


@register.filter
def error_target(field: BoundField) -> str:
    """Return the id an error links to: the field's, or its first choice's."""
    return field.id_for_label or f"{field.auto_id}_0"


@register.filter
def elided(page: "Page[Any]") -> list[int | str]:
    """Return the page numbers to offer, with an ellipsis where some are left out."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))


@register.filter
def at(sequence: Sequence[Any], position: int) -> Any:
    """Return the item at a position, or nothing, so that a row can look up its column."""
    try:
        return sequence[position]
    except (IndexError, TypeError):
        return ""
