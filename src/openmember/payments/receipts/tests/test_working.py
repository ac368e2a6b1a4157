"""What is sure is posted once, what is not waits, and the ledger and the bank agree about both."""

from datetime import timedelta

import pytest

from openmember.accounts.services import import_legacy_account, open_account
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.ledger.queries import get_balance
from openmember.members.types import Actor, Role
from openmember.payments.jobs import check_books
from openmember.payments.receipts import queries, rules
from openmember.payments.receipts.services import acting
from openmember.payments.receipts.services.acting import ReceiptRefused
from openmember.payments.receipts.services.working import work_receipts
from openmember.payments.receipts.testing import a_wire, wires_came
from openmember.payments.reconciliation.queries import get_statement
from openmember.payments.reconciliation.services.matching import reconcile_day
from openmember.payments.reconciliation.testing import a_bank_day, a_line
from openmember.payments.testing import TESTER, TODAY, a_bill, a_member, an_account

pytestmark = pytest.mark.django_db
ROSA = Actor("staff", 1, roles=frozenset({Role.BILLING}))
SAM = Actor("staff", 2, roles=frozenset({Role.FINANCE}))


def grouped(number: str) -> str:
    return f"{number[:4]} {number[4:8]} {number[8:]}"


def states():
    return [row.state for row in fetch_all("SELECT state FROM payments_receipt ORDER BY id")]


def reasons():
    return [row.reason for row in fetch_all("SELECT reason FROM payments_receipt ORDER BY id")]


def the_receipt():
    (receipt,) = queries.list_queue(today=TODAY).receipts
    return receipt


def reconciled():
    reconcile_day(day=TODAY + timedelta(days=3), actor=TESTER)
    assert get_statement(until=TODAY + timedelta(days=3)).unexplained_cents == 0
    return check_books()


def open_entries():
    return fetch_all("SELECT * FROM payments_recon_entry WHERE match_id IS NULL AND NOT withdrawn")


def test_a_number_in_the_text_is_posted_and_settles_the_bill(account):
    a_bill(account, 50_00)

    done = wires_came(TODAY, a_wire(50_00, f"WIRE FROM RIVER {grouped(account.number)} PREMIUM"))

    assert (done.posted, done.held) == (1, 0)
    assert get_balance(account_number=account.number).owed_cents == 0
    assert (states(), reasons()) == (["posted"], ["number"])
    assert check_books() == ()


def test_the_line_is_matched_with_its_payment_and_with_nothing_else(account):
    wires_came(TODAY, a_wire(50_00, account.number), a_wire(50_00, "NO NUMBER HERE"))

    assert reconciled() == ()

    assert open_entries() == []
    assert {row.reason for row in fetch_all("SELECT reason FROM payments_recon_match")} == {
        "the payment was posted from this line"
    }
    assert fetch_one("SELECT status FROM payments_payment").status == "settled"


def test_what_nobody_knows_stands_on_unidentified_receipts(account):
    done = wires_came(TODAY, a_wire(70_00, "THANK YOU FOR EVERYTHING"))

    assert (done.posted, done.held) == (0, 1)
    assert [(one.amount_cents, one.reason) for one in [the_receipt()]] == [(70_00, "nothing")]
    (transfer,) = fetch_all("SELECT * FROM ledger_transfer WHERE account_number = 'HOUSE'")
    assert (transfer.debit, transfer.credit) == (1010, 2020)
    assert check_books() == ()


def test_the_same_file_again_posts_nothing(account):
    lines = (a_wire(50_00, account.number, "REF1"), a_wire(70_00, "WHO", "REF2"))
    wires_came(TODAY, *lines)

    again = wires_came(TODAY, *lines)

    assert (again.posted, again.held) == (0, 0)
    assert states() == ["posted", "waiting"]
    assert check_books() == ()


def test_a_restated_day_posts_once(account):
    wires_came(TODAY, a_wire(50_00, f"PAY {account.number}", "REF1"))

    again = wires_came(
        TODAY, a_wire(9_00, "WHO", "REF0"), a_wire(50_00, f"PAYMENT {account.number}", "REF1")
    )

    assert (again.posted, again.held) == (0, 1)
    assert get_balance(account_number=account.number).credit_cents == 50_00
    assert reconciled() == ()
    assert open_entries() == []


