"""Working days of grace in tests, and what became of an account."""

from datetime import date, timedelta

from openmember.billing.grace import queries
from openmember.billing.grace.jobs import sweep_grace
from openmember.billing.grace.testing import a_covered_account, a_premium
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.letters.services import read_sheet
from openmember.members.testing import TESTER
from openmember.payments.jobs import check_books
from openmember.payments.services.uncovered import release_uncovered

JAN, FEB, MAR, APR = (date(2026, month, 1) for month in (1, 2, 3, 4))


def work(today: date) -> dict[str, int]:
    swept = sweep_grace(today=today, actor=TESTER)
    if swept.steps:
        release_uncovered(on=today, actor=TESTER)
        assert sweep_grace(today=today, actor=TESTER).steps == {}, "twice changed something"
    return swept.steps


def days(first: date, last: date) -> list[tuple[str, str]]:
    """Work every day; return each (day, step) that was taken."""
    return on_days(*(first + timedelta(days=n) for n in range((last - first).days + 1)))


def on_days(*calendar: date | str, acts=None) -> list[tuple[str, str]]:
    """Work on these days, after what happens on them; return each (day, step) that was taken."""
    taken = []
    for day in calendar:
        today = date.fromisoformat(str(day))
        (acts or {}).get(str(today), lambda: None)()
        taken += [(str(today), step) for step in work(today)]
    assert check_books() == ()
    return taken


def only_case(account):
    (case,) = queries.list_cases(numbers=account.numbers, today=date(2026, 12, 1))
    return case


def covered(account) -> list[tuple[date | None, bool]]:
    return [
        (row.ends_on, row.canceled)
        for row in fetch_all(
            "SELECT ends_on, canceled FROM coverage_span WHERE account_number = %(n)s ORDER BY id",
            {"n": account.number},
        )
    ]


def balance(account):
    return fetch_one(
        "SELECT premium_cents, credit_cents FROM ledger_balance WHERE account_number = %(n)s",
        {"n": account.number},
    )


def letters(account) -> list[str]:
    """Each letter's kind; every one must read well."""
    rows = fetch_all(
        "SELECT id, kind FROM letters_letter WHERE account_number = %(n)s ORDER BY id",
        {"n": account.number},
    )
    for row in rows:
        sheet = read_sheet(numbers=account.numbers, letter_id=row.id)
        assert "None" not in "".join(part.text for part in sheet.parts)
    return [row.kind for row in rows]


def aptc_account():
    account = a_covered_account()
    for covers in (JAN, FEB, MAR):
        a_premium(account, covers, aptc_cents=300_00)
    return account
