"""Every act on the file of a dispute: when it can be done, the form that asks, and the service that does it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openmember.cases.types import Case
from openmember.desk.disputes.file import forms as asked
from openmember.grievances.file import Exhibit
from openmember.grievances.handoffs.evidence import Sharing, Unshared
from openmember.grievances.handoffs.queries import Order
from openmember.grievances.handoffs.reviewers import Reviewer
from openmember.grievances.handoffs.services import ordering, sharing
from openmember.grievances.handoffs.services.sending import (
    Sending,
    acknowledge,
    note_returned,
    send_on,
)
from openmember.grievances.handoffs.types import Handoff, Purpose, Said, ToSend
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
    handoffs: tuple[Handoff, ...]
    to_send: ToSend | None
    reviewers: tuple[Reviewer, ...]
    unshared: tuple[Unshared, ...]
    sharings: tuple[Sharing, ...]
    actor: Actor
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.dispute.standing.zone)

    @property
    def new_documents(self) -> list[tuple[int, str]]:
        return [(one.document_id, one.name) for one in self.unshared if one.document_id is not None]

    @property
    def is_awaited(self) -> bool:
        return any(one.waits(self.now, self.dispute.standing.zone) for one in self.sharings)

    @property
    def is_again(self) -> bool:
        wanted = self.to_send
        return wanted is not None and any(
            (one.visit, one.step) == (wanted.visit, wanted.step) for one in self.handoffs
        )

    def without(self, kind: Said) -> list[tuple[int, str]]:
        """Return what was sent and not said this of, to choose from."""
        return [
            (one.id, f"{one.reviewer_name}, {one.sent_at.astimezone(self.zone):%Y-%m-%d %H:%M}")
            for one in self.handoffs
            if one.find(kind) is None
        ]

    def waits(self, purpose: Purpose) -> bool:
        return any(one.is_waiting and one.purpose is purpose for one in self.orders)

    @property
    def has_failed(self) -> bool:
        return any(one.has_failed and one.purpose is Purpose.REVIEWER for one in self.orders)

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


def _share(at: At, form: Any) -> str:
    given = form.cleaned_data
    if not sharing.share(message=given["message"], answer_on=given["answer_on"], **about(at)):
        return _(
            "It is shared in the portal. This member is on no account, so no letter goes out: print the copy"
            " below and mail it with your message and the last day for an answer."
        )
    return _("The member has it. It is decided after that day, or once they answered.")


def _theirs(at: At, form: Any) -> str:
    given = form.cleaned_data
    sharing.note_theirs(document_id=given["document"], why=given["why"], **about(at))
    return _("It is noted as the member’s own.")


def _answered(at: At, form: Any) -> str:
    sharing.note_answer(how=form.cleaned_data["how"], **about(at))
    return _("It is noted that the member answered.")


def _send(at: At, form: Any) -> str:
    given = form.cleaned_data
    sending = Sending(
        given["reviewer"], given["named"], given["way"], given["sent_to"], given["proof"],
        given["moment"], given.get("again_why", ""),
    )  # fmt: skip
    send_on(sending=sending, **about(at))
    return _("It is noted as sent. Note here when they confirm that it came.")


def _acknowledged(at: At, form: Any) -> str:
    given = form.cleaned_data
    acknowledge(
        handoff_id=given["handoff"], at=given["moment"], by_whom=given["by_whom"],
        reference=given["reference"], **about(at),
    )  # fmt: skip
    return _("It is noted: they have the file.")


def _returned(at: At, form: Any) -> str:
    given = form.cleaned_data
    note_returned(
        handoff_id=given["handoff"], at=given["moment"], by_whom=given["by_whom"], why=given["why"],
        **about(at),
    )  # fmt: skip
    return _("It is noted. Send it again, and say why.")


def _send_form(data: Any, at: At) -> forms.Form:
    return asked.SendForm(
        data, reviewers=at.reviewers, is_again=at.is_again, now=at.now, zone=at.zone
    )


ACTS: dict[str, Act] = {
    "again": Act(
        gettext_lazy("Try to make the file again"), gettext_lazy("Try to make the file again"),
        lambda at: at.has_failed, _file, key="f",
    ),
    "send": Act(
        gettext_lazy("It was sent to a reviewer outside"), gettext_lazy("It was sent"),
        lambda at: at.to_send is not None, _send, _send_form, key="o",
    ),
    "acknowledged": Act(
        gettext_lazy("They confirm that it came"), gettext_lazy("Note it"),
        lambda at: bool(at.without(Said.ACKNOWLEDGED)), _acknowledged,
        lambda data, at: asked.AcknowledgedForm(
            data, handoffs=at.without(Said.ACKNOWLEDGED), now=at.now, zone=at.zone
        ),
    ),
    "returned": Act(
        gettext_lazy("They refused it or sent it back"), gettext_lazy("Note it"),
        lambda at: bool(at.without(Said.RETURNED)), _returned,
        lambda data, at: asked.ReturnedForm(
            data, handoffs=at.without(Said.RETURNED), now=at.now, zone=at.zone
        ),
    ),
    "share": Act(
        gettext_lazy("Share it with the member"), gettext_lazy("Share it with the member"),
        lambda at: bool(at.unshared), _share,
        lambda data, at: asked.ShareForm(data, usual=sharing.usual_day(at.dispute, now=at.now)),
    ),
    "theirs": Act(
        gettext_lazy("It came from the member or their doctor"), gettext_lazy("Note it"),
        lambda at: bool(at.new_documents), _theirs,
        lambda data, at: asked.TheirsForm(data, documents=at.new_documents),
    ),
    "answered": Act(
        gettext_lazy("The member answered what was shared"), gettext_lazy("Note it"),
        lambda at: at.is_awaited, _answered, lambda data, at: asked.AnsweredForm(data),
    ),
    "file": Act(
        gettext_lazy("Make the file as it is now"), gettext_lazy("Make the file as it is now"),
        lambda at: not at.waits(Purpose.REVIEWER) and not at.has_failed, _file, key="f",
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
