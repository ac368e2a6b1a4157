"""Deciding, and what it does to the bills and to what was paid."""

from datetime import date, timedelta

import pytest

from openmember.assistance import queries, rules
from openmember.assistance.policy import get_policy
from openmember.assistance.review import review
from openmember.assistance.services import deciding
from openmember.assistance.services.steps import ApplicationRefused
from openmember.assistance.terms import Discount
from openmember.assistance.testing import an_application, some_facts
from openmember.assistance.types import Program, Reason, Status
from openmember.billing.queries import get_bill
from openmember.billing.types import Line
from openmember.ledger.queries import get_balance
from openmember.members.types import NotAllowed, Role
from openmember.payments.jobs import check_books
from openmember.payments.services.corrections import merge_accounts
from openmember.payments.services.door import take_payment
from openmember.payments.testing import TESTER, TODAY, a_bill, a_payment, an_account, staff
from openmember.payments.types import Channel, Method, PaymentRequest

pytestmark = pytest.mark.django_db

# A household of three in Oregon in 2026: 200 % is $54,640, 300 % is $81,960.
ALL, THREE_QUARTERS = 40_000_00, 60_000_00


def decide(application, **given):
    return deciding.decide(application=application, on=TODAY, actor=TESTER, **given)


def medical(account, cents=100_00, **facts):
    return a_bill(account, cents, line=Line.MEDICAL, title="Visit", **facts)


def open_cents(account, bill):
    return get_bill(numbers=account.numbers, bill_id=bill.id, today=TODAY).open_cents


def test_an_income_in_the_first_band_takes_all_off_and_the_books_are_clean():
    account = an_account()
    visit, pills = medical(account), a_bill(account, 33_33, line=Line.PHARMACY)
    premium = a_bill(account, 300_00, line=Line.PREMIUM)

    decided = decide(an_application(account, some_facts(yearly_cents=ALL)))

    assert decided.status is Status.APPROVED
    assert [open_cents(account, bill) for bill in (visit, pills, premium)] == [0, 0, 300_00]
    assert check_books() == ()


def test_the_odd_cent_is_the_members():
    account = an_account()
    visit = medical(account, 100_01)

    decide(an_application(account, some_facts(yearly_cents=THREE_QUARTERS)))

    assert open_cents(account, visit) == 25_00


def test_what_was_paid_beyond_the_members_part_goes_back():
    account = an_account()
    visit = medical(account)
    payment = a_payment(account, 60_00, visit)

    decided = decide(an_application(account, some_facts(yearly_cents=THREE_QUARTERS)))

    (effect,) = queries.list_effects(decision=decided.decision, numbers=account.numbers)
    assert (effect.off_open_cents, effect.off_paid_cents) == (40_00, 35_00)
    assert get_balance(account_number=account.number).refunds_cents == 35_00
    assert open_cents(account, visit) == 0
    assert payment.amount_cents == 60_00
    assert check_books() == ()


@pytest.mark.parametrize(("excess", "given_back"), [(4_99, 0), (5_00, 5_00)])
def test_the_least_excess_that_is_given_back_is_the_rulebooks(excess, given_back):
    account = an_account()
    visit = medical(account, 10_00)
    a_payment(account, 10_00 - 7_50 + excess, visit)

    decide(an_application(account, some_facts(yearly_cents=THREE_QUARTERS)))

    assert get_balance(account_number=account.number).refunds_cents == given_back
    assert open_cents(account, visit) == 0
    assert check_books() == ()


def test_a_bill_paid_long_before_is_covered_to_day_240_and_not_on_day_241():
    account = an_account()
    day_240 = TODAY - timedelta(days=240)
    in_time = medical(account, 80_00, issued_on=day_240, due_on=day_240)
    too_old = medical(account, 80_00, issued_on=day_240 - timedelta(days=1), due_on=day_240)

    decided = decide(an_application(account, some_facts(yearly_cents=ALL)))

    assert (open_cents(account, in_time), open_cents(account, too_old)) == (0, 80_00)
    assert Reason.PAST_PERIOD in decided.decision.reasons
    assert decided.status is Status.PARTLY


def test_a_state_of_the_policy_has_no_such_limit():
    account = an_account()
    long_ago = TODAY - timedelta(days=700)
    old = medical(account, 80_00, issued_on=long_ago, due_on=long_ago)

    decide(an_application(account, some_facts(yearly_cents=ALL, state="CA")))

    assert open_cents(account, old) == 0


def test_only_the_bills_that_were_named_are_covered():
    account = an_account()
    named, other = medical(account), medical(account)

    decide(an_application(account, some_facts(yearly_cents=ALL, bill_ids=(named.id,))))

    assert (open_cents(account, named), open_cents(account, other)) == (0, 100_00)


def test_an_income_above_every_band_is_denied_with_its_reason_and_the_way_to_appeal():
    account = an_account()
    visit = medical(account)

    decided = decide(an_application(account, some_facts(yearly_cents=200_000_00)))

    assert decided.status is Status.DENIED
    assert decided.decision.reasons == (Reason.OVER_INCOME,)
    assert decided.decision.appeal_by == TODAY + timedelta(days=60)
    assert open_cents(account, visit) == 100_00


