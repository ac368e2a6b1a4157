"""`openmember push`: the key by which push services know us, and what waits to be sent."""

from dataclasses import asdict

import typer

from openmember.cli.database import database
from openmember.cli.output import Json, answer, line

app = typer.Typer(no_args_is_help=True, help="Tell members' devices of news.")


@app.callback()
def push() -> None:
    """Tell members' devices of news."""


@app.command()
def keys(as_json: Json = False) -> None:
    """Make a new key. Devices that subscribed under another one must be turned on again."""
    from openmember.devices.encryption import ServerKey

    made = ServerKey.make()
    found = {"OPENMEMBER_PUSH_KEY": made.text, "public": made.public}

    def say() -> None:
        line(f"OPENMEMBER_PUSH_KEY={made.text}")
        line(f"# Browsers see its public half: {made.public}")

    answer(found, as_json=as_json, otherwise=say)


@app.command()
def send(as_json: Json = False) -> None:
    """Send what waits now; the worker does it every minute."""
    with database():
        from django.utils import timezone

        from openmember.devices.sending import send_news

        told = asdict(send_news(now=timezone.now()))
    answer(
        told,
        as_json=as_json,
        otherwise=lambda: line(", ".join(f"{what}: {count}" for what, count in told.items())),
    )
