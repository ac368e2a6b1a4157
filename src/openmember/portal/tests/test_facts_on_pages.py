"""Every fact of the two articles is on a page people see, and the number nobody can dial is on none.

The table is the directory's own (`directory/tests/data/facts.tsv`), whose other columns trace each fact to its
line; `page` says where to look and `shown` what stands there.
"""

import csv
import html
import json
import re

import phonenumbers
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from openmember.cases.testing import NOW
from openmember.directory.facts import list_facts
from openmember.directory.help.answers import read_answers
from openmember.directory.lines import list_flagged, list_lines
from openmember.directory.queries import get_organisation
from openmember.directory.reading import BadDirectory, folder, phone_line
from openmember.directory.routing.routing import route
from openmember.directory.routing.types import Need
from openmember.directory.teams import list_teams
from openmember.texting.services import reachable

TABLE = settings.PACKAGE / "directory" / "tests" / "data" / "facts.tsv"
with TABLE.open(encoding="utf-8", newline="") as _file:
    ROWS = list(csv.DictReader(_file, delimiter="\t"))
SHOWN = [row for row in ROWS if row["page"] != "nowhere"]
pytestmark = pytest.mark.django_db


def contact(**said) -> str:
    given = {"language": "en", **said}
    return Client().post(reverse("portal:contact"), given).content.decode()


OPENED = {
    "home": lambda _: Client().get(reverse("portal:home")).content.decode(),
    "help": lambda slug: (
        Client()
        .get(reverse("portal:help_answer", args=[slug]) if slug else reverse("portal:help"))
        .content.decode()
    ),
    "contact": lambda region: contact(region=region) if region else contact(),
    "nurse": lambda region: contact(region=region, topic="nurse_line"),
    "registration": lambda region: contact(region=region, topic="registration"),
    "topic": lambda team: contact(topic=team, region="california"),
    "zip": lambda code: contact(zip_code=code),
    "speaks": lambda language: contact(zip_code="94612", language=language),
}


@pytest.fixture(scope="module")
def opened() -> dict[str, str]:
    """Pages that were opened already: they say the same to every fact."""
    return {}


def words(page: str, opened: dict[str, str]) -> str:
    if page not in opened:
        kind, _, what = page.partition(":")
        text = html.unescape(re.sub(r"<[^>]+>", " ", OPENED[kind](what)))
        opened[page] = " ".join(text.replace("\u00a0", " ").split())
    return opened[page]


@pytest.mark.parametrize("row", SHOWN, ids=lambda row: row["fact"])
def test_a_fact_of_the_articles_is_on_a_page(row, opened):
    said = words(row["page"], opened)

    assert row["shown"] in said, f"not on {row['page']}"


def test_every_fact_of_the_directory_is_in_the_table():
    told = {row["where"] for row in ROWS}

    assert [one.code for one in list_facts() if f"fact.{one.code}" not in told] == []


def digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def pages_in(language: str):
    """Every page that could name a line: the help, each region's lines for each team, the home page."""
    client = Client()
    client.cookies["django_language"] = language
    yield client.get(reverse("portal:home"))
    yield client.get(reverse("portal:help"))
    for one in read_answers("en", folder()):
        yield client.get(reverse("portal:help_answer", args=[one.slug]))
    for region in get_organisation().regions:
        yield client.post(
            reverse("portal:contact"),
            {"region": region.code, "language": language, "need": "Medicare"},
        )


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_the_number_nobody_can_dial_is_on_no_page(language):
    flagged = [one.printed for one in list_flagged()]
    assert flagged == ["1-800-805-27539"]

    for page in pages_in(language):
        text = page.content.decode()
        for printed in flagged:
            assert printed not in text
            assert digits(printed) not in digits(" ".join(re.findall(r"[\d ().+-]{7,}", text)))


def test_the_number_nobody_can_dial_is_no_line_and_takes_no_call_or_text():
    (flagged,) = list_flagged()

    assert not hasattr(flagged, "dial")
    assert digits(flagged.printed) not in {
        digits(n.dial) for line in list_lines() for n in line.numbers
    }
    assert reachable(flagged.printed) == ""
    assert not phonenumbers.is_possible_number(phonenumbers.parse(flagged.printed, "US"))
    with pytest.raises(BadDirectory):
        phone_line("", flagged.printed)


def test_no_routing_answers_with_the_number_nobody_can_dial():
    (flagged,) = list_flagged()
    for region in get_organisation().regions:
        for team in list_teams():
            need = Need(moment=NOW, topic=team.code, region=region.code, coverage="medicare")
            said = json.dumps(
                [one.number.dial if one.number else "" for one in route(need).answers]
            )
            assert digits(flagged.printed) not in digits(said)
