"""Keep database, web and workers running while the site is served."""

import time
from collections.abc import Sequence

from openmember.cli import readiness
from openmember.cli.children import Backoff, Child
from openmember.cli.output import Refusal, line, say
from openmember.kernel.embedded import EmbeddedPostgres, EmbeddedProblem

LOOK_SECONDS = 0.2
# Who ends this often before the site was ever ready will not get well by itself.
HOPELESS = 5
SLOW_SECONDS = 60


class Watch:
    """Looks after the parts of one site, and says once when it can be used."""

    def __init__(
        self,
        server: EmbeddedPostgres | None,
        *,
        web: Child,
        workers: Sequence[Child],
        host: str,
        port: int,
    ) -> None:
        self._server = server
        self._children = (web, *workers)
        self._workers = workers
        self._host = host
        self._port = port
        self._database_pause = Backoff()
        self._ready = False
        self._slow_at = time.monotonic() + SLOW_SECONDS

    def run(self) -> None:
        """Look again and again, until interrupted. Errors: Refusal when the site cannot start."""
        while True:
            self._look_at_database()
            for child in self._children:
                child.watch()
                if not self._ready and child.backoff.failures >= HOPELESS:
                    raise Refusal(
                        f"The {child.name} process ends as soon as it starts: see what it said "
                        "above."
                    )
            if not self._ready:
                self._ask()
            time.sleep(LOOK_SECONDS)

    def _look_at_database(self) -> None:
        if self._server is None or self._server.is_running() or not self._database_pause.is_over():
            return
        say("the database ended by itself; starting it again")
        try:
            self._server.restart()
        except EmbeddedProblem as problem:
            say(f"{problem} Trying again in {self._database_pause.failed():.0f} s.")
            return
        self._database_pause.reset()
        say("the database is back")
        # The web asks for a connection when it needs one; a worker listens on one all the time,
        # and would from now on only look for jobs every few seconds.
        for worker in self._workers:
            worker.renew()

    def _ask(self) -> None:
        from django.conf import settings

        # In production only the configured names are answered.
        names = [name.lstrip(".") for name in settings.ALLOWED_HOSTS if name != "*"]
        if readiness.is_ready(self._host, self._port, named=(names or ["localhost"])[0]):
            self._ready = True
            line(f"OpenMember is ready at {readiness.address(self._host, self._port)}")
        elif time.monotonic() > self._slow_at:
            self._slow_at = time.monotonic() + SLOW_SECONDS
            say(f"the site does not answer at {readiness.address(self._host, self._port)} yet")
