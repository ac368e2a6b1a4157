"""From what was typed in the one box to the accounts it may mean."""

import re
from dataclasses import dataclass, replace
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from openmember.accounts import queries as accounts
from openmember.accounts.types import Account, Kind, Reason
from openmember.cases import queries as cases
from openmember.cases.types import Case
from openmember.directory.queries import find_region
from openmember.members import search
from openmember.members.queries import find_member_by_mrn, list_members
from openmember.members.search import Nearness
from openmember.members.types import Actor, Member

WHY_NOTHING: dict[Reason, Promise] = {
    Reason.EMPTY: _(
        "Type a bill pay number, an MRN, a phone, a case number, or a name with a date of birth."
    ),
    Reason.NOT_FOUND: _(
        "This has the form of a bill pay number, but no account has it, and no member this phone. "
        "Ask the caller to read it again from the card or a bill."
    ),
    Reason.CHECK_DIGITS: _(
        "A digit of this bill pay number is wrong or two are swapped: its check digits do not fit. "
        "Ask the caller to read it again."
    ),
    Reason.MRN_SHAPE: _(
        "This has the form of a medical record number (MRN), but no member has it. "
        "A bill pay number has 10 to 12 digits; a date of birth needs a name."
    ),
    Reason.LENGTH: _(
        "A bill pay number has 10 to 12 digits, an MRN 7 to 9, a phone 10. This is none of them."
    ),
}
WHAT_IS_MISSING: dict[search.Missing, Promise] = {
    search.Missing.BIRTH_DATE: _(
        "Add a first name, or a date of birth, like “ruiz 1970-05-17” or “ruiz 5/17/1970”."
    ),
    search.Missing.NAME: _("Add the last name to the date of birth, like “ruiz 1970-05-17”."),
    search.Missing.REAL_DATE: _("There is no such date. Write it like 1970-05-17 or 5/17/1970."),
}
NOBODY = _("Nobody has this name and date of birth. Check the spelling, or ask for the MRN.")
NO_NAME = _("Nobody has a name like this. Ask for the date of birth, the phone or the MRN.")
NO_PHONE = _("No member has this phone. Ask for the name and date of birth.")
NO_CASE = _("No case has this number, or none that you may see. Ask the caller to read it again.")
JOINED = _("This number was joined to another account, which is shown. Both numbers keep working.")
IS_MRN = _("This is a medical record number (MRN), not a bill pay number.")
BY_PHONE = _("Found by phone. Several people may share one.")
BY_CASE = _("Found by case.")
NEARNESS: dict[Nearness, Promise | str] = {
    Nearness.FITS: "",
    Nearness.SWAPPED: _("Day and month of the date of birth are the other way round on file."),
    Nearness.OTHER_DAY: _("Nobody of this name was born on that day. These have the name."),
}
# A case number is read with letters in it, so that digits alone never pass for one.
_CASE = re.compile(
    r"\s*(CA[-\s]*\d\d[-\s]*|\d\d[-\s]*(?=\d*[A-Z]))[-\s\dA-Z]{6,12}\Z", re.IGNORECASE
)
_PHONE = re.compile(r"\s*\+?1?[\s\-.()]*(\d[\s\-.()/]*){10}\Z")


@dataclass(frozen=True, slots=True)
class Row:
    """One person on one account, with just enough to pick the right one. `pick` opens it."""

    name: str
    birth_on: date | None
    mrn: str
    region_name: str
    relationship: str
    last_four: str
    pick: str


@dataclass(frozen=True, slots=True)
class Results:
    """What was found, and why nothing or what to know about it.

    `typed_number` is the account's, when typed. `is_sure` where what was typed can mean nobody else.
    """

    rows: tuple[Row, ...]
    member_ids: tuple[int, ...]
    note: Promise | str = ""
    typed_number: str = ""
    case: Case | None = None
    is_cut: bool = False
    is_sure: bool = False


