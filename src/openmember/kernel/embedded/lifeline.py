"""Children that end with the process that started them, however that one ends."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def die_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """Return a `preexec_fn` by which the kernel sends the child `number` when we end.

    None where the kernel offers nothing of the kind (all but Linux). It follows the thread that
    starts the child, not the process: start children from a thread that stays, such as the first.
    """
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(
        None
    ).prctl  # Looked up before the fork: between fork and exec, little is safe.
    parent = os.getpid()

    def tie() -> None:
        prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        # The parent may have died before the call, and then no signal will ever come.
        if os.getppid() != parent:
            os._exit(1)

    return tie


def tie_to_parent(number: signal.Signals, parent: int) -> None:
    """Have this process receive `number` when `parent`, which started it, ends."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
