"""A caller on the secure line, for its tests: sent there by a person, and watched."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from openmember.billing.overview import get_overview
from openmember.payments.assisted import queries as assisted
from openmember.payments.assisted.services.asking import Wanted
from openmember.payments.assisted.types import AskedStatus
from openmember.phone import securing
from openmember.phone.control import SandboxControl
from openmember.phone.tests.callers import Caller
from openmember.phone.webhooks.signature import address_of

OWN_LINE = "+15105550160"


MOST_QUERIES = 32


HELD = {
    "1": "You are on the secure line",
    "2": "Está en la línea segura",
    "3": "您已進入安全專線",
}


FORTY_FIVE = {
    "1": "forty-five dollars and ten cents",
    "2": "cuarenta y cinco dólares con diez centavos",
    "3": "四十五美元十美分",
}


class Secured(Caller):
    """A caller on the secure line; its steps may ask more of the database than the line's own."""

    def _counted(self, do):
        with CaptureQueriesContext(connection) as captured:
            heard = do()
        assert len(captured) <= MOST_QUERIES, [one["sql"] for one in captured]
        return self.follow() if heard.verb == "Redirect" else heard


def send(home, actor, cents=45_10, *, bills=(), is_other_confirmed=False):
    """Send the caller this person talks to, and return what they were asked to pay."""
    sending = securing.Sending(Wanted(cents, tuple(bills)), OWN_LINE, is_other_confirmed)
    today = timezone.localdate()
    return securing.send_to_secure_line(
        talk=securing.find_talk(actor=actor), account=home.account,
        open_bills=get_overview(number=home.account.number, today=today).open_bills,
        sending=sending, now=timezone.now(), actor=actor,
    )  # fmt: skip


def line_of(asked):
    return securing.find_line_of(asked_id=asked.id)


def address_of_line(asked) -> str:
    return address_of(f"/phone/secure/{line_of(asked).pk}/")


def stage(asked) -> str:
    return securing.stage_of(line_of(asked))


def status(asked) -> AskedStatus:
    return assisted.get_status(asked=assisted.find_asked(asked_id=asked.id), now=timezone.now())


def is_paused(caller) -> bool:
    return SandboxControl().is_paused(caller.carrier.sid)


def listen(caller):
    return caller._counted(caller.carrier.listen)


def crashing(*given, **named):
    raise RuntimeError
