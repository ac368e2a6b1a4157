"""The ledger's functions: what a transfer does to a balance, and what is refused."""

from datetime import date

import pytest
from django.db import transaction
from django.db.utils import IntegrityError

from openmember.kernel.sql import Refused, fetch_one
from openmember.ledger.queries import get_balance, list_differences, list_transfers
from openmember.ledger.types import Code

pytestmark = pytest.mark.django_db

NUMBER = "1234567890"
ON = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def account() -> None:
    """A balance of its own: the ledger knows accounts by their number alone."""
    fetch_one("INSERT INTO ledger_balance (account_number) VALUES (%s) RETURNING 1", [NUMBER])


def post(debit: int, credit: int, cents: int = 100_00, *, number: str = NUMBER) -> int:
    return fetch_one(
        "SELECT ledger_post(%s, %s::smallint, %s::smallint, %s, 'test', %s, 'test:1') AS id",
        [number, debit, credit, cents, ON],
    ).id


def reverse(transfer: int, *, number: str = NUMBER) -> int:
    return fetch_one(
        "SELECT ledger_reverse(%s, %s, 'undo', %s, 'test:1') AS id", [number, transfer, ON]
    ).id


def settle(from_: int, premium: int, medical: int, pharmacy: int, credit: int) -> None:
    fetch_one(
        "SELECT ledger_settle(%s, %s::smallint, %s, %s, %s, %s, 'test', %s, 'test:1')",
        [NUMBER, from_, premium, medical, pharmacy, credit, ON],
    )


def balance() -> tuple[int, ...]:
    """Return what stands under premium, medical, pharmacy, credit and refunds."""
    known = get_balance(account_number=NUMBER)
    return (
        known.premium_cents, known.medical_cents, known.pharmacy_cents, known.credit_cents,
        known.refunds_cents,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("debit", "credit", "after"),
    [
        (Code.PREMIUM_RECEIVABLE, Code.PREMIUM_REVENUE, (100_00, 0, 0, 0, 0)),
        (Code.MEDICAL_RECEIVABLE, Code.MEDICAL_REVENUE, (0, 100_00, 0, 0, 0)),
        (Code.PHARMACY_RECEIVABLE, Code.PHARMACY_REVENUE, (0, 0, 100_00, 0, 0)),
        (Code.CARD_CLEARING, Code.UNAPPLIED_CREDIT, (0, 0, 0, 100_00, 0)),
        (Code.CARD_CLEARING, Code.REFUNDS_PAYABLE, (0, 0, 0, 0, 100_00)),
        (Code.PREMIUM_RECEIVABLE, Code.UNAPPLIED_CREDIT, (100_00, 0, 0, 100_00, 0)),
        (Code.BANK, Code.CARD_CLEARING, (0, 0, 0, 0, 0)),
    ],
)
def test_a_transfer_changes_the_balances_of_its_codes(debit, credit, after):
    post(debit, credit)

    assert balance() == after


@pytest.mark.parametrize(
    ("receivable", "revenue"),
    [
        (Code.PREMIUM_RECEIVABLE, Code.PREMIUM_REVENUE),
        (Code.MEDICAL_RECEIVABLE, Code.MEDICAL_REVENUE),
        (Code.PHARMACY_RECEIVABLE, Code.PHARMACY_REVENUE),
        (Code.BANK, Code.UNAPPLIED_CREDIT),
        (Code.BANK, Code.REFUNDS_PAYABLE),
    ],
)
def test_the_other_side_takes_it_off_again(receivable, revenue):
    post(receivable, revenue)

    post(revenue, receivable)

    assert balance() == (0, 0, 0, 0, 0)


def test_one_amount_settles_several_lines_and_leaves_credit():
    post(Code.PREMIUM_RECEIVABLE, Code.PREMIUM_REVENUE, 50_00)
    post(Code.PHARMACY_RECEIVABLE, Code.PHARMACY_REVENUE, 20_00)

    settle(Code.BANK, 50_00, 0, 15_00, 10_00)

    assert balance() == (0, 0, 5_00, 10_00, 0)
    assert list_differences() == ()


