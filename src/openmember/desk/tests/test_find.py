"""Finding an account by each key, and opening it."""

from datetime import date

import pytest

from openmember.accounts import services as accounts
from openmember.desk.tests.reading import words
from openmember.kernel.sql import fetch_all
from openmember.members.types import Role
from openmember.payments.services.corrections import merge_accounts
from openmember.payments.testing import TESTER, TODAY, a_member, an_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(desk_of):
    return desk_of(Role.REPRESENTATIVE)


@pytest.fixture
def account():
    return an_account(holder=a_member(first="Ana", last="Ruiz", region="california"))


def test_by_number_however_it_is_typed(desk, account):
    number = account.number
    for typed in (number, f"{number[:4]} {number[4:8]} {number[8:]}", f"{number[:4]}-{number[4:]}"):
        assert "Ana Ruiz" in words(desk.find(typed))


def test_a_number_joined_to_another_shows_that_account(desk, account):
    gone = an_account(holder=a_member(first="Anna"))
    merge_accounts(account=gone, into=account, merged_on=TODAY, actor=TESTER)

    shown = words(desk.find(gone.number))

    assert "Ana Ruiz" in shown
    assert "was joined to another account" in shown


def test_by_medical_record_number(desk, account):
    mrn = fetch_all("SELECT mrn FROM members_member WHERE id = %s", [account.holder_id])[0].mrn

    shown = words(desk.find(f"00{mrn}"))

    assert "Ana Ruiz" in shown
    assert "medical record number (MRN), not a bill pay number" in shown


@pytest.mark.parametrize(
    "typed", ["ruiz 1970-05-17", "Ana Ruiz 5/17/1970", "RUIZ, an 05/17/70", "1970-5-17 ruiz ana"]
)
def test_by_name_and_date_of_birth(desk, account, typed):
    shown = words(desk.find(typed))

    assert "1 found" in shown
    assert "California" in shown
    assert account.number[-4:] in shown


def test_a_child_leads_to_the_account_it_is_on(desk, account):
    child = a_member(first="Mia", last="Ruiz", birth_on=date(2012, 2, 29))
    accounts.add_person(account_number=account.number, member_id=child.id, relationship="child")

    shown = words(desk.find("mia ruiz 2012-02-29"))

    assert "Child" in shown
    assert account.number[-4:] in shown


def test_the_whole_number_is_not_shown_before_the_account_is_opened(desk, account):
    shown = desk.find("ruiz 1970-05-17").content.decode()

    assert account.number not in shown.replace(" ", "").replace("\u00a0", "")


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "Type a bill pay number"),
        ("ruiz", "Add a date of birth"),
        ("1970/05/17", "a date of birth needs a name"),
        ("1970/05/17 ,", "Add the last name"),
        ("ruiz 1970-02-30", "There is no such date"),
        ("ruiz 1970-05-18", "Nobody has this name and date of birth"),
        ("12345", "10 to 12 digits"),
        ("7654321", "has the form of a medical record number"),
        ("123456789012", "check digits do not fit"),
        ("1234567890", "no account has it"),
    ],
)
def test_an_empty_answer_says_why(desk, account, typed, why):
    shown = words(desk.find(typed))

    assert "Nothing found" in shown
    assert why in shown


def test_somebody_on_no_account_is_found_and_cannot_be_opened(desk):
    a_member(first="Noa", last="Levi", birth_on=date(1990, 1, 2))

    shown = words(desk.find("levi 1/2/1990"))

    assert "On no account" in shown
    assert 'name="pick"' not in shown


def test_many_are_cut_and_said_to_be(desk):
    for place in range(26):
        an_account(holder=a_member(first=f"Ana {place:02}"))

    shown = words(desk.find("ruiz 1970-05-17"))

    assert "25 found" in shown
    assert "Narrow it" in shown


def test_what_was_found_is_audited_without_what_was_typed(desk, account):
    desk.find("ruiz 1970-05-17")

    entry = fetch_all("SELECT detail FROM kernel_audit_entry WHERE action = 'member.find'")[0]
    assert str(account.holder_id) in entry.detail
    assert "ruiz" not in entry.detail


def test_opening_needs_a_reason(desk, account):
    answer = desk.open(account, reason="")

    assert "desk_opened" not in desk.client.session
    assert answer["Location"] == "/desk/"


def test_opening_leads_to_an_address_without_the_number_and_is_audited(desk, account):
    answer = desk.open(account, reason="letter")
    desk.get("account")

    assert answer["Location"] == "/desk/account/"
    (read,) = desk.audited("account.read")
    assert read.detail == {"page": "account", "reason": "letter"}


@pytest.mark.parametrize("pick", ["0:1234", "x", "99999999999999999999:1", ""])
def test_a_pick_that_leads_nowhere_opens_nothing(desk, pick):
    desk.client.post("/desk/open/", {"pick": pick, "reason": "caller"})

    assert "desk_opened" not in desk.client.session


def test_pages_of_an_account_lead_back_when_none_is_open(desk, account):
    desk.open(account)
    desk.client.post("/desk/close/")

    assert desk.get("account")["Location"] == "/desk/"


def test_single_keys_can_be_turned_off(desk):
    assert b"desk/keys.js" in desk.get("keys").content

    desk.client.post("/desk/keys/", {"keys": "off"})

    assert b"desk/keys.js" not in desk.get("keys").content
