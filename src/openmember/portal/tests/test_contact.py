"""Contact us: the right line for a need, in the region somebody is a member of, 911 first."""

import pytest
from django.urls import reverse

ADDRESS = reverse("portal:contact")
MOST_QUERIES = 8


def ask(client, **said):
    return client.post(ADDRESS, {"language": "en", **said})


def test_a_visitor_finds_the_line_of_their_zip_code(client, db):
    page = ask(client, need="I was charged twice", zip_code="30303").content.decode()

    assert 'href="tel:+18888655813"' in page
    assert "Billing, Georgia" in page
    assert reverse("portal:pay") in page
    assert "advice" in page


def test_a_member_finds_their_region_chosen(holder, django_assert_max_num_queries):
    with django_assert_max_num_queries(MOST_QUERIES):
        page = holder.client.get(ADDRESS).content.decode()

    assert "1-800-813-2000" in page
    assert '<option value="northwest" selected>' in page


def test_an_emergency_comes_before_the_lines(client, db):
    answer = ask(client, need="I have chest pain now", region="georgia")
    page = answer.content.decode()

    assert answer.status_code == 200
    assert page.index('class="om-alarm"') < page.index("Whom to contact")
    assert "is_no_emergency" not in page


def test_an_unclear_need_is_asked_about(client, db):
    page = ask(client, need="I have a problem", region="georgia").content.decode()

    assert "Which of these is it about?" in page


def test_a_zip_code_elsewhere_is_said_to_be_none_of_ours(client, db):
    answer = ask(client, need="my bill", zip_code="10001")

    assert answer.status_code == 422
    assert "We have no region there." in answer.content.decode()


def test_the_flagged_number_stands_on_no_page(client, db):
    for topic in ("billing", "benefits", "nurse_line", "registration"):
        page = ask(client, topic=topic, region="california").content.decode()
        assert "805-27539" not in page
        assert "80527539" not in page


@pytest.mark.parametrize("language", ["en", "es", "zh-hant"])
def test_language_and_relay_are_noted(client, db, language):
    client.cookies["django_language"] = language
    page = ask(
        client, topic="billing", region="california", language="es", relay="on"
    ).content.decode()

    assert "1-800-788-0616" in page
    assert "711" in page
