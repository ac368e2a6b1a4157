"""Every decision on an application: a form, its one service, and what is said when it is refused."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from openmember.desk.access import DeskRequest, desk_page
from openmember.desk.registrations.forms import (
    AcceptForm,
    CorrectionForm,
    IdentityForm,
    OtherForm,
    ReturnForm,
    SameForm,
    WithdrawForm,
)
from openmember.desk.registrations.views import registration_of, show_one
from openmember.members.types import Actor, Scope
from openmember.registrations import queries
from openmember.registrations.queries import UnknownRegistration
from openmember.registrations.services import deciding, intake, judging, mailing
from openmember.registrations.types import Missing, Registration, RegistrationRefused, Way
from openmember.registrations.words import REFUSALS
from openmember.ui.pages import go_to

Given = dict[str, Any]
Do = Callable[[Registration, Given, datetime, Actor], object]


def _identity(found: Registration, given: Given, now: datetime, actor: Actor) -> object:
    return judging.check_identity(
        registration_id=found.id,
        expected_version=given["version"],
        way=Way(given["way"]),
        what=given["what"],
        now=now,
        actor=actor,
    )


def _accept(found: Registration, given: Given, now: datetime, actor: Actor) -> object:
    return deciding.accept(
        registration_id=found.id, expected_version=given["version"], family_number=given["number"],
        family_holder=given["holder"] if given["is_family"] else None, now=now, actor=actor,
    )  # fmt: skip


def _return(found: Registration, given: Given, now: datetime, actor: Actor) -> object:
    missing = [Missing(one) for one in given["missing"]]
    return deciding.give_back(
        registration_id=found.id,
        expected_version=given["version"],
        missing=missing,
        note=given["note"],
        now=now,
        actor=actor,
    )


def _withdraw(found: Registration, given: Given, now: datetime, actor: Actor) -> object:
    return deciding.withdraw(
        registration_id=found.id,
        expected_version=given["version"],
        note=given["note"],
        now=now,
        actor=actor,
    )


_ACTS: dict[str, tuple[type[forms.Form], str, Do, Promise]] = {
    "identity": (IdentityForm, "identity_form", _identity, _("It is noted who they are.")),
    "accept": (AcceptForm, "accept_form", _accept, _("They are registered, and a letter is on its way.")),
    "return": (ReturnForm, "return_form", _return, _("It is returned. Print and mail the letter.")),
    "withdraw": (WithdrawForm, "withdraw_form", _withdraw, _("The application is put away.")),
}  # fmt: skip


@require_POST
@desk_page(Scope.REGISTER)
def act(request: DeskRequest, reference: str, act: str) -> HttpResponse:
    """Decide one thing of an application."""
    if act not in _ACTS:
        raise Http404
    found = registration_of(request, reference)
    kind, name, do, said = _ACTS[act]
    form = kind(request.POST)
    if form.is_valid():
        try:
            if (
                act == "accept"
                and form.cleaned_data["number"]
                and not form.cleaned_data["is_family"]
            ):
                return _ask_whose(request, found, form.cleaned_data)
            do(found, form.cleaned_data, timezone.now(), request.actor)
        except RegistrationRefused as refused:
            form.add_error(None, str(REFUSALS[refused.name]))
        else:
            messages.success(request, str(said))
            return go_to(request, "desk:registration", found.reference)
    return show_one(request, found, **{name: form})


def _ask_whose(request: DeskRequest, found: Registration, given: Given) -> HttpResponse:
    """Show whose account was typed, and ask whether it is the applicant's family's."""
    holder = queries.get_family(found=found, number=given["number"], actor=request.actor)
    form = AcceptForm(initial={**given, "holder": holder.id}, is_shown=True)
    return show_one(request, found, accept_form=form, family=holder)


@require_POST
@desk_page(Scope.REGISTER)
def correct(request: DeskRequest, reference: str) -> HttpResponse:
    """Write down what the application says now."""
    found = registration_of(request, reference)
    form = CorrectionForm(request.POST, auto_id="correct_%s")
    if form.is_valid():
        try:
            intake.correct(
                registration_id=found.id, facts=form.facts(),
                expected_version=form.cleaned_data["version"], now=timezone.now(), actor=request.actor,
            )  # fmt: skip
        except RegistrationRefused as refused:
            form.add_error(None, str(REFUSALS[refused.name]))
        else:
            messages.success(request, _("The application is corrected."))
            return go_to(request, "desk:registration", found.reference)
    return show_one(request, found, correction_form=form)


@require_POST
@desk_page(Scope.REGISTER)
def judge(request: DeskRequest, reference: str, identity: int) -> HttpResponse:
    """Say of a member like the applicant that it is the same person, or another and why."""
    found, is_same = registration_of(request, reference), "same" in request.POST
    form = SameForm(request.POST) if is_same else OtherForm(request.POST)
    if not form.is_valid():
        return show_one(request, found, other_form=form, judged=identity)
    common: Any = {
        "registration_id": found.id, "member_id": identity, "now": timezone.now(), "actor": request.actor,
        "expected_version": form.cleaned_data["version"],
    }  # fmt: skip
    try:
        if is_same:
            judging.say_same(**common)
            messages.success(request, _("They are a member already. No second record is made."))
        else:
            judging.say_other(**common, reason=form.cleaned_data["reason"])
            messages.success(request, _("It is noted that they are two people."))
    except RegistrationRefused as refused:
        messages.error(request, str(REFUSALS[refused.name]))
    return go_to(request, "desk:registration", found.reference)


@require_POST
@desk_page(Scope.REGISTER)
def mailed(request: DeskRequest, reference: str, identity: int) -> HttpResponse:
    """Say that a letter is in the mail."""
    found = registration_of(request, reference)
    try:
        mailing.note_mailed(
            found=found, letter_id=identity, now=timezone.now(), actor=request.actor
        )
    except UnknownRegistration as unknown:
        raise Http404 from unknown
    messages.success(request, _("The letter is noted as mailed."))
    return go_to(request, "desk:registration", found.reference)
