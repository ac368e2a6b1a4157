"""Applications of new patients at the desk: taken, looked at, decided, and told."""

from dataclasses import replace
from datetime import date

import pytest
from django.urls import reverse

from openmember.accounts.services import open_account
from openmember.cases.testing import a_worker
from openmember.desk.tests.reading import words
from openmember.kernel.sql import fetch_one
from openmember.letters.rendering import braille
from openmember.members import models
from openmember.members.services import add_member
from openmember.members.testing import TESTER
from openmember.members.types import Role
from openmember.registrations import queries
from openmember.registrations.rules import SCRIPT
from openmember.registrations.testing import a_registration, some_facts
from openmember.registrations.types import Channel, Status, Way

pytestmark = pytest.mark.django_db

QUERIES_AT_MOST = 20
GIVEN = {
    "key": "k1", "channel": "phone", "first_name": "Mei", "last_name": "Tran", "birth_on_month": "3",
    "birth_on_day": "4", "birth_on_year": "1988", "street": "1 Elm St", "city": "Oakland", "zip_code": "94612",
    "phone": "510-555-0170", "language": "en", "reading_format": "standard", "coverage": "none",
}  # fmt: skip


@pytest.fixture
def client(client_of):
    return client_of(models.User.objects.get(id=a_worker("registration").id))


def do(client, name, *args, **fields):
    return client.post(reverse(f"desk:{name}", args=args), fields, follow=True)


def decide(client, found, act, **fields):
    """Do one thing with an application as it stands now."""
    given = {"version": now_of(found).version, **fields}
    return do(client, "registration_act", found.reference, act, **given)


def judge(client, found, member, **fields):
    given = {"version": now_of(found).version, **fields}
    return do(client, "registration_judge", found.reference, member.id, **given)


def now_of(found):
    return queries.get_registration(text=found.reference, actor=TESTER)


def test_an_application_is_taken_by_telephone_once(client):
    page = do(client, "new_registration", **GIVEN)
    do(client, "new_registration", **GIVEN)

    row = fetch_one("SELECT count(*) AS n, min(id) AS id FROM registrations_registration")
    (found,) = queries.list_registrations(statuses=queries.OPEN, actor=TESTER, limit=9)
    assert row.n == 1
    assert found.reference in words(page)
    assert (found.channel, found.person.region) == (Channel.PHONE, "california")
    assert found.person.address.state == "CA"
    assert found.person.phone == "(510) 555-0170"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"zip_code": "73301"}, "We have no region at this ZIP code"),
        ({"phone": ""}, "Give a phone number or an email address"),
        ({"phone": "12"}, "No telephone has this number."),
        ({"birth_on_year": "2999"}, "A date of birth lies in the past."),
        ({"coverage": ""}, "Please check one thing"),
        ({"filled_by": "her mother, she has crushing chest pain right now"}, "Call 911"),
        ({"coverage_note": "I have crushing chest pain right now"}, "Call 911"),
    ],
)
def test_what_cannot_be_is_said(client, changed, said):
    answer = do(client, "new_registration", **{**GIVEN, **changed})

    assert answer.status_code == 422
    assert said in words(answer)


def test_an_application_is_decided_on_one_page(client):
    found = a_registration()
    given = {"way": "documents", "what": ["passport"]}
    page = words(decide(client, found, "identity", **given))
    assert "It is noted who they are." in page
    assert "No member is like them" in page

    page = words(decide(client, found, "accept", number=""))

    done = now_of(found)
    assert done.status is Status.ACCEPTED
    assert models.Member.objects.get(id=done.member_id).mrn in page


def test_the_script_shows_who_somebody_is_on_the_telephone(client):
    found = a_registration()
    page = decide(client, found, "identity", way="script", what=list(SCRIPT[:2]))
    assert page.status_code == 422
    assert "or the whole script are needed" in words(page)

    decide(client, found, "identity", way="script", what=list(SCRIPT))
    assert now_of(found).identity_way is Way.SCRIPT


def test_a_member_like_them_is_shown_with_why_and_refuses_a_second_record(client):
    member = add_member(person=some_facts().person, actor=TESTER)
    found = a_registration(is_identified=True)
    page = words(client.get(reverse("desk:registration", args=[found.reference])))
    assert "same name, same date of birth, same ZIP code, same phone" in page
    refused = decide(client, found, "accept", number="")
    assert "A member is like them." in words(refused)
    assert models.Member.objects.count() == 1

    page = words(judge(client, found, member, same="yes"))

    assert "No second record is made." in page
    assert now_of(found).member_id == member.id