def test_an_appeal_is_decided_by_somebody_else_and_may_make_an_exception():
    account = an_account()
    visit = medical(account)
    first, second = staff(Role.BILLING), staff(Role.SUPERVISOR)
    second = type(second)("staff", 2, roles=second.roles)
    application = an_application(account, some_facts(yearly_cents=200_000_00))
    denied = deciding.decide(application=application, on=TODAY, actor=first)

    appealed = deciding.appeal(
        application=denied, reason="I lost my work last week", on=TODAY, actor=TESTER
    )
    with pytest.raises(ApplicationRefused, match="somebody else decides"):
        deciding.decide(application=appealed, on=TODAY, actor=first)
    granted = deciding.decide(
        application=appealed,
        on=TODAY,
        actor=second,
        note="Lost work",
        exception=Discount(5000, 5000),
    )

    assert granted.status is Status.PARTLY
    assert [one.outcome for one in granted.decisions] == [Status.DENIED, Status.PARTLY]
    # What is generally billed, 60 %, would leave more than these 50 % do: nothing changes.
    assert open_cents(account, visit) == 50_00
    assert check_books() == ()


def test_an_appeal_comes_in_time_or_not_at_all():
    account = an_account()
    denied = decide(an_application(account, some_facts(yearly_cents=200_000_00)))

    with pytest.raises(ApplicationRefused, match="time to appeal"):
        deciding.appeal(
            application=denied, reason="Please", on=TODAY + timedelta(days=61), actor=TESTER
        )


def test_an_exception_is_for_appeals_alone():
    application = an_application(an_account())

    with pytest.raises(ApplicationRefused, match="exception"):
        decide(application, exception=Discount(10_000, 10_000), note="friend of mine")


def test_it_is_decided_once():
    account = an_account()
    medical(account)
    application = an_application(account)
    decide(application)

    with pytest.raises(ApplicationRefused, match="finished"):
        decide(application)

    assert len(queries.list_applications(numbers=account.numbers)[0].decisions) == 1


def test_who_may_not_decide():
    application = an_application(an_account())

    for actor in (staff(Role.CASHIER), staff(Role.REPRESENTATIVE), staff(Role.FINANCE)):
        with pytest.raises(NotAllowed):
            deciding.decide(application=application, on=TODAY, actor=actor)


def test_the_guideline_of_a_year_counts_from_its_day():
    account = an_account()
    before = an_application(account, received_on=date(2026, 1, 12))
    on_the_day = an_application(an_account(), received_on=date(2026, 1, 13))

    assert review(application=before, today=TODAY).guideline.year == 2025
    assert review(application=on_the_day, today=TODAY).guideline.year == 2026


def test_a_program_that_counts_needs_its_proof_and_no_income():
    account = an_account()
    visit = medical(account)
    facts = some_facts(yearly_cents=0, programs=(Program.SNAP,))

    decided = decide(an_application(account, facts))

    assert decided.decision.reasons == (Reason.PRESUMPTIVE,)
    assert open_cents(account, visit) == 0


def test_an_application_follows_an_account_that_was_joined():
    old, new = an_account(), an_account()
    visit = medical(old, 90_00)
    application = an_application(old, some_facts(yearly_cents=ALL, bill_ids=(visit.id,)))
    merge_accounts(account=old, into=new, merged_on=TODAY, actor=TESTER)

    decide(application)

    assert get_balance(account_number=new.number).owed_cents == 0
    assert check_books() == ()


def test_money_that_may_still_bounce_waits_as_credit():
    account = an_account()
    visit = medical(account)
    request = PaymentRequest(
        key="check-1", amount_cents=100_00, method=Method.CHECK, channel=Channel.LOCKBOX,
        payer="guest", effective_on=TODAY, bill_ids=(visit.id,),
    )  # fmt: skip
    take_payment(account=account, request=request, actor=TESTER)

    decide(an_application(account, some_facts(yearly_cents=THREE_QUARTERS)))

    balance = get_balance(account_number=account.number)
    assert (balance.credit_cents, balance.refunds_cents) == (75_00, 0)
    assert check_books() == ()


def test_what_the_policy_grants_by_itself_stands_at_once(settings, tmp_path):
    path = tmp_path / "policy.toml"
    text = settings.ASSISTANCE_POLICY_FILE.read_text(encoding="utf-8")
    path.write_text(text.replace("automatic = false", "automatic = true"), encoding="utf-8")
    settings.ASSISTANCE_POLICY_FILE = path
    get_policy.cache_clear()
    account = an_account()
    visit = medical(account)

    granted = an_application(account, some_facts(yearly_cents=0, programs=(Program.SNAP,)))

    get_policy.cache_clear()
    assert granted.status is Status.APPROVED
    assert granted.decision.decided_by == "system:assistance"
    assert open_cents(account, visit) == 0


def test_who_keyed_an_application_in_does_not_decide_it():
    assert not rules.may_decide(("staff:1",), (), "staff:1")
    assert rules.may_decide(("staff:1", "member:9"), (), "staff:2")
