"""What a lockbox bank sends: each check, with what came with it. BAI's records, and a fixed layout of ours.

`read_lockbox(content)` reads one file whole and names every problem; `report_as_dict` says it in plain values.
"""

import re

from openmember.exchange.lockbox.bai import read_bai_lockbox
from openmember.exchange.lockbox.fixed import HEADER, read_fixed_lockbox
from openmember.exchange.lockbox.report import report_as_dict
from openmember.exchange.lockbox.types import LockboxFile

__all__ = ["looks_like_lockbox", "read_lockbox", "report_as_dict"]

_BAI_HEAD = re.compile(rb"1\d{2}.{20}\d{10}\s*$")


def looks_like_lockbox(head: bytes) -> bool:
    """Return whether the first bytes of a file are one of the two. An ACH file starts alike and is longer."""
    first = head.lstrip(b"\xef\xbb\xbf").split(b"\n", 1)[0].rstrip()
    return first.startswith(HEADER.encode()) or (
        33 <= len(first) <= 80 and _BAI_HEAD.match(first) is not None
    )


def read_lockbox(content: bytes) -> LockboxFile:
    """Return what the file says. Nothing in a file raises; use it only when it has no problems."""
    is_fixed = content.lstrip(b"\xef\xbb\xbf").startswith(HEADER.encode())
    return read_fixed_lockbox(content) if is_fixed else read_bai_lockbox(content)
