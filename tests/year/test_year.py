"""A short year in the suite: the books hold every night, and the same seed gives the same books."""

from datetime import date

import pytest
from conftest import empty
from django.db import connection

from tests.year.life import live

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default"]),
    pytest.mark.fault,
    pytest.mark.xdist_group("year"),
]

FIRST = date(2026, 1, 1)


def test_the_same_seed_gives_the_same_books_to_the_cent(tmp_path):
    first = live(members=40, days=45, seed=7, first=FIRST, folder=tmp_path)
    empty(None)
    connection.close()

    again = live(members=40, days=45, seed=7, first=FIRST, folder=tmp_path)

    assert first.closed >= 1
    assert again == first
