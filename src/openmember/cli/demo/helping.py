"""Payment plans, applications for financial help, and terms of premiums, in every state a page can show."""

from datetime import date, timedelta
from typing import Any

PROOF = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
# Care whose bill is paid in parts or asked help for: what, dollars, days ago.
SURGERY = ("Outpatient surgery", 1_240_00, 40)
SCAN = ("MRI scan", 620_00, 55)
STAY = ("Hospital stay, two nights", 2_180_00, 35)
# The kind of household, people in it, income a month.
HOUSEHOLDS = {"small": (3, 2_100_00), "middle": (2, 4_900_00), "large": (1, 9_800_00)}

# A smaller demo has only Ana and Luis to show.
LEAST_ACCOUNTS = 13


class _File:
    """A paper as a browser would send it."""

    def __init__(self, name: str) -> None:
        self.name = name

    def chunks(self) -> Any:
        yield PROOF + self.name.encode()


def show_help(*, accounts: list[Any], staff: dict[str, int], today: date) -> None:
    """Give Ana a plan and an application she has not sent, and a dozen others something in each state."""
    from openmember.members.types import Role

    helper, second = (_acting(staff[role.value], role) for role in (Role.BILLING, Role.SUPERVISOR))
    plans = _Plans(today, second)
    plans.agree(accounts[0], SURGERY, months_ago=1, paid=1)
    asked = _Applications(today, helper, second)
    asked.draft(accounts[0], STAY, "middle")
    asked.send(accounts[1], SCAN, "small")
    if len(accounts) < LEAST_ACCOUNTS:
        return
    plans.agree(accounts[4], SCAN, months_ago=4, paid=1)
    plans.agree(accounts[5], STAY, months_ago=2, paid=2)
    plans.cancel(plans.agree(accounts[6], SCAN, months_ago=1))
    asked.send(accounts[8], STAY, "middle", days=2)
    asked.incomplete(accounts[9], SURGERY, "small", days=6)
    asked.decide(accounts[10], STAY, "small", days=9)
    asked.decide(accounts[11], SCAN, "middle", days=12)
    asked.appeal(asked.decide(accounts[12], SURGERY, "large", days=20))


def show_terms(*, accounts: list[Any], families: list[Any], today: date, actor: Any) -> None:
    """Settle a penalty and a withheld premium of Medicare, extend a COBRA, and bill employers' lists."""
    from openmember.billing.premiums.services import rates
    from openmember.coverage.types import CoverageType

    of_kind: dict[CoverageType, list[Any]] = {}
    for account, family in zip(accounts, families, strict=True):
        of_kind.setdefault(family.coverage_type, []).append((account, family))
    month = today.replace(day=1)
    for place, (account, _family) in enumerate(of_kind.get(CoverageType.MEDICARE, [])[:4]):
        rates.set_medicare_terms(
            account_number=account.number, member_id=account.holder_id, starts_on=month,
            penalty_cents=0 if place % 2 else 14_60, withheld=bool(place % 2),
            reason="As Medicare reported", actor=actor,
        )  # fmt: skip
    for account, family in of_kind.get(CoverageType.COBRA, [])[:1]:
        rates.extend_cobra(
            account_number=account.number, member_id=account.holder_id, began_on=family.covered_from,
            reason="Disability determined by Social Security", actor=actor,
        )  # fmt: skip
    _bill_lists(month, actor)


def _bill_lists(month: date, actor: Any) -> None:
    from random import Random

    from openmember.accounts.services import open_account
    from openmember.billing.premiums.services import rates
    from openmember.billing.premiums.sponsors import list_sponsors
    from openmember.members.services import add_member
    from openmember.members.types import Address, Person, PersonName

    draw = Random(7)  # noqa: S311  the same numbers each time, not a secret
    for sponsor in list_sponsors(today=month):
        office = Person(
            PersonName("Payroll", sponsor.name), region="california",
            address=Address("1 Harbor Way", "", "Oakland", "CA", "94607"),
        )  # fmt: skip
        holder = add_member(person=office, actor=actor)
        account = open_account(holder_id=holder.id, actor=actor, draw=draw.randrange)
        rates.set_sponsor_account(
            sponsor_id=sponsor.id, account_number=account.number, since=month,
            reason="As the group contract says", actor=actor,
        )  # fmt: skip


def _acting(user_id: int, role: Any) -> Any:
    from openmember.members.types import Actor

    return Actor("staff", user_id, roles=frozenset({role}))


def _bill(account: Any, care: tuple[str, int, int], today: date, actor: Any) -> Any:
    from openmember.billing import services as billing
    from openmember.billing.types import BillLine, Line

    title, cents, days = care
    issued_on = today - timedelta(days=days)
    return billing.raise_bill(
        account=account, key=f"demo:{title}", line=Line.MEDICAL, title=title,
        lines=(BillLine(title, cents, issued_on - timedelta(days=9)),), issued_on=issued_on,
        due_on=today + timedelta(days=14), actor=actor,
    )  # fmt: skip


