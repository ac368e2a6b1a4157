"""ACH files as the banks exchange them: the 94-character records of the Nacha Operating Rules."""

from .reader import Reading, open_nacha
from .summaries import report_as_dict

__all__ = ["Reading", "open_nacha", "report_as_dict"]
