import json
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from tests.commands import forked


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
def openmember(transactional_db, tmp_path, monkeypatch):
    """Run the command as an operator does, in a process of its own, on this test's database."""
    settings = connection.settings_dict
    url = (
        f"postgresql://{settings['USER']}:{settings['PASSWORD']}@{settings['HOST']}:{settings['PORT']}"
        f"/{settings['NAME']}"
    )
    # Read when the first command is run, and the same for all of a run of tests.
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "openmember.config.settings.testing")

    def run(*words: str) -> Said:
        out, err = tmp_path / "said-out", tmp_path / "said-err"
        code = forked.run(words, out, err, seconds=60)
        return Said(code, out.read_text(), err.read_text())

    return run
