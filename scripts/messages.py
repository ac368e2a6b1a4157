"""Keep the words of the interface in every language, without system gettext.

extract   read every marked string of the code and templates into the catalogues
missing   print what is not translated yet, as JSON to fill in
fill      take such a JSON file, filled in
check     name everything untranslated, doubtful, left over or with other placeholders; exit 1
compile   write the .mo files that Django reads
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "openmember"
LOCALE = SOURCE / "ui" / "locale"
# English holds only the few words of Django that we say differently.
OVERRIDES = "src/openmember/ui/words.py"
LANGUAGES = ("en", "es", "zh_Hant")
KEYWORDS: dict[str, Any] = {
    name + lazy: arguments
    for lazy in ("", "_lazy", "_noop")
    for name, arguments in {
        "gettext": None,
        "ngettext": (1, 2),
        "pgettext": ((1, "c"), 2),
        "npgettext": ((1, "c"), 2, 3),
    }.items()
} | {"_": None}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w+\}|</?[a-z]+[^>]*>")


@dataclass(frozen=True)
class Found:
    """A marked string and where it stands."""

    id: str | tuple[str, ...]
    context: str | None
    comments: tuple[str, ...]
    path: str


def found_strings() -> Iterator[Found]:
    """Yield every marked string, file by file."""
    for path in sorted(SOURCE.rglob("*")):
        inside = path.relative_to(SOURCE).parts
        if "tests" in inside or "migrations" in inside or "node_modules" in inside:
            continue
        name = str(path.relative_to(ROOT))
        if path.suffix == ".py":
            yield from _marked(path.read_bytes(), name)
        elif "templates" in inside and path.is_file():
            code = templatize(path.read_text("utf-8"), origin=name)
            # A line at a time, because what is left of the markup is not indented like Python.
            for line in code.splitlines():
                yield from _marked(line.strip().encode(), name)


def _marked(code: bytes, name: str) -> Iterator[Found]:
    options = {"encoding": "utf-8"}
    strings = extract("python", BytesIO(code), KEYWORDS, ("Translators:",), options, True)
    for _line, message, comments, context in strings:
        wanted = message if isinstance(message, str) else tuple(message)
        if wanted:
            yield Found(wanted, context, tuple(comments), name)


def template_catalog(language: str) -> Catalog:
    """Return the strings that `language` must have, without translations."""
    catalog = Catalog(locale=language, domain="django", fuzzy=False)
    for found in found_strings():
        if language != "en" or found.path == OVERRIDES:
            catalog.add(
                found.id,
                locations=[(found.path, 0)],
                auto_comments=list(found.comments),
                context=found.context,
            )
    return catalog


def po_path(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def read_catalog(language: str) -> Catalog:
    """Return the catalogue as it stands, empty when there is none."""
    path = po_path(language)
    if not path.exists():
        return Catalog(locale=language, domain="django", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language, domain="django")


def write_catalog(language: str, catalog: Catalog) -> None:
    """Write a catalogue whose diffs show words only: sorted, without dates or line numbers."""
    catalog.obsolete.clear()
    catalog.fuzzy = False
    text = BytesIO()
    write_po(text, catalog, width=100, sort_output=True, include_lineno=False, omit_header=True)
    header = (
        f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n"MIME-Version: 1.0\\n"\n'
        f'"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {catalog.plural_forms}\\n"\n\n'
    )
    path = po_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".po.new")
    unfinished.write_bytes(header.encode() + text.getvalue())
    unfinished.replace(path)


def do_extract() -> int:
    for language in LANGUAGES:
        catalog = read_catalog(language)
        catalog.update(template_catalog(language), no_fuzzy_matching=True)
        write_catalog(language, catalog)
    return 0


def untranslated(language: str) -> list[Message]:
    """Return the messages that have no words, or not all their plural forms."""
    return [message for message in read_catalog(language) if message.id and not _complete(message)]


def _complete(message: Message) -> bool:
    forms = message.string if isinstance(message.string, list | tuple) else (message.string,)
    return bool(forms) and all(forms)


def do_missing(prefix: str) -> int:
    """Print what is missing under a folder, one object a message, each language to be filled in."""
    wanted: dict[tuple[Any, str | None], dict[str, Any]] = {}
    for language in LANGUAGES:
        forms = read_catalog(language).num_plurals
        for message in untranslated(language):
            places = [place for place, _line in message.locations]
            if any(place.startswith(prefix) for place in places):
                entry = wanted.setdefault(
                    (message.id, message.context),
                    {"id": message.id, "context": message.context, "where": places},
                )
                entry[language] = [""] * forms if message.pluralizable else ""
    sys.stdout.write(json.dumps(list(wanted.values()), ensure_ascii=False, indent=1) + "\n")
    return 0


def do_fill(source: Path) -> int:
    """Put the words of a filled-in JSON file into the catalogues; 1 when a string is unknown."""
    entries = json.loads(source.read_text("utf-8"))
    unknown = 0
    for language in LANGUAGES:
        catalog = read_catalog(language)
        for entry in entries:
            key = tuple(entry["id"]) if isinstance(entry["id"], list) else entry["id"]
            words = entry.get(language)
            message = catalog.get(key if isinstance(key, str) else key[0], entry.get("context"))
            if words and message:
                message.string = tuple(words) if isinstance(words, list) else words
            elif words:
                unknown += 1
                sys.stderr.write(f"{language}: not in the code: {entry['id']!r}\n")
        write_catalog(language, catalog)
    return 1 if unknown else 0


def problems() -> Iterator[str]:
    """Yield what is wrong with the catalogues, one line each."""
    for language in LANGUAGES:
        wanted, kept = template_catalog(language), read_catalog(language)
        for message in wanted:
            if not message.id:
                continue
            words = kept.get(_first(message), message.context)
            fault = "not extracted" if words is None else _fault(words)
            if fault:
                yield f"{language}: {fault}: {_first(message)!r} ({message.locations[0][0]})"
        for message in [*kept, *kept.obsolete.values()]:
            if message.id and wanted.get(_first(message), message.context) is None:
                yield f"{language}: left over: {_first(message)!r}"


def _first(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _fault(message: Message) -> str:
    if message.fuzzy:
        return "doubtful (fuzzy)"
    if not _complete(message):
        return "untranslated"
    ids = (message.id,) if isinstance(message.id, str) else message.id
    forms = (message.string,) if isinstance(message.string, str) else message.string or ()
    allowed = {mark for text in ids for mark in PLACEHOLDER.findall(text)}
    needed = set(PLACEHOLDER.findall(ids[-1]))
    marks = [set(PLACEHOLDER.findall(text)) for text in forms]
    if any(found - allowed for found in marks) or needed - marks[-1]:
        return "placeholders differ"
    return ""


def do_check() -> int:
    found = list(problems())
    for line in found:
        sys.stdout.write(line + "\n")
    sys.stdout.write(f"messages: {f'{len(found)} to mend' if found else 'complete'}\n")
    return 1 if found else 0


def do_compile() -> int:
    for language in LANGUAGES:
        content = BytesIO()
        write_mo(content, read_catalog(language))
        target = po_path(language).with_suffix(".mo")
        if not target.exists() or target.read_bytes() != content.getvalue():
            target.write_bytes(content.getvalue())
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("extract", "check", "compile"):
        commands.add_parser(name)
    commands.add_parser("missing").add_argument("prefix", nargs="?", default="src/openmember/")
    commands.add_parser("fill").add_argument("file", type=Path)
    given = parser.parse_args()
    if given.command == "missing":
        return do_missing(given.prefix)
    if given.command == "fill":
        return do_fill(given.file)
    return {"extract": do_extract, "check": do_check, "compile": do_compile}[given.command]()


if __name__ == "__main__":
    raise SystemExit(main())
