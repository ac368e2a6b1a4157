"""A statement as plain text, for screens, terminals, readers aloud and the Braille translator."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from openmember.billing.statements.content import content_of
from openmember.billing.statements.types import Statement
from openmember.letters.rendering.wrapping import columns, wrap
from openmember.ui.formats import dollars

WIDTH = 72


def write_text(statement: Statement, words: Mapping[str, Any], *, width: int = WIDTH) -> str:
    """Return the statement as text in the layout's words, none of it wider than `width` columns.

    Wide enough, amounts stand at the right in a column; else each follows what it is for.
    """
    blocks = ["\n".join(block) for block in _Sheet(statement, words, width).blocks()]
    return "\n\n".join(blocks) + "\n"


def day_in(words: Mapping[str, Any], iso: str, pattern: str = "day") -> str:
    """Return an ISO date or month as the layout writes it."""
    on = date.fromisoformat(iso)
    return str(words[pattern]).format(year=on.year, month=words["months"][on.month - 1], day=on.day)


class _Sheet:
    """One statement being written."""

    def __init__(self, statement: Statement, words: Mapping[str, Any], width: int) -> None:
        self.one, self.words, self.width = content_of(statement), words, width
        self.labels: Mapping[str, str] = words["labels"]
        self.month = statement.month.isoformat()

    def blocks(self) -> Iterator[list[str]]:
        one, labels = self.one, self.labels
        yield list(self.words["sender"])
        yield list(one["address"])
        yield [
            one["name"],
            f"{labels['number']}: {one['number']}",
            f"{labels['made']}: {self.day(one['made'])}",
        ]
        yield self.prose(labels["title"].format(month=day_in(self.words, self.month, "month")))
        yield from self.due()
        yield self.sums()
        for credit in one["tax_credit"]:
            yield self.prose(self.tax_credit(credit))
        yield from self.tables()
        yield [labels["ways"], *(row for way in self.words["ways"] for row in self.item(*way))]
        yield from self.help()
        yield [
            labels["coupon"],
            f"{labels['number']}: {one['number']}",
            *self.row(labels["amount_due"], one["due"]),
            one["scan"],
        ]

    def due(self) -> Iterator[list[str]]:
        one, labels = self.one, self.labels
        if not one["due"]:
            yield self.prose(labels["nothing_due"])
            for note in notes(one, self.words):
                yield self.prose(note)
            return
        yield [*self.row(labels["amount_due"], one["due"])]
        if one["overdue"]:
            yield self.prose(labels["overdue"].format(amount=dollars(one["overdue"])))
        if one["overdue"] < one["due"]:
            by = "pay_rest_by" if one["overdue"] else "pay_by"
            yield self.prose(labels[by].format(day=self.day(one["due_on"])))
        for note in notes(one, self.words):
            yield self.prose(note)

    def sums(self) -> list[str]:
        one, labels = self.one, self.labels
        rows = [labels["summary"]]
        rows += self.row(labels["opening"].format(day=self.day(one["opens"])), one["opening"])
        for part in ("charges", "payments", "adjustments"):
            rows += self.row(labels[part], one[part]) if one[part] else []
        return rows + self.row(
            labels["closing"].format(day=self.day(one["closes"])), one["closing"]
        )

    def tables(self) -> Iterator[list[str]]:
        one, labels = self.one, self.labels
        if one["open"]:
            rows = [labels["open"]]
            for bill in one["open"]:
                noted = "held" if bill.get("held") else "planned" if bill.get("plan") else ""
                said = f" ({labels[noted]})" if noted else ""
                due = f"{labels['due']} {self.day(bill['due'])}"
                rows += self.row(f"{bill['title']}, {due}{said}", bill["cents"])
            yield rows
        for part in ("charge", "payment", "adjustment"):
            if lines := one[f"{part}_lines"]:
                yield [labels[f"{part}s"], *(row for line in lines for row in self.line(line))]

    def line(self, line: Mapping[str, Any]) -> Iterator[str]:
        text, facts = told(line, self.words)
        noted = f"{text} ({'; '.join(facts)})" if facts else text
        yield from self.row(f"{self.day(line['on'])}: {noted}", line["cents"])
        for item in items_of(line, self.words):
            yield from wrap(f"- {item}", self.width)

    def help(self) -> Iterator[list[str]]:
        local = region_words(self.words, self.one["region"])
        if self.one["due"]:
            yield self.prose(self.words["hardship"])
        for text in (self.labels["dispute"], local["help"], local["forms"]):
            yield self.prose(text)
        for notice in local["notices"]:
            if notice["language"] != self.words["language"]:
                yield self.prose(notice["text"])

    def tax_credit(self, credit: Mapping[str, Any]) -> str:
        told_credit = self.labels["tax_credit_line"].format(
            month=day_in(self.words, credit["covers"], "month"),
            **{name: dollars(credit[name]) for name in ("gross", "credit", "share")},
        )
        return f"{self.labels['tax_credit']}: {told_credit}"

    def day(self, iso: str) -> str:
        return day_in(self.words, iso)

    def prose(self, text: str) -> list[str]:
        return wrap(text, self.width)

    def item(self, name: str, text: str) -> list[str]:
        return wrap(f"- {name}: {text}", self.width)

    def row(self, text: str, cents: int) -> list[str]:
        """Return a text with an amount: at the right edge where the text leaves room, else below it."""
        amount = dollars(cents)
        room = self.width - columns(amount) - 2
        if self.width > WIDTH:
            return [f"{text}: {amount}"]
        lines = wrap(text, room)
        return [
            *lines[:-1],
            f"{lines[-1]}{' ' * (self.width - columns(lines[-1]) - columns(amount))}{amount}",
        ]


def told(line: Mapping[str, Any], words: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """Return what a line of a statement is, and the notes to it."""
    facts = []
    if line["what"] == "title":
        text = str(line["title"])
        facts += [words["lines"][line["line"]]] if "line" in line else []
    else:
        text = ": ".join(part for part in (words["whats"][line["what"]], line.get("title")) if part)
    if "reference" in line:
        facts.append(words["labels"]["reference"].format(reference=line["reference"]))
    if "late" in line:
        facts.append(words["labels"]["late"])
    return text, tuple(facts)


def items_of(line: Mapping[str, Any], words: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the items of a bill in words; the only one costs what the bill costs."""
    items, said = line.get("items", ()), []
    for item in items:
        on = item.get("on")
        served = words["labels"]["service"].format(day=day_in(words, on)) if on else ""
        if len(items) == 1:
            name = item["text"] if item["text"] != line.get("title") else ""
            said.append("; ".join(part for part in (name, served) if part))
        else:
            name = f"{item['text']} ({served})" if served else item["text"]
            said.append(f"{name}: {dollars(item['cents'])}")
    return tuple(one for one in said if one)


def notes(one: Mapping[str, Any], words: Mapping[str, Any]) -> tuple[str, ...]:
    """Return which number goes on, why less than the balance is asked for, and what is held as credit."""
    amounts = {
        "paid_since": one["closing"] - one["held"] - one["planned"] - one["due"]
        if one["due"]
        else 0,
        "held_part": one["held"],
        "planned_part": one["planned"],
        "credit": max(-one["closing"], 0),
    }
    day = day_in(words, one["closes"])
    # A run that was begun with the layout of before has no words for it.
    told_joined = words["labels"].get("joined", "") if one["joined"] else ""
    joined = (told_joined.format(number=one["joined"]),) if told_joined else ()
    return joined + tuple(
        words["labels"][name].format(amount=dollars(cents), day=day)
        for name, cents in amounts.items()
        if cents > 0
    )


def region_words(words: Mapping[str, Any], region: str) -> Mapping[str, Any]:
    """Return the help lines of a region, or of the first where it has none."""
    regions = words["regions"]
    found: Mapping[str, Any] = regions.get(region) or regions[""]
    return found
