"""The member at a glance: all that whoever answers must know first, in few queries."""

from datetime import date, timedelta

import pytest

from openmember.accounts import services as accounts
from openmember.cases.callbacks.queries import list_windows
from openmember.cases.callbacks.services import promise
from openmember.cases.interactions.services import contacts
from openmember.cases.interactions.types import Description, InterpreterMode, Outcome, Relay
from openmember.cases.repeats import services as repeats
from openmember.cases.repeats.queries import list_proposed
from openmember.cases.repeats.types import Kind
from openmember.cases.services import owning
from openmember.cases.testing import NOW, a_case, a_contact, a_supervisor, a_worker
from openmember.coverage.cards import rules
from openmember.coverage.cards.types import CardCoverage
from openmember.coverage.testing import covered
from openmember.desk.tests.reading import words
from openmember.members.proxies.services import allow
from openmember.members.proxies.types import Basis, For
from openmember.members.types import Role
from openmember.payments.testing import TESTER, TODAY, a_bill, a_member, a_payment, an_account

QUERIES_AT_MOST = 12


@pytest.fixture
def ana(db):
    return a_member(
        region="california", language="es", reading_format="large_print", phone="510-555-0134"
    )


@pytest.fixture
def account(ana):
    return an_account(holder=ana)


def full(ana, account):
    """Let everything be known of Ana that can be: coverage that changed, work, promises, contacts, needs."""
    child = a_member(first="Mia", birth_on=date(2015, 3, 4))
    accounts.add_person(account_number=account.number, member_id=child.id, relationship="child")
    covered(account, (ana, "18"), (child, "19"), ends_on=TODAY - timedelta(days=20))
    covered(
        account,
        (ana, "18"),
        (child, "19"),
        group_number="GRP2002",
        starts_on=TODAY - timedelta(days=19),
    )
    leo = a_member(first="Leo", last="Ruiz")
    allow(
        member_id=ana.id, proxy_id=leo.id, may=frozenset({For.READ_MESSAGES}), basis=Basis.AUTHORIZATION,
        until=None, now=NOW - timedelta(days=30), actor=TESTER,
    )  # fmt: skip
    a_bill(account, 30_00)
    a_payment(account, 10_00)
    vera, rosa = a_supervisor("billing"), a_worker("billing")
    case = owning.take(
        case=a_case(ana, category="bill_question", bill="May", now=NOW), now=NOW, actor=rosa
    )
    promise(
        case=case,
        window=list_windows(case=case, now=NOW)[0],
        phone="510-555-0134",
        now=NOW,
        actor=rosa,
    )
    a_case(child)
    for minutes in range(3):
        now = NOW - timedelta(minutes=minutes + 1)
        contact = a_contact(ana, rosa, topic="bill_question", now=now)
        said = Description(
            interpreter_language="zh-hant", interpreter_mode=InterpreterMode.PHONE, relay=Relay.TTY
        )
        contacts.describe(interaction_id=contact.id, said=said, now=NOW, actor=rosa)
        contacts.end(interaction_id=contact.id, outcome=Outcome.ANSWERED, now=NOW, actor=rosa)
    (found,) = list_proposed(actor=vera)
    a_contact(ana, rosa)
    repeats.accept(repeat_id=found.id, kind=Kind.OWNER, owner_id=rosa.id, now=NOW, actor=vera)
    return case


def test_everything_to_know_first_is_on_one_page(
    desk_of, ana, account, django_assert_max_num_queries
):
    case = full(ana, account)
    desk = desk_of(Role.REPRESENTATIVE, account=account)
    desk.get("account")  # What is read once a process is read now.

    with django_assert_max_num_queries(QUERIES_AT_MOST):
        shown = words(desk.get("account"))

    for fact in (
        "California", "Spanish", "Large print", "Interpreter last time <strong>Traditional Chinese", "TTY",
        "Single point of contact: Rosa, Oakland", "Coverage changed:", "GRP1001", "<strong>GRP2002</strong>",
        "A card printed before shows the old one", "$20.00", case.number, "Calls we promised", "Mia",
        "By phone", "Still going on",
        "Proxy: <strong>Leo Ruiz</strong>, The member’s authorization: Read messages",
    ):  # fmt: skip
        assert fact in shown, fact
    # Once, for both of them.
    assert shown.count("Coverage changed:") == 1


def test_what_comes_again_and_again_asks_for_somebody(desk_of, ana, account):
    rosa = a_worker("billing")
    for _ in range(3):
        contact = a_contact(ana, rosa, topic="bill_question")
        contacts.end(interaction_id=contact.id, outcome=Outcome.ANSWERED, now=NOW, actor=rosa)

    shown = words(desk_of(Role.REPRESENTATIVE, account=account).get("account"))

    assert "The same need comes again and again" in shown


def test_who_answers_nobody_is_told_nothing_of_care(desk_of, ana, account):
    case = a_case(ana)

    shown = words(desk_of(Role.FINANCE, account=account).get("account"))

    assert "Ana Ruiz" in shown
    assert case.number not in shown
    assert "Last contacts" not in shown


def spans(*facts):
    return [CardCoverage("HLT", plan, group, first, last) for plan, group, first, last in facts]


def test_a_change_is_another_plan_or_group_and_is_forgotten():
    first, second = date(2026, 1, 1), date(2026, 10, 1)
    same = spans(("Gold", "A", first, date(2026, 9, 30)), ("Gold", "A", second, None))
    other = spans(("Gold", "A", first, date(2026, 9, 30)), ("Gold", "B", second, None))

    assert rules.changes(rules.join_stretches(same), date(2026, 10, 5)) == ()
    (change,) = rules.changes(rules.join_stretches(other), date(2026, 10, 5))
    assert change.is_other_group
    assert change.after.starts_on == second
    assert rules.changes(other, second - timedelta(days=90)) == (
        change,
    )  # One that comes is told of too.
    assert rules.changes(other, second + timedelta(days=60)) == ()
