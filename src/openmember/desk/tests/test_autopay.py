"""A representative looks at automatic payments and changes them for a caller."""

from datetime import timedelta

import pytest
from django.utils import timezone

from openmember.members.types import Role
from openmember.payments.autopay import services
from openmember.payments.autopay.queries import find_mandate
from openmember.payments.autopay.types import Instrument, MandateStatus, Terms, What
from openmember.payments.testing import TESTER, TODAY, an_account
from openmember.payments.types import Method

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(desk_of):
    account = an_account()
    services.agree(
        account=account, member_id=account.holder_id, agreement="I agree.", language="en", on=TODAY,
        instrument=Instrument(Method.CARD, "sandbox", "sandbox-card-1", "Test card ending 4242"),
        terms=Terms(What.EVERYTHING), actor=TESTER,
    )  # fmt: skip
    return desk_of(Role.REPRESENTATIVE, account=account)


def standing(desk):
    return find_mandate(numbers=desk.account.numbers)


def test_what_stands_is_shown(desk):
    assert "Test card ending 4242" in desk.get("autopay").content.decode()


def test_paused_and_started_again_for_a_caller(desk):
    desk.do(
        "pause_autopay",
        reason="Lost her job",
        until=(timezone.localdate() + timedelta(days=60)).isoformat(),
    )
    paused = standing(desk)
    desk.do("resume_autopay", key="2", reason="Found one")

    assert paused.status is MandateStatus.PAUSED
    assert standing(desk).status is MandateStatus.ACTIVE
    assert len(desk.audited("autopay.pause")) == 1


def test_stopped_for_a_caller_and_not_twice(desk):
    desk.do("end_autopay", reason="Caller asks")
    again = desk.do("end_autopay", reason="Caller asks")

    assert standing(desk) is None
    assert "was done already" in again.content.decode()


def test_what_was_changed_meanwhile_is_refused_in_words(desk):
    services.pause(account=desk.account, until=None, today=TODAY, actor=TESTER)

    answer = desk.do("pause_autopay", reason="Caller asks")

    assert "changed already" in answer.content.decode()
