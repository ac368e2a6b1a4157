"""The colours can be read: WCAG 2.2 contrast, measured on the tokens themselves."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[1] / "assets" / "sass" / "_tokens.scss"
TEXT, SHAPE = 4.5, 3.0
GROUNDS = ("ground", "sheet", "sunken")
PAIRS = [
    *((ink, ground, TEXT) for ink in ("ink", "ink-soft", "action", "bad") for ground in GROUNDS),
    *(("focus", ground, SHAPE) for ground in GROUNDS),
    *(("edge", ground, SHAPE) for ground in GROUNDS),
    ("on-action", "action", TEXT),
    ("on-action", "action-strong", TEXT),
    ("action", "tint", TEXT),
    ("action-strong", "tint", TEXT),
    *((tone, f"{tone}-tint", TEXT) for tone in ("good", "caution", "bad", "note")),
    *(("ink", f"{tone}-tint", TEXT) for tone in ("good", "caution", "bad", "note")),
    ("good", "sheet", TEXT),
]


def palette(name: str) -> dict[str, str]:
    block = re.search(rf"@mixin {name} \{{(.*?)\n\}}", TOKENS.read_text("utf-8"), re.DOTALL)
    return dict(re.findall(r"--([\w-]+): (#\w{6});", block.group(1)))


def luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_what_stands_on_a_ground_can_be_read(scheme, front, back, least):
    colours = palette(scheme)

    assert contrast(colours[front], colours[back]) >= least


def test_light_and_dark_name_the_same_colours():
    assert palette("light").keys() == palette("dark").keys()
