"""Whose a claim is, what it belongs to, and whether its patient may be asked for it.

Source: ASC X12N 005010X221A1, sections 1.10.2.8 (reversals and corrections), 1.10.2.14 (forwarded claims);
claim status CLP02, patient responsibility in CAS of group PR.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from openmember.claims.types import Found, Matched, Reason
from openmember.exchange.x12.types import Name
from openmember.exchange.x835.balancing import patient_mismatch
from openmember.exchange.x835.types import REVERSAL, Claim, Service

# 19 to 21: forwarded, so another payer decides first. 23: not ours, forwarded. 25: a price, no claim.
NOT_ASKED = frozenset({"19", "20", "21", "23", "25"})
SOCIAL_SECURITY_NUMBER = "34"
_ORIGINAL_REFERENCE = "F8"
_DRUG_CODES = {"N4", "ND", "N6"}  # National drug codes, and the older code for them.
_PHARMACY = "01"  # CLP08: place of service pharmacy.
_SERVICE_DATES = ("472", "150", "151")
_CLAIM_DATES = ("232", "233", "036")

MESSAGES = {
    Reason.UNKNOWN_MEMBER: "Neither the patient's numbers nor the claim's number are known here.",
    Reason.AMBIGUOUS: "The numbers of the claim lead to more than one account.",
    Reason.NAME_DIFFERS: "A number of the claim is known, but its patient has another name.",
    Reason.KNOWN_CLAIM: "This claim was taken before, and nothing reverses what was taken.",
    Reason.UNKNOWN_REVERSAL: "This reverses a claim with these figures that was never taken.",
    Reason.LESS_THAN_NOTHING: "The patient's share of the claim is less than nothing.",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """One account a number of a claim leads to, and whether the patient's name agrees."""

    account_number: str
    member_id: int | None
    agrees: bool
    visit: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What of a claim decides where it belongs. `original` is the payer's number of what it corrects."""

    payer: str
    control: str
    payer_control: str
    original: str
    status: str
    charge_cents: int
    paid_cents: int
    patient_cents: int
    served_on: date | None

    @property
    def is_reversal(self) -> bool:
        return self.status == REVERSAL


@dataclass(frozen=True, slots=True)
class KnownClaim:
    """A claim that was taken before for the same account."""

    episode: str
    control: str
    payer_control: str
    charge_cents: int
    paid_cents: int
    patient_cents: int
    is_asked: bool
    is_reversal: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where a claim belongs: its episode, and whether its patient is asked for it."""

    episode: str
    is_asked: bool


def match(candidates: Iterable[Candidate]) -> Matched | Reason:
    """Return whose a claim is, or why nobody can say so without guessing."""
    known = list(candidates)
    agreeing = [one for one in known if one.agrees]
    accounts = {one.account_number for one in agreeing}
    if not agreeing:
        return Reason.NAME_DIFFERS if known else Reason.UNKNOWN_MEMBER
    if len(accounts) > 1:
        return Reason.AMBIGUOUS
    members = {one.member_id for one in agreeing if one.member_id is not None}
    visits = {one.visit for one in agreeing if one.visit}
    return Matched(
        account_number=accounts.pop(),
        member_id=members.pop() if len(members) == 1 else None,
        visit=visits.pop() if len(visits) == 1 else "",
    )


def said_by(claim: Claim) -> Said:
    """Return what of a claim decides where it belongs."""
    return Said(
        payer=claim.header.payer_key,
        control=claim.control,
        payer_control=claim.payer_control,
        original=original_of(claim),
        status=claim.status,
        charge_cents=claim.charge.cents,
        paid_cents=claim.paid.cents,
        patient_cents=claim.patient_cents,
        served_on=served_on(claim),
    )


def original_of(claim: Claim) -> str:
    """Return the payer's number of the claim this one corrects, or nothing."""
    found = (one.value for one in claim.references if one.qualifier == _ORIGINAL_REFERENCE)
    return next(found, "")


