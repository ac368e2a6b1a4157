"""Every word of the interface in every language."""

import pytest
from django.conf import settings
from django.utils import translation
from scripts import messages


def test_no_string_is_missing_doubtful_or_left_over():
    assert list(messages.problems()) == []


@pytest.mark.parametrize("code", [code for code, _name in settings.LANGUAGES])
def test_every_language_has_a_catalogue(code):
    assert messages.po_path(translation.to_locale(code)).exists()


def test_the_compiled_catalogues_are_in_use():
    messages.do_compile()
    with translation.override("es"):
        assert translation.gettext("Sign out") == "Cerrar sesión"
    with translation.override("zh-hant"):
        assert translation.gettext("Sign out") == "登出"


@pytest.mark.parametrize(
    ("wanted", "given", "fault"),
    [
        ("Pay %(amount)s", "Pague %(amount)s", ""),
        ("Pay %(amount)s", "Pague %(cantidad)s", "placeholders differ"),
        ("Pay %(amount)s", "Pague", "placeholders differ"),
        ("Call <a>us</a>", "Llámenos", "placeholders differ"),
        ("Pay", "", "untranslated"),
        (("One", "%(n)s things"), ("Una", "%(n)s cosas"), ""),
        (("One", "%(n)s things"), ("%(n)s 項",), ""),
        (("One", "%(n)s things"), ("Una", "cosas"), "placeholders differ"),
    ],
)
def test_a_translation_keeps_its_placeholders(wanted, given, fault):
    assert messages._fault(messages.Message(wanted, given)) == fault
