"""Sponsors, who they enrolled, and the spans of coverage."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from openmember.coverage.types import CoverageType


class Sponsor(models.Model):
    """Who sends enrolments: an employer, an exchange, a government agency."""

    # As the file names it: qualifier and value, such as FI:999888777.
    identifier = models.CharField(max_length=90, unique=True)
    name = models.CharField(max_length=80, blank=True)
    coverage_type = models.CharField(
        max_length=8, choices=[(kind.value, kind.value) for kind in CoverageType]
    )


class Enrollee(models.Model):
    """A member as a sponsor knows them: under a subscriber's number, as the subscriber or a dependent."""

    sponsor = models.ForeignKey(Sponsor, models.PROTECT, related_name="+")
    subscriber_number = models.CharField(max_length=80)
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="+")
    account_number = models.CharField(max_length=12)
    is_subscriber = models.BooleanField()
    relationship = models.CharField(max_length=2)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sponsor", "subscriber_number", "member"], name="enrollee_once"
            ),
            models.UniqueConstraint(
                fields=["sponsor", "subscriber_number"],
                condition=Q(is_subscriber=True),
                name="enrollee_one_subscriber_per_number",
            ),
        ]
        # Remittances name somebody by this number, and not always by whose it is.
        indexes: ClassVar = [models.Index(fields=["subscriber_number"], name="enrollee_by_number")]


class Span(models.Model):
    """One stretch of coverage of one member."""

    enrollee = models.ForeignKey(Enrollee, models.PROTECT, related_name="spans")
    account_number = models.CharField(max_length=12, db_index=True)
    coverage_type = models.CharField(max_length=8)
    insurance_line = models.CharField(max_length=3)
    plan = models.CharField(max_length=50, blank=True)
    level = models.CharField(max_length=3, blank=True)
    group_number = models.CharField(max_length=50, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    # Canceled from its first day: it never was. Kept, because it was once believed.
    canceled = models.BooleanField(default=False)
    premium_cents = models.BigIntegerField(null=True)
    aptc_cents = models.BigIntegerField(null=True)
    member_share_cents = models.BigIntegerField(null=True)
    rating_area = models.CharField(max_length=50, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="span_ends_after_it_starts",
            ),
            ExclusionConstraint(
                name="span_one_plan_a_line_at_a_time",
                expressions=[
                    ("enrollee", RangeOperators.EQUAL),
                    ("insurance_line", RangeOperators.EQUAL),
                    (
                        Func(
                            "starts_on", "ends_on", RangeBoundary(inclusive_upper=True),
                            function="daterange", output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(canceled=False),
            ),
        ]  # fmt: skip


class EnrolmentFile(models.Model):
    """A file that was taken. Its content is known by its hash, so that a second delivery is harmless."""

    sha256 = models.CharField(max_length=64, unique=True)
    received_at = models.DateTimeField(auto_now_add=True)
    actor = models.TextField()
    report = models.JSONField()


class EnrolmentException(models.Model):
    """An instruction nobody could apply without guessing. It waits for a person."""

    file = models.ForeignKey(EnrolmentFile, models.PROTECT, related_name="exceptions")
    segment_number = models.IntegerField()
    reason = models.CharField(max_length=40)
    message = models.TextField()
    instruction = models.JSONField()
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["file"], condition=Q(resolved_at=None), name="enrolment_exception_open"
            )
        ]
