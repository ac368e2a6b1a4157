from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from openmember.directory.reading import BadDirectory
from openmember.directory.teams import UnknownTeam, get_team, list_teams, read_teams

FILE = Path(settings.ORGANISATION_FOLDER) / "teams.toml"
CODES = [
    "member_services",
    "billing",
    "financial_services",
    "pharmacy",
    "pharmacy_authorization",
    "benefits",
    "claims",
    "appointments",
    "grievances",
    "registration",
    "digital_help",
    "accessibility",
    "interpreters",
    "nurse_line",
]


def test_every_team_of_the_articles_is_there_once():
    assert [team.code for team in list_teams()] == CODES


@pytest.mark.parametrize(
    ("language", "name"), [("en", "Billing"), ("es", "Facturación"), ("zh-hant", "帳單部")]
)
def test_a_team_speaks_the_reader_s_language(language, name):
    with translation.override(language):
        assert get_team(code="billing").name == name


def test_another_language_reads_english():
    with translation.override("fr"):
        assert get_team(code="pharmacy").name == "Pharmacy"


def test_only_the_nurse_line_is_clinical():
    assert [team.code for team in list_teams() if team.clinical] == ["nurse_line"]


def test_an_unknown_team_is_refused():
    with pytest.raises(UnknownTeam):
        get_team(code="cafeteria")


@pytest.mark.parametrize(
    ("found", "replaced", "said"),
    [
        ('zh-hant = "帳單部"', 'zh-hant = ""', "billing: name says nothing in zh-hant"),
        ('code = "billing"', 'code = "claims"', "two teams have one code"),
        ('source = "seed0:52"\nname =', "[", "teams.toml"),
        ('code = "billing"', "", "'code'"),
    ],
)
def test_a_wrong_file_is_refused_by_name(tmp_path, found, replaced, said):
    path = tmp_path / "teams.toml"
    path.write_text(FILE.read_text(encoding="utf-8").replace(found, replaced, 1), encoding="utf-8")

    with pytest.raises(BadDirectory, match=said):
        read_teams(path, "en")
