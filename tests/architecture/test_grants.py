"""What the application's own role may do: everything its work needs, and nothing to history."""

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from psycopg.errors import InsufficientPrivilege

from openmember.assistance.services.deciding import decide
from openmember.assistance.testing import an_application, some_facts
from openmember.assistance.types import Status as Decided
from openmember.billing.grace.jobs import sweep_grace
from openmember.billing.plans.testing import a_plan
from openmember.billing.premiums.services.rates import set_medicare_terms
from openmember.billing.types import Line
from openmember.coverage.services.intake import take_834
from openmember.exchange.testing import Cover, Enrollee, compose_834
from openmember.kernel import grants
from openmember.kernel.audit import services as audit
from openmember.kernel.audit.verify import verify
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.ledger.queries import get_balance
from openmember.members.types import Address
from openmember.payments.credits.services.checks import issue_checks
from openmember.payments.credits.services.refunds import propose_refund
from openmember.payments.disputes.services import note_dispute
from openmember.payments.gateways.protocol import Disputed, Moved
from openmember.payments.jobs import check_books
from openmember.payments.services.corrections import reverse_payment
from openmember.payments.testing import TESTER, TODAY, a_bill, a_member, a_payment, an_account
from openmember.payments.types import Status

pytestmark = pytest.mark.django_db

# Reached only through their parents; a month's own table gives no way around those.
LEAVES = ("ledger_transfer_other", "billing_bill_other", f"ledger_transfer_{TODAY:%Y%m}")


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture(autouse=True)
def application():
    """Work as the application's role, which is made where the server has none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [grants.APPLICATION_ROLE])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE ROLE {grants.APPLICATION_ROLE} NOLOGIN")
    grants.apply()
    run(f"SET ROLE {grants.APPLICATION_ROLE}")
    yield
    run("RESET ROLE")


def is_refused(statement: str) -> bool:
    try:
        run(statement)
    except ProgrammingError as error:
        return isinstance(error.__cause__, InsufficientPrivilege)
    return False


def changes_of(table: str) -> dict[str, str]:
    """Return statements that change nothing and need the right to change the table."""
    # Not the first one, which the database may generate.
    (column,) = fetch_one(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum = 2", [table]
    )
    return {
        "UPDATE": f"UPDATE {table} SET {column} = {column} WHERE false",
        "DELETE": f"DELETE FROM {table} WHERE false",
        "TRUNCATE": f"TRUNCATE {table} CASCADE",
    }


@pytest.mark.parametrize("table", [*grants.READ_ONLY, *LEAVES])
def test_what_the_database_functions_own_is_theirs_alone(table):
    changes = {"INSERT": f"INSERT INTO {table} DEFAULT VALUES", **changes_of(table)}

    assert [what for what, statement in changes.items() if not is_refused(statement)] == []


@pytest.mark.parametrize("table", grants.ADD_ONLY)
def test_history_can_be_added_to_and_not_changed(table):
    changes = changes_of(table)

    assert [what for what, statement in changes.items() if not is_refused(statement)] == []


def test_every_view_can_be_read_and_none_written():
    views = fetch_all(
        "SELECT relname, has_table_privilege(oid, 'SELECT') AS read,"
        " has_table_privilege(oid, 'INSERT, UPDATE, DELETE') AS written FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace AND relkind = 'v'"
    )

    assert views
    assert [one.relname for one in views if not one.read or one.written] == []


def test_an_account_is_opened():
    assert get_balance(account_number=an_account().number).owed_cents == 0


def test_a_bill_is_raised():
    account = an_account()

    a_bill(account, 100_00)

    assert get_balance(account_number=account.number).owed_cents == 100_00


def test_a_payment_is_taken_and_undone():
    account = an_account()
    a_bill(account, 100_00)
    payment = a_payment(account, 100_00)

    reverse_payment(
        payment=payment, to=Status.VOIDED, reason="typed twice", reversed_on=TODAY, actor=TESTER
    )

    assert get_balance(account_number=account.number).owed_cents == 100_00


def test_a_plan_is_agreed():
    account = an_account()

    plan = a_plan(account, a_bill(account, 100_00, line=Line.MEDICAL))

    assert plan.standing.remaining_cents == 100_00


def test_credit_goes_back_by_check():
    home = Address(street="1 Elm St", city="Oakland", state="CA", postal_code="94612")
    account = an_account(holder=a_member(address=home))
    a_payment(account, 50_00)

    propose_refund(account=account, amount_cents=50_00, key="k", reason="r", on=TODAY, actor=TESTER)

    assert issue_checks(on=TODAY, actor=TESTER) is not None
    assert get_balance(account_number=account.number).credit_cents == 0


def test_help_is_applied_for_and_decided(tmp_path, settings):
    settings.DOCUMENTS_FOLDER = tmp_path
    account = an_account()
    bill = a_bill(account, 100_00, line=Line.MEDICAL)
    facts = some_facts(yearly_cents=10_000_00, bill_ids=(bill.id,))

    decided = decide(application=an_application(account, facts), on=TODAY, actor=TESTER)

    assert decided.status is Decided.APPROVED
    assert get_balance(account_number=account.number).owed_cents == 0


def test_a_dispute_is_booked_and_won():
    account = an_account()
    payment = a_payment(account, 50_00, a_bill(account, 50_00))
    owed = []

    for state in ("open", "won"):
        disputed = Disputed("dp_1", Moved(20_00, "usd"), state, "fraudulent")
        note_dispute(payment=payment, disputed=disputed, gateway="x", on=TODAY, actor=TESTER)
        owed.append(get_balance(account_number=account.number).owed_cents)

    assert owed == [20_00, 0]


def test_the_grace_of_the_day_is_worked_and_terms_are_settled():
    account = an_account()

    set_medicare_terms(
        account_number=account.number, member_id=account.holder_id, starts_on=TODAY,
        penalty_cents=10_00, actor=TESTER,
    )  # fmt: skip

    assert sweep_grace(today=TODAY, actor=TESTER).providers_told == 0


def test_people_are_imported(tmp_path):
    path = tmp_path / "people.834"
    path.write_bytes(compose_834([Enrollee("S1", group="G1", coverages=(Cover(),))]))

    effects = take_834(path=path, actor=TESTER).effects

    assert (effects.accounts_opened, effects.members_added, effects.spans_added) == (1, 1, 1)


def test_the_books_and_the_audit_are_proved():
    a_payment(an_account())
    audit.seal()

    assert check_books() == ()
    assert verify().is_sound
