"""A PostgreSQL for the tests when DATABASE_URL names none. Loaded first, by `-p tests.database`.

pytest-django reads the settings very early, and xdist's workers inherit the environment, so the
address is set while this module is imported. The server is kept for the next run under `.cache/`;
of several runs at once in one checkout, each has its own.
"""

import os
import shutil
import tempfile
from pathlib import Path

from openmember.kernel.embedded import EmbeddedPostgres, EmbeddedProblem, InUse
from tests.own_database import FAST

CACHE = Path(__file__).resolve().parents[1] / ".cache"
RUNS_AT_ONCE = 16


def start() -> EmbeddedPostgres:
    """Return a running server nobody else uses."""
    for number in range(1, RUNS_AT_ONCE + 1):
        home = CACHE / f"test-postgres-{number}"
        try:
            return EmbeddedPostgres(home, options=FAST).start()
        except InUse:
            continue
        except EmbeddedProblem:
            # Without fsync a lost machine leaves damaged data, and this is only a cache.
            shutil.rmtree(home, ignore_errors=True)
            break
    home = Path(tempfile.mkdtemp(prefix="openmember-tests-"))
    return EmbeddedPostgres(home, options=FAST).start()


server = None if os.environ.get("DATABASE_URL") else start()
if server:
    os.environ["DATABASE_URL"] = server.url


def pytest_unconfigure() -> None:
    if server:
        server.stop()
        if not server.layout.home.is_relative_to(CACHE):
            shutil.rmtree(server.layout.home, ignore_errors=True)
