"""Cards of a family, and asking for one by mail."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from django.db import transaction
from django.db.utils import DatabaseError
from pypdf import PdfReader

from openmember.accounts.queries import find_account_held_by
from openmember.accounts.services import add_person
from openmember.accounts.testing import an_account
from openmember.coverage.cards import queries, services
from openmember.coverage.cards.printing import print_card
from openmember.coverage.services.intake import take_834
from openmember.coverage.testing import covered
from openmember.exchange.testing import Cover, Enrollee, compose_834
from openmember.kernel.models import AuditEntry
from openmember.kernel.sql import fetch_all
from openmember.letters.queries import list_letters
from openmember.members.testing import TESTER, a_member, staff
from openmember.members.types import Actor, Address, Role

NOW = datetime(2026, 11, 29, 20, tzinfo=UTC)
TODAY = date(2026, 11, 29)
HOME = Address("1 Elm Street", "", "Honolulu", "HI", "96814")
REPRESENTATIVE = staff(Role.REPRESENTATIVE)


class Family:
    """Ana, her husband and their daughter, covered together."""

    def __init__(self, **facts: object) -> None:
        self.ana = a_member(address=HOME, region="hawaii")
        self.ben = a_member(first="Ben", birth_on=date(1969, 1, 1), address=HOME)
        self.leo = a_member(first="Leo", birth_on=date(2015, 1, 1), address=HOME)
        self.account = an_account(holder=self.ana)
        for member, relationship in ((self.ben, "spouse"), (self.leo, "child")):
            add_person(
                account_number=self.account.number,
                member_id=member.id,
                relationship=relationship,
            )
        covered(self.account, (self.ana, "18"), (self.ben, "01"), (self.leo, "19"), **facts)

    def cards(self, viewer=None, now: datetime = NOW):
        viewer_id = (viewer or self.ana).id
        return queries.list_cards(account=self.account, viewer_id=viewer_id, now=now)

    def ask(self, card, on: date = TODAY):
        actor = Actor("member", 1, member_id=self.ana.id)
        return services.request_card(account=self.account, card=card, actor=actor, on=on)


@pytest.fixture
def family(db) -> Family:
    return Family()


def test_the_holder_sees_the_family_and_not_a_grown_persons_record_number(family):
    cards = family.cards()

    assert [card.name.first for card in cards] == ["Ana", "Ben", "Leo"]
    assert [card.mrn for card in cards] == [family.ana.mrn, "", family.leo.mrn]
    assert {card.number for card in cards} == {family.account.number}


def test_a_family_member_sees_their_own_card_only(family):
    (card,) = family.cards(viewer=family.ben)

    assert (card.name.first, card.mrn) == ("Ben", family.ben.mrn)


def test_a_card_is_of_today_where_the_member_lives(db):
    family = Family(starts_on=date(2026, 12, 1))
    # Already December in Oakland's headquarters, still November in Honolulu.
    midnight = datetime(2026, 12, 1, 9, tzinfo=UTC)

    ana, ben, _ = family.cards(now=midnight)

    assert (ana.coverages, len(ana.coming)) == ((), 1)
    assert len(ben.coverages) == 1


def test_a_card_is_asked_for_once_in_two_weeks(family):
    card = family.cards()[0]

    asked = family.ask(card)

    assert asked.address == ("Ana Ruiz", "1 Elm Street", "Honolulu, HI 96814")
    with pytest.raises(services.AskedAlready):
        family.ask(card, TODAY + timedelta(days=13))
    assert family.ask(card, TODAY + timedelta(days=14)).id != asked.id
    assert family.cards()[0].asked_until == TODAY + timedelta(days=28)


def test_whoever_asked_is_written_to(family):
    family.ask(family.cards()[2])

    (letter,) = list_letters(numbers=family.account.numbers)
    assert (letter.kind, letter.member_id) == ("card_asked", family.ana.id)
    assert letter.facts["name"] == "Leo Ruiz"


def test_without_coverage_or_address_there_is_nothing_to_send(family):
    covered_once = Family(ends_on=date(2026, 6, 30))
    with pytest.raises(services.NotCovered):
        covered_once.ask(covered_once.cards()[0])

    nowhere = a_member()
    account = an_account(holder=nowhere)
    covered(account, (nowhere, "18"))
    (card,) = queries.list_cards(account=account, viewer_id=nowhere.id, now=NOW)
    with pytest.raises(services.NoAddress):
        services.request_card(account=account, card=card, actor=TESTER, on=TODAY)


def test_a_card_is_sent_once_and_the_desk_sees_what_waits(family):
    asked = family.ask(family.cards()[0])
    assert queries.list_open_requests() == (asked,)

    services.send_card(request_id=asked.id, on=TODAY, actor=REPRESENTATIVE)

    assert queries.list_open_requests() == ()
    with pytest.raises(services.NotOpen):
        services.cancel_card(request_id=asked.id, on=TODAY, actor=REPRESENTATIVE)
    assert AuditEntry.objects.filter(action="card.send", member_id=family.ana.id).exists()


def test_one_called_off_can_be_asked_for_anew(family):
    card = family.cards()[0]
    services.cancel_card(request_id=family.ask(card).id, on=TODAY, actor=REPRESENTATIVE)

    assert family.ask(card)


@pytest.mark.parametrize(
    "change",
    ["address = '{a,b}'", "asked_on = '2020-01-01'", "sent_on = '2026-11-30'"],
)
def test_the_database_keeps_a_request_as_it_was(family, change):
    asked = family.ask(family.cards()[0])
    services.send_card(request_id=asked.id, on=TODAY, actor=REPRESENTATIVE)

    with pytest.raises(DatabaseError), transaction.atomic():
        fetch_all(f"UPDATE coverage_card_request SET {change}")


def test_the_printed_card_is_a_pdf_with_front_and_back(family):
    asked = family.ask(family.cards()[0])

    pdf = print_card(request=asked, language="es", now=NOW)

    text = PdfReader(BytesIO(pdf)).pages[0].extract_text()
    for said in ("Ana Ruiz", "GRP1001", "Gold 500", "711", "808-432-5955", family.ana.mrn):
        assert said in text


def test_a_card_carries_the_group_that_the_834_names(db, tmp_path):
    enrollee = Enrollee("S1", born_on=date(1980, 5, 1), group="G1", coverages=(Cover(),))
    file = tmp_path / "enrolment.834"
    file.write_bytes(compose_834((enrollee,)))
    take_834(path=file, actor=TESTER)
    member = a_known(enrollee.first_name)
    account = find_account_held_by(member_id=member)

    (card,) = queries.list_cards(account=account, viewer_id=member, now=NOW)

    assert [one.group_number for one in card.coverages] == ["G1"]


def a_known(first_name: str) -> int:
    return fetch_all("SELECT id FROM members_member WHERE first_name = %(n)s", {"n": first_name})[
        0
    ].id
