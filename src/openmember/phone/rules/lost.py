"""Finding a lost number: the record number, then two facts beyond it, answered once and together."""

from dataclasses import replace

from openmember.phone.rules import entries
from openmember.phone.rules.menus import TRIES
from openmember.phone.rules.moving import about, go, misunderstood, person
from openmember.phone.types import Call, Known, Said, State, Turn


def give_record_number(call: Call, keys: str, known: Known) -> Turn:
    """Go on whoever has this number, or nobody."""
    if not entries.is_record_number(keys):
        return misunderstood(call)
    return go(replace(call, claimed_id=known.member_id, birth_is_right=False), State.LOST_BIRTH)


def give_birth(call: Call, keys: str, known: Known) -> Turn:
    """Go on whether or not the date is right."""
    if entries.birth_typed(keys) is None:
        return misunderstood(call)
    return go(replace(call, birth_is_right=known.is_right), State.LOST_ZIP)


def give_zip(call: Call, keys: str, known: Known) -> Turn:
    """Read the number out when everything was right; else say the one thing that is always said."""
    if not entries.is_zip(keys):
        return misunderstood(call)
    call = replace(call, claimed_id=0, birth_is_right=False)
    if known.is_right and known.payee:
        proven = about(call, known.payee, verified="lost", member_id=known.member_id)
        return go(proven, State.LOST_READ)
    call = replace(call, lost_tries=call.lost_tries + 1, entered=(*call.entered, "lost"))
    if call.lost_tries >= TRIES:
        return person(call, Said("lost_stop"))
    return go(call, State.LOST_MRN, Said("lost_wrong"))
