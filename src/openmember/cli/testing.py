"""For tests of commands: `openmember` as a process of its own, on a home of its own."""

import os
import subprocess
import sys
from pathlib import Path

from openmember.kernel.embedded.testing import python_path

HIDDEN = ("DATABASE_URL", "OPENMEMBER_DATABASE_ROLE", "DJANGO_SETTINGS_MODULE")


def openmember(home: Path, *words: str, **variables: str) -> "subprocess.Popen[str]":
    """Start a command as an operator would who has set nothing but the home."""
    return subprocess.Popen(  # noqa: S603  our own command
        [sys.executable, "-m", "openmember.cli.main", *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={
            **{name: value for name, value in os.environ.items() if name not in HIDDEN},
            "OPENMEMBER_HOME": str(home),
            "PYTHONPATH": python_path(),
            **variables,
        },
    )
