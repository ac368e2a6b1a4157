"""Taking enrolment files, from bytes to accounts and spans."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from openmember.accounts.queries import list_people
from openmember.coverage import models
from openmember.coverage.services.intake import take_834
from openmember.exchange.testing import Cover, Enrollee, Sending, compose_834
from openmember.members.queries import get_member
from openmember.members.types import system

pytestmark = pytest.mark.django_db

LAST_DAY = date(2026, 6, 30)
ANA = Enrollee("S1", born_on=date(1980, 5, 1), group="G1", coverages=(Cover(level="FAM"),))
KAI = Enrollee(
    "S1", first_name="Kai", is_subscriber=False, relationship="19", born_on=date(2015, 2, 3),
    coverages=(Cover(level="FAM"),),
)  # fmt: skip


def ended(enrollee: Enrollee) -> Enrollee:
    return replace(enrollee, maintenance="024", coverages=(), dates=(("357", LAST_DAY),))


@pytest.fixture
def take(tmp_path: Path):
    def taking(*enrollees: Enrollee, action: str = "2", control: int = 1, **options):
        path = tmp_path / f"{control}.834"
        path.write_bytes(compose_834(enrollees, action=action, sending=Sending(control=control)))
        return take_834(path=path, actor=system("test"), **options)

    return taking


def spans(first_name: str = "Ana"):
    return [
        (span.plan, span.starts_on, span.ends_on)
        for span in models.Span.objects.filter(
            enrollee__member__first_name=first_name, canceled=False
        ).order_by("starts_on")
    ]


def test_a_family_shares_the_subscribers_account(take):
    take(ANA, KAI)

    (number,) = models.Enrollee.objects.values_list("account_number", flat=True).distinct()
    assert [relationship for _, relationship in list_people(number=number)] == ["holder", "child"]


def test_the_same_file_again_changes_nothing(take):
    take(ANA, KAI)

    again = take(ANA, KAI)

    assert again.already_taken
    assert models.Enrollee.objects.count() == 2


def test_the_same_people_in_another_file_change_nothing(take):
    take(ANA, KAI)

    again = take(ANA, KAI, control=2)

    assert again.effects.unchanged == 2
    assert models.Span.objects.count() == 2


def test_a_damaged_file_is_refused_whole(tmp_path):
    path = tmp_path / "damaged.834"
    path.write_bytes(compose_834([ANA, KAI])[:-40])

    taken = take_834(path=path, actor=system("test"))

    assert not taken.accepted
    assert taken.problems
    assert not models.Enrollee.objects.exists()
    assert not models.EnrolmentFile.objects.exists()


def test_a_dry_run_says_what_would_change_and_changes_nothing(take):
    taken = take(ANA, KAI, dry_run=True)

    assert (taken.effects.accounts_opened, taken.effects.members_added) == (1, 2)
    assert not models.Enrollee.objects.exists()
    assert take(ANA, KAI).effects.members_added == 2


def test_a_dependent_of_nobody_known_waits_for_a_person(take):
    taken = take(KAI)

    assert [one.reason for one in taken.effects.not_applied] == ["unknown_subscriber"]
    assert models.EnrolmentException.objects.get().instruction["person"]["first_name"] == "Kai"
    assert not models.Enrollee.objects.exists()


def test_what_cannot_be_applied_does_not_hold_up_the_rest(take):
    stranger = replace(KAI, number="S9", maintenance="001")

    taken = take(replace(stranger, coverages=()), ANA)

    assert len(taken.effects.not_applied) == 1
    assert taken.effects.members_added == 1


def test_a_social_security_number_is_never_kept(take, tmp_path):
    text = compose_834([KAI]).replace(b"NM1*IL*1*River*Kai", b"NM1*IL*1*River*Kai****34*123456789")
    path = tmp_path / "ssn.834"
    path.write_bytes(text)

    take_834(path=path, actor=system("test"))

    assert "123456789" not in str(models.EnrolmentException.objects.get().instruction)


def test_termination_of_a_subscriber_ends_the_family(take):
    take(ANA, KAI)

    take(ended(ANA), control=2)

    assert spans("Ana")[0][2] == spans("Kai")[0][2] == date(2026, 6, 30)


def test_termination_of_a_dependent_leaves_the_subscriber(take):
    take(ANA, KAI)

    take(ended(KAI), control=2)

    assert spans("Ana")[0][2] is None
    assert spans("Kai")[0][2] == date(2026, 6, 30)


def test_reinstatement_goes_on_where_coverage_ended(take):
    take(ANA)
    take(ended(ANA), control=2)

    again = replace(ANA, maintenance="025", coverages=(), dates=(("356", date(2026, 7, 1)),))
    take(again, control=3)

    assert spans() == [("", date(2026, 1, 1), None)]


def test_a_change_of_plan_ends_the_old_and_starts_the_new(take):
    take(ANA)
    moved = Cover(plan="GOLD", level="FAM", maintenance="001", begins_on=date(2026, 4, 1))

    take(replace(ANA, maintenance="001", coverages=(moved,)), control=2)

    assert spans() == [
        ("", date(2026, 1, 1), date(2026, 3, 31)),
        ("GOLD", date(2026, 4, 1), None),
    ]


def test_a_changed_address_is_brought_up_to_date(take):
    take(ANA)

    denver = ("1 New St", "Denver", "CO", "80205")
    take(replace(ANA, maintenance="001", coverages=(), address=denver), control=2)

    member = get_member(member_id=models.Enrollee.objects.get().member_id)
    assert (member.person.address.city, member.person.region) == ("Denver", "colorado")


def test_a_number_that_belongs_to_somebody_else_is_not_guessed_at(take):
    take(ANA)

    taken = take(replace(ANA, first_name="William", born_on=None), control=2)

    assert [one.reason for one in taken.effects.not_applied] == ["other_person"]


def test_an_exchange_enrolment_keeps_its_money_facts(take):
    categories = (
        ("PRE AMT TOT", "9X", "512.40"), ("APTC AMT", "9V", "300.00"), ("TOT RES AMT", "9X", "212.40"),
        ("RATING AREA", "9X", "R-CA004"),
    )  # fmt: skip

    take(replace(ANA, categories=categories))

    span = models.Span.objects.get()
    assert (span.coverage_type, span.aptc_cents, span.member_share_cents, span.rating_area) == (
        "exchange", 300_00, 212_40, "R-CA004",
    )  # fmt: skip


def test_an_audit_file_reports_differences_and_changes_nothing(take):
    take(ANA, KAI)
    other_plan = replace(ANA, maintenance="030", coverages=(Cover(plan="GOLD", maintenance="030"),))

    taken = take(other_plan, action="4", control=2)

    assert [one.endswith("spans changed") for one in taken.effects.differences] == [True]
    assert taken.effects.missing_from_file == 1
    assert spans() == [("", date(2026, 1, 1), None)]


def test_a_full_file_ends_those_it_leaves_out_only_when_told_the_day(take):
    take(ANA, KAI)
    kept = replace(ANA, maintenance="030", coverages=(Cover(level="FAM", maintenance="030"),))

    assert take(kept, action="RX", control=2).effects.missing_from_file == 1
    assert spans("Kai")[0][2] is None
    take(kept, action="RX", control=3, end_missing_on=date(2026, 8, 31))
    assert spans("Kai")[0][2] == date(2026, 8, 31)


def test_a_live_system_takes_no_test_files(take, settings, tmp_path):
    settings.ACCEPT_TEST_INTERCHANGES = False
    path = tmp_path / "test.834"
    path.write_bytes(compose_834([ANA], sending=Sending(usage="T")))

    taken = take_834(path=path, actor=system("test"))

    assert not taken.accepted
    assert "test" in taken.problems[-1].message


DATA = Path(__file__).parents[4].parent / "shared" / "data" / "x12-834"


def test_every_example_of_the_trade_is_taken_once_and_its_damaged_copy_refused(tmp_path):
    if not DATA.is_dir():
        pytest.skip("the shared example files are not on this machine")
    for path in sorted(DATA.iterdir()):
        damaged = tmp_path / path.name
        damaged.write_bytes(path.read_bytes()[:-30])

        assert not take_834(path=damaged, actor=system("test")).accepted, path.name
        assert take_834(path=path, actor=system("test")).accepted, path.name
        before = models.Span.objects.count()
        assert take_834(path=path, actor=system("test")).already_taken, path.name
        assert models.Span.objects.count() == before
