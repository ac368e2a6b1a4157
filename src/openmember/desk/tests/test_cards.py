"""The desk sends the cards that members asked for."""

import pytest
from django.utils import timezone

from openmember.coverage.cards import queries, services
from openmember.coverage.testing import covered
from openmember.members.types import Actor, Address, Role
from openmember.payments.testing import a_member, a_user, an_account

HOME = Address("1 Elm Street", "", "Portland", "OR", "97227")


@pytest.fixture
def asked(db):
    """A card Ana asked for."""
    ana = a_member(region="northwest", address=HOME)
    account = an_account(holder=ana)
    covered(account, (ana, "18"))
    now = timezone.now()
    (card,) = queries.list_cards(account=account, viewer_id=ana.id, now=now)
    return services.request_card(
        account=account, card=card, actor=Actor("member", 1, member_id=ana.id), on=now.date()
    )


def test_a_card_is_seen_printed_and_sent(desk_of, asked, django_assert_max_num_queries):
    desk = desk_of(Role.REPRESENTATIVE)
    with django_assert_max_num_queries(10):
        text = desk.get("cards").content.decode()
    assert asked.reference in text
    assert "Ana Ruiz, 1 Elm Street, Portland, OR 97227" in text

    paper = desk.get("card_pdf", asked.reference)
    assert paper.content.startswith(b"%PDF")

    address = f"/desk/cards/{asked.reference}/"
    answer = desk.client.post(address, {"how": "sent"}, follow=True)
    assert f"Card {asked.reference} is sent." in answer.content.decode()
    assert "Nobody waits for a card." in answer.content.decode()
    again = desk.client.post(address, {"how": "cancel"}, follow=True)
    assert "Somebody dealt with this card before." in again.content.decode()


def test_a_made_up_card_is_not_there(desk_of, db):
    assert desk_of(Role.REPRESENTATIVE).get("card_pdf", "K-0000-0000-0").status_code == 404


def test_a_member_does_not_enter(client_of, asked):
    client = client_of(a_user(member=a_member()))

    assert client.get("/desk/cards/").status_code == 403
