"""What each return code leads to. Source: docs/rules 6.1."""

from datetime import date

import pytest

from openmember.payments.ach import queries as ach
from openmember.payments.ach import rules
from openmember.payments.ach.testing import (
    a_bank_account,
    a_debit,
    sent_back,
    take_back,
)
from openmember.payments.ach.tests.returning import again, drawn, open_exceptions
from openmember.payments.jobs import check_books
from openmember.payments.testing import an_account
from openmember.payments.types import Status

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "code",
    ["R02", "R03", "R04", "R05", "R07", "R08", "R10", "R12", "R14", "R15", "R16", "R20", "R29"],
)
def test_these_codes_stop_drawing_and_cancel_what_waits(tmp_path, code):
    account = an_account()
    bank = a_bank_account(account)
    _, entry = drawn(tmp_path, account, bank=bank)
    later = a_debit(account, 50_00, bank=bank, on=date(2027, 1, 4))

    take_back(tmp_path, [sent_back(entry, code)])

    stopped = ach.get_bank_account(numbers=account.numbers, bank_id=bank.id)
    assert (stopped.status, stopped.stop_code) == ("stopped", code)
    assert (again(later).status, again(later).decline_reason) == (Status.DECLINED, "bank_stopped")
    assert bool(open_exceptions()) is rules.return_rule(code).needs_person
    assert check_books() == ()


@pytest.mark.parametrize("code", ["R06", "R11", "R17", "R24", "R77"])
def test_these_codes_go_to_a_person_and_stop_nothing(tmp_path, code):
    account = an_account()
    bank = a_bank_account(account)
    _, entry = drawn(tmp_path, account, bank=bank)

    take_back(tmp_path, [sent_back(entry, code)])

    assert open_exceptions() == [("review", code)]
    assert ach.get_bank_account(numbers=account.numbers, bank_id=bank.id).is_active


def test_every_rule_of_the_table_has_an_action_and_a_source():
    for rule in rules.list_return_rules():
        assert rule.meaning
        assert rule.confidence in {"verified", "secondary", "memory"}
    assert {rule.code for rule in rules.list_return_rules()} == {f"R{n:02}" for n in range(1, 30)}
