"""`openmember staff`: who works at the desk."""

import secrets
from typing import Annotated

import typer

from openmember.cli.database import database
from openmember.cli.output import Json, Refusal, answer, line

app = typer.Typer(no_args_is_help=True, help="Add people on the staff, and let them in again.")

Teams = Annotated[list[str] | None, typer.Option(help="A team they work in; repeat.")]
Languages = Annotated[
    list[str] | None, typer.Option(help="A language they speak beside English; repeat.")
]
Regions = Annotated[
    list[str] | None, typer.Option(help="A region they work for; repeat. None is every region.")
]
Email = Annotated[str, typer.Argument(help="The address they sign in with.")]


@app.callback()
def staff() -> None:
    """Add people on the staff, and let them in again."""


@app.command()
def add(
    email: Email,
    role: Annotated[list[str], typer.Option(help="representative, cashier, billing, ...; repeat.")],
    first_name: Annotated[str, typer.Option(help="As members hear it.")],
    location: Annotated[str, typer.Option(help="Where they work.")] = "",
    team: Teams = None,
    language: Languages = None,
    region: Regions = None,
    as_json: Json = False,
) -> None:
    """Add a person with a first password, which is printed once; they choose their own after."""
    password = _first_password()
    with database():
        from openmember.members import users
        from openmember.members.types import Role

        unknown = set(role) - set(Role)
        if unknown:
            raise typer.BadParameter(f"--role is one of {', '.join(Role)}.")
        if users.exists(email=email):
            raise Refusal("Somebody signs in with this address already.")
        user = users.add_staff_user(
            email=email, password=password, first_name=first_name, location=location,
            roles=tuple(Role(one) for one in dict.fromkeys(role)),
        )  # fmt: skip
        if team or language or region:
            _set_skills(user.pk, team, language, region)
    _tell(email, password, as_json)


@app.command()
def reset(email: Email, as_json: Json = False) -> None:
    """Give a person a new first password and take off their second factors, lost or not."""
    password = _first_password()
    with database():
        from openmember.members import users
        from openmember.members.types import system

        try:
            users.reset_staff_sign_in(email=email, password=password, actor=system("command"))
        except users.UnknownUser as unknown:
            raise Refusal("Nobody on the staff signs in with this address.") from unknown
    _tell(email, password, as_json)


@app.command()
def skills(
    email: Email,
    team: Teams = None,
    language: Languages = None,
    region: Regions = None,
    as_json: Json = False,
) -> None:
    """Say in which teams, languages and regions a person works. Without any, they are given no cases."""
    with database():
        from openmember.members import users

        try:
            user_id = users.get_staff_id(email=email)
        except users.UnknownUser as unknown:
            raise Refusal("Nobody on the staff signs in with this address.") from unknown
        _set_skills(user_id, team, language, region)
    answer(
        {"email": email, "team": team or [], "language": language or [], "region": region or []},
        as_json=as_json,
        otherwise=lambda: line(f"{email} works in {', '.join(team or []) or 'no team'}"),
    )


@app.command()
def close(email: Email, as_json: Json = False) -> None:
    """Let a person sign in no more. What they did stays under their name."""
    with database():
        from openmember.members import users
        from openmember.members.types import system

        try:
            users.close_staff_sign_in(email=email, actor=system("command"))
        except users.UnknownUser as unknown:
            raise Refusal("Nobody on the staff signs in with this address.") from unknown
    answer({"closed": email}, as_json=as_json, otherwise=lambda: line(f"{email} is closed"))


def _set_skills(
    user_id: int, team: list[str] | None, language: list[str] | None, region: list[str] | None
) -> None:
    from openmember.members import skills as held
    from openmember.members.types import Skills, system

    wanted = Skills(frozenset(team or ()), frozenset(language or ()), frozenset(region or ()))
    try:
        held.set_skills(user_id=user_id, skills=wanted, actor=system("command"))
    except held.UnknownSkill as unknown:
        raise typer.BadParameter(f"There is no team or region {unknown}.") from unknown


def _first_password() -> str:
    return secrets.token_urlsafe(12)


def _tell(email: str, password: str, as_json: bool) -> None:
    answer(
        {"email": email, "password": password},
        as_json=as_json,
        otherwise=lambda: line(f"{email} signs in with {password}"),
    )
