"""The groups a bill pay number is read in, on every page, document and terminal."""

GROUPS = {10: (3, 3, 4), 11: (4, 4, 3), 12: (4, 4, 4)}


def groups_of(number: str) -> tuple[str, ...]:
    """Return a bill pay number cut into its groups; anything else uncut."""
    if not (number.isascii() and number.isdigit()) or len(number) not in GROUPS:
        return (number,)
    parts, start = [], 0
    for length in GROUPS[len(number)]:
        parts.append(number[start : start + length])
        start += length
    return tuple(parts)
