"""Bank debits at the desk: what a person sees of files and returns, and decides."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from openmember.members.types import Role
from openmember.payments.ach.testing import (
    a_debit,
    a_file,
    entries_of,
    sent_back,
    take_back,
)
from openmember.payments.testing import an_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def came_back(tmp_path):
    """A file of three debits, of which one came back as not authorised and one matches nothing."""
    accounts = [an_account() for _ in range(3)]
    for account in accounts:
        a_debit(account)
    file = a_file(tmp_path, settled=True)
    first, second, _third = entries_of(tmp_path, file)
    take_back(tmp_path, [sent_back(first, "R10"), sent_back(second, amount_cents=1)])
    return file, accounts


def test_files_and_returns_are_shown_with_what_was_done(desk_of, came_back):
    file, _accounts = came_back

    page = desk_of(Role.BILLING).get("ach").content.decode()

    assert file.name in page
    assert "R10" in page
    assert "Stopped: no further debits" in page
    assert "Matches no entry of ours" in page


def test_a_file_shows_its_batches_and_their_days(desk_of, came_back):
    file, _accounts = came_back

    page = desk_of(Role.BILLING).get("ach_file", file.name).content.decode()

    assert "WEB HEALTHPLAN" in page
    assert file.sha256 in page


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.REPRESENTATIVE, 403), (Role.CASHIER, 403), (Role.BILLING, 200), (Role.FINANCE, 200)],
)
def test_only_those_who_run_billing_see_it(desk_of, role, status):
    desk = desk_of(role)

    assert desk.get("ach").status_code == status


def test_no_number_of_a_bank_account_or_of_a_member_is_on_the_page(desk_of, came_back):
    file, accounts = came_back
    desk = desk_of(Role.SUPERVISOR)

    for page in (desk.get("ach"), desk.get("ach_file", file.name)):
        said = page.content.decode()
        assert "12345678" not in said
        assert not any(account.number in said for account in accounts)


def test_what_was_decided_is_noted_once(desk_of, came_back):
    desk = desk_of(Role.BILLING)
    address = "/desk/ach/exceptions/{}/"
    from openmember.payments.ach.queries import list_open_exceptions

    one = list_open_exceptions()[0]

    empty = desk.client.post(address.format(one.id), {"note": ""})
    done = desk.client.post(address.format(one.id), {"note": "Called the bank"})
    again = desk.client.post(address.format(one.id), {"note": "Called the bank"})

    assert (empty.status_code, done.status_code, again.status_code) == (422, 303, 404)
    assert one.id not in [left.id for left in list_open_exceptions()]


def test_the_account_of_an_exception_is_opened_for_review(desk_of, came_back):
    from openmember.payments.ach.queries import list_open_exceptions

    desk = desk_of(Role.BILLING)
    about = {one.kind: one for one in list_open_exceptions()}

    opened = desk.client.post(f"/desk/ach/exceptions/{about['review'].id}/open/", follow=True)
    nobody = desk.client.post(f"/desk/ach/exceptions/{about['unmatched'].id}/open/")

    assert opened.redirect_chain == [("/desk/account/payments/", 303)]
    assert nobody.status_code == 404


def test_the_page_takes_few_statements(desk_of, came_back):
    desk = desk_of(Role.BILLING)
    desk.get("ach")

    with CaptureQueriesContext(connection) as counted:
        desk.get("ach")

    assert len(counted) <= 14
