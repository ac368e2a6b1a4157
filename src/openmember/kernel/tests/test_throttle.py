import pytest
from django.db import connection

from openmember.kernel.throttle import count, give_back, is_allowed

pytestmark = pytest.mark.django_db


def attempt(value: str = "123456789012", *, limit: int = 3, window_seconds: int = 60) -> bool:
    return is_allowed(scope="test", value=value, limit=limit, window_seconds=window_seconds)


def test_attempts_beyond_the_limit_are_refused():
    assert [attempt() for _ in range(4)] == [True, True, True, False]


def test_another_value_has_its_own_count():
    for _ in range(3):
        attempt()

    assert attempt("another")


def test_the_count_starts_anew_after_the_window():
    for _ in range(3):
        attempt()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE kernel_throttle SET window_at = now() - interval '61 seconds'")

    assert attempt()


def test_what_was_typed_is_not_kept():
    attempt()

    with connection.cursor() as cursor:
        cursor.execute("SELECT bucket FROM kernel_throttle")
        assert "123456789012" not in str(cursor.fetchall())


def test_who_counts_is_told_what_is_left_and_until_when():
    first = count(scope="test", value="v", limit=2, window_seconds=60)
    second = count(scope="test", value="v", limit=2, window_seconds=60)

    assert (first.remaining, second.remaining, second.is_allowed) == (1, 0, True)
    assert first.resets_in_seconds == 60


def test_an_attempt_given_back_counts_no_more():
    for _ in range(5):
        assert attempt()
        give_back(("test", "123456789012"))

    assert [attempt() for _ in range(4)] == [True, True, True, False]