def test_money_stated_anew_in_other_words_waits_for_a_person(account):
    wires_came(TODAY, a_wire(50_00, f"PAY {account.number}"))

    again = wires_came(TODAY, a_wire(50_00, f"PAYMENT OF {account.number}"))

    assert (again.posted, again.held, again.lost) == (0, 1, 1)
    assert the_receipt().reason == "restated"
    assert [one.check for one in check_books()] == ["receipt withdrawn"]


def test_money_partly_worked_and_stated_anew_is_not_posted_beside_it(account):
    wires_came(TODAY, a_wire(1000_00, "SOMEBODY"))
    acting.post_receipt(
        receipt=the_receipt(), account_number=account.number, amount_cents=400_00, reason="r", learn=False,
        on=TODAY, actor=ROSA,
    )  # fmt: skip

    again = wires_came(TODAY, a_wire(1000_00, f"SOMEBODY  MEMBER {account.number}"))

    assert (again.posted, again.held, again.lost) == (0, 1, 1)
    assert get_balance(account_number=account.number).credit_cents == 400_00
    assert [one.check for one in check_books()] == ["receipt withdrawn"]


def test_nobody_agrees_to_an_act_on_money_the_bank_took_back(account):
    wires_came(TODAY, a_wire(5000_00, "SOMEBODY"))
    act = acting.post_receipt(
        receipt=the_receipt(), account_number=account.number, amount_cents=5000_00, reason="r", learn=False,
        on=TODAY, actor=ROSA,
    )  # fmt: skip
    waiting = the_receipt()
    again = wires_came(TODAY, a_wire(5000_00, f"SOMEBODY MEMBER {account.number}"))

    for do in (
        lambda: acting.decide_act(act=act, agrees=True, on=TODAY, actor=SAM),
        lambda: acting.return_receipt(
            receipt=waiting, amount_cents=1, reason="r", on=TODAY, actor=ROSA
        ),
    ):
        with pytest.raises(ReceiptRefused):
            do()
    assert (again.posted, again.held) == (0, 1)
    assert get_balance(account_number=account.number).credit_cents == 0
    acting.decide_act(act=act, agrees=False, on=TODAY, actor=SAM)


def test_money_stated_anew_on_a_day_beside_waits_too(account):
    wires_came(TODAY, a_wire(50_00, f"PAY {account.number}"))
    wires_came(TODAY, a_wire(1_00, "OTHER"))

    again = wires_came(TODAY + timedelta(days=1), a_wire(50_00, f"PAY {account.number}"))

    assert (again.posted, again.held) == (0, 1)


def test_a_day_the_bank_takes_back_and_states_again_is_as_it_was(account):
    wires_came(TODAY, a_wire(50_00, f"PAY {account.number}", "REF1"))
    wires_came(TODAY, a_wire(1_00, "OTHER", "REF2"))

    again = wires_came(TODAY, a_wire(50_00, f"PAY {account.number}", "REF1"))

    assert (again.posted, again.lost) == (0, 0)
    assert check_books() == ()
    assert fetch_one("SELECT state FROM payments_receipt_loss").state == "kept"


def test_what_the_bank_takes_back_before_anybody_looked_is_taken_back(account):
    wires_came(TODAY, a_wire(70_00, "WHO", "REF1"))

    again = wires_came(TODAY, a_wire(80_00, "WHO", "REF2"))

    assert (again.held, again.withdrawn) == (1, 1)
    assert the_receipt().amount_cents == 80_00
    assert reconciled() == ()
    assert open_entries() == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{number} AND {other}", "several"),
        ("TRACE NO {number}", "unsure"),
        ("PAY {slip}", "unsure"),
        ("PAY {slip} RIVER ANA", "repaired:name"),
        ("PAY {read} ANA RIVER", "read:name"),
        ("PAY {read}", "unsure"),
        ("MEMBER {mrn}", "unsure"),
        ("MEMBER {mrn} ANA RIVER", "mrn:name"),
        ("OLD 00123456789", "unsure"),
        ("OLD 00123456789 JOE STONE", "legacy:name"),
        ("ANA RIVER", "nothing"),
        ("{scan}", "scan_line"),
    ],
)
def test_each_way_of_saying_it_is_as_sure_as_it_is(books, text, reason):
    from openmember.billing.statements.rules import scan_line

    holder = a_member(first="Ana", last="River")
    number = open_account(
        holder_id=holder.id, actor=TESTER, draw=lambda below: 1_015_823_647
    ).number
    slip = number[:5] + number[6] + number[5] + number[7:]
    other = an_account(holder=a_member(first="Bo", last="Lake")).number
    import_legacy_account(
        number="00123456789", holder_id=a_member(first="Joe", last="Stone").id, actor=TESTER
    )
    read = number.replace("0", "O").replace("1", "I")

    wires_came(
        TODAY,
        a_wire(61_00, text.format(
            number=number, other=other, slip=slip, read=read, mrn=holder.mrn, scan=scan_line(number, 61_00),
        )),
    )  # fmt: skip

    assert reasons() == [reason]
    assert check_books() == ()


