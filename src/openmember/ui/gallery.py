"""Believable values for the page that shows every component."""

from datetime import UTC, date, datetime

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest

from openmember.ui.forms import DatePartsField, DollarsField
from openmember.ui.statuses import STATUSES
from openmember.ui.types import Cell, Column, Item, Link

NUMBER = "600488100092"


class SampleForm(forms.Form):
    """One field of each kind."""

    number = forms.CharField(
        label="Bill pay number",
        help_text="10 to 12 digits, under the name on the ID card.",
        widget=forms.TextInput({"inputmode": "numeric", "class": "om-input--number"}),
    )
    amount = DollarsField(label="Amount", least_cents=1_00, most_cents=268_31)
    born_on = DatePartsField(label="Born on", help_text="For example, 4 27 1958.", birthday=True)
    email = forms.EmailField(
        label="Email", required=False, widget=forms.EmailInput({"autocomplete": "email"})
    )
    method = forms.ChoiceField(
        label="How would you like to pay?",
        choices=[("card", "Debit or credit card"), ("bank", "Bank account")],
        widget=forms.RadioSelect,
    )
    bills = forms.MultipleChoiceField(
        label="Which bills?",
        choices=[("1", "Premium, December 2026, $213.31"), ("2", "Visit of October 8, $55.00")],
        widget=forms.CheckboxSelectMultiple,
    )
    region = forms.ChoiceField(label="Region", choices=[("", "Choose one"), ("nw", "Northwest")])
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea)
    letter = forms.FileField(label="A photo or PDF of the letter", required=False)
    paperless = forms.BooleanField(label="Send my statements by email", required=False)


def samples(request: HttpRequest) -> dict[str, object]:
    """Return what the gallery shows."""
    born_on = {"born_on_month": "2", "born_on_day": "30", "born_on_year": "1958"}
    wrong = SampleForm({"amount": "999", **born_on})
    columns = (
        Column("Bill", sort="title"),
        Column("Due", kind="date", sort="due"),
        Column("Status"),
        Column("Left to pay", kind="money", sort="open"),
    )
    return {
        "number": NUMBER,
        "form": SampleForm(initial={"amount": 268_31, "method": "card", "bills": ["1"]}),
        "wrong": wrong,
        "columns": columns,
        "rows": tuple(_rows()),
        "sort": request.GET.get("sort", "-due"),
        "page": Paginator(range(240), 20).get_page(request.GET.get("page", 3)),
        "steps": ("Choose bills", "How to pay", "Check", "Receipt"),
        "items": (
            Item("Bill pay number", NUMBER, kind="number"),
            Item("Due", date(2026, 12, 1), kind="date"),
            Item("Amount", 268_31, kind="money"),
            Item("Pay with", "Visa ending in 4242", url="#", action="Change"),
        ),
        "statuses": tuple(STATUSES),
        "due_on": date(2026, 12, 1),
        "paid_at": datetime(2026, 11, 22, 18, 5, tzinfo=UTC),
        "links": (Link("Home", "#", current=True), Link("Bills", "#"), Link("Payments", "#")),
    }


def _rows() -> list[tuple[Cell, ...]]:
    def row(title: str, due_on: date, status: str, cents: int) -> tuple[Cell, ...]:
        return (
            Cell(title, url="#"),
            Cell(due_on, kind="date"),
            Cell(status, kind="status"),
            Cell(cents, kind="money"),
        )

    return [
        row("Premium, December 2026", date(2026, 12, 1), "open", 213_31),
        row("Visit of October 8, 2026", date(2026, 11, 20), "overdue", 55_00),
        row("Premium, November 2026", date(2026, 11, 1), "paid", 0),
    ]
