"""Premium remittances that wait for a person, and why."""

import pytest

from openmember.exchange.testing import compose_x12
from openmember.exchange.x820.testing import EXCHANGE, GROUP, Paid, compose_820, rows_820
from openmember.members.testing import TESTER
from openmember.payments.jobs import check_books
from openmember.payments.remittances.models import RemittanceException
from openmember.payments.remittances.services.exceptions import (
    CannotResolve,
    choose_account,
    post_now,
)
from openmember.payments.remittances.tests.books import cash_of, moved, reasons
from openmember.payments.remittances.types import Reason
from openmember.payments.testing import a_bill, an_account

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("entity", "options", "reason"),
    [
        (Paid("S1", (("APTC", 10_00),)), {"amount_cents": 11_00}, Reason.DOES_NOT_ADD_UP),
        (Paid("S1", (("APTC", 10_00),)), {"credit_debit": "D"}, Reason.DEBIT),
        (Paid("S1", (("APTC", 10_00),)), {"method": "XYZ"}, Reason.METHOD),
        (Paid("S1", (("APTC", 10_00),)), {"method": "NON"}, Reason.NO_PAYMENT),
        (Paid("S1", (("HHMPADJ", 10_00),)), {}, Reason.UNKNOWN_KIND),
        (Paid("S9", (("APTC", 10_00),)), {}, Reason.UNKNOWN_ACCOUNT),
        (Paid("S1", (("APTC", 10_00),), last_name="Stone"), {}, Reason.NAME_DIFFERS),
        (Paid("S1", (("PREM", -10_00), ("APTC", 30_00))), {}, Reason.TAKES_BACK),
        (
            Paid("S1", (("S1", 90_00),), "IG", rows=(("RMR", "IG", "S1", "", "10", "30"), ("ADX", "-5", "52"))),
            {"guide": GROUP, "amount_cents": 100_00}, Reason.DOES_NOT_ADD_UP,
        ),
    ],
)  # fmt: skip
def test_what_is_unclear_posts_nothing_and_waits(take, enrolled, entity, options, reason):
    ana, ben = enrolled("S1"), enrolled("S2", "Ben", "Stone")
    other = Paid("S2", (("APTC", 5_00),), last_name="Stone", first_name="Ben")
    if "amount_cents" not in options:
        taken = take(compose_820([other, entity], **options))
    else:
        taken = take(compose_820([entity], **options))

    assert reasons(taken) == [reason]
    assert moved(ana) == moved(ben) == {}
    assert RemittanceException.objects.get().reason == reason
    assert taken.accepted == (reason is not Reason.DOES_NOT_ADD_UP)
    assert check_books() == ()


def test_each_difference_is_named(take):
    content = compose_820([Paid("S1", (("APTC", 10_00),))], amount_cents=12_50)

    (found,) = take(content).exceptions

    assert found.differences == (
        "Segment 3: The lines (RMR04) and the adjustments to earlier payments (ADX) come to 10.00,"
        " but BPR02 says 12.50: 2.50 off.",
        "Segment 10: None of the numbers leads to an account (1 line to post).",
    )


def test_one_payment_of_a_file_waits_and_the_other_is_posted(take, enrolled):
    ana = enrolled("S1")
    sound = rows_820([Paid("S1", (("APTC", 10_00),))], trace="A")
    unsound = rows_820([Paid("S1", (("APTC", 20_00),))], trace="B", amount_cents=1)
    both = compose_x12([unsound, sound], set_id="820", functional_id="RA", guide=EXCHANGE)

    taken = take(b"".join(both))

    assert (taken.effects.payments_posted, taken.effects.payments_held) == (1, 1)
    assert cash_of(ana) == 10_00


def test_another_payment_under_a_known_trace_waits(take, enrolled):
    ana = enrolled("S1")
    take(compose_820([Paid("S1", (("APTC", 10_00),))]))

    taken = take(compose_820([Paid("S1", (("APTC", 11_00),))]))

    assert reasons(taken) == [Reason.TRACE_REUSED]
    assert cash_of(ana) == 10_00


def test_what_the_books_refuse_waits_and_can_be_tried_again(take, enrolled):
    ana, other = enrolled("S1"), an_account()
    bill = a_bill(other, 10_00)
    entity = Paid("S1", ((bill.reference, 10_00),), "IK")

    taken = take(compose_820([entity], guide=GROUP))

    assert reasons(taken) == [Reason.REFUSED]
    assert taken.exceptions[0].message == "The door refused a payment: unknown bill."
    with pytest.raises(CannotResolve, match="unknown bill"):
        post_now(exception_id=RemittanceException.objects.get().id, note="", actor=TESTER)
    assert RemittanceException.objects.get().resolved_at is None
    assert moved(ana) == {}
    assert check_books() == ()


def test_a_payment_that_waited_is_not_posted_after_the_one_that_replaced_it(take, enrolled):
    ana = enrolled("S1")
    take(compose_820([Paid("S9", (("APTC", 10_00),))]))
    waiting = RemittanceException.objects.get()
    take(compose_820([Paid("S1", (("APTC", 10_00),))]))

    with pytest.raises(CannotResolve, match="posted meanwhile"):
        choose_account(exception_id=waiting.id, account=ana, actor=TESTER)
    assert cash_of(ana) == 10_00
    assert check_books() == ()
