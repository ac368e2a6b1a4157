"""Letters of disputes in the database: written with what owes them, once; how they leave and arrive."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from openmember.accounts.services import add_person
from openmember.accounts.testing import an_account
from openmember.cases.testing import a_supervisor, a_worker, the_member
from openmember.cases.types import Channel
from openmember.grievances.jobs import watch_clocks
from openmember.grievances.letters.queries import list_letters, open_letter
from openmember.grievances.letters.types import Addressee, LetterKind, Proof
from openmember.grievances.queries import get_dispute
from openmember.grievances.services import delivering, telling, working
from openmember.grievances.services.filing import file_dispute
from openmember.grievances.testing import DENIAL, clock
from openmember.grievances.types import (
    AskedBy,
    BadCourse,
    Care,
    Kind,
    Law,
    Level,
    Matter,
    NewDispute,
    Outcome,
    Step,
    Track,
)
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.letters import consent, delivery, printing
from openmember.letters.composing import service_line
from openmember.letters.types import Delivery
from openmember.members.testing import TESTER, a_member, a_user
from openmember.members.types import NotAllowed

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ON = date(2026, 12, 1)


def filed(
    holder=None, *, member=None, law=Law.INDIVIDUAL, place="CA", matter=Matter.APPEAL, **said
):
    """File a dispute of somebody on an account; without a holder, of somebody on none."""
    number = an_account(holder=holder).number if holder else None
    if member is not None and number:
        add_person(account_number=number, member_id=member.id, relationship="other")
    who = member or holder or a_member()
    care = said.pop("care", Care.PRE_SERVICE)
    actor = said.pop("actor", None) or a_worker("grievances")
    new = NewDispute(
        track=Track(matter, law, place, care), member_id=who.id, account_number=number,
        need="The scan my doctor ordered was refused.", **said,
    )  # fmt: skip
    return file_dispute(new=new, received_at=NOW, now=NOW, channel=Channel.PHONE, actor=actor)


def denied(dispute, actor=None, **said):
    return working.decide(
        dispute=dispute, now=NOW + DAY, actor=actor or a_worker("grievances"),
        **{**DENIAL, "notice_on": ON, **said},
    )  # fmt: skip


def agreed(holder):
    """Let somebody read their documents on screen, who has a sign-in and an e-mail address."""
    a_user(member=holder, email="ana@example.org")
    account = an_account(holder=holder)
    told = consent.text_of(consent.terms(service_line("california")), "en")
    consent.give(account=account, told=told, shown_id=told.id, actor=TESTER, on=ON)
    delivery.send_letters(now=NOW - DAY, actor=TESTER)
    return account


def kinds(dispute):
    return [one.kind for one in list_letters(dispute=dispute)]


@pytest.mark.parametrize("is_taken_back", [False, True])
def test_a_letter_promises_no_day_that_is_over(is_taken_back):
    dispute, late = filed(a_member()), NOW + 40 * DAY
    about = {"why": "It was another thing.", "actor": a_worker("grievances")}
    if is_taken_back:
        said = {"outcome": Outcome.DISMISSED, "code": "not_ours", "reason": "It is not ours."}
        dispute = working.decide(
            dispute=dispute, notice_on=NOW.date(), now=NOW, actor=about["actor"], **said
        )
        working.vacate(dispute=dispute, now=late, **about)
    else:
        named = {"matter": Matter.BILLING, "care": Care.POST_SERVICE}
        working.relabel(dispute=dispute, now=late, **named, **about)

    words = str(open_letter(found=list_letters(dispute=dispute)[0])[0].parts)

    assert "We should have decided by Wednesday, December 30, 2026, and we are late." in words
    assert "We decide by" not in words


def test_filing_owes_the_letter_that_confirms_it_at_once_in_the_reader_s_language_and_form():
    dispute = filed(a_member(language="es", reading_format="large_print"))
    (letter,) = list_letters(dispute=dispute)

    assert letter.kind is LetterKind.RECEIVED
    assert (letter.language, letter.reading_format) == ("es", "large_print")
    assert letter.subject == "Lo tenemos: su apelación"
    assert dispute.case_number in " ".join(part.text for part in open_letter(found=letter)[0].parts)


def test_a_denial_without_criteria_is_refused_by_name_and_leaves_no_trace():
    dispute = filed(a_member())

    with pytest.raises(BadCourse) as refused:
        denied(dispute, criteria="")

    assert (refused.value.name, str(refused.value)) == ("letter_lacks", "criteria")
    assert [one.event.kind for one in get_dispute(dispute_id=dispute.id).events] == [Kind.RECEIVED]
    assert (
        fetch_one("SELECT count(*) AS n FROM letters_letter WHERE kind = 'dispute_denied'").n == 0
    )


def test_of_medicare_no_criteria_are_asked_but_the_reason_is():
    assert denied(filed(a_member(), law=Law.MEDICARE_ADVANTAGE, place="MD"), criteria="", code="")


def test_an_act_and_its_letter_are_one_and_again_there_is_one():
    dispute = filed(a_member())
    with transaction.atomic():
        denied(dispute)
        transaction.set_rollback(True)  # As when it is killed before the commit.
    assert kinds(dispute) == [LetterKind.RECEIVED]

    after = denied(dispute)
    telling.tell(dispute=after, now=NOW + DAY, actor=TESTER)

    assert kinds(after) == [LetterKind.DENIED, LetterKind.RECEIVED]
    assert (
        fetch_one("SELECT count(*) AS n FROM letters_letter WHERE kind = 'dispute_denied'").n == 1
    )


def test_the_letter_read_first_is_the_letter_that_is_written():
    dispute = filed(a_member())
    said = {**DENIAL, "outcome": "upheld", "notice_on": ON.isoformat()}
    (first,) = telling.read_first(dispute=dispute, kind=Kind.DECIDED, now=NOW + DAY, **said)

    letter = list_letters(dispute=denied(dispute))[0]

    assert open_letter(found=letter)[0] == first.sheet
    assert not first.lacks
    assert kinds(dispute)[0] is LetterKind.DENIED


def test_what_a_letter_would_lack_is_told_before_anything_is_decided():
    dispute = filed(a_member())
    said = {"outcome": "upheld", "notice_on": ON.isoformat(), "reason": "No."}

    (first,) = telling.read_first(dispute=dispute, kind=Kind.DECIDED, now=NOW + DAY, **said)

    assert {one.element for one in first.lacks} == {"criteria", "reason_code"}
    assert kinds(dispute) == [LetterKind.RECEIVED]


def test_an_appointed_representative_gets_a_copy_that_somebody_mails():
    dispute = filed(
        a_member(), asked_by=AskedBy.REPRESENTATIVE, asked_name="Bo Lee", form_seen=True
    )
    member, copy = sorted(list_letters(dispute=dispute), key=lambda one: one.addressee)

    assert (copy.addressee, copy.is_by_hand) == (Addressee.REPRESENTATIVE, True)
    assert not member.is_by_hand
    mine, theirs = (open_letter(found=one)[0] for one in (member, copy))
    assert theirs.address == ("Bo Lee",)
    assert theirs.parts[0].text == "This is a copy for Bo Lee of our letter to Ana Ruiz."
    assert theirs.parts[1:] == mine.parts
    assert mine.number
    assert theirs.number == dispute.case_number


def test_who_is_on_no_account_gets_a_letter_that_somebody_prints():
    dispute = filed()
    (letter,) = list_letters(dispute=dispute)
    sheet, layout = open_letter(found=letter)

    assert letter.is_by_hand
    assert (sheet.number_label, sheet.number) == ("Number of the dispute", dispute.case_number)
    assert printing.make_form(
        sheet, form=printing.FORMS[letter.reading_format], layout=layout, on=ON
    )


def test_a_spouse_is_written_to_in_their_own_language_and_by_mail_whatever_the_holder_agreed(
    mailoutbox,
):
    holder, spouse = a_member(), a_member(first="Li", language="zh-hant")
    account = agreed(holder)
    mailoutbox.clear()
    add_person(account_number=account.number, member_id=spouse.id, relationship="spouse")
    dispute = filed(member=spouse)

    delivery.send_letters(now=NOW, actor=TESTER)
    (letter,) = list_letters(dispute=dispute)

    assert (letter.language, letter.letter.member_id) == ("zh-hant", spouse.id)
    assert letter.letter.delivery is Delivery.MAIL
    assert mailoutbox == []


def test_a_letter_on_screen_meets_the_duty_to_confirm_when_it_is_told_of():
    dispute = filed(member=(ana := a_member(region="california")), place="CA")
    assert clock(dispute.standing, Step.ACKNOWLEDGE).met_at is None
    assert delivering.note_left(NOW + DAY) == 0
    delivering.note_mailed(
        dispute=dispute, letter=list_letters(dispute=dispute)[0], now=NOW + DAY, actor=a_worker("grievances")
    )  # fmt: skip
    assert clock(get_dispute(dispute_id=dispute.id).standing, Step.ACKNOWLEDGE).met_at == NOW + DAY

    agreed(ana)
    other = filed(member=ana)
    delivery.send_letters(now=NOW + timedelta(hours=1), actor=TESTER)
    assert delivering.note_left(NOW + 2 * DAY) == 1
    assert delivering.note_left(NOW + 3 * DAY) == 0

    found = clock(get_dispute(dispute_id=other.id).standing, Step.ACKNOWLEDGE)
    assert found.met_at == NOW + timedelta(hours=1)
    assert not found.is_missed(NOW + 9 * DAY)


def test_a_letter_on_paper_meets_it_when_it_is_printed(tmp_path):
    dispute = filed(a_member(region="california"))
    delivery.send_letters(now=NOW, actor=TESTER)
    assert delivering.note_left(NOW + DAY) == 0

    printing.print_letters(folder=tmp_path, now=NOW + 2 * DAY, actor=TESTER)
    delivering.note_left(NOW + 2 * DAY)

    assert (
        clock(get_dispute(dispute_id=dispute.id).standing, Step.ACKNOWLEDGE).met_at == NOW + 2 * DAY
    )
    assert list_letters(dispute=dispute)[0].left_at == NOW + 2 * DAY


def test_the_letter_of_a_fast_decision_confirms_it_in_writing():
    vera = a_supervisor("grievances")
    dispute = filed(a_member(), law=Law.MEDICARE_ADVANTAGE, place="MD")
    dispute = working.expedite(dispute=dispute, by_clinician=True, why="Pain", now=NOW, actor=vera)
    decided = working.decide(
        dispute=dispute, outcome=Outcome.OVERTURNED, code="criteria_met", reason="It is needed now.",
        notice_on=NOW.date(), now=NOW + timedelta(hours=3), actor=vera,
    )  # fmt: skip
    delivery.send_letters(now=NOW + timedelta(hours=4), actor=TESTER)
    fetch_all(
        "SELECT letters_deliver(account_number, id, 'mail', %s) FROM letters_letter", [NOW + DAY]
    )

    delivering.note_left(NOW + DAY)

    assert clock(get_dispute(dispute_id=decided.id).standing, Step.CONFIRM).met_at == NOW + DAY


def test_opening_the_letter_is_receipt_and_only_the_member_s_and_the_first_counts():
    member = a_member()
    dispute = denied(filed(member))
    letter = list_letters(dispute=dispute)[0]
    right = clock(dispute.standing, Step.FILE, "external")
    assert not right.is_firm

    delivering.note_read(
        dispute=dispute, letter=letter, now=NOW + 3 * DAY, actor=the_member(a_member())
    )
    assert get_dispute(dispute_id=dispute.id).standing.decision.delivered_on is None
    delivering.note_opened(letter=letter.letter, now=NOW + 4 * DAY, actor=the_member(member))
    delivering.note_opened(letter=letter.letter, now=NOW + 9 * DAY, actor=the_member(member))

    after = get_dispute(dispute_id=dispute.id).standing
    assert after.decision.delivered_on == date(2026, 12, 4)
    assert clock(after, Step.FILE, "external").is_firm
    assert clock(after, Step.FILE, "external").due_at >= right.due_at
    assert [one.proof for one in list_letters(dispute=dispute)[0].evidence] == [Proof.READ]


def test_mail_that_left_is_not_taken_to_have_come(tmp_path):
    dispute = denied(filed(a_member()))
    delivery.send_letters(now=NOW + DAY, actor=TESTER)
    printing.print_letters(folder=tmp_path, now=NOW + DAY, actor=TESTER)
    delivering.note_left(NOW + DAY)

    assert get_dispute(dispute_id=dispute.id).standing.decision.delivered_on is None


def test_what_the_carrier_shows_is_receipt_with_its_proof(tmp_path):
    dispute = denied(filed(a_member()))
    about = {"dispute": dispute, "now": NOW + 5 * DAY, "actor": a_worker("grievances")}
    waits = list_letters(dispute=dispute)[0]
    delivery.send_letters(now=NOW + 2 * DAY, actor=TESTER)
    printing.print_letters(folder=tmp_path, now=NOW + 2 * DAY, actor=TESTER)
    letter = list_letters(dispute=dispute)[0]

    for which, on, how, why in (
        (letter, date(2026, 12, 5), " ", "what shows it"),
        (waits, date(2026, 12, 5), "Receipt 7", "before it left"),
        (letter, date(2026, 12, 1), "Receipt 7", "before it left"),
        (letter, date(2026, 12, 6), "Receipt 7", "later than now"),
    ):
        with pytest.raises(BadCourse, match=why):
            delivering.note_carrier(letter=which, on=on, how=how, **about)
    delivering.note_carrier(letter=letter, on=date(2026, 12, 5), how="Receipt 7", **about)

    after = get_dispute(dispute_id=dispute.id)
    assert after.standing.decision.delivered_on == date(2026, 12, 5)
    assert after.events[-1].event.detail["how"] == "Receipt 7"


def test_a_letter_that_comes_back_is_put_before_the_owner_and_starts_nothing():
    worker = a_worker("grievances")
    dispute = denied(filed(a_member()), worker)
    letter = list_letters(dispute=dispute)[0]
    back = {
        "letter": letter,
        "on": date(2026, 12, 9),
        "how": "Moved",
        "now": NOW + 9 * DAY,
        "actor": worker,
    }

    delivering.note_returned(dispute=dispute, **back)
    delivering.note_returned(dispute=dispute, **back)

    assert [row.kind for row in fetch_all("SELECT kind FROM cases_alarm")] == ["letter_returned"]
    assert list_letters(dispute=dispute)[0].is_returned
    assert get_dispute(dispute_id=dispute.id).standing.decision.delivered_on is None


def test_only_who_works_it_notes_what_became_of_a_letter():
    member = a_member()
    dispute = filed(member)
    letter = list_letters(dispute=dispute)[0]

    for actor in (the_member(member), a_worker("pharmacy")):
        with pytest.raises(NotAllowed):
            delivering.note_returned(
                dispute=dispute, letter=letter, on=ON, how="", now=NOW + DAY, actor=actor
            )


def test_a_miss_and_what_the_member_does_are_told_of_too():
    member = a_member()
    dispute = filed(member)
    watch_clocks(clock(dispute.standing, Step.DECIDE).due_at)
    late = get_dispute(dispute_id=dispute.id)
    assert kinds(late) == [LetterKind.MISSED, LetterKind.RECEIVED]

    working.escalate(
        dispute=late,
        level=Level.EXTERNAL,
        now=late.events[-1].event.at + DAY,
        actor=the_member(member),
    )
    mine = filed(member := a_member())
    working.withdraw(dispute=mine, why="Settled.", now=NOW + DAY, actor=the_member(member))

    assert kinds(late)[0] is LetterKind.SENT_ON
    assert kinds(mine)[0] is LetterKind.WITHDRAWN


def test_a_letter_of_a_dispute_and_its_proofs_never_change():
    worker = a_worker("grievances")
    dispute = filed()
    letter = list_letters(dispute=dispute)[0]
    delivering.note_returned(
        dispute=dispute, letter=letter, on=ON, how="", now=NOW + DAY, actor=worker
    )

    for change in (
        "UPDATE grievances_letter SET subject = 'Other'",
        "UPDATE grievances_letter SET content = '{}'",
        "DELETE FROM grievances_letter",
        "UPDATE grievances_letter_proof SET on_day = on_day + 1",
        "DELETE FROM grievances_letter_proof",
    ):
        with pytest.raises(Exception, match=r"stays|history|append"), transaction.atomic():
            connection.cursor().execute(change)
    with pytest.raises(IntegrityError), transaction.atomic():
        fetch_all(
            "INSERT INTO grievances_letter (dispute_id, serial, addressee, kind, dated_on, subject, language,"
            " reading_format) VALUES (%(id)s, 1, 'member', 'dispute_x', now(), 'x', 'en', 'standard')",
            {"id": dispute.id},
        )
