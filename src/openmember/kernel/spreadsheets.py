"""Cells of files that people open in a spreadsheet."""

# A spreadsheet takes a cell that begins like this for a formula and runs it; the last four are full width.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def harmless(cell: str) -> str:
    """Return a text as one that no spreadsheet takes for a formula, even behind leading blanks."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA_STARTS) else cell
