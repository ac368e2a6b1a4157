"""What each web worker loads: the application, after tying the worker to the process above it.

granian's workers would outlive a killed granian and go on answering on its port.
"""

import multiprocessing
import signal

from openmember.kernel.embedded.lifeline import tie_to_parent

if above := multiprocessing.parent_process():
    tie_to_parent(signal.SIGTERM, above.pid or 0)

from openmember.config.wsgi import application

__all__ = ["application"]
