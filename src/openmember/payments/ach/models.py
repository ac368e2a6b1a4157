"""Files taken in, and what people work on. Money and entries live in tables written by database functions."""

from django.db import models
from django.db.models import Q
from django.utils import timezone


class AchAnswerFile(models.Model):
    """A file of returns and changes that was taken to its end."""

    sha256 = models.CharField(max_length=64, unique=True)
    made_on = models.DateField()
    report = models.JSONField()
    actor = models.TextField()
    taken_at = models.DateTimeField(default=timezone.now)

    class Meta:
        app_label = "payments"
        db_table = "payments_ach_answer_file"


class AchException(models.Model):
    """Something a bank sent that a person has to decide on. `key` keeps it from being opened twice."""

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=20)
    account_number = models.CharField(max_length=12, null=True)
    entry_id = models.BigIntegerField(null=True)
    code = models.CharField(max_length=3)
    amount_cents = models.BigIntegerField()
    line = models.IntegerField()
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.TextField(blank=True)
    note = models.TextField(blank=True)

    class Meta:
        app_label = "payments"
        db_table = "payments_ach_exception"
        indexes = [
            models.Index(
                fields=["opened_at"],
                condition=Q(closed_at=None),
                name="payments_ach_exception_open",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None, note="") | (~Q(closed_at=None) & ~Q(note="")),
                name="payments_ach_exception_closed_with_note",
            )
        ]
