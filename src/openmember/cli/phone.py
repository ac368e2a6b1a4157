"""`openmember phone simulate`: a call from the terminal, over the same signed messages a carrier sends."""

from typing import Annotated, Any

import typer

from openmember.cli.database import database
from openmember.cli.output import Refusal, line, say

app = typer.Typer(no_args_is_help=True, help="Call the payment line from the terminal.")

HELP = (
    "Type keys and press Enter; an entry ends with #. Nothing but Enter is silence."
    " h hangs up; where the carrier asks for a card, Enter gives the test card and * stops."
    " s hears whether the person at the desk moved you."
)

DIALLED = "  [you talk to a person. Enter: they hang up. s: hear whether they sent you to the secure line]"


@app.callback()
def phone() -> None:
    """Call the payment line from the terminal."""


@app.command()
def simulate(
    keys: Annotated[
        str,
        typer.Option(help='Keys to press without asking, such as "1 1 123456789012# 2 4510# 1 1".'),
    ] = "",
    relay: Annotated[bool, typer.Option("--relay", help="Call the TTY and relay number.")] = False,
) -> None:
    """Make a call. With --keys it is played to their end, and the terminal goes on from there."""
    with database():
        from django.conf import settings

        from openmember.phone.simulator.carrier import Carrier, LineRefused

        if not settings.PHONE_AUTH_TOKENS:
            raise Refusal("There is no line here: set OPENMEMBER_PHONE_AUTH_TOKENS.")
        carrier = Carrier()
        try:
            say(HELP)
            _tell(carrier.call(relay=relay))
            _talk(carrier, keys.split(), is_scripted=bool(keys))
        except LineRefused as refused:
            raise Refusal(f"The call broke off: {refused}.") from refused
        finally:
            carrier.hang_up()


def _talk(carrier: Any, keys: list[str], *, is_scripted: bool) -> None:
    while carrier.heard.verb not in {"Hangup", ""}:
        if carrier.heard.verb == "Dial":
            line(f"  [the carrier connects {carrier.heard.dialled}]")
            if not is_scripted and _typed(is_scripted, False, DIALLED) == "s":
                _tell(carrier.listen())
            else:
                _tell(carrier.talk())
            continue
        asks_for_card = carrier.heard.verb == "Pay"
        if asks_for_card:
            line("  [the carrier asks for the card or bank account; the line never hears it]")
        if not keys and is_scripted and not asks_for_card:
            return
        typed = keys.pop(0) if keys and not asks_for_card else _typed(is_scripted, asks_for_card)
        if typed == "h":
            return
        _do(carrier, typed, asks_for_card=asks_for_card)


def _do(carrier: Any, typed: str, *, asks_for_card: bool) -> None:
    if typed == "s":
        _tell(carrier.listen())
    elif asks_for_card:
        result = "caller-interrupted-with-star" if typed == "*" else "success"
        _tell(carrier.give_card(result=result))
    else:
        line(f"> {typed or '(silence)'}")
        _tell(carrier.press(typed))


def _typed(is_scripted: bool, asks_for_card: bool, ask: str = "") -> str:
    if is_scripted and asks_for_card:
        return ""
    if ask:
        line(ask)
    try:
        return input("> ").strip()
    except EOFError:
        return "h"


def _tell(heard: Any) -> None:
    for language, text in heard.texts:
        line(f"  {language}: {text}")
