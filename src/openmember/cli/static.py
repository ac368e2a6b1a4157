"""Collect stylesheets, scripts and pictures for whitenoise, when any of them has changed."""

import hashlib
from pathlib import Path

from openmember.cli.output import Refusal, say

STAMP = ".collected"


def collect_static() -> bool:
    """Copy the static files to STATIC_ROOT and return whether there was anything to do."""
    from django.conf import settings
    from django.core.management import call_command

    root = Path(settings.STATIC_ROOT)
    stamp = root / STAMP
    wanted = _fingerprint()
    try:
        if stamp.is_file() and stamp.read_text() == wanted:
            return False
        say("collecting static files")
        root.mkdir(parents=True, exist_ok=True)
        # Removed first, so that a kill half-way is not taken for done.
        stamp.unlink(missing_ok=True)
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(wanted)
    except OSError as error:
        raise Refusal(
            f"Static files cannot be written to {root} ({error.strerror}): set OPENMEMBER_HOME to "
            "a folder you may write to."
        ) from error
    return True


def _fingerprint() -> str:
    """Return what tells one set of source files from another: names, sizes and times."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders

    seen = hashlib.sha256(repr(getattr(settings, "STORAGES", None)).encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            seen.update(f"{name} {found.st_size} {found.st_mtime_ns}\n".encode())
    return seen.hexdigest()
