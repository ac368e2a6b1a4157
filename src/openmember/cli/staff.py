"""`openmember staff`: who works at the desk."""

import secrets
from typing import Annotated

import typer

from openmember.cli.database import database
from openmember.cli.output import Json, Refusal, answer, line

app = typer.Typer(no_args_is_help=True, help="Add people on the staff, and let them in again.")

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
        users.add_staff_user(
            email=email, password=password, first_name=first_name, location=location,
            roles=tuple(Role(one) for one in dict.fromkeys(role)),
        )  # fmt: skip
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


def _first_password() -> str:
    return secrets.token_urlsafe(12)


def _tell(email: str, password: str, as_json: bool) -> None:
    answer(
        {"email": email, "password": password},
        as_json=as_json,
        otherwise=lambda: line(f"{email} signs in with {password}"),
    )
