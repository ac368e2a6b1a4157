"""Bank accounts: sealed, shown by four digits, corrected by their banks."""

from datetime import date

import pytest

from openmember.kernel.sql import fetch_all
from openmember.payments.ach import queries as ach
from openmember.payments.ach import rules
from openmember.payments.ach.sealing import BadKey, CannotOpen, Sealer, key_of
from openmember.payments.ach.services.banks import BankRefused, remove_bank_account
from openmember.payments.ach.testing import (
    MONDAY,
    a_bank_account,
    a_debit,
    a_file,
    entries_of,
    sent_back,
    take_back,
)
from openmember.payments.ach.types import BankKind, NewBankAccount
from openmember.payments.testing import TESTER, an_account

ONE, TWO = bytes(range(32)), bytes(range(1, 33))
KNOWN = NewBankAccount("231380104", "12345678", BankKind.CHECKING, "Ana Ruiz")


def test_a_sealed_number_opens_for_its_own_row_alone():
    sealer = Sealer([ONE])
    sealed = sealer.seal("12345678", account_number="100000000001", bank_id=7)

    assert b"12345678" not in sealed
    assert sealer.open(sealed, account_number="100000000001", bank_id=7) == "12345678"
    for account, bank in (("100000000002", 7), ("100000000001", 8)):
        with pytest.raises(CannotOpen):
            sealer.open(sealed, account_number=account, bank_id=bank)
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(CannotOpen):
            sealer.open(bytes(changed), account_number="100000000001", bank_id=7)


def test_a_new_key_is_put_before_the_old_one():
    sealed = Sealer([ONE]).seal("12345678", account_number="1", bank_id=1)
    both = Sealer([TWO, ONE])

    assert both.open(sealed, account_number="1", bank_id=1) == "12345678"
    assert both.fingerprint("2", "1") == Sealer([ONE]).fingerprint("2", "1")
    with pytest.raises(CannotOpen):
        Sealer([ONE]).open(
            both.seal("1", account_number="1", bank_id=1), account_number="1", bank_id=1
        )


@pytest.mark.parametrize("text", ["", "short", "x" * 44, "ä" * 44])
def test_a_bad_key_is_refused_and_not_repeated(text):
    with pytest.raises(BadKey) as refused:
        key_of(text)
    assert not text or text not in str(refused.value)


def test_a_bank_account_says_nothing_of_its_number():
    assert "12345678" not in repr(KNOWN)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"routing": "231380105"}, "routing number"),
        ({"number": "123"}, "4 to 17"),
        ({"number": "1" * 18}, "4 to 17"),
        ({"number": "12/34"}, "4 to 17"),
        ({"holder": "x" * 23}, "22"),
        ({"holder": "José Núñez"}, "plain letters"),
        ({"holder": " "}, "22"),
    ],
)
def test_what_no_bank_can_have_is_refused(facts, said):
    given = NewBankAccount(
        **{"routing": "231380104", "number": "12345678", "kind": BankKind.CHECKING, "holder": "Ana", **facts}
    )  # fmt: skip

    with pytest.raises(rules.BadBankAccount, match=said):
        rules.check_bank_account(given)


@pytest.mark.parametrize(
    ("code", "said", "changed"),
    [
        ("C01", "1918171614", {"number": "1918171614"}),
        ("C02", "091400606", {"routing": "091400606"}),
        ("C03", "091400606   1918171614", {"routing": "091400606", "number": "1918171614"}),
        ("C04", "Ana Ruiz-Lopez", {"holder": "Ana Ruiz-Lopez"}),
        ("C05", "37", {"kind": BankKind.SAVINGS}),
        ("C06", f"{'1918171614':<17}   37", {"number": "1918171614", "kind": BankKind.SAVINGS}),
        ("C07", f"091400606{'1918171614':<17}37",
         {"routing": "091400606", "number": "1918171614", "kind": BankKind.SAVINGS}),
    ],
)  # fmt: skip
def test_a_correction_changes_what_it_names(code, said, changed):
    found = rules.corrected(KNOWN, code, said)

    was = {
        "routing": KNOWN.routing,
        "number": KNOWN.number,
        "kind": KNOWN.kind,
        "holder": KNOWN.holder,
    }
    assert {name: getattr(found, name) for name in was} == {**was, **changed}


