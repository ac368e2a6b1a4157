"""Every fact of the two articles that is about the directory: it is here, and it stands in the line named."""

import csv
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings

from openmember.directory.facilities import list_facilities
from openmember.directory.facts import find_registration, get_fact, list_facts
from openmember.directory.lines import find_line, list_flagged, list_lines
from openmember.directory.queries import find_region, get_organisation
from openmember.directory.reading import DAYS
from openmember.directory.teams import get_team, list_teams
from openmember.directory.types import FlaggedNumber, Hours, PhoneLine

TABLE = Path(__file__).parent / "data" / "facts.tsv"
ARTICLES = Path(settings.PACKAGE).parents[2] / "shared" / "seeds"


@dataclass(frozen=True)
class Row:
    fact: str
    article: str
    line: str
    said: str
    where: str
    value: str
    page: str
    shown: str


def rows() -> list[Row]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [Row(**row) for row in csv.DictReader(file, delimiter="\t")]


ROWS = rows()


def named(row: Row) -> str:
    return row.fact


@pytest.mark.parametrize("row", ROWS, ids=named)
def test_a_fact_of_the_articles_is_in_the_directory(row):
    assert row.value in texts(resolve(row.where))


@pytest.mark.skipif(not ARTICLES.exists(), reason="the articles are not beside this checkout")
@pytest.mark.parametrize("row", ROWS, ids=named)
def test_the_articles_line_says_the_fact(row):
    (article,) = ARTICLES.glob(f"00{row.article}_*.txt")
    line = article.read_text(encoding="utf-8").split("\n")[int(row.line) - 1]

    assert row.said in line


def test_every_source_of_the_directory_is_a_line_of_the_table_or_near_it():
    cited = {one.source for one in (*list_lines(), *list_flagged(), *list_facts(), *list_teams())}
    told = {f"seed{row.article}:{row.line}" for row in ROWS}

    assert {source.partition("-")[0] for source in cited} <= told


def test_what_the_articles_contradict_is_kept_as_each_says_it():
    assert get_fact(code="interpreter_languages").value == 100
    assert get_fact(code="interpreter_languages_on_the_line").value == 150


def resolve(where: str) -> object:
    """Return what stands at a place of the directory: kind, code and field."""
    kind, _, rest = where.partition(".")
    code, _, field = rest.partition(".")
    return FOUND[kind](code, field)


def line_field(code: str, field: str) -> object:
    line = find_line(code=code)
    if field != "hours":
        return getattr(line, field)
    said = texts(line.hours)[0] if line.hours else "always"
    return f"usual {said}" if line.usual else said


def of_code(things, code: str) -> object:
    return next(one for one in things if one.code == code)


FOUND = {
    "organisation": lambda code, _: getattr(get_organisation(), code),
    "region": lambda code, field: getattr(find_region(code=code), field),
    "line": line_field,
    "fact": lambda code, _: get_fact(code=code).value,
    "team": lambda code, _: get_team(code=code).name,
    "flagged": lambda code, field: getattr(of_code(list_flagged(), code), field),
    "registration": lambda code, field: getattr(find_registration(region=code), field),
    "facility": lambda code, field: getattr(of_code(list_facilities(), code), field),
}


def texts(value: object) -> list[str]:
    match value:
        case Hours(days=days, opens=opens, closes=closes):
            return [f"{DAYS[days[0]]}-{DAYS[days[-1]]} {opens}-{closes}"]
        case PhoneLine(display=display):
            return [display]
        case FlaggedNumber(printed=printed):
            return [printed]
        case tuple():
            return [text for one in value for text in texts(one)]
        case _ if hasattr(value, "zips"):
            return [value.name]
    return [str(value)]
