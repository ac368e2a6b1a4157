"""Disputes for tests of the desk: filed, shown to somebody who works them, and worked."""

from datetime import timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfWriter

from openmember.cases.testing import a_worker
from openmember.cases.types import Channel
from openmember.desk.tests.conftest import Desk
from openmember.grievances.queries import get_dispute
from openmember.grievances.services.filing import file_dispute
from openmember.grievances.types import (
    Care,
    Law,
    Matter,
    NewDispute,
    Track,
)
from openmember.members import models
from openmember.members.types import Role
from openmember.payments.testing import a_member

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def settings_of_tests(settings, tmp_path):
    settings.DOCUMENTS_FOLDER = tmp_path / "documents"
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def rosa(db):
    return a_worker("grievances", role=Role.APPEALS)


@pytest.fixture
def desk(client_of, rosa) -> Desk:
    return desk_as(client_of, rosa)


def desk_as(client_of, actor) -> Desk:
    return Desk(client_of(models.User.objects.get(id=actor.id)))


def email_of(actor) -> str:
    return models.User.objects.get(id=actor.id).email


def filed(*, law=Law.INDIVIDUAL, place="CA", care=Care.PRE_SERVICE, ago=DAY, member=None, **said):
    matter = said.pop("matter", Matter.APPEAL)
    new = NewDispute(
        track=Track(matter, law, place, care), member_id=(member or a_member()).id, account_number=None,
        need="The scan my doctor ordered was refused.", **said,
    )  # fmt: skip
    now = timezone.now()
    return file_dispute(
        new=new, channel=Channel.PHONE, received_at=now - ago, now=now, actor=a_worker("grievances")
    )


def act(desk, dispute, name, *, serial=None, **fields):
    now = get_dispute(dispute_id=dispute.id)
    shown = len(now.events) if serial is None else serial
    return desk.client.post(
        reverse("desk:dispute", args=[dispute.case_number]),
        {"act": name, "serial": shown, **fields}, follow=True,
    )  # fmt: skip


def kinds(dispute):
    return [one.event.kind for one in get_dispute(dispute_id=dispute.id).events]


def today(dispute):
    return timezone.localdate(timezone=ZoneInfo(dispute.standing.zone))


def decided(desk, dispute, outcome="upheld", code="not_covered", **fields):
    given = {
        "outcome": outcome, "code": code, "criteria": "Policy 12", "reason": "It is not covered.",
        "notice_on": today(dispute), **fields,
    }  # fmt: skip
    return act(desk, dispute, "decide", **given)


def a_pdf(name: str, pages: int) -> SimpleUploadedFile:
    writer, kept = PdfWriter(), BytesIO()
    for _ in range(pages):
        writer.add_blank_page(72, 72)
    writer.write(kept)
    return SimpleUploadedFile(name, kept.getvalue(), "application/pdf")
