"""Print the path of a Chromium that the browser tests can drive; `--install` gets one first.

Looks at $CHROMIUM, at the browsers on PATH, and at Playwright's own. Exit 1 with one clear
sentence when there is none.
"""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
INSTALL_SECONDS = 900


def find() -> str | None:
    """Return the first Chromium that starts, or None. Playwright starts a program to answer: it is last."""
    for path in (
        os.environ.get("CHROMIUM"),
        *(shutil.which(name) for name in NAMES),
        *APPLICATIONS,
    ):
        if path and starts(path):
            return path
    path = playwrights_own()
    return path if path and starts(path) else None


def starts(path: str) -> bool:
    """Return whether the program answers with its version. A wrapper without a browser does not."""
    if not Path(path).is_file():
        return False
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


def playwrights_own() -> str | None:
    """Return where Playwright keeps its Chromium, whether or not it is there."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def install() -> None:
    """Install a Chromium: the system's package where that is possible, else Playwright's build."""
    if os.name == "posix" and os.geteuid() == 0 and shutil.which("apt-get"):
        for _attempt in range(2):  # A mirror may be busy, or its lists just changing.
            if run(["apt-get", "update", "-qq"]) and run(
                ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]
            ):
                return
    run([sys.executable, "-m", "playwright", "install", "chromium"])


def run(command: Sequence[str]) -> bool:
    """Run a command with its output on our error stream; return whether it succeeded."""
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            command, stdout=sys.stderr, env=quiet, timeout=INSTALL_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as reason:
        sys.stderr.write(f"{command[0]}: {reason}\n")
        return False
    return done.returncode == 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--install", action="store_true", help="install one when none is found")
    wanted = parser.parse_args()
    path = find()
    if path is None and wanted.install:
        install()
        path = find()
    if path is None:
        sys.stderr.write(
            "No Chromium was found. Install Chromium or Google Chrome and put it on PATH, or set "
            "CHROMIUM to its program, or run this script again with --install.\n"
        )
        return 1
    sys.stdout.write(path + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
