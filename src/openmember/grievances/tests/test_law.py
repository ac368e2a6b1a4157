"""Whatever happens in whatever order: no duty moves later than the law allows, and no right earlier."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from openmember.cases.clocks.rules import due_of
from openmember.cases.clocks.types import Hours
from openmember.cases.clocks.types import Rule as Counted
from openmember.grievances.course import standing, which_can
from openmember.grievances.steps import FAMILIES, all_rules
from openmember.grievances.types import BadCourse, Event, Kind, Level, Rule, Speed, Step, Whose
from openmember.rulebook.clocks import get_clock, list_clocks
from openmember.rulebook.types import Unit

# Steps of other rooms or of nobody's dispute, and why they are not in `steps.csv`.
ELSEWHERE = {
    "FED-CLM-CONC-EXT", "FED-CLM-MISFILED",  # asked of utilization management, not disputed
    "FED-CLM-PRE-EXT", "FED-CLM-POST-EXT", "MA-RECON-STD-EXT", "WA-APL-DEC-EXT",  # as `added` days
    "FED-APL-RESUBMIT-NOTE", "FED-EXT-PRELIM-NOTE", "FED-EXT-PERFECT", "FED-EXT-FWD", "FED-EXT-REC",
    "HI-EXT-ELIG-NOTE", "MD-MIA-NOTIFY",  # steps of the reviewer or after its preliminary review
    "CA-GRV-EXEMPT", "VA-EXHAUST",  # a shorter way, and the consequence of the thirty days above it
    "MA-FAST-ASK", "MA-FAST-RECON", "MA-FAST-RECON-DEC",  # ending of services: goes to the QIO
}  # fmt: skip
KINDS = {
    "appeal", "external-review", "grievance", "organization-determination", "coverage-determination",
    "prior-authorization",
}  # fmt: skip

_TRACKS = [
    (matter, law, place, care, levels)
    for matter, cares in (
        ("appeal", ("pre_service", "post_service")), ("grievance", ("service",)),
        ("determination", ("pre_service", "post_service")),
    )
    for law in ("individual", "group", "self_funded", "ma", "pd")
    for place in ("CA", "CO", "GA", "HI", "MD", "VA", "DC", "OR", "WA")
    for care in cares
    for levels in ((1, 2) if law in {"group", "self_funded"} else (1,))
]  # fmt: skip
_ACTS = st.sampled_from(
    [
        (Kind.ACKNOWLEDGED, {}),
        (Kind.EXPEDITED, {}),
        (Kind.EXPEDITE_REFUSED, {}),
        (Kind.EXTENDED, {"days": 14}),
        (Kind.EXTENDED, {"days": 15}),
        (Kind.TOLLED, {}),
        (Kind.TOLLED, {"until": "2026-06-01"}),
        (Kind.RESUMED, {}),
        (Kind.RELABELLED, {"matter": "appeal", "care": "post_service"}),
        (Kind.DECIDED, {"outcome": "upheld"}),
        (Kind.DECIDED, {"outcome": "dismissed"}),
        (Kind.DELIVERED, {"on": "2026-06-01"}),
        (Kind.LAPSED, {"step": "decide", "lapse": "exhausted"}),
        (Kind.LAPSED, {"step": "decide", "lapse": "forward"}),
        (Kind.LAPSED, {"step": "decide", "lapse": "adverse"}),
        (Kind.ESCALATED, {"level": "external"}),
        (Kind.ESCALATED, {"level": "ire"}),
        (Kind.ESCALATED, {"level": "plan_2"}),
        (Kind.VACATED, {}),
        (Kind.REOPENED, {}),
        (Kind.WITHDRAWN, {}),
    ]
)


@given(
    track=st.sampled_from(_TRACKS),
    acts=st.lists(st.tuples(_ACTS, st.integers(1, 30 * 24 * 60)), max_size=9),
    start=st.integers(0, 2 * 365 * 24 * 60),
)
@settings(max_examples=400)
def test_no_order_of_events_moves_a_duty_later_or_a_right_earlier_than_the_law(track, acts, start):
    matter, law, place, care, levels = track
    at = datetime(2025, 1, 2, 8, tzinfo=UTC) + timedelta(minutes=start)
    events = [
        Event(
            Kind.RECEIVED, at,
            {"matter": matter, "law": law, "place": place, "care": care, "levels": levels,
             "zone": "America/New_York"},
        )
    ]  # fmt: skip
    for (kind, detail), minutes in acts:
        at += timedelta(minutes=minutes)
        try:
            standing([*events, Event(kind, at, detail)])
        except BadCourse:
            continue
        events.append(Event(kind, at, detail))

    tolled = _tolled(events, until=at)
    for clock in standing(events).clocks:
        is_right = clock.whose is Whose.MEMBER
        for one in (clock.governs, *clock.lost):
            if one.due_at is None or clock.due_at is None:
                assert tolled
                continue
            alone = _by_the_law_alone(one.clock.id, one.started_at, one.added)
            assert alone <= one.due_at
            # What the member was asked for may have a later day than the law's least.
            assert clock.step is Step.SUPPLY or one.due_at <= alone + tolled
            assert (clock.due_at >= one.due_at) if is_right else (clock.due_at <= one.due_at)
            if one.clock.id.startswith("FED-APL") and clock.step is Step.DECIDE:
                assert all(pause.ground == "evidence" for pause in clock.stood)
        if clock.visit == 1 and clock.step is Step.DECIDE:
            starts = {events[0].at, _expedited_at(events)}
            assert clock.started_at in starts or clock.governs.clock.id == "FED-CLM-URG-INC-DEC"


@given(track=st.sampled_from(_TRACKS), acts=st.lists(_ACTS, max_size=6), tries=st.lists(_ACTS))
@settings(max_examples=60)
def test_what_can_come_next_is_what_the_whole_log_would_take(track, acts, tries):
    matter, law, place, care, levels = track
    at = datetime(2026, 3, 2, 12, tzinfo=UTC)
    said = {"matter": matter, "law": law, "place": place, "care": care, "levels": levels}
    events = [Event(Kind.RECEIVED, at, {**said, "zone": "America/New_York"})]
    for n, (kind, detail) in enumerate(acts, start=1):
        event = Event(kind, at + n * timedelta(days=9), detail)
        events += which_can(events, [event])
    wanted = [Event(kind, at + timedelta(days=90), detail) for kind, detail in tries]

    assert which_can(events, wanted) == [one for one in wanted if _stands([*events, one])]


def _stands(events: list[Event]) -> bool:
    try:
        standing(events)
    except BadCourse:
        return False
    return True


@given(days=st.integers(0, 60), track=st.sampled_from(_TRACKS))
def test_a_letter_that_came_later_never_shortens_a_right(days, track):
    matter, law, place, care, levels = track
    at = datetime(2026, 3, 2, 12, tzinfo=UTC)
    events = [
        Event(
            Kind.RECEIVED, at,
            {"matter": matter, "law": law, "place": place, "care": care, "levels": levels,
             "zone": "America/New_York"},
        ),
        Event(Kind.DECIDED, at + timedelta(days=3), {"outcome": "upheld", "notice_on": "2026-03-05"}),
    ]  # fmt: skip
    on = (at + timedelta(days=3 + days)).date().isoformat()
    came = Event(Kind.DELIVERED, at + timedelta(days=70), {"on": on})

    before, after = standing(events), standing([*events, came])

    for one, other in zip(before.clocks, after.clocks, strict=True):
        if one.whose is Whose.MEMBER and one.step is Step.FILE and one.due_at and other.due_at:
            assert other.due_at >= one.due_at


def test_every_clock_of_disputes_has_its_step():
    used = {rule.clock_id for rule in all_rules()}
    wanted = {clock.id for clock in list_clocks() if clock.kind in KINDS}

    assert wanted - used - ELSEWHERE - {"PA57-STD", "PA57-EXP"} == set()
    assert ELSEWHERE & used == set()


def test_every_law_has_a_decision_for_every_appeal():
    for law in ("individual", "group", "self_funded"):
        for speed in Speed:
            assert _deciding(law, speed), (law, speed)


def _deciding(law: str, speed: Speed) -> list[Rule]:
    return [
        rule
        for rule in all_rules()
        if (rule.matter, rule.level, rule.step) == ("appeal", Level.PLAN, Step.DECIDE)
        and law in FAMILIES[rule.law]
        and rule.place == "US"
        and rule.speed in {None, speed}
    ]


def _by_the_law_alone(clock_id: str, started_at: datetime, added: int) -> datetime:
    """The clock without any pause."""
    hours = get_clock(clock_id).unit is Unit.HOUR
    return due_of(
        Counted(clock_id=clock_id), Hours("America/New_York", (), 0, 24), started_at, (),
        added * 24 if hours else added,
    )  # fmt: skip


def _tolled(events: list[Event], until: datetime) -> timedelta:
    """How long clocks stood still in all, a day more for each time since days are whole."""
    total, since = timedelta(), None
    for event in events:
        if event.kind is Kind.TOLLED:
            since = event.at
        elif since is not None and event.kind in {Kind.RESUMED, Kind.DECIDED}:
            total += event.at - since + timedelta(days=1)
            since = None
    return total + (until - since + timedelta(days=1) if since is not None else timedelta())


def _expedited_at(events: list[Event]) -> datetime | None:
    return next((event.at for event in events if event.kind is Kind.EXPEDITED), None)
