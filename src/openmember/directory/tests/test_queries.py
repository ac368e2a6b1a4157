from pathlib import Path

import pytest
from django.conf import settings

from openmember.directory.queries import (
    BadDirectory,
    find_region,
    find_region_of_state,
    get_organisation,
    phone_line,
    read_organisation,
    zone_of,
)

WRITTEN = Path(settings.ORGANISATION_FILE).read_text(encoding="utf-8")


def test_every_region_has_a_line_a_phone_can_dial():
    for region in get_organisation().regions:
        assert region.member_services
        for line in region.member_services:
            assert line.dial.startswith("+1")
            assert len(line.dial) == 12


def test_a_state_has_its_region():
    assert find_region_of_state(state="VA").code == "mid-atlantic"
    assert find_region_of_state(state="TX") is None


def test_an_unknown_region_lives_by_headquarters_zone():
    assert str(zone_of(region="")) == "America/Los_Angeles"
    assert zone_of(region="hawaii") == find_region(code="hawaii").zone


def test_a_number_with_too_many_digits_is_no_line():
    with pytest.raises(BadDirectory, match="check its digits"):
        phone_line("Medicare", "1-800-805-27539")


@pytest.mark.parametrize(
    ("found", "replaced", "said"),
    [
        ('name = "Kaiser Permanente"', "", "'name' is missing"),
        ('zone = "America/Denver"', 'zone = "Denver"', "Denver"),
        ('"303-338-3800"', '"303"', "303"),
        ("[[region]]", "[[region", "organisation.toml"),
    ],
)
def test_a_wrong_file_is_refused_by_name(tmp_path, found, replaced, said):
    path = tmp_path / "organisation.toml"
    path.write_text(WRITTEN.replace(found, replaced, 1), encoding="utf-8")

    with pytest.raises(BadDirectory, match=said):
        read_organisation(path)
