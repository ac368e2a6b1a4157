"""Working what files left for a person."""

import pytest
from django.urls import reverse

from openmember.billing.queries import list_bills
from openmember.coverage.services.intake import take_834
from openmember.desk.exceptions.waiting import get_waiting, list_waiting
from openmember.exchange.testing import Cover, Enrollee, compose_834
from openmember.exchange.x820.testing import Paid, compose_820
from openmember.exchange.x835.testing import Decided, Served, compose_835
from openmember.ledger.queries import list_transfers
from openmember.members.testing import TESTER, a_member
from openmember.members.types import Role
from openmember.payments.jobs import check_books
from openmember.payments.remittances.services.claims import take_835
from openmember.payments.remittances.services.intake import take_820
from openmember.payments.testing import TODAY, an_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(desk_of):
    return desk_of(Role.BILLING)


@pytest.fixture
def account():
    return an_account(holder=a_member(first="Ana", last="River"))


@pytest.fixture
def take(tmp_path):
    takers = {
        "820": lambda path: take_820(path=path, actor=TESTER),
        "835": lambda path: take_835(path=path, on=TODAY, actor=TESTER),
        "834": lambda path: take_834(path=path, actor=TESTER),
    }

    def taking(kind: str, content: bytes):
        path = tmp_path / f"november.{kind}"
        path.write_bytes(content)
        return takers[kind](path)

    return taking


def page_of(found):
    return reverse("desk:exception", args=(found.kind, found.id))


def text(answer):
    return answer.content.decode()


def a_line(number="S1", cents=10_00, what="APTC", **options):
    return Paid(number, ((what, cents),), **options)


def a_claim(number="S1"):
    share = Served(200_00, (("PR", "1", 60_00),))
    return compose_835([Decided(number, (share,))])


def test_all_kinds_are_on_one_list_with_why_and_where(desk, take):
    take("820", compose_820([a_line()], amount_cents=11_00))
    take("835", a_claim())
    change = Enrollee("S1", maintenance="001", coverages=(Cover(maintenance="001"),))
    take("834", compose_834([change]))

    said = text(desk.get("exceptions"))

    assert "Does not add up" in said
    assert "november.820" in said
    assert said.count("Person not known") == 2
    assert "Person not known" not in text(desk.get("exceptions", kind="820"))


def test_only_those_who_may_see_the_list(desk_of):
    assert desk_of(Role.CASHIER).get("exceptions").status_code == 403


def test_each_difference_is_shown(desk, take):
    take("820", compose_820([a_line()], amount_cents=11_00))

    said = text(desk.client.get(page_of(list_waiting()[0])))

    assert "BPR02 says 11.00: 1.00 off." in said
    assert "Say whose it is" not in said


def test_a_line_is_posted_once_somebody_says_whose_it_is(desk, take, account):
    take("820", compose_820([a_line(), a_line("S1", what="PREM", cents=5_00)]))
    for found in list_waiting():
        assert list_transfers(account_number=account.number) == ()
        asked = desk.client.post(page_of(found), {"act": "account", "number": account.number})
        assert "Nothing has happened yet." in text(asked)
        done = {"act": "account", "number": account.number, "confirmed": "yes"}
        answer = desk.client.post(page_of(found), done, follow=True)

    assert "the payment of $15.00 is posted" in text(answer)
    assert sum(one.amount_cents for one in list_transfers(account_number=account.number)) == 15_00
    assert check_books() == ()


def test_saying_it_twice_posts_once(desk, take, account):
    take("820", compose_820([a_line()]))
    (found,) = list_waiting()
    done = {"act": "account", "number": account.number, "confirmed": "yes"}
    desk.client.post(page_of(found), done)

    again = desk.client.post(page_of(found), done, follow=True)

    assert "was done already" in text(again)
    assert len(list_transfers(account_number=account.number)) == 1


def test_what_a_line_is_must_be_said_where_the_file_did_not(desk, take, account):
    take("820", compose_820([a_line(account.number, what="HHMPADJ")]))
    (found,) = list_waiting()
    done = {"act": "account", "number": account.number, "confirmed": "yes"}

    assert desk.client.post(page_of(found), done).status_code == 422
    desk.client.post(page_of(found), {**done, "what": "aptc"})

    (transfer,) = list_transfers(account_number=account.number)
    assert transfer.kind == "aptc"


def test_money_that_was_only_told_of_is_posted_when_it_is_here(desk, take, account):
    take("820", compose_820([a_line(account.number)], method="NON"))
    (found,) = list_waiting()

    desk.client.post(page_of(found), {"act": "money", "note": "Warrant 4711 of November 20"})

    assert len(list_transfers(account_number=account.number)) == 1
    assert check_books() == ()


def test_a_wrong_number_is_said_and_posts_nothing(desk, take, account):
    take("820", compose_820([a_line()]))
    wrong = {"act": "account", "number": "123456789012", "confirmed": "yes"}

    answer = desk.client.post(page_of(list_waiting()[0]), wrong)

    assert answer.status_code == 422
    assert "check digits do not fit" in text(answer)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("820", compose_820([a_line(), a_line("S2")])),
        ("835", a_claim()),
        (
            "834",
            compose_834([Enrollee("S1", maintenance="001", coverages=(Cover(maintenance="001"),))]),
        ),
    ],
)
def test_a_note_closes_it_and_posts_nothing(desk, take, kind, content):
    take(kind, content)
    found = list_waiting()[0]
    note = {"act": "note", "note": "The payer sends it again."}

    assert desk.client.post(page_of(found), {"act": "note", "note": " "}).status_code == 422
    desk.client.post(page_of(found), note)

    assert list_waiting() == []
    assert "Nothing waits for a person." in text(desk.get("exceptions"))


def test_a_payment_set_aside_comes_again_and_is_posted(desk, take, account):
    content = compose_820([a_line(account.number)], amount_cents=11_00)
    take("820", content)
    (found,) = list_waiting()
    desk.client.post(page_of(found), {"act": "note", "note": "They send it again."})

    taken = take("820", compose_820([a_line(account.number)]))

    assert taken.effects.payments_posted == 1


def test_a_claim_is_billed_once_somebody_says_whose_it_is(desk, take, account):
    take("835", a_claim())
    (found,) = list_waiting()
    done = {"act": "account", "number": account.number, "confirmed": "yes"}

    answer = desk.client.post(page_of(found), done, follow=True)

    assert "$60.00 is asked for" in text(answer)
    (bill,) = list_bills(numbers=account.numbers, today=TODAY).bills
    assert bill.amount_cents == 60_00
    # What was kept to find out who it is is kept no longer.
    closed = get_waiting("835", found.id)
    assert (closed.whose, closed.numbers) == ("", ())
    assert check_books() == ()


def test_no_page_or_address_holds_the_number(desk, take, account):
    take("820", compose_820([a_line()]))
    (found,) = list_waiting()

    answer = desk.client.get(page_of(found))

    assert account.number not in answer.request["PATH_INFO"] + text(answer)


@pytest.mark.parametrize(("kind", "identity"), [("820", 1), ("835", 1), ("834", 1), ("999", 1)])
def test_what_is_not_there_is_not_found(desk, kind, identity):
    assert desk.client.get(reverse("desk:exception", args=(kind, identity))).status_code == 404
