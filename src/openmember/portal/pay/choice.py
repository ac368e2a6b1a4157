"""What a person has chosen to pay, kept in the session between the steps and never in an address.

Each choice carries the idempotency key its payment will use. The same choice made again keeps its key,
so that two tabs paying the same thing pay it once; a changed choice gets a new one.
"""

import secrets
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.contrib.sessions.backends.base import SessionBase

from openmember.payments.types import Payment, Status

REMEMBERED = (
    20  # Payments of one session whose pages must still be found; nobody has more tabs open.
)


@dataclass(frozen=True, slots=True)
class Choice:
    """What to pay, and how once that is chosen. `open_cents` is what was open for it at that moment."""

    account_number: str
    amount_cents: int
    bill_ids: tuple[int, ...] = ()
    open_cents: int = 0
    typed_number: str = ""
    method: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """A payment of this session. One still `open` waits on the gateway's page for its payer.

    `left`: its payer went back from there and chose otherwise, so that the page is to be closed.
    """

    key: str
    account_number: str
    typed_number: str
    open: bool
    left: bool = False


class Till:
    """One person's pending choice and recent payments. Members and guests have one each."""

    def __init__(self, session: SessionBase, name: str) -> None:
        self._session, self._name = session, name

    def find_choice(self) -> Choice | None:
        """Return what is about to be paid, if anything."""
        kept = self._read("choice")
        return Choice(**{**kept, "bill_ids": tuple(kept["bill_ids"])}) if kept else None

    def keep(self, choice: Choice) -> None:
        """Remember what was chosen, under a new key unless it is what is remembered already.

        How to pay stays as it was where the choice does not say.
        """
        known = self.find_choice()
        if known:
            choice = replace(choice, method=choice.method or known.method, key=known.key)
        if choice != known:
            self._write("choice", asdict(replace(choice, key=_new_key())))
            self._leave(known.key if known else "")

    def forget(self) -> None:
        """Let go of the choice; the payments made stay reachable."""
        self._write("choice", {})

    def note(self, choice: Choice, payment: Payment, *, redirected: bool) -> None:
        """Remember the payment a choice became; a payer sent to the gateway may still come back to it."""
        made = Made(choice.key, choice.account_number, choice.typed_number, redirected)
        self._remember(payment, made)
        self.follow(payment)

    def follow(self, payment: Payment) -> None:
        """Let go of the choice once its payment arrived; give it a new key when it was declined."""
        made = self.find_made(payment.reference)
        if made is None or payment.is_waiting:
            return
        if made.open:
            self._remember(payment, replace(made, open=False))
        choice = self.find_choice()
        if choice is None or choice.key != made.key:
            return
        if payment.status is Status.DECLINED:
            self._write("choice", asdict(replace(choice, key=_new_key())))
        else:
            self.forget()

    def list_left(self, account_number: str) -> tuple[str, ...]:
        """Return the references of an account's payments whose payer chose otherwise before paying."""
        return tuple(
            reference
            for reference, kept in self._read("payments").items()
            if kept["open"] and kept.get("left") and kept["account_number"] == account_number
        )

    def find_made(self, reference: str) -> Made | None:
        """Return a payment of this session, or None for anybody else's."""
        kept = self._read("payments").get(reference)
        return Made(**kept) if kept else None

    def find_answered(self, key: str) -> str | None:
        """Return the reference of the payment this key has become, once there is no way back."""
        for reference, kept in self._read("payments").items():
            if kept["key"] == key and not kept["open"]:
                return str(reference)
        return None

    def _leave(self, key: str) -> None:
        payments = self._read("payments")
        for kept in payments.values():
            if kept["key"] == key and kept["open"]:
                kept["left"] = True
                self._write("payments", payments)

    def _remember(self, payment: Payment, made: Made) -> None:
        kept = {**self._read("payments"), payment.reference: asdict(made)}
        self._write("payments", dict(list(kept.items())[-REMEMBERED:]))

    def _read(self, part: str) -> dict[str, Any]:
        return dict(self._session.get(self._name, {}).get(part, {}))

    def _write(self, part: str, value: dict[str, Any]) -> None:
        self._session[self._name] = {**self._session.get(self._name, {}), part: value}


def _new_key() -> str:
    return secrets.token_urlsafe(24)
