"""Whom to contact: always an answer, emergencies first, and never a number that cannot be dialled."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openmember.directory.lines import list_flagged
from openmember.directory.opening import holidays_of
from openmember.directory.queries import get_organisation
from openmember.directory.routing.routing import route
from openmember.directory.routing.types import Kind, Need, Note, Reason, Urgency, Waits
from openmember.directory.teams import list_teams

NOON = datetime(2026, 12, 1, 20, tzinfo=UTC)  # a Tuesday, noon in California
REGIONS = {region.code: region for region in get_organisation().regions}
TEAMS = [team.code for team in list_teams()]
FLAGGED = {"".join(filter(str.isdigit, one.printed)) for one in list_flagged()}
START = datetime(2026, 1, 1, tzinfo=UTC)
NEEDS = st.builds(
    Need,
    moment=st.integers(0, 3 * 365 * 24 * 60).map(lambda late: START + timedelta(minutes=late)),
    text=st.sampled_from(["", "refill", "my bill", "chest pain now", "xyzzy", "quiero morirme"])
    | st.text(max_size=60),
    topic=st.sampled_from(["", *TEAMS]),
    urgency=st.sampled_from(Urgency),
    region=st.sampled_from(["", "nowhere", *REGIONS]),
    home_region=st.sampled_from(["", *REGIONS]),
    area=st.sampled_from(["", "northern-california"]),
    is_region_verified=st.booleans(),
    coverage=st.sampled_from(["", "medicare", "exchange", "cobra"]),
    language=st.sampled_from(["en", "es", "zh-hant", "vi"]),
    is_relay=st.booleans(),
)


@given(NEEDS)
def test_there_is_always_an_answer(need):
    found = route(need)

    assert found.answers
    assert all(one.reasons for one in found.answers)
    assert any(one.number for one in found.answers)


@given(NEEDS)
def test_an_emergency_comes_before_everything(need):
    found = route(need)
    kinds = [one.kind for one in found.answers]
    is_emergency = need.urgency is Urgency.EMERGENCY or (found.finding and found.finding.stops)

    assert (kinds[0] is Kind.EMERGENCY) == bool(is_emergency)


@given(NEEDS)
def test_the_flagged_number_is_never_an_answer(need):
    dialled = {
        "".join(filter(str.isdigit, one.number.dial)) for one in route(need).answers if one.number
    }

    assert not dialled & FLAGGED
    assert not {number.removeprefix("1") for number in dialled} & FLAGGED


@given(NEEDS)
def test_the_same_question_has_the_same_answer(need):
    assert route(need) == route(need)


@given(NEEDS, st.sampled_from(["Asia/Tokyo", "Europe/Paris", "Pacific/Honolulu"]))
def test_the_zone_of_who_asks_decides_nothing(need, viewer):
    there = Need(
        **{name: getattr(need, name) for name in need.__slots__}
        | {"moment": need.moment.astimezone(ZoneInfo(viewer))}
    )

    assert route(there) == route(need)


@given(NEEDS)
def test_open_and_closed_agree_with_the_hours_of_the_region(need):
    for one in route(need).answers:
        if one.line.endswith("-member-services"):
            region = REGIONS[one.region]
            local = need.moment.astimezone(region.zone)
            free = all(local.date() in holidays_of(state, local.year) for state in region.states)
            assert one.opening.is_open == (
                local.weekday() < 5 and 8 <= local.hour < 17 and not free
            )


@given(NEEDS.filter(lambda need: need.home_region))
def test_the_home_region_decides_where_a_member_is_sent(need):
    regions = {one.region for one in route(need).answers} - {""}

    assert regions == {need.home_region}


def first_lines(**said):
    return [one.line for one in route(Need(moment=NOON, **said)).answers]


def test_a_bill_goes_to_the_region_s_member_services():
    found = route(Need(moment=NOON, text="I was charged twice", region="georgia"))

    assert found.team == "billing"
    assert [one.line for one in found.answers] == ["georgia-member-services"]
    assert found.answers[0].reasons == (Reason.REGION_LINE, Reason.REGION_UNVERIFIED)
    assert "portal:pay" in found.online


def test_another_region_than_the_member_s_is_said():
    found = route(Need(moment=NOON, topic="billing", region="hawaii", home_region="georgia"))

    assert found.answers[0].line == "georgia-member-services"
    assert Reason.HOME_REGION in found.answers[0].reasons


def test_who_cannot_pay_reaches_the_hardship_line_first():
    assert first_lines(topic="financial_services", region="colorado")[0] == "hardship"


@pytest.mark.parametrize(
    ("region", "first"),
    [("california", "california-registration"), ("hawaii", "hawaii-member-services")],
)
def test_registration_has_its_line_or_member_services(region, first):
    assert first_lines(topic="registration", region=region)[0] == first


def test_an_office_takes_the_application_where_the_article_says_so():
    first = route(Need(moment=NOON, topic="registration", region="colorado")).answers[0]

    assert (first.kind, first.number) == (Kind.OFFICE, None)


def test_a_language_line_comes_before_the_general_one():
    assert first_lines(topic="billing", region="california", language="zh-hant") == [
        "northern-california-chinese",
        "california-member-services",
    ]
    assert first_lines(topic="billing", region="georgia", language="es") == [
        "georgia-member-services"
    ]


def test_a_question_about_health_goes_to_a_nurse_at_any_hour():
    night = NOON + timedelta(hours=15)
    first = route(
        Need(moment=night, text="my ear hurts since last night", region="washington")
    ).answers[0]

    assert (first.kind, first.opening.is_open) == (Kind.NURSE, True)


def test_self_harm_has_988_beside_911():
    found = route(Need(moment=NOON, text="I want to kill myself", region="georgia"))

    assert [one.number.dial for one in found.answers[:2]] == ["911", "988"]


def test_medicare_members_call_the_region_because_the_printed_number_is_none():
    first = route(
        Need(moment=NOON, topic="billing", region="georgia", coverage="medicare")
    ).answers[0]

    assert Reason.MEDICARE in first.reasons


def test_without_a_region_every_region_s_line_is_given():
    found = route(Need(moment=NOON, topic="billing"))

    assert {one.region for one in found.answers} == set(REGIONS)


def test_interpreter_and_relay_are_noted():
    found = route(
        Need(moment=NOON, topic="billing", region="georgia", language="vi", is_relay=True)
    )

    assert set(found.notes) == {Note.INTERPRETER, Note.RELAY, Note.NURSE_ANY_TIME}


def test_measured_waits_give_the_wait_now_and_the_best_times():
    waits = Waits({(1, 12): 300, (2, 8): 20, (3, 9): 40, (6, 8): 1})
    found = route(Need(moment=NOON, topic="billing", region="california", waits=waits))

    assert found.answers[0].wait_seconds == 300
    assert [(one.weekday, one.hour) for one in found.best] == [(2, 8), (3, 9), (1, 12)]


def test_an_unclear_text_is_asked_about_once():
    found = route(Need(moment=NOON, text="hello there", region="georgia"))

    assert found.question
    assert len(found.choices) == 3
    assert found.team == ""
