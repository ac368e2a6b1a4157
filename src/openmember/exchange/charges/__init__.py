"""Charges of visits and dispensings, a CSV of our own: one row a line, grouped by visit."""

from .reader import read_charges
from .types import Charge, ChargeFile, ChargeLine, RowProblem

__all__ = ["Charge", "ChargeFile", "ChargeLine", "RowProblem", "read_charges"]