@pytest.mark.parametrize("code", ["C08", "C09", "C10", "C11", "C12", "C13", "C61"])
def test_other_corrections_are_none_of_the_accounts(code):
    assert rules.corrected(KNOWN, code, "anything") is None


@pytest.mark.django_db
class TestKept:
    def test_the_database_holds_no_number(self):
        a_bank_account(an_account(), number="98765432101")

        for table in ("payments_ach_bank", "payments_ach_bank_detail", "kernel_audit_entry"):
            rows = fetch_all(f"SELECT to_jsonb(t)::text AS said FROM {table} t")
            assert rows
            assert not any("98765432101" in row.said or "98765432" in row.said for row in rows)

    def test_given_again_it_is_the_one_there_is(self):
        account = an_account()

        assert a_bank_account(account) == a_bank_account(account)
        assert a_bank_account(account).id != a_bank_account(account, number="87654321").id

    def test_a_removed_one_is_drawn_from_no_more(self):
        account = an_account()
        bank = a_bank_account(account)
        waiting = a_debit(account, bank=bank)

        removed = remove_bank_account(bank=bank, on=MONDAY, actor=TESTER)

        assert (removed.status, ach.list_bank_accounts(numbers=account.numbers)) == ("removed", ())
        with pytest.raises(BankRefused):
            a_debit(account, bank=bank)
        assert waiting.status == "authorising"
        assert ach.count_waiting(until=date(2030, 1, 1)) == (0, 0)

    def test_one_the_bank_does_not_know_cannot_be_given_again(self, tmp_path):
        account = an_account()
        a_debit(account)
        (entry,) = entries_of(tmp_path, a_file(tmp_path, settled=True))
        take_back(tmp_path, [sent_back(entry, "R03")])

        with pytest.raises(BankRefused, match="cannot be drawn from"):
            a_bank_account(account)

    def test_another_account_cannot_draw_from_it(self):
        bank = a_bank_account(an_account())

        with pytest.raises(BankRefused):
            a_debit(an_account(), bank=bank)

    def test_a_correction_is_used_from_the_next_file_on(self, tmp_path):
        account = an_account()
        bank = a_bank_account(account)
        a_debit(account, bank=bank)
        (entry,) = entries_of(tmp_path, a_file(tmp_path, settled=True))

        first = take_back(tmp_path, [sent_back(entry, "C01", corrected="1918171614")])
        again = take_back(
            tmp_path, [sent_back(entry, "C01", corrected="1918171614")], made_on="261126"
        )

        assert (first.changes, again.changes) == ({"corrected": 1}, {"corrected": 1})
        (versions,) = fetch_all("SELECT max(version) AS last FROM payments_ach_bank_detail")
        assert versions.last == 2
        assert ach.get_bank_account(numbers=account.numbers, bank_id=bank.id).last_four == "1614"
        a_debit(account, bank=bank)
        (corrected,) = entries_of(tmp_path, a_file(tmp_path))
        assert corrected.account == "1918171614"

    @pytest.mark.parametrize(("code", "said"), [("C10", "Another name"), ("C02", "123456789")])
    def test_a_correction_nobody_can_apply_is_a_persons(self, tmp_path, code, said):
        account = an_account()
        bank = a_bank_account(account)
        a_debit(account, bank=bank)
        (entry,) = entries_of(tmp_path, a_file(tmp_path, settled=True))

        taken = take_back(tmp_path, [sent_back(entry, code, corrected=said)])

        assert (taken.changes, taken.exceptions) == ({"for_a_person": 1}, 1)
        assert [one.kind for one in ach.list_open_exceptions()] == ["change"]
        assert ach.get_bank_account(numbers=account.numbers, bank_id=bank.id) == bank
