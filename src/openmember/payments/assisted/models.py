"""What representatives asked to be paid."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from openmember.payments.assisted.types import Way


class AssistedPayment(models.Model):
    """One payment asked for. Of a link's token only a digest is kept; what is paid in a call has neither."""

    account_number = models.CharField(max_length=12, db_collation="C")
    amount_cents = models.BigIntegerField()
    bill_ids = ArrayField(models.BigIntegerField(), default=list)
    way = models.CharField(max_length=5)
    language = models.CharField(max_length=8)
    representative = models.TextField()
    sent_to = models.CharField(max_length=254, blank=True)
    is_on_file = models.BooleanField(default=False)
    token_digest = models.CharField(max_length=64, unique=True, null=True)
    sends = models.PositiveSmallIntegerField(default=1)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=12, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        db_table = "payments_assisted"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(amount_cents__gt=0), name="assisted_amount_positive"
            ),
            models.CheckConstraint(condition=Q(way__in=list(Way)), name="assisted_way_known"),
            models.CheckConstraint(
                condition=Q(way=Way.CALL, sent_to="", token_digest=None)
                | ~Q(way=Way.CALL)
                & ~Q(sent_to="")
                & Q(token_digest__isnull=False)
                & ~Q(token_digest=""),
                name="assisted_link_has_its_token",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, end_reason="")
                | Q(ended_at__isnull=False) & ~Q(end_reason=""),
                name="assisted_ended_has_its_reason",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("asked_at")), name="assisted_expires_later"
            ),
            models.CheckConstraint(
                condition=Q(representative__startswith="staff:"), name="assisted_by_staff"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["account_number", "-asked_at"], name="assisted_of_account"),
        ]
