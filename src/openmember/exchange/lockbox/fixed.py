"""Reads the fixed layout we ask lockbox banks for. See docs/formats/lockbox.md.

One header, one line a check, one trailer with the count and the sum.
"""

import re

from openmember.exchange.lockbox.types import Check, LockboxFile, Total, day_of, lines_of

HEADER = "HOMLB1"
_HEADER = re.compile(r"HOMLB1(?P<lockbox>\d{7})(?P<day>\d{8})(?P<file>.{0,10})")
_CHECK = re.compile(
    r"D(?P<batch>\d{4})(?P<item>\d{5})(?P<cents>\d{10})(?P<routing>\d{9})(?P<account>[\d ]{17})"
    r"(?P<number>\d{10})(?P<dated>\d{8}| {8})(?P<remitter>.{30})(?P<scan>[\d ]{26})(?P<said>.{0,60})"
)
_TRAILER = re.compile(r"T(?P<checks>\d{6})(?P<cents>\d{12})")


def read_fixed_lockbox(content: bytes) -> LockboxFile:
    """Return what the file says. Nothing in a file raises."""
    file = LockboxFile(layout="fixed")
    lines = lines_of(content, file)
    file.records = len(lines)
    header = _HEADER.fullmatch(lines[0][1].rstrip()) if lines else None
    day = day_of(header["day"]) if header else None
    if header is None or day is None:
        file.wrong(1, "header", "The first line is not a header: HOMLB1, the lockbox, the day.")
        return file
    seen: set[tuple[int, int]] = set()
    for number, line in lines[1:-1]:
        found = _CHECK.fullmatch(line.ljust(120))
        if found is None:
            file.wrong(number, "layout", "The line does not have the layout of a check (D).")
            continue
        keyed = [one for one in (found["scan"].strip(), found["said"].strip()) if one]
        check = Check(
            number, header["lockbox"], day, int(found["batch"]), int(found["item"]), int(found["cents"]),
            found["routing"], found["account"].strip(), int(found["number"]), found["dated"].strip(),
            found["remitter"].strip(), "", keyed,
        )  # fmt: skip
        if not check.amount_cents:
            file.wrong(number, "amount", "The check is of nothing.")
        if (check.batch, check.item) in seen:
            file.wrong(
                number, "item", f"Item {check.item} of batch {check.batch} stands there twice."
            )
        seen.add((check.batch, check.item))
        file.checks.append(check)
    _check_trailer(file, *lines[-1])
    return file


def _check_trailer(file: LockboxFile, number: int, line: str) -> None:
    trailer = _TRAILER.fullmatch(line.rstrip())
    if trailer is None:
        file.wrong(number, "truncated", "The file ends without its trailer (T).")
        return
    total = Total(
        file.checks[0].lockbox if file.checks else "", int(trailer["checks"]), int(trailer["cents"])
    )
    file.lockboxes.append(total)
    file.stated_records = total.checks + 2
    counted, cents = len(file.checks), sum(one.amount_cents for one in file.checks)
    if (total.checks, total.cents) != (counted, cents):
        message = (
            f"The trailer says {total.checks} checks of {total.cents} cents;"
            f" {counted} of {cents} were counted."
        )
        file.wrong(number, "control", message)
