"""A dispute whose log a corrected rule would not take, at the desk: read, explained, and not written."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from openmember.cases.testing import a_worker
from openmember.cases.types import Channel
from openmember.desk.tests.conftest import Desk
from openmember.desk.tests.reading import words
from openmember.grievances.queries import get_dispute
from openmember.grievances.services import working
from openmember.grievances.services.filing import file_dispute
from openmember.grievances.testing import a_law
from openmember.grievances.types import Care, Law, Matter, NewDispute, Track
from openmember.members import models
from openmember.members.testing import a_member
from openmember.members.types import Role
from openmember.rulebook.clocks import proposed


@pytest.fixture(autouse=True)
def settings_of_tests(settings, tmp_path):
    settings.DOCUMENTS_FOLDER = tmp_path / "documents"
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


@pytest.mark.django_db
def test_the_page_opens_says_which_entry_does_not_fit_and_refuses_acts(client_of, tmp_path):
    rosa, now = a_worker("grievances", role=Role.APPEALS), timezone.now()
    new = NewDispute(
        track=Track(Matter.APPEAL, Law.MEDICARE_ADVANTAGE, "CA", Care.PRE_SERVICE),
        member_id=a_member().id, account_number=None, need="The scan was refused.",
    )  # fmt: skip
    known = file_dispute(
        new=new, channel=Channel.PHONE, received_at=now - timedelta(days=20), now=now, actor=rosa
    )
    working.extend(dispute=known, days=14, why="Records from abroad.", now=now, actor=rosa)
    desk = Desk(client_of(models.User.objects.get(id=rosa.id)))
    law = a_law(tmp_path, ("MA-RECON-STD", {"length": 5}))

    with proposed(law):
        page = words(desk.get("dispute", known.case_number))
        dates = words(desk.get("dispute_dates", known.case_number))
        file = desk.get("dispute_file", known.case_number)
        refused = desk.client.post(
            reverse("desk:dispute", args=[known.case_number]),
            {"act": "withdraw", "serial": 2, "why": "No more"}, follow=True,
        )  # fmt: skip

    assert "Entry 2 of the log does not fit: <strong>More time taken</strong> (14 days" in page
    assert "The time is over: it cannot be lengthened any more." in page
    assert "What you may do" not in page
    assert "Entry 2 of the log does not fit" in dates
    assert file.status_code == 200
    assert "A rule was corrected, and what is written of this dispute does not fit it." in words(
        refused
    )
    assert len(get_dispute(dispute_id=known.id).events) == 2
