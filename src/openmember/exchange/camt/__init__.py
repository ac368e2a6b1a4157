"""ISO 20022 statements (camt.053) and credit advices (camt.054), in any of their versions.

`read_camt(content)` reads one file whole and names every problem; `report_as_dict` says it in plain values.
"""

from openmember.exchange.camt.reader import read_camt
from openmember.exchange.camt.report import report_as_dict

__all__ = ["looks_like_camt", "read_camt", "report_as_dict"]


def looks_like_camt(head: bytes) -> bool:
    """Return whether the first bytes of a file are one of the two messages."""
    return b"camt.053" in head[:4096] or b"camt.054" in head[:4096]
