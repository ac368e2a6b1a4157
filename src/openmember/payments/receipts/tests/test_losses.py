"""What the bank takes back after it was posted: it waits at the desk, and two people return or keep it."""

import pytest

from openmember.kernel.sql import fetch_one
from openmember.ledger.queries import get_balance
from openmember.payments.jobs import check_books
from openmember.payments.receipts import queries
from openmember.payments.receipts.services import acting, losses
from openmember.payments.receipts.services.acting import ReceiptRefused
from openmember.payments.receipts.testing import a_wire, wires_came
from openmember.payments.receipts.tests.test_working import (
    ROSA,
    SAM,
    open_entries,
    reconciled,
    states,
    the_receipt,
)
from openmember.payments.testing import TODAY, a_bill

pytestmark = pytest.mark.django_db


def the_loss():
    (loss,) = queries.list_losses(today=TODAY)
    return loss


def returned(loss):
    proposed = losses.propose_return(loss=loss, reason="recalled", on=TODAY, actor=ROSA)
    return losses.decide_loss(loss=proposed, agrees=True, on=TODAY, actor=SAM)


def test_a_posted_payment_the_bank_takes_back_waits_and_is_returned_by_two(account):
    a_bill(account, 50_00)
    wires_came(TODAY, a_wire(50_00, f"X {account.number}", "REF1"))
    assert reconciled() == ()

    again = wires_came(TODAY)

    assert again.lost == 1
    loss = the_loss()
    (payment,) = queries.list_lost_payments(loss=loss)
    assert (loss.receipt.amount_cents, payment.account_number) == (50_00, account.number)
    assert [one.check for one in check_books()] == ["receipt withdrawn"]
    proposed = losses.propose_return(loss=loss, reason="recalled", on=TODAY, actor=ROSA)
    with pytest.raises(ReceiptRefused, match="second person"):
        losses.decide_loss(loss=proposed, agrees=True, on=TODAY, actor=ROSA)

    done = losses.decide_loss(loss=proposed, agrees=True, on=TODAY, actor=SAM)

    assert (done.state, done.decided_by) == ("returned", str(SAM))
    assert fetch_one("SELECT status FROM payments_payment").status == "returned"
    assert get_balance(account_number=account.number).owed_cents == 50_00
    assert queries.list_losses(today=TODAY) == ()
    assert reconciled() == ()
    assert open_entries() == []
    assert wires_came(TODAY).lost == 0


def test_what_is_turned_down_is_open_again(account):
    wires_came(TODAY, a_wire(50_00, account.number))
    wires_came(TODAY)
    proposed = losses.propose_return(loss=the_loss(), reason="recalled", on=TODAY, actor=ROSA)

    losses.decide_loss(loss=proposed, agrees=False, on=TODAY, actor=SAM)

    assert (the_loss().state, the_loss().kind) == ("open", "")
    assert fetch_one("SELECT status FROM payments_payment").status == "accepted"


@pytest.mark.parametrize("is_reconciled", [True, False])
def test_money_stated_anew_is_kept_on_its_new_line(account, is_reconciled):
    wires_came(TODAY, a_wire(50_00, f"PAY {account.number}"))
    wires_came(TODAY, a_wire(50_00, f"PAYMENT OF {account.number}"))
    if is_reconciled:
        reconciled()
    (line,) = queries.list_lines_for(loss=the_loss(), today=TODAY)

    proposed = losses.propose_keep(loss=the_loss(), line=line, reason="same", on=TODAY, actor=ROSA)
    losses.decide_loss(loss=proposed, agrees=True, on=TODAY, actor=SAM)

    assert (states(), queries.list_queue(today=TODAY).total) == (["posted", "withdrawn"], 0)
    assert get_balance(account_number=account.number).credit_cents == 50_00
    assert reconciled() == ()
    assert open_entries() == []
    again = wires_came(TODAY, a_wire(50_00, f"PAYMENT OF {account.number}"))
    assert (again.posted, again.held, again.lost) == (0, 0, 0)


def test_only_a_waiting_line_of_the_same_amount_can_keep_it(account):
    wires_came(TODAY, a_wire(50_00, f"PAY {account.number}"), a_wire(50_01, "OTHER"))
    wires_came(TODAY, a_wire(50_01, "OTHER"))

    assert queries.list_lines_for(loss=the_loss(), today=TODAY) == ()
    with pytest.raises(ReceiptRefused, match="no other line"):
        losses.propose_keep(loss=the_loss(), line=the_receipt(), reason="r", on=TODAY, actor=ROSA)


def test_what_was_split_and_proposed_and_owed_back_is_all_returned(account):
    wires_came(TODAY, a_wire(100_00, "FOR TWO"))
    assert reconciled() == ()
    acting.post_receipt(
        receipt=the_receipt(), account_number=account.number, amount_cents=30_00, reason="r", learn=False,
        on=TODAY, actor=ROSA,
    )  # fmt: skip
    acting.return_receipt(
        receipt=the_receipt(), amount_cents=20_00, reason="r", on=TODAY, actor=ROSA
    )
    assert wires_came(TODAY).lost == 1

    returned(the_loss())

    assert get_balance(account_number=account.number).credit_cents == 0
    assert (queries.list_queue(today=TODAY).total, queries.list_unfinished_acts()) == (0, ())
    assert reconciled() == ()
    assert open_entries() == []


def test_what_was_paid_out_already_is_not_returned(account):
    wires_came(TODAY, a_wire(100_00, "WHO"))
    act = acting.return_receipt(
        receipt=the_receipt(), amount_cents=100_00, reason="r", on=TODAY, actor=ROSA
    )
    acting.pay_out(act=act, reference="check 1", on=TODAY, actor=ROSA)
    wires_came(TODAY)

    with pytest.raises(ReceiptRefused, match="paid out"):
        returned(the_loss())


def test_what_was_returned_and_comes_again_is_looked_at(account):
    wires_came(TODAY, a_wire(50_00, account.number, "REF1"))
    wires_came(TODAY)
    returned(the_loss())

    again = wires_came(TODAY, a_wire(50_00, account.number, "REF1"))

    assert (again.posted, again.held) == (0, 1)
    assert check_books() == ()
