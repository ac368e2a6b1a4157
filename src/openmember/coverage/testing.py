"""Builders of coverage for tests of other rooms."""

from datetime import date

from openmember.accounts.types import Account
from openmember.coverage.services.enrolment import cover_family
from openmember.coverage.types import CoverageType, Span
from openmember.members.testing import serial
from openmember.members.types import Member

JANUARY = date(2026, 1, 1)


def covered(account: Account, *people: tuple[Member, str], **facts: object) -> None:
    """Cover people of an account alike from January 2026 on, or as `facts` of a span say.

    Shape: `people` are (member, relationship as X12 writes it), the subscriber as 18.
    """
    terms = {
        "insurance_line": "HLT",
        "plan": "Gold 500",
        "level": "FAM",
        "group_number": "GRP1001",
        "coverage_type": CoverageType.EMPLOYER,
        "starts_on": JANUARY,
        **facts,
    }
    cover_family(
        account_number=account.number,
        subscriber_number=f"S{next(serial)}",
        people=tuple((member.id, relationship) for member, relationship in people),
        span=Span(**terms),  # type: ignore[arg-type]  # facts of a span
    )