def test_what_settles_from_credit_takes_it_off_the_credit():
    post(Code.MEDICAL_RECEIVABLE, Code.MEDICAL_REVENUE, 50_00)
    post(Code.BANK, Code.UNAPPLIED_CREDIT, 80_00)

    settle(Code.UNAPPLIED_CREDIT, 0, 50_00, 0, 0)

    assert balance() == (0, 0, 0, 30_00, 0)
    assert list_differences() == ()


def test_nothing_settles_more_than_is_receivable():
    post(Code.PREMIUM_RECEIVABLE, Code.PREMIUM_REVENUE, 50_00)

    with pytest.raises(IntegrityError, match="ledger_sum"), transaction.atomic():
        settle(Code.BANK, 50_01, 0, 0, 0)

    assert balance() == (50_00, 0, 0, 0, 0)


def test_a_reversal_is_the_mirror_image_and_names_what_it_undoes():
    transfer = post(Code.PREMIUM_RECEIVABLE, Code.PREMIUM_REVENUE)

    undone_by = reverse(transfer)

    mirror = next(one for one in list_transfers(account_number=NUMBER) if one.id == undone_by)
    assert (mirror.debit, mirror.credit, mirror.amount_cents, mirror.reverses) == (
        Code.PREMIUM_REVENUE, Code.PREMIUM_RECEIVABLE, 100_00, transfer,
    )  # fmt: skip
    assert balance() == (0, 0, 0, 0, 0)
    assert list_differences() == ()


def test_reversing_twice_is_refused():
    transfer = post(Code.PREMIUM_RECEIVABLE, Code.PREMIUM_REVENUE)
    reverse(transfer)

    with pytest.raises(Refused, match="already_reversed"), transaction.atomic():
        reverse(transfer)

    assert balance() == (0, 0, 0, 0, 0)


def test_an_unknown_account_is_refused():
    with pytest.raises(Refused, match="unknown_account"):
        post(Code.BANK, Code.UNAPPLIED_CREDIT, number="1111111111")


def test_an_unknown_transfer_is_refused():
    with pytest.raises(Refused, match="unknown_transfer"):
        reverse(0)


def test_a_transfer_of_another_account_is_unknown():
    transfer = post(Code.BANK, Code.UNAPPLIED_CREDIT)
    other = "2222222222"
    fetch_one("INSERT INTO ledger_balance (account_number) VALUES (%s) RETURNING 1", [other])

    with pytest.raises(Refused, match="unknown_transfer"):
        reverse(transfer, number=other)


@pytest.mark.parametrize(
    ("debit", "credit"),
    [
        (Code.BANK, Code.PREMIUM_RECEIVABLE),
        (Code.BANK, Code.MEDICAL_RECEIVABLE),
        (Code.BANK, Code.PHARMACY_RECEIVABLE),
        (Code.UNAPPLIED_CREDIT, Code.BANK),
        (Code.REFUNDS_PAYABLE, Code.BANK),
    ],
)
def test_no_balance_goes_below_zero(debit, credit):
    with pytest.raises(IntegrityError, match="ledger_sum"):
        post(debit, credit, 1)


@pytest.mark.parametrize("cents", [0, -1])
def test_a_transfer_is_of_more_than_nothing(cents):
    with pytest.raises(IntegrityError, match="ledger_amount"):
        post(Code.BANK, Code.CARD_CLEARING, cents)


@pytest.mark.parametrize(("debit", "credit"), [(9999, 1010), (1010, 9999), (0, 1010)])
def test_a_code_outside_the_chart_is_refused(debit, credit):
    with pytest.raises(IntegrityError, match="ledger_chart_code"):
        post(debit, credit)


def test_a_transfer_goes_from_one_code_to_another():
    with pytest.raises(IntegrityError, match="check"):
        post(Code.BANK, Code.BANK)
