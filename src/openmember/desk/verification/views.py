"""Verifying a contact: the questions, a photo ID, a code; and sending a lost number to who was verified."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from openmember.accounts import queries as accounts
from openmember.desk.contacts.current import note_verified
from openmember.desk.opened import AccountRequest, Reason, account_page
from openmember.desk.pages import show_account
from openmember.desk.verification import code
from openmember.desk.verification.forms import CodeForm, QuestionsForm
from openmember.desk.verification.number import NotSendable, list_number_ways, send_number
from openmember.desk.verification.proof import How, Proof, keep_proof
from openmember.kernel.audit import services as audit
from openmember.members.caller_proofing import CallerNotProven, prove_caller
from openmember.members.queries import get_member
from openmember.members.types import Member
from openmember.payments.remembered import list_own_cents
from openmember.ui.pages import go_to

# How far back a payment is one that somebody remembers.
REMEMBERED = timedelta(days=120)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@account_page("verify")
def verify(request: AccountRequest) -> HttpResponse:
    """Ask, and answer once for all that was said."""
    form = QuestionsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            member = _prove(request, form)
        except CallerNotProven:
            form.add_error(
                None,
                _(
                    "That does not prove who it is. Ask other questions; do not say which answer was right"
                    " or wrong."
                ),
            )
        else:
            keep_proof(request.session, Proof(How.QUESTIONS, timezone.now(), member.id))
            note_verified(
                request, request.opened.account, factors=[How.QUESTIONS.value], member_id=member.id
            )
            messages.success(request, _("Verified. Go on."))
            return go_to(request, "desk:verify")
    return _show(request, form)


@require_POST
@account_page("verify")
def photo_id(request: AccountRequest) -> HttpResponse:
    """Note that somebody who is here showed a photo ID that names a person on the account."""
    if request.opened.reason is Reason.IN_PERSON:
        account = request.opened.account
        audit.record(
            actor=str(request.actor), action="caller.proven", account_number=account.number,
            how=How.PHOTO_ID,
        )  # fmt: skip
        keep_proof(request.session, Proof(How.PHOTO_ID, timezone.now()))
        note_verified(request, account, factors=[How.PHOTO_ID.value], member_id=None)
        messages.success(request, _("Verified. Go on."))
    return go_to(request, "desk:verify")


@require_POST
@account_page("verify")
def send_code(request: AccountRequest) -> HttpResponse:
    """Send a code to what was on file before."""
    member, way = _member(request), request.POST.get("way", "")
    known = {known for known, _where in code.list_ways(request, member)}
    if request.opened.proof is None or way not in known:
        messages.error(request, _("No code can be sent there."))
    elif not code.may_send(code.find_sent(request)):
        messages.error(request, _("Three codes were sent in this contact. No more can be."))
    elif not code.count_code(member):
        messages.error(request, _("No code can be sent there."))
    else:
        code.send_code(request, member, way, timezone.now())
        messages.success(request, _("The code is on its way. Ask the contact to read it to you."))
    return go_to(request, "desk:verify")


@sensitive_post_parameters()
@require_POST
@account_page("verify")
def take_code(request: AccountRequest) -> HttpResponse:
    """Take the code that is read back."""
    form = CodeForm(request.POST)
    proof, now = request.opened.proof, timezone.now()
    is_right = form.is_valid() and code.takes(request, form.cleaned_data["code"], now)
    if proof is None or not is_right:
        messages.error(request, _("That is not the code we sent last, or it has run out."))
    else:
        keep_proof(request.session, Proof(proof.how, proof.at, proof.member_id, code_at=now))
        note_verified(request, request.opened.account, factors=["code"], member_id=proof.member_id)
        messages.success(request, _("Bank, address and password may be changed now."))
    return go_to(request, "desk:verify")


@require_POST
@account_page("verify")
def number(request: AccountRequest) -> HttpResponse:
    """Send the bill pay number to what is on file for whoever proved that it is theirs."""
    try:
        send_number(request, _member(request), request.POST.get("way", ""))
    except NotSendable:
        messages.error(request, _("The number cannot be sent there."))
    else:
        messages.success(request, _("The number is on its way to what is on file."))
    return go_to(request, "desk:verify")


def _prove(request: AccountRequest, form: QuestionsForm) -> Member:
    opened = request.opened
    people = [one for one, _relation in accounts.list_people(number=opened.account.number)]
    return prove_caller(
        account_number=opened.account.number,
        member_ids=people,
        answers=form.answers(),
        paid_cents=list_own_cents(
            numbers=opened.account.numbers, member_ids=people, since=opened.today - REMEMBERED
        ),
        gave_number=opened.gave_number,
        contact=opened.token,
        today=opened.today,
        actor=request.actor,
    )


def _member(request: AccountRequest) -> Member:
    proof = request.opened.proof
    proven_id = proof.member_id if proof else None
    return get_member(member_id=proven_id or request.opened.account.holder_id)


def _show(request: AccountRequest, form: QuestionsForm) -> HttpResponse:
    proof = request.opened.proof
    member = _member(request) if proof else None
    values = {
        "form": form,
        "is_here": request.opened.reason is Reason.IN_PERSON,
        "member": member,
        "code_form": CodeForm(),
        "sent": code.find_sent(request) if proof else None,
        "code_ways": code.list_ways(request, member) if member else (),
        "number_ways": list_number_ways(member) if member else (),
    }
    return show_account(request, "desk/verification/verify.html", values, place="account")
