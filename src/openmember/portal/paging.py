"""Long lists in pages, read a page at a time from a query that also tells the total."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

SIZE = 20


class Counted(Protocol):
    """Some rows, and how many there are in all."""

    @property
    def total(self) -> int: ...


Rows = TypeVar("Rows", bound=Counted)


def read_page(request: HttpRequest, read: Callable[[int], Rows]) -> tuple[Rows, Page[int]]:
    """Return the rows that `read(offset)` gives for the page asked for, and the page's place.

    A page beyond the last, such as an old bookmark, gives the last one.
    """
    asked = request.GET.get("page", "")
    number = int(asked) if asked.isdecimal() and len(asked) < 6 else 1
    rows = read((max(number, 1) - 1) * SIZE)
    page = Paginator(range(rows.total), SIZE).get_page(number)
    if page.number != max(number, 1):
        rows = read((page.number - 1) * SIZE)
        page = Paginator(range(rows.total), SIZE).get_page(page.number)
    return rows, page
