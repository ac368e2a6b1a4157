"""The stamp at the foot of a page, whichever way the page lies and however large it is."""

from pypdf.generic import DictionaryObject, NameObject

FONT_NAME = "/OpenMemberStamp"
FONT = DictionaryObject(
    {
        NameObject("/Type"): NameObject("/Font"),
        NameObject("/Subtype"): NameObject("/Type1"),
        NameObject("/BaseFont"): NameObject("/Helvetica-Bold"),
        NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
    }
)
# On letter paper the stamp is 9 points; on a larger sheet as much larger.
_SHARE, _LEAST = 612 / 9, 4.0
_EM = 0.58  # how wide a letter of the font is at most, on the whole


def stamp(words: str, *, box: tuple[float, float, float, float], rotation: int, font: str) -> bytes:
    """Return the drawing that closes a page: the words on white, in the middle of the foot as it is read."""
    left, bottom, right, top = box
    is_turned = rotation % 180 == 90
    width = (top - bottom) if is_turned else (right - left)
    wide = max(len(words) * _EM, 1)
    size = min(max(width / _SHARE, _LEAST), width * 0.9 / wide)
    start, long = (width - wide * size) / 2, wide * size
    # The foot of the page as it is read becomes the line on which is drawn.
    foot = {
        0: (1, 0, 0, 1, left, bottom),
        90: (0, 1, -1, 0, right, bottom),
        180: (-1, 0, 0, -1, right, top),
        270: (0, -1, 1, 0, left, top),
    }[rotation % 360]
    matrix = " ".join(f"{one:.2f}" for one in foot)
    return (
        f"Q\nq {matrix} cm\n"
        f"1 g {start - size / 2:.2f} {size * 0.7:.2f} {long + size:.2f} {size * 1.5:.2f} re f\n"
        f"0 g BT {font} {size:.2f} Tf {start:.2f} {size * 1.1:.2f} Td ({_escaped(words)}) Tj ET\nQ\n"
    ).encode("latin-1", "replace")


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
