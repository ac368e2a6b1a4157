"""BAI2, the cash management balance report of American banks: what stood on an account, and what moved.

`read_bai2(content)` reads one file whole and names every problem; `report_as_dict` says it in plain values.
"""

from openmember.exchange.bai2.reader import read_bai2
from openmember.exchange.bai2.report import report_as_dict

__all__ = ["looks_like_bai2", "read_bai2", "report_as_dict"]


def looks_like_bai2(head: bytes) -> bool:
    """Return whether the first bytes of a file are a BAI2 file header."""
    return head.lstrip()[:3] == b"01,"
