"""While an application is pending nothing is done to collect."""

from datetime import timedelta

import pytest

from openmember.assistance import queries
from openmember.assistance.jobs import review_stops
from openmember.assistance.services import applying, deciding
from openmember.assistance.services.steps import ApplicationRefused
from openmember.assistance.testing import a_draft, an_application
from openmember.assistance.types import Missing, Reason
from openmember.payments.services.corrections import merge_accounts
from openmember.payments.testing import TESTER, TODAY, an_account

pytestmark = pytest.mark.django_db


def test_collection_stops_from_the_day_it_arrives_until_it_is_decided():
    account = an_account()
    draft = a_draft(account)

    def held(on=TODAY):
        return queries.holds_collection(numbers=account.numbers, on=on)

    assert not held()
    sent = applying.sign_and_send(
        application=draft, name="Ana Ruiz", received_on=TODAY, on=TODAY, actor=TESTER
    )
    assert held()
    assert not held(TODAY - timedelta(days=1))
    asked = applying.ask_for_more(
        application=sent, missing=(Missing.READABLE_COPY,), note="", on=TODAY, actor=TESTER
    )
    review_stops(asked.complete_by)
    assert held(asked.complete_by)
    review_stops(asked.complete_by + timedelta(days=1))
    assert not held(asked.complete_by + timedelta(days=1))
    back = queries.get_application(numbers=account.numbers, application_id=asked.id)
    with pytest.raises(ApplicationRefused, match="missing"):
        deciding.decide(application=back, on=TODAY, actor=TESTER)


def test_what_stays_incomplete_may_be_denied_for_it_and_only_past_its_day():
    account = an_account()
    sent = an_application(account)
    asked = applying.ask_for_more(
        application=sent, missing=(Missing.READABLE_COPY,), note="", on=TODAY, actor=TESTER
    )
    late = asked.complete_by + timedelta(days=1)

    denied = deciding.decide(application=asked, on=late, actor=TESTER)

    assert denied.decision.reasons == (Reason.NOT_COMPLETED,)
    assert not queries.holds_collection(numbers=account.numbers, on=late)


def test_collection_stays_stopped_on_the_account_another_was_joined_to():
    old, new = an_account(), an_account()
    an_application(old)
    merge_accounts(account=old, into=new, merged_on=TODAY, actor=TESTER)

    review_stops(TODAY)

    assert queries.holds_collection(numbers=(new.number,), on=TODAY)
