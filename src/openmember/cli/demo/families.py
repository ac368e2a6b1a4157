"""Who the demo's members are. The same seed gives the same families."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from openmember.coverage.types import CoverageType
from openmember.members.types import Address, Person, PersonName

FIRST = [
    "Ana",
    "Luis",
    "Grace",
    "Wei",
    "Mei",
    "Tran",
    "Linh",
    "Omar",
    "Amina",
    "Sofia",
    "Mateo",
    "Elena",
    "Carlos",
    "Rosa",
    "James",
    "Mary",
    "Robert",
    "Linda",
    "Priya",
    "Arjun",
    "Keiko",
    "Hiro",
    "Noa",
    "Eli",
    "Fatima",
    "Yusuf",
    "Olga",
    "Ivan",
    "Ruth",
    "Samuel",
    "Naomi",
    "Peter",
    "Carmen",
    "Diego",
    "Lucia",
    "Hana",
    "Jin",
    "Min",
    "Leilani",
    "Kai",
    "Malia",
    "Thomas",
    "Dorothy",
    "George",
    "Helen",
]
LAST = [
    "Ruiz",
    "Garcia",
    "Lopez",
    "Hernandez",
    "Chen",
    "Wang",
    "Li",
    "Zhang",
    "Nguyen",
    "Tran",
    "Pham",
    "Smith",
    "Johnson",
    "Brown",
    "Davis",
    "Miller",
    "Wilson",
    "Moore",
    "Patel",
    "Singh",
    "Kumar",
    "Tanaka",
    "Sato",
    "Kim",
    "Park",
    "Lee",
    "Cohen",
    "Levy",
    "Ali",
    "Hassan",
    "Ivanova",
    "Petrov",
    "Kealoha",
    "Kahale",
    "Okafor",
    "Mensah",
    "Jackson",
    "Harris",
    "Clark",
    "Lewis",
    "Young",
    "Walker",
    "Hall",
]
STREETS = [
    "Maple",
    "Oak",
    "Cedar",
    "Elm",
    "Pine",
    "Lakeview",
    "Sunset",
    "Mission",
    "Broadway",
    "Highland",
    "Park",
    "Willow",
]
PLACES = (
    ("california", "CA", "Oakland", "94612", 40),
    ("california", "CA", "Los Angeles", "90027", 24),
    ("colorado", "CO", "Denver", "80205", 6),
    ("georgia", "GA", "Atlanta", "30305", 4),
    ("hawaii", "HI", "Honolulu", "96814", 4),
    ("mid-atlantic", "MD", "Rockville", "20850", 7),
    ("northwest", "OR", "Portland", "97227", 7),
    ("washington", "WA", "Seattle", "98112", 8),
)
COVERAGE = (
    (CoverageType.EMPLOYER, 62),
    (CoverageType.MEDICARE, 16),
    (CoverageType.EXCHANGE, 13),
    (CoverageType.DIRECT, 6),
    (CoverageType.COBRA, 3),
)
LANGUAGES = (("en", 78), ("es", 15), ("zh-hant", 7))
FORMATS = (("standard", 96), ("large_print", 3), ("braille", 1))


@dataclass(frozen=True, slots=True)
class Family:
    """A holder, those on the holder's account, and how they are covered."""

    holder: Person
    dependents: tuple[tuple[Person, str], ...]
    coverage_type: CoverageType
    plan: str
    group_number: str
    premium_cents: int
    aptc_cents: int
    covered_from: date


def families(members: int, *, seed: int, today: date) -> list[Family]:
    """Return families of `members` people together, give or take the last one's children."""
    random = Random(seed)  # noqa: S311  the same families each time, not a secret
    made: list[Family] = []
    people = 0
    while people < members:
        family = _family(random, today)
        made.append(family)
        people += 1 + len(family.dependents)
    return made


def _family(random: Random, today: date) -> Family:
    kind = CoverageType(_pick(random, COVERAGE))
    last = random.choice(LAST)
    region, state, city, postal_code, _ = random.choices(PLACES, [place[4] for place in PLACES])[0]
    address = Address(
        f"{random.randint(10, 9899)} {random.choice(STREETS)} Street", "", city, state, postal_code
    )
    language = _pick(random, LANGUAGES)
    youngest, oldest = (65, 90) if kind is CoverageType.MEDICARE else (24, 62)
    age_days = random.randint(youngest, oldest) * 365 + random.randint(0, 364)
    born_on = today - timedelta(days=age_days)
    holder = _person(random, last, born_on, address, region, language)
    dependents: list[tuple[Person, str]] = []
    if kind is not CoverageType.MEDICARE:
        if random.random() < 0.55:
            partner_born = born_on + timedelta(days=random.randint(-2000, 2000))
            dependents.append(
                (_person(random, last, partner_born, address, region, language), "01")
            )
        for _ in range(random.choice((0, 0, 1, 1, 2, 3))):
            child_born = today - timedelta(days=random.randint(60, 19 * 365))
            dependents.append((_person(random, last, child_born, address, region, language), "19"))
    premium = (
        random.randrange(180_00, 420_00, 25) * (1 + len(dependents)) // (1 + len(dependents) // 3)
    )
    grouped = kind in {CoverageType.EMPLOYER, CoverageType.COBRA}
    group = f"GRP{random.randint(1000, 1080)}" if grouped else ""
    return Family(
        holder=holder,
        dependents=tuple(dependents),
        coverage_type=kind,
        plan=f"{random.choice(('Gold', 'Silver', 'Bronze', 'Platinum'))} {random.choice((500, 1500, 3000))}",
        group_number=group,
        premium_cents=premium,
        aptc_cents=premium * random.randint(20, 80) // 100 if kind is CoverageType.EXCHANGE else 0,
        covered_from=date(today.year - random.randint(0, 4), 1, 1),
    )  # fmt: skip


def _person(
    random: Random, last: str, born_on: date, address: Address, region: str, language: str
) -> Person:
    first = random.choice(FIRST)
    return Person(
        name=PersonName(first, last),
        birth_on=born_on,
        gender=random.choice(("F", "M", "")),
        email=f"{first}.{last}{random.randint(1, 9999)}@example.org".lower(),
        phone=f"555{random.randint(2000000, 9999999)}",
        address=address,
        region=region,
        language=language,
        reading_format=_pick(random, FORMATS),
    )


def _pick(random: Random, weighted: tuple[tuple[str, int], ...]) -> str:
    return random.choices([word for word, _ in weighted], [weight for _, weight in weighted])[0]
