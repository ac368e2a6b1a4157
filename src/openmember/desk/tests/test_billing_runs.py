"""Premium runs at the desk: seen, previewed and started by those who may."""

import pytest
from django.urls import reverse
from procrastinate import testing
from procrastinate.contrib.django import app

from openmember.billing.premiums.queries import list_runs
from openmember.billing.premiums.testing import covered
from openmember.billing.premiums.types import RunState
from openmember.kernel.sql import fetch_all
from openmember.members.types import Role
from openmember.payments.premium_jobs import work_premiums
from openmember.payments.testing import a_staff_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def jobs():
    """Keep what is queued in memory."""
    connector = testing.InMemoryConnector()
    with app.replace_connector(connector):
        yield connector


@pytest.fixture
def billing(client_of, settings):
    settings.PREMIUM_RUN_WORKERS = 1
    person = a_staff_user(Role.BILLING)
    client = client_of(person)
    client.person = person
    return client


def work(connector):
    """Do what is queued, as the worker would."""
    for job in list(connector.jobs.values()):
        work_premiums.func(**job["args"])
    connector.reset()


def test_only_those_who_run_billing_see_them(client_of):
    answer = client_of(a_staff_user(Role.CASHIER)).get(reverse("desk:billing_runs"))

    assert answer.status_code == 403


def test_a_preview_shows_what_the_month_would_come_to(billing, jobs):
    covered(cents=412_75)

    billing.post(reverse("desk:preview_run"), follow=True)
    work(jobs)

    (preview,) = list_runs()
    page = billing.get(reverse("desk:billing_run", args=[preview.id])).content.decode()
    assert preview.state is RunState.PREVIEWED
    assert "$412.75" in page
    assert "Gold 500" in page


def test_a_run_is_confirmed_before_it_starts(billing, jobs):
    covered(cents=412_75)
    month = billing.get(reverse("desk:start_run")).context["form"]["month"].value()

    asked = billing.post(reverse("desk:start_run"), {"month": month})
    assert "Nothing has happened yet" in asked.content.decode()
    assert not jobs.jobs

    billing.post(reverse("desk:start_run"), {"month": month, "confirmed": "yes"})
    work(jobs)

    (run,) = list_runs()
    assert (run.state, run.billed_cents, run.actor) == (
        RunState.DONE,
        412_75,
        f"staff:{billing.person.pk}",
    )
    assert "$412.75" in billing.get(reverse("desk:billing_runs")).content.decode()


def test_a_month_out_of_order_asks_for_a_reason(billing, jobs):
    answer = billing.post(reverse("desk:start_run"), {"month": "2031-05", "confirmed": "yes"})

    assert answer.status_code == 422
    assert "say why it is billed" in answer.content.decode()
    assert not jobs.jobs


def test_a_month_that_is_none_is_told(billing, jobs):
    answer = billing.post(reverse("desk:start_run"), {"month": "soon"})

    assert "such as 2026-12" in answer.content.decode()
    assert answer.status_code == 422


def test_a_run_at_work_shows_how_far_it_is(billing):
    dates = '{"": ["2026-11-22", "2026-12-02"]}'
    fetch_all(
        "SELECT billing_premium_begin('2026-12-01', false, '', 'test', '{}', %s, '2026-01-01', 10)",
        [dates],
    )
    (run,) = list_runs()

    page = billing.get(reverse("desk:billing_run", args=[run.id])).content.decode()

    assert "0 % done" in page or "100 % done" in page
    assert "hx-trigger" in page


def test_a_run_nobody_made_is_not_found(billing):
    assert billing.get(reverse("desk:billing_run", args=[987])).status_code == 404
