"""What a statement's page shows: the statement's facts in the words of the reader's language of today."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language

from openmember.billing.statements.content import content_of
from openmember.billing.statements.text import day_in, items_of, notes, region_words, told
from openmember.billing.statements.types import Statement
from openmember.billing.statements.words import screen_words
from openmember.kernel.references import reference
from openmember.ui import formats


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: a bill, a payment, a change; `facts` stand below its title."""

    title: str
    cents: int
    facts: tuple[str, ...]
    url: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Some lines under a heading."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Sum:
    """One row of the sum from what was owed to what is owed."""

    label: str
    cents: int
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A statement ready to show."""

    title: str
    asked: tuple[str, ...]
    notes: tuple[str, ...]
    sums: tuple[Sum, ...]
    tax_credits: tuple[str, ...]
    sections: tuple[Section, ...]
    ways: tuple[tuple[str, str], ...]
    hardship: str
    dispute: str
    help: str
    labels: dict[str, str]


def shown(statement: Statement) -> Shown:
    """Return a statement as its page shows it. Asks no database."""
    words = screen_words(get_language() or "en")
    one, labels = content_of(statement), words["labels"]
    return Shown(
        title=labels["title"].format(month=formats.day(statement.month, "month")),
        asked=_asked(one, words),
        notes=notes(one, words),
        sums=_sums(one, words),
        tax_credits=tuple(_tax_credit(credit, words) for credit in one["tax_credit"]),
        sections=_sections(one, words),
        ways=tuple((name, how) for name, how in words["ways"]),
        hardship=words["hardship"],
        dispute=labels["dispute"],
        help=region_words(words, one["region"])["help"],
        labels=labels,
    )


def _asked(one: dict[str, Any], words: dict[str, Any]) -> tuple[str, ...]:
    labels = words["labels"]
    asked = []
    if not one["due"]:
        return (labels["nothing_due"],)
    if one["overdue"]:
        asked.append(labels["overdue"].format(amount=formats.dollars(one["overdue"])))
    if one["overdue"] < one["due"]:
        by = labels["pay_rest_by" if one["overdue"] else "pay_by"]
        asked.append(by.format(day=day_in(words, one["due_on"])))
    return tuple(asked)


def _sums(one: dict[str, Any], words: dict[str, Any]) -> tuple[Sum, ...]:
    labels = words["labels"]
    parts = ("charges", "payments", "adjustments")
    return (
        Sum(labels["opening"].format(day=day_in(words, one["opens"])), one["opening"]),
        *(Sum(labels[part], one[part]) for part in parts if one[part]),
        Sum(labels["closing"].format(day=day_in(words, one["closes"])), one["closing"], True),
    )


def _tax_credit(credit: dict[str, Any], words: dict[str, Any]) -> str:
    amounts = {name: formats.dollars(credit[name]) for name in ("gross", "credit", "share")}
    month = day_in(words, credit["covers"], "month")
    return str(words["labels"]["tax_credit_line"]).format(month=month, **amounts)


def _sections(one: dict[str, Any], words: dict[str, Any]) -> tuple[Section, ...]:
    labels = words["labels"]
    sections = [Section(labels["open"], tuple(_bill(bill, words) for bill in one["open"]))]
    for part in ("charge", "payment", "adjustment"):
        entries = tuple(_entry(line, words) for line in one[f"{part}_lines"])
        sections.append(Section(labels[f"{part}s"], entries))
    return tuple(section for section in sections if section.entries)


def _bill(bill: dict[str, Any], words: dict[str, Any]) -> Entry:
    due = f"{words['labels']['due']} {formats.day(date.fromisoformat(bill['due']))}"
    noted = "held" if bill.get("held") else "planned" if bill.get("plan") else ""
    facts = (due, words["labels"][noted]) if noted else (due,)
    return Entry(bill["title"], bill["cents"], facts, _bill_url(bill))


def _entry(line: dict[str, Any], words: dict[str, Any]) -> Entry:
    text, noted = told(line, words)
    on = formats.day(date.fromisoformat(line["on"]))
    facts = ("; ".join((on, *noted)), *items_of(line, words))
    url = _bill_url(line)
    if "reference" in line:
        url = reverse("portal:payment", args=[line["reference"]])
    return Entry(text, line["cents"], facts, url)


def _bill_url(line: dict[str, Any]) -> str:
    return reverse("portal:bill", args=[reference("B", line["bill"])]) if "bill" in line else ""
