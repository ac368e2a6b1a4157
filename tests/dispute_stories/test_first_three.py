"""Three disputes from filing to their last level on the member's pages and at the desk, day by day."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from openmember.coverage.types import CoverageType
from openmember.documents.testing import PDF
from openmember.grievances.types import Level
from tests.dispute_stories.telling import NO_HURRY, STORY

pytestmark = pytest.mark.django_db


def test_a_californian_group_s_appeal_ends_with_the_independent_reviewers(tell):
    told = tell("CA", CoverageType.EMPLOYER)
    care = {
        "is_received": "no", "medicine": "none", "service": "MRI of the knee", "notice_on": "2026-02-20",
    }  # fmt: skip
    files = [SimpleUploadedFile(f"page-{n}.pdf", PDF + b"%d\n%%%%EOF" % n) for n in range(3)]

    filed = told.on("2026-03-02 10:00").file(
        "appeal", care=care, story={**STORY, "documents": files}, urgency=NO_HURRY
    )
    assert "We decide by Wednesday, April 1, 2026" in filed  # HSC 1368.01(a)
    assert "page-2.pdf" in told.page()

    told.on("2026-03-03 09:00").desk("acknowledge")
    told.on("2026-03-12 15:00").decide("upheld", "not_medically_necessary")
    told.on("2026-03-16 18:00").arrived()
    page = told.page()
    assert "The decision stands" in page
    assert "Until Saturday, September 12, 2026." in page  # six months: HSC 1374.30

    told.on("2026-04-01 09:00").go_on("external")
    page = told.page()
    assert "Independent reviewers decide by Friday, May 1, 2026." in page  # HSC 1374.33(c)
    assert (
        "We send your file to the reviewers By Monday, April 6, 2026" in page
    )  # three business days
    told.on("2026-04-02 09:00").send_file("ca_dmhc")
    assert told.dispute.standing.level is Level.EXTERNAL
    told.on("2026-04-20 09:00").decide("overturned", "criteria_met")
    assert "We carry it out by Monday, April 27, 2026." in told.page()  # HSC 1374.34(a)
    done = {"what": "The scan is approved", "kind": "authorization", "reference": "AUTH-17"}
    told.on("2026-04-21 09:00").desk("carry_out", **done)

    page = told.page()
    assert "Decided for the member" in page
    assert "The scan is approved" in page
    assert not told.dispute.standing.is_open


def test_a_medicare_member_s_request_goes_from_a_denial_to_court(tell):
    told = tell("MD", CoverageType.MEDICARE)
    care = {"medicine": "none", "is_authorized": "yes", "service": "A scan", "provider": "Dr. Kim"}

    filed = told.on("2026-02-02 09:00").file(
        "determination", care=care, story=STORY, urgency=NO_HURRY
    )
    assert "We decide by Monday, February 9, 2026" in filed  # CMS-0057-F

    told.on("2026-02-09 09:00").decide("upheld", "not_covered")
    assert "Until Wednesday, April 15, 2026." in told.page()  # 65 days: 42 CFR 422.582(b)
    told.on("2026-03-02 10:00").go_on("plan")
    assert "We decide by Wednesday, April 1, 2026" in told.page()  # 422.590(a)

    told.on("2026-03-30 10:00").decide("upheld", "not_covered")
    page = told.page()
    assert "We send the case there by ourselves, by Wednesday, April 1, 2026." in page
    told.on("2026-04-01 09:00").desk("escalate", level="ire")
    assert "review entity decides by Friday, May 1, 2026" in told.page()

    told.on("2026-05-01 09:00").decide("upheld", "not_covered")
    page = told.page()
    assert "Until Sunday, July 5, 2026." in page  # 422.602, receipt presumed in five days
    assert "The amount at stake must be at least $200.00 (2026)." in page  # 90 FR 55869
    told.on("2026-06-01 09:00").go_on("alj")
    assert "An administrative law judge decides" in told.page()

    told.on("2026-10-01 09:00").decide("upheld", "not_covered")
    told.on("2026-10-05 18:00").arrived()
    assert "Until Friday, December 4, 2026." in told.page()  # 422.608
    told.on("2026-11-02 09:00").go_on("council")
    told.on("2026-12-01 09:00").decide("upheld", "not_covered")
    told.on("2026-12-04 18:00").arrived()
    page = told.page()
    assert "Until Tuesday, February 2, 2027." in page  # 422.612
    assert "The amount at stake must be at least $1,960.00 (2026)." in page
    told.on("2026-12-20 09:00").go_on("court")
    told.on("2027-06-01 09:00").decide("overturned", "criteria_met")
    assert "We carry it out by Saturday, July 31, 2027." in told.page()  # 422.618(c)
    told.on("2027-06-20 09:00").desk("carry_out", what="Approved", kind="", reference="")
    assert not told.dispute.standing.is_open
    assert told.dispute.standing.level is Level.COURT


def test_a_medicine_s_exception_goes_to_the_review_entity_that_grants_it(tell):
    told = tell("VA", CoverageType.MEDICARE)

    filed = told.on("2026-04-10 14:10").file(
        "exception", care={"service": "Insulin", "provider": "Dr. Kim"}, story=STORY,
        urgency=NO_HURRY,
    )  # fmt: skip
    assert "We need a statement of your doctor that supports this" in filed
    assert (
        "We decide by Tuesday, April 28, 2026, 12:00 AM EDT" in filed
    )  # 423.568(b): 14 days without
    told.on("2026-04-11 09:00").desk("supported", came_on="2026-04-10", came_hour="14:10")
    assert "We decide by Monday, April 13, 2026, 2:10 PM EDT" in told.page()  # 423.568(b)

    told.on("2026-04-13 13:00").decide("upheld", "not_covered")
    assert "Until Wednesday, June 17, 2026." in told.page()  # 42 CFR 423.582(b)
    told.on("2026-06-17 09:00").go_on("plan")
    assert "We decide by Wednesday, June 24, 2026" in told.page()  # 423.590(a)

    told.on("2026-06-20 09:00").decide("upheld", "not_covered")
    page = told.page()
    assert "Until Monday, August 24, 2026." in page  # 423.600: the member asks
    assert "by ourselves" not in page
    told.on("2026-07-01 09:00").go_on("ire")
    assert "review entity decides by Wednesday, July 8, 2026" in told.page()
    told.on("2026-07-08 09:00").decide("overturned", "criteria_met")

    assert "Decided for the member" in told.page()
    assert not told.dispute.standing.is_open
