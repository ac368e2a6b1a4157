"""Writing down what a remittance said."""

from openmember.claims import models, rules
from openmember.claims.types import ClaimState, Matched
from openmember.exchange.x12.types import Name
from openmember.exchange.x835.types import Adjustment, Claim, Header, Service


def record_remittance(
    file: models.RemittanceFile, header: Header, *, taken: bool
) -> models.Remittance:
    """Write one payment down."""
    return models.Remittance.objects.create(
        file=file,
        segment_number=header.segment_number,
        control=header.control,
        payer=header.payer_key[:90],
        payer_name=header.payer.last[:80] if header.payer else "",
        payee=_key(header.payee),
        payee_name=header.payee.last[:80] if header.payee else "",
        trace=header.trace[:50],
        method=header.method[:3],
        amount_cents=header.amount.cents,
        paid_on=header.paid_on,
        produced_on=header.produced_on,
        taken=taken,
    )


def record_claim(
    remittance: models.Remittance, claim: Claim, matched: Matched | None, placed: rules.Place | None
) -> models.Claim:
    """Write one claim down with its services and adjustments; without a place it waits."""
    provider = claim.name("82")
    state = ClaimState.WAITING
    if placed:
        state = ClaimState.TAKEN if placed.is_asked else ClaimState.NOT_ASKED
    row = models.Claim.objects.create(
        remittance=remittance,
        segment_number=claim.segment_number,
        control=claim.control[:50],
        payer_control=claim.payer_control[:50],
        status=claim.status,
        charge_cents=claim.charge.cents,
        paid_cents=claim.paid.cents,
        patient_cents=claim.patient_cents,
        is_pharmacy=rules.is_pharmacy(claim),
        provider=(provider.full if provider else remittance.payee_name)[:80],
        served_on=rules.served_on(claim),
        remarks=list(claim.remarks),
        patient=None if placed else _patient(claim),
        state=state,
        account_number=matched.account_number if matched else "",
        member_id=matched.member_id if matched else None,
        episode=placed.episode if placed else "",
    )
    _record_adjustments(row, None, claim.adjustments)
    for service in claim.services:
        _record_adjustments(row, _record_service(row, service), service.adjustments)
    return row


def _record_service(claim: models.Claim, service: Service) -> models.Service:
    return models.Service.objects.create(
        claim=claim,
        position=service.position,
        qualifier=service.qualifier[:10],
        code=service.code[:48],
        modifiers=list(service.modifiers),
        revenue_code=service.revenue_code[:48],
        units=service.units[:15],
        charge_cents=service.charge.cents,
        paid_cents=service.paid.cents,
        served_on=rules.service_day(service),
        remarks=list(service.remarks),
    )


def _record_adjustments(
    claim: models.Claim, service: models.Service | None, adjustments: tuple[Adjustment, ...]
) -> None:
    models.Adjustment.objects.bulk_create(
        models.Adjustment(
            claim=claim,
            service=service,
            group=one.group,
            reason=one.reason[:5],
            amount_cents=one.amount.cents,
            quantity=one.quantity[:15],
        )
        for one in adjustments
    )


def _patient(claim: Claim) -> dict[str, object]:
    patient = rules.patient_of(claim)
    return {
        "last_name": patient.last,
        "first_name": patient.first,
        "numbers": list(rules.numbers_of(claim)),
        "original": rules.original_of(claim),
    }


def _key(name: Name | None) -> str:
    if not name:
        return ""
    return (f"{name.id_qualifier}:{name.id_value}" if name.id_value else name.last)[:90]