def test_another_person_is_said_with_why(client):
    member = add_member(person=some_facts().person, actor=TESTER)
    found = a_registration(is_identified=True)
    assert judge(client, found, member, reason="").status_code == 422

    page = words(judge(client, found, member, reason="A cousin"))
    assert "A cousin" in page

    decide(client, found, "accept", number="")
    assert now_of(found).status is Status.ACCEPTED


def test_what_is_missing_is_returned_printed_and_mailed(client):
    found = a_registration()
    page = words(decide(client, found, "return", missing=["identity"]))
    assert "It is returned." in page
    (letter,) = queries.list_letters(found=found)

    pdf = client.get(reverse("desk:registration_letter", args=[found.reference, letter.id]))
    assert pdf.content.startswith(b"%PDF")
    assert "Letters to print and mail" in words(client.get(reverse("desk:registrations")))
    do(client, "registration_mailed", found.reference, letter.id)
    assert "Letters to print and mail" not in words(client.get(reverse("desk:registrations")))


def test_a_letter_of_another_application_is_not_marked_as_mailed(client):
    found, other = a_registration(), a_registration(some_facts(first="Bao"))
    decide(client, found, "return", missing=["identity"])
    (letter,) = queries.list_letters(found=found)

    assert do(client, "registration_mailed", other.reference, letter.id).status_code == 404
    assert queries.list_letters(found=found)[0].mailed_at is None


def test_a_letter_says_in_which_form_it_must_be_made(client, monkeypatch):
    person = replace(some_facts().person, reading_format="braille")
    found = a_registration(replace(some_facts(), person=person))
    decide(client, found, "return", missing=["identity"])
    (letter,) = queries.list_letters(found=found)
    address = reverse("desk:registration_letter", args=[found.reference, letter.id])
    assert "Braille: to be embossed" in words(client.get(reverse("desk:registrations")))

    monkeypatch.setattr(braille.shutil, "which", lambda name: None)
    assert "Have it made from the text." in words(client.get(address, follow=True))
    text = client.get(address, {"form": "text"})
    assert text["Content-Type"].startswith("text/plain")
    assert found.reference in text.content.decode()


def test_whose_account_a_child_is_put_on_is_shown_and_asked(client):
    holder = add_member(
        person=some_facts(first="Lan", birth_on=date(1985, 1, 1)).person, actor=TESTER
    )
    number = open_account(holder_id=holder.id, actor=TESTER).number
    child = some_facts(
        first="Bao", birth_on=date(2020, 1, 2), filled_by="Lan Tran, mother", phone="510-555-0171"
    )
    found = a_registration(child, is_identified=True)

    page = words(decide(client, found, "accept", number=number))
    assert "Lan Tran" in page
    assert "Lan Tran, mother" in page
    assert now_of(found).status is Status.RECEIVED

    given = {"number": number, "is_family": "on"}
    assert "somebody else’s than was shown" in words(
        decide(client, found, "accept", **given, holder=1)
    )
    decide(client, found, "accept", **given, holder=holder.id)
    assert now_of(found).account_number == number


def test_a_decision_on_a_page_that_is_old_is_refused(client):
    found = a_registration()
    decide(client, found, "identity", way="documents", what=["passport"])

    page = words(decide(client, found, "withdraw", note="x", version=found.version))

    assert "Somebody else changed this meanwhile." in page


def test_a_correction_puts_it_back_to_be_decided(client):
    found = a_registration(some_facts(phone="", email="m@example.org"))
    decide(client, found, "return", missing=["contact"])
    version = now_of(found).version
    given = {**GIVEN, "first_name": "May", "version": version}

    do(client, "registration_correct", found.reference, **given)
    stale = do(client, "registration_correct", found.reference, **given)

    assert (now_of(found).status, now_of(found).person.name.first) == (Status.RECEIVED, "May")
    assert "Somebody else changed this meanwhile." in words(stale)


def test_one_application_and_the_queue_take_few_queries(client, django_assert_max_num_queries):
    for n in range(5):
        add_member(person=some_facts(first=f"Mei{n}").person, actor=TESTER)
    found = a_registration(is_identified=True)
    a_registration()

    with django_assert_max_num_queries(QUERIES_AT_MOST):
        page = words(client.get(reverse("desk:registration", args=[found.reference])))
    assert "Another open application" in page
    with django_assert_max_num_queries(QUERIES_AT_MOST):
        assert found.reference in words(client.get(reverse("desk:registrations")))


def test_a_cashier_takes_an_application_and_decides_none(client_of):
    client = client_of(models.User.objects.get(id=a_worker(role=Role.CASHIER).id))

    assert "Tell them this number." in words(do(client, "new_registration", **GIVEN))
    assert client.get(reverse("desk:registrations")).status_code == 403


def test_an_unknown_application_is_not_found(client):
    assert client.get(reverse("desk:registration", args=["N-0000-0000-0"])).status_code == 404
