"""`openmember serve` when its parts are killed: it gets well, and leaves nothing behind."""

import http.client
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from openmember.cli.serve import QUEUES
from openmember.kernel.embedded.layout import Layout
from openmember.kernel.embedded.testing import is_alive, kill, new_folder, python_path, wait_until

pytestmark = [
    pytest.mark.fault,
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]


class Site:
    """A served site of this test's own."""

    def __init__(self, home):
        self.home = home
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.processes = []

    def start(self):
        self.serve = subprocess.Popen(
            [sys.executable, "-m", "openmember.cli.main", "serve", "--port", str(self.port)],
            stdout=subprocess.PIPE,
            stderr=(self.home / "said").open("ab"),
            text=True,
            env={
                **{k: v for k, v in os.environ.items() if k not in HIDDEN},
                "OPENMEMBER_HOME": str(self.home),
                "PYTHONPATH": python_path(),
            },
        )
        line = self.serve.stdout.readline()
        assert line.startswith("OpenMember is ready at"), (self.home / "said").read_text()

    def is_ready(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/health/ready")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def database(self):
        running = Layout.of(self.home).announced()
        return running.pid if running else None

    def children(self, *words):
        """Return the processes below serve whose command line has all the words."""
        found = []
        for pid in _below(self.serve.pid):
            try:
                line = Path(f"/proc/{pid}/cmdline").read_text()
            except OSError:
                continue
            if all(word in line for word in words):
                found.append(pid)
        return found


HIDDEN = {"DATABASE_URL", "OPENMEMBER_DATABASE_ROLE", "DJANGO_SETTINGS_MODULE"}


def _below(pid):
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found += [child, *_below(child)]
    return found


@pytest.fixture
def site():
    site = Site(new_folder())
    site.start()
    try:
        yield site
    finally:
        if site.serve.poll() is None:
            site.serve.send_signal(signal.SIGTERM)
            site.serve.wait(60)


def test_a_site_gets_well_when_its_parts_are_killed_and_leaves_nothing(site):
    [web] = [pid for pid in site.children("granian") if _parent(pid) == site.serve.pid]
    postgres = site.database()
    workers = site.children("procrastinate")
    assert len(workers) == len(QUEUES)

    kill(postgres)
    assert wait_until(lambda: site.database() not in (None, postgres), 90)
    assert wait_until(site.is_ready, 90)
    assert wait_until(lambda: are_new(site.children("procrastinate"), workers), 90)

    # granian alone: its workers must neither go on answering nor be left behind.
    workers = _below(web)
    kill(web)
    assert wait_until(lambda: not any(is_alive(pid) for pid in workers))
    assert wait_until(site.is_ready, 90)

    # serve itself: nothing stays, and the next start does not wait for anybody to clean up.
    remaining = _below(site.serve.pid)
    site.serve.kill()
    site.serve.wait()
    site.start()
    assert site.is_ready()
    assert wait_until(lambda: not any(is_alive(pid) for pid in remaining), 90)

    remaining = _below(site.serve.pid)
    site.serve.send_signal(signal.SIGTERM)
    assert site.serve.wait(60) == 0
    assert not any(is_alive(pid) for pid in remaining)


def are_new(found, before):
    return len(found) == len(before) and not set(found) & set(before)


def _parent(pid):
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
