"""Builders of applications for tests."""

from datetime import date

from openmember.accounts.types import Account
from openmember.assistance.services import applying, documents
from openmember.assistance.types import (
    Application,
    Channel,
    Facts,
    Income,
    Period,
    Program,
    Proof,
    Source,
)
from openmember.documents.testing import a_file
from openmember.members.testing import TESTER, TODAY
from openmember.members.types import Actor


def some_facts(
    *,
    yearly_cents: int = 40_000_00,
    household: int = 3,
    state: str = "OR",
    programs: tuple[Program, ...] = (),
    bill_ids: tuple[int, ...] = (),
) -> Facts:
    """Return complete facts with one income a year, or none."""
    income = Income(Source.WAGES, yearly_cents, Period.YEARLY)
    return Facts(
        household=household,
        state=state,
        has_income=yearly_cents > 0,
        incomes=(income,) if yearly_cents else (),
        programs=programs,
        bill_ids=bill_ids,
    )


def a_draft(account: Account, facts: Facts | None = None, *, actor: Actor = TESTER) -> Application:
    """Return an application that was filled in, with proof, and not sent."""
    draft = applying.start(account=account, channel=Channel.WEB, language="en", actor=actor)
    facts = facts or some_facts()
    filled = applying.save_facts(application=draft, facts=facts, on=TODAY, actor=actor)
    proof = Proof.PROGRAM if facts.programs else Proof.INCOME
    return documents.add_documents(
        application=filled, uploads=[a_file()], proof=proof, on=TODAY, actor=actor
    ).application


def an_application(
    account: Account,
    facts: Facts | None = None,
    *,
    received_on: date = TODAY,
    actor: Actor = TESTER,
) -> Application:
    """Return a complete application that was sent."""
    return applying.sign_and_send(
        application=a_draft(account, facts, actor=actor),
        name="Ana Ruiz",
        received_on=received_on,
        on=TODAY,
        actor=actor,
    )
