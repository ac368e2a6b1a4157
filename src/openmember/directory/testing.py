"""What other rooms' tests build of the directory."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from openmember.directory.reading import DAYS

_WRITTEN = 'days = ["mon", "tue", "wed", "thu", "fri"]'


@contextmanager
def people_answer(
    settings: Any, folder: Path, *, days: tuple[str, ...] = DAYS, opens: int = 0, closes: int = 24
) -> Iterator[Path]:
    """Have the lines with hours answered on these days and at these hours, until the end."""
    made = folder / "directory"
    shutil.copytree(settings.ORGANISATION_FOLDER, made, dirs_exist_ok=True)
    lines = made / "lines.toml"
    text = lines.read_text(encoding="utf-8")
    said = ", ".join(f'"{day}"' for day in days)
    text = text.replace(_WRITTEN, f"days = [{said}]")
    for before, now in (("opens = 8", f"opens = {opens}"), ("closes = 17", f"closes = {closes}")):
        text = text.replace(before, now)
    text = text.replace("closed_on_holidays = true", "closed_on_holidays = false")
    lines.write_text(text, encoding="utf-8")
    kept = settings.ORGANISATION_FOLDER
    settings.ORGANISATION_FOLDER = made
    try:
        yield made
    finally:
        settings.ORGANISATION_FOLDER = kept
