"""The help: the same in every language, found by the words people use, ending where it can be done."""

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from openmember.billing.types import Line
from openmember.directory.help.answers import (
    DATA,
    BadAnswers,
    _read,
    list_beside_bill,
    list_topics,
    read_answers,
    search,
    tokens_of,
)
from openmember.directory.reading import folder

LANGUAGES = [code for code, _name in settings.LANGUAGES]
FIRST = read_answers("en", folder())


def found(text: str, language: str) -> list[str]:
    with translation.override(language):
        return [one.slug for one in search(text=text)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_answers_the_same_questions(language):
    answers = read_answers(language, folder())

    def facts(one):
        return one.slug, one.lines, one.page, one.team, one.topic, len(one.paragraphs)

    assert [facts(one) for one in answers] == [facts(one) for one in FIRST]
    assert all(one.question and all(one.paragraphs) and one.words and one.label for one in answers)
    assert not any("{" in text for one in answers for text in one.paragraphs)


def test_every_answer_belongs_to_one_topic_in_every_language():
    for language in LANGUAGES:
        with translation.override(language):
            topics = list_topics()
        assert all(topic.title and topic.answers for topic in topics)
        assert sum(len(topic.answers) for topic in topics) == len(FIRST)


@pytest.mark.parametrize("answer", FIRST, ids=lambda one: one.slug)
def test_each_answer_ends_in_an_action_and_a_line_that_is_open_now_or_when(guest, db, answer):
    page = guest.get("help_answer", answer.slug)

    action = page.context["act_url"]
    assert guest.client.get(action).status_code in {200, 302}
    assert "tel:+1" in page.content.decode()
    assert all(one.status for one in page.context["contact"].answers)


def test_what_a_file_says_of_nothing_there_is_is_refused(tmp_path, monkeypatch):
    for name in ("answers", "en"):
        source = (DATA / f"{name}.toml").read_text(encoding="utf-8")
        (tmp_path / f"{name}.toml").write_text(source.replace("{tty}", "{fax}"), encoding="utf-8")
    monkeypatch.setattr("openmember.directory.help.answers.DATA", tmp_path)
    _read.cache_clear()
    read_answers.cache_clear()

    with pytest.raises(BadAnswers):
        read_answers("en", folder())

    _read.cache_clear()


@pytest.mark.parametrize(
    ("text", "language", "first"),
    [
        ("autopay", "en", "autopay"),
        ("Can I split my bill into payments?", "en", "pay-over-time"),
        ("i lost my number", "en", "find-the-bill-pay-number"),
        ("financial hardship", "en", "hard-to-pay"),
        ("COBRA", "en", "premium-bills"),
        ("REFUND overpaid", "en", "refunds"),
        ("braille", "en", "other-formats"),
        ("interpreter", "en", "language-help"),
        ("new id card", "en", "new-id-card"),
        ("file a grievance", "en", "complain"),
        ("refill my prescription", "en", "prescriptions"),
        ("medicine denied", "en", "medicine-denied"),
        ("proxy for my mother", "en", "help-for-somebody"),
        ("wheelchair", "en", "accommodations"),
        ("traveling abroad", "en", "travel"),
        ("deductible and out-of-pocket maximum", "en", "what-my-plan-covers"),
        ("change my doctor", "en", "change-doctor"),
        ("forgot password", "en", "sign-in-help"),
        ("cita con el médico", "es", "appointments"),
        ("presentar una queja", "es", "complain"),
        ("tarjeta nueva", "es", "new-id-card"),
        ("申訴", "zh-hant", "complain"),
        ("續配藥物", "zh-hant", "prescriptions"),
        ("忘記密碼", "zh-hant", "sign-in-help"),
        ("plan de pagos", "es", "pay-over-time"),
        ("interprete", "es", "language-help"),
        ("INTÉRPRETE", "es", "language-help"),
        ("ayuda económica", "es", "hard-to-pay"),
        ("perdi mi tarjeta", "es", "new-id-card"),
        ("分期付款", "zh-hant", "pay-over-time"),
        ("口譯", "zh-hant", "language-help"),
        ("自動付款", "zh-hant", "autopay"),
        ("我想申請財務援助", "zh-hant", "hard-to-pay"),
        ("退款", "zh-hant", "refunds"),
    ],
)
def test_people_find_the_answer_by_their_own_words(text, language, first):
    assert found(text, language)[0] == first


@pytest.mark.parametrize(
    "text", ["", "   ", "the of and", "zzzzqqq", "!!!", "\x00", "'; DROP TABLE"]
)
def test_words_that_fit_nothing_find_nothing(text):
    assert found(text, "en") == []


def test_accents_and_case_do_not_count():
    assert tokens_of("Atención MÉDICA") == tokens_of("atencion medica")


@pytest.mark.parametrize("line", Line)
def test_each_bill_has_its_questions(line):
    slugs = [one.slug for one in list_beside_bill(line=line)]

    assert 3 <= len(slugs) <= 4
    assert "hard-to-pay" in slugs


def test_anybody_reads_the_answers_and_finds_a_person(guest, db):
    page = guest.get("help").content.decode()

    assert "What is a bill pay number?" in page
    assert "1-800-442-4014" in page
    assert "Speak to a billing specialist" in page


def test_the_search_works_without_script_and_keeps_words_out_of_the_address(guest, db):
    page = guest.post("help", q="autopay").content.decode()

    assert "1 answer" in page
    assert "Can bills be paid automatically?" in page
    assert guest.get("help", q="autopay").content.decode().count("/help/") > 40


def test_htmx_gets_the_answers_alone(guest, db):
    part = guest.client.post(
        reverse("portal:help"), {"q": "refund"}, headers={"HX-Request": "true"}
    ).content.decode()

    assert "I paid too much" in part
    assert "<html" not in part


def test_a_member_is_given_their_own_regions_line(holder):
    page = holder.get("help_answer", "refunds").content.decode()
    specialist = page[page.index('id="specialist"') : page.index("</main>")]

    assert "1-800-813-2000" in specialist
    assert "pen" in specialist  # open now, or when it opens
    assert "1-800-464-4000" not in specialist


def test_an_answer_there_is_not_is_not_found(guest, db):
    assert guest.get("help_answer", "nonsense").status_code == 404


@pytest.mark.parametrize(
    ("line", "question"),
    [(Line.MEDICAL, "Can I pay over time?"), (Line.PREMIUM, "What if I cannot pay?")],
)
def test_a_bill_shows_its_questions_and_the_hardship_line(holder, line, question):
    bill = holder.bill(line=line)

    page = holder.get("bill", bill.reference).content.decode()

    assert "Questions about this bill" in page
    assert question in page
    assert "1-800-442-4014" in page


def test_a_question_that_is_an_emergency_shows_911_first(guest, db):
    page = guest.client.post(reverse("portal:help"), {"q": "chest pain, who do I call"})

    assert page.content.decode().index("tel:911") < page.content.decode().index("om-answer")
