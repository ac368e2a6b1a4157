"""Filters of letters' templates (builtins there): values come as JSON holds them."""

from datetime import date

from django.template import Library

from openmember.ui import formats

register = Library()


@register.filter
def dollars(cents: int) -> str:
    """Write integer cents as dollars."""
    if isinstance(cents, bool) or not isinstance(cents, int):
        raise TypeError(f"dollars wants whole cents, not {type(cents).__name__}")
    return formats.dollars(cents)


@register.filter
def day(value: str, style: str = "long") -> str:
    """Write an ISO date as a date: long, short, weekday or month (`2026-11` will do for a month)."""
    text = f"{value}-01" if len(value) == len("2026-11") else value
    return formats.day(date.fromisoformat(text), style)
