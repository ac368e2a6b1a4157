"""Covering people without a file: what the demo does, and the desk will."""

from dataclasses import asdict

from openmember.coverage import models
from openmember.coverage.types import CoverageType, Span


def cover_family(
    *,
    account_number: str,
    subscriber_number: str,
    people: tuple[tuple[int, str], ...],
    span: Span,
    employer: str = "",
) -> None:
    """Enroll new members of the organisation's own plan, or of an employer, and cover them alike.

    Shape: `people` are (member, relationship as X12 writes it), the subscriber as 18. `employer` is a name.
    """
    kind = CoverageType.EMPLOYER if employer else CoverageType.DIRECT
    sponsor, _ = models.Sponsor.objects.get_or_create(
        identifier=f"name:{employer}" if employer else "own",
        defaults={"coverage_type": kind.value, "name": employer},
    )
    enrollees = models.Enrollee.objects.bulk_create(
        models.Enrollee(
            sponsor=sponsor,
            subscriber_number=subscriber_number,
            member_id=member_id,
            account_number=account_number,
            is_subscriber=relationship == "18",
            relationship=relationship,
        )
        for member_id, relationship in people
    )
    terms = {name: value for name, value in asdict(span).items() if name != "id"}
    models.Span.objects.bulk_create(
        models.Span(enrollee=enrollee, account_number=account_number, **terms)
        for enrollee in enrollees
    )
