"""Proxies at the desk: recorded with the signed form in hand, and ended."""

from datetime import timedelta

import pytest
from django.utils import timezone

from openmember.letters.queries import list_letters
from openmember.letters.services import read_sheet
from openmember.members.proxies.queries import list_proxies_of
from openmember.members.proxies.types import For
from openmember.members.types import Role
from openmember.payments.testing import a_member, an_account


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def account(db):
    return an_account()


@pytest.fixture
def desk(desk_of, account):
    return desk_of(Role.REPRESENTATIVE, account=account)


def known(account):
    return list_proxies_of(member_ids=[account.holder_id], at=timezone.now())


def record(desk, account, proxy, *, reason="in_person", **change):
    desk.open(account, reason=reason)
    if reason == "in_person":
        desk.send("verify_photo")
    given = {
        "who": str(account.holder_id), "number": proxy.mrn, "may": "read_messages",
        "basis": "authorization", "seen": "on", **change,
    }  # fmt: skip
    return desk.send("proxies", **given)


def test_a_proxy_is_recorded_listed_and_ended(desk, account):
    record(desk, account, a_member(first="Leo"))
    (proxy,) = known(account)
    assert "Leo Ruiz" in desk.get("proxies").content.decode()

    desk.send("proxies", end=str(proxy.id))

    assert known(account) == ()


def test_an_appointed_representative_is_recorded_with_the_form_for_a_year(desk, account):
    today = timezone.localdate()
    given = {"may": "disputes", "basis": "appointment"}

    record(desk, account, a_member(first="Leo"), **given)
    refused = known(account)
    record(desk, account, a_member(first="Leo"), signed_on=today - timedelta(days=10), **given)

    assert refused == ()
    (proxy,) = known(account)
    assert proxy.may == {For.DISPUTES, For.WRITE_MESSAGES, For.READ_MESSAGES}
    assert proxy.ends_at - timezone.now() < timedelta(days=357)
    (letter,) = list_letters(numbers=account.numbers)
    sheet = read_sheet(numbers=account.numbers, letter_id=letter.id)
    assert any("Leo Ruiz may file and follow disputes" in part.text for part in sheet.parts)


def test_the_member_is_written_to_who_was_let_in(desk, account):
    record(desk, account, a_member(first="Leo"))

    (letter,) = list_letters(numbers=account.numbers)
    sheet = read_sheet(numbers=account.numbers, letter_id=letter.id)
    said = " ".join(part.text for part in sheet.parts)
    assert letter.member_id == account.holder_id
    assert "Leo Ruiz may read your messages with us." in said


def test_nobody_is_let_in_before_it_is_proven_who_asks(desk, account):
    page = record(desk, account, a_member(), reason="caller")

    assert page.status_code == 422
    assert "Verify first" in page.content.decode()
    assert known(account) == ()
    assert list_letters(numbers=account.numbers) == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"seen": ""}, "without it"),
        ({"number": "1"}, "Nobody has"),
        ({"until": "2020-01-01"}, "over"),
    ],
)
def test_what_cannot_be_is_said_on_the_form(desk, account, change, said):
    page = record(desk, account, a_member(), **change)

    assert page.status_code == 422
    assert said in page.content.decode()
    assert known(account) == ()


def test_a_proxy_of_another_account_is_not_ended_here(desk, account):
    other = an_account()
    record(desk, other, a_member())
    (proxy,) = known(other)

    desk.open(account)
    desk.send("proxies", end=str(proxy.id))

    assert known(other) == (proxy,)


def test_who_answers_no_members_is_kept_out(desk_of, account):
    assert desk_of(Role.FINANCE, account=account).get("proxies").status_code == 403
