"""Amounts in Chinese words. Two is 兩 before a measure word, a hundred or more; a skipped place is said 零."""

_DIGITS = "零一二三四五六七八九"
_PLACES = ((1000, "千"), (100, "百"), (10, "十"), (1, ""))


def dollars(whole: int, cents: int) -> str:
    """Return dollars and cents; a part that is nothing is left out."""
    parts = [
        ("兩" if count == 2 else words(count)) + unit
        for count, unit in ((whole, "美元"), (cents, "美分"))
        if count
    ]
    return "".join(parts) or "零美元"


def words(number: int) -> str:
    """Return a number below a hundred million."""
    high, low = divmod(number, 10_000)
    if not high:
        return _below_ten_thousand(low) if number else _DIGITS[0]
    many = "兩" if high == 2 else _below_ten_thousand(high)
    gap = _DIGITS[0] if 0 < low < 1000 else ""
    return f"{many}萬{gap}{_below_ten_thousand(low, leads=False)}"


def _below_ten_thousand(number: int, *, leads: bool = True) -> str:
    said, skipped = "", False
    for size, place in _PLACES:
        digit = number // size % 10
        if not digit:
            skipped = bool(said)
            continue
        said += _DIGITS[0] if skipped else ""
        skipped = False
        if digit == 2 and size >= 100:
            said += "兩"
        # From ten to nineteen the leading one is not said.
        elif not (digit == 1 and size == 10 and not said and leads):
            said += _DIGITS[digit]
        said += place
    return said
