"""Three disputes from filing to their last level on the member's pages and at the desk, day by day."""

from datetime import datetime
from html import unescape
from re import sub
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from openmember.cases.testing import a_worker
from openmember.coverage.testing import covered
from openmember.coverage.types import CoverageType
from openmember.documents.testing import PDF
from openmember.grievances.handoffs.jobs import make_files
from openmember.grievances.queries import get_dispute, list_own_disputes
from openmember.grievances.types import Level
from openmember.kernel.sql import fetch_one
from openmember.members import models
from openmember.members.types import Address, Role
from openmember.payments.testing import a_member, a_user, an_account

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
STORY = {"need": "The care my doctor ordered was refused."}


@pytest.fixture(autouse=True)
def settings_of_tests(settings, tmp_path):
    settings.DOCUMENTS_FOLDER = tmp_path / "documents"
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


class Told:
    """A member and the desk, each in their browser, on the day it is."""

    def __init__(self, monkeypatch, *, state: str, region: str, zone: str, cover: CoverageType):
        self.monkeypatch, self.zone = monkeypatch, ZoneInfo(zone)
        member = a_member(region=region, language="en", address=Address(state=state))
        self.user, self.member_id = a_user(member=member), member.id
        covered(an_account(holder=member), (member, "18"), coverage_type=cover)

    def on(self, text: str) -> "Told":
        now = datetime.fromisoformat(text).replace(tzinfo=self.zone)
        self.monkeypatch.setattr(timezone, "now", lambda: now)
        return self

    def file(self, matter: str, **steps: dict[str, object]) -> str:
        """Answer page after page and send it; return what the last one says."""
        self._portal("dispute_new", matter=matter)
        for step, fields in steps.items():
            answer = self._portal("dispute_step", step, **fields)
            assert answer.status_code == 303, step
        client = self._member()
        check = reverse("portal:dispute_step", args=("check",))
        key = client.get(check).context["draft"].key
        return words(client.post(check, {"key": key}, follow=True))

    def page(self) -> str:
        """Return what the member's page of it says."""
        address = reverse("portal:dispute", args=(self.number,))
        return words(self._member().get(address))

    def go_on(self, level: str) -> None:
        assert self._portal("dispute_go_on", self.number, level).status_code == 303

    def desk(self, act: str, **fields: object) -> str:
        """Do something at the desk, each time somebody else, and return what it answers."""
        serial = len(self.dispute.events)
        answer = self._desk("dispute", act=act, **fields)
        assert answer.status_code == 200, words(answer)
        assert len(self.dispute.events) == serial + 1
        return words(answer)

    def send_file(self, reviewer: str) -> None:
        """Make the file at the desk, and note that it went to a reviewer outside."""
        self._desk("dispute_file", act="file")
        make_files(now=timezone.now())
        local = timezone.localtime(timezone=self.zone)
        moment = {"on": local.date().isoformat(), "hour": f"{local:%H:%M}"}
        said = {"way": "portal", "sent_to": "their portal", "proof": "Receipt 4711"}
        answer = self._desk("dispute_file", act="send", reviewer=reviewer, **said, **moment)
        assert "They have not confirmed it yet." in words(answer)

    def decide(self, outcome: str, code: str) -> None:
        today = timezone.localdate(timezone=self.zone)
        said = {"outcome": outcome, "code": code, "reason": "As the policy says."}
        self.desk("decide", notice_on=today, criteria="Policy 12", **said)

    def arrived(self) -> None:
        self.desk("delivered", on=timezone.localdate(timezone=self.zone), how="Receipt 7")

    @property
    def dispute(self):
        row = fetch_one(
            "SELECT id FROM grievances_dispute WHERE member_id = %(id)s", {"id": self.member_id}
        )
        return get_dispute(dispute_id=row.id)

    @property
    def number(self) -> str:
        (listed,) = list_own_disputes(member_ids=(self.member_id,))
        return listed.number

    def _member(self) -> Client:
        client = Client()
        client.force_login(self.user, backend=BACKEND)
        return client

    def _desk(self, name: str, **fields: object):
        rosa = a_worker("grievances", role=Role.APPEALS)
        client = Client()
        client.force_login(models.User.objects.get(id=rosa.id), backend=BACKEND)
        serial = len(self.dispute.events)
        address = reverse(f"desk:{name}", args=(self.number,))
        return client.post(address, {"serial": serial, **fields}, follow=True)

    def _portal(self, name: str, *args: str, **fields: object):
        return self._member().post(reverse(f"portal:{name}", args=args), fields)


def words(response) -> str:
    text = unescape(sub(r"<[^>]+>", " ", response.content.decode()))
    return " ".join(text.split())


def test_a_californian_group_s_appeal_ends_with_the_independent_reviewers(monkeypatch):
    told = Told(
        monkeypatch, state="CA", region="california", zone="America/Los_Angeles",
        cover=CoverageType.EMPLOYER,
    )  # fmt: skip
    care = {
        "is_received": "no", "medicine": "none", "service": "MRI of the knee", "notice_on": "2026-02-20",
    }  # fmt: skip
    files = [SimpleUploadedFile(f"page-{n}.pdf", PDF + b"%d\n%%%%EOF" % n) for n in range(3)]

    filed = told.on("2026-03-02 10:00").file(
        "appeal", care=care, story={**STORY, "documents": files}, urgency={"urgent": "no"}
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


def test_a_medicare_member_s_request_goes_from_a_denial_to_court(monkeypatch):
    told = Told(
        monkeypatch, state="MD", region="mid-atlantic", zone="America/New_York",
        cover=CoverageType.MEDICARE,
    )  # fmt: skip
    care = {"medicine": "none", "is_authorized": "yes", "service": "A scan", "provider": "Dr. Kim"}

    filed = told.on("2026-02-02 09:00").file(
        "determination", care=care, story=STORY, urgency={"urgent": "no"}
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


def test_a_medicine_s_exception_goes_to_the_review_entity_that_grants_it(monkeypatch):
    told = Told(
        monkeypatch, state="VA", region="mid-atlantic", zone="America/New_York",
        cover=CoverageType.MEDICARE,
    )  # fmt: skip

    filed = told.on("2026-04-10 14:10").file(
        "exception", care={"service": "Insulin", "provider": "Dr. Kim"}, story=STORY,
        urgency={"urgent": "no"},
    )  # fmt: skip
    assert "We decide by Monday, April 13, 2026, 2:10 PM EDT" in filed.replace("\xa0", " ")

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
