"""The name a file came with, as it is safe to show and to send back."""

from pathlib import PurePath

NAME_AT_MOST = 120


def shown_name(name: str) -> str:
    """Return a file's name without a path or control characters."""
    last = PurePath(name.replace("\\", "/")).name
    clean = "".join(letter for letter in last if letter.isprintable()).strip(" .") or "document"
    stem, dot, ending = clean.rpartition(".")
    if dot and len(ending) <= 8:
        return f"{stem[: NAME_AT_MOST - len(ending) - 1]}.{ending}"
    return clean[:NAME_AT_MOST]
