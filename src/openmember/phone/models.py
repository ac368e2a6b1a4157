"""Calls, and the people asked for in them. A call is known by a keyed hash only."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from openmember.phone.types import Left


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
    # What the carrier calls it, only while a person talks to the caller or the secure line has them: to send
    # them there.
    carrier_id = models.CharField(max_length=64, blank=True)
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
                condition=Q(ended_at=None) | Q(answer="", memory={}, carrier_id=""),
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
    # Asked when nobody was there: when they were promised to be called back. Taken once a case holds it.
    call_from = models.DateTimeField(null=True)
    call_until = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)
    taken_by = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(taken_at=None, taken_by="")
                | Q(taken_at__isnull=False) & ~Q(taken_by=""),
                name="phone_taken_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(call_from=None, call_until=None)
                | Q(call_from__lt=F("call_until"), is_verified=True),
                name="phone_called_back_who_is_known",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["asked_at"], condition=Q(taken_at=None), name="phone_waiting")
        ]


class SecureLine(models.Model):
    """A caller whom the person they talk to sends to the capture, for one payment that was asked for.

    `begun_step` is the step of the call it began with, none while the carrier has not come.
    """

    call = models.ForeignKey(Call, models.CASCADE, related_name="secure_lines")
    asked = models.OneToOneField("payments.AssistedPayment", models.PROTECT, related_name="+")
    return_to = models.CharField(max_length=20)
    begun_step = models.PositiveIntegerField(null=True)
    outcome = models.CharField(max_length=12, blank=True)
    # Whether the recording goes on again; none while it is paused.
    is_recorded = models.BooleanField(null=True)
    sent_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ended_at=None, outcome="")
                | Q(ended_at__isnull=False, outcome__in=list(Left)),
                name="secure_ended_somehow",
            ),
            models.UniqueConstraint(
                fields=["call"], condition=Q(ended_at=None), name="secure_once_a_call"
            ),
            models.CheckConstraint(condition=~Q(return_to=""), name="secure_leads_back"),
        ]
