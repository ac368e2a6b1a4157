"""Premium remittance files that were taken, and what in them waits for a person."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from openmember.payments.remittances.types import Resolution


class RemittanceFile(models.Model):
    """A file that was taken. Its content is known by its hash, so that a second delivery is harmless."""

    sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    received_at = models.DateTimeField(auto_now_add=True)
    actor = models.TextField()
    report = models.JSONField()

    class Meta:
        db_table = "payments_remittance_file"


class RemittanceException(models.Model):
    """Why a payment waits, or one line of it; nothing of the payment is posted before all are resolved."""

    file = models.ForeignKey(RemittanceFile, models.PROTECT, related_name="exceptions")
    # The payment's row and its line's; both are written by the database's own functions.
    remittance_id = models.BigIntegerField()
    position = models.IntegerField(null=True)
    segment_number = models.IntegerField()
    reason = models.CharField(max_length=40)
    message = models.TextField()
    differences = models.JSONField(default=list)
    opened_at = models.DateTimeField(auto_now_add=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.TextField(blank=True)
    resolution = models.CharField(max_length=9, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        db_table = "payments_remittance_exception"
        indexes: ClassVar = [
            models.Index(
                fields=["opened_at"],
                condition=Q(resolved_at=None),
                name="remittance_exception_open",
            ),
            models.Index(fields=["remittance_id"], name="remittance_exception_of"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(resolution="", resolved_at=None)
                | Q(resolution__in=[one.value for one in Resolution], resolved_at__isnull=False),
                name="remittance_exception_says_how",
            )
        ]
