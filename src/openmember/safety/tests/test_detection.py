import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openmember.safety.detection import detect, list_findings
from openmember.safety.patterns import DATA as PATTERNS
from openmember.safety.patterns import SPELT, spelt_patterns, written_patterns
from openmember.safety.types import Kind

DATA = PATTERNS / "evaluation"
FALSE_ALARMS_AT_MOST = 0.02


def rows(name):
    with (DATA / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


RED, HARMLESS = rows("red_flags"), rows("harmless")


def is_found(row) -> bool:
    found = list_findings(row["text"])
    match row["kind"]:
        case "urgent":
            return bool(found)
        case "emergency":
            return any(one.stops for one in found)
    return any(one.kind == row["kind"] for one in found)


def test_the_sets_are_large_and_in_three_languages():
    assert len(RED) >= 300
    assert len(HARMLESS) >= 300
    assert (
        {row["language"] for row in RED}
        == {row["language"] for row in HARMLESS}
        == {"en", "es", "zh"}
    )


def test_no_red_flag_is_missed():
    assert [row["text"] for row in RED if not is_found(row)] == []


def test_false_alarms_are_few(capsys):
    alarms = [(row["text"], detect(row["text"])) for row in HARMLESS]
    false = [(text, found) for text, found in alarms if found and found.stops]
    with capsys.disabled():
        for text, found in false:
            print(f"\n  false alarm: {text} ({found.code}: {found.phrase})", end="")  # noqa: T201  printed to be read

    assert len(false) <= FALSE_ALARMS_AT_MOST * len(HARMLESS)


@pytest.mark.parametrize(
    "change",
    [
        str.upper,
        str.title,
        lambda text: text.replace(" ", "   "),
        lambda text: f"Hello, {text}. Thank you!",
        lambda text: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),
        lambda text: text.translate(str.maketrans("áéíóúñ", "aeioun")),
    ],
    ids=["capitals", "title case", "spaces", "in a letter", "full width", "no accents"],
)
def test_how_it_is_written_does_not_matter(change):
    assert [row["text"] for row in RED if not is_found({**row, "text": change(row["text"])})] == []


@pytest.mark.parametrize(
    "typed",
    ["chest pian", "chst pain", "cehst pain", "c h e s t pain", "c.h.e.s.t pain", "ch3st pain",
     "chestpain", "overdsoe", "cant breth", "no puedo repsirar", "胸 痛", "胸，痛"],
)  # fmt: skip
def test_slips_do_not_hide_a_red_flag(typed):
    assert detect(typed) is not None


def test_both_ways_of_writing_chinese_are_read():
    assert detect("我喘不過氣").code == detect("我喘不过气").code == "breathing"


@pytest.mark.parametrize(
    "text",
    [
        "No chest pain, I only need a refill",
        "She denies chest pain",
        "I was billed for my chest pain visit in March",
        "Me cobraron la consulta por dolor de pecho",
        "沒有胸痛，只是要續藥",
        "三月的胸痛檢查帳單為什麼這麼貴",
    ],
)
def test_what_is_denied_or_on_paper_stops_nobody(text):
    assert not any(one.stops for one in list_findings(text))


@pytest.mark.parametrize(
    "text",
    [
        "I got a bill, and I have chest pain now",
        "My claim was denied and I want to kill myself",
        "No rash, but my chest hurts",
        "我要問帳單，可是現在胸口很痛",
    ],
)
def test_paperwork_beside_a_present_danger_does_not_hide_it(text):
    assert any(one.stops for one in list_findings(text))


def test_a_finding_says_which_words_and_what_they_mean():
    found = detect("Hello, I feel chest pain since noon")

    assert (found.code, found.kind, found.phrase, found.language) == (
        "chest", Kind.EMERGENCY, "chest pain", "en",
    )  # fmt: skip


def test_the_gravest_comes_first():
    assert detect("fever, and I cannot breathe").kind is Kind.EMERGENCY


def test_an_urgent_need_stops_nobody():
    assert not detect("I have had a rash for two days, spreading").stops


@given(st.text(max_size=400))
def test_any_text_has_an_answer_and_always_the_same(text):
    assert list_findings(text) == list_findings(text)


@given(st.sampled_from(RED), st.text(alphabet="qwxz 0123456789", max_size=30))
def test_noise_around_a_red_flag_does_not_hide_it(row, noise):
    assert is_found({**row, "text": f"{noise} . {row['text']} . {noise}"})


def test_the_patterns_of_every_language_are_read():
    assert all(spelt_patterns(language).starting for language in SPELT)
    assert {code for code, *_ in written_patterns().flags} >= {"chest", "self_harm", "violence"}


@pytest.mark.parametrize(
    "text",
    ["why did the plan pay only part of it", "a third party letter", "money out of my checking",
     "HIPAA violation", "no viene el subsidio en mi factura", "el seguro no quiere pagar",
     "請打給我", "口譯遲到40分"],
)  # fmt: skip
def test_words_that_are_near_a_red_flag_or_hold_one_are_let_be(text):
    assert detect(text) is None


@pytest.mark.parametrize(
    "text",
    ["no me siento segura con el", "me duele, estoy en parto", "my son is chocking", "ideas de suicidoi",
     "violacion", "他打我", "寶寶發燒40.2", "發燒40度"],
)  # fmt: skip
def test_what_those_words_are_near_is_still_found(text):
    assert detect(text) is not None
