"""The mailboxes and the canned answers: whole in every language, and refused where they are not."""

import pytest
from django.conf import settings

from openmember.cases.clocks.types import Rule, Unit
from openmember.directory.teams import list_teams
from openmember.threads.answers import BadAnswers, filled, find_answer, list_answers, read_answers
from openmember.threads.policy import (
    BadTeams,
    find_mailbox,
    list_team_choices,
    read_teams,
    reply_rule,
)

GOOD = """
alarm_minutes = 60
[[team]]
code = "billing"
category = "message"
reply = { length = 2, unit = "business_day" }
"""
ANSWER = """
[[answer]]
code = "hello"
team = "billing"
title = { en = "Hello", es = "Hola", zh-hant = "您好" }
body = { en = "Hello {name}", es = "Hola {name}", zh-hant = "{name} 您好" }
"""


@pytest.fixture
def file(tmp_path):
    def write(text: str):
        path = tmp_path / "data.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_every_team_that_takes_messages_has_answers_of_its_own():
    with_mail = [team.code for team in list_teams() if find_mailbox(team=team.code)]

    assert [
        team for team in with_mail if all(one.team != team for one in list_answers(team=team))
    ] == []


def test_nobody_writes_to_the_nurse_line_and_complaints_are_asked_otherwise():
    offered = {team.code for team in list_team_choices()}

    assert find_mailbox(team="nurse_line") is None
    assert not {"nurse_line", "grievances"} & offered


@pytest.mark.parametrize("language", [code for code, _label in settings.LANGUAGES])
def test_an_answer_names_the_member_and_the_case_in_their_language(language):
    answer = find_answer(code="received", team="billing")

    text = filled(answer, language=language, name="Ana", number="CA-26-000001")

    assert "Ana" in text
    assert "CA-26-000001" in text
    assert "{" not in text


def test_an_answer_of_another_team_is_not_found():
    assert find_answer(code="refill_ready", team="billing") is None


def test_a_team_without_a_promise_keeps_the_first_ones():
    assert reply_rule(team="nurse_line") == Rule(length=1, unit=Unit.BUSINESS_DAY)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"message"', '"complaint"'),
        ("length = 2", "length = 0"),
        ('"business_day"', '"fortnight"'),
        ('"billing"', '"nobody"'),
        ("alarm_minutes = 60", "alarm_minutes = 0"),
        ("alarm_minutes = 60", ""),
    ],
)
def test_mailboxes_that_cannot_be_are_refused(file, before, after):
    assert read_teams(file(GOOD))[1] == 60

    with pytest.raises(BadTeams):
        read_teams(file(GOOD.replace(before, after)))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('es = "Hola", ', ""),
        ("{name}", "{diagnosis}"),
        ('"billing"', '"nobody"'),
        ("[[answer]]", ""),
    ],
)
def test_answers_that_cannot_be_are_refused(file, before, after):
    assert set(read_answers(file(ANSWER))) == {"hello"}

    with pytest.raises(BadAnswers):
        read_answers(file(ANSWER.replace(before, after)))
