"""Which database a command works with: `DATABASE_URL`, else the embedded one under the home."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from openmember.cli.output import say
from openmember.config.environment import Environment

SETTINGS = "openmember.config.settings.development"
# The embedded server's role that may not change history; migrations work without it.
EMBEDDED_ROLE = "openmember_app"


@contextmanager
def database(*, prepare: bool = True) -> Iterator[None]:
    """Run a block with Django set up and the database there, and up to date.

    The embedded server is started for this long when none runs there. Errors: EmbeddedProblem,
    BadEnvironment, Refusal, each one sentence.
    """
    if Environment.read().database_url:
        with _django(prepare=prepare):
            yield
        return
    # Not needed, and not loaded, with a database of one's own.
    from openmember.kernel.embedded import connect_or_start

    with connect_or_start(Environment.read().home, progress=say) as server:
        try:
            use_embedded(server.url)
            with _django(prepare=prepare):
                yield
        finally:
            os.environ.pop("DATABASE_URL", None)


def use_embedded(url: str) -> None:
    """Have Django and every process we start from here on work with the embedded server."""
    os.environ["DATABASE_URL"] = url
    os.environ.setdefault("OPENMEMBER_DATABASE_ROLE", EMBEDDED_ROLE)


def set_up_django() -> None:
    """Load the settings and the applications. Errors: BadEnvironment."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    django.setup()


@contextmanager
def _django(*, prepare: bool) -> Iterator[None]:
    set_up_django()
    from django.db import connections

    from openmember.cli.prepare import prepare_database

    try:
        if prepare:
            prepare_database()
        yield
    finally:
        connections.close_all()
