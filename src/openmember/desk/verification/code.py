"""The code that goes to what was on file before the contact, and is read back by who has it in hand."""

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from openmember.desk.opened import AccountRequest
from openmember.kernel import throttle
from openmember.kernel.audit import services as audit
from openmember.kernel.audit.queries import has_entry
from openmember.members.types import Member
from openmember.payments.assisted.services.asking import page_language
from openmember.texting.gateway import has_text_sender
from openmember.texting.services import promise_text, reachable
from openmember.ui.context import organisation

_KEY = "desk_code"
KEPT_SECONDS = 10 * 60
TRIES_A_CODE, CODES_A_CONTACT = 5, 3
# Opening the account again is a new contact; the member stays the same.
CODES_A_MEMBER, MEMBER_SECONDS = 6, 24 * 60 * 60
# Whoever takes over an account changes its telephone first: what was changed a moment ago proves nothing.
ON_FILE_FOR = timedelta(hours=24)
FIELDS = {"text": "phone", "email": "email"}


@dataclass(frozen=True, slots=True)
class Sent:
    """A code that went out. Of the code only a digest is kept."""

    token: str
    digest: str
    way: str
    sent_at: float
    count: int
    tries: int = 0


def list_ways(request: AccountRequest, member: Member) -> tuple[tuple[str, str], ...]:
    """Return by which ways a code can go, and the end of where to; only what was on file before the contact."""
    since = request.opened.opened_at - ON_FILE_FOR
    found = []
    for way, field in FIELDS.items():
        where = getattr(member.person, field)
        can_go = bool(reachable(where)) and has_text_sender() if way == "text" else bool(where)
        changed = has_entry(member_id=member.id, action="member.correct", field=field, since=since)
        if can_go and not changed:
            found.append((way, _ending(way, where)))
    return tuple(found)


def find_sent(request: AccountRequest) -> Sent | None:
    """Return the code sent in this contact, or None; one of another account is none."""
    kept = request.session.get(_KEY)
    return Sent(**kept) if kept and kept["token"] == request.opened.token else None


def may_send(sent: Sent | None) -> bool:
    """Return whether one more code may go in this contact."""
    return sent is None or sent.count < CODES_A_CONTACT


def count_code(member: Member) -> bool:
    """Count one code to this member, whoever sends it, and return whether it may go today."""
    return throttle.is_allowed(
        scope="desk-code.member",
        value=str(member.id),
        limit=CODES_A_MEMBER,
        window_seconds=MEMBER_SECONDS,
    )


def send_code(request: AccountRequest, member: Member, way: str, now: datetime) -> None:
    """Send a fresh code; the one before it is void."""
    before = find_sent(request)
    count = before.count + 1 if before else 1
    code = f"{secrets.randbelow(10**6):06d}"
    token = request.opened.token
    with translation.override(page_language(member.person.language)):
        subject = _("Your code")
        body = _(
            "%(organisation)s: your code is %(code)s. Read it to the representative you are talking to,"
            " and to nobody who calls you."
        ) % {"organisation": organisation().short_name, "code": code}
    if way == "text":
        number = reachable(member.person.phone)
        promise_text(key=f"code:{token}:{count}", number=number, body=body)
    else:
        EmailMessage(subject, body, to=[member.person.email]).send()
    sent = Sent(token, _digest(token, code), way, now.timestamp(), count)
    request.session[_KEY] = asdict(sent)
    audit.record(
        actor=str(request.actor), action="caller.code_sent", member_id=member.id,
        account_number=request.opened.account.number, way=way,
    )  # fmt: skip


def takes(request: AccountRequest, code: str, now: datetime) -> bool:
    """Count a try and return whether it is the code that was sent last and still counts."""
    sent = find_sent(request)
    if sent is None:
        return False
    request.session[_KEY] = {**asdict(sent), "tries": sent.tries + 1}
    is_alive = sent.tries < TRIES_A_CODE and now.timestamp() - sent.sent_at <= KEPT_SECONDS
    is_right = constant_time_compare(_digest(sent.token, code), sent.digest) and is_alive
    audit.record(
        actor=str(request.actor), action=f"caller.code_{'right' if is_right else 'refused'}",
        account_number=request.opened.account.number,
    )  # fmt: skip
    if is_right:
        request.session.pop(_KEY)
    return is_right


def _digest(token: str, code: str) -> str:
    return salted_hmac("openmember.desk.code", f"{token} {code}", algorithm="sha256").hexdigest()


def _ending(way: str, where: str) -> str:
    if way == "text":
        return f"… {where[-4:]}"
    name, _at, domain = where.partition("@")
    return f"{name[:1]}…@{domain}"
