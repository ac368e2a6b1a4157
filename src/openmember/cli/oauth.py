"""`openmember oauth`: the apps that may ask members for access."""

from typing import Annotated, Any

import typer

from openmember.cli.database import database
from openmember.cli.output import Json, Refusal, answer, line, table

app = typer.Typer(no_args_is_help=True, help="Apps that may ask members for access.")
client = typer.Typer(no_args_is_help=True, help="Add, list and shut out apps.")
app.add_typer(client, name="client")


@app.callback()
def oauth() -> None:
    """Apps that may ask members for access."""


@client.command()
def add(
    name: Annotated[str, typer.Argument(help="As members read it when they are asked.")],
    redirect_uri: Annotated[
        list[str],
        typer.Option(help="Where the app is called back, exactly; repeat for several."),
    ],
    as_json: Json = False,
) -> None:
    """Let an app ask members for access, and print its client id. It has no secret: it uses PKCE."""
    with database():
        from openmember.members.connections.services import BadRedirect, add_app
        from openmember.members.types import system

        if not name.strip():
            raise typer.BadParameter("an app has a name.")
        try:
            made = add_app(
                name=name.strip(), redirect_uris=tuple(redirect_uri), actor=system("command")
            )
        except BadRedirect as bad:
            raise Refusal(f"Nothing was added. {bad}.") from bad
    answer(_told(made), as_json=as_json, otherwise=lambda: line(made.client_id))


@client.command("list")
def list_(as_json: Json = False) -> None:
    """List all apps."""
    with database():
        from openmember.members.connections.queries import list_apps

        found = list_apps()

    def show() -> None:
        rows = [
            (
                one.client_id,
                one.name,
                "shut out" if one.is_disabled else "in",
                *one.redirect_uris[:1],
            )
            for one in found
        ]
        table(["client id", "name", "", "called back at"], rows)

    answer({"clients": [_told(one) for one in found]}, as_json=as_json, otherwise=show)


@client.command()
def disable(
    client_id: Annotated[str, typer.Argument(help="As `client list` prints it.")],
    as_json: Json = False,
) -> None:
    """Shut an app out for everybody at once. Its tokens stop working this moment."""
    with database():
        from django.utils import timezone

        from openmember.members.connections.queries import UnknownApp
        from openmember.members.connections.services import disable_app
        from openmember.members.types import system

        try:
            found = disable_app(client_id=client_id, at=timezone.now(), actor=system("command"))
        except UnknownApp as unknown:
            raise Refusal(
                "No app has this client id: see `openmember oauth client list`."
            ) from unknown
    answer(_told(found), as_json=as_json, otherwise=lambda: line(f"{found.name} is shut out"))


def _told(found: Any) -> dict[str, object]:
    return {
        "client_id": found.client_id,
        "name": found.name,
        "redirect_uris": list(found.redirect_uris),
        "disabled_at": found.disabled_at,
    }
