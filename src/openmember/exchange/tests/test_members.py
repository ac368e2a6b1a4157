from datetime import date
from pathlib import Path

import pytest

from openmember.exchange.x12.types import Amount, Dated, Reference
from openmember.exchange.x834 import open_834
from openmember.exchange.x834.types import Address, Contact, Language, RaceOrEthnicity

FILES = Path(__file__).parent / "files"


def members_of(name):
    with (FILES / f"{name}.834").open("rb") as file:
        reading = open_834(file)
        members = list(reading)
        assert reading.report.problems == ()
    return members


@pytest.fixture(scope="module")
def family():
    return members_of("family-add")


@pytest.fixture(scope="module")
def exchange_member():
    return members_of("exchange-aptc")[0]


def test_a_family_is_read_in_order(family):
    assert [m.person.first_name for m in family] == ["Ngozi", "Sam", "Ada"]
    assert [m.is_subscriber for m in family] == [True, False, False]
    assert [m.relationship for m in family] == ["18", "01", "19"]
    assert [m.position for m in family] == [1, 2, 3]
    assert {m.subscriber_number for m in family} == {"10000001"}


def test_the_header_goes_with_each_member(family):
    header = family[2].header

    assert (header.control, header.purpose, header.action) == ("0001", "00", "2")
    assert (header.master_policy, header.created_on) == ("LAKESIDE-26", date(2026, 1, 5))
    assert header.dates == (Dated("007", date(2026, 1, 5)),)
    assert header.organization("P5").name == "Lakeside School District"
    assert header.organization("TV").id_value == "990003333"
    assert [(q.qualifier, q.count) for q in header.quantities] == [("TO", 3), ("ET", 1), ("DT", 2)]


def test_numbers_and_dates_of_a_member_are_kept(family):
    member = family[0]

    assert member.group_or_policy == "LAKESIDE-01"
    assert member.references == (Reference("17", "TEACHER"), Reference("DX", "ELEMENTARY"))
    assert member.dates[0] == Dated("336", date(2025, 12, 1))
    assert member.eligible_from == date(2026, 2, 1)


def test_a_name_is_read_in_parts(family):
    person = family[0].person

    assert (person.last_name, person.middle_name, person.prefix) == ("Okafor", "T", "DR")
    assert (person.id_qualifier, person.id_value) == ("34", "900120001")


def test_contacts_and_addresses_are_read(family):
    member = family[0]

    assert member.person.contacts == (
        Contact("HP", "5105550101"),
        Contact("CP", "5105550102"),
        Contact("EM", "ngozi@example.org"),
    )
    assert member.person.address == Address(
        "12 Pier Street", "Apartment 4", "Oakland", "CA", "94607", "", "CY", "Alameda"
    )
    assert member.mailing_address.line_1 == "PO Box 77"


def test_demographics_are_read(family):
    demographics = family[0].person.demographics

    assert (demographics.born_on, demographics.gender) == (date(1984, 2, 29), "F")
    assert demographics.race_and_ethnicity == (
        RaceOrEthnicity("C", "2186-5"),
        RaceOrEthnicity("E", ""),
    )


def test_languages_are_read_with_their_use(family):
    assert family[0].languages == (Language("LE", "IBO", "", "7"), Language("LE", "ENG", "", "5"))


def test_amounts_stand_where_they_were_written(family):
    assert family[0].amounts == (Amount("P3", 140_00, "140"),)
    assert [a.cents for a in family[0].coverages[0].amounts] == [612_50, 25_00]


def test_coverages_are_read(family):
    health, dental = family[0].coverages

    assert (health.maintenance_type, health.insurance_line) == ("021", "HMO")
    assert (health.plan_description, health.level) == ("GOLD-HMO", "FAM")
    assert (health.begins_on, health.ends_on) == (date(2026, 2, 1), None)
    assert health.id_cards[0].count == "2"
    assert dental.insurance_line == "DEN"


def test_a_coverage_keeps_its_provider_and_other_insurance(family):
    health, dental = family[0].coverages

    assert [party.last_name for party in health.providers] == ["Duarte"]
    assert health.providers[0].address.city == "Oakland"
    (other,) = health.other_insurance
    assert (other.sequence, other.policy, other.parties[0].role) == ("S", "OTHER-778", "IN")
    assert dental.providers == dental.other_insurance == ()


def test_others_around_a_member_are_kept_by_role(family):
    assert [party.role for party in family[2].parties] == ["M8", "S3", "QD"]
    assert family[2].parties[2].contacts == (Contact("TE", "5105550101"),)
    assert family[0].parties[0].role == "36"


def test_study_and_disability_are_read(family):
    assert (family[2].standing.student_status, family[2].standing.is_disabled) == ("F", True)


def test_a_termination_says_when_it_ends():
    (member,) = members_of("subscriber-terminate")

    assert (member.maintenance_type, member.maintenance_reason) == ("024", "08")
    assert member.standing.benefit_status == "T"
    assert member.eligible_until == member.coverages[0].ends_on == date(2026, 1, 31)


def test_a_corrected_name_comes_with_the_one_before():
    (member,) = members_of("member-change")

    assert (member.person.role, member.person.last_name) == ("74", "Castellanos")
    assert (member.prior.last_name, member.prior.first_name) == ("Castelanos", "Mary")
    assert member.prior.demographics.born_on == date(1990, 11, 21)
    assert member.standing.is_confidential


def test_a_cancelled_dependent_keeps_the_range():
    (member,) = members_of("dependent-cancel")

    assert not member.is_subscriber
    assert member.coverages[0].dates[0].until == date(2026, 1, 31)


def test_a_reinstatement_in_a_file_sent_again():
    (member,) = members_of("reinstate")

    assert (member.maintenance_type, member.header.purpose) == ("025", "15")


def test_an_audit_says_so_and_who_died():
    first, second = members_of("audit")

    assert (first.header.action, first.maintenance_type) == ("4", "030")
    assert (first.standing.medicare_plan, first.standing.medicare_reason) == ("A", "0")
    assert first.references == (Reference("F6", "1EG4TE5MK73"),)
    assert second.standing.died_on == date(2025, 12, 24)


def test_exchange_amounts_become_cents(exchange_member):
    named = {category.name: category.cents for category in exchange_member.categories}

    assert named["APTC AMT"] == 300_00
    assert named["PRE AMT TOT"] - named["APTC AMT"] == named["TOT RES AMT"]
    assert named["RATING AREA"] is None


def test_exchange_categories_keep_reference_and_date(exchange_member):
    assert exchange_member.category("APTC AMT").dated.on == date(2026, 1, 1)
    assert exchange_member.category("RATING AREA").reference == Reference("9X", "R-CA011")
    assert exchange_member.category("SEP REASON").reference.value == "02-MARRIAGE"
    assert exchange_member.category("REQUEST SUBMIT TIMESTAMP").reference is None
    assert exchange_member.category("ADDL MAINT REASON").reference.value == "NEW"


@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("damaged-count", {"SE01"}),
        ("damaged-control", {"IEA02"}),
        ("damaged-dates", {"DTP03", "DMG02"}),
        ("damaged-segment-lost", {"QTY02", "SE01", None}),
        ("damaged-truncated", {None}),
    ],
)
def test_a_damaged_file_names_every_place(name, places):
    with (FILES / f"{name}.834").open("rb") as file:
        report = open_834(file).report

    assert report.error_count > 0
    assert {problem.element for problem in report.problems} == places
