"""The API's description: as a document for programs, and as a page for the people who write them."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.views.decorators.http import require_safe

from openmember.api import problems
from openmember.api.kinds import KINDS
from openmember.api.v1 import api
from openmember.ui.pages import show


@dataclass(frozen=True, slots=True)
class Entry:
    """One operation as the page tells of it."""

    anchor: str
    method: str
    path: str
    title: str
    text: str
    scope: str
    parameters: tuple[tuple[str, str, str, bool], ...]
    body: str
    answers: tuple[tuple[str, str], ...]


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show what the API does. Open to everybody."""
    context = {
        "groups": _groups(),
        "schemas": _schemas(),
        "problems": [(name, kind.status, kind.title, kind.detail) for name, kind in KINDS.items()],
        "description": _document()["info"]["description"],
        "version": _document()["info"]["version"],
    }
    return show(request, "api/reference.html", context)


@require_safe
def document(request: HttpRequest) -> JsonResponse:
    """Send the OpenAPI document. Open to everybody."""
    response = JsonResponse(_document())
    response["Cache-Control"] = "public, max-age=300"
    return response


def nothing(request: HttpRequest) -> HttpResponse:
    """Answer for every address there is not."""
    return problems.answer(request, problems.Problem("not-found"))


@cache
def _document() -> dict[str, Any]:
    # In one language whoever asks first: it is for programs and those who write them.
    with translation.override("en"):
        return dict(api.get_openapi_schema())


@cache
def _groups() -> tuple[tuple[str, tuple[Entry, ...]], ...]:
    groups: dict[str, list[Entry]] = {}
    for path, methods in _document()["paths"].items():
        for method, details in methods.items():
            groups.setdefault(details["tags"][0], []).append(_entry(path, method, details))
    return tuple((name, tuple(entries)) for name, entries in groups.items())


def _entry(path: str, method: str, details: dict[str, Any]) -> Entry:
    body = details.get("requestBody", {}).get("content", {}).get("application/json", {})
    return Entry(
        anchor=details["operationId"],
        method=method.upper(),
        path=path,
        title=details["summary"],
        text=details["description"],
        scope=next(iter(details["security"][0].values()))[0],
        parameters=tuple(
            (one["name"], one["in"], one.get("description", ""), one["required"])
            for one in details["parameters"]
        ),
        body=_name(body.get("schema", {})),
        answers=tuple(
            (str(status), _answer(response))
            for status, response in sorted(
                details["responses"].items(), key=lambda one: str(one[0])
            )
            if int(status) < 400
        ),
    )


def _answer(response: dict[str, Any]) -> str:
    content = response.get("content", {})
    named = [_name(one["schema"]) or media for media, one in content.items() if "schema" in one]
    return ", ".join(named) or response.get("description", "")


def _name(schema: dict[str, Any]) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


@cache
def _schemas() -> tuple[tuple[str, str, tuple[tuple[str, str, bool], ...]], ...]:
    found = []
    for name, schema in sorted(_document()["components"]["schemas"].items()):
        required = schema.get("required", [])
        fields = tuple(
            (field, _kind(facts), field in required)
            for field, facts in schema.get("properties", {}).items()
        )
        described = (
            schema.get("description", "") if fields else ", ".join(map(str, schema.get("enum", [])))
        )
        found.append((name, " ".join(described.split()), fields))
    return tuple(found)


def _kind(facts: dict[str, Any]) -> str:
    """Return what a field holds, in a word or two."""
    if "$ref" in facts:
        return _name(facts)
    if several := facts.get("anyOf") or facts.get("oneOf"):
        return " or ".join(_kind(one) for one in several)
    if facts.get("type") == "array":
        return f"list of {_kind(facts.get('items', {}))}"
    if "const" in facts:
        return f"“{facts['const']}”"
    if "enum" in facts:
        return " or ".join(f"“{one}”" for one in facts["enum"])
    return str(facts.get("format") or facts.get("type", "anything"))
