"""A letter is written once, in its holder's language, and stays as it was."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection, transaction
from django.db.utils import Error as DatabaseError

from openmember.accounts.services import join_numbers
from openmember.accounts.testing import an_account
from openmember.kernel.audit.queries import list_entries
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.letters import queries, services
from openmember.letters.composing import UnknownKind
from openmember.letters.rules import BadLetter
from openmember.letters.types import Reader, ReadingFormat
from openmember.members.models import Member
from openmember.members.testing import TESTER, a_member
from openmember.members.types import Address

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 22)


def write(account, *, kind: str = "documents_by_mail", key: str = "k1", **values):
    return services.write_letter(
        account_number=account.number, kind=kind, key=key,
        values=values or {"since": "2026-11-22"}, on=ON, actor=TESTER,
    )  # fmt: skip


def words_of(letter):
    return services.read_sheet(numbers=(letter.account_number,), letter_id=letter.id)


def test_a_letter_says_who_it_is_for_and_what_it_is_about():
    home = Address("1 Main St", "", "Atlanta", "GA", "30303")
    holder = a_member(region="georgia", address=home)
    account = an_account(holder=holder)

    sheet = words_of(write(account))

    assert sheet.subject == "Your documents come in the mail again"
    assert sheet.address == ("Ana Ruiz", "1 Main St", "Atlanta, GA 30303")
    assert sheet.number.replace(" ", "") == account.number
    assert sheet.day == "November 22, 2026"
    assert "From November 22, 2026 on" in sheet.parts[0].text
    assert "1-888-865-5813" in sheet.help[0]
    assert [notice.language for notice in sheet.language_notices] == ["en", "es", "zh-hant"]


def test_language_and_form_are_the_holders():
    account = an_account(holder=a_member(language="zh-hant", reading_format="large_print"))

    letter = write(account)

    assert (letter.language, letter.reading_format) == ("zh-hant", ReadingFormat.LARGE_PRINT)
    assert words_of(letter).day == "2026年11月22日"


def test_a_letter_to_another_member_can_be_in_their_own_language_and_form():
    other = a_member(first="Bo", language="es", reading_format="large_print")

    letter = services.write_letter(
        account_number=an_account().number, kind="documents_by_mail", key="k", values={"since": "2026-11-22"},
        on=ON, actor=TESTER, reader=Reader(other.id, "es", ReadingFormat.LARGE_PRINT),
    )  # fmt: skip

    assert (letter.language, letter.reading_format) == ("es", ReadingFormat.LARGE_PRINT)
    assert words_of(letter).address[0] == "Bo Ruiz"


def test_a_repeat_returns_the_first_letter():
    account = an_account()

    assert write(account, since="2026-11-23") == write(account, since="2026-12-01")
    assert len(queries.list_letters(numbers=account.numbers)) == 1


def test_a_letter_with_a_hole_in_it_is_not_written():
    account = an_account()

    with pytest.raises(BadLetter, match="since"), transaction.atomic():
        write(account, until="2026-11-22")

    assert queries.list_letters(numbers=account.numbers) == ()


def test_a_kind_without_a_template_is_not_written():
    with pytest.raises(UnknownKind):
        write(an_account(), kind="no_such_kind")


def test_a_letter_to_nobody_is_refused():
    with pytest.raises(services.LetterRefused):
        services.write_letter(
            account_number="999999999999", kind="documents_by_mail", key="k", values={}, on=ON,
            actor=TESTER,
        )  # fmt: skip


def test_what_was_sent_stays_when_the_member_moves():
    member = a_member(address=Address("1 Main St"))
    letter = write(an_account(holder=member))
    before = words_of(letter)

    Member.objects.update(street="2 Other St", last_name="Lee")

    assert words_of(letter) == before


def test_letters_written_in_sets_are_put_together_when_read():
    account = an_account()
    fetch_all(
        "SELECT letters_write(number, NULL, 'documents_by_mail', 'set',"
        " jsonb_build_object('since', '2026-11-22'), date '2026-11-22', 'system:test')"
        " FROM accounts_account WHERE number = %s",
        [account.number],
    )
    (letter,) = queries.list_letters(numbers=account.numbers)

    assert letter.subject == ""
    assert words_of(letter).subject == "Your documents come in the mail again"
    assert list_entries(numbers=account.numbers)[0].action == "letter.write"


def test_of_a_joined_account_the_others_holder_reads_the_letters():
    before, now = an_account(), an_account(holder=a_member(first="Bo", language="es"))
    join_numbers(number=before.number, into=now.number, actor=TESTER)

    letter = write(before)

    assert letter.language == "es"
    assert words_of(letter).address[0] == "Bo Ruiz"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE letters_letter SET kind = 'other'",
        "UPDATE letters_letter SET facts = '{}'",
        "UPDATE letters_letter SET content = '{}'",
        "UPDATE letters_letter SET content = NULL, layout_id = NULL",
        "DELETE FROM letters_letter",
        "TRUNCATE letters_letter",
        "UPDATE letters_layout SET source = ''",
        "DELETE FROM letters_consent",
    ],
)
def test_history_is_not_changed(change):
    account = an_account()
    letter = write(account)
    sheet = words_of(letter)
    fetch_one(
        "SELECT letters_note_consent(%s, true, (SELECT id FROM letters_layout LIMIT 1), %s, 'test')",
        [account.number, account.holder_id],
    )

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)

    assert words_of(letter) == replace(sheet)
