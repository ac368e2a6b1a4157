"""The number in the database: permanent, unique, never an MRN, never one slip from another."""

import pytest
from django.db import connection, transaction
from django.db.utils import Error as DatabaseError
from django.db.utils import IntegrityError

from openmember.accounts import rules
from openmember.accounts.queries import get_account, recognise
from openmember.accounts.services import (
    CannotMerge,
    NumberRefused,
    import_legacy_account,
    join_numbers,
    open_account,
)
from openmember.accounts.types import Kind, Reason
from openmember.members import models
from openmember.members.services import add_member
from openmember.members.types import Person, PersonName, system

pytestmark = pytest.mark.django_db

TESTER = system("test")


def a_member(last: str = "Ruiz"):
    return add_member(person=Person(PersonName("Ana", last)), actor=TESTER)


def an_account(**options):
    return open_account(holder_id=a_member().id, actor=TESTER, **options)


def run(statement: str, *params: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, params)


def test_an_issued_number_is_recognised_and_leads_to_its_account():
    account = an_account()

    recognised = recognise(rules.format_number(account.number))

    assert (recognised.kind, recognised.valid, recognised.account_number) == (
        Kind.BILL_PAY_NUMBER, True, account.number,
    )  # fmt: skip


def test_no_slip_in_an_issued_number_leads_anywhere():
    number = an_account().number
    slips = {number[:i] + d + number[i + 1 :] for i in range(12) for d in "0123456789"}
    slips |= {number[:i] + number[i + 1] + number[i] + number[i + 2 :] for i in range(11)}

    for slip in slips - {number}:
        assert not recognise(slip).valid, slip


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_account SET number = '1000000000' WHERE number = %s",
        "UPDATE accounts_account SET origin = 'legacy' WHERE number = %s",
        "DELETE FROM accounts_account WHERE number = %s",
    ],
)
def test_the_database_refuses_to_change_or_delete_a_number(statement):
    account = an_account()

    with pytest.raises(DatabaseError, match="permanent"):
        run(statement, account.number)

    assert get_account(number=account.number)


def test_a_number_is_never_issued_twice():
    first = an_account(draw=lambda below: 5)
    drawn = iter([5, 5, 6])

    second = an_account(draw=lambda below: next(drawn))

    assert first.number != second.number


def test_the_database_refuses_a_number_without_check_digits():
    with pytest.raises(IntegrityError):
        run("SELECT accounts_open('123456789012', 'issued', %s)", a_member().id)


@pytest.mark.parametrize("number", ["0012345678", "00123456789", "001234567890", "9999999999"])
def test_a_legacy_number_is_kept_exactly(number):
    account = import_legacy_account(number=number, holder_id=a_member().id, actor=TESTER)

    assert account.number == number
    assert recognise(number).valid


@pytest.mark.parametrize(
    "number", ["123456789", "1234567890123", "12345 67890", "１２３４５６７８９０", ""]
)
def test_what_is_no_legacy_number_is_refused(number):
    with pytest.raises(NumberRefused):
        import_legacy_account(number=number, holder_id=a_member().id, actor=TESTER)


def test_a_legacy_number_that_reads_as_an_mrn_is_refused():
    member = a_member()

    with pytest.raises(NumberRefused, match="medical record number"):
        import_legacy_account(number=member.mrn.zfill(12), holder_id=member.id, actor=TESTER)


def test_an_mrn_that_reads_as_a_legacy_number_is_refused():
    import_legacy_account(number="0087654321", holder_id=a_member().id, actor=TESTER)

    with pytest.raises(DatabaseError, match="mrn_is_number"), transaction.atomic():
        models.Member.objects.create(mrn="87654321", last_name="Ruiz")


@pytest.mark.parametrize("typed", ["{mrn}", "0000{mrn}", " {mrn} "])
def test_an_mrn_typed_where_a_number_belongs_is_recognised(typed):
    member = a_member()

    recognised = recognise(typed.format(mrn=member.mrn))

    assert (recognised.kind, recognised.valid, recognised.account_number) == (Kind.MRN, False, None)


def test_a_legacy_number_one_slip_from_an_issued_one_is_refused():
    number = an_account().number
    near = number[:-1] + str((int(number[-1]) + 1) % 10)

    with pytest.raises(NumberRefused, match="one slip away"):
        import_legacy_account(number=near, holder_id=a_member().id, actor=TESTER)


def test_no_number_is_issued_one_slip_from_a_legacy_one():
    near = rules.number_from_payload(10**9 + 5)
    legacy = "2" + near[1:]
    import_legacy_account(number=legacy, holder_id=a_member().id, actor=TESTER)
    drawn = iter([5, 77])

    account = an_account(draw=lambda below: next(drawn))

    assert account.number == rules.number_from_payload(10**9 + 77)


def test_after_a_merge_both_numbers_lead_to_one_account():
    kept, joined = an_account(), an_account()

    join_numbers(number=joined.number, into=kept.number, actor=TESTER)

    assert recognise(joined.number).reason is Reason.MERGED
    assert get_account(number=joined.number).numbers == (kept.number, joined.number)


def test_a_chain_of_merges_leads_to_the_last():
    first, second, third = an_account(), an_account(), an_account()

    join_numbers(number=first.number, into=second.number, actor=TESTER)
    join_numbers(number=second.number, into=third.number, actor=TESTER)

    assert recognise(first.number).account_number == third.number


@pytest.mark.parametrize("case", ["itself", "again", "into a merged one"])
def test_a_merge_that_makes_no_sense_is_refused(case):
    kept, joined = an_account(), an_account()
    if case != "itself":
        join_numbers(number=joined.number, into=kept.number, actor=TESTER)
    number, into = {
        "itself": (kept, kept),
        "again": (joined, kept),
        "into a merged one": (kept, joined),
    }[case]

    with pytest.raises(CannotMerge):
        join_numbers(number=number.number, into=into.number, actor=TESTER)


def test_a_merged_account_takes_no_new_bill_or_payment():
    kept, joined = an_account(), an_account()
    join_numbers(number=joined.number, into=kept.number, actor=TESTER)

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT closed FROM ledger_balance WHERE account_number = %s", [joined.number]
        )
        assert cursor.fetchone() == (True,)


def test_a_merged_number_stays_merged():
    kept, joined, other = an_account(), an_account(), an_account()
    join_numbers(number=joined.number, into=kept.number, actor=TESTER)

    with pytest.raises(DatabaseError, match="stays merged"):
        run(
            "UPDATE accounts_account SET merged_into = %s WHERE number = %s",
            other.number,
            joined.number,
        )


def test_a_number_in_use_is_not_given_again():
    account = an_account()

    with pytest.raises(NumberRefused, match="taken"):
        import_legacy_account(number=account.number, holder_id=a_member().id, actor=TESTER)
