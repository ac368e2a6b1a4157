"""Who may be an app: what the service says, and the database behind it."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from openmember.members import models
from openmember.members.connections import queries, services
from openmember.members.testing import TESTER

pytestmark = pytest.mark.django_db


def test_an_app_has_a_client_id_and_no_secret():
    made = services.add_app(name="A", redirect_uris=("com.example.app:/cb",), actor=TESTER)

    assert queries.get_app(client_id=made.client_id) == made
    assert models.App.objects.get().client_secret == ""


def test_an_app_that_cannot_be_called_back_is_not_added():
    with pytest.raises(services.BadRedirect, match="http is for"):
        services.add_app(name="A", redirect_uris=("http://app.example/",), actor=TESTER)

    assert queries.list_apps() == ()


@pytest.mark.parametrize(
    "change",
    [
        {"client_type": "confidential"},
        {"authorization_grant_type": "password"},
        {"skip_authorization": True},
        {"redirect_uris": "https://*.example/"},
        {"redirect_uris": ""},
        {"name": ""},
    ],
)
def test_the_database_takes_no_other_kind_of_app(change):
    services.add_app(name="A", redirect_uris=("com.example.app:/cb",), actor=TESTER)

    with pytest.raises(IntegrityError), transaction.atomic():
        models.App.objects.update(**change)


def test_an_app_is_shut_out_once_and_stays_listed():
    made = services.add_app(name="A", redirect_uris=("com.example.app:/cb",), actor=TESTER)
    first = services.disable_app(client_id=made.client_id, at=timezone.now(), actor=TESTER)

    assert services.disable_app(client_id=made.client_id, at=timezone.now(), actor=TESTER) == first
    assert queries.list_apps()[0].is_disabled
    with pytest.raises(queries.UnknownApp):
        services.disable_app(client_id="made-up", at=timezone.now(), actor=TESTER)
