"""Asking who somebody is: what strangers cannot learn, and where guessing stops."""

from datetime import date

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from openmember.accounts.services import add_person
from openmember.kernel.models import AuditEntry
from openmember.payments.testing import a_user, an_account
from openmember.portal.registration import identity
from openmember.portal.tests.registering import UNKNOWN, a_holder, run_jobs, send, what_is_said

pytestmark = pytest.mark.django_db


def refused_cases():
    """Return one try for each reason to refuse: what to type, and into which number."""
    wrong = an_account(holder=a_holder()).number
    child = an_account().number
    add_person(
        account_number=child,
        member_id=a_holder(birth_on=date(2012, 3, 4)).id,
        relationship="child",
    )
    registered = a_holder()
    a_user(member=registered)
    return {
        "unknown number": (UNKNOWN, {}),
        "wrong check digits": ("123456789012", {}),
        "wrong name": (wrong, {"last_name": "Perez"}),
        "wrong birth date": (wrong, {"born": "5 18 1970"}),
        "wrong place": (wrong, {"zip_or_phone": "94613"}),
        "a child": (child, {"born": "3 4 2012"}),
        "registered before": (an_account(holder=registered).number, {}),
    }


def test_every_refusal_says_the_same_and_costs_the_same():
    pages, costs = {}, {}
    for reason, (number, changes) in refused_cases().items():
        client = Client(REMOTE_ADDR=f"192.0.2.{len(pages) + 1}")
        client.get(reverse("portal:register"))
        with CaptureQueriesContext(connection) as captured:
            response = send(client, number, **changes)
        assert response.status_code == 422, reason
        pages[reason] = what_is_said(response, number)
        costs[reason] = [query["sql"][:28] for query in captured]

    assert len(set(pages.values())) == 1
    assert len({tuple(cost) for cost in costs.values()}) == 1
    assert len(costs["unknown number"]) <= 10


def test_a_refusal_leaves_no_typed_value_behind():
    number = an_account(holder=a_holder()).number

    send(Client(), number, last_name="Perez", zip_or_phone="99999")

    entry = AuditEntry.objects.filter(action="registration.refused").get()
    assert (entry.account_number, entry.detail) == (number, {"reason": "no_match"})


def test_only_the_mailbox_shows_who_registered_before():
    member = a_holder()
    user = a_user(member=member)
    number = an_account(holder=member).number

    send(Client(), number)
    send(Client(), number, born="5 18 1970")
    send(Client(), UNKNOWN)
    run_jobs()

    (message,) = mail.outbox
    assert message.to == [user.email]
    assert reverse("account_login") in message.body
    assert number not in message.body


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("20000003", "medical record number"),
        ("12345", "10 to 12 digits"),
        ("card", "digits only"),
    ],
)
def test_a_number_that_cannot_be_one_is_explained_by_its_form(typed, words):
    response = send(Client(), typed)

    assert words in response.content.decode()
    assert not AuditEntry.objects.filter(action="registration.refused").exists()


@pytest.mark.parametrize(("size", "words"), [(8, "medical record number"), (12, "could not match")])
def test_a_medical_record_number_is_told_by_its_form_only(size, words):
    known, unknown = a_holder().mrn.zfill(size), "99999998".zfill(size)

    pages = [what_is_said(send(Client(), typed), typed) for typed in (known, unknown)]

    assert pages[0] == pages[1]
    assert words in pages[0]


def test_one_place_cannot_try_many_numbers():
    client = Client(REMOTE_ADDR="192.0.2.77")
    for number in range(identity.TRIES_AN_ADDRESS):
        assert send(client, f"{number:010d}").status_code == 422

    stopped = send(client, "9999999999")

    assert stopped.status_code == 429
    assert stopped["Retry-After"] == str(identity.WINDOW_SECONDS)


@pytest.mark.parametrize("is_known", [True, False])
def test_many_places_cannot_try_one_number(is_known):
    number = an_account(holder=a_holder()).number if is_known else UNKNOWN
    for place in range(identity.TRIES_A_NUMBER):
        refused = send(Client(REMOTE_ADDR=f"192.0.2.{place}"), number, last_name="Perez")
        assert refused.status_code == 422

    assert send(Client(REMOTE_ADDR="198.51.100.1"), number).status_code == 429


def test_a_locked_member_is_refused_like_anybody():
    number = an_account(holder=a_holder()).number
    for day in range(1, 6):
        send(Client(), number, born=f"1 {day} 1970")

    locked = send(Client(), number)

    assert locked.status_code == 422
    assert AuditEntry.objects.filter(detail__reason="locked").count() == 1
