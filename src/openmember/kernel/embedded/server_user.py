"""As whom the server runs: PostgreSQL refuses root, so root lends it another user."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openmember.kernel.embedded.layout import Layout
from openmember.kernel.embedded.problems import EmbeddedProblem

# Debian's packages make the first; every Unix has the second.
NAMES = ("postgres", "nobody")
# Nothing of ours leaks into the server, and its words are the ones problems.py knows.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


@dataclass(frozen=True)
class ServerUser:
    """The system user the server runs as."""

    uid: int
    gid: int
    switch: bool

    @classmethod
    def choose(cls, layout: Layout) -> "ServerUser":
        """Return ourselves or, for root, who owns the data, else who owns the home, else NAMES."""
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid(), switch=False)
        for folder in (layout.data, layout.server, layout.home):
            if folder.is_dir() and (owner := folder.stat()).st_uid != 0:
                return cls(owner.st_uid, owner.st_gid, switch=True)
        if (layout.data / "PG_VERSION").is_file():
            raise EmbeddedProblem(
                f"The data in {layout.data} belongs to root, as whom PostgreSQL will not run: "
                f"run `chown -R {_first_known()[0]} {layout.server}` and start again."
            )
        _, uid, gid = _first_known()
        return cls(uid, gid, switch=True)

    @property
    def name(self) -> str:
        import pwd  # Not on Windows, where start() has already refused.

        try:
            return pwd.getpwuid(self.uid).pw_name
        except KeyError:
            return str(self.uid)

    def how_to_start(self, pass_fds: tuple[int, ...] = ()) -> dict[str, Any]:
        """Return the arguments with which `subprocess` starts a program as this user."""
        become = {"user": self.uid, "group": self.gid, "extra_groups": []} if self.switch else {}
        return {"env": ENVIRONMENT, "cwd": "/", "umask": 0o077, "pass_fds": pass_fds, **become}

    def can(self, shell: str, *arguments: str, pass_fds: tuple[int, ...] = ()) -> bool:
        """Return whether this user succeeds with a line of shell. Modes and ACLs only tell half."""
        run = subprocess.run(  # noqa: S603  our own words
            ["/bin/sh", "-c", shell, "sh", *arguments],
            capture_output=True,
            check=False,
            **self.how_to_start(pass_fds),
        )
        return run.returncode == 0

    def give(self, path: Path) -> None:
        if self.switch:
            os.chown(path, self.uid, self.gid)


@dataclass
class ServerFolder:
    """How the server's user addresses `database/server`: by path, or by a handle root opened.

    Root's homes are often closed to others (/root, a fresh temporary folder). An open handle
    leads into the folder without passing through those above, and no mode has to be changed.
    """

    path: str
    handle: int | None = None

    @classmethod
    def open(cls, layout: Layout, user: ServerUser) -> "ServerFolder":
        layout.server.mkdir(mode=0o700, exist_ok=True)
        user.give(layout.server)
        if not user.switch or user.can('cd -- "$1"', str(layout.server)):
            return cls(str(layout.server))
        if sys.platform == "linux":
            handle = os.open(layout.server, os.O_RDONLY | os.O_DIRECTORY)
            folder = cls(f"/proc/self/fd/{handle}", handle)
            if user.can('cd -- "$1"', folder.path, pass_fds=folder.pass_fds):
                return folder
            folder.close()
        raise EmbeddedProblem(
            f"The database server runs as {user.name}, who cannot enter {layout.server}: set "
            "OPENMEMBER_HOME to a folder others may pass through, such as /var/lib/openmember."
        )

    @property
    def pass_fds(self) -> tuple[int, ...]:
        return () if self.handle is None else (self.handle,)

    def close(self) -> None:
        if self.handle is not None:
            os.close(self.handle)
            self.handle = None


def _first_known() -> tuple[str, int, int]:
    import pwd

    for name in NAMES:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return name, found.pw_uid, found.pw_gid
    raise EmbeddedProblem(
        "PostgreSQL does not run as root, and there is no user postgres or nobody to run it: "
        "start OpenMember as an ordinary user, or set DATABASE_URL."
    )
