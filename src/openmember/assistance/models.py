"""Applications, the documents sent with them, and every step of each.

What was decided and what it took off the bills is in tables of the migration, written once and read with SQL.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from openmember.assistance.types import PENDING, Channel, Proof, Status

OPEN = [Status.DRAFT.value, *sorted(status.value for status in PENDING)]


class Application(models.Model):
    """One household's application for help with what one account owes."""

    account_number = models.CharField(max_length=12, db_index=True)
    status = models.CharField(
        max_length=10,
        choices=[(one.value, one.value) for one in Status],
        default=Status.DRAFT.value,
    )
    channel = models.CharField(max_length=8, choices=[(one.value, one.value) for one in Channel])
    language = models.CharField(max_length=10, default="en")
    started_at = models.DateTimeField(auto_now_add=True)
    started_by = models.TextField()
    received_on = models.DateField(null=True)
    decide_by = models.DateField(null=True)  # Kept, so that the desk can sort and alert on it.
    complete_by = models.DateField(null=True)
    missing = ArrayField(models.CharField(max_length=20), default=list)
    household = models.PositiveSmallIntegerField(null=True)
    state = models.CharField(max_length=2, blank=True)
    has_income = models.BooleanField(null=True)
    incomes = models.JSONField(default=list)
    programs = ArrayField(models.CharField(max_length=20), default=list)
    bill_ids = ArrayField(models.BigIntegerField(), default=list)
    signature = models.JSONField(null=True)
    appeal = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account_number"],
                condition=Q(status__in=OPEN),
                name="assistance_one_open_application",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[Status.DRAFT.value, Status.WITHDRAWN.value])
                | Q(received_on__isnull=False, decide_by__isnull=False),
                name="assistance_received_has_its_dates",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.APPEALED.value) | ~Q(appeal=""),
                name="assistance_appeal_says_why",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["decide_by"],
                condition=Q(status__in=sorted(one.value for one in PENDING)),
                name="assistance_to_decide",
            )
        ]


class Document(models.Model):
    """A file. It lies on our disk under a random name; the one it came with is only shown."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="documents")
    name = models.CharField(max_length=120)
    proof = models.CharField(max_length=8, choices=[(one.value, one.value) for one in Proof])
    media_type = models.CharField(max_length=40)
    size_bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=64, unique=True)
    added_at = models.DateTimeField(auto_now_add=True)
    added_by = models.TextField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "sha256"],
                condition=Q(removed_at=None),
                name="assistance_document_once",
            )
        ]


class Move(models.Model):
    """One step of an application: who, when, and what was said about it."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="moves")
    at = models.DateTimeField(auto_now_add=True)
    from_status = models.CharField(max_length=10, blank=True)
    to_status = models.CharField(max_length=10)
    actor = models.TextField()
    note = models.TextField(blank=True)
