"""What no template may do: speak one language only, name an icon we do not build, grow too long."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2]
TEMPLATES = sorted(SOURCE.rglob("templates/**/*.html"))
ICONS = set((SOURCE / "ui" / "assets" / "icons.txt").read_text("utf-8").split())
# For people who build pages, and for those who write apps: the API's own document is English.
ENGLISH_ONLY = {"ui/templates/ui/gallery.html", "api/templates/api/reference.html"}
# Names and signs that are the same in every language.
UNTRANSLATED = {
    "OpenMember",
    "TTY",
    "Ctrl",
    "Enter",
    "Alt",
    "Esc",
    "PDF",
    "SHA",
    "ZIP",
    "Visa",
    "CA",
    "ana",
    "ruiz",
}

BLOCKS = re.compile(
    r"\{%\s*comment.*?endcomment\s*%\}|\{%\s*blocktrans.*?endblocktrans\w*\s*%\}|\{#.*?#\}"
    r"|\{%\s*block\s+(?:\w*class|width|\w*url)\s*%\}.*?\{%\s*endblock\s*%\}|<(script|style)\b.*?</\1>",
    re.DOTALL,
)
TAGS = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
INCLUDE = re.compile(r"\{%\s*include\s.*?%\}", re.DOTALL)
SPOKEN_ARGUMENT = re.compile(
    r"\b(?:title|text|lead|label|action|submit|caption|back_label)=(\"[^\"]*\")"
)
ADDRESS = re.compile(r"^\"[/#]|^\"\"$")
WORD = re.compile(r"[^\W\d_]{2,}")
SPOKEN_ATTRIBUTES = {"title", "aria-label", "alt", "placeholder"}


class Reader(HTMLParser):
    """Collects what a person would read or hear."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def handle_data(self, data):
        self.said.append(data)

    def handle_starttag(self, tag, attributes):
        self.said += [value for name, value in attributes if name in SPOKEN_ATTRIBUTES and value]


def untranslated(template: str) -> set[str]:
    arguments = [
        text
        for include in INCLUDE.findall(template)
        for text in SPOKEN_ARGUMENT.findall(include)
        if not ADDRESS.match(text)
    ]
    reader = Reader()
    reader.feed(TAGS.sub(" ", BLOCKS.sub(" ", template)))
    words = {word for text in [*reader.said, *arguments] for word in WORD.findall(text)}
    return words - UNTRANSLATED


def name_of(path: Path) -> str:
    return str(path.relative_to(SOURCE))


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_says_nothing_that_cannot_be_translated(path):
    if name_of(path) not in ENGLISH_ONLY:
        assert untranslated(path.read_text("utf-8")) == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_is_short_and_names_only_icons_we_build(path):
    text = path.read_text("utf-8")
    icons = set(re.findall(r"components/icon\.html\" with name=\"(\w+)\"", text))

    assert text.count("\n") <= 80
    assert icons <= ICONS


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_keeps_to_the_content_security_policy(path):
    if "email" in path.parts:
        return  # Mail readers know no stylesheets, and no such policy.
    text = TAGS.sub("", path.read_text("utf-8"))

    assert not re.search(r"\sstyle=|\son\w+=|<style|hx-on", text)
    assert not re.search(r"<script(?![^>]*(?:\bsrc=|application/json))", text)


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<p>Pay now</p>", {"Pay", "now"}),
        ('<p>{% translate "Pay now" %}</p>', set()),
        ("<p>{% blocktranslate %}Pay now{% endblocktranslate %} {{ amount }}</p>", set()),
        ('<img alt="A card">', {"card"}),
        ('{% include "x.html" with title="Pay now" only %}', {"Pay", "now"}),
        ('{% include "x.html" with title=_("Pay now") action="/pay" only %}', set()),
        ("<p>TTY 711</p>", set()),
    ],
)
def test_the_reading_itself(template, found):
    assert untranslated(template) == found
