import pytest
from django.db import connection, transaction
from django.db.utils import Error as DatabaseError

from openmember.kernel.audit import services as audit
from openmember.kernel.audit.verify import verify

pytestmark = pytest.mark.django_db


def entries(count: int) -> None:
    for place in range(count):
        audit.record(
            actor="staff:1", action="account.read", account_number="1234567890", place=place
        )


def tamper(statement: str) -> None:
    """Do what only somebody with the database's own password could."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement)
        cursor.execute("SET session_replication_role = origin")


def some(place: int) -> str:
    return f"(SELECT id FROM kernel_audit_entry ORDER BY id OFFSET {place} LIMIT 1)"


def test_a_log_nobody_touched_is_sound():
    entries(3)
    audit.seal()

    verdict = verify()

    assert (verdict.is_sound, verdict.entries, verdict.chained) == (True, 3, 3)


def test_sealing_again_chains_only_what_is_new():
    entries(2)

    assert (audit.seal(), audit.seal()) == (2, 0)


@pytest.mark.parametrize(
    "statement", ["UPDATE kernel_audit_entry SET actor = 'x'", "DELETE FROM kernel_audit_entry"]
)
def test_the_database_refuses_to_change_the_log(statement):
    entries(1)

    with (
        pytest.raises(DatabaseError, match="never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_changed_entry_is_named():
    entries(3)
    audit.seal()

    tamper(f"UPDATE kernel_audit_entry SET actor = 'staff:2' WHERE id = {some(1)}")

    assert "was changed after it was written" in verify().faults[0]


def test_a_changed_entry_is_named_before_it_is_chained():
    entries(1)

    tamper("UPDATE kernel_audit_entry SET detail = '{}'")

    assert "was changed" in verify().faults[0]


def test_a_removed_entry_is_named():
    entries(3)
    audit.seal()

    tamper(f"DELETE FROM kernel_audit_entry WHERE id = {some(1)}")

    assert "is missing" in verify().faults[0]


def test_a_removed_entry_and_link_are_named():
    entries(3)
    audit.seal()

    tamper("DELETE FROM kernel_audit_link WHERE position = 2")
    tamper(f"DELETE FROM kernel_audit_entry WHERE id = {some(1)}")

    assert any("links between 1 and 3 are missing" in fault for fault in verify().faults)


def test_a_chain_made_anew_does_not_hold_the_head_noted_before():
    entries(2)
    audit.seal()
    noted = verify().head
    tamper("DELETE FROM kernel_audit_link")
    tamper(f"DELETE FROM kernel_audit_entry WHERE id = {some(0)}")
    audit.seal()

    assert verify().is_sound
    assert not verify(head=noted).is_sound


def test_an_entry_that_was_never_chained_is_named():
    entries(1)

    tamper("UPDATE kernel_audit_entry SET at = now() - interval '2 hours'")

    assert any("has waited over an hour" in fault for fault in verify().faults)
