"""Health care claim payment and advice: the X12 835, read claim by claim."""

from .reader import Reading, open_835
from .summaries import report_as_dict

__all__ = ["Reading", "open_835", "report_as_dict"]