class UnclearPick(Exception):
    """What was picked no longer leads to one account."""


def look_up(text: str, *, actor: Actor) -> Results:
    """Return the accounts a typed number, MRN, phone, case number, or name with a date of birth may mean."""
    if _CASE.match(text):
        return _of_case(text, actor)
    recognised = accounts.recognise(text)
    if recognised.account:
        return _holder_of(recognised.account, is_joined=recognised.reason is Reason.MERGED)
    if recognised.reason is Reason.MRN_KNOWN:
        member = find_member_by_mrn(mrn=recognised.digits)
        return replace(_rows((member,) if member else (), IS_MRN), is_sure=True)
    if _PHONE.match(text) and (called := search.find_by_phone(phone=text)).members:
        return replace(_found(called, BY_PHONE), is_sure=False)
    if recognised.kind is Kind.UNKNOWN and recognised.reason is Reason.NOT_DIGITS:
        if _PHONE.match(text):
            return Results((), (), NO_PHONE)
        return _named(text)
    return Results((), (), WHY_NOTHING[recognised.reason])


def picked(pick: str) -> tuple[Account, Member]:
    """Return the account a row stands for, and its holder. Errors: UnclearPick."""
    member_id, _colon, last_four = pick.partition(":")
    if not member_id.isdecimal() or len(member_id) > 18:
        raise UnclearPick
    fitting = [
        number
        for _member, number, _relationship in accounts.list_accounts_of(member_ids=[int(member_id)])
        if number[-4:] == last_four
    ]
    if len(fitting) != 1:
        raise UnclearPick
    account = accounts.get_account(number=fitting[0])
    (holder,) = list_members(member_ids=[account.holder_id])
    return account, holder


def _holder_of(account: Account, *, is_joined: bool) -> Results:
    (holder,) = list_members(member_ids=[account.holder_id])
    note = JOINED if is_joined else ""
    return Results(
        (_row(holder, account.number, "holder"),), (holder.id,), note, typed_number=account.number,
        is_sure=True,
    )  # fmt: skip


def _of_case(text: str, actor: Actor) -> Results:
    """Return whom a case is about."""
    try:
        case = cases.get_case(number=text, actor=actor)
    except cases.UnknownCase:
        return Results((), (), NO_CASE)
    members = list_members(member_ids=[case.member_id] if case.member_id else [])
    return replace(_rows(members, BY_CASE), case=case)


def _named(text: str) -> Results:
    try:
        found = search.find_members(text=text)
    except search.IncompleteSearch as incomplete:
        return Results((), (), WHAT_IS_MISSING[incomplete.missing])
    if not found.members:
        return Results((), (), NOBODY if any(sign.isdigit() for sign in text) else NO_NAME)
    return _found(found, NEARNESS[found.nearness])


def _found(found: search.Found, note: Promise | str) -> Results:
    return replace(_rows(found.members, note), is_cut=found.has_more, is_sure=found.is_exact)


def _rows(members: tuple[Member, ...], note: Promise | str) -> Results:
    held: dict[int, list[tuple[str, str]]] = {}
    for member_id, number, relationship in accounts.list_accounts_of(
        member_ids=[member.id for member in members]
    ):
        held.setdefault(member_id, []).append((number, relationship))
    rows = tuple(
        _row(member, number, relationship)
        for member in members
        # Somebody on no account is shown too, so that it is known they were found.
        for number, relationship in held.get(member.id, [("", "")])
    )
    return Results(rows, tuple(member.id for member in members), note)


def _row(member: Member, number: str, relationship: str) -> Row:
    region = find_region(code=member.person.region)
    return Row(
        name=member.name,
        birth_on=member.person.birth_on,
        mrn=member.mrn,
        region_name=region.name if region else member.person.region,
        relationship=relationship,
        last_four=number[-4:],
        pick=f"{member.id}:{number[-4:]}" if number else "",
    )
