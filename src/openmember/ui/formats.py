"""How amounts, numbers, dates and moments are written, the same on every page and document."""

from collections.abc import Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton, format_time, get_day_names, get_month_names
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from openmember.kernel.grouping import groups_of

# Members live in the United States: pages in Spanish and Chinese keep its way of writing amounts.
LOCALES = {"en": "en_US", "es": "es_US", "zh-hant": "zh_Hant"}
NO_BREAK_SPACE = "\u00a0"
MINUS = "\u2212"


def dollars(cents: int) -> str:
    """Return cents as dollars: `$1,234.56`, or `−$5.00` below zero."""
    whole, rest = divmod(abs(cents), 100)
    return f"{MINUS if cents < 0 else ''}${whole:,}.{rest:02d}"


def grouped_number(number: str) -> str:
    """Return a bill pay number as it is printed, its groups kept on one line."""
    return NO_BREAK_SPACE.join(groups_of(number))


def said_number(number: str) -> str:
    """Return a bill pay number digit by digit, with a pause between groups, for speech."""
    return ", ".join(" ".join(group) for group in groups_of(number))


def day(value: date | datetime, style: str = "long") -> str:
    """Return a date in the page's language; style is long, short, weekday or month."""
    local = timezone.localtime(value).date() if isinstance(value, datetime) else value
    locale = _locale()
    if style == "month":
        return str(format_skeleton("yMMMM", local, locale=locale))
    return str(format_date(local, {"short": "medium", "weekday": "full"}.get(style, style), locale))


def moment(value: datetime, zone: ZoneInfo | None = None, style: str = "long") -> tuple[str, str]:
    """Return the date and the time of an aware moment, the time with its zone's short name."""
    local = timezone.localtime(value, zone)
    clock = str(format_time(local, "short", locale=_locale())).replace("\u202f", NO_BREAK_SPACE)
    return day(local.date(), style), f"{clock}{NO_BREAK_SPACE}{local.tzname()}"


def window(first: datetime, last: datetime, zone: ZoneInfo) -> str:
    """Return a stretch of one day in words: `Tuesday, December 1, 2026, between 8:00 AM and 12:00 PM PST`."""
    opens = timezone.localtime(first, zone)
    return _("%(day)s, between %(first)s and %(last)s") % {
        "day": day(opens.date(), "weekday"),
        "first": str(format_time(opens, "short", locale=_locale())).replace(
            "\u202f", NO_BREAK_SPACE
        ),
        "last": moment(last, zone)[1],
    }


def month_name(number: int) -> str:
    """Return a month's name as it stands within a date in the page's language."""
    return str(get_month_names("wide", "format", _locale())[number])


def weekday_name(number: int) -> str:
    """Return a weekday's short name; 0 is Monday."""
    return str(get_day_names("abbreviated", "stand-alone", _locale())[number])


def hour_name(hour: int) -> str:
    """Return a full hour as a clock shows it."""
    return _hour(hour)


def hours(days: Sequence[int], opens: int, closes: int) -> str:
    """Return when somebody is there: `Monday through Friday, 8:00 AM to 5:00 PM`. 0 is Monday."""
    names = get_day_names("wide", "format", _locale())
    if len(days) > 1 and list(days) == list(range(days[0], days[-1] + 1)):
        when = _("%(first)s through %(last)s") % {"first": names[days[0]], "last": names[days[-1]]}
    else:
        when = ", ".join(str(names[one]) for one in days)
    return _("%(days)s, %(opens)s to %(closes)s") % {
        "days": when,
        "opens": _hour(opens),
        "closes": _hour(closes % 24),
    }


def _hour(hour: int) -> str:
    text = str(format_time(time(hour), "short", locale=_locale()))
    return text.replace("\u202f", NO_BREAK_SPACE)


def _locale() -> str:
    return LOCALES.get(translation.get_language() or "en", "en_US")
