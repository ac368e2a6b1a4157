"""The finder: every clean number is found, and nothing is matched that we did not issue."""

from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from openmember.accounts.rules import has_check_digits, number_from_payload
from openmember.billing.statements.rules import scan_line
from openmember.payments.receipts import rules
from openmember.payments.receipts.finding import find, find_more
from openmember.payments.receipts.truth import grouped, misread, slipped
from openmember.payments.receipts.types import Candidate, Fact, Found, How

NUMBER = number_from_payload(1_015_823_647)
numbers = st.integers(10**9, 10**10 - 1).map(number_from_payload)
texts = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ ,:;()", max_size=20)
randoms = st.integers(0, 10**6).map(Random)


def hows(text: str, number: str = NUMBER) -> list[How]:
    return [one.how for one in find_more(text) if one.number == number]


@given(numbers, texts, texts, randoms)
def test_every_clean_number_is_found_however_it_is_grouped(number, before, after, random):
    written = f"{before} {grouped(random, number)} {after}"

    assert number in {one.number for one in find(written)}


@given(st.text(max_size=300))
def test_what_is_sure_by_itself_has_check_digits_that_fit(text):
    for one in find(text):
        assert one.how in {How.NUMBER, How.OTHER_LABEL, How.SCAN_LINE}
        assert one.how is How.SCAN_LINE or has_check_digits(one.number)


@given(numbers, randoms)
def test_a_slip_is_never_sure_and_always_suggested(number, random):
    wrong = slipped(random, number)

    assert number not in {one.number for one in find(wrong)}
    assert not [one for one in find(wrong) if one.how is How.NUMBER]
    assert number in {one.number for one in find_more(wrong) if one.how is How.REPAIRED}


@given(numbers, randoms)
def test_letters_read_as_digits_are_a_repair(number, random):
    written = misread(random, number)
    assume(written != number)

    assert find(written) == []
    assert hows(written, number) == [How.READ]


@given(numbers, st.integers(0, 10**10 - 1))
def test_a_scan_line_gives_its_number_and_nothing_else(number, cents):
    assert find(scan_line(number, cents)) == [Found(number, How.SCAN_LINE)]


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("{n}", How.NUMBER),
        ("ACCT{n}", How.NUMBER),
        ("TRACE NO {n}", How.OTHER_LABEL),
        ("FROM ACCT: {n}", How.OTHER_LABEL),
        ("DEPO {n}", How.NUMBER),
        ("XY{n}", How.OTHER_LABEL),
        ("{n}Z", How.OTHER_LABEL),
        ("INV {n} PAY {n}", How.NUMBER),
        ("1015 8236 4772", How.NUMBER),
    ],
)
def test_labels_say_what_a_number_is(text, how):
    number = NUMBER if "{n}" in text else "101582364772"
    if "{n}" not in text:
        text, number = f"{NUMBER[:4]} {NUMBER[4:8]} {NUMBER[8:]}", NUMBER

    assert hows(text.format(n=NUMBER), number) == [how]


def test_a_number_inside_longer_digits_is_not_seen():
    assert find(f"REF 99{NUMBER}") == []
    assert find(f"{NUMBER}0") == []


def test_digits_of_other_scripts_are_digits():
    assert hows(NUMBER.translate(str.maketrans("0123456789", "０１２３４５６７８９"))) == [
        How.NUMBER
    ]


def test_numbers_from_before_and_record_numbers_keep_or_lose_their_zeros():
    assert Found("0012345678", How.LEGACY) in find_more("OLD NO 0012345678")
    assert Found("1234567", How.MRN) in find_more("MRN 001234567")


@given(
    st.lists(st.tuples(st.sampled_from(How), st.sets(st.sampled_from(Fact)), st.sampled_from("AB")))
)
def test_one_account_is_sure_or_none_is(found):
    candidates = [Candidate(account, how, frozenset(facts)) for how, facts, account in found]

    verdict = rules.decide(candidates)

    sure = {one.account_number for one in candidates if rules.is_sure(one)}
    assert verdict.account_number == (sure.pop() if len(sure) == 1 else None)


@pytest.mark.parametrize("how", [How.REPAIRED, How.MRN, How.LEGACY, How.OTHER_LABEL])
def test_an_amount_is_no_second_fact_for_what_nothing_checks(how):
    assert not rules.is_sure(Candidate("A", how, frozenset({Fact.AMOUNT})))
    assert rules.is_sure(Candidate("A", how, frozenset({Fact.NAME})))


def test_a_name_is_the_first_and_all_of_the_last_as_words():
    said = rules.words("pay by JOSÉ DE LA CRUZ")
    assert rules.is_named("José Luis", "de la Cruz", said)
    assert not rules.is_named("Jo", "de la Cruz", said)
    assert not rules.is_named("José", "", said)


def test_payers_are_known_again_without_their_figures():
    assert rules.payer_key("", "ACME Bakery, LLC inv 77") == rules.payer_key(
        "", "Acme bakery INV 912"
    )


@pytest.mark.parametrize(
    "text",
    [
        "CREDIT FROM IBAN GB29 {fours} 0130 00",
        "CARD DEPOSIT 4111 {fours}",
        "4111 {n}",
        "{fours} 11/28/2026",
        "ORG=/{n} PETER STONE OBI=RENT",
        "B/O {n}",
        "BNF=/{n}",
        "A/C {n}",
        "IBAN {n}",
    ],
)
def test_what_is_part_of_a_longer_number_or_called_another_one_is_not_sure(text):
    text = text.format(n=NUMBER, fours=f"{NUMBER[:4]} {NUMBER[4:8]} {NUMBER[8:]}")

    assert hows(text) == [How.OTHER_LABEL]


def test_a_day_and_a_time_are_no_number():
    found = [one for one in find("11/28/2026 0930 01-02-2026 1112") if one.how is How.NUMBER]

    assert found == []


def test_what_two_blanks_or_letters_bound_stands_alone():
    assert hows(f"11/28/2026  {NUMBER}  0930") == [How.NUMBER]
    assert hows(f"4111 PAY {NUMBER}, 77") == [How.NUMBER]


@given(numbers, st.integers(0, 10**10 - 1), st.integers(1, 9), st.integers(0, 3))
def test_a_scan_line_that_does_not_check_is_never_sure(number, cents, off, blanks):
    line = scan_line(number, cents).replace(" ", "")
    line = line[:-1] + str((int(line[-1]) + off) % 10)
    printed = (" " * blanks).join((line[:2], line[2:14], line[14:24], line[24:]))

    assert not [one for one in find(printed) if one.how is not How.OTHER_LABEL]


def test_a_word_of_letters_that_could_be_digits_is_a_word():
    written = f"{NUMBER[0]}O{NUMBER[2:4]} {NUMBER[4:8]} {NUMBER[8:]}"

    assert hows(f"ANA SOLIS {written}") == [How.READ]
    assert hows(f"4111 {written}") == [How.OTHER_LABEL]


@pytest.mark.parametrize("how", How)
def test_a_confirmed_payer_posts_nothing(how):
    alone, paired = (Candidate("A", how, facts) for facts in (frozenset(), frozenset({Fact.PAIR})))

    assert rules.is_sure(alone) == rules.is_sure(paired)
