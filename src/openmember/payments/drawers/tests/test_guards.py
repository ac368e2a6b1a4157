"""What lies in a drawer cannot be talked away, and a card is charged only for a visit that has its place."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction

from openmember.kernel.sql import Refused, fetch_all, fetch_one
from openmember.members.types import Role
from openmember.payments.drawers import queries
from openmember.payments.drawers.services.deposits import make_deposit
from openmember.payments.drawers.services.opening import open_drawer
from openmember.payments.drawers.services.paper import issue_range, spoil_receipt
from openmember.payments.drawers.services.refusals import CounterRefused
from openmember.payments.drawers.services.taking import CardNotTaken, OnlyCardTaken
from openmember.payments.drawers.services.voids import ask_void, decide_void
from openmember.payments.drawers.testing import a_person, a_visit, count, statuses, take
from openmember.payments.gateways.terminal import SandboxTerminal
from openmember.payments.jobs import check_books
from openmember.payments.queries import list_payments
from openmember.payments.services import door
from openmember.payments.services.corrections import CannotCorrect, reverse_payment
from openmember.payments.testing import TESTER, TODAY, an_account
from openmember.payments.types import Channel, Method, PaymentRequest, Status

pytestmark = pytest.mark.django_db


def bounce(payment, to=Status.RETURNED):
    reverse_payment(payment=payment, to=to, reason="x", reversed_on=TODAY, actor=TESTER)


def waiting_visits():
    return fetch_one("SELECT count(*) AS n FROM payments_drawer_visit").n


@pytest.fixture
def paper(facility, supervisor):
    issue_range(facility=facility, first=100, last=149, on=TODAY, actor=supervisor)


def when_the_card_is_charged(monkeypatch, act):
    charge = SandboxTerminal.take

    def take_and_act(self, *args, **options):
        answer = charge(self, *args, **options)
        act()
        return answer

    monkeypatch.setattr(SandboxTerminal, "take", take_and_act)


@pytest.mark.parametrize("to", [Status.RETURNED, Status.CHARGED_BACK])
def test_no_bank_takes_cash_back(account, drawer, cashier, to):
    receipt = take(account, drawer, cashier, a_visit(100_00))

    with pytest.raises(CannotCorrect):
        bounce(receipt.payments[0], to)

    assert set(statuses(account).values()) == {Status.ACCEPTED}


def test_a_check_bounces_only_once_it_was_deposited(account, drawer, cashier, facility):
    receipt = take(account, drawer, cashier, a_visit(40_00, check_cents=40_00, check_number="1021"))
    with pytest.raises(CannotCorrect, match="still in its drawer"):
        bounce(receipt.payments[0])
    count(drawer, cashier, 200_00, checks_cents=40_00)
    make_deposit(facility=facility, on=TODAY, actor=cashier)

    bounce(receipt.payments[0])

    assert set(statuses(account).values()) == {Status.RETURNED}
    assert check_books() == ()


def test_a_supervisor_does_not_agree_to_a_void_of_the_drawer_they_work(
    account, facility, supervisor, cashier
):
    own = open_drawer(
        facility=facility, name="Pharmacy 2", float_cents=200_00, on=TODAY, actor=supervisor
    )
    receipt = take(account, own, supervisor, a_visit(500_00))
    ask_void(payment=receipt.payments[0], reason="mistake", actor=cashier)
    (asked,) = queries.list_voids_waiting(facility=facility.code, actor=supervisor)

    with pytest.raises(CounterRefused, match="the drawer is yours"):
        decide_void(request=asked, is_agreed=True, on=TODAY, actor=supervisor)

    decide_void(request=asked, is_agreed=True, on=TODAY, actor=a_person(Role.SUPERVISOR))
    assert set(statuses(account).values()) == {Status.VOIDED}


def test_a_cashier_does_not_choose_the_float(books, facility, cashier, supervisor):
    with pytest.raises(CounterRefused, match="another float"):
        open_drawer(
            facility=facility, name="Pharmacy 1", float_cents=150_00, on=TODAY, actor=cashier
        )

    opened = open_drawer(
        facility=facility, name="Pharmacy 1", float_cents=150_00, on=TODAY, actor=supervisor
    )
    assert opened.float_cents == 150_00


@pytest.mark.parametrize("number", [120, 999])
def test_a_card_is_not_charged_for_a_paper_receipt_that_cannot_be(
    account, drawer, cashier, facility, supervisor, paper, number
):
    spoil_receipt(facility=facility, number=120, reason="torn", actor=supervisor)

    with pytest.raises(CounterRefused):
        take(account, drawer, cashier, a_visit(10_00, paper=number, card_cents=10_00))

    assert list_payments(numbers=account.numbers).payments == ()
    assert waiting_visits() == 0


def test_a_paper_receipt_held_for_a_card_is_nobody_elses(
    account, drawer, cashier, facility, supervisor, paper, monkeypatch
):
    refused = []

    def spoil():
        try:
            spoil_receipt(facility=facility, number=120, reason="torn", actor=supervisor)
        except CounterRefused as said:
            refused.append(said.name)

    when_the_card_is_charged(monkeypatch, spoil)

    receipt = take(account, drawer, cashier, a_visit(10_00, paper=120, card_cents=10_00))

    assert refused == ["keyed_before"]
    assert receipt.taken[0].paper_number == 120


def test_a_drawer_is_not_counted_while_the_terminal_has_a_card(
    account, drawer, cashier, monkeypatch
):
    refused = []

    def try_to_count():
        try:
            count(drawer, cashier, 200_00)
        except CounterRefused as said:
            refused.append(said.name)

    when_the_card_is_charged(monkeypatch, try_to_count)

    receipt = take(account, drawer, cashier, a_visit(100_00, card_cents=60_00, cash_cents=40_00))

    assert refused == ["card_waiting"]
    assert {one.method for one in receipt.taken} == {Method.CARD, Method.CASH}
    assert count(drawer, cashier, 240_00).over_cents == 0
    assert check_books() == ()


def test_a_card_charged_for_a_visit_nobody_finished_is_in_the_drawer_when_it_is_counted(
    account, drawer, cashier, monkeypatch
):
    def lose_the_process():
        raise KeyboardInterrupt

    visit = a_visit(60_00, card_cents=60_00)
    with monkeypatch.context() as patched:
        patched.setattr(
            "openmember.payments.drawers.services.taking._put_into_drawer",
            lambda *args: lose_the_process(),
        )
        with pytest.raises(KeyboardInterrupt):
            take(account, drawer, cashier, visit)

    count(drawer, cashier, 200_00)

    taken = queries.list_taken(drawer_id=drawer.id, actor=cashier)
    assert [(one.method, one.amount_cents) for one in taken] == [(Method.CARD, 60_00)]
    assert waiting_visits() == 0


def test_a_declined_card_gives_its_place_back(account, drawer, cashier, paper):
    visit = a_visit(10_01, paper=120, card_cents=10_01)

    with pytest.raises(CardNotTaken):
        take(account, drawer, cashier, visit)

    assert waiting_visits() == 0
    paid = take(account, drawer, cashier, replace(a_visit(10_00, paper=120), key=visit.key))
    assert paid.taken[0].paper_number == 120


def test_what_is_refused_after_the_card_was_charged_is_said_so(
    account, drawer, cashier, monkeypatch
):
    from openmember.payments.drawers.services import taking
    from openmember.payments.services.door import PaymentRefused

    pay = taking.take_payment

    def refuse_cash(*, account, request, actor):
        if request.method is Method.CASH:
            raise PaymentRefused("closed", "the account was closed meanwhile")
        return pay(account=account, request=request, actor=actor)

    monkeypatch.setattr(taking, "take_payment", refuse_cash)

    with pytest.raises(OnlyCardTaken) as only:
        take(account, drawer, cashier, a_visit(100_00, card_cents=60_00, cash_cents=40_00))

    assert only.value.receipt.amount_cents == 60_00
    assert waiting_visits() == 0
    assert check_books() == ()


def test_paper_counts_for_the_day_written_on_it(account, drawer, cashier, facility, supervisor):
    day = TODAY - timedelta(days=2)
    issue_range(facility=facility, first=100, last=149, on=day, actor=supervisor)

    receipt = take(account, drawer, cashier, a_visit(10_00, paper=120, on=day))
    with pytest.raises(CounterRefused, match="handed out later"):
        take(
            an_account(), drawer, cashier,
            a_visit(10_00, paper=121, on=day - timedelta(days=1)),
        )  # fmt: skip

    assert receipt.payments[0].effective_on == day


@pytest.mark.parametrize("method", [Method.CASH, Method.CHECK])
def test_what_is_handed_over_at_a_counter_lies_in_a_drawer(account, method):
    request = PaymentRequest("outside", 40_00, method, Channel.COUNTER, "guest", TODAY)

    with transaction.atomic():
        payment = door.take_payment(account=account, request=request, actor=TESTER)
        (found,) = check_books()
        with pytest.raises(Refused, match="open drawer"):
            fetch_all("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)

    assert found.check == "counter payment"
    assert str(payment.id) in found.explanation


def test_what_the_desk_took_before_it_had_drawers_is_no_difference(account):
    """Drawers became a must with an update; cash of before it stands in the books for ever."""
    request = PaymentRequest("outside", 40_00, Method.CASH, Channel.COUNTER, "guest", TODAY)

    with transaction.atomic():
        payment = door.take_payment(account=account, request=request, actor=TESTER)
        fetch_all("SET LOCAL session_replication_role = replica")
        for before, checks in (("0 seconds", ["counter payment"]), ("1 second", [])):
            fetch_all(
                "UPDATE payments_payment SET created_at = payments_counter_since() - %s::interval"
                " WHERE account_number = %s AND id = %s",
                [before, account.number, payment.id],
            )
            assert [found.check for found in check_books()] == checks
        transaction.set_rollback(True)
