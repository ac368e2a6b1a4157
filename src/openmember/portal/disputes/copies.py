"""What a member reads of the copies of their file."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from openmember.cases.types import Case
from openmember.grievances.handoffs.queries import Order, list_orders
from openmember.grievances.handoffs.types import Bound, How, Package, Purpose
from openmember.grievances.handoffs.words import reason_words
from openmember.grievances.types import Dispute
from openmember.letters.queries import get_consent


class CopyForm(forms.Form):
    """Whether it is mailed too."""

    on_paper = forms.BooleanField(
        label=gettext_lazy("Mail it to me on paper too, at no cost"), required=False
    )


@dataclass(frozen=True, slots=True)
class Withheld:
    """A document that is not in a copy, and why in words."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy as its page shows it."""

    asked_at: datetime
    given_at: datetime | None
    on_paper: bool
    printed_at: datetime | None
    package: Package | None
    withheld: tuple[Withheld, ...]
    has_beside: bool
    has_failed: bool


def copies_of(case: Case, dispute: Dispute) -> dict[str, Any]:
    """Return what the page of a dispute says of copies, and the form that asks for one."""
    orders = list_orders(dispute=dispute, purpose=Purpose.COPY)
    copies = [_copy(one) for one in orders]
    wants_paper = (
        case.account_number is not None
        and not get_consent(account_number=case.account_number).given
    )
    form = CopyForm(initial={"on_paper": wants_paper}, auto_id="id_copy_%s")
    if case.account_number is None:
        del form.fields["on_paper"]
    return {
        "copies": copies,
        "copy_form": form,
        "may_ask_copy": not any(one.is_waiting for one in orders),
    }


def _copy(order: Order) -> Copy:
    bound: tuple[Bound, ...] = order.package.bound if order.package else ()
    return Copy(
        order.asked_at, order.given_at, order.on_paper, order.printed_at, order.package,
        tuple(Withheld(one.name, reason_words(one.reason)) for one in bound if one.how is How.WITHHELD),
        any(one.how is How.AS_IS for one in bound), order.has_failed,
    )  # fmt: skip
