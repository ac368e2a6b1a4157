"""The key an app chooses is known below as one that nobody else has."""

from types import SimpleNamespace

from openmember.api.idempotency import _inner_key


def a_caller(client: str, number: str) -> SimpleNamespace:
    return SimpleNamespace(client_id=client, account=SimpleNamespace(number=number))


def test_one_key_of_two_members_or_two_apps_is_two_keys_below():
    callers = [a_caller("app", "1"), a_caller("app", "2"), a_caller("other", "1")]

    assert len({_inner_key(caller, "same") for caller in callers}) == 3
