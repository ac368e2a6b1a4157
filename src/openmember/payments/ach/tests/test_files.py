"""From a request to a settled payment, by way of a file."""

from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from openmember.billing import queries as billing
from openmember.kernel.sql import fetch_all
from openmember.members.types import Actor, NotAllowed
from openmember.payments import queries
from openmember.payments.ach import originator
from openmember.payments.ach import queries as ach
from openmember.payments.ach.services import files
from openmember.payments.ach.services.debits import cancel_debit
from openmember.payments.ach.testing import (
    MONDAY,
    NOON,
    TUESDAY,
    a_bank_account,
    a_debit,
    a_file,
    entries_of,
)
from openmember.payments.ach.types import BankKind, Sec
from openmember.payments.jobs import check_books, resolve_payments
from openmember.payments.services.door import KeyReused
from openmember.payments.testing import TESTER, TODAY, a_bill, an_account
from openmember.payments.types import Status

pytestmark = pytest.mark.django_db
CUT_OFF, SAME_DAY = time(17), time(11, 30)
WEDNESDAY, FRIDAY, AFTER = date(2026, 11, 25), date(2026, 11, 27), date(2026, 11, 30)


def status_of(payment):
    return again(payment).status


def again(payment):
    return queries.get_payment(numbers=(payment.account_number,), payment_id=payment.id)


def make(folder, **facts):
    return files.make_files(
        **{"file_on": MONDAY, "now": NOON, "folder": folder, "actor": TESTER, **facts}
    )


def local(day, hour, minute=0):
    return datetime(
        day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo("America/Los_Angeles")
    )


def test_a_debit_counts_when_the_bank_took_its_file_and_settles_on_its_day(tmp_path):
    account = an_account()
    bill = a_bill(account, 40_00)
    payment = a_debit(account, 40_00)
    assert status_of(payment) is Status.AUTHORISING

    file = a_file(tmp_path, acknowledged=False)
    assert status_of(payment) is Status.AUTHORISING
    files.acknowledge_file(file=file, actor=TESTER)
    assert status_of(payment) is Status.ACCEPTED
    assert billing.get_bill(numbers=account.numbers, bill_id=bill.id, today=TODAY).open_cents == 0
    assert files.settle_files(on=MONDAY, actor=TESTER) == 0
    assert files.settle_files(on=TUESDAY, actor=TESTER) == 1

    assert (status_of(payment), again(payment).effective_on) == (Status.SETTLED, TUESDAY)
    assert check_books() == ()


def test_again_nothing_is_written_counted_or_settled_twice(tmp_path):
    account = an_account()
    a_debit(account, 40_00)
    file = a_file(tmp_path, settled=True)

    twice = make(tmp_path)
    files.acknowledge_file(file=file, actor=TESTER)
    files.settle_files(on=TUESDAY, actor=TESTER)

    assert (twice.written, [one.name for one in twice.known]) == ((), [file.name])
    (page,) = queries.list_payments(numbers=account.numbers).payments
    assert page.unapplied_cents == 40_00
    assert check_books() == ()


def test_the_file_says_what_was_asked_for(tmp_path):
    payment = a_debit(an_account(), 123_45)

    file = a_file(tmp_path)

    (entry,) = entries_of(tmp_path, file)
    assert (entry.transaction, entry.routing, entry.account) == ("27", "231380104", "12345678")
    assert (entry.amount_cents, entry.name) == (123_45, "Ana Ruiz")
    assert entry.individual_id == str(payment.id)
    assert (entry.batch.sec, entry.batch.effective_on, entry.discretionary) == (
        "WEB",
        "261124",
        "S",
    )
    assert (file.entries, file.debit_cents) == (1, 123_45)


def test_entries_are_put_into_batches_by_what_they_share(tmp_path):
    savings = an_account()
    business = an_account()
    a_debit(savings, bank=a_bank_account(savings, kind=BankKind.SAVINGS), sec=Sec.PPD)
    a_debit(business, bank=a_bank_account(business, is_business=True), sec=Sec.CCD)
    a_debit(an_account(), recurring=True)

    entries = entries_of(tmp_path, a_file(tmp_path))

    assert [(one.batch.sec, one.transaction, one.discretionary) for one in entries] == [
        ("CCD", "27", ""), ("PPD", "37", ""), ("WEB", "27", "R"),
    ]  # fmt: skip


def test_the_same_file_is_the_same_bytes_and_another_library_agrees(tmp_path):
    for cents in (10_00, 20_00, 30_00):
        a_debit(an_account(), cents)
    file = a_file(tmp_path)
    first = (tmp_path / file.name).read_bytes()

    from django.db import transaction

    from openmember.payments.ach import writing

    with transaction.atomic(), (tmp_path / "again").open("wb") as out:
        written = writing.write(file, ach.list_batches(file=file), out)

    assert (tmp_path / "again").read_bytes() == first
    assert (written.sha256, written.debit_cents) == (file.sha256, 60_00)
    achkit = pytest.importorskip("achkit", reason="the independent reader is not installed")
    assert achkit.validate(first.decode())["errors"] == []


def test_nothing_is_drawn_before_its_day(tmp_path):
    a_debit(an_account(), on=date(2026, 12, 1))

    assert make(tmp_path).written == ()
    later = make(tmp_path, file_on=date(2026, 11, 30), now=local(date(2026, 11, 30), 12))
    assert later.effective_on == date(2026, 12, 1)
    assert len(later.written) == 1


