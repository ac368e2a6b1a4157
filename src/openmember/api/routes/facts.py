"""Reading on screen or on paper, applications for help, whom to ask, and answers."""

from django.http import HttpResponse
from ninja import Router

from openmember.api.caller import Caller, OAuth
from openmember.api.problems import Problem
from openmember.api.requests import ApiRequest
from openmember.api.routes.documents import language
from openmember.api.routes.payments import PDF
from openmember.api.shapes import documents as shapes
from openmember.assistance import queries as assistance
from openmember.assistance.types import Status, application_id
from openmember.directory.help.answers import list_answers
from openmember.directory.queries import find_region, get_organisation
from openmember.directory.types import PhoneLine, Region
from openmember.letters import consent
from openmember.letters import queries as letters
from openmember.letters.composing import service_line
from openmember.letters.layouts import Layout
from openmember.letters.sample import write_sample
from openmember.members.connections.types import Grant

router = Router(tags=["Reading, help and contact"])


@router.get("/documents/reading", response=shapes.ReadingShape, auth=OAuth(Grant.DOCUMENTS_READ))
def get_reading(request: ApiRequest) -> shapes.ReadingShape:
    """On screen or on paper

    What stands, and the terms to show, whole, before the member agrees to read on screen.
    """
    return _reading(request.auth)


@router.put("/documents/reading", response=shapes.ReadingShape, auth=OAuth(Grant.DOCUMENTS_WRITE))
def choose_reading(request: ApiRequest, wanted: shapes.ReadingChoice) -> shapes.ReadingShape:
    """Choose the screen or paper

    For the screen the member must have opened the sample document and seen the terms of this version.
    """
    caller = request.auth
    told = _told(caller)
    facts = {"account": caller.account, "told": told, "actor": caller.actor, "on": caller.today}
    if not wanted.on_screen:
        consent.withdraw(**facts)  # type: ignore[arg-type]  # the same facts for both
    elif not wanted.opened_sample:
        raise Problem("agreement-changed", at="opened_sample")
    else:
        try:
            consent.give(**facts, shown_id=wanted.version)  # type: ignore[arg-type]  # as above
        except consent.TextChanged as changed:
            raise Problem("agreement-changed") from changed
    return _reading(caller)


@router.get(
    "/documents/sample.pdf",
    auth=OAuth(Grant.DOCUMENTS_READ),
    openapi_extra={"responses": {200: {"content": PDF}}},
)
def get_sample(request: ApiRequest) -> HttpResponse:
    """A document that holds nothing

    To try whether one can be opened here.
    """
    content = write_sample(region=request.auth.member.person.region, language=language())
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": 'inline; filename="sample.pdf"'},
    )


@router.get("/assistance", response=shapes.Applications, auth=OAuth(Grant.ASSISTANCE_READ))
def list_applications(request: ApiRequest) -> shapes.Applications:
    """Applications for financial help

    Where each stands. Applying itself is done on the portal.
    """
    found = assistance.list_applications(numbers=request.auth.account.numbers)
    sent = [one for one in found if one.status is not Status.DRAFT]
    return shapes.Applications(applications=[shapes.application_shape(one) for one in sent])


@router.get(
    "/assistance/{reference}", response=shapes.ApplicationShape, auth=OAuth(Grant.ASSISTANCE_READ)
)
def get_application(request: ApiRequest, reference: str) -> shapes.ApplicationShape:
    """One application for financial help"""
    found = assistance.get_application(
        numbers=request.auth.account.numbers, application_id=application_id(reference)
    )
    return shapes.application_shape(found)


@router.get("/contact", response=shapes.ContactShape, auth=OAuth(Grant.ACCOUNT_READ))
def get_contact(request: ApiRequest) -> shapes.ContactShape:
    """Whom to ask

    The lines of the member's own region first, and of all regions.
    """
    known = get_organisation()
    own = find_region(code=request.auth.member.person.region)
    return shapes.ContactShape(
        organisation=known.name,
        website=known.website,
        tty=known.tty,
        mail=list(known.mail),
        payment_mail=list(known.payment_mail),
        your_region=_region(own) if own else None,
        regions=[_region(one) for one in known.regions],
        hardship=_line(known.hardship),
    )


@router.get("/help", response=shapes.Answers, auth=OAuth(Grant.ACCOUNT_READ))
def list_help(request: ApiRequest) -> shapes.Answers:
    """Questions with their answers"""
    return shapes.Answers(
        answers=[
            shapes.AnswerShape(
                slug=one.slug,
                question=one.question,
                paragraphs=list(one.paragraphs),
                beside=sorted(one.lines),
            )
            for one in list_answers()
        ]
    )


def _reading(caller: Caller) -> shapes.ReadingShape:
    stands = letters.get_consent(account_number=caller.account.number)
    told = _told(caller)
    return shapes.ReadingShape(
        on_screen=stands.given,
        since=stands.at,
        terms=[shapes.TermShape(**one) for one in told.words["terms"]],
        version=told.id,
    )


def _told(caller: Caller) -> Layout:
    line = service_line(caller.member.person.region)
    return consent.text_of(consent.terms(line), language())


def _region(region: Region) -> shapes.RegionShape:
    lines = [_line(one) for one in region.member_services]
    return shapes.RegionShape(code=region.code, name=region.name, member_services=lines)


def _line(line: PhoneLine) -> shapes.LineShape:
    return shapes.LineShape(label=line.label, display=line.display, dial=line.dial)
