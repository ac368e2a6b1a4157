"""Finding an account by each key, and opening it."""

import json
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection

from openmember.accounts import services as accounts
from openmember.cases.testing import a_case
from openmember.desk.find import limit
from openmember.desk.find.results import look_up
from openmember.desk.tests.reading import words
from openmember.kernel.sql import fetch_all
from openmember.members.possible import find_possible
from openmember.members.queries import list_members
from openmember.members.types import Role
from openmember.payments.services.corrections import merge_accounts
from openmember.payments.testing import TESTER, TODAY, a_member, an_account, staff

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
        ("ruiz", "Add a first name, or a date of birth"),
        ("ruiz 5/17", "Add a first name, or a date of birth"),
        ("ruiz quetzal", "Nobody has a name like this"),
        ("(510) 555-0177", "No member has this phone"),
        ("CA-26-004F7K", "No case has this number"),
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


@pytest.mark.parametrize(
    "typed", ["510-555-0134", "(510) 555-0134", "+1 510 555 0134", "15105550134", "5105550134"]
)
def test_by_phone_however_it_is_typed_and_kept(desk, typed):
    for name, phone in (("Ana", "5105550134"), ("Luz", "+1 510 555 0134"), ("Eva", "5105550135")):
        an_account(holder=a_member(first=name, phone=phone))

    shown = words(desk.find(typed))

    assert "2 found" in shown
    assert "Ana Ruiz" in shown
    assert "Luz Ruiz" in shown
    assert "Several people may share one" in shown


def test_by_case_number_however_it_is_typed(desk, account):
    (holder,) = list_members(member_ids=[account.holder_id])
    case = a_case(holder)

    for typed in (case.number, case.number.lower(), case.number[3:]):
        shown = words(desk.find(typed))
        assert f'href="/desk/cases/{case.number}/"' in shown
        assert "Ana Ruiz" in shown


def test_a_case_somebody_may_not_see_is_not_told_of(desk_of, account):
    (holder,) = list_members(member_ids=[account.holder_id])
    case = a_case(
        holder, category="medicine_exception", medicine="A", prescriber="B", days_left="3"
    )

    shown = words(desk_of(Role.CASHIER).find(case.number))

    assert "No case has this number, or none that you may see" in shown


def test_a_whole_name_is_found_as_it_is_heard(desk):
    for first, last in (("José", "Hernández"), ("Mei", "Chen"), ("小明", "王")):
        an_account(holder=a_member(first=first, last=last))

    for typed, name in (("hose hernandes", "José Hernández"), ("王小明", "小明 王")):
        shown = words(desk.find(typed))
        assert "1 found" in shown
        assert name in shown


def test_another_day_of_birth_is_said(desk, account):
    an_account(holder=a_member(first="Luz", birth_on=date(1980, 3, 4)))

    assert "are the other way round" in words(desk.find("luz ruiz 4/3/1980"))
    assert "These have the name" in words(desk.find("ana ruiz 1971-05-17"))


MANY = 1000
BIG = {"members_member", "members_name_word", "accounts_account", "accounts_person", "cases_case"}
FILL = (
    "INSERT INTO members_member (mrn, first_name, middle_name, last_name, suffix, birth_on, gender, email,"
    " phone, street, street2, city, state, postal_code, region, language, reading_format, created_at)"
    " SELECT 30000000 + id, 'name' || id %% 500, '', 'last' || id, '', date '1940-01-01' + id::int, '', '',"
    " 5105550000 + id, '', '', '', '', '', '', '', 'standard', now() FROM generate_series(1, %(many)s) id",
    "INSERT INTO members_name_word SELECT left(md5(id::text), 9) FROM generate_series(1, %(many)s) id",
    "INSERT INTO accounts_account (number, origin, holder_id) SELECT 60000000000 + id, 'legacy', id"
    " FROM members_member WHERE mrn > '3'",
    "INSERT INTO accounts_person (account_number, member_id, relationship) SELECT number, holder_id, 'holder'"
    " FROM accounts_account WHERE origin = 'legacy' ON CONFLICT DO NOTHING",
    "INSERT INTO cases_case (number, category, team, topic, priority, status, subject, channel, opened_at,"
    " opened_by) SELECT 'CA-25-' || lpad(id::text, 6, '0'), 'x', 'x', 'x', 3, 'new', 'x', 'phone', now(),"
    " 'system:test' FROM generate_series(1, %(many)s) id",
)


def test_every_search_is_on_an_index(desk, account):
    (holder,) = list_members(member_ids=[account.holder_id])
    case = a_case(holder)
    for fill in FILL:
        fetch_all(fill, {"many": MANY} if "many" in fill else None)
    for table in sorted(BIG):
        fetch_all(f"ANALYZE {table}")
    asked = []

    def note(execute, sql, params, many, context):
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        for typed in (
            account.number, holder.mrn, "510-555-0134", case.number, "nmae17 last17 1940-01-18",
            "name17 last9 1970-05-17", "nmae17 lats9ab",
        ):  # fmt: skip
            look_up(typed, actor=staff(Role.SUPERVISOR))
        # Whom a new patient could be a second record of is looked for in the same tables.
        find_possible(person=replace(holder.person, email="name17@example.org"))

    looks = [one for one in asked if any(table in one[0] for table in BIG) and "SELECT" in one[0]]
    assert {table for sql, _params in looks for table in BIG if table in sql} == BIG
    # The tables are small here; what has no index would be read from end to end all the same.
    fetch_all("SET LOCAL enable_seqscan = off")
    for sql, params in looks:
        ((plan,),) = fetch_all(f"EXPLAIN (FORMAT JSON) {sql}", params)
        assert unbounded(json.loads(plan) if isinstance(plan, str) else plan) & BIG == set(), sql


def unbounded(plan) -> set[str]:
    """Return the tables a plan reads without an index saying where to look."""
    if isinstance(plan, list):
        return set().union(*(unbounded(one) for one in plan), set())
    found = unbounded(plan.get("Plans", [])) | (
        unbounded(plan["Plan"]) if "Plan" in plan else set()
    )
    is_bounded = "Index Cond" in plan or "Recheck Cond" in plan
    return found if is_bounded or "Relation Name" not in plan else {*found, plan["Relation Name"]}


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


def test_a_name_that_is_only_like_one_on_file_opens_nothing_at_the_counter(desk, account):
    assert look_up("ana ruiz 1970-05-17", actor=staff(Role.CASHIER)).is_sure
    assert look_up(account.number, actor=staff(Role.CASHIER)).is_sure
    for typed in ("ana riuz 1970-05-17", "ana ruiz 1971-05-17", "an ruiz 1970-05-17"):
        found = look_up(typed, actor=staff(Role.CASHIER))
        assert found.rows
        assert not found.is_sure


def test_who_searches_far_more_than_anybody_works_has_to_wait(desk, account, monkeypatch):
    monkeypatch.setattr(limit, "SEARCHES", 2)
    for _ in range(2):
        assert "Ana Ruiz" in words(desk.find(account.number))

    paused = desk.find(account.number)
    words_paused = desk.client.post("/desk/messages/", {"q": "methadone"})

    assert (paused.status_code, words_paused.status_code) == (429, 429)
    assert 0 < int(paused["Retry-After"]) <= limit.WINDOW_SECONDS
    assert "Ana Ruiz" not in words(paused)
    assert "methadone" not in words(words_paused)
    assert fetch_all("SELECT 1 FROM kernel_audit_entry WHERE action = 'search.paused'")
    assert desk.get("find").status_code == 200
