"""The outbox of text messages."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class TextMessage(models.Model):
    """A message promised. Its number and its words are forgotten when it was sent or given up.

    `key` says what it is about, such as `call:12`: about one thing one message goes.
    """

    key = models.CharField(max_length=60, unique=True)
    number = models.CharField(max_length=16, blank=True)
    body = models.CharField(max_length=480, blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(number="", body=""), name="texting_sent_is_forgotten"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["asked_at"],
                condition=Q(sent_at=None) & ~Q(number=""),
                name="texting_unsent",
            ),
        ]
