"""A database for what is run by hand: that of DATABASE_URL, else a server of its own, gone afterwards."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from openmember.kernel.embedded import EmbeddedPostgres

# What tests write need not survive the machine.
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
}


@contextmanager
def own_database() -> Iterator[None]:
    """Have Django on a migrated database for the time of a block."""
    if os.environ.get("DATABASE_URL"):
        _migrated()
        yield
        return
    with TemporaryDirectory() as home, EmbeddedPostgres(Path(home), options=FAST) as server:
        os.environ["DATABASE_URL"] = server.url
        _migrated()
        yield


def _migrated() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
