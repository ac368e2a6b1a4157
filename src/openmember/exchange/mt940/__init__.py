"""SWIFT MT940 statements and MT942 interim reports, in the dialects banks write them.

`read_mt940(content)` reads one file whole and names every problem; `report_as_dict` says it in plain values.
"""

import re

from openmember.exchange.mt940.reader import read_mt940
from openmember.exchange.mt940.report import report_as_dict

__all__ = ["looks_like_mt940", "read_mt940", "report_as_dict"]

_HEAD = re.compile(rb"^:20:.*?^:25P?:", re.MULTILINE | re.DOTALL)


def looks_like_mt940(head: bytes) -> bool:
    """Return whether the first bytes of a file are a statement of this kind."""
    return _HEAD.search(head[:4096].replace(b"\r\n", b"\n")) is not None
