"""Remittances, their claims, our own visits, and what waits for a person. What a file said is never changed."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from openmember.claims.types import ClaimState, VisitKind


class RemittanceFile(models.Model):
    """A file that was taken. Its content is known by its hash, so that a second delivery is harmless."""

    sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    received_at = models.DateTimeField(auto_now_add=True)
    actor = models.TextField()
    report = models.JSONField()


class Remittance(models.Model):
    """One payment of a file, from a payer to a provider, known by its trace."""

    file = models.ForeignKey(RemittanceFile, models.PROTECT, related_name="remittances")
    segment_number = models.IntegerField()
    control = models.CharField(max_length=9)
    payer = models.CharField(max_length=90)
    payer_name = models.CharField(max_length=80, blank=True)
    payee = models.CharField(max_length=90)
    payee_name = models.CharField(max_length=80, blank=True)
    trace = models.CharField(max_length=50)
    method = models.CharField(max_length=3)
    amount_cents = models.BigIntegerField()
    paid_on = models.DateField(null=True)
    produced_on = models.DateField(null=True)
    taken = models.BooleanField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["payer", "trace"], condition=Q(taken=True), name="claims_remittance_once"
            )
        ]


class Claim(models.Model):
    """One claim of a remittance. Whose it is may be said later; what it says, never otherwise."""

    remittance = models.ForeignKey(Remittance, models.PROTECT, related_name="claims")
    segment_number = models.IntegerField()
    control = models.CharField(max_length=50)
    payer_control = models.CharField(max_length=50, blank=True)
    status = models.CharField(max_length=2)
    charge_cents = models.BigIntegerField()
    paid_cents = models.BigIntegerField()
    patient_cents = models.BigIntegerField()
    is_pharmacy = models.BooleanField()
    provider = models.CharField(max_length=80, blank=True)
    served_on = models.DateField(null=True)
    remarks = models.JSONField(default=list)
    # The patient's name and numbers stay only while a person must find out who it is.
    patient = models.JSONField(null=True)
    state = models.CharField(max_length=9, choices=[(one.value, one.value) for one in ClaimState])
    account_number = models.CharField(max_length=12, blank=True)
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="+", null=True)
    episode = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state__in=[ClaimState.TAKEN.value, ClaimState.NOT_ASKED.value])
                | (~Q(account_number="") & ~Q(episode="")),
                name="claims_claim_taken_has_account",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["account_number", "episode"], name="claims_claim_of_account"),
            models.Index(fields=["payer_control"], name="claims_claim_by_payer_control"),
        ]


class Service(models.Model):
    """One service line of a claim."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="services")
    position = models.IntegerField()
    qualifier = models.CharField(max_length=10)
    code = models.CharField(max_length=48, blank=True)
    modifiers = models.JSONField(default=list)
    revenue_code = models.CharField(max_length=48, blank=True)
    units = models.CharField(max_length=15, blank=True)
    charge_cents = models.BigIntegerField()
    paid_cents = models.BigIntegerField()
    served_on = models.DateField(null=True)
    remarks = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["claim", "position"], name="claims_service_once")
        ]


class Adjustment(models.Model):
    """Why less was paid than charged: of a service, or of the claim where `service` is null."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="adjustments")
    service = models.ForeignKey(Service, models.PROTECT, related_name="adjustments", null=True)
    group = models.CharField(max_length=2)
    reason = models.CharField(max_length=5)
    amount_cents = models.BigIntegerField()
    quantity = models.CharField(max_length=15, blank=True)


class ChargeFile(models.Model):
    """A file of visit and dispensing charges that was taken."""

    sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    received_at = models.DateTimeField(auto_now_add=True)
    actor = models.TextField()


class Visit(models.Model):
    """A visit or a dispensing of our own, charged to an account."""

    account_number = models.CharField(max_length=12)
    number = models.CharField(max_length=38)
    kind = models.CharField(max_length=10, choices=[(one.value, one.value) for one in VisitKind])
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="+", null=True)
    served_on = models.DateField()
    provider = models.CharField(max_length=80, blank=True)
    # That of a claim the payer sent before the visit was charged, else its own.
    episode = models.CharField(max_length=200)
    file = models.ForeignKey(ChargeFile, models.PROTECT, related_name="visits")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account_number", "number"], name="claims_visit_once")
        ]
        indexes: ClassVar = [models.Index(fields=["number"], name="claims_visit_by_number")]


class VisitLine(models.Model):
    """One line of what a visit or a dispensing costs its patient."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="lines")
    position = models.IntegerField()
    description = models.CharField(max_length=120)
    amount_cents = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["visit", "position"], name="claims_visit_line_once")
        ]


class ClaimException(models.Model):
    """Why a claim, or a whole remittance, waits for a person."""

    file = models.ForeignKey(RemittanceFile, models.PROTECT, related_name="exceptions")
    remittance = models.ForeignKey(Remittance, models.PROTECT, related_name="exceptions")
    claim = models.ForeignKey(Claim, models.PROTECT, related_name="exceptions", null=True)
    segment_number = models.IntegerField()
    reason = models.CharField(max_length=40)
    message = models.TextField()
    differences = models.JSONField(default=list)
    opened_at = models.DateTimeField(auto_now_add=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.TextField(blank=True)
    note = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["opened_at"], condition=Q(resolved_at=None), name="claims_exception_open"
            )
        ]
