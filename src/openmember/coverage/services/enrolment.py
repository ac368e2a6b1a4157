"""Covering people without a file: what the desk and the demo do."""

from openmember.coverage import models
from openmember.coverage.types import CoverageType, Span


def cover(
    *,
    account_number: str,
    member_id: int,
    relationship: str,
    subscriber_number: str,
    span: Span,
) -> None:
    """Enroll a member of the organisation's own plan (no outside sponsor) and cover them from a day on."""
    sponsor, _ = models.Sponsor.objects.get_or_create(
        identifier="own", defaults={"coverage_type": CoverageType.DIRECT.value}
    )
    enrollee, _ = models.Enrollee.objects.get_or_create(
        sponsor=sponsor,
        subscriber_number=subscriber_number,
        member_id=member_id,
        defaults={
            "account_number": account_number,
            "is_subscriber": relationship == "18",
            "relationship": relationship,
        },
    )
    models.Span.objects.create(
        enrollee=enrollee,
        account_number=account_number,
        coverage_type=span.coverage_type.value,
        insurance_line=span.insurance_line,
        plan=span.plan,
        level=span.level,
        group_number=span.group_number,
        starts_on=span.starts_on,
        ends_on=span.ends_on,
        premium_cents=span.premium_cents,
        aptc_cents=span.aptc_cents,
        member_share_cents=span.member_share_cents,
        rating_area=span.rating_area,
    )