def test_the_same_day_takes_what_asked_for_it_up_to_the_limit(tmp_path):
    a_debit(an_account(), 1_000_000_00, same_day=True, on=MONDAY)
    a_debit(an_account(), 1_000_000_01, same_day=True, on=MONDAY)
    a_debit(an_account(), 5_00)

    file = make(tmp_path, same_day=True, now=local(MONDAY, 9)).written[0]

    found = [
        (one.amount_cents, one.batch.effective_on, one.batch.descriptive_date)
        for one in entries_of(tmp_path, file)
    ]
    assert found == [
        (1_000_000_01, "261124", ""), (5_00, "261124", ""), (1_000_000_00, "261123", "SD1300"),
    ]  # fmt: skip


def test_a_balanced_file_moves_as_much_to_us_as_from_them(tmp_path, monkeypatch):
    ours = replace(originator.get_originator(), balanced=True, balancing_account="000111222")
    for module in (files, "openmember.payments.ach.writing"):
        place = f"{module}.get_originator" if isinstance(module, str) else None
        monkeypatch.setattr(*((place,) if place else (module, "get_originator")), lambda: ours)
    a_debit(an_account(), 99_999_999_99 - 1)
    a_debit(an_account(), 99_999_999_99 - 1)

    entries = entries_of(tmp_path, a_file(tmp_path))

    debits = sum(one.amount_cents for one in entries if one.is_debit)
    to_us = [one for one in entries if not one.is_debit]
    assert debits == sum(one.amount_cents for one in to_us)
    assert {(one.account, one.routing) for one in to_us} == {("000111222", "121042882")}
    assert entries[0].batch.service_class == "200"
    assert check_books() == ()


def test_a_prenote_is_sent_and_waited_for(tmp_path):
    account = an_account()
    bank = a_bank_account(account, prenote=True)
    payment = a_debit(account, bank=bank)
    assert bank.usable_on is None

    (prenote,) = entries_of(tmp_path, a_file(tmp_path))

    assert (prenote.transaction, prenote.amount_cents) == ("28", 0)
    # Booked on Tuesday, November 24; Thanksgiving is no banking day.
    usable_on = ach.get_bank_account(numbers=account.numbers, bank_id=bank.id).usable_on
    assert usable_on == date(2026, 11, 30)
    assert make(tmp_path, file_on=TUESDAY, now=local(TUESDAY, 9)).written == ()
    friday = date(2026, 11, 27)
    made = make(tmp_path, file_on=friday, now=local(friday, 9))
    (entry,) = entries_of(tmp_path, made.written[0])
    assert entry.individual_id == str(payment.id)


def test_a_refused_file_goes_again_whole(tmp_path):
    payments = [a_debit(an_account()) for _ in range(3)]
    file = a_file(tmp_path, acknowledged=False)

    files.reject_file(file=file, reason="bad origin", actor=TESTER)
    second = a_file(tmp_path)

    assert (second.name, second.entries) == ("ach-20261123-b.ach", 3)
    assert {status_of(payment) for payment in payments} == {Status.ACCEPTED}
    with pytest.raises(files.FileRefused, match="rejected cannot be acknowledged"):
        files.acknowledge_file(file=file, actor=TESTER)
    assert check_books() == ()


def test_a_debit_is_canceled_until_it_has_left(tmp_path):
    kept, skipped = a_debit(an_account()), a_debit(an_account())

    assert (
        cancel_debit(payment=skipped, reason="skipped", on=MONDAY, actor=TESTER).status
        is Status.DECLINED
    )
    file = a_file(tmp_path, acknowledged=False)
    assert (
        cancel_debit(payment=kept, reason="skipped", on=MONDAY, actor=TESTER).status
        is Status.AUTHORISING
    )

    assert file.entries == 1
    assert check_books() == ()


def test_the_same_key_is_the_same_debit():
    account = an_account()
    bank = a_bank_account(account)

    first = a_debit(account, 40_00, bank=bank, key="autopay:1")

    assert a_debit(account, 40_00, bank=bank, key="autopay:1") == first
    with pytest.raises(KeyReused):
        a_debit(account, 41_00, bank=bank, key="autopay:1")
    assert ach.count_waiting(until=TUESDAY) == (1, 40_00)


def test_the_gateways_job_leaves_bank_debits_alone():
    payment = a_debit(an_account())
    fetch_all("SET session_replication_role = replica")
    fetch_all("UPDATE payments_payment SET created_at = now() - interval '1 day'")
    fetch_all("SET session_replication_role = origin")

    resolve_payments(timestamp=0)

    assert status_of(payment) is Status.AUTHORISING


def test_more_than_one_file_holds_goes_into_two(tmp_path, monkeypatch):
    few = replace(originator.get_originator(), most_entries_in_a_file=2, most_entries_in_a_batch=1)
    monkeypatch.setattr(files, "get_originator", lambda: few)
    for _ in range(3):
        a_debit(an_account())

    made = make(tmp_path)

    assert [one.entries for one in made.written] == [2, 1]
    assert [len(ach.list_batches(file=one)) for one in made.written] == [2, 1]
    assert check_books() == ()


def test_only_those_who_run_billing_make_files(tmp_path):
    with pytest.raises(NotAllowed):
        make(tmp_path, actor=Actor("staff", 1))


def test_a_file_of_somebody_else_is_not_written_over(tmp_path):
    a_debit(an_account())
    (tmp_path / "ach-20261123-a.ach").write_text("not ours")

    with pytest.raises(files.FileRefused, match="not written by us"):
        make(tmp_path)

    assert (tmp_path / "ach-20261123-a.ach").read_text() == "not ours"
