"""Calls that are forgotten."""

from datetime import timedelta

import pytest
from django.utils import timezone

from openmember.phone import models
from openmember.phone.jobs import KEPT, LONGEST_CALL, sweep

pytestmark = pytest.mark.django_db


def test_a_call_whose_end_was_never_reported_is_emptied(dial):
    dial().press("1")
    models.Call.objects.update(started_at=timezone.now() - LONGEST_CALL - timedelta(minutes=1))

    sweep()

    call = models.Call.objects.get()
    assert (call.memory, call.answer) == ({}, "")
    assert call.ended_at


def test_old_calls_are_dropped(dial):
    dial()
    models.Call.objects.update(started_at=timezone.now() - KEPT - timedelta(days=1))

    sweep()

    assert not models.Call.objects.exists()
