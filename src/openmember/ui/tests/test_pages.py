"""How views answer, with htmx and without."""

import pytest
from django import forms
from django.test import RequestFactory
from django.urls import reverse

from openmember.ui.pages import go_to, show, wants_part

HTMX = {"HTTP_HX_REQUEST": "true"}


class Name(forms.Form):
    name = forms.CharField()


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, False),
        (HTMX, True),
        (HTMX | {"HTTP_HX_BOOSTED": "true"}, False),
        (HTMX | {"HTTP_HX_HISTORY_RESTORE_REQUEST": "true"}, False),
    ],
)
def test_only_htmx_itself_gets_a_part(headers, expected):
    assert wants_part(RequestFactory().get("/", **headers)) is expected


@pytest.mark.parametrize(
    ("form", "status"), [(Name(), 200), (Name({"name": "Ana"}), 200), (Name({}), 422)]
)
def test_a_form_with_mistakes_answers_422(form, status):
    answer = show(RequestFactory().get("/"), "ui/components/error_summary.html", {"form": form})

    assert answer.status_code == status
    assert "HX-Request" in answer["Vary"]


def test_a_given_status_stands():
    answer = show(
        RequestFactory().get("/"),
        "ui/components/error_summary.html",
        {"form": Name({})},
        status=409,
    )

    assert answer.status_code == 409


def test_a_part_is_rendered_alone(settings, tmp_path):
    (tmp_path / "page.html").write_text("whole {% partialdef form inline %}part{% endpartialdef %}")
    settings.TEMPLATES = [
        {**settings.TEMPLATES[0], "DIRS": [tmp_path], "NAME": "django"},
    ]

    whole = show(RequestFactory().get("/"), "page.html", part="form")
    part = show(RequestFactory().get("/", **HTMX), "page.html", part="form")

    assert whole.content == b"whole part"
    assert part.content == b"part"


def test_after_a_form_the_browser_asks_anew():
    answer = go_to(RequestFactory().post("/"), "ui:offline")

    assert answer.status_code == 303
    assert answer["Location"] == reverse("ui:offline")


def test_htmx_is_sent_to_the_page_itself():
    answer = go_to(RequestFactory().post("/", **HTMX), "ui:offline")

    assert answer.status_code == 200
    assert answer["HX-Redirect"] == reverse("ui:offline")
