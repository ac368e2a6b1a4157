"""`openmember serve`: database, web and background worker as one thing that starts and stops."""

import os
import signal
import sys
import time
from contextlib import ExitStack
from importlib import import_module
from importlib.util import find_spec
from types import FrameType
from typing import Annotated

import typer

from openmember.cli import readiness
from openmember.cli.children import Child
from openmember.cli.database import set_up_django, use_embedded
from openmember.cli.output import Refusal, say
from openmember.cli.watch import Watch
from openmember.config.environment import Environment
from openmember.kernel.embedded import EmbeddedPostgres

WEB_WORKERS = 2
# Threads of each web worker: some wait for a gateway, and more would wait for one another. Each
# keeps a database connection, so 2 x 4 of the server's 100.
WEB_THREADS = 4
# Each queue has a worker of its own and so many jobs at once. What waits for servers that members
# name stands apart, so that no payment, text, or alarm waits behind it.
QUEUES = {"default": 2, "devices": 1}
DEMO = "openmember.cli.demo"
DEMO_MEMBERS = 500
# What a killed `serve` left behind takes a moment to end.
PATIENCE_SECONDS = 6.0
POLL_SECONDS = 0.2


def serve(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where the web listens.")] = 8000,
    host: Annotated[str, typer.Option(help="0.0.0.0 to be reached from elsewhere.")] = "127.0.0.1",
    demo: Annotated[bool, typer.Option("--demo", help="Load a believable plan first.")] = False,
    members: Annotated[
        int, typer.Option(min=1, help="How many members the demo has.")
    ] = DEMO_MEMBERS,
) -> None:
    """Start everything: database, migrations, web and worker. Stop it with Ctrl-C."""
    # One way to stop, whoever asks.
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGINT, _interrupt)
    # Left in the order web, workers, database.
    with ExitStack() as stack:
        try:
            _wait_for_port(host, port)
            server = _open_database(host, port, stack)
            _make_ready(demo=demo, members=members)
            web = _web(host, port)
            workers = [_worker(queue, ours=server is not None) for queue in QUEUES]
            for child in (*workers, web):
                stack.callback(child.stop)
                child.start()
            Watch(server, web=web, workers=workers, host=host, port=port).run()
        except KeyboardInterrupt:
            # A second Ctrl-C must not leave half of it running.
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            say("stopping")


def _open_database(host: str, port: int, stack: ExitStack) -> EmbeddedPostgres | None:
    """Start the embedded server where no DATABASE_URL is set, and set Django up."""
    os.environ.setdefault("OPENMEMBER_SITE_URL", f"http://localhost:{port}")
    environment = Environment.read()
    server = None
    if not environment.database_url:
        server = EmbeddedPostgres(environment.home, progress=say)
        stack.callback(server.stop)
        server.start(patience_seconds=PATIENCE_SECONDS)
        use_embedded(server.url)
    set_up_django()
    _refuse_strangers(host)
    return server


def _refuse_strangers(host: str) -> None:
    """Errors: Refusal when a trial's settings, whose secret everybody knows, would face a network."""
    from django.conf import settings

    is_here = host in {"localhost", "::1"} or host.startswith("127.")
    if not is_here and not settings.SESSION_COOKIE_SECURE:
        raise Refusal(
            f"These settings are for this machine only, not for {host}: set DJANGO_SETTINGS_MODULE="
            "openmember.config.settings.production and what it asks for."
        )


def _make_ready(*, demo: bool, members: int) -> None:
    from django.db import connections

    from openmember.cli.prepare import prepare_database
    from openmember.cli.static import collect_static

    prepare_database()
    collect_static()
    if demo:
        # Looked for first: a fault inside the demo is not to be taken for its absence.
        if find_spec(DEMO) is None:
            raise Refusal("This OpenMember has no demo: start it without --demo.")
        import_module(DEMO).load(members)
    # This process only watches from here on: it must not hold a connection.
    connections.close_all()


def _web(host: str, port: int) -> Child:
    options = {
        "--interface": "wsgi",
        "--host": host,
        "--port": str(port),
        "--http": "1",
        "--workers": str(WEB_WORKERS),
        "--blocking-threads": str(WEB_THREADS),
        "--workers-kill-timeout": "10",
        "--log-level": "warning",
    }
    words = [word for pair in options.items() for word in pair]
    target = "openmember.cli.web:application"
    return Child(
        "web",
        [sys.executable, "-m", "granian", *words, "--no-ws", "--respawn-failed-workers", target],
    )


def _worker(queue: str, *, ours: bool) -> Child:
    return Child(
        f"{queue} worker",
        [
            *(sys.executable, "-m", "django", "procrastinate", "worker"),
            *("--queues", queue, "--concurrency", str(QUEUES[queue])),
            # Less than what Child.stop gives, so that a job under way is put back in order.
            *("--shutdown-graceful-timeout", "10"),
        ],
        # The embedded database ends with us, so an orphaned worker could only wait for it in vain.
        when_orphaned=signal.SIGKILL if ours else signal.SIGTERM,
    )


def _wait_for_port(host: str, port: int) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    told = False
    while True:
        try:
            return readiness.check_port(host, port)
        except readiness.PortTaken:
            if time.monotonic() > until:
                raise
        if not told:
            told = True
            say(f"waiting for port {port} to become free")
        time.sleep(POLL_SECONDS)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
