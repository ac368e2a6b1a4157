"""Sending a lost bill pay number, to what is on file and to nothing else."""

from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _

from openmember.desk.opened import AccountRequest
from openmember.kernel.audit import services as audit
from openmember.members.types import Member
from openmember.payments.assisted.services.asking import page_language
from openmember.texting.gateway import has_text_sender
from openmember.texting.services import promise_text, reachable
from openmember.ui.context import organisation
from openmember.ui.formats import grouped_number


class NotSendable(Exception):
    """Nothing is on file to send it to, or nobody has proven anything."""


def list_number_ways(member: Member) -> tuple[str, ...]:
    """Return by which ways the number can go to a member."""
    by_text = has_text_sender() and bool(reachable(member.person.phone))
    return tuple(
        way for way, can in (("text", by_text), ("email", bool(member.person.email))) if can
    )


def send_number(request: AccountRequest, member: Member, way: str) -> None:
    """Send the number of the account that is open. Errors: NotSendable."""
    if request.opened.proof is None or way not in list_number_ways(member):
        raise NotSendable
    account = request.opened.account
    with translation.override(page_language(member.person.language)):
        subject = _("Your bill pay number")
        body = _(
            "%(organisation)s: your bill pay number is %(number)s. It is the same for life; keep it with"
            " your ID card."
        ) % {
            "organisation": organisation().short_name,
            "number": grouped_number(account.number),
        }
    if way == "text":
        key = f"number:{request.opened.token}"
        promise_text(key=key, number=reachable(member.person.phone), body=body)
    else:
        EmailMessage(subject, body, to=[member.person.email]).send()
    audit.record(
        actor=str(request.actor), action="number.sent", account_number=account.number,
        member_id=member.id, way=way,
    )  # fmt: skip
