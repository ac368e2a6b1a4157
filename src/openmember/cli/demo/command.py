"""Loading the demo, once, and saying how to try it."""

from datetime import date
from random import Random
from typing import Annotated, Any

import typer

from openmember.cli.database import database
from openmember.cli.output import Json, answer, line, progress

SEED = 20261122
PASSWORD = "demo-only-password"  # noqa: S105  printed for everybody; production has no demo
HOLDER, CREDITOR, DEPENDENT = "ana@demo.example", "luis@demo.example", "grace@demo.example"
STAFF = (
    "representative", "cashier", "billing", "finance", "nurse", "pharmacist", "appeals", "supervisor",
)  # fmt: skip
# Of every seven families, those an employer covers and bills in one list; other employers are billed elsewhere.
EMPLOYERS = {4: "Bay Bridge Bakery", 6: "Sequoia Tool Works"}
_STEP = 50


def demo(
    members: Annotated[int, typer.Option(min=10, help="How many members.")] = 2000,
    as_json: Json = False,
) -> None:
    """Load a believable plan from a fixed seed, once, and print sign-ins and numbers to try."""
    with database():
        tips = _load(members)
    answer(tips, as_json=as_json, otherwise=lambda: _print(tips))


def load(members: int) -> None:
    """Load the demo and print how to try it; loaded before, it is only printed."""
    _print(_load(members))


def _load(members: int) -> dict[str, Any]:
    from openmember.members import users

    if not users.exists(email=HOLDER):
        _make(members)
    from openmember.accounts.queries import find_account_held_by

    numbers = {}
    for email in (HOLDER, CREDITOR):
        member_id = users.get_member_id(email=email)
        account = find_account_held_by(member_id=member_id)
        numbers[email] = account.number if account else ""
    return {
        "password": PASSWORD,
        "members": numbers,
        "dependent": DEPENDENT,
        "staff": [f"{role}@demo.example" for role in STAFF],
    }


def _make(members: int) -> None:
    from django.db import transaction

    from openmember.cli.demo.families import families
    from openmember.cli.demo.money import Books
    from openmember.members.types import system
    from openmember.payments.jobs import ensure_months, office_today

    actor, today = system("demo"), office_today()
    ensure_months(today)
    random = Random(SEED)  # noqa: S311  the same demo each time, not a secret
    books = Books(random, today, actor)
    made = _with_names(families(members, seed=SEED, today=today))
    with progress("loading the demo", total=len(made)) as steps, transaction.atomic():
        accounts = []
        for place, family in enumerate(made):
            account = _open(family, place, random, actor)
            accounts.append(account)
            if place > 1:
                books.open(account, family)
            if place % _STEP == _STEP - 1:
                steps.advance(_STEP)
        books.show_everything(accounts[0])
        books.credit(accounts[1])
        _join_two(accounts, today, actor)
        _sign_ins(accounts)
        _care(accounts, actor)
        _automatic_payments(accounts[1], today, actor)
        _cards(accounts, made[0], actor)
        _help(accounts, made, today, actor)
    _last_statements(today, actor)


def _with_names(made: list[Any]) -> list[Any]:
    """Give the two families people will sign in as the names of their sign-ins, in plain English."""
    from dataclasses import replace

    from openmember.members.types import PersonName

    for place, name in ((0, PersonName("Ana", "Ruiz")), (1, PersonName("Luis", "Chen"))):
        family = made[place]
        holder = replace(
            family.holder,
            name=name,
            email=f"{name.first}.{name.last}@example.org".lower(),
            language="en",
            reading_format="standard",
        )
        dependents = tuple(
            (replace(person, name=replace(person.name, last=name.last), email=""), relationship)
            for person, relationship in family.dependents
        )
        made[place] = replace(family, holder=holder, dependents=dependents)
    return made


def _open(family: Any, place: int, random: Random, actor: Any) -> Any:
    from openmember.accounts import services as accounts
    from openmember.coverage.services.enrolment import cover_family
    from openmember.coverage.types import Span
    from openmember.members.services import add_member

    holder = add_member(person=family.holder, actor=actor)
    # Every twentieth family kept the number it had before there were check digits.
    if place % 20 == 7:
        legacy = f"{random.randrange(10**10):0{10 + place % 3}d}"
        account = accounts.import_legacy_account(number=legacy, holder_id=holder.id, actor=actor)
    else:
        account = accounts.open_account(holder_id=holder.id, actor=actor, draw=random.randrange)
    covered = [(holder.id, "18")]
    for person, relationship in family.dependents:
        member = add_member(person=person, actor=actor)
        accounts.add_person(
            account_number=account.number,
            member_id=member.id,
            relationship={"01": "spouse", "19": "child"}[relationship],
        )
        covered.append((member.id, relationship))
    kind = family.coverage_type.value
    span = Span(
        insurance_line="HLT", plan=family.plan, level="FAM" if family.dependents else "IND",
        group_number=family.group_number, coverage_type=family.coverage_type,
        starts_on=family.covered_from, premium_cents=family.premium_cents,
        aptc_cents=family.aptc_cents or None,
        member_share_cents=family.premium_cents - family.aptc_cents,
    )  # fmt: skip
    cover_family(
        account_number=account.number,
        subscriber_number=holder.mrn,
        people=tuple(covered),
        span=span,
        employer=EMPLOYERS.get(place % 7, "") if kind == "employer" else "",
    )
    return account


