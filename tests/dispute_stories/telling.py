"""A member and the desk, each in their browser, on the day it is; what their pages say."""

from dataclasses import dataclass
from datetime import datetime
from html import unescape
from re import DOTALL, findall, sub
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from openmember.cases.testing import a_worker
from openmember.coverage.testing import covered
from openmember.coverage.types import CoverageType
from openmember.desk.tests.conftest import Desk
from openmember.directory.queries import zone_of
from openmember.documents.testing import PDF
from openmember.grievances.handoffs.jobs import make_files
from openmember.grievances.jobs import watch_disputes
from openmember.grievances.queries import get_dispute, list_own_disputes
from openmember.grievances.types import Kind
from openmember.kernel.sql import fetch_one
from openmember.members import models
from openmember.members.types import Actor, Address, Role
from openmember.payments.testing import a_member, a_user, an_account

BACKEND = "django.contrib.auth.backends.ModelBackend"
STORY = {"need": "The care my doctor ordered was refused."}
NO_HURRY = {"urgent": "no"}
DOCTOR = {"urgent": "doctor", "clinician": "Dr. Kim, 555-0100", "urgent_why": "It spreads."}
REGIONS = {
    "CA": "california", "CO": "colorado", "GA": "georgia", "HI": "hawaii", "MD": "mid-atlantic",
    "VA": "mid-atlantic", "DC": "mid-atlantic", "OR": "northwest", "WA": "washington",
}  # fmt: skip

_LAWS = r"<dt>(?:Law|Did not govern)</dt><dd>(.*?)</dd>"


@dataclass(frozen=True, slots=True)
class Row:
    """A duty or right as the desk sees it: who acts, by when, how it went; the law, and those that lost."""

    who: str
    by: str
    left: str
    law: str
    lost: str

    @property
    def laws(self) -> str:
        return f"{self.law} {self.lost}"


