"""The account page: the number under the name, what is due, the way to pay."""

from django.test import Client
from django.urls import reverse

from openmember.accounts.services import add_person
from openmember.cases.testing import a_worker
from openmember.kernel.models import AuditEntry
from openmember.members.queries import actor_of, get_member
from openmember.members.types import Role
from openmember.payments.testing import a_member, a_payment, a_staff_user, a_user
from openmember.portal.tests.conftest import BACKEND, Browser, in_days
from openmember.threads.testing import a_message
from openmember.ui.formats import day, grouped_number


def signed_in(user) -> Browser:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return Browser(client)


def test_the_number_stands_directly_under_the_name(holder):
    text = holder.get("account").content.decode()

    name, number = text.index("Ana Ruiz</h1>"), text.index(grouped_number(holder.account.number))
    assert 0 < number - name < 300
    assert f'data-copy="{holder.account.number}"' in text


def test_what_is_due_adds_up_and_says_until_when(holder, django_assert_max_num_queries):
    holder.bill(80_00, due_in=12)
    holder.bill(20_50, due_in=5)

    with django_assert_max_num_queries(10):
        text = holder.get("account").content.decode()

    assert "Pay $100.50" in text
    assert f"Please pay by <strong>{day(in_days(5), 'weekday')}</strong>" in text
    assert "As of " in text


def test_a_message_that_waits_is_pointed_out_until_it_is_read(
    holder, django_assert_max_num_queries
):
    member = get_member(member_id=holder.account.holder_id)
    before = holder.get("account").content.decode()
    ana = a_user(member=a_member())
    case = a_message(actor_of(ana), get_member(member_id=ana.member_id), "Somebody else’s")
    a_message(a_worker("billing"), get_member(member_id=ana.member_id), "Not hers", case=case)
    unseen = holder.get("account").content.decode()
    for words in ("Yes", "And one more"):
        a_message(a_worker("billing"), member, words)

    with django_assert_max_num_queries(10):
        text = holder.get("account").content.decode()

    assert "new message" not in before
    assert "new message" not in unseen
    assert "You have 2 new messages" in text
    assert reverse("portal:messages") in text
    assert "And one more" not in text


def test_a_past_due_bill_is_pointed_out(holder):
    holder.bill(80_00, due_in=-1)

    assert "$80.00 of this was due before today" in holder.get("account").content.decode()


def test_an_account_that_owes_nothing_says_so_and_shows_its_credit(holder):
    a_payment(holder.account, 30_00)

    text = holder.get("account").content.decode()

    assert "You have nothing to pay." in text
    assert "You have $30.00 of credit" in text


def test_the_moment_is_given_in_the_members_own_zone(holder_of):
    assert "\u00a0HST" in holder_of(region="hawaii").get("account").content.decode()


def test_reading_is_audited(holder):
    holder.get("account")

    entry = AuditEntry.objects.filter(action="account.read").latest("id")
    assert entry.account_number == holder.account.number
    assert entry.actor.startswith("member:")


def test_no_browser_keeps_the_page(holder):
    assert "no-store" in holder.get("account")["Cache-Control"]


def test_a_visitor_is_asked_to_sign_in(guest):
    response = guest.get("account")

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


def test_a_family_member_sees_no_bill_and_learns_how_to_pay(holder):
    holder.bill(80_00)
    child = a_member(first="Leo")
    add_person(account_number=holder.account.number, member_id=child.id, relationship="child")

    text = signed_in(a_user(member=child)).get("account").content.decode()

    assert "You can still pay" in text
    assert "$80.00" not in text
    assert holder.account.number not in text


def test_staff_have_no_account_here(db):
    assert signed_in(a_staff_user(Role.SUPERVISOR)).get("account").status_code == 403
