"""What a message of the carrier says, in our words. Nothing of a card or a bank account is read but its end."""

import re

from django.http import QueryDict
from django.utils.crypto import salted_hmac

from openmember.phone.types import Caught, Event

KEYS_AT_MOST = 24
_KEYS = re.compile(r"[0-9*#]*")
# What carriers send as the number of a caller who withholds it.
_WITHHELD = re.compile(r"(?i)anonymous|restricted|unavailable|unknown|private|^\+?266696687$|^$")
_UNANSWERED = {"busy", "no-answer", "failed", "canceled"}


def digest_of(call_sid: str) -> str:
    """Return what a call is known by here: a keyed hash of what the carrier calls it."""
    return salted_hmac("openmember.phone.call", call_sid, algorithm="sha256").hexdigest()


def hash_of(caller: str) -> str:
    """Return what a telephone is known by here: a keyed hash, or nothing when the number is withheld."""
    if not caller:
        return ""
    return salted_hmac("openmember.phone.caller", caller, algorithm="sha256").hexdigest()


def event_of(sent: QueryDict) -> Event:
    """Return what the caller did."""
    typed = sent.get("Digits", "")
    keys = typed if _KEYS.fullmatch(typed) and len(typed) <= KEYS_AT_MOST else "*"
    return Event(
        keys=keys.rstrip("#"),
        caught=_caught(sent) if "Result" in sent else None,
        is_unanswered=sent.get("DialCallStatus", "") in _UNANSWERED,
        is_back=sent.get("DialCallStatus", "") == "completed",
    )


def caller_of(sent: QueryDict) -> str:
    """Return the number called from, or nothing when it is withheld."""
    number = sent.get("From", "").strip()
    return "" if _WITHHELD.search(number) else number


def _caught(sent: QueryDict) -> Caught:
    result = sent.get("Result", "")
    if result != "success":
        return Caught(done=False, stopped=result == "caller-interrupted-with-star")
    masked = sent.get("PaymentCardNumber", "") or sent.get("BankAccountNumber", "")
    # Carriers mask all but the end; were one not to, no more than that is kept.
    last_four = "".join(re.findall(r"\d", masked))[-4:]
    token = sent.get("PaymentToken", "")
    return Caught(done=bool(token), token=token[:200], last_four=last_four)