class _Plans:
    """Plans agreed on the telephone, some time ago."""

    def __init__(self, today: date, actor: Any) -> None:
        self.today, self.actor = today, actor

    def agree(self, account: Any, care: Any, *, months_ago: int, paid: int = 0) -> Any:
        """Agree to a plan, and pay the first instalments."""
        from openmember.billing.plans import services
        from openmember.billing.plans.agreement import agreement_of
        from openmember.billing.plans.types import AgreedBy
        from openmember.members.types import system
        from openmember.payments.services.door import take_payment
        from openmember.payments.types import Channel, Method, PaymentRequest

        agreed_on = self.today - timedelta(days=30 * months_ago)
        care = (care[0], care[1], max(care[2], 30 * months_ago + 3))
        bills = [_bill(account, care, self.today, self.actor)]
        offer = services.list_offers(bills=bills, day=15, today=agreed_on)[-1]
        plan = services.agree_plan(
            account=account, bills=bills,
            agreement=services.Agreement(
                offer, 15, agreement_of(offer=offer, bills=bills), "en", AgreedBy.PHONE
            ),
            key=f"demo:{care[0]}", agreed_on=agreed_on, actor=self.actor,
        )  # fmt: skip
        for place, instalment in enumerate(plan.schedule[:paid]):
            request = PaymentRequest(
                key=f"demo-plan:{plan.id}:{place}", amount_cents=instalment.amount_cents,
                method=Method.CHECK, channel=Channel.LOCKBOX, payer="guest",
                effective_on=min(instalment.due_on, self.today), bill_ids=(bills[0].id,),
            )  # fmt: skip
            take_payment(account=account, request=request, actor=system("demo"))
        return plan

    def cancel(self, plan: Any) -> None:
        """End a plan because its member asked."""
        from openmember.billing.plans.services import cancel_plan

        cancel_plan(plan=plan, reason="Paid another way", on=self.today, actor=self.actor)


class _Applications:
    """Applications taken at the desk: `helper` enters them, somebody else decides."""

    def __init__(self, today: date, helper: Any, decider: Any) -> None:
        self.today, self.helper, self.decider = today, helper, decider

    def draft(self, account: Any, care: Any, household: str) -> Any:
        """Fill an application in, with a proof of income, and send nothing."""
        from openmember.assistance.services import documents
        from openmember.assistance.types import Proof

        filled = self._filled(account, care, household)
        return documents.add_documents(
            application=filled, uploads=[_File(f"pay-stub-{filled.id}.pdf")], proof=Proof.INCOME,
            on=self.today, actor=self.helper,
        ).application  # fmt: skip

    def send(self, account: Any, care: Any, household: str, *, days: int = 1) -> Any:
        """Hand a complete application in."""
        return self._sign(self.draft(account, care, household), days)

    def incomplete(self, account: Any, care: Any, household: str, *, days: int) -> Any:
        """Hand one in without its proof; the office asks for it."""
        return self._sign(self._filled(account, care, household), days)

    def decide(self, account: Any, care: Any, household: str, *, days: int) -> Any:
        """Hand one in and decide it as the rules propose."""
        from openmember.assistance.services.deciding import decide

        sent = self.send(account, care, household, days=days)
        if not sent.is_pending:
            return sent
        return decide(application=sent, on=self.today, actor=self.decider)

    def appeal(self, application: Any) -> None:
        """Ask for a denial to be looked at again."""
        from openmember.assistance.services.deciding import appeal

        reason = "My hours were cut in half last month; the pay stub is from before."
        appeal(application=application, reason=reason, on=self.today, actor=self.helper)

    def _filled(self, account: Any, care: Any, household: str) -> Any:
        from openmember.assistance.services import applying
        from openmember.assistance.types import Channel, Facts, Income, Period, Source
        from openmember.members.queries import get_member

        bill = _bill(account, care, self.today, self.helper)
        started = applying.start(
            account=account, channel=Channel.PHONE, language="en", actor=self.helper
        )
        people, monthly_cents = HOUSEHOLDS[household]
        state = get_member(member_id=account.holder_id).person.address.state
        facts = Facts(
            household=people, state=state, has_income=True, bill_ids=(bill.id,),
            incomes=(Income(Source.WAGES, monthly_cents, Period.MONTHLY),),
        )  # fmt: skip
        return applying.save_facts(
            application=started, facts=facts, on=self.today, actor=self.helper
        )

    def _sign(self, application: Any, days: int) -> Any:
        from openmember.accounts.queries import get_account
        from openmember.assistance.services.applying import sign_and_send
        from openmember.members.queries import get_member

        holder = get_member(
            member_id=get_account(number=application.account_number).holder_id
        ).person.name
        return sign_and_send(
            application=application, name=str(holder), received_on=self.today - timedelta(days=days),
            on=self.today, actor=self.helper,
        )  # fmt: skip
