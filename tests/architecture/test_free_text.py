"""Whatever a person can write in their own words is searched for red flags before anything else."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django import forms

import openmember
from openmember.safety.forms import FreeText

SOURCE = Path(openmember.__path__[0])
# Fields of letters that hold no words about how somebody is: numbers, names, codes, months. A new field is a
# safety.forms.FreeText, unless it is one of these.
STRUCTURED = {
    "account", "again", "amount", "check_number", "code", "confirmed", "holder", "key", "last_four",
    "last_name", "first_name", "login", "month", "number", "password", "password1", "password2", "pick",
    "q", "recovery_code", "reference", "signature", "version", "zip_code", "zip_or_phone", "credential", "name",
    "send_to", "phone",  # where a link goes, and what a contact answers
    "return_to",  # the line a caller comes back to
    "title",  # of a bill: what it is called on paper
    "target", "into",  # the reference of a bill, a payment or a case
    "middle_name", "filled_by", "street", "street2", "city",  # of an applicant: names, and where they live
    "endpoint", "p256dh", "auth",  # a browser's address and keys for notices, which nobody types
}  # fmt: skip


# Nobody but us types there: tests, the gallery of components, and modules that start things.
OUTSIDE = (".tests", ".migrations", ".gallery", ".settings", ".testing", ".asgi", ".wsgi")


def form_classes() -> Iterator[type[forms.BaseForm]]:
    for found in pkgutil.walk_packages(openmember.__path__, "openmember."):
        if any(part in found.name for part in OUTSIDE):
            continue
        module = importlib.import_module(found.name)
        for _, thing in inspect.getmembers(module, inspect.isclass):
            if issubclass(thing, forms.BaseForm) and thing.__module__ == module.__name__:
                yield thing


def own_words() -> list[tuple[str, forms.Field]]:
    """Every field somebody could write a sentence in, with the form it belongs to."""
    return [
        (f"{form.__module__}.{form.__qualname__}.{name}", field)
        for form in form_classes()
        for name, field in getattr(form, "base_fields", {}).items()
        if type(field) is forms.CharField or isinstance(field, FreeText)
        if name not in STRUCTURED
    ]


def test_every_free_text_is_watched():
    unwatched = [where for where, field in own_words() if not isinstance(field, FreeText)]

    assert unwatched == [], "make it a safety.forms.FreeText, or say here why it is structured"


def test_there_are_free_texts_to_watch():
    assert len([field for _, field in own_words() if isinstance(field, FreeText)]) >= 10


@pytest.mark.parametrize("suffix", ["html", "py"])
def test_no_page_has_a_text_area_that_is_not_a_field(suffix):
    allowed = {"ui/templates/ui/forms/textarea.html", "safety/forms.py", "ui/gallery.py"}
    wanted = re.compile(r"<textarea|forms\.Textarea")

    found = {
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob(f"*.{suffix}")
        if "/tests/" not in str(path) and wanted.search(path.read_text(encoding="utf-8"))
    }

    assert found <= allowed