class Told:
    """One dispute of a member of a state, covered through somebody."""

    def __init__(self, monkeypatch, state: str, cover: CoverageType, *, group: str = "GRP1001"):
        region = REGIONS[state]
        self.monkeypatch, self.zone = monkeypatch, ZoneInfo(zone_of(region=region).key)
        member = a_member(region=region, language="en", address=Address(state=state))
        self.user, self.member_id = a_user(member=member), member.id
        self.account = an_account(holder=member)
        covered(self.account, (member, "18"), coverage_type=cover, group_number=group)
        self.clients: dict[int, Client] = {}
        self.shown: dict[tuple[str, int], str] = {}
        self.workers: list[Actor] = []

    def on(self, text: str) -> "Told":
        """Let it be that day and hour where the member lives."""
        now = datetime.fromisoformat(text).replace(tzinfo=self.zone)
        self.monkeypatch.setattr(timezone, "now", lambda: now)
        self.clients, self.shown = {}, {}  # who signed in another month has to again
        return self

    def watch(self, text: str) -> None:
        """Let it be that hour, and what runs every minute run."""
        self.on(text)
        watch_disputes(timestamp=0)
        make_files(now=timezone.now())

    # The member

    def file(self, matter: str, **steps: dict[str, object]) -> str:
        """Answer page after page and send it; return what the last one says."""
        self._portal("dispute_new", matter=matter)
        for step, fields in steps.items():
            answer = self._portal("dispute_step", step, **fields)
            assert answer.status_code == 303, (step, words(answer))
        client = self._member()
        check = reverse("portal:dispute_step", args=("check",))
        key = client.get(check).context["draft"].key
        return words(client.post(check, {"key": key}, follow=True))

    def page(self) -> str:
        """Return what the member's page of it says."""
        return words(self._member().get(reverse("portal:dispute", args=(self.number,))))

    def right(self, level: str) -> str:
        """Return what the member reads before they ask the next level."""
        address = reverse("portal:dispute_go_on", args=(self.number, level))
        return words(self._member().get(address))

    def go_on(self, level: str, **fields: object) -> str:
        answer = self._portal("dispute_go_on", self.number, level, **fields)
        assert answer.status_code == 303, words(answer)
        return self.page()

    def send(self, note: str, *files: str) -> str:
        """Write something about it, with files; return what the page says then."""
        uploads = [SimpleUploadedFile(name, PDF + name.encode()) for name in files]
        fields = {"key": note, "note": note, "documents": uploads}
        return words(self._portal("dispute_add", self.number, follow=True, **fields))

    def post_member(self, name: str, *args: str, **fields: object) -> str:
        """Send one of the member's forms, and return what the page says then."""
        return words(self._portal(name, *args, follow=True, **fields))

    # The desk

    def take_in(self, reason: str, **fields: object) -> str:
        """Take it in at the desk, from a caller or out of a letter; return what it answers."""
        desk = Desk(self._client(self._worker(0)))
        assert desk.open(self.account, reason).status_code in {302, 303}
        now = timezone.localtime(timezone=self.zone)
        given = {
            "key": "intake", "who": self.account.holder_id, "asked_by": "member", "matter": "appeal",
            "need": STORY["need"], "channel": {"letter": "mail"}.get(reason, "phone"),
            "received_on": now.date().isoformat(), "received_at": f"{now:%H:%M}", **fields,
        }  # fmt: skip
        answer = desk.send("new_dispute", **given)
        assert answer.status_code == 200, words(answer)
        return words(answer)

    def desk(self, act: str, *, role: Role = Role.APPEALS, **fields: object) -> str:
        """Do something at the desk, and return what it answers."""
        serial = len(self.dispute.events)
        answer = self.post("dispute", act=act, role=role, **fields)
        assert answer.status_code == 200, words(answer)
        assert len(self.dispute.events) > serial, words(answer)
        return words(answer)

    def refused(self, act: str, *, role: Role = Role.APPEALS, **fields: object) -> str:
        """Try something at the desk that does not happen, and return what it answers."""
        serial = len(self.dispute.events)
        answer = self.post("dispute", act=act, role=role, **fields)
        assert len(self.dispute.events) == serial
        return words(answer)

    def send_file(self, reviewer: str, name: str = "") -> str:
        """Make the file at the desk, and note that it went to a reviewer outside."""
        self.post("dispute_file", act="file")
        make_files(now=timezone.now())
        said = {"way": "portal", "sent_to": "their portal", "proof": "Receipt 4711"}
        answer = self.post(
            "dispute_file", act="send", reviewer=reviewer, reviewer_name=name, **said, **self._now()
        )
        assert "They have not confirmed it yet." in words(answer), words(answer)
        return words(answer)

    def confirmed(self) -> str:
        """Note that the reviewer outside has the file."""
        sent = fetch_one(
            "SELECT max(id) AS id FROM grievances_handoff WHERE dispute_id = %(id)s",
            {"id": self.dispute.id},
        )
        said = {"handoff": sent.id, "by_whom": "Intake", "reference": "X1"}
        answer = self.post("dispute_file", act="acknowledged", **said, **self._now())
        assert "They have it since" in words(answer), words(answer)
        return words(answer)

    def decide(self, outcome: str, code: str, criteria: str = "Policy 12") -> str:
        today = timezone.localdate(timezone=self.zone)
        said = {"outcome": outcome, "code": code, "reason": "As the policy says."}
        return self.desk("decide", notice_on=today, criteria=criteria, **said)

    def deny(self, *, arrived: str = "") -> None:
        """Let the decision stand at the level where it is, with a letter that came on a day."""
        self.decide("upheld", "not_medically_necessary")
        if arrived:
            self.on(f"{arrived} 18:00").arrived()

    def arrived(self) -> None:
        self.desk("delivered", on=timezone.localdate(timezone=self.zone), how="Receipt 7")

    def carry_out(self, what: str) -> str:
        """Carry it out at the desk, and return what the member reads then."""
        self.desk("carry_out", what=what, kind="", reference="")
        page = self.page()
        assert what in page
        assert not self.dispute.standing.is_open
        return page

    def desk_page(self) -> str:
        return plain(self._at_desk("dispute"))

    def row(self, step: str, level: str = "plan") -> Row:
        """Return the last duty or right of a step and level as the desk's two pages show it."""
        table = self._at_desk("dispute")
        dates = self._at_desk("dispute_dates")
        row = _latest(rf'<tr>(?:(?!</tr>).)*?#clock-(\d+)-{level}-{step}"(.*?)</tr>', table)
        governs, *lost = _all(
            _LAWS, _latest(rf'id="clock-(\d+)-{level}-{step}"(.*?)</section>', dates)
        )
        who, by, left = _all(r"<td.*?>(.*?)</td>", row)
        return Row(who, by.replace(" at ", ", "), left, governs, " ".join(lost))

    def has_row(self, step: str, level: str = "plan") -> bool:
        return f'-{level}-{step}"' in self._at_desk("dispute")

    @property
    def dispute(self):
        row = fetch_one(
            "SELECT id FROM grievances_dispute WHERE member_id = %(id)s ORDER BY id DESC LIMIT 1",
            {"id": self.member_id},
        )
        return get_dispute(dispute_id=row.id)

    @property
    def number(self) -> str:
        return self.dispute.case_number

    @property
    def disputes(self) -> int:
        return len(list_own_disputes(member_ids=(self.member_id,)))

    def post(self, name: str, *, role: Role = Role.APPEALS, **fields: object):
        dispute = self.dispute
        levels = sum(one.event.kind is Kind.ESCALATED for one in dispute.events)
        worker = self._worker(levels, role)
        address = reverse(f"desk:{name}", args=(dispute.case_number,))
        serial = {"serial": len(dispute.events)}
        answer = self._client(worker).post(address, {**serial, **fields}, follow=True)
        self.shown = {(name, len(self.dispute.events)): answer.content.decode()}
        return answer

    def _now(self) -> dict[str, str]:
        local = timezone.localtime(timezone=self.zone)
        return {"on": local.date().isoformat(), "hour": f"{local:%H:%M}"}

    def _worker(self, level: int, role: Role = Role.APPEALS) -> Actor:
        """Return somebody of the team for a level: nobody decides about their own decision."""
        if role is not Role.APPEALS:
            return a_worker("grievances", role=role)
        while len(self.workers) <= level:
            self.workers.append(a_worker("grievances", role=role))
        return self.workers[level]

    def _client(self, worker: Actor) -> Client:
        assert worker.id is not None
        if worker.id not in self.clients:
            self.clients[worker.id] = Client()
            user = models.User.objects.get(id=worker.id)
            self.clients[worker.id].force_login(user, backend=BACKEND)
        return self.clients[worker.id]

    def _member(self) -> Client:
        if 0 not in self.clients:
            self.clients[0] = Client()
            self.clients[0].force_login(self.user, backend=BACKEND)
        return self.clients[0]

    def _at_desk(self, name: str) -> str:
        """Return a page of the desk; asked again before anything else happened, the same."""
        dispute = self.dispute
        key = (name, len(dispute.events))
        if key not in self.shown:
            address = reverse(f"desk:{name}", args=(dispute.case_number,))
            self.shown[key] = self._client(self._worker(0)).get(address).content.decode()
        return self.shown[key]

    def _portal(self, name: str, *args: str, follow: bool = False, **fields: object):
        address = reverse(f"portal:{name}", args=args)
        return self._member().post(address, fields, follow=follow)


def _latest(pattern: str, html: str) -> str:
    """Return what stands of the latest visit to a level."""
    return max(findall(pattern, html, DOTALL), key=lambda found: int(found[0]))[1]


def _all(pattern: str, html: str) -> list[str]:
    return [plain(one) for one in findall(pattern, html, DOTALL)]


def weekday(day: str) -> str:
    """Return a day as the member reads it: `July 1, 2026` with its weekday."""
    return f"{datetime.strptime(day, '%B %d, %Y'):%A}, {day}"  # noqa: DTZ007  a day has no zone


def words(response) -> str:
    return plain(response.content.decode())


def plain(html: str) -> str:
    """Return a page's text as a person reads it, on one line."""
    text = unescape(sub(r"<[^>]+>", " ", html))
    return " ".join(text.split())
