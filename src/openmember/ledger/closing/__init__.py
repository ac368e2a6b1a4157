"""Closing a month: nothing is posted in it any more, and its figures are kept as they were."""
