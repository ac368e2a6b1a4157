"""A storm over payments through Stripe, as a process of its own: see `tests/faults/stripe_storm`."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from openmember.kernel.embedded.testing import python_path

pytestmark = pytest.mark.fault
ROOT = Path(__file__).resolve().parents[2]
PAYMENTS = 150


def test_no_payment_through_stripe_is_lost_or_taken_twice():
    storm = subprocess.run(
        [sys.executable, "-m", "tests.faults.stripe_storm", "--payments", str(PAYMENTS)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": python_path()},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert storm.stdout, storm.stderr
    report = json.loads(storm.stdout)
    assert (report["problems"], report["made"]) == ([], PAYMENTS)
