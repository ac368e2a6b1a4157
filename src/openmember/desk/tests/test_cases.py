"""Cases at the desk: who gets in, what each act does, and what a refusal says."""

import pytest
from django.urls import reverse
from django.utils import timezone

from openmember.cases import dossier, queries
from openmember.cases.callbacks.queries import list_callbacks, list_windows
from openmember.cases.callbacks.services import promise
from openmember.cases.categories import list_categories
from openmember.cases.documents.services import list_documents
from openmember.cases.interactions.queries import list_interactions_of_case
from openmember.cases.interactions.services import contacts
from openmember.cases.interactions.types import Outcome
from openmember.cases.repeats.queries import find_contact_point, list_proposed
from openmember.cases.repeats.services import accept
from openmember.cases.repeats.types import Kind
from openmember.cases.services import notes, owning
from openmember.cases.testing import a_case, a_contact, a_supervisor, a_worker, seen
from openmember.cases.transfers.queries import find_offer, list_transfers
from openmember.cases.types import Status
from openmember.cases.whole import get_whole
from openmember.desk.tests.conftest import Desk
from openmember.members import models
from openmember.members.queries import get_member
from openmember.members.types import Role
from openmember.payments.testing import a_bill, a_member, an_account


@pytest.fixture(autouse=True)
def settings_of_tests(settings, tmp_path):
    settings.DOCUMENTS_FOLDER = tmp_path / "documents"
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def rosa(db):
    return a_worker("member_services", "billing")


@pytest.fixture
def desk(client_of, rosa) -> Desk:
    return Desk(client_of(models.User.objects.get(id=rosa.id)))


def act(desk, case, name, **fields):
    return desk.client.post(
        reverse("desk:case", args=[case.number]), {"act": name, **fields}, follow=True
    )


def a_new_case(**facts):
    return a_case(a_member(phone="510-555-0134"), now=timezone.now(), **facts)


def test_the_queue_shows_what_ones_teams_have_and_hands_out_the_next(desk, rosa):
    mine, theirs = a_new_case(), a_new_case(category="complaint", when="2026-11-01")

    page = desk.get("cases").content.decode()
    desk.client.post(reverse("desk:cases_next"))

    assert mine.number in page
    assert theirs.number not in page
    assert seen(mine, rosa).owner_id == rosa.id
    assert desk.get("case", theirs.number).status_code == 404


def test_pages_of_the_queue_follow_one_another(desk):
    numbers = {a_new_case().number for _ in range(53)}

    first = desk.get("cases")
    second = desk.get("cases", after=first.context["next"])

    shown = [row["case"].number for page in (first, second) for row in page.context["rows"]]
    assert (len(shown), set(shown)) == (53, numbers)


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.CASHIER, 403), (Role.FINANCE, 403), (Role.NURSE, 200), (Role.SUPERVISOR, 200)],
)
def test_who_works_no_cases_is_kept_out(desk_of, role, status):
    desk = desk_of(role)

    assert desk.get("cases").status_code == status
    assert desk.get("cases_today").status_code == status


