"""The proxies of the people on the account that is open."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from openmember.accounts.queries import list_people
from openmember.desk.opened import AccountRequest, account_page
from openmember.desk.pages import show_account
from openmember.desk.proxies.forms import ProxyForm
from openmember.letters.services import write_letter
from openmember.members.proxies import services
from openmember.members.proxies.queries import list_proxies_of
from openmember.members.proxies.types import For, Proxy, ProxyRefused
from openmember.members.proxies.words import BASES, REFUSALS, may_words
from openmember.members.queries import find_member_by_mrn, list_members
from openmember.members.types import Member, Scope
from openmember.ui.pages import go_to


@require_http_methods(["GET", "HEAD", "POST"])
@account_page("proxies", scope=Scope.CONTACT)
def proxies(request: AccountRequest) -> HttpResponse:
    """List the proxies; record a new one, or end one."""
    people = _people(request)
    known = list_proxies_of(member_ids=[one for one, _name in people], at=timezone.now())
    ended = request.POST.get("end", "")
    if ended:
        return _end(request, known, ended)
    form = ProxyForm(request.POST or None, people=people)
    if request.method == "POST" and form.is_valid() and _allow(request, form):
        messages.success(request, _("The proxy is recorded. We write to the member about it."))
        return go_to(request, "desk:proxies")
    values = {
        "rows": [(one, may_words(one.may), BASES[one.basis]) for one in known],
        "form": form,
    }
    return show_account(request, "desk/proxies/proxies.html", values, place="proxies")


def _allow(request: AccountRequest, form: ProxyForm) -> bool:
    if request.opened.proof is None:
        form.add_error(None, _("Verify first who asks for it."))
        return False
    proxy = find_member_by_mrn(mrn=form.cleaned_data["number"])
    if proxy is None:
        form.add_error("number", _("Nobody has this number."))
        return False
    try:
        _record(request, form, proxy)
    except ProxyRefused as refused:
        form.add_error(None, REFUSALS[refused.name])
        return False
    return True


@transaction.atomic
def _record(request: AccountRequest, form: ProxyForm, proxy: Member) -> None:
    """Let the proxy in, and write to the member that somebody was. Errors: ProxyRefused."""
    member_id = form.cleaned_data["who"]
    allowed = services.allow(
        member_id=member_id, proxy_id=proxy.id, may=form.scopes, basis=form.ground,
        until=form.cleaned_data["until"], signed_on=form.cleaned_data["signed_on"], now=timezone.now(),
        actor=request.actor,
    )  # fmt: skip
    write_letter(
        account_number=request.opened.account.number,
        kind="proxy_recorded",
        key=f"proxy:{allowed}",
        values={
            "proxy": proxy.name,
            "writes": For.WRITE_MESSAGES in form.scopes,
            "disputes": For.DISPUTES in form.scopes,
            "on": request.opened.today.isoformat(),
        },
        on=request.opened.today,
        actor=request.actor,
        member_id=member_id,
    )


def _end(request: AccountRequest, known: tuple[Proxy, ...], asked: str) -> HttpResponse:
    if any(str(one.id) == asked for one in known):
        services.end(proxy=int(asked), now=timezone.now(), actor=request.actor)
        messages.success(request, _("It is ended."))
    return go_to(request, "desk:proxies")


def _people(request: AccountRequest) -> list[tuple[int, str]]:
    ids = [member_id for member_id, _how in list_people(number=request.opened.account.number)]
    return [(one.id, one.name) for one in list_members(member_ids=ids)]
