"""Doing what a form of a page asks: on the log that was shown, and with the form back where it is refused."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse

from openmember.cases.types import CaseRefused
from openmember.cases.words import refusal as case_refusal
from openmember.desk.access import DeskRequest
from openmember.grievances.services.log import require_unchanged
from openmember.grievances.types import BadCourse
from openmember.grievances.words import refusal
from openmember.ui.pages import go_to

Forms = Mapping[str, Any]
Show = Callable[[Forms], HttpResponse]
# The acts of a page by name, each with `can`, `do`, `title`, `submit` and `key`; and what builds its form.
Acts = Mapping[str, Any]
FormOf = Callable[..., Any]


def do_asked(
    request: DeskRequest,
    at: Any,
    *,
    acts: Acts,
    form_of: FormOf,
    show: Show,
    page: str,
    read: Callable[[str, Any], HttpResponse | None] | None = None,
) -> HttpResponse:
    """Show a page, or do with it what a form of it asks, and go back to `page` of the case.

    Shape:  `show` takes a form that was not right, by the name of its act; `read` may answer instead of doing.
    """
    name = request.POST.get("act", "")
    act = acts.get(name)
    if act is None:
        return show({})
    form = form_of(name, at, request.POST)
    if form is not None and not form.is_valid():
        return show({name: form})
    if read is not None and (answer := read(name, form)) is not None:
        return answer
    try:
        said = _do(request, at, act, form)
    except (BadCourse, CaseRefused) as refused:
        if form is None or not act.can(at):
            messages.error(request, words_of(refused))
            return go_to(request, page, at.case.number)
        form.add_error(None, words_of(refused))
        return show({name: form})
    messages.success(request, said)
    return go_to(request, page, at.case.number)


def rows_of_acts(
    at: Any, bound: Forms, *, acts: Acts, form_of: FormOf, reads: Callable[[str], bool]
) -> list[dict[str, Any]]:
    """Return every act that can be done now, with its form or the one that was not right."""
    return [
        {
            "name": name,
            "title": act.title,
            "submit": act.submit,
            "key": act.key,
            "reads": reads(name),
            "form": bound[name] if name in bound else form_of(name, at),
        }
        for name, act in acts.items()
        if act.can(at) or name in bound
    ]


def words_of(refused: BadCourse | CaseRefused) -> str:
    """Return why something was refused, as a sentence."""
    if isinstance(refused, BadCourse):
        return refusal(refused)
    return case_refusal(refused.name, str(refused))


def _do(request: DeskRequest, at: Any, act: Any, form: object) -> str:
    """Do an act on the log that was shown, and on no other. Errors: BadCourse; CaseRefused."""
    shown = request.POST.get("serial", "")
    with transaction.atomic():
        is_count = shown.isdecimal() and len(shown) < 10
        require_unchanged(dispute_id=at.dispute.id, events=int(shown) if is_count else -1)
        said: str = act.do(at, form)
    return said