def test_what_a_service_refuses_is_said_on_the_form_and_nothing_typed_is_lost(desk, rosa):
    case = owning.take(case=a_new_case(), now=timezone.now(), actor=rosa)

    answer = act(
        desk,
        case,
        "move",
        to="resolved",
        answer="Here is the answer.",
        why="",
        version=case.version,
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Tick the rest of the checklist" in page
    assert "Here is the answer." in page
    assert seen(case, rosa).status is Status.OPEN


def test_an_edit_of_what_changed_meanwhile_is_shown_and_not_done(desk, rosa):
    case = a_new_case(category="bill_question", bill="May")
    owning.take(case=case, now=timezone.now(), actor=rosa)

    answer = act(desk, case, "facts", fact_bill="June", fact_amount="", version=case.version)

    assert "Somebody else changed this meanwhile" in answer.content.decode()
    assert 'value="June"' in answer.content.decode()
    assert seen(case, rosa).facts["bill"] == "May"


def test_a_draft_is_kept_as_it_is_written_and_shown_again(desk, rosa):
    case = a_new_case()
    address = reverse("desk:case_draft", args=[case.number])

    desk.client.post(
        address, {"body": "I began", "draft_version": "0"}, headers={"HX-Request": "true"}
    )
    other = desk.client.post(
        address, {"body": "elsewhere", "draft_version": "0"}, headers={"HX-Request": "true"}
    )

    assert "I began" in other.content.decode()
    assert "I began" in desk.get("case", case.number).content.decode()
    assert dossier.find_draft(case=case, actor=rosa).body == "I began"


def test_those_who_have_a_case_open_see_each_other(desk, client_of):
    case = a_new_case()
    leo = a_worker("member_services", first_name="Leo")
    desk.get("case", case.number)

    other = Desk(client_of(models.User.objects.get(id=leo.id)))

    assert "Rosa has this open too." in other.get("case", case.number).content.decode()


def test_a_bill_is_linked_by_its_reference_and_another_accounts_is_not(desk, rosa):
    account = an_account(holder=a_member())
    bill, strange = a_bill(account, 40_00), a_bill(an_account(), 50_00)
    case = a_case(_holder(account), now=timezone.now())

    act(desk, case, "link", kind="bill", target=bill.reference)
    refused = act(desk, case, "link", kind="bill", target=strange.reference)

    assert [one.target for one in dossier.list_links(case=case)] == [str(bill.id)]
    assert bill.reference in desk.get("case", case.number).content.decode()
    assert "The account has nothing like this." in refused.content.decode()


def _holder(account):
    from openmember.members.queries import get_member

    return get_member(member_id=account.holder_id)


def test_the_account_behind_a_case_is_one_press_away(desk):
    account = an_account(holder=a_member())
    case = a_case(_holder(account), now=timezone.now())

    page = desk.client.post(reverse("desk:case_account", args=[case.number]), follow=True)

    assert page.redirect_chain[-1][0] == reverse("desk:account")
    assert case.number in desk.get("cases_of_account").content.decode()


def test_a_call_is_promised_in_the_members_time_tried_and_called_off(desk, rosa):
    case = owning.take(case=a_new_case(region="hawaii"), now=timezone.now(), actor=rosa)
    window = desk.get("case", case.number).context["forms"]["callback"].fields["window"].choices[0]
    assert "HST" in window[1]

    act(desk, case, "callback", window=window[0], phone="510-555-0134")
    (call,) = list_callbacks(case=case)
    act(desk, case, "attempt", callback=call.id, outcome="busy", note="")
    act(desk, case, "cancel", callback=call.id, why="The member called us")

    (call,) = list_callbacks(case=case)
    assert (call.state.value, len(call.attempts)) == ("cancelled", 1)


def test_a_case_is_opened_for_the_caller_and_its_number_told(desk):
    member = a_member()
    desk.open(an_account(holder=member))

    assert "A question about a bill" in desk.get("cases_of_account").content.decode()
    page = desk.send(
        "new_case", "bill_question", who=member.id, fact_bill="May", need="It is wrong"
    ).content.decode()

    assert "Tell the member its number" in page
    assert "It is wrong" in page


def test_the_pages_ask_the_database_a_bounded_number_of_times(
    desk, rosa, django_assert_max_num_queries
):
    cases = [a_new_case() for _ in range(10)]
    for count in range(10):
        notes.add_note(
            case=cases[0], body=f"note {count}", is_visible=False, now=timezone.now(), actor=rosa
        )

    with django_assert_max_num_queries(18):
        desk.get("cases")
    with django_assert_max_num_queries(48):
        desk.get("case", cases[0].number)


def test_a_whole_case_is_read_in_few_queries_and_says_what_its_parts_say(
    desk, rosa, django_assert_max_num_queries
):
    case = owning.take(
        case=a_new_case(category="bill_question", bill="May"), now=timezone.now(), actor=rosa
    )
    gone = a_case(
        get_member(member_id=case.member_id),
        now=timezone.now(),
        category="bill_question",
        bill="May",
    )
    act(desk, gone, "merge", into=case.number, why="The same")
    notes.add_note(case=case, body="Seen", is_visible=False, now=timezone.now(), actor=rosa)
    notes.save_draft(case=case, body="I began", expected_version=0, now=timezone.now(), actor=rosa)
    windows = list_windows(case=case, now=timezone.now())
    promise(case=case, window=windows[0], phone="510-555-0134", now=timezone.now(), actor=rosa)
    act(
        desk,
        case,
        "offer",
        to_team="claims",
        how="cold",
        reason="Theirs",
        summary="Charged twice",
        tried="",
    )
    act(desk, case, "expedite", reason="She has no medicine left")
    contact = a_contact(get_member(member_id=case.member_id), rosa, now=timezone.now())
    contacts.attach(interaction_id=contact.id, case=case, now=timezone.now(), actor=rosa)
    desk.get("case", case.number)

    with django_assert_max_num_queries(15):
        page = desk.get("case", case.number)

    assert page.status_code == 200
    whole = get_whole(case=seen(case, rosa), actor=rosa, now=timezone.now())
    case = seen(case, rosa)
    assert whole.events == dossier.list_events(case=case)
    assert whole.notes == dossier.list_notes(case=case)
    assert whole.draft == dossier.find_draft(case=case, actor=rosa)
    assert whole.ticks == dossier.list_ticks(case=case)
    assert whole.links == dossier.list_links(case=case)
    assert whole.expedites == dossier.list_expedites(case=case)
    assert whole.alarms == dossier.list_alarms(case=case)
    assert whole.documents == list_documents(case=case)
    assert whole.contacts == list_interactions_of_case(case=case)
    assert whole.transfers == list_transfers(case=case)
    assert whole.calls == list_callbacks(case=case)
    assert whole.merged == queries.list_merged_numbers(case=case) == (gone.number,)
    assert whole.clock == queries.get_clock(case=case)
    assert whole.offer == find_offer(case=case)


def test_a_supervisor_gives_a_case_to_somebody_of_its_team(client_of, rosa):
    vera = a_supervisor("member_services")
    desk = Desk(client_of(models.User.objects.get(id=vera.id)))
    case = a_new_case()

    said = act(desk, case, "assign", person=rosa.id)

    assert "It is Rosa’s now." in said.content.decode()
    assert seen(case, vera).owner_id == rosa.id


def test_who_supervises_nobody_gives_no_case_out(desk, rosa):
    case = a_new_case()

    assert "Give it to somebody" not in desk.get("case", case.number).content.decode()
    act(desk, case, "assign", person=rosa.id)
    assert seen(case, rosa).owner_id is None


def test_more_time_is_given_with_the_reason_the_member_reads(desk, rosa):
    case = owning.take(case=a_new_case(), now=timezone.now(), actor=rosa)

    refused = act(desk, case, "extend", added="0", why="")
    act(desk, case, "extend", added="2", why="The clinic answers tomorrow.")

    assert refused.status_code == 422
    assert seen(case, rosa).due_at > case.due_at
    (told,) = [
        one for one in dossier.list_events(case=case, only_visible=True) if one.kind == "extended"
    ]
    assert told.detail["why"] == "The clinic answers tomorrow."


def test_a_case_is_about_something_else_of_its_team(desk, rosa):
    case = a_new_case(category="bill_question", bill="May")
    others = [one.code for one in list_categories(team="billing") if one.code != case.category]

    act(desk, case, "category", category=others[0], why="It is that", version=case.version)

    assert seen(case, rosa).category == others[0]


def test_what_comes_again_and_again_is_given_to_one_person_or_declined(desk, rosa):
    member, now = a_member(), timezone.now()
    for _ in range(3):
        contact = a_contact(member, rosa, topic="bill_question", now=now)
        contacts.end(interaction_id=contact.id, outcome=Outcome.ANSWERED, now=now, actor=rosa)
    (proposed,) = list_proposed(actor=rosa)
    address = reverse("desk:case_repeat", args=[proposed.id])

    assert address in desk.get("cases_today").content.decode()
    assert "A question about a bill" in desk.client.get(address).content.decode()
    bad = desk.client.post(address, {"act": "decline", "reason": ""})
    done = desk.client.post(
        address, {"act": "accept", "owner": rosa.id, "kind": "owner"}, follow=True
    )

    assert bad.status_code == 422
    assert "Rosa is the single point of contact now" in done.content.decode()
    assert find_contact_point(member_id=member.id).owner_id == rosa.id
    assert desk.client.get(address).status_code == 404


def test_a_supervisor_ends_a_single_point_of_contact_and_others_may_not(desk, rosa, client_of):
    vera, member, now = a_supervisor("billing"), a_member(), timezone.now()
    for _ in range(3):
        contact = a_contact(member, rosa, topic="bill_question", now=now)
        contacts.end(interaction_id=contact.id, outcome=Outcome.ANSWERED, now=now, actor=rosa)
    (proposed,) = list_proposed(actor=rosa)
    accept(repeat_id=proposed.id, kind=Kind.OWNER, owner_id=rosa.id, now=now, actor=rosa)
    case = a_case(member, category="bill_question", bill="May", now=now)

    refused = act(desk, case, "end_point")
    assert refused.status_code == 403
    assert find_contact_point(member_id=member.id) is not None
    boss = Desk(client_of(models.User.objects.get(id=vera.id)))
    assert "End the single point of contact" in boss.get("case", case.number).content.decode()
    act(boss, case, "end_point")
    assert find_contact_point(member_id=member.id) is None
