"""Commands in processes forked from one that has loaded everything: loading is most of what a command takes."""

import multiprocessing
import os
import sys
from importlib import import_module
from pathlib import Path

SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(["tests.commands.loaded"])


def run(words: tuple[str, ...], out: Path, err: Path, seconds: float) -> int:
    """Run `openmember` with these words, what it says going into two files; return its exit code.

    Errors: TimeoutError; the process is killed then.
    """
    process = SERVER.Process(target=_command, args=(words, str(out), str(err)))
    process.start()
    process.join(seconds)
    if process.exitcode is None:
        process.kill()
        raise TimeoutError(" ".join(words))
    return process.exitcode


def _command(words: tuple[str, ...], out: str, err: str) -> None:
    for path, stream in ((out, 1), (err, 2)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), stream)
    sys.stdout, sys.stderr = open(1, "w"), open(2, "w")  # noqa: SIM115  the process's own
    sys.argv = ["openmember", *words]
    import_module("openmember.cli.main").run(words)
