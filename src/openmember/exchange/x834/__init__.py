"""Benefit enrollment and maintenance: the X12 834, read member by member."""

from .reader import Reading, open_834
from .summaries import report_as_dict

__all__ = ["Reading", "open_834", "report_as_dict"]
