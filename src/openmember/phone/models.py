"""Calls, and the people asked for in them. A call is known by a keyed hash only."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Call(models.Model):
    """One call. `step` is the step it waits for; `answer` is what the step before it was answered with.

    `memory` and `answer` are emptied when the call ends: neither is needed then, and an answer may hold
    what was read aloud.
    """

    digest = models.CharField(max_length=64, unique=True)
    step = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=12)
    language = models.CharField(max_length=2)
    is_relay = models.BooleanField(default=False)
    account_number = models.CharField(max_length=12, blank=True)
    is_verified = models.BooleanField(default=False)
    # Who called: a keyed hash of the number called from, empty when withheld, and who they proved to be.
    caller = models.CharField(max_length=64, blank=True)
    member_id = models.BigIntegerField(default=0)
    memory = models.JSONField(default=dict)
    answer = models.TextField(blank=True)
    amount_cents = models.BigIntegerField(default=0)
    # Of the last payment that was tried; its key in the one door is made of the call and this count.
    payment_key = models.CharField(max_length=100, blank=True)
    # Whether the caller heard how it ended. Until then the next call tells.
    is_told = models.BooleanField(default=False)
    started_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(is_verified=False) | ~Q(account_number=""),
                name="phone_verified_for_an_account",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(answer="", memory={}),
                name="phone_ended_keeps_nothing_said",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["account_number", "started_at"],
                condition=Q(is_told=False, amount_cents__gt=0),
                name="phone_untold",
            ),
            models.Index(fields=["started_at"], name="phone_call_started"),
        ]


class Handover(models.Model):
    """A caller handed to a person, with where they were and what they had entered."""

    call = models.OneToOneField(Call, models.CASCADE, related_name="handover")
    account_number = models.CharField(max_length=12, blank=True)
    is_verified = models.BooleanField(default=False)
    language = models.CharField(max_length=2)
    is_relay = models.BooleanField(default=False)
    asked_from = models.CharField(max_length=12)
    entered = models.JSONField(default=list)
    amount_cents = models.BigIntegerField(default=0)
    asked_at = models.DateTimeField(auto_now_add=True)
    taken_at = models.DateTimeField(null=True)
    taken_by = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(taken_at=None, taken_by="")
                | Q(taken_at__isnull=False) & ~Q(taken_by=""),
                name="phone_taken_by_somebody",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["asked_at"], condition=Q(taken_at=None), name="phone_waiting")
        ]
