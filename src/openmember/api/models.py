"""What was answered to a request with a key, so that the same request gets the same answer."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Answer(models.Model):
    """One answer. Refusals are not kept: their key is unused."""

    pk = models.CompositePrimaryKey("account_number", "client_id", "key")
    account_number = models.CharField(max_length=12, db_collation="C")
    client_id = models.CharField(max_length=255)
    key = models.CharField(max_length=255, db_collation="C")
    # Of the method, the address and the body.
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.TextField()
    location = models.CharField(max_length=400, blank=True)
    answered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "api_answer"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(status__gte=200, status__lt=300), name="answer_is_no_refusal"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["answered_at"], name="answer_to_forget")]
