"""What is read out of remittances, and their arithmetic."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openmember.exchange.x820 import open_820
from openmember.exchange.x820.testing import GROUP, Paid, compose_820
from openmember.exchange.x835 import open_835, report_as_dict
from openmember.exchange.x835.testing import Decided, Served, compose_835

VISIT = Served(200_00, (("CO", "45", 50_00), ("PR", "1", 60_00)), code="HC:99213:25:59")
CLAIM = Decided("M1", (VISIT,), rows=(("DTM", "232", "20261001"), ("MOA", "", "", "MA02", "N1")))
cents = st.integers(min_value=-1_000_000_00, max_value=1_000_000_00)


def read_835(content):
    return [(header, list(claims)) for header, claims in open_835([content]).payments()]


def read_820(content):
    return [(header, list(entities)) for header, entities in open_820([content]).payments()]


def test_a_claim_says_all_of_its_parts():
    ((header, (claim,)),) = read_835(compose_835([CLAIM]))

    assert (header.trace, header.payer_key, header.method) == ("TRACE-1", "1990000001", "ACH")
    assert (claim.control, claim.payer_control, claim.status) == ("PCN-1", "ICN-1", "1")
    assert (claim.charge.cents, claim.paid.cents, claim.patient_cents) == (200_00, 90_00, 60_00)
    assert claim.remarks == ("MA02", "N1")
    assert claim.name("QC").full == "Ana River"
    (service,) = claim.services
    assert (service.qualifier, service.code, service.modifiers) == ("HC", "99213", ("25", "59"))


def test_six_reasons_fit_in_one_adjustment_segment():
    reasons = "*".join(f"{reason}*1.00*" for reason in range(1, 7)).rstrip("*")
    content = compose_835([replace(CLAIM, services=(), charge_cents=6_00, paid_cents=0)])
    whole = content.replace(b"NM1*QC", f"CAS*PR*{reasons}~\nNM1*QC".encode()).replace(
        b"SE*13*", b"SE*14*"
    )

    ((_, (claim,)),) = read_835(whole)

    assert [one.reason for one in claim.adjustments] == ["1", "2", "3", "4", "5", "6"]
    assert claim.patient_cents == 6_00


def test_a_reversal_turns_every_amount_round():
    ((_, (claim,)),) = read_835(compose_835([replace(CLAIM, status="22")]))

    assert claim.is_reversal
    assert (claim.charge.cents, claim.paid.cents, claim.patient_cents) == (-200_00, -90_00, -60_00)


def test_several_payments_of_a_file_are_read_one_after_the_other():
    from openmember.exchange.testing import compose_x12
    from openmember.exchange.x835.testing import GUIDE, rows_835

    rows = (rows_835([CLAIM], trace=trace) for trace in ("A", "B"))
    content = b"".join(compose_x12(rows, set_id="835", functional_id="HP", guide=GUIDE))

    assert [header.trace for header, _ in read_835(content)] == ["A", "B"]


def test_amounts_keep_their_decimals_in_the_report():
    content = compose_835([CLAIM]).replace(b"*200.00*90.00", b"*200*90")

    report = report_as_dict([content])

    (transaction,) = report["interchanges"][0]["groups"][0]["transactions"]
    assert transaction["business"]["claim_paid_sum"] == "90"
    assert transaction["business"]["bpr_equals_claims_minus_plb"] is True


def test_an_entity_says_all_of_its_parts():
    rows = (("REF", "18", "X"), ("DTM", "582", "", "", "", "RD8", "20261101-20261130"))
    entity = Paid("M1", (("APTC", 35_00),), rows=rows)

    ((header, (read,)),) = read_820(compose_820([entity]))

    assert (header.amount.cents, header.trace, header.payer_key) == (
        35_00,
        "TRACE-1",
        "FI:990000001",
    )
    (line,) = read.lines
    assert (line.qualifier, line.identifier, line.amount.cents) == ("ZZ", "APTC", 35_00)
    assert line.period.until.isoformat() == "2026-11-30"
    assert (read.name.last, read.name.id_value) == ("River", "M1")


def test_an_adjustment_before_the_first_line_is_of_earlier_payments():
    entity = Paid("M1", (("P1", 35_00),), "IG", adjustments=((-5_00, "52"),))

    ((_, (read,)),) = read_820(compose_820([entity], guide=GROUP))

    assert [one.amount.cents for one in read.adjustments] == [-5_00]
    assert read.lines[0].adjustments == ()


def test_what_a_list_bill_breaks_down_is_not_the_lines_own():
    rows = (("IT1", "1"), ("SLN", "1", "", "I", "1"), ("ADX", "-1.00", "52"))
    ((_, (read,)),) = read_820(
        compose_820([Paid("M1", (("P1", 35_00),), "IG", rows=rows)], guide=GROUP)
    )

    assert read.lines[0].adjustments == ()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(cents, cents, cents), min_size=1, max_size=4), cents)
def test_a_remittance_adds_up_exactly_when_its_amounts_do(services, off):
    claim = Decided(
        "M1", tuple(Served(charge, (("CO", "45", cut), ("PR", "1", share))) for charge, cut, share in services)
    )  # fmt: skip
    content = compose_835([replace(claim, paid_cents=claim.paid + off)])

    report = open_835([content]).report

    assert report.error_count == 0
    assert bool(report.mismatches) == bool(off)


@settings(max_examples=60, deadline=None)
@given(st.lists(cents, min_size=1, max_size=6), cents)
def test_a_premium_payment_adds_up_exactly_when_its_lines_do(lines, off):
    entity = Paid("M1", tuple(("APTC", one) for one in lines))

    report = open_820([compose_820([entity], amount_cents=sum(lines) + off)]).report

    assert report.error_count == 0
    assert bool(report.mismatches) == bool(off)


@pytest.mark.parametrize("opened", [open_820, open_835])
@given(content=st.binary(max_size=400))
@settings(max_examples=60, deadline=None)
def test_no_bytes_raise(opened, content):
    assert opened([content]).report.error_count
