"""What letters of disputes say, to whom, and that none leaves without what it must say."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openmember.cases.types import Case, Channel, Priority, Status
from openmember.grievances.course import standing
from openmember.grievances.letters.agencies import all_agencies
from openmember.grievances.letters.composing import Addressed, draft, said_by_sheet
from openmember.grievances.letters.elements import all_requirements, lacking, required
from openmember.grievances.letters.facts import Told
from openmember.grievances.letters.kinds import letter_owed
from openmember.grievances.letters.receipt import receipt_of
from openmember.grievances.letters.types import Addressee, LetterKind, Proof
from openmember.grievances.steps import FAMILIES
from openmember.grievances.testing import DENIAL, EASTERN, happened, last_day_of, received
from openmember.grievances.types import (
    AskedBy,
    Dispute,
    Event,
    Kind,
    Law,
    Logged,
    Step,
)
from openmember.grievances.words import ELEMENTS
from openmember.letters.composing import fill
from openmember.letters.rules import elements_of
from openmember.letters.types import ReadingFormat
from openmember.members.types import Address, Person, PersonName

ANA = Person(PersonName("Ana", "Ruiz"), address=Address("1 Main St"), region="california")
SAID = {**DENIAL, "outcome": "upheld", "notice_on": "2026-12-01"}
AT = datetime(2026, 11, 30, 18, tzinfo=UTC)
CASE = Case(
    id=1, number="CA-26-ABC123", category="appeal", team="grievances", region="california", topic="",
    priority=Priority.NORMAL, status=Status.NEW, member_id=1, account_number=None, subject="", need="Scan.",
    language="en", channel=Channel.PHONE, owner_id=None, owner_name="", facts={}, version=1, opened_at=AT,
    opened_by="", resolved_at=None, closed_at=None, resolution="", resolutions=0, due_at=None,
    is_expedited=False, merged_into=None,
)  # fmt: skip

ANSWER = {"outcome": "answered", "reason": "We are sorry.", "notice_on": "2026-12-01"}
DISMISSAL = {
    "outcome": "dismissed",
    "code": "too_late",
    "reason": "Late.",
    "notice_on": "2026-12-01",
}
APPROVAL = {"outcome": "overturned", "reason": "Approved.", "notice_on": "2026-12-09"}
BILL = {"matter": "billing", "care": "post_service"}
AS_APPEAL = {"matter": "appeal", "care": "post_service", "why": "It is about coverage."}
DENIED = (Kind.DECIDED, SAID)
LONGER = (Kind.EXTENDED, {"days": 14, "why": "Records are missing."})
OUTSIDE = (Kind.ESCALATED, {"level": "external"})

# How a dispute comes to each letter: what was filed, then what happened; the last event owes it.
WAYS = {
    LetterKind.RECEIVED: ({}, []),
    LetterKind.RELABELLED: (BILL, [(Kind.RELABELLED, AS_APPEAL)]),
    LetterKind.FAST: ({}, [(Kind.EXPEDITED, {"by_clinician": True, "why": "Pain"})]),
    LetterKind.FAST_REFUSED: ({"wish": "Pain"}, [(Kind.EXPEDITE_REFUSED, {"why": "It can wait."})]),
    LetterKind.EXTENDED: ({}, [LONGER]),
    LetterKind.ASKED: ({}, [LONGER, (Kind.TOLLED, {"why": "The X-ray.", "until": "2027-01-16"})]),
    LetterKind.DENIED: ({}, [DENIED]),
    LetterKind.PARTLY: ({}, [(Kind.DECIDED, {**SAID, "outcome": "partly"})]),
    LetterKind.GRANTED: ({}, [(Kind.DECIDED, {**SAID, "outcome": "overturned", "code": "criteria_met"})]),
    LetterKind.ANSWERED: ({"matter": "grievance", "care": "service"}, [(Kind.DECIDED, ANSWER)]),
    LetterKind.DISMISSED: ({}, [(Kind.DECIDED, DISMISSAL)]),
    LetterKind.WITHDRAWN: ({}, [(Kind.WITHDRAWN, {"why": "Settled."})]),
    LetterKind.MISSED: ({}, [(Kind.LAPSED, {"step": "decide", "lapse": "exhausted"})]),
    LetterKind.FORWARDED: ({}, [DENIED, (Kind.ESCALATED, {"level": "ire"})]),
    LetterKind.SENT_ON: ({}, [DENIED, OUTSIDE]),
    LetterKind.OUTSIDE: ({}, [DENIED, OUTSIDE, (Kind.DECIDED, APPROVAL)]),
    LetterKind.REOPENED: ({}, [DENIED, (Kind.REOPENED, {"why": "New records."})]),
    LetterKind.VACATED: ({}, [(Kind.DECIDED, DISMISSAL), (Kind.VACATED, {"why": "Ill."})]),
}  # fmt: skip
# Of which law a dispute can owe a letter that others never do.
OF_LAW = {
    LetterKind.EXTENDED: {"law": "ma", "place": "MD"}, LetterKind.FORWARDED: {"law": "ma", "place": "MD"},
    LetterKind.ASKED: {"law": "self_funded", "place": "US", "matter": "determination"},
}  # fmt: skip
LATE = {"ma": "forward", "pd": "forward"}


def told_of(kind, **said):
    """Return what a letter tells, as the services find it in the log."""
    filed, steps = WAYS[kind]
    detail = {**filed, **OF_LAW.get(kind, {}), **said}
    if kind is LetterKind.EXTENDED and detail["law"] == "pd":
        detail |= {"matter": "grievance", "care": "service"}
    first = received("2026-11-30 09:00", **detail)
    events = [first]
    for number, (what, given_) in enumerate(steps):
        more = dict(given_)
        if what is Kind.LAPSED:
            more["lapse"] = LATE.get(detail.get("law", ""), more["lapse"])
            events.append(happened(what, "2027-03-01 09:00", **more))
        elif what is Kind.ESCALATED and detail.get("law") in LATE:
            events.append(happened(what, f"2026-12-0{number + 1} 10:00", level="ire"))
        else:
            events.append(happened(what, f"2026-12-0{number + 1} 09:30", **more))
    found = standing(events)
    dispute = Dispute(
        id=1, case_id=1, case_number=CASE.number, member_id=1, asked_by=AskedBy.MEMBER, asked_name="",
        service="MRI of the knee", provider="Dr. Lee", served_from=date(2026, 11, 2), served_until=None,
        amount_cents=480_00, notice_on=None, decider_id=None, good_cause="", standing=found,
        events=tuple(Logged(one, "staff:1", "Rosa", one.at) for one in events),
    )  # fmt: skip
    assert letter_owed(events[-1], found) is kind
    on = events[-1].at.astimezone(ZoneInfo(found.zone)).date()
    return Told(dispute, events[-1], CASE, on, specialties=("orthopedics",))


def made(kind, language="en", **said):
    to = Addressed(Addressee.MEMBER, ANA, language, ReadingFormat.STANDARD, "123456789012")
    return draft(told=told_of(kind, **said), kind=kind, to=to)


def words(found):
    parts = [line for part in found.sheet.parts for line in (part.text, *part.items)]
    return " ".join([found.sheet.subject, *parts])


TRACKS = [
    {"law": "individual", "place": "CA"}, {"law": "group", "place": "CO"},
    {"law": "self_funded", "place": "US"}, {"law": "ma", "place": "MD"},
    {"law": "pd", "place": "GA", "care": "drug"},
]  # fmt: skip


def track_for(row):
    """Return what a dispute is filed with so that a row of the table speaks of its letter."""
    kind = LetterKind.DENIED if row.kind == "any" else LetterKind(row.kind)
    said = dict(OF_LAW.get(kind, {}))
    if row.law != "any" and Law(said.get("law", "individual")) not in FAMILIES[row.law]:
        said["law"] = next(one.value for one in Law if one in FAMILIES[row.law])
    if row.law == "medicare" and kind is LetterKind.MISSED:
        said |= {"law": "ma", "place": "MD"}
    if row.place != "US":
        said["place"] = row.place
    return kind, said


def test_every_kind_of_letter_has_its_way_and_its_requirements():
    named = {row.kind for row in all_requirements()}

    assert set(WAYS) == set(LetterKind) == {LetterKind(one) for one in named - {"any"}}
    assert {row.element for row in all_requirements()} <= set(ELEMENTS)


@pytest.mark.parametrize(
    "row", all_requirements(), ids=lambda one: f"{one.kind}-{one.law}-{one.place}-{one.element}"
)
def test_a_letter_that_lacks_an_element_is_known_by_that_element(row):
    kind, said = track_for(row)
    found = made(kind, **said)
    track = told_of(kind, **said).standing.track
    text = fill(kind.value, found.facts)

    assert not found.lacks
    assert row.element in {one.element for one in required(kind, track, on=found.on)}
    without = elements_of(re.sub(f"\ue000{row.element}\ue001[^\ue002]*\ue002", "", text))
    ends = said_by_sheet(replace(found.sheet, language_notices=(), forms_notice=""))
    has = {
        **without,
        **({} if row.element in {"language", "formats"} else said_by_sheet(found.sheet)),
        **ends,
    }
    assert row.element in {one.element for one in lacking(kind, track, has, on=found.on)}


@pytest.mark.parametrize("kind", LetterKind)
@pytest.mark.parametrize("language", ["en", "es", "zh-hant"])
def test_every_letter_is_whole_in_every_language_and_under_every_law(kind, language):
    for track in TRACKS:
        said = {} if kind in OF_LAW else track
        if kind in {LetterKind.SENT_ON, LetterKind.OUTSIDE} and track["law"] in LATE:
            continue
        found = made(kind, language, **said)
        assert not found.lacks, (kind, track)
        assert "CA-26-ABC123" in words(found)
        assert not re.search(r"[\ue000-\ue002]|None|\{|%\(", words(found))


def test_a_denial_says_reason_criteria_next_right_its_last_day_and_how():
    found = words(made(LetterKind.DENIED, law="individual", place="CA"))

    for said in (
        "Not covered", "Evidence of Coverage, part 4", "independent external review",
        "June 1, 2027", "or longer",
        "Department of Managed Health Care", "1-888-466-2219", "not an appeal", "no part in the first decision",
        "a clinician of orthopedics", "6 months after the decision", "HSC 1374.30",
    ):  # fmt: skip
        assert said in found
    assert "Rosa" not in found


def test_a_group_s_denial_names_the_right_to_go_to_court():
    assert "502(a) of ERISA" in words(made(LetterKind.DENIED, law="self_funded", place="US"))
    assert "ERISA" not in words(made(LetterKind.DENIED, law="individual", place="CA"))


def test_what_the_review_outside_costs_is_said_where_it_is_known():
    assert "It costs $15.00" in words(made(LetterKind.DENIED, law="individual", place="HI"))
    assert "It costs you nothing" in words(made(LetterKind.DENIED, law="self_funded", place="HI"))
    assert "costs" not in words(made(LetterKind.DENIED, law="individual", place="OR"))


def test_medicare_s_denial_says_that_the_case_goes_on_by_itself_and_to_whom_on_the_day():
    found = words(made(LetterKind.DENIED, law="ma", place="MD"))

    assert "You need not do anything" in found
    assert "C2C Innovative Solutions" in found
    assert "We send it by Wednesday, December 30, 2026" in found


def test_an_extension_under_medicare_names_the_fast_grievance_and_the_days_that_were_added():
    found = words(made(LetterKind.EXTENDED))

    assert "We take 14 more days. We decide by Wednesday, January 13, 2027" in found
    assert "fast grievance" in found
    assert "within 24 hours" in found
    assert "14 days were added, as this law allows." in found


def test_what_is_asked_for_has_its_last_day_and_the_clock_stands_still():
    found = words(made(LetterKind.ASKED))

    assert "The X-ray." in found
    assert "Please send it by Saturday, January 16, 2027." in found
    assert "45 calendar days" in found
    assert "stands still" in found


def test_what_a_miss_comes_to_is_said_with_the_way_on():
    assert "need not wait for us" in words(made(LetterKind.MISSED, law="individual", place="CA"))
    assert "decides in our place" in words(made(LetterKind.MISSED, law="ma", place="MD"))


def test_every_agency_is_named_in_each_language_and_a_phone_only_where_it_is_known():
    assert len({one.code for one in all_agencies()}) == len(all_agencies())
    assert {one.code for one in all_agencies() if one.phone} == {"dmhc", "ebsa", "medicare"}


def test_an_element_is_asked_for_from_the_day_of_its_law_on():
    track = told_of(LetterKind.RECEIVED).standing.track
    before = {one.element for one in required(LetterKind.RECEIVED, track, on=date(2025, 7, 4))}
    after = {one.element for one in required(LetterKind.RECEIVED, track, on=date(2025, 7, 5))}

    assert after - before == {"language"}


DECIDED = [
    received("2026-03-02 10:00", EASTERN, law="self_funded", place="US"),
    happened(Kind.DECIDED, "2026-03-20 10:00", EASTERN, outcome="upheld", notice_on="2026-03-20"),
]
PROOFS = st.lists(
    st.tuples(st.sampled_from(Proof), st.integers(-5, 90), st.integers(0, 90)), max_size=8
)


def right_after(events):
    return last_day_of(standing(events), Step.FILE, "external")


@given(PROOFS)
@settings(max_examples=150, deadline=None)
def test_no_proof_in_any_order_moves_a_right_earlier(proofs):
    events, day = list(DECIDED), date(2026, 3, 20)
    latest = right_after(events)
    noted = 0
    for proof, came, known in sorted(proofs, key=lambda one: one[2]):
        event = receipt_of(
            events, serial=2, proof=proof, on=day + timedelta(days=came),
            at=events[-1].at + timedelta(days=known),
        )  # fmt: skip
        if event is not None:
            noted += 1
            events.append(event)
        assert right_after(events) >= latest
        latest = right_after(events)
    assert noted <= 1
    assert noted == any(proof is not Proof.RETURNED for proof, _, _ in proofs)


@given(st.lists(st.integers(-30, 120), max_size=6))
@settings(max_examples=100, deadline=None)
def test_no_delivery_noted_by_hand_moves_a_right_earlier(days):
    events, latest = list(DECIDED), right_after(DECIDED)
    for number, came in enumerate(days, 1):
        on = date(2026, 3, 20) + timedelta(days=came)
        at = DECIDED[-1].at + timedelta(days=number)
        events.append(Event(Kind.DELIVERED, at, {"on": on.isoformat()}))
        assert right_after(events) >= latest
        latest = right_after(events)


def test_a_letter_of_an_earlier_decision_starts_no_clock():
    went_on = [*DECIDED, happened(Kind.ESCALATED, "2026-03-22 10:00", EASTERN, level="external")]
    again = [*DECIDED, happened(Kind.REOPENED, "2026-03-22 10:00", EASTERN, why="x")]
    read = {"proof": Proof.READ, "on": date(2026, 3, 25), "at": DECIDED[-1].at + timedelta(days=5)}

    assert receipt_of(DECIDED, serial=2, **read)
    assert receipt_of(DECIDED, serial=1, **read) is None
    assert receipt_of(went_on, serial=2, **read) is None
    assert receipt_of(again, serial=2, **read) is None