def test_the_banks_own_reference_is_no_bill_pay_number(account):
    wires_came(TODAY, a_wire(50_00, "PETER STONE RENT", account.number))
    wires_came(TODAY + timedelta(days=1), a_wire(51_00, "ANA RIVER RENT", account.number))

    assert reasons() == ["unsure", "other_label:name"]


def test_posting_later_counts_from_the_day_the_money_came_and_doubles_nothing(account):
    wires_came(TODAY, a_wire(70_00, "FOR ANA"))
    assert reconciled() == ()

    acting.post_receipt(
        receipt=the_receipt(), account_number=account.number, amount_cents=70_00, reason="asked her",
        learn=True, on=TODAY + timedelta(days=2), actor=ROSA,
    )  # fmt: skip

    assert get_balance(account_number=account.number).credit_cents == 70_00
    assert fetch_one("SELECT effective_on FROM payments_payment").effective_on == TODAY
    assert states() == ["worked"]
    assert reconciled() == ()
    assert open_entries() == []
    assert fetch_one("SELECT status FROM payments_payment").status == "settled"


def test_a_confirmed_payer_is_suggested_next_time_and_only_suggested(account):
    wires_came(TODAY, a_wire(70_00, "ACME BAKERY LLC INVOICE 77"))
    acting.post_receipt(
        receipt=the_receipt(), account_number=account.number, amount_cents=70_00, reason="r",
        learn=True, on=TODAY, actor=ROSA,
    )  # fmt: skip

    done = wires_came(TODAY + timedelta(days=1), a_wire(70_00, "Acme Bakery invoice 78"))

    assert (done.posted, done.held) == (0, 1)
    from openmember.payments.receipts.resolving import Said, suggest

    receipt = the_receipt()
    (first, *_rest) = suggest(Said(receipt.payer, receipt.text, receipt.bank_reference, 70_00))
    assert (first.account_number, "pair" in first.facts) == (account.number, True)


def test_a_confirmed_payer_with_a_slip_near_the_number_still_waits(account):
    slip = f"{account.number[:5]}{(int(account.number[5]) + 1) % 10}{account.number[6:]}"
    wires_came(TODAY, a_wire(50_00, "ORIG CO CHECKFREE BILL PAY"))
    acting.post_receipt(
        receipt=the_receipt(), account_number=account.number, amount_cents=50_00, reason="r",
        learn=True, on=TODAY, actor=ROSA,
    )  # fmt: skip

    done = wires_came(
        TODAY + timedelta(days=1), a_wire(60_00, f"ORIG CO CHECKFREE BILL PAY {slip}")
    )

    assert (done.posted, done.held, the_receipt().reason) == (0, 1, "unsure")


def test_what_many_confirmed_payers_say_suggests_nobody(account):
    for turn in range(4):
        number = account.number if not turn else an_account().number
        wires_came(TODAY + timedelta(days=turn), a_wire(50_00, "ORIG CO CHECKFREE BILL PAY"))
        acting.post_receipt(
            receipt=the_receipt(), account_number=number, amount_cents=50_00, reason="r",
            learn=True, on=TODAY, actor=ROSA,
        )  # fmt: skip
    from openmember.payments.receipts.resolving import Said, suggest

    assert suggest(Said("", "ORIG CO CHECKFREE BILL PAY", "", 50_00)) == []


