"""The ID card in the portal, and the number on it."""

import re
from datetime import date

import pytest
from django.test import Client

from openmember.accounts.services import add_person
from openmember.billing.statements.documents import make_form
from openmember.billing.statements.queries import list_statements
from openmember.billing.statements.services import run_month
from openmember.billing.types import Line
from openmember.coverage.cards.queries import list_open_requests
from openmember.coverage.testing import covered
from openmember.kernel.models import AuditEntry
from openmember.letters.types import Form
from openmember.members.types import Address, Role
from openmember.payments.testing import TESTER, a_bill, a_member, a_staff_user, a_user
from openmember.portal.tests.conftest import BACKEND, Browser, Holder, in_days

HOME = Address("1 Elm Street", "", "Portland", "OR", "97227")


@pytest.fixture
def holder(holder_of) -> Holder:
    """Ana, covered since January, with an address."""
    holder = holder_of(region="northwest", address=HOME)
    covered(holder.account, (_person(holder), "18"))
    return holder


def _person(holder: Holder):
    from openmember.members.queries import get_member

    return get_member(member_id=holder.account.holder_id)


def text_of(response) -> str:
    return response.content.decode()


def test_the_card_says_what_a_card_says(holder, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        text = text_of(holder.get("card"))

    for said in ("Gold 500", "GRP1001", "January 1, 2026", "1-800-813-2000", ">711<"):
        assert said in text
    assert text.index("Ana Ruiz</h2>") < text.index("om-number__digits")
    assert text.index("om-number__digits") < text.index(_person(holder).mrn)
    assert AuditEntry.objects.filter(action="member.read", member_id=_person(holder).id).exists()


def test_a_change_to_come_is_announced_and_the_card_is_still_todays(holder_of):
    holder = holder_of(region="northwest")
    member = _person(holder)
    covered(holder.account, (member, "18"), ends_on=in_days(1))
    covered(
        holder.account, (member, "18"), starts_on=in_days(2), plan="Silver", group_number="GRP2"
    )

    text = text_of(holder.get("card"))

    assert "plan Silver, group GRP2." in text
    assert "<dd>GRP1001</dd>" in text
    assert "<dd>GRP2</dd>" not in text
    assert "Covered through" in text


def test_without_coverage_there_is_no_card_but_a_number(holder_of):
    holder = holder_of(region="northwest")

    text = text_of(holder.get("card"))

    assert "There is no coverage today" in text
    assert f'data-copy="{holder.account.number}"' in text


def test_a_family_member_sees_their_own_card(holder):
    ben = a_member(first="Ben", region="northwest")
    add_person(account_number=holder.account.number, member_id=ben.id, relationship="spouse")
    covered(holder.account, (ben, "18"))
    browser = Browser(Client())
    browser.client.force_login(a_user(member=ben), backend=BACKEND)

    text = text_of(browser.get("card"))

    assert "Ben Ruiz" in text
    assert "Ana Ruiz" not in text
    assert f'data-copy="{holder.account.number}"' in text


def test_staff_and_strangers_have_no_card_here(guest, db):
    assert guest.get("card").status_code == 302
    staff = Browser(Client())
    staff.client.force_login(a_staff_user(Role.SUPERVISOR), backend=BACKEND)
    assert staff.get("card").status_code == 403


def test_a_card_comes_by_mail_once(holder):
    assert "1 Elm Street" in text_of(holder.get("card_mail"))

    answer = holder.post("card_mail", whose="0")

    assert answer.status_code == 303
    text = text_of(holder.get("card"))
    assert "A card for Ana Ruiz is on its way." in text
    assert "Get a card in the mail" not in text
    assert len(list_open_requests()) == 1
    assert holder.post("card_mail", whose="0").status_code == 303
    assert len(list_open_requests()) == 1


@pytest.mark.parametrize("whose", ["", "7", "x"])
def test_nobody_elses_card_can_be_asked_for(holder, whose):
    answer = holder.post("card_mail", whose=whose)

    assert answer.status_code == 422
    assert list_open_requests() == ()


def test_the_number_looks_the_same_in_all_places(holder):
    """On the card, a premium bill, a visit's and a pharmacy's statement, the account and the device."""
    account, today = holder.account, in_days(0)
    month = date(today.year - (today.month == 1), (today.month - 2) % 12 + 1, 1)
    pages = [holder.get("card"), holder.get("account"), holder.get("card")]
    for line in Line:
        bill = a_bill(
            account, 10_00, line=line, title=line.value, issued_on=month, due_on=in_days(9)
        )
        pages.append(holder.get("bill", bill.reference))
    run_month(month=month, today=today, actor=TESTER)
    (statement,) = list_statements(numbers=account.numbers, holder_id=account.holder_id)

    shown = [numbers_in(text_of(page), account.number) for page in pages]
    shown.append(numbers_in(make_form(statement, form=Form.TEXT).decode(), account.number))

    digits = account.number
    assert shown == [{f"{digits[:4]} {digits[4:8]} {digits[8:]}"}] * 7


def numbers_in(text: str, number: str) -> set[str]:
    """Return each way a number is written within a text, apart from attributes, speech and scan lines."""
    seen = re.sub(r'<span class="om-said">.*?</span>|<[^>]*>', "\n", text).replace("\u00a0", " ")
    spaced = r"[ \-.]?".join(number)
    return set(re.findall(rf"(?<!\d)(?<!\d ){spaced}(?! ?\d)", seen))
