"""Agreeing to read documents on screen: what must be told first, kept word for word.

Source: 15 USC 7001(c) (ESIGN): what the consent covers, the right to paper and to withdraw, how, what
equipment is needed, and agreeing in a way that shows the documents can be opened.
"""

from dataclasses import asdict, dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from openmember.accounts.types import Account
from openmember.directory.types import PhoneLine
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_all
from openmember.letters import layouts, queries
from openmember.letters.services import write_letter
from openmember.members.types import Actor


class TextChanged(Exception):
    """The words were changed since they were shown: show them again."""


@dataclass(frozen=True, slots=True)
class Term:
    """One thing told before somebody agrees."""

    title: str
    text: str


def terms(line: PhoneLine) -> tuple[Term, ...]:
    """Return what is told before a member agrees, in the language of the moment."""
    phone = {"phone": line.display}
    return (
        Term(
            _("What this covers"),
            _(
                "Your monthly statements, and letters about your bills, payments, coverage, grievances and"
                " appeals, and financial assistance. Where the law asks for paper, we still send paper."
            ),
        ),
        Term(
            _("How it works"),
            _(
                "We send an e-mail to the address you sign in with when a document is ready. It says only"
                " that a document is waiting. Keep that address up to date on the page Security."
            ),
        ),
        Term(
            _("Paper copies"),
            _(
                "You can have a paper copy of any document at no cost: print it here, or call"
                " %(phone)s. You do not have to read documents online to be our member."
            )
            % phone,
        ),
        Term(
            _("Changing your mind"),
            _(
                "You can go back to paper at any time and at no cost, on this page or by calling %(phone)s."
                " It takes effect with the next document."
            )
            % phone,
        ),
        Term(
            _("What you need"),
            _(
                "An e-mail address; a phone, tablet or computer with the internet and a browser no older"
                " than two years; a program that opens PDF files; and a printer or room to store files"
                " if you want to keep copies. If this ever changes, we tell you and ask again."
            ),
        ),
    )


def text_of(told: tuple[Term, ...], language: str) -> layouts.Layout:
    """Return these words under the hash that names their version."""
    words = {"language": language, "terms": [asdict(one) for one in told]}
    return layouts.of_text("", words)


@transaction.atomic
def give(*, account: Account, told: layouts.Layout, shown_id: str, actor: Actor, on: date) -> None:
    """Send the account's documents on screen from now on. Again does nothing.

    `told` are the words of now, `shown_id` the version the member saw. Errors: TextChanged.
    """
    if told.id != shown_id:
        raise TextChanged
    layouts.keep(told)
    _note(account, given=True, text_id=told.id, actor=actor, on=on)


@transaction.atomic
def withdraw(*, account: Account, told: layouts.Layout, actor: Actor, on: date) -> None:
    """Send the account's documents by mail from now on. Again does nothing."""
    layouts.keep(told)
    _note(account, given=False, text_id=told.id, actor=actor, on=on)


def _note(account: Account, *, given: bool, text_id: str, actor: Actor, on: date) -> None:
    # Locked before looking, so that two tabs agreeing at once agree once.
    fetch_all("SELECT letters_lock(%(number)s)", {"number": account.number})
    if queries.get_consent(account_number=account.number).given == given:
        return
    note = fetch_all(
        "SELECT letters_note_consent(%(number)s, %(given)s, %(text)s, %(member)s, %(actor)s) AS id",
        {
            "number": account.number,
            "given": given,
            "text": text_id,
            "member": account.holder_id,
            "actor": str(actor),
        },
    )
    action = "documents.on_screen" if given else "documents.by_mail"
    audit.record(
        actor=str(actor), action=action, account_number=account.number,
        member_id=account.holder_id, text=text_id,
    )  # fmt: skip
    write_letter(
        account_number=account.number,
        kind="documents_on_screen" if given else "documents_by_mail",
        key=f"consent:{note[0].id}",
        values={"since": on.isoformat()},
        on=on,
        actor=actor,
    )
