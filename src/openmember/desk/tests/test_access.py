"""Who may enter the desk, and who may do what there."""

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from openmember.members.types import Role
from openmember.payments.queries import list_refunds
from openmember.payments.testing import (
    a_bill,
    a_member,
    a_payment,
    a_refund,
    a_staff_user,
    a_user,
    an_account,
)

pytestmark = pytest.mark.django_db

REPRESENTATIVE, CASHIER, BILLING = Role.REPRESENTATIVE, Role.CASHIER, Role.BILLING
FINANCE, SUPERVISOR = Role.FINANCE, Role.SUPERVISOR
READS = {
    "account": set(Role),
    "bills": set(Role),
    "bill": set(Role),
    "payments": set(Role),
    "payment": set(Role),
    "ledger": set(Role),
    "ledger_csv": set(Role),
    "audit": {FINANCE, SUPERVISOR},
}
ACTS = {
    "raise_bill": {BILLING, FINANCE, SUPERVISOR},
    "cancel_bill": {BILLING, FINANCE, SUPERVISOR},
    "hold_bill": {BILLING, FINANCE, SUPERVISOR},
    "release_bill": {BILLING, FINANCE, SUPERVISOR},
    "move": {BILLING, FINANCE, SUPERVISOR},
    "apply": {BILLING, FINANCE, SUPERVISOR},
    "refund": {BILLING, FINANCE, SUPERVISOR},
    "undo": {BILLING, FINANCE, SUPERVISOR},
    "paid_out": {BILLING, FINANCE, SUPERVISOR},
    "not_paid_out": {BILLING, FINANCE, SUPERVISOR},
    "join": {SUPERVISOR},
}
ABOUT_A_BILL = {"bill", "cancel_bill", "hold_bill", "release_bill"}
ABOUT_A_PAYMENT = {"payment", "move", "apply", "refund", "undo"}
ABOUT_A_REFUND = {"paid_out", "not_paid_out"}


def a_refunded_payment(account):
    """Return a payment of which the office still has to pay a part back."""
    return a_refund(a_payment(account, 10_00), 1_00, key="r1")


def about(page, bill, payment):
    if page in ABOUT_A_BILL:
        return [bill.reference]
    if page in ABOUT_A_REFUND:
        return [payment.reference, list_refunds(payment=payment)[0].reference]
    return [payment.reference] if page in ABOUT_A_PAYMENT else []


@pytest.mark.parametrize("role", Role)
def test_each_role_sees_and_does_what_its_scopes_allow(desk_of, role):
    account = an_account()
    bill, payment = a_bill(account), a_refunded_payment(account)
    desk = desk_of(role, account=account)

    read = {page: desk.get(page, *about(page, bill, payment)).status_code for page in READS | ACTS}
    sent = {page: desk.send(page, *about(page, bill, payment)).status_code for page in ACTS}

    assert read == {page: 200 if role in roles else 403 for page, roles in (READS | ACTS).items()}
    # An empty form is refused for what it lacks, and only to those who may send a full one.
    assert sent == {page: 422 if role in roles else 403 for page, roles in ACTS.items()}


@pytest.mark.parametrize("role", Role)
def test_no_page_offers_what_the_role_may_not_do(desk_of, role):
    account = an_account()
    bill, payment = a_bill(account), a_refunded_payment(account)
    desk = desk_of(role, account=account)

    shown = "".join(
        desk.get(*page).content.decode()
        for page in (("account",), ("bill", bill.reference), ("payment", payment.reference))
    )

    refused = [page for page, roles in (READS | ACTS).items() if role not in roles]
    addresses = [reverse(f"desk:{page}", args=about(page, bill, payment)) for page in refused]
    assert not [address for address in addresses if f'href="{address}"' in shown]


def test_a_visitor_is_sent_to_sign_in(client):
    answer = client.get(reverse("desk:find"))

    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


def test_a_member_is_refused(client_of):
    client = client_of(a_user(member=a_member()))

    assert client.get(reverse("desk:find")).status_code == 403


def test_somebody_on_the_staff_without_a_role_is_refused(desk_of):
    assert desk_of().get("find").status_code == 403


def test_staff_without_a_second_factor_set_one_up_first(desk_of, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = True

    answer = desk_of(SUPERVISOR).get("find")

    assert answer.status_code == 302
    assert answer["Location"] == reverse("mfa_index")


@pytest.mark.parametrize(
    ("kind", "status"), [("totp", 200), ("webauthn", 200), ("recovery_codes", 302)]
)
def test_recovery_codes_alone_are_no_second_factor(client_of, settings, kind, status):
    settings.STAFF_SECOND_FACTOR_REQUIRED = True
    user = a_staff_user(REPRESENTATIVE)
    Authenticator.objects.create(user=user, type=kind, data={})

    assert client_of(user).get(reverse("desk:find")).status_code == status


def test_no_page_of_the_desk_is_kept_by_a_browser(desk_of):
    assert "no-store" in desk_of(REPRESENTATIVE).get("find")["Cache-Control"]
