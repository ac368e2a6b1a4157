"""Lines of a bank of which is known whose they are: clean, noisy, ambiguous, hostile. For tests and benches.

Each kind says what share of the lines it is, and whether its lines carry enough to be posted without a person.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from openmember.accounts.rules import has_check_digits, number_from_payload
from openmember.billing.statements.rules import scan_line

LETTERS = {"0": "O", "1": "I", "5": "S", "8": "B"}
OPENINGS = (
    "WIRE TRANSFER",
    "ORIG CO BANK BILL PAY",
    "FED WIRE CREDIT",
    "BILLPAY",
    "CREDIT FROM",
)
SENDERS = ("ORG=/", "ORIG ", "B/O ", "BNF=/", "IBAN ", "A/C ")
HOSTILE = (
    "'; UPDATE payments_receipt SET account_number = NULL; --",
    "<script>post(1)</script>",
    "{{ account.number }} %(account)s $1 %s",
    "\u202e\u200b\ufeff",
    "\\N\t\\.",
    "=HYPERLINK(1)",
    "0" * 180,
    "1 " * 90,
)
CLOSINGS = ("PREMIUM", "HEALTH PLAN", "THANK YOU", "NOV 2026", "MONTHLY", "")


@dataclass(frozen=True, slots=True)
class Payer:
    """Somebody whose account is on file."""

    number: str
    mrn: str
    name: str


@dataclass(frozen=True, slots=True)
class Line:
    """What a line says, and whose money it is: nobody's can be known where `number` is None."""

    kind: str
    text: str
    cents: int
    number: str | None
    is_recoverable: bool
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """How lines of a kind are written; `write` also says whether the payer can be known at all."""

    name: str
    weight: int
    is_recoverable: bool
    is_known: bool
    write: Callable[[Random, Payer, Payer], str]
    # What stands in the bank's own reference, where it is not just a count.
    refer: Callable[[Payer], str] = lambda payer: ""


def make_lines(random: Random, count: int, draw: Callable[[], Payer]) -> Iterator[Line]:
    """Yield so many lines of payers drawn by `draw`."""
    weights = [kind.weight for kind in KINDS]
    for kind in random.choices(KINDS, weights, k=count):
        payer, other = draw(), draw()
        while other.number == payer.number:
            other = draw()
        said = f"{random.choice(OPENINGS)} {kind.write(random, payer, other)} {random.choice(CLOSINGS)}"
        number = payer.number if kind.is_known else None
        yield Line(
            kind.name, said.strip(), random.randint(20_00, 900_00) + 1, number, kind.is_recoverable,
            kind.refer(payer),
        )  # fmt: skip


def grouped(random: Random, number: str) -> str:
    """Write a number as people do: in fours, in threes, in two halves, or as it is."""
    size, sign = random.choice((4, 3, 6, 12)), random.choice((" ", "-", ".", " - "[:2]))
    return sign.join(number[place : place + size] for place in range(0, 12, size))


def misread(random: Random, number: str) -> str:
    """Write some digits as the letters scanners take them for: at least one, at most four."""
    places = [place for place, digit in enumerate(number) if digit in LETTERS]
    chosen = set(random.sample(places, min(len(places), random.randint(1, 4))))
    return "".join(
        LETTERS[digit] if place in chosen else digit for place, digit in enumerate(number)
    )


def slipped(random: Random, number: str) -> str:
    """Write a number with one slip: a wrong digit, two swapped, one lost or one doubled."""
    place, how = random.randrange(1, 11), random.randrange(4)
    if how == 0:
        return (
            number[:place]
            + str((int(number[place]) + random.randint(1, 9)) % 10)
            + number[place + 1 :]
        )
    if how == 1 and number[place] != number[place + 1]:
        return number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if how == 2:
        return number[:place] + number[place + 1 :]
    return number[:place] + number[place] + number[place:]


def fours(number: str) -> str:
    """Write a number in fours, as cards and IBANs are printed."""
    return f"{number[:4]} {number[4:8]} {number[8:]}"


def damaged(random: Random, line: str) -> str:
    """Write a scan line with another check digit, in its parts."""
    line = line.replace(" ", "")
    last = (int(line[-1]) + random.randint(1, 9)) % 10
    blanks = " " * random.randint(1, 2)
    return blanks.join((line[:2], line[2:14], line[14:24], f"{line[24]}{last}"))


def passing(random: Random, number: str) -> str:
    """Write a number with digits mistaken and swapped so that its check digits fit all the same."""
    while True:
        once = slipped(random, number)
        wrong = slipped(random, once) if len(once) == len(number) else once
        if len(wrong) == len(number) and wrong != number and has_check_digits(wrong):
            return wrong


def foreign(random: Random, number: str) -> str:
    """Write a number in digits of another script, as some keyboards do."""
    zero = ord(random.choice("\uff10\u0660\u0966"))
    return "".join(chr(zero + int(digit)) for digit in number)


