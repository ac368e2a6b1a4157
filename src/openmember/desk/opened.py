"""The one account a person at the desk has open: kept in the session, never in an address."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib import messages
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openmember.accounts.types import Account
from openmember.billing.overview import Overview, get_overview
from openmember.desk.access import DeskRequest, desk_page
from openmember.desk.verification.proof import SESSION_KEY, Proof, find_proof
from openmember.directory.queries import zone_of
from openmember.kernel.audit import services as audit
from openmember.members.types import Scope
from openmember.ui.pages import go_to, show

LAST_REASON_KEY = "desk_reason"

Rest = ParamSpec("Rest")


class Reason(TextChoices):
    """Why somebody looks at an account."""

    CALLER = "caller", gettext_lazy("The caller asks")
    IN_PERSON = "in_person", gettext_lazy("Here in person")
    LETTER = "letter", gettext_lazy("A letter")
    REVIEW = "review", gettext_lazy("Review")

    @property
    def is_contact(self) -> bool:
        """Whether somebody is there who wants to know something."""
        return self in {Reason.CALLER, Reason.IN_PERSON}


@dataclass(frozen=True, slots=True)
class Opened:
    """An account as it is now. `token` is sent with every form, so that none reaches another account.

    `gave_number` is whether the contact came with the bill pay number, which then is no secret to them.
    """

    overview: Overview
    reason: Reason
    token: str
    today: date
    opened_at: datetime
    gave_number: bool = False
    proof: Proof | None = None

    @property
    def account(self) -> Account:
        return self.overview.account

    @property
    def shows_number(self) -> bool:
        """Whether the number may be read out: it was said, or whoever asks has proven who they are."""
        return self.gave_number or self.proof is not None or not self.reason.is_contact


class AccountRequest(DeskRequest):
    """A request of somebody on the staff who has an account open."""

    opened: Opened


def open_account(
    request: DeskRequest,
    *,
    account: Account,
    region: str,
    reason: Reason,
    gave_number: bool = False,
) -> None:
    """Make this the account the person works on. Nothing is proven of the contact yet."""
    request.session[SESSION_KEY] = {
        "number": account.number,
        "region": region,
        "reason": reason.value,
        "token": secrets.token_urlsafe(12),
        "opened_at": timezone.now().isoformat(),
        "gave_number": gave_number,
    }
    request.session[LAST_REASON_KEY] = reason.value


def close_account(request: DeskRequest) -> None:
    """Put the account away."""
    request.session.pop(SESSION_KEY, None)


def find_opened(request: DeskRequest, page: str) -> Opened | None:
    """Return the account that is open, for a page that can do without; that it was read is recorded."""
    kept = request.session.get(SESSION_KEY)
    if kept is None:
        return None
    working = cast(AccountRequest, request)
    working.opened = _opened(kept, find_proof(request.session))
    if request.method == "GET":
        _record_reading(working, page)
    return working.opened


def account_page(
    page: str, *, scope: Scope = Scope.FIND
) -> Callable[
    [Callable[Concatenate[AccountRequest, Rest], HttpResponse]],
    Callable[Concatenate[HttpRequest, Rest], HttpResponse],
]:
    """Give a view `request.opened`, and record under the name `page` that the account was read.

    A form that was made for an account since replaced by another answers 409 and changes nothing.
    """

    def decorate(
        view: Callable[Concatenate[AccountRequest, Rest], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, Rest], HttpResponse]:
        @desk_page(scope)
        @wraps(view)
        def guarded(request: DeskRequest, /, *args: Rest.args, **rest: Rest.kwargs) -> HttpResponse:
            kept = request.session.get(SESSION_KEY)
            if kept is None:
                messages.info(request, _("Find and open an account first."))
                return go_to(request, "desk:find")
            if request.method == "POST" and request.POST.get("opened") != kept["token"]:
                return show(request, "desk/another_account.html", status=409)
            working = cast(AccountRequest, request)
            working.opened = _opened(kept, find_proof(request.session))
            if request.method == "GET":
                _record_reading(working, page)
            return view(working, *args, **rest)

        return guarded

    return decorate


def _opened(kept: dict[str, Any], proof: Proof | None) -> Opened:
    today = timezone.localdate(timezone=zone_of(region=kept["region"]))
    return Opened(
        overview=get_overview(number=kept["number"], today=today),
        reason=Reason(kept["reason"]),
        token=kept["token"],
        today=today,
        # A session of an earlier version knows neither.
        opened_at=datetime.fromisoformat(kept.get("opened_at", "2026-01-01T00:00:00+00:00")),
        gave_number=kept.get("gave_number", False),
        proof=proof,
    )


def _record_reading(request: AccountRequest, page: str) -> None:
    audit.record(
        actor=str(request.actor), action="account.read",
        account_number=request.opened.account.number,
        member_id=request.opened.account.holder_id,
        page=page, reason=request.opened.reason.value,
    )  # fmt: skip