def test_money_is_split_and_the_rest_goes_back(account):
    other = an_account()
    wires_came(TODAY, a_wire(100_00, "FOR TWO"))
    for number, cents in ((account.number, 30_00), (other.number, 50_00)):
        acting.post_receipt(
            receipt=the_receipt(), account_number=number, amount_cents=cents, reason="r", learn=False,
            on=TODAY, actor=ROSA,
        )  # fmt: skip
    act = acting.return_receipt(
        receipt=the_receipt(), amount_cents=20_00, reason="too much", on=TODAY, actor=ROSA
    )
    assert check_books() == ()
    assert queries.list_queue(today=TODAY).total == 0

    acting.pay_out(act=act, reference="check 1001", on=TODAY, actor=ROSA)

    a_bank_day(TODAY + timedelta(days=1), a_line(-20_00, "CHK1001"))
    assert reconciled() == ()
    assert open_entries() == []


def test_more_than_what_waits_is_refused(account):
    wires_came(TODAY, a_wire(100_00, "WHO"))

    with pytest.raises(ReceiptRefused):
        acting.return_receipt(
            receipt=the_receipt(), amount_cents=100_01, reason="r", on=TODAY, actor=ROSA
        )


def test_above_the_limit_two_people_agree_however_it_is_split(account):
    wires_came(TODAY, a_wire(9000_00, "WHO"))
    act = acting.post_receipt(
        receipt=the_receipt(), account_number=account.number, amount_cents=10_00, reason="r", learn=False,
        on=TODAY, actor=ROSA,
    )  # fmt: skip
    assert act.state == "proposed"
    assert the_receipt().free_cents == 8990_00

    with pytest.raises(ReceiptRefused, match="second person"):
        acting.decide_act(act=act, agrees=True, on=TODAY, actor=ROSA)
    assert get_balance(account_number=account.number).credit_cents == 0
    acting.decide_act(act=act, agrees=True, on=TODAY, actor=SAM)

    assert get_balance(account_number=account.number).credit_cents == 10_00
    assert the_receipt().open_cents == 8990_00
    assert check_books() == ()


def test_the_database_and_the_rules_have_one_limit(db):
    assert fetch_one("SELECT payments_receipt_alone_cents() AS cents").cents == rules.ALONE_CENTS


def test_money_that_is_no_payment_goes_to_reconciliation(account):
    wires_came(TODAY, a_wire(100_00, "INTEREST"))
    assert reconciled() == ()

    acting.release_receipt(receipt=the_receipt(), reason="interest", on=TODAY, actor=ROSA)

    assert reconciled() == ()
    (left,) = open_entries()
    assert (left.side, left.amount_cents) == ("bank", 100_00)


def test_other_credits_are_left_to_reconciliation(account):
    done = wires_came(TODAY, a_line(50_00, "po_1", account.number))

    assert (done.posted, done.held) == (0, 0)


def test_what_a_bank_told_of_long_ago_is_left_to_reconciliation(account):
    a_bank_day(TODAY, a_wire(50_00, account.number))
    fetch_all("SET LOCAL session_replication_role = replica")
    fetch_all("UPDATE payments_bank_day SET taken_at = now() - interval '32 days'")
    fetch_all("SET LOCAL session_replication_role = origin")

    assert work_receipts(actor=TESTER).posted == 0

    a_bank_day(TODAY, a_wire(50_00, account.number), a_wire(60_00, account.number, "REF2"))
    assert work_receipts(actor=TESTER).posted == 2


def test_a_run_cut_off_between_its_steps_goes_on(account, monkeypatch):
    from openmember.payments.receipts.services import working

    a_bank_day(TODAY, *(a_wire(10_00 + n, f"{account.number}", f"R{n}") for n in range(5)))
    calls = []

    def cut(**options):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return post(**options)

    post = working.post_batch
    monkeypatch.setattr(working, "post_batch", cut)
    with pytest.raises(KeyboardInterrupt):
        work_receipts(actor=TESTER, chunk=2)
    monkeypatch.setattr(working, "post_batch", post)
    assert set(states()) == {"posted", "matched", "new"}
    assert check_books() == ()

    work_receipts(actor=TESTER, chunk=2)

    assert set(states()) == {"posted"}
    assert get_balance(account_number=account.number).credit_cents == 50_10
    assert check_books() == ()
