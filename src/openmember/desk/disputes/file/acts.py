"""Every act on the file of a dispute: when it can be done, the form that asks, and the service that does it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openmember.cases.types import Case
from openmember.desk.disputes.file import forms as asked
from openmember.grievances.file import Exhibit
from openmember.grievances.handoffs.queries import Order
from openmember.grievances.handoffs.services import ordering
from openmember.grievances.handoffs.types import Purpose
from openmember.grievances.types import Dispute
from openmember.members.types import Actor, Scope


@dataclass(frozen=True, slots=True)
class At:
    """The file of a dispute at a moment, before somebody who works on it."""

    dispute: Dispute
    case: Case
    exhibits: tuple[Exhibit, ...]
    withheld: dict[int, str]
    orders: tuple[Order, ...]
    actor: Actor
    now: datetime

    def waits(self, purpose: Purpose) -> bool:
        return any(one.package is None and one.purpose is purpose for one in self.orders)

    @property
    def may_be_withheld(self) -> list[Exhibit]:
        return [
            one
            for one in self.exhibits
            if not one.document.is_members
            and not one.document.is_visible
            and one.document.id not in self.withheld
        ]

    @property
    def are_withheld(self) -> list[Exhibit]:
        return [one for one in self.exhibits if one.document.id in self.withheld]


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do with a file. `make` builds its form; without one a button is enough."""

    title: Promise
    submit: Promise
    can: Callable[[At], bool]
    do: Callable[[At, Any], str]
    make: Callable[[Any, At], forms.Form] | None = None
    key: str = ""


def form_of(name: str, at: At, data: Any = None) -> Any:
    """Return the form of an act, with what was sent or empty; None where a button is enough."""
    make = ACTS[name].make
    if make is None:
        return None
    form = make(data, at)
    form.auto_id = f"id_{name}_%s"
    return form


def about(at: At) -> dict[str, Any]:
    return {"dispute": at.dispute, "now": at.now, "actor": at.actor}


def _file(at: At, form: Any) -> str:
    ordering.order_file(**about(at))
    return _("The file is being made. It is here in a minute.")


def _copy(at: At, form: Any) -> str:
    ordering.order_copy(on_paper=form.cleaned_data["on_paper"], **about(at))
    return _("The member’s copy is being made. It is in the portal in a minute.")


def _withhold(at: At, form: Any) -> str:
    given = form.cleaned_data
    ordering.withhold(
        document_id=given["document"], code=given["code"], why=given["why"], **about(at)
    )
    return _("It is withheld. The member’s copy names it and says why.")


def _give(at: At, form: Any) -> str:
    given = form.cleaned_data
    ordering.withhold(document_id=given["document"], code="", why=given["why"], **about(at))
    return _("It is in the member’s next copy.")


ACTS: dict[str, Act] = {
    "file": Act(
        gettext_lazy("Make the file as it is now"), gettext_lazy("Make the file as it is now"),
        lambda at: not at.waits(Purpose.REVIEWER), _file, key="f",
    ),
    "copy": Act(
        gettext_lazy("The member asks for a copy"), gettext_lazy("Make the copy"),
        lambda at: not at.waits(Purpose.COPY), _copy, lambda data, at: asked.CopyForm(data),
    ),
    "withhold": Act(
        gettext_lazy("Withhold a document from the member"), gettext_lazy("Withhold it"),
        lambda at: bool(at.may_be_withheld) and at.actor.may(Scope.SUPERVISE_CARE), _withhold,
        lambda data, at: asked.WithholdForm(data, exhibits=at.may_be_withheld),
    ),
    "give": Act(
        gettext_lazy("Give the member a withheld document"), gettext_lazy("Give it"),
        lambda at: bool(at.are_withheld) and at.actor.may(Scope.SUPERVISE_CARE), _give,
        lambda data, at: asked.GiveForm(data, exhibits=at.are_withheld),
    ),
}  # fmt: skip
