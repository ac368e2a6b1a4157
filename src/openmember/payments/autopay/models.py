"""Mandates and the draws made under them."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from openmember.payments.autopay.types import DrawStatus, EndReason, MandateStatus, What
from openmember.payments.types import Method


class Mandate(models.Model):
    """A member's standing permission. Its terms are never changed: new terms are a new mandate."""

    account_number = models.CharField(max_length=12, db_collation="C")
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="+")
    method = models.CharField(max_length=8)
    keeper = models.CharField(max_length=20)
    token = models.CharField(max_length=200)
    tender = models.CharField(max_length=80)
    what = models.CharField(max_length=12)
    cap_cents = models.BigIntegerField(null=True)
    status = models.CharField(max_length=8, default=MandateStatus.ACTIVE)
    paused_until = models.DateField(null=True)
    # What was agreed to, in the words that were shown: kept for two years after the end and longer.
    agreement = models.TextField()
    language = models.CharField(max_length=8)
    agreed_at = models.DateTimeField(auto_now_add=True)
    agreed_by = models.TextField()
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=16, blank=True)

    class Meta:
        db_table = "payments_mandate"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account_number"],
                condition=Q(status__in=[MandateStatus.ACTIVE, MandateStatus.PAUSED]),
                name="mandate_one_an_account",
            ),
            models.CheckConstraint(
                condition=Q(status__in=list(MandateStatus)), name="mandate_status_known"
            ),
            models.CheckConstraint(condition=Q(what__in=list(What)), name="mandate_what_known"),
            models.CheckConstraint(
                condition=Q(method__in=[Method.CARD, Method.ACH]), name="mandate_by_card_or_bank"
            ),
            models.CheckConstraint(
                condition=Q(cap_cents=None) | Q(cap_cents__gt=0), name="mandate_cap_positive"
            ),
            models.CheckConstraint(condition=~Q(agreement=""), name="mandate_agreed_in_words"),
            models.CheckConstraint(
                condition=Q(status=MandateStatus.ENDED, ended_at__isnull=False)
                & Q(end_reason__in=list(EndReason))
                | ~Q(status=MandateStatus.ENDED) & Q(ended_at=None, end_reason=""),
                name="mandate_ended_has_its_reason",
            ),
            models.CheckConstraint(
                condition=Q(paused_until=None) | Q(status=MandateStatus.PAUSED),
                name="mandate_paused_until_only_when_paused",
            ),
        ]


class Draw(models.Model):
    """One automatic payment of one mandate: bills due by one day, or an instalment of a payment plan."""

    account_number = models.CharField(max_length=12, db_collation="C")
    mandate = models.ForeignKey(Mandate, models.PROTECT, related_name="draws")
    due_on = models.DateField()
    draw_on = models.DateField()
    amount_cents = models.BigIntegerField()
    # The plan it is an instalment of; null for whole bills.
    plan_id = models.BigIntegerField(null=True)
    # What the last one drew, and whether the payer was therefore written to first.
    last_cents = models.BigIntegerField(null=True)
    is_noticed = models.BooleanField()
    bill_ids = ArrayField(models.BigIntegerField())
    status = models.CharField(max_length=12, default=DrawStatus.PLANNED)
    payment_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "payments_draw"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="draw_positive"),
            models.CheckConstraint(
                condition=Q(status__in=list(DrawStatus)), name="draw_status_known"
            ),
            models.CheckConstraint(
                condition=Q(payment_id__isnull=False) | ~Q(status=DrawStatus.PAID),
                name="draw_paid_has_its_payment",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["draw_on"], condition=Q(status=DrawStatus.PLANNED), name="draw_to_make"
            ),
            models.Index(
                fields=["id"], condition=Q(status=DrawStatus.REQUESTED), name="draw_to_follow"
            ),
        ]


class DrawItem(models.Model):
    """What a draw is for: `bill:ID`, or `plan:ID:VERSION:POSITION`. Each thing is drawn for once."""

    pk = models.CompositePrimaryKey("account_number", "key")
    account_number = models.CharField(max_length=12, db_collation="C")
    key = models.CharField(max_length=80, db_collation="C")
    draw = models.ForeignKey(Draw, models.PROTECT, related_name="+")

    class Meta:
        db_table = "payments_draw_item"
