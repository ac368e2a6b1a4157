"""Taking the claims of a remittance (X12 835): each is somebody's, or waits for a person."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from openmember.accounts import queries as accounts
from openmember.claims import models, rules
from openmember.claims.services.matching import match_claims
from openmember.claims.services.recording import record_claim, record_remittance
from openmember.claims.types import ClaimState, Effects, Found, Matched, Reason
from openmember.exchange.x12.types import Mismatch
from openmember.exchange.x835.types import REVERSAL, Claim, Header
from openmember.members.types import Actor


@dataclass(slots=True)
class Intake:
    """One file being taken. `changed` are the episodes whose bills may now differ, and by what."""

    file: models.RemittanceFile
    effects: Effects = field(default_factory=Effects)
    exceptions: list[Found] = field(default_factory=list)
    changed: dict[tuple[str, str], str] = field(default_factory=dict)


def begin(*, sha256: str, name: str, actor: Actor) -> Intake:
    """Note that a file is being taken."""
    return Intake(
        models.RemittanceFile.objects.create(
            sha256=sha256, name=name[:200], actor=str(actor), report={}
        )
    )


def find_file(*, sha256: str) -> bool | None:
    """Return whether a file of this content was accepted; None when it was never taken."""
    known = models.RemittanceFile.objects.filter(sha256=sha256).first()
    return bool(known.report["accepted"]) if known else None


def finish(intake: Intake, *, accepted: bool) -> None:
    """Keep what taking the file did."""
    report = {"accepted": accepted, **asdict(intake.effects)}
    models.RemittanceFile.objects.filter(id=intake.file.id).update(report=report)


def take_remittance(
    intake: Intake, header: Header, claims: Sequence[Claim], wrong: Sequence[Mismatch]
) -> None:
    """Take one payment's claims. One that does not add up is kept whole for a person, without claims."""
    before = models.Remittance.objects.filter(
        payer=header.payer_key, trace=header.trace, taken=True
    ).first()
    if before and not wrong and _says_the_same(before, header, claims):
        intake.effects.remittances_repeated += 1
        return
    found = _payment_troubles(header, wrong, is_reused=before is not None)
    remittance = record_remittance(intake.file, header, taken=not found)
    for one in found:
        _keep(intake, remittance, None, one)
    if found:
        intake.effects.remittances_held += 1
        return
    intake.effects.remittances_taken += 1
    # What is reversed makes room for what corrects it, whichever the file names first.
    ordered = sorted(claims, key=lambda claim: not claim.is_reversal)
    for claim, matched in zip(ordered, match_claims(ordered), strict=True):
        _take_claim(intake, remittance, claim, matched)


def hold_episode(work: Intake, *, account_number: str, episode: str, why: str) -> None:
    """Let the claims this file brought to an episode wait, because its bills cannot follow them."""
    claims = models.Claim.objects.filter(
        remittance__file=work.file, account_number=account_number, episode=episode,
        state=ClaimState.TAKEN,
    ).order_by("id")  # fmt: skip
    message = f"The bills could not follow the claim: {why}."
    for claim in claims:
        found = Found(claim.segment_number, Reason.CANNOT_BILL, message)
        _keep(work, claim.remittance, claim, found)
        work.effects.claims_taken -= 1
        work.effects.claims_waiting += 1
    claims.update(state=ClaimState.WAITING)


def decide(claim: Claim, matched: Matched) -> rules.Place | Found:
    """Return where a claim belongs in its account, or why that is unclear."""
    if trouble := rules.check_patient(claim):
        return trouble
    known = list_known(accounts.get_account(number=matched.account_number).numbers)
    placed = rules.place(rules.said_by(claim), known, matched.visit)
    if isinstance(placed, Reason):
        return Found(claim.segment_number, placed, rules.MESSAGES[placed])
    return placed


def list_known(numbers: tuple[str, ...]) -> list[rules.KnownClaim]:
    """Return the claims taken under all numbers of an account, in the order they came."""
    rows = models.Claim.objects.filter(
        account_number__in=numbers, state__in=[ClaimState.TAKEN, ClaimState.NOT_ASKED]
    ).order_by("id")
    return [
        rules.KnownClaim(
            episode=row.episode,
            control=row.control,
            payer_control=row.payer_control,
            charge_cents=row.charge_cents,
            paid_cents=row.paid_cents,
            patient_cents=row.patient_cents,
            is_asked=row.state == ClaimState.TAKEN,
            is_reversal=row.status == REVERSAL,
        )
        for row in rows
    ]


def _take_claim(
    intake: Intake, remittance: models.Remittance, claim: Claim, matched: Matched | Reason
) -> None:
    if isinstance(matched, Reason):
        trouble = Found(claim.segment_number, matched, rules.MESSAGES[matched])
        row = record_claim(remittance, claim, None, None)
        _keep(intake, remittance, row, trouble)
        intake.effects.claims_waiting += 1
        return
    placed = decide(claim, matched)
    if isinstance(placed, Found):
        row = record_claim(remittance, claim, matched, None)
        _keep(intake, remittance, row, placed)
        intake.effects.claims_waiting += 1
        return
    row = record_claim(remittance, claim, matched, placed)
    if placed.is_asked:
        intake.effects.claims_taken += 1
        intake.changed[matched.account_number, placed.episode] = f"claim:{row.id}"
    else:
        intake.effects.claims_not_asked += 1


def _payment_troubles(header: Header, wrong: Sequence[Mismatch], *, is_reused: bool) -> list[Found]:
    found = []
    if wrong:
        message = "The remittance does not add up, so nobody is asked for anything in it."
        differences = tuple(f"Segment {one.segment_number}: {one.message}" for one in wrong)
        found.append(Found(header.segment_number, Reason.DOES_NOT_ADD_UP, message, differences))
    if is_reused:
        message = "A remittance with this trace (TRN02) was taken before, with other contents."
        found.append(Found(header.segment_number, Reason.TRACE_REUSED, message))
    return found


def _says_the_same(before: models.Remittance, header: Header, claims: Sequence[Claim]) -> bool:
    known = before.claims.values_list(
        "control", "payer_control", "status", "charge_cents", "paid_cents", "patient_cents"
    )
    said = [
        (
            claim.control, claim.payer_control, claim.status, claim.charge.cents,
            claim.paid.cents, claim.patient_cents,
        )
        for claim in claims
    ]  # fmt: skip
    return before.amount_cents == header.amount.cents and sorted(known) == sorted(said)


def _keep(
    intake: Intake, remittance: models.Remittance, claim: models.Claim | None, found: Found
) -> None:
    intake.exceptions.append(found)
    models.ClaimException.objects.create(
        file=intake.file,
        remittance=remittance,
        claim=claim,
        segment_number=found.segment_number,
        reason=found.reason.value,
        message=found.message,
        differences=list(found.differences),
    )
