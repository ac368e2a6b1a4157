"""Premium payment and its remittance advice: the X12 820, read entity by entity."""

from .reader import Reading, open_820
from .summaries import report_as_dict

__all__ = ["Reading", "open_820", "report_as_dict"]
