"""What a person may do alone, how long money is on its way, and how ages are grouped."""

from datetime import date, timedelta
from itertools import pairwise

from openmember.payments.reconciliation.types import BankDay, Gap

# A bank holiday, a weekend, and two days of settlement.
WINDOW_DAYS = 5
# More than this is posted to fees or over and short by two people.
ALONE_CENTS = 100_00
# A day of more is a damaged file: ten trillion dollars.
CENTS_AT_MOST = 10**15
AGES = ((0, 5), (6, 10), (11, 30), (31, None))


def needs_second_person(posted_cents: int) -> bool:
    """Return whether posting this much takes two people."""
    return abs(posted_cents) > ALONE_CENTS


def is_late(age_days: int) -> bool:
    """Return whether the other side should have come by now."""
    return age_days > WINDOW_DAYS


def joined(days: tuple[BankDay, ...]) -> tuple[tuple[BankDay, ...], tuple[str, ...]]:
    """Put parts of one account's day that a file states one after the other into one.

    Returns the days and, for each whose parts do not follow one another, a sentence.
    """
    whole: dict[tuple[str, str, date], BankDay] = {}
    faults = []
    for part in days:
        key = (part.bank, part.account, part.day)
        first = whole.get(key)
        if first is None:
            whole[key] = part
            continue
        if first.closing_cents != part.opening_cents or first.currency != part.currency:
            faults.append(
                f"The account ending {part.account[-4:]} is stated twice for {part.day}:"
                " the parts do not follow."
            )
        whole[key] = BankDay(
            part.bank, part.account, part.day, part.currency, first.opening_cents,
            part.closing_cents, first.lines + part.lines,
        )  # fmt: skip
    return tuple(whole.values()), tuple(faults)


def faults_of_size(days: tuple[BankDay, ...]) -> tuple[str, ...]:
    """Return a sentence for each day that comes to more than any bank holds."""
    return tuple(
        f"The account ending {day.account[-4:]} is stated with more than can be on {day.day}."
        for day in days
        if max(
            sum(abs(line.amount_cents) for line in day.lines),
            abs(day.opening_cents or 0),
            abs(day.closing_cents or 0),
        )
        > CENTS_AT_MOST
    )


def gaps(
    days: tuple[tuple[str, date, int | None, int | None], ...], missing: dict[str, list[date]]
) -> tuple[Gap, ...]:
    """Return where an account's days, in order, leave one out or do not carry the balance on.

    Shape: `days` are (account, day, opening, closing); `missing` the banking days without a statement.
    """
    found = []
    for before, after in pairwise(days):
        if before[0] != after[0]:
            continue
        lost = [day for day in missing.get(after[0], []) if before[1] < day < after[1]]
        if lost:
            named = ", ".join(day.isoformat() for day in lost[:5])
            found.append(Gap(after[0], before[1], after[1], f"no statement for {named}"))
        if before[3] is not None and after[2] is not None and before[3] != after[2]:
            found.append(
                Gap(
                    after[0],
                    before[1],
                    after[1],
                    f"closed with {before[3]} cents, opened with {after[2]}",
                )
            )
    return tuple(found)


def days_between(first: date, last: date) -> list[date]:
    """Return the days after `first` and before `last`."""
    return [first + timedelta(days=step) for step in range(1, (last - first).days)]
