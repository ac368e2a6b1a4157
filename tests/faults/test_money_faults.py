"""Payments while payers, the worker and the database are killed: no cent lost, doubled or made up."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from openmember.kernel.embedded.testing import python_path

pytestmark = [
    pytest.mark.fault,
    pytest.mark.skipif(sys.platform != "linux", reason="forks, and ties the forks to itself"),
]

ROOT = Path(__file__).parents[2]


def test_the_books_are_right_whatever_is_killed(tmp_path):
    storm = subprocess.run(
        [sys.executable, "-m", "tests.faults.storm", "--payments", "500", "--seed", "7"],
        env={**os.environ, "PYTHONPATH": python_path(), "TMPDIR": str(tmp_path)},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    assert storm.returncode == 0, storm.stdout + storm.stderr
    assert list(tmp_path.iterdir()) == []
