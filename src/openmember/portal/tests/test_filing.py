"""Filing a dispute page by page: asked once, kept on the way, under the law of the coverage."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from openmember.cases import dossier
from openmember.cases.documents.services import list_documents
from openmember.cases.testing import a_worker
from openmember.claims.testing import a_claim
from openmember.coverage.testing import covered
from openmember.coverage.types import CoverageType
from openmember.documents.testing import PDF
from openmember.grievances.drafts import find_draft
from openmember.grievances.possible import wish_of
from openmember.grievances.queries import get_own_dispute, list_own_disputes
from openmember.grievances.services import drafting, working
from openmember.grievances.types import AskedBy, Care, Law, Speed
from openmember.members.proxies.types import Basis, For
from openmember.members.queries import actor_of, get_member
from openmember.members.testing import a_member
from openmember.payments.testing import an_account
from openmember.portal.tests.conftest import in_days
from openmember.portal.tests.test_disputes import helped, text


@pytest.fixture(autouse=True)
def documents_folder(settings, tmp_path):
    settings.DOCUMENTS_FOLDER = tmp_path / "documents"


@pytest.fixture
def ana(holder_of):
    return holder_of(region="california", language="en")


CARE = {
    "is_received": "no", "medicine": "none", "service": "MRI of the knee", "provider": "Dr. Kim",
    "no_letter": "on",
}  # fmt: skip
STORY = {"need": "The scan my doctor ordered was refused."}


def go(browser, step, **fields):
    return browser.post("dispute_step", step, **fields)


def begin(browser, matter="appeal", **fields):
    return browser.post("dispute_new", matter=matter, **fields)


def send(browser):
    page = browser.get("dispute_step", "check")
    return browser.post("dispute_step", "check", key=page.context["draft"].key)


def file(browser, matter="appeal", care=None, story=None, urgency=None, **about):
    begin(browser, matter, **about)
    go(browser, "care", **(care or CARE))
    go(browser, "story", **(story or STORY))
    if urgency is not None:
        go(browser, "urgency", **urgency)
    return send(browser)


def the_dispute(browser):
    (listed,) = list_own_disputes(member_ids=(browser.account.holder_id,))
    return get_own_dispute(
        number=listed.number, member_ids=(browser.account.holder_id,), actor=a_worker()
    )


def test_an_appeal_is_filed_with_its_documents_and_confirmed_with_its_date(ana):
    files = [SimpleUploadedFile(f"page-{n}.pdf", PDF + b"%d\n%%%%EOF" % n) for n in range(3)]

    told = file(ana, story={**STORY, "documents": files}, urgency={"urgent": "no"})
    page = text(ana.client.get(told["Location"]))

    case, dispute = the_dispute(ana)
    assert case.number in page
    assert "We decide by" in page
    assert "The rule: 30 calendar days after the request was received." in page
    assert len(list_documents(case=case, only_visible=True)) == 3
    assert dispute.standing.track.care is Care.PRE_SERVICE
    assert dispute.standing.speed is Speed.STANDARD
    assert (dispute.service, dispute.provider) == ("MRI of the knee", "Dr. Kim")


def test_one_form_files_once(ana):
    begin(ana)
    go(ana, "care", **CARE)
    go(ana, "story", **STORY)
    go(ana, "urgency", urgent="no")
    key = ana.get("dispute_step", "check").context["draft"].key

    ana.post("dispute_step", "check", key=key)
    again = ana.client.post(
        reverse("portal:dispute_step", args=("check",)), {"key": key}, follow=True
    )

    assert len(list_own_disputes(member_ids=(ana.account.holder_id,))) == 1
    assert again.status_code == 200


def test_a_second_press_says_so_and_a_stale_page_sends_nothing_else(ana):
    def to_check():
        begin(ana)
        go(ana, "care", **CARE)
        go(ana, "story", **STORY)
        go(ana, "urgency", urgent="no")
        return ana.get("dispute_step", "check").context["draft"].key

    sent = to_check()
    ana.post("dispute_step", "check", key=sent)
    address = reverse("portal:dispute_step", args=("check",))
    twice = ana.client.post(address, {"key": sent}, follow=True)
    dropped = to_check()
    ana.post("dispute_discard")
    to_check()
    stale = ana.client.post(address, {"key": dropped}, follow=True)

    assert "This was sent already." in text(twice)
    assert "Look at it once more, then send it." in text(stale)
    assert len(list_own_disputes(member_ids=(ana.account.holder_id,))) == 1


def test_as_many_as_a_day_takes_counts_by_who_files_and_never_on_a_last_day(
    ana, holder_of, monkeypatch
):
    monkeypatch.setattr(drafting, "DISPUTES_A_DAY", 1)
    member = get_member(member_id=ana.account.holder_id)
    son = holder_of(region="california", language="en")
    helped(member, son, For.DISPUTES)
    mine = (member.id,)
    grievance = {"happened_on": "", "provider": "Front desk"}

    for _ in range(2):
        begin(son, "grievance", who=member.id)
        go(son, "care", **grievance)
        go(son, "story", **STORY)
        send(son)
    by_son = len(list_own_disputes(member_ids=mine))
    file(ana, "grievance", care=grievance)
    file(ana, "grievance", care=grievance)
    refused = len(list_own_disputes(member_ids=mine))
    ana.post("dispute_discard")
    # 180 days from the letter: the last day is today. 29 CFR 2560.503-1(h)(3)(i).
    file(ana, care={**CARE, "is_received": "yes", "no_letter": "", "notice_on": in_days(-180)})

    assert (by_son, refused) == (1, 2)
    assert len(list_own_disputes(member_ids=mine)) == 3


def test_danger_in_the_words_is_shown_whichever_button_was_pressed(ana):
    begin(ana)
    go(ana, "care", **CARE)

    for pressed in ({"act": "later"}, {"drop": "1"}, {"drop": "9" * 5000}):
        answer = ana.post("dispute_step", "story", need="I have crushing chest pain", **pressed)
        assert answer.status_code == 422
        assert "tel:911" in text(answer)


def test_the_law_is_that_of_the_day_of_the_care_and_not_of_the_letter(ana):
    member = get_member(member_id=ana.account.holder_id)
    was, now = CoverageType.EMPLOYER, CoverageType.MEDICARE
    who = (member, "18")
    covered(ana.account, who, coverage_type=was, starts_on=in_days(-400), ends_on=in_days(-60))
    covered(ana.account, who, coverage_type=now, starts_on=in_days(-59))
    served = {"is_received": "yes", "served_from": in_days(-90)}

    file(ana, care={**CARE, **served, "no_letter": "", "notice_on": in_days(-5)})

    assert the_dispute(ana)[1].standing.track.law is Law.GROUP


def test_a_wish_for_speed_waits_for_an_answer_at_the_desk(ana):
    file(ana, urgency={"urgent": "self", "urgent_why": "The pain grows."})

    _case, dispute = the_dispute(ana)
    assert "The pain grows." in wish_of(dispute)
    granted = working.expedite(
        dispute=dispute, by_clinician=True, why="Pain", now=timezone.now(),
        actor=a_worker("grievances"),
    )  # fmt: skip
    assert wish_of(granted) == ""


def test_what_was_typed_is_kept_when_a_page_is_wrong_and_on_another_day(ana):
    begin(ana)
    files = [SimpleUploadedFile("letter.pdf", PDF)]
    go(ana, "care", **CARE)
    wrong = go(ana, "story", need="", wanted="Pay for it", documents=files)

    later = text(ana.get("dispute_step", "story"))

    assert wrong.status_code == 422
    assert "Pay for it" in later
    assert "letter.pdf" in later
    assert "You began to file one" in text(ana.get("disputes"))
    assert ana.get("dispute_step", "check")["Location"].endswith("/story/")


def test_an_emergency_in_the_words_comes_before_everything_and_loses_nothing(ana):
    begin(ana)
    go(ana, "care", **CARE)

    stopped = go(ana, "story", need="I have chest pain and my arm is numb")

    page = text(stopped)
    assert stopped.status_code == 422
    assert "tel:911" in page
    assert "chest pain" in page
    assert ana.get("dispute_step", "check")["Location"].endswith("/story/")


def test_a_clinician_s_word_makes_it_fast_and_the_member_s_own_is_for_the_desk_to_decide(
    ana, holder_of
):
    file(ana, urgency={"urgent": "doctor", "clinician": "Dr. Kim, 555-0101"})
    other = holder_of(region="california", language="en")
    file(other, urgency={"urgent": "self", "urgent_why": "The pain grows."})

    _case, fast = the_dispute(ana)
    case, asked = the_dispute(other)

    assert fast.standing.speed is Speed.EXPEDITED
    assert asked.standing.speed is Speed.STANDARD
    assert "The pain grows." in dossier.list_notes(case=case)[-1].body
    assert "expedite_asked" in {one.kind for one in dossier.list_events(case=case)}


def test_care_already_received_is_not_asked_how_urgent_it_is(ana):
    begin(ana)
    go(ana, "care", **{**CARE, "is_received": "yes"})

    told = go(ana, "story", **STORY)

    assert told["Location"].endswith("/check/")


def test_late_filing_is_never_refused_and_asks_why(ana):
    member = get_member(member_id=ana.account.holder_id)
    covered(ana.account, (member, "18"), coverage_type=CoverageType.MEDICARE)
    begin(ana)
    go(ana, "care", **{**CARE, "is_received": "yes", "no_letter": "", "notice_on": in_days(-100)})

    told = go(ana, "story", **STORY)
    asked = text(ana.get("dispute_step", "late"))
    go(ana, "late", good_cause="I was in the hospital.")
    page = text(ana.client.get(send(ana)["Location"]))

    assert told["Location"].endswith("/late/")
    assert "a person looks at your reason" in asked
    assert "A person looks first at why it came late." in page
    _case, dispute = the_dispute(ana)
    assert dispute.was_late
    assert dispute.good_cause == "I was in the hospital."


def test_the_law_is_of_the_coverage_and_of_several_the_member_chooses(ana):
    member = get_member(member_id=ana.account.holder_id)
    covered(ana.account, (member, "18"), coverage_type=CoverageType.MEDICARE)
    covered(ana.account, (member, "18"), coverage_type=CoverageType.EMPLOYER)
    begin(ana)

    told = go(ana, "care", **CARE)
    page = ana.get("dispute_step", "coverage")
    medicare = next(
        key for key, _words in page.context["form"].fields["coverage"].choices
        if key.startswith(CoverageType.MEDICARE)
    )  # fmt: skip
    go(ana, "coverage", coverage=medicare)
    go(ana, "story", **STORY)
    go(ana, "urgency", urgent="no")
    send(ana)

    assert told["Location"].endswith("/coverage/")
    assert the_dispute(ana)[1].standing.track.law is Law.MEDICARE_ADVANTAGE


@pytest.mark.parametrize(
    ("medicine", "is_received", "law", "care"),
    [
        ("pharmacy", "no", Law.PART_D, Care.DRUG),
        ("pharmacy", "yes", Law.PART_D, Care.POST_SERVICE),
        ("clinic", "no", Law.MEDICARE_ADVANTAGE, Care.PART_B_DRUG),
    ],
)
def test_a_medicine_goes_by_the_law_of_medicines_under_medicare(
    ana, medicine, is_received, law, care
):
    member = get_member(member_id=ana.account.holder_id)
    covered(ana.account, (member, "18"), coverage_type=CoverageType.MEDICARE)

    file(
        ana, care={**CARE, "medicine": medicine, "is_received": is_received},
        urgency={"urgent": "no"} if is_received == "no" else None,
    )  # fmt: skip

    track = the_dispute(ana)[1].standing.track
    assert (track.law, track.care) == (law, care)


def test_a_pharmacy_s_medicine_of_another_plan_has_a_day_too(ana):
    file(ana, care={**CARE, "medicine": "pharmacy"}, urgency={"urgent": "no"})

    assert the_dispute(ana)[1].standing.next_due is not None


@pytest.mark.parametrize(
    ("matter", "care"),
    [
        ("exception", {"service": "Insulin", "provider": "Dr. Kim"}),
        ("grievance", {"happened_on": in_days(-3), "provider": "Front desk"}),
        ("billing", {"service": "Bill of May", "amount_cents": "40.00"}),
        ("access", {"service": "The ramp", "happened_on": in_days(-3)}),
        ("determination", {"medicine": "none", "is_authorized": "unknown", "service": "A scan"}),
    ],
)
def test_each_matter_asks_its_own_and_gets_a_day(ana, matter, care):
    is_fast = matter in {"exception", "determination"}
    told = file(ana, matter, care=care, urgency={"urgent": "no"} if is_fast else None)

    page = text(ana.client.get(told["Location"]))
    case, dispute = the_dispute(ana)
    assert dispute.standing.track.matter == matter
    assert "We decide by" in page or "We answer by" in page
    assert case.due_at is not None


def test_a_grievance_without_a_day_is_filed_and_in_time(ana):
    member = get_member(member_id=ana.account.holder_id)
    covered(ana.account, (member, "18"), coverage_type=CoverageType.MEDICARE)

    file(ana, "grievance", care={"happened_on": "", "provider": "Front desk"})

    _case, dispute = the_dispute(ana)
    assert dispute.standing.track.law is Law.MEDICARE_ADVANTAGE
    assert not dispute.was_late


def test_a_denied_claim_is_chosen_instead_of_typed(ana):
    claim = a_claim(ana.account.holder_id, ana.account.number, served_on=in_days(-20))
    begin(ana)

    page = text(ana.get("dispute_step", "care"))
    go(ana, "care", claim=claim, no_letter="on")
    go(ana, "story", **STORY)
    send(ana)

    assert "denied, $480.00" in page
    _case, dispute = the_dispute(ana)
    assert (dispute.provider, dispute.amount_cents) == ("Valley Imaging", 480_00)
    assert dispute.served_from == in_days(-20)
    assert dispute.standing.track.care is Care.POST_SERVICE


def test_nobody_sees_the_claims_of_whom_they_write_for(holder_of):
    ana = holder_of(region="california")
    member = a_member(region="california", first="Teo")
    helped(member, ana, For.DISPUTES)
    a_claim(member.id, ana.account.number, served_on=in_days(-20))

    begin(ana, who=member.id)
    page = text(ana.get("dispute_step", "care"))
    go(ana, "care", **CARE)
    go(ana, "story", **STORY)
    go(ana, "urgency", urgent="no")
    send(ana)

    assert "Valley Imaging" not in page
    (listed,) = list_own_disputes(member_ids=(member.id,))
    _case, dispute = get_own_dispute(
        number=listed.number, member_ids=(member.id,), actor=a_worker()
    )
    assert (dispute.asked_by, dispute.asked_name) == (AskedBy.PROXY, "Ana Ruiz")


def test_a_medicare_appeal_filed_for_another_without_an_appointment_is_refused_in_words(holder_of):
    ana = holder_of(region="california")
    account = an_account(holder=a_member(region="california", first="Teo"))
    teo = get_member(member_id=account.holder_id)
    covered(account, (teo, "18"), coverage_type=CoverageType.MEDICARE)
    helped(teo, ana, For.DISPUTES, basis=Basis.AUTHORIZATION)

    begin(ana, who=teo.id)
    go(ana, "care", **CARE)
    go(ana, "story", **STORY)
    go(ana, "urgency", urgent="no")
    send(ana)

    assert "the member signs an appointment form with you" in text(ana.get("disputes"))
    assert list_own_disputes(member_ids=(teo.id,)) == ()
    assert find_draft(actor=actor_of(ana.client.get("/disputes/").wsgi_request.user)) is not None


def test_nobody_files_for_a_stranger(ana):
    stranger = a_member(region="california")

    begin(ana, who=stranger.id)
    file(ana, urgency={"urgent": "no"})

    assert list_own_disputes(member_ids=(stranger.id,)) == ()


def test_what_was_begun_can_be_dropped(ana):
    begin(ana)
    ana.post("dispute_discard")

    assert find_draft(actor=actor_of(ana.client.get("/disputes/").wsgi_request.user)) is None
    assert ana.get("dispute_step", "check")["Location"] == reverse("portal:dispute_new")


def test_another_matter_asks_its_questions_again_and_keeps_the_words(ana):
    begin(ana)
    go(ana, "care", **CARE)
    go(ana, "story", **STORY)

    told = begin(ana, "grievance")

    assert told["Location"].endswith("/care/")
    assert ana.get("dispute_step", "check")["Location"].endswith("/care/")
    assert STORY["need"] in text(ana.get("dispute_step", "story"))


def test_the_complaint_of_the_questions_leads_here(ana):
    assert ana.get("ask", "complaint")["Location"] == reverse("portal:dispute_new")
    assert reverse("portal:ask", args=("complaint",)) not in text(ana.get("new_case"))


def test_filing_asks_little_of_the_database(ana, django_assert_max_num_queries):
    a_claim(ana.account.holder_id, ana.account.number, served_on=in_days(-20))
    begin(ana)
    go(ana, "care", **CARE, claim="other")
    go(ana, "story", **STORY)
    go(ana, "urgency", urgent="no")

    for step, most in (("care", 24), ("story", 24), ("check", 24)):
        with django_assert_max_num_queries(most):
            ana.get("dispute_step", step)
