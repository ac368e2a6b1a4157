import json
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings

from openmember.directory.teams import list_teams
from openmember.directory.understanding.evaluation import evaluate
from openmember.directory.understanding.features import features_of
from openmember.directory.understanding.model import FILE, read_model, softmax, understand
from openmember.directory.understanding.review import list_leaks, list_repeats, list_stopped
from openmember.directory.understanding.training import Utterance, hash_of, read_utterances
from openmember.directory.understanding.types import NOBODY

FOLDER = Path(settings.ORGANISATION_FOLDER)
UTTERANCES = read_utterances(FOLDER / "utterances")
UNSEEN = read_utterances(FOLDER / "evaluation")
MEASURED = evaluate()
LEARNED_AT_LEAST, MEASURED_AT_LEAST = 300, 23
REPEATS_AT_MOST = 0.005


def test_the_model_is_made_from_these_utterances():
    assert read_model(FOLDER / FILE).made_from == hash_of(UTTERANCES)


def test_every_team_has_utterances_in_every_language():
    teams = {team.code for team in list_teams()}

    for language in ("en", "es", "zh"):
        said = [one for one in UTTERANCES if one.language == language]
        counted = Counter(one.team for one in said)
        assert set(counted) == teams | {NOBODY}
        assert min(counted[team] for team in teams) >= LEARNED_AT_LEAST
        assert len({one.text for one in said}) == len(said)


def test_every_team_is_measured_in_every_language():
    measured = Counter((one.language, one.team) for one in UNSEEN)

    assert set(measured) == {(one.language, one.team) for one in UTTERANCES}
    assert (
        min(count for (_, team), count in measured.items() if team != NOBODY) >= MEASURED_AT_LEAST
    )


def test_hardly_an_utterance_says_what_another_says():
    assert len(list_repeats(UTTERANCES)) <= REPEATS_AT_MOST * len(UTTERANCES)


def test_no_text_of_the_evaluation_is_near_one_that_was_learned():
    assert list_leaks(UTTERANCES, UNSEEN) == []


@pytest.mark.parametrize(
    ("text", "other", "is_near"),
    [
        ("where is my refund", "Where is my REFUND?", True),
        ("a donde mando el cheque", "¿A dónde mando el cheque?", True),
        ("帳單為什麼這麼高", "這帳單為什麼這麼高", True),
        ("where is my refund", "where is my new card", False),
        ("我要一張新的會員卡", "我要看帳單", False),
    ],
)
def test_a_text_is_near_another_that_says_the_same(text, other, is_near):
    first, second = (Utterance("billing", one, "en") for one in (text, other))

    assert list_repeats([first, second]) == ([(second, first)] if is_near else [])
    assert list_leaks([first], [second]) == ([(second, first)] if is_near else [])


def test_utterances_a_red_flag_stops_are_listed_with_why():
    said = [
        Utterance("billing", "pay my bill", "en"),
        Utterance("claims", "I have chest pain", "en"),
    ]

    assert [(row["text"], row["flag"]) for row in list_stopped(said)] == [
        ("I have chest pain", "chest")
    ]


def test_what_two_teams_hear_is_no_repeat():
    assert not list_repeats([Utterance("billing", "help", "en"), Utterance("claims", "help", "en")])


@pytest.mark.parametrize("language", ["en", "es", "zh"])
def test_unseen_texts_are_understood_as_well_as_published(language):
    row = next(row for row in MEASURED["languages"] if row["language"] == language)

    assert row["accuracy"] >= 0.75
    assert row["accuracy when sure"] >= 0.85


def test_probabilities_are_about_as_often_right_as_they_say():
    assert MEASURED["ece"] <= 0.12


def test_no_red_flag_is_missed():
    assert MEASURED["red_flags_missed"] == 0


def test_the_words_that_decided_are_given():
    found = understand("please refill my prescription")

    assert found.team == "pharmacy"
    assert "refill" in found.words
    assert found.is_sure


def test_nonsense_is_not_understood():
    assert not understand("xyzzy qwrt").is_sure


def test_what_is_for_nobody_here_is_asked_about():
    assert all(row["asked"] >= 0.55 for row in MEASURED["nobodys"])
    assert NOBODY not in [one.team for one in understand("what is the capital of France").guesses]


def test_probabilities_add_up():
    sure = understand("please refill my prescription for blood pressure pills")
    assert 0.9 < sum(one.probability for one in sure.guesses) <= 1
    assert sum(softmax([1.0, 2.0, 3.0], 0.7)) == pytest.approx(1)


def test_features_are_words_pairs_beginnings_and_characters():
    assert {"refill", "refil~", "my+refill"} <= set(features_of("My REFILL"))
    assert {"账", "账单", "我的账"} <= set(features_of("我的帳單"))


def test_the_file_holds_no_more_than_weights():
    assert set(json.loads((FOLDER / FILE).read_text())) == {
        "bias", "made_from", "sure_from", "teams", "temperature", "weights",
    }  # fmt: skip
