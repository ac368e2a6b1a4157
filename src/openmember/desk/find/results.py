"""From what was typed in the one box to the accounts it may mean."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from openmember.accounts import queries as accounts
from openmember.accounts.types import Account, Kind, Reason
from openmember.directory.queries import find_region
from openmember.members import search
from openmember.members.queries import find_member_by_mrn, list_members
from openmember.members.types import Member

WHY_NOTHING: dict[Reason, Promise] = {
    Reason.EMPTY: _("Type a bill pay number, an MRN, or a name with a date of birth."),
    Reason.NOT_FOUND: _(
        "This has the form of a bill pay number, but no account has it. "
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
    Reason.LENGTH: _("A bill pay number has 10 to 12 digits, an MRN 7 to 9. This is neither."),
}
WHAT_IS_MISSING: dict[search.Missing, Promise] = {
    search.Missing.BIRTH_DATE: _(
        "Add a date of birth to the name, like “ruiz 1970-05-17” or “ruiz 5/17/1970”."
    ),
    search.Missing.NAME: _("Add the last name to the date of birth, like “ruiz 1970-05-17”."),
    search.Missing.REAL_DATE: _("There is no such date. Write it like 1970-05-17 or 5/17/1970."),
}
NOBODY = _("Nobody has this name and date of birth. Check the spelling, or ask for the MRN.")
NARROW_IT = _("Only the first 25 are shown. Narrow it: add the first name.")
JOINED = _("This number was joined to another account, which is shown. Both numbers keep working.")
IS_MRN = _("This is a medical record number (MRN), not a bill pay number.")


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
    """What was found, and why nothing or what to know about it. `typed_number` is the account's, when typed."""

    rows: tuple[Row, ...]
    member_ids: tuple[int, ...]
    note: Promise | str = ""
    typed_number: str = ""


class UnclearPick(Exception):
    """What was picked no longer leads to one account."""


def look_up(text: str) -> Results:
    """Return the accounts a typed number, MRN, or name with a date of birth may mean."""
    recognised = accounts.recognise(text)
    if recognised.account:
        return _holder_of(recognised.account, is_joined=recognised.reason is Reason.MERGED)
    if recognised.reason is Reason.MRN_KNOWN:
        member = find_member_by_mrn(mrn=recognised.digits)
        return _rows((member,) if member else (), IS_MRN)
    if recognised.kind is Kind.UNKNOWN and recognised.reason is Reason.NOT_DIGITS:
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
        (_row(holder, account.number, "holder"),), (holder.id,), note, typed_number=account.number
    )


def _named(text: str) -> Results:
    try:
        found = search.find_members(text=text)
    except search.IncompleteSearch as incomplete:
        return Results((), (), WHAT_IS_MISSING[incomplete.missing])
    if not found.members:
        return Results((), (), NOBODY)
    return _rows(found.members, NARROW_IT if found.has_more else "")


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
