"""Work done in a process that is killed at random, again and again, until it once gets through."""

import os
import signal
import time
import traceback
from collections.abc import Callable
from random import Random

from django.db import connections


def killed_until_done(
    work: Callable[[], object], random: Random, *, longest_seconds: float = 0.08
) -> int:
    """Do `work` in a forked process, killed with SIGKILL at a random moment, and return the kills.

    Each try is given a little more time, so that one gets through. Errors: AssertionError when a try
    that nobody killed failed.
    """
    kills = 0
    while True:
        connections.close_all()
        child = os.fork()
        if child == 0:
            code = 1
            try:
                work()
                code = 0
            except Exception:
                traceback.print_exc()
            finally:
                os._exit(code)
        time.sleep(random.uniform(0.01, longest_seconds) * (1 + kills / 3))
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            assert status == 0
            return kills
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        kills += 1
