"""Errors, the installable application, and the page of components."""

import json
import re

import pytest
from django.test import Client, RequestFactory
from django.utils import translation

from openmember.ui import errors, views


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (errors.bad_request, 400),
        (errors.forbidden, 403),
        (errors.csrf_failure, 403),
        (errors.not_found, 404),
        (errors.too_many_requests, 429),
        (errors.server_error, 500),
        (errors.unavailable, 503),
    ],
)
@pytest.mark.parametrize("language", ["en", "es", "zh-hant"])
def test_every_error_says_what_to_do_and_whom_to_call(answer, status, language):
    with translation.override(language):
        page = answer(RequestFactory().get("/"))

    assert page.status_code == status
    text = page.content.decode()
    assert "<h1>" in text
    assert 'href="tel:+1' in text
    assert 'href="tel:911"' in text


def test_a_person_is_told_how_long_to_wait():
    page = errors.too_many_requests(RequestFactory().get("/"), wait_seconds=90)

    assert page["Retry-After"] == "90"
    assert "wait 2 minutes" in page.content.decode()


def test_the_500_page_comes_even_when_the_organisations_file_is_broken(settings):
    settings.ORGANISATION_SOURCE = "openmember.ui.tests.nowhere"

    page = errors.server_error(RequestFactory().get("/"))

    assert page.status_code == 500
    assert "on our side" in page.content.decode()


def test_the_500_page_shows_the_code_that_finds_the_log_line():
    request = RequestFactory().get("/")
    request.META["OPENMEMBER_REQUEST_ID"] = "abc123"

    assert "<strong>abc123</strong>" in errors.server_error(request).content.decode()


@pytest.mark.parametrize(("language", "name"), [("en", "My bills"), ("es", "Mis facturas")])
def test_the_installed_application_is_named_in_the_readers_language(language, name):
    with translation.override(language):
        manifest = json.loads(views.manifest(RequestFactory().get("/")).content)

    assert manifest["short_name"] == name
    assert manifest["lang"] == language
    assert manifest["start_url"].startswith(manifest["scope"])
    assert manifest["scope"] == manifest["id"] == "/"


def test_the_service_worker_keeps_only_what_is_the_same_for_everyone():
    page = views.service_worker(RequestFactory().get("/"))

    line = next(
        line for line in page.content.decode().splitlines() if line.startswith("const KEPT")
    )
    kept = json.loads(line.removeprefix("const KEPT = ").removesuffix(";"))
    assert all(name.startswith("/static/") for name in kept["files"])
    assert kept["offline"] == "/offline"
    assert page["Content-Type"].startswith("text/javascript")
    assert "no-store" in page["Cache-Control"]


def test_the_offline_page_speaks_every_language_and_needs_nothing_else():
    text = views.offline(RequestFactory().get("/")).content.decode()

    assert "You are offline" in text
    assert "No tiene conexión" in text
    assert "您目前離線" in text
    assert "<form" not in text
    assert "csrf" not in text
    assert re.findall(r"<script[^>]*>(?!</script>)", text) == []


def test_the_gallery_is_for_our_own_machines(settings):
    settings.UI_GALLERY = False
    assert Client().get("/ui/").status_code == 404


def test_the_gallery_shows_every_component(settings):
    settings.UI_GALLERY = True
    page = Client().get("/ui/")

    assert page.status_code == 200
    assert "6004\u00a08810\u00a00092" in page.content.decode()