def _join_two(accounts: list[Any], today: date, actor: Any) -> None:
    from openmember.payments.services.corrections import merge_accounts

    merge_accounts(account=accounts[3], into=accounts[2], merged_on=today, actor=actor)


def _automatic_payments(account: Any, today: date, actor: Any) -> None:
    """Let Luis pay by card, automatically, as he agreed."""
    from openmember.payments.autopay.services import agree
    from openmember.payments.autopay.types import Instrument, Terms, What
    from openmember.payments.types import Method

    agree(
        account=account,
        member_id=account.holder_id,
        instrument=Instrument(Method.CARD, "sandbox", "sandbox-card-demo", "Test card ending 4242"),
        terms=Terms(What.EVERYTHING),
        agreement="I allow payments from Test card ending 4242 for all my bills, until I stop it.",
        language="en",
        on=today,
        actor=actor,
    )


def _cards(accounts: list[Any], family: Any, actor: Any) -> None:
    """Let Ana's family change plans next January, and Luis wait for a card in the mail."""
    from django.utils import timezone

    from openmember.coverage.cards.queries import list_cards
    from openmember.coverage.cards.services import request_card

    now = timezone.now()
    _new_plan(accounts[0], family, date(timezone.localdate(now).year + 1, 1, 1), actor)
    luis = accounts[1]
    card = list_cards(account=luis, viewer_id=luis.holder_id, now=now)[0]
    request_card(account=luis, card=card, actor=actor, on=timezone.localdate(now))


def _new_plan(account: Any, family: Any, starts_on: date, actor: Any) -> None:
    from datetime import timedelta

    from openmember.accounts.queries import list_people
    from openmember.coverage.services.enrolment import cover_family
    from openmember.coverage.services.terminations import End, end_coverage
    from openmember.coverage.types import Span

    last_day = starts_on - timedelta(days=1)
    end = End(account.number, family.coverage_type, "demo:new plan", ends_on=last_day)
    end_coverage(ends=[end], on=starts_on, actor=actor)
    codes = {"holder": "18", "spouse": "01", "child": "19"}
    cover_family(
        account_number=account.number,
        subscriber_number=f"next-{account.holder_id}",
        people=tuple((member, codes[how]) for member, how in list_people(number=account.number)),
        span=Span(
            insurance_line="HLT", plan="Gold 1000", level="FAM", group_number="GRP2040",
            coverage_type=family.coverage_type, starts_on=starts_on,
            premium_cents=family.premium_cents, aptc_cents=family.aptc_cents or None,
            member_share_cents=family.premium_cents - family.aptc_cents,
        ),
    )  # fmt: skip


def _last_statements(today: date, actor: Any) -> None:
    """Make the statements of the month that is over."""
    from datetime import timedelta

    from openmember.billing.statements.services import run_month

    run_month(
        month=(today.replace(day=1) - timedelta(days=1)).replace(day=1), today=today, actor=actor
    )


def _sign_ins(accounts: list[Any]) -> None:
    from openmember.accounts.queries import list_people
    from openmember.members import users
    from openmember.members.types import Role

    users.add_member_user(email=HOLDER, password=PASSWORD, member_id=accounts[0].holder_id)
    users.add_member_user(email=CREDITOR, password=PASSWORD, member_id=accounts[1].holder_id)
    dependent = next(
        member_id
        for account in accounts[4:]
        for member_id, relationship in list_people(number=account.number)
        if relationship == "spouse"
    )
    users.add_member_user(email=DEPENDENT, password=PASSWORD, member_id=dependent)
    for role in STAFF:
        users.add_staff_user(
            email=f"{role}@demo.example", password=PASSWORD, first_name=role.title(),
            location="Oakland", roles=(Role(role),),
        )  # fmt: skip


def _care(accounts: list[Any], actor: Any) -> None:
    from django.utils import timezone

    from openmember.cli.demo.care import show_care
    from openmember.cli.demo.coming import show_coming
    from openmember.cli.demo.disputes import show_disputes
    from openmember.cli.demo.weeks import show_weeks
    from openmember.cli.demo.writing import show_messages
    from openmember.members import users

    staff = {role: users.get_staff_id(email=f"{role}@demo.example") for role in STAFF}
    holders = [account.holder_id for account in accounts[:40]]
    show_care(members=holders, staff=staff, actor=actor, now=timezone.now())
    show_messages(member_id=holders[0], staff=staff, now=timezone.now())
    show_disputes(members=holders, staff=staff, now=timezone.now())
    # Before the weeks, which count the half hours of the board.
    show_coming(members=holders, staff=staff, now=timezone.now())
    show_weeks(members=holders[1:], staff=staff, seed=SEED, now=timezone.now())


def _help(accounts: list[Any], made: list[Any], today: date, actor: Any) -> None:
    from openmember.cli.demo.helping import show_help, show_terms
    from openmember.members import users

    staff = {role: users.get_staff_id(email=f"{role}@demo.example") for role in STAFF}
    show_help(accounts=accounts, staff=staff, today=today)
    show_terms(accounts=accounts, families=made, today=today, actor=actor)


def _print(tips: dict[str, Any]) -> None:
    from openmember.accounts.rules import format_number

    line(f"The demo is ready. Every password is {tips['password']}")
    for email, number in tips["members"].items():
        line(f"  member   {email:<30} bill pay number {format_number(number)}")
    line(f"  member   {tips['dependent']:<30} a dependent, who pays as a guest")
    for email in tips["staff"]:
        line(f"  staff    {email}")
