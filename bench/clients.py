"""Clients at one kind of work at once: so many processes for some seconds. Prints how often they did it.

python -m bench.clients ours 5 4 1000000    # kind, seconds, processes, accounts
"""

import multiprocessing
import sys
import time
from collections.abc import Callable
from random import Random, randrange

import django

# Forked, so that Django is loaded once.
FORK = multiprocessing.get_context("fork")
READY_SECONDS = 120


def main(kind: str, seconds: float, processes: int, accounts: int) -> None:
    django.setup()
    ready, done = FORK.Barrier(processes, timeout=READY_SECONDS), FORK.SimpleQueue()

    def client(seed: int) -> None:
        work = {"ours": _ours, "orm": _orm, "hordak": _hordak}[kind](Random(seed), accounts)
        for _ in range(20):
            work()
        ready.wait()
        times, end = 0, time.monotonic() + seconds
        while time.monotonic() < end:
            work()
            times += 1
        done.put(times)

    clients = [FORK.Process(target=client, args=[randrange(10**9)]) for _ in range(processes)]
    for one in clients:
        one.start()
    for one in clients:
        one.join()
    if any(one.exitcode for one in clients):
        raise RuntimeError(f"a client of {kind} failed")
    print(sum(done.get() for _ in clients))


def number_drawn(random: Random, accounts: int) -> str:
    """Return the number of one of the accounts that `sql/accounts.sql` made."""
    payload = 10**9 + random.randint(1, accounts) * (9 * 10**9 // (accounts + 1))
    return str(payload * 100 + 98 - payload * 100 % 97)


def _ours(random: Random, accounts: int) -> Callable[[], object]:
    """The whole service: recognise what was typed, take the payment, read the receipt."""
    from openmember.accounts.queries import recognise
    from openmember.members.types import system
    from openmember.payments.jobs import office_today
    from openmember.payments.services.door import take_payment
    from openmember.payments.types import Channel, Method, PaymentRequest

    today, actor = office_today(), system("bench")

    def pay() -> object:
        recognised = recognise(number_drawn(random, accounts))
        assert recognised.account is not None
        request = PaymentRequest(
            key=f"b{random.getrandbits(80):x}", amount_cents=random.randint(2000, 15000),
            method=Method.CARD, channel=Channel.WEB, payer="guest", effective_on=today,
        )  # fmt: skip
        return take_payment(account=recognised.account, request=request, actor=actor)

    return pay


def _orm(random: Random, accounts: int) -> Callable[[], object]:
    from bench.orm_yardstick.services import pay
    from openmember.payments.jobs import office_today

    today = office_today()
    return lambda: pay(
        number=number_drawn(random, accounts),
        key=f"b{random.getrandbits(80):x}",
        amount_cents=random.randint(2000, 15000),
        effective_on=today,
    )


def _hordak(random: Random, accounts: int) -> Callable[[], object]:
    """One bare balanced pair, as its documentation posts it; no lookup, no allocation, no receipt."""
    from django.db import transaction
    from hordak.models import Account, AccountType
    from moneyed import Money

    with transaction.atomic():
        bank = Account.objects.create(name="Bank", type=AccountType.asset, currencies=["USD"])
        owed = Account.objects.create(name="Owed", type=AccountType.income, currencies=["USD"])

    def post() -> object:
        with transaction.atomic():
            return owed.transfer_to(bank, Money(random.randint(20, 150), "USD"))

    return post


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
