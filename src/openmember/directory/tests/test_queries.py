import shutil
from pathlib import Path

import pytest
from django.conf import settings

from openmember.directory.facts import find_registration
from openmember.directory.lines import (
    find_line,
    list_flagged,
    list_lines_of,
    read_flagged,
    read_lines,
)
from openmember.directory.queries import (
    find_place,
    find_region,
    find_region_of_state,
    get_organisation,
    read_organisation,
    zone_of,
)
from openmember.directory.reading import BadDirectory, phone_line

FOLDER = Path(settings.ORGANISATION_FOLDER)


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


def test_the_flagged_number_is_kept_with_why_and_without_anything_to_dial():
    (flagged,) = list_flagged()

    assert flagged.printed == "1-800-805-27539"
    assert "cannot be a telephone number" in flagged.why
    assert not hasattr(flagged, "dial")


def test_a_flagged_number_that_a_phone_can_dial_is_refused(tmp_path):
    path = tmp_path / "lines.toml"
    path.write_text((FOLDER / "lines.toml").read_text().replace("805-27539", "805-2753"))

    with pytest.raises(BadDirectory, match="can be dialled"):
        read_flagged(path)


@pytest.mark.parametrize(
    ("zip_code", "state", "region", "area"),
    [
        ("94612", "CA", "california", "northern-california"),
        ("90012", "CA", "california", ""),
        ("97204", "OR", "northwest", ""),
        ("98660", "WA", "northwest", ""),
        ("98101-1234", "WA", "washington", ""),
        ("20001", "DC", "mid-atlantic", ""),
        ("20190", "VA", "mid-atlantic", ""),
        ("21201", "MD", "mid-atlantic", ""),
        ("30303", "GA", "georgia", ""),
        ("96813", "HI", "hawaii", ""),
        ("80202", "CO", "colorado", ""),
    ],
)
def test_a_zip_code_has_its_region(zip_code, state, region, area):
    place = find_place(zip_code=zip_code)

    assert (place.state, place.region, place.area) == (state, region, area)


@pytest.mark.parametrize("zip_code", ["10001", "", "9", "abcde", "96910"])
def test_a_zip_code_elsewhere_has_no_region(zip_code):
    assert find_place(zip_code=zip_code) is None


def test_every_region_has_a_nurse_day_and_night():
    for region in get_organisation().regions:
        (line,) = list_lines_of(region=region.code, kind="nurse")
        assert line.hours is None
        assert line.numbers[0].dial == region.member_services[0].dial


def test_a_region_no_source_speaks_of_has_no_registration_of_its_own():
    assert find_registration(region="colorado").office == "any medical office"
    assert find_registration(region="hawaii") is None
    assert find_line(code="nowhere") is None


@pytest.mark.parametrize(
    ("file", "found", "replaced", "said"),
    [
        ("organisation", 'name = "Kaiser Permanente"', "", "'name' is missing"),
        ("organisation", "bill_day = 10", "bill_day = 32", "32 is not a day"),
        ("organisation", "notice_days = 10", "notice_days = -1", "number of days"),
        ("regions", 'zone = "America/Denver"', 'zone = "Denver"', "Denver"),
        ("regions", '"800-816"', '"80-816"', "three digits"),
        (
            "regions",
            'code = "hawaii"',
            'code = "maui"',
            "maui: a region has a Member Services line",
        ),
        ("regions", "[[region]]", "[[region", "regions.toml"),
        ("lines", '"303-338-3800"', '"303"', "303"),
        ("lines", 'area = "northern-california"', 'area = "far-north"', "far-north"),
        ("lines", 'kind = "hardship"', 'kind = "hard"', "no kind of line called hard"),
        ("lines", "opens = 8", "opens = 18", "opening before closing"),
        ("lines", 'hours = "always"', 'hours = "often"', "often"),
        ("lines", 'languages = ["en"]', "languages = []", "a number and a language"),
        ("lines", 'code = "georgia-nurse"', 'code = "hawaii-nurse"', "two lines have one code"),
    ],
)
def test_a_wrong_file_is_refused_by_name(tmp_path, file, found, replaced, said):
    folder = tmp_path / "directory"
    shutil.copytree(FOLDER, folder)
    path = folder / f"{file}.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(found, replaced, 1), encoding="utf-8")

    with pytest.raises(BadDirectory, match=said):
        read_organisation(folder)


def test_lines_are_read_once():
    path = FOLDER / "lines.toml"

    assert read_lines(path) is read_lines(path)
