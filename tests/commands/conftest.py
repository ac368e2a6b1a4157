import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def openmember(transactional_db):
    """Run the command as an operator does, on this test's database."""
    settings = connection.settings_dict
    url = (
        f"postgresql://{settings['USER']}:{settings['PASSWORD']}@{settings['HOST']}:{settings['PORT']}"
        f"/{settings['NAME']}"
    )

    def run(*words: str) -> Said:
        done = subprocess.run(
            [sys.executable, "-m", "openmember.cli.main", *words],
            env={**os.environ, "DATABASE_URL": url, "PYTHONPATH": "src",
                 "DJANGO_SETTINGS_MODULE": "openmember.config.settings.testing"},
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        return Said(done.returncode, done.stdout, done.stderr)

    return run