def hostile(random: Random) -> str:
    """Return text meant to break what reads it: statements, markup, marks nobody sees, endless digits."""
    return random.choice(HOSTILE)


def never_issued(random: Random) -> str:
    """Return a number whose check digits fit; a fifth of them start where none is issued to the payers."""
    return number_from_payload(random.randrange(10**9, 10**10))


def _figures(random: Random) -> str:
    return f"{random.randint(1, 12):02}/{random.randint(1, 28):02}/26 TEL 510555{random.randint(0, 9999):04}"


KINDS = (
    Kind("number", 30, True, True, lambda r, p, o: f"{p.name}, {p.number}"),
    Kind("number alone", 8, True, True, lambda r, p, o: grouped(r, p.number)),
    Kind(
        "number in groups", 14, True, True, lambda r, p, o: f"{p.name} ACCT {grouped(r, p.number)}"
    ),
    Kind("scan line", 6, True, True, lambda r, p, o: scan_line(p.number, r.randint(1, 99_999))),
    Kind(
        "number among figures",
        8,
        True,
        True,
        lambda r, p, o: f"{_figures(r)} MEMBER {p.number} {p.name}",
    ),
    Kind("number for another payer", 4, True, True, lambda r, p, o: f"{o.name} FOR {p.number}"),
    Kind("read by machine", 6, True, True, lambda r, p, o: f"{p.name}, {misread(r, p.number)}"),
    Kind("one slip", 6, True, True, lambda r, p, o: f"{p.name} {slipped(r, p.number)}"),
    Kind("medical record number", 4, True, True, lambda r, p, o: f"{p.name} MRN {p.mrn}"),
    Kind("slip without a name", 2, False, True, lambda r, p, o: f"ACCT {slipped(r, p.number)}"),
    Kind("name alone", 2, False, True, lambda r, p, o: p.name),
    Kind("record number alone", 1, False, True, lambda r, p, o: f"ID {p.mrn}"),
    Kind("two numbers", 2, False, False, lambda r, p, o: f"{p.number} {o.number}"),
    Kind("nothing", 1, False, False, lambda r, p, o: _figures(r)),
    Kind("number as a trace", 1, False, False, lambda r, p, o: f"TRACE NO {p.number}"),
    Kind(
        "number as sender's account",
        1,
        False,
        False,
        lambda r, p, o: f"FROM ACCT {p.number} {o.name}",
    ),
    Kind(
        "number in a longer one",
        1,
        False,
        False,
        lambda r, p, o: f"REF {r.randint(100, 999)}{p.number}",
    ),
    Kind(
        "number in an IBAN",
        1,
        False,
        False,
        lambda r, p, o: (
            f"IBAN GB29 {fours(p.number)} {r.randint(0, 9999):04} {r.randint(0, 99):02} {o.name}"
        ),
    ),
    Kind(
        "number in a card number",
        1,
        False,
        False,
        lambda r, p, o: f"{r.randint(4000, 5999)} {fours(p.number)} {o.name}",
    ),
    Kind(
        "number in a longer grouped one",
        1,
        False,
        False,
        lambda r, p, o: f"{p.number[:5]}-{p.number[5:]}-{r.randint(10, 99)}",
    ),
    Kind(
        "number before a day",
        1,
        False,
        False,
        lambda r, p, o: f"{fours(p.number)} {r.randint(1, 12):02}/{r.randint(1, 28):02}/2026",
    ),
    Kind(
        "number as the order's account",
        1,
        False,
        False,
        lambda r, p, o: f"{r.choice(SENDERS)}{p.number} {o.name}",
    ),
    Kind(
        "number as the bank's reference",
        1,
        False,
        False,
        lambda r, p, o: o.name,
        lambda p: p.number,
    ),
    Kind(
        "scan line that does not check",
        1,
        False,
        False,
        lambda r, p, o: damaged(r, scan_line(p.number, r.randint(1, 99_999))),
    ),
    Kind("never issued", 1, False, False, lambda r, p, o: f"{p.name.split()[0]} {never_issued(r)}"),
    Kind(
        "slip and another's name",
        1,
        False,
        False,
        lambda r, p, o: f"{o.name} {slipped(r, p.number)}",
    ),
    Kind("record number and another's name", 1, False, False, lambda r, p, o: f"{o.name} {p.mrn}"),
    Kind("hostile text", 2, True, True, lambda r, p, o: f"{hostile(r)} {p.name} ACCT {p.number}"),
    Kind("hostile text alone", 1, False, False, lambda r, p, o: f"{hostile(r)} {hostile(r)}"),
    Kind("digits of another script", 1, True, True, lambda r, p, o: foreign(r, p.number)),
    Kind(
        "slips that pass the check digits",
        1,
        False,
        True,
        lambda r, p, o: f"{p.name} {passing(r, p.number)}",
    ),
    Kind(
        "own number, slips and another's",
        1,
        False,
        False,
        lambda r, p, o: f"{p.number} {slipped(r, o.number)} {o.number} {never_issued(r)}",
    ),
)
