"""The shared pieces, rendered as pages include them."""

from datetime import date
from pathlib import Path

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory

from openmember.ui.types import Cell, Column, Item, Link

COMPONENTS = Path(__file__).parents[1] / "templates" / "ui" / "components"
INLINE = ("icon", "money", "date", "moment", "value", "status_tag", "column", "label")


def shown(component: str, arguments: str = "", address: str = "/", **values: object) -> str:
    source = f'{{% include "ui/components/{component}.html" with {arguments} only %}}'
    return engines["django"].from_string(source).render(values, RequestFactory().get(address))


def test_the_number_is_seen_in_groups_and_said_digit_by_digit():
    html = shown("number", "number=number", number="600488100092")

    assert "6004\u00a08810\u00a00092" in html
    assert '<span class="om-said">6 0 0 4, 8 8 1 0, 0 0 9 2</span>' in html
    assert 'data-copy="600488100092"' in html
    assert 'role="status"' in html


def test_the_copy_button_is_hidden_until_a_script_can_work_it():
    html = shown("number", "number=number", number="600488100092")

    assert "data-needs-script hidden" in html
    assert "data-copy" not in shown("number", "number=number copy=False", number="600488100092")


@pytest.mark.parametrize("name", INLINE)
def test_inline_pieces_leave_no_space_behind_them(name):
    assert not (COMPONENTS / f"{name}.html").read_text("utf-8").endswith("\n")


def test_a_summary_list_names_each_fact_and_its_link():
    due = Item("Due", date(2026, 12, 1), "date")
    items = (due, Item("Card", "4242", url="/c", action="Change"))

    html = shown("summary_list", "items=items", items=items)

    assert "<dt>Due</dt>" in html
    assert '<time datetime="2026-12-01">December 1, 2026</time>' in html
    assert '<a href="/c">Change <span class="om-said">Card</span></a>' in html


def table(**values: object) -> str:
    columns = (Column("Bill", sort="title"), Column("Left", kind="money"))
    rows = ((Cell("December", url="/b/1"), Cell(268_31, "money")),)
    given = {"columns": columns, "rows": rows, "address": "/?page=4", **values}
    return shown("table", "caption='Bills' columns=columns rows=rows sort=sort", **given)


def test_a_table_has_a_caption_headings_and_row_names():
    html = table(sort="")

    assert "<caption>Bills</caption>" in html
    assert '<th scope="row" data-label="Bill"><a href="/b/1">December</a></th>' in html
    assert (
        'class="om-table__amount" data-label="Left"><span class="om-money">$268.31</span>' in html
    )


@pytest.mark.parametrize(
    ("sort", "said", "link"),
    [
        ("", "", "?sort=title"),
        ("title", 'aria-sort="ascending"', "?sort=-title"),
        ("-title", 'aria-sort="descending"', "?sort=title"),
    ],
)
def test_a_heading_that_sorts_says_how_and_starts_at_the_first_page(sort, said, link):
    html = table(sort=sort)

    assert said in html
    assert f'href="{link}"' in html


def test_pages_keep_the_rest_of_the_address():
    page = Paginator(range(240), 20).get_page(3)

    html = shown("pagination", "page=page", address="/?sort=due&page=3", page=page)

    assert 'href="?sort=due&amp;page=4"' in html
    assert 'aria-current="page"' in html
    assert "Page 3 of 12" in html


def test_one_page_needs_no_page_numbers():
    page = Paginator(range(3), 20).get_page(1)

    assert shown("pagination", "page=page", page=page).strip() == ""


def test_a_status_is_not_told_by_colour_alone():
    html = shown("status_tag", "status='overdue'")

    assert "om-tag--bad" in html
    assert "Past due" in html
    assert "#error" in html


def test_a_status_may_be_said_otherwise():
    html = shown("status_tag", "status='overdue' label='Late' tone='caution'")

    assert "om-tag--caution" in html
    assert "Late" in html


def test_the_error_summary_lists_and_links_every_error():
    class Wrong(forms.Form):
        name = forms.CharField(label="Name")
        way = forms.ChoiceField(label="Way", choices=[("a", "A")], widget=forms.RadioSelect)

    form = Wrong({})
    form.add_error(None, "The card was declined.")

    html = shown("error_summary", "form=form", form=form)

    assert "Please check 3 things" in html
    assert "<li>The card was declined.</li>" in html
    assert '<a href="#id_name">Name – An answer is needed here.</a>' in html
    assert 'href="#id_way_0"' in html


def test_no_error_summary_without_errors():
    assert shown("error_summary", "form=form", form=forms.Form()).strip() == ""


def test_the_navigation_marks_the_page_one_is_on():
    links = (Link("Home", "/", current=True), Link("Bills", "/bills"))

    html = shown("navigation", "links=links sign_out_url='/out' csrf_token='t'", links=links)

    assert '<a href="/" aria-current="page">Home</a>' in html
    assert '<form method="post" action="/out">' in html


def test_a_confirmation_carries_its_token_and_a_way_out():
    html = shown(
        "confirm", "title='Stop?' action='/stop' submit='Stop' cancel_url='/' csrf_token='t'"
    )

    assert 'name="csrfmiddlewaretoken" value="t"' in html
    assert '<a href="/">Cancel</a>' in html


def test_text_from_outside_is_escaped():
    assert "<script>" not in shown("alert", "text=text", text="<script>alert(1)</script>")
    assert "<script>" not in shown("number", "number=text", text="<script>")