def place(said: Said, known: Iterable[KnownClaim], visit: str) -> Place | Reason:
    """Return what a claim belongs to among those of its account, or why that is unclear."""
    taken = list(known)
    if said.is_reversal:
        return _place_of_reversal(said, taken)
    episode = _episode(said, taken, visit)
    if _live(taken, episode, said.payer_control) > 0:
        return Reason.KNOWN_CLAIM
    if said.patient_cents < 0:
        return Reason.LESS_THAN_NOTHING
    return Place(episode, said.status not in NOT_ASKED)


def check_patient(claim: Claim) -> Found | None:
    """Return how the patient's share is said twice and not alike."""
    wrong = patient_mismatch(claim)
    if not wrong:
        return None
    message = "What is left to the patient is said twice and not alike, so nobody is asked for it."
    return Found(wrong.segment_number, Reason.PATIENT_DIFFERS, message, (wrong.message,))


def numbers_of(claim: Claim) -> tuple[str, ...]:
    """Return the numbers of patient and insured. A Social Security number is none of them."""
    names = (name for role in ("QC", "IL", "74") if (name := claim.name(role)))
    said = [one.id_value for one in names if one.id_qualifier != SOCIAL_SECURITY_NUMBER]
    return tuple(dict.fromkeys(one for one in said if one))


def patient_of(claim: Claim) -> Name:
    """Return the patient, under the corrected name where the payer gives one."""
    named, corrected = claim.name("QC"), claim.name("74")
    if named and corrected and corrected.last and not claim.name("IL"):
        return Name("QC", corrected.last, corrected.first or named.first)
    return named or Name("QC", "")


def is_pharmacy(claim: Claim) -> bool:
    """Return whether a claim is for drugs dispensed."""
    if claim.facility == _PHARMACY:
        return True
    return bool(claim.services) and all(one.qualifier in _DRUG_CODES for one in claim.services)


def served_on(claim: Claim) -> date | None:
    """Return the first day of a claim's care."""
    said = [day for code in _CLAIM_DATES if (day := claim.day(code))]
    said += [day for service in claim.services if (day := service_day(service))]
    return min(said) if said else None


def service_day(service: Service) -> date | None:
    """Return the day of one service."""
    by_code = {one.qualifier: one.on for one in service.dates}
    return next((by_code[code] for code in _SERVICE_DATES if code in by_code), None)


def _place_of_reversal(said: Said, known: list[KnownClaim]) -> Place | Reason:
    figures = (-said.charge_cents, -said.paid_cents, -said.patient_cents)
    for one in reversed(known):
        same = (one.charge_cents, one.paid_cents, one.patient_cents) == figures
        if one.is_reversal or not same or not _is_same_claim(one, said):
            continue
        if _live(known, one.episode, one.payer_control) > 0:
            return Place(one.episode, one.is_asked)
    return Reason.UNKNOWN_REVERSAL


def _is_same_claim(known: KnownClaim, said: Said) -> bool:
    numbers = {said.payer_control, said.original} - {""}
    if known.payer_control and numbers:
        return known.payer_control in numbers
    return known.control == said.control


def _episode(said: Said, known: list[KnownClaim], visit: str) -> str:
    if visit:
        return visit
    numbers = {said.payer_control, said.original} - {""}
    for one in known:
        if one.payer_control in numbers:
            return one.episode
    if said.payer_control:
        return f"claim:{said.payer}:{said.payer_control}"
    # Without the payer's number, providers use theirs for several claims of one patient.
    return f"claim:{said.payer}:{said.control}:{said.served_on or ''}:{abs(said.charge_cents)}"


def _live(known: list[KnownClaim], episode: str, payer_control: str) -> int:
    """Return how many claims with this number are taken and not reversed."""
    same = [one for one in known if one.episode == episode and one.payer_control == payer_control]
    return sum(-1 if one.is_reversal else 1 for one in same)
