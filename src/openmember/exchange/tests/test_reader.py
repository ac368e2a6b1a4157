"""What holds for every 834: it reads back as written, and no damage goes unseen."""

import gc
import itertools
from datetime import date
from io import BytesIO

from hypothesis import given, settings
from hypothesis import strategies as st

from openmember.exchange.testing import Cover, Enrollee, Sending, compose_834
from openmember.exchange.x12.types import Delimiters, Segment
from openmember.exchange.x834 import open_834
from openmember.exchange.x834.types import MemberInstruction

SPECIAL = '*:~^|>!+?;@#%&=<[]{}\\"$_`,\x1c\x1d\x1e\x1f'
words = st.text(st.sampled_from("ABCXYZabcxyz0189 -'é"), min_size=1, max_size=12).map(
    lambda text: "W" + text.strip()
)
days = st.dates(date(1900, 1, 1), date(2199, 12, 31))
covers = st.builds(
    Cover,
    plan=words,
    maintenance=st.sampled_from(["001", "021", "024", "030"]),
    begins_on=st.none() | days,
    ends_on=st.none() | days,
    premium_cents=st.none() | st.integers(-(10**9), 10**9),
)
categories = st.tuples(st.sampled_from(["RATING AREA", "SEP REASON"]), st.just("17"), words)
enrollees = st.builds(
    Enrollee,
    number=words,
    first_name=words,
    last_name=words,
    maintenance=st.sampled_from(["001", "021", "024", "025", "030"]),
    reason=words,
    group=words,
    references=st.lists(st.tuples(st.just("17"), words), max_size=3).map(tuple),
    dates=st.lists(st.tuples(st.sampled_from(["356", "357"]), days), max_size=3).map(tuple),
    born_on=days,
    address=st.tuples(words, words, words, words),
    phone=words,
    coverages=st.lists(covers, max_size=3).map(tuple),
    categories=st.lists(categories, max_size=3).map(tuple),
) | st.builds(Enrollee, number=words, is_subscriber=st.just(False), relationship=st.just("19"))
families = st.lists(enrollees, min_size=1, max_size=4)
delimiters = st.permutations(SPECIAL).map(lambda some: Delimiters(*some[:4]))
sendings = st.builds(Sending, delimiters=delimiters, line_end=st.sampled_from(["", "\n", "\r\n"]))

SAMPLE = compose_834(
    [
        Enrollee(
            "M1",
            group="G1",
            dates=(("356", date(2026, 1, 1)),),
            born_on=date(1980, 1, 1),
            other=(("NM1", "31", "1"), ("N3", "1 Main"), ("N4", "Oakland", "CA", "94612")),
            coverages=(Cover(premium_cents=100), Cover("DEN")),
            categories=(("APTC AMT", "9V", "12.50"),),
        ),
        Enrollee("M1", is_subscriber=False, relationship="01"),
    ]
)
LINES = SAMPLE.splitlines(keepends=True)


def as_enrollee(member):
    """Return what was composed, from what was read."""
    address, born = member.person.address, member.person.demographics
    return Enrollee(
        number=member.subscriber_number,
        first_name=member.person.first_name,
        last_name=member.person.last_name,
        is_subscriber=member.is_subscriber,
        relationship=member.relationship,
        maintenance=member.maintenance_type,
        reason=member.maintenance_reason,
        benefit_status=member.standing.benefit_status,
        group=member.group_or_policy,
        references=tuple((one.qualifier, one.value) for one in member.references),
        dates=tuple((one.qualifier, one.on) for one in member.dates),
        born_on=born and born.born_on,
        gender=born.gender if born else "U",
        address=address and (address.line_1, address.city, address.state, address.postal_code),
        phone="".join(contact.value for contact in member.person.contacts),
        coverages=tuple(as_cover(coverage) for coverage in member.coverages),
        categories=tuple(
            (one.name, one.reference.qualifier, one.reference.value) for one in member.categories
        ),
    )


def as_cover(coverage):
    return Cover(
        line=coverage.insurance_line,
        plan=coverage.plan_description,
        level=coverage.level,
        maintenance=coverage.maintenance_type,
        begins_on=coverage.begins_on,
        ends_on=coverage.ends_on,
        premium_cents=next((amount.cents for amount in coverage.amounts), None),
    )


def errors_in(content):
    return open_834(BytesIO(content)).report.error_count


@given(families, sendings)
def test_what_was_composed_is_read_back_under_any_delimiters(family, sending):
    reading = open_834([compose_834(family, sending=sending)])

    assert [as_enrollee(member) for member in reading] == family
    assert reading.report.problems == ()


@settings(max_examples=30)
@given(families, st.data())
def test_any_chunking_gives_the_same_members(family, data):
    content = compose_834(family)
    cuts = data.draw(st.lists(st.integers(0, len(content)), max_size=20).map(sorted))
    chunks = [content[a:b] for a, b in zip([0, *cuts], [*cuts, len(content)], strict=True)]

    assert list(open_834(chunks)) == list(open_834(BytesIO(content)))


def test_a_lost_segment_is_always_noticed():
    for index in range(len(LINES)):
        assert errors_in(b"".join(LINES[:index] + LINES[index + 1 :])), LINES[index]


def test_a_doubled_segment_is_always_noticed():
    for index in range(len(LINES)):
        assert errors_in(b"".join(LINES[: index + 1] + LINES[index:])), LINES[index]


def test_two_segments_that_changed_places_never_raise():
    for index in range(len(LINES) - 1):
        swapped = [*LINES]
        swapped[index : index + 2] = reversed(swapped[index : index + 2])
        errors_in(b"".join(swapped))


def test_a_file_cut_at_any_byte_is_noticed():
    for size in range(len(SAMPLE.rstrip())):
        assert errors_in(SAMPLE[:size]), size


@settings(max_examples=300)
@given(st.integers(0, len(SAMPLE) - 1), st.binary(max_size=3))
def test_a_replaced_byte_never_raises(place, bytes_):
    errors_in(SAMPLE[:place] + bytes_ + SAMPLE[place + 1 :])


@given(st.binary(max_size=400))
def test_arbitrary_bytes_are_refused(content):
    assert errors_in(content)
    assert errors_in(SAMPLE[:106] + content)


def test_members_are_handed_out_and_let_go_while_the_file_is_read():
    body = b"".join(LINES[10:-3])
    copies = iter([body] * 500)
    members = iter(open_834(itertools.chain([b"".join(LINES[:10])], copies)))

    for _ in range(600):
        next(members)

    assert len(list(copies)) >= 190
    alive = [type(one) for one in gc.get_objects()]
    assert alive.count(MemberInstruction) <= 2
    assert alive.count(Segment) <= 200
