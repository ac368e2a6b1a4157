"""Every benchmark runs, on a small database of its own; what it measures there says nothing."""

import json
import os
import subprocess
import sys

import pytest
from bench.run import NAMES

pytestmark = pytest.mark.fault


def test_every_benchmark_measures_and_reports():
    words = ["bench", "--accounts", "500", "--seconds", "1", "--rounds", "1", "--json"]

    done = subprocess.run(
        [sys.executable, "-m", "openmember.cli.main", *words],
        capture_output=True,
        text=True,
        env=os.environ,
    )

    assert done.returncode in {0, 1}, done.stderr
    found = {one["name"]: one for one in json.loads(done.stdout)["benchmarks"]}
    assert tuple(found) == NAMES
    assert all(value > 0 for one in found.values() for value in one["figures"].values())
    (statements,) = [
        bar for bar in found["screen"]["bars"] if bar["name"] == "statements of the data"
    ]
    assert statements["holds"]
