"""What the carrier asks, step by step. Each step of a call is answered once, and ever after the same."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from functools import wraps
from typing import Concatenate, ParamSpec

import structlog
from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from openmember.accounts import queries as accounts
from openmember.directory.queries import get_organisation
from openmember.phone import memory, models, paying, queries, securing, services
from openmember.phone.bringing import lead_back
from openmember.phone.looking import Step, look_up, payee_of
from openmember.phone.rules import about, advance, begin, enter, leave, need_of
from openmember.phone.types import Call, Left, State, Turn
from openmember.phone.webhooks.reading import caller_of, digest_of, event_of, hash_of
from openmember.phone.webhooks.signature import is_genuine
from openmember.phone.webhooks.twiml import render

log = structlog.get_logger("openmember.phone")
Rest = ParamSpec("Rest")


def from_carrier(
    view: Callable[Concatenate[HttpRequest, Rest], HttpResponse],
) -> Callable[Concatenate[HttpRequest, Rest], HttpResponse]:
    """Answer only what our carrier signed; without a carrier there is no line."""

    @csrf_exempt
    @never_cache
    @require_POST
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: Rest.args, **rest: Rest.kwargs) -> HttpResponse:
        if not settings.PHONE_AUTH_TOKENS:
            raise Http404
        if not is_genuine(request):
            log.warning("phone_signature_refused")
            return HttpResponse(status=403)
        if not request.POST.get("CallSid"):
            return HttpResponse(status=400)
        return view(request, *args, **rest)

    return guarded


@from_carrier
def voice(request: HttpRequest) -> HttpResponse:
    """Answer a call."""
    return _begin(request, is_relay=False)


@from_carrier
def relay(request: HttpRequest) -> HttpResponse:
    """Answer a call on the number published for TTY and relay services."""
    return _begin(request, is_relay=True)


@from_carrier
def step(request: HttpRequest, position: int) -> HttpResponse:
    """Answer one step. The step answered last is answered the same again; any other is refused."""
    digest = digest_of(request.POST["CallSid"])
    row = queries.find_call(digest=digest)
    if row is None or row.ended_at or row.step != position:
        return _again(row, services.repeated(row, step=position))
    call = memory.from_json(row.memory)
    event, now = event_of(request.POST), timezone.now()
    known = look_up(need_of(call, event), Step(row, call, event, caller_of(request.POST), now))
    turn = advance(call, event, known)
    answer = render(turn, step=position + 1, organisation=get_organisation().name)
    try:
        # Only who leaves the secure line has more than the step kept: both, or neither.
        with transaction.atomic() if turn.left else nullcontext():
            services.keep_step(
                row=row,
                call=turn.call,
                answer=answer,
                payment_key=paying.key_of(digest=digest, call=turn.call),
                is_told=row.is_told
                or paying.is_told(call, turn.call, pressed=bool(event.keys) or event.is_back),
                carrier_id=request.POST["CallSid"],
            )
            line = _left(row, turn.left)
    except (services.AlreadyAnswered, services.OutOfStep) as met:
        return _answered_before(met)
    if line is not None:
        securing.go_on_recording(line=line, carrier_id=request.POST["CallSid"])
    # Who only calls from the telephone may have made its number up: whom it concerns hears it still.
    if known.earlier and call.payee and call.verified:
        services.tell_of(call=row, member_id=call.member_id, now=now)
    log.info("phone_step", at=call.state.value, to=turn.call.state.value, step=position)
    return _markup(answer)


@from_carrier
def secure(request: HttpRequest, line_id: int) -> HttpResponse:
    """Take up a caller whom the person they talked to sent to the secure line.

    The line is in the address, which the carrier signs: what comes late for one that was given up begins none
    that the caller was sent to since.
    """
    row = queries.find_call(digest=digest_of(request.POST["CallSid"]))
    line = securing.find_line_sent(line_id=line_id, call=row) if row else None
    if row is None or row.ended_at or line is None:
        return _answered_before(services.OutOfStep())
    if line.begun_step is not None and line.begun_step == row.step - 1:
        return _markup(row.answer)
    call = memory.from_json(row.memory)
    if line.begun_step is not None or not (call.is_secure or call.state is State.TRANSFER):
        return _answered_before(services.OutOfStep())
    try:
        with transaction.atomic():
            if not securing.is_last(line=line):
                return _markup(row.answer if call.is_secure else _led_back(row, call, line))
            turn = _secured(call, line, begins=securing.begin_line(line=line, step=row.step))
            answer = render(turn, step=row.step + 1, organisation=get_organisation().name)
            services.keep_step(
                row=row, call=turn.call, answer=answer,
                payment_key=row.payment_key, is_told=row.is_told, carrier_id=request.POST["CallSid"],
            )  # fmt: skip
    except (services.AlreadyAnswered, services.OutOfStep) as met:
        return _answered_before(met)
    log.info("phone_step", at=call.state.value, to=turn.call.state.value, step=row.step)
    return _markup(answer)


@from_carrier
def secure_back(request: HttpRequest, line_id: int) -> HttpResponse:
    """Lead a caller back whom the person who sent them brings back. Where that is done, they hear the same."""
    row = queries.find_call(digest=digest_of(request.POST["CallSid"]))
    line = securing.find_line_sent(line_id=line_id, call=row) if row else None
    if row is None or line is None:
        return _answered_before(services.OutOfStep())
    with transaction.atomic():
        row, turn = lead_back(line=line)
        answer = row.answer
        if turn is not None:
            answer = render(turn, step=row.step + 1, organisation=get_organisation().name)
            services.keep_step(
                row=row, call=turn.call, answer=answer,
                payment_key=row.payment_key, is_told=row.is_told, carrier_id=request.POST["CallSid"],
            )  # fmt: skip
            log.info("phone_step", at=row.state, to=turn.call.state.value, step=row.step)
    securing.recover_line(call=row)
    return _markup(answer) if answer else _answered_before(services.OutOfStep())


@from_carrier
def status(request: HttpRequest) -> HttpResponse:
    """Forget what was said in a call that is over."""
    if request.POST.get("CallStatus") in {"completed", "busy", "failed", "no-answer", "canceled"}:
        digest = digest_of(request.POST["CallSid"])
        services.end_call(digest=digest)
        securing.end_lines_of_calls(digests=[digest])
    return HttpResponse(status=204)


def _begin(request: HttpRequest, *, is_relay: bool) -> HttpResponse:
    digest = digest_of(request.POST["CallSid"])
    turn = begin(is_relay=is_relay)
    answer = render(turn, step=1, organisation=get_organisation().name)
    try:
        services.begin_call(
            digest=digest, caller=hash_of(caller_of(request.POST)), call=turn.call, answer=answer
        )
    except (services.AlreadyAnswered, services.OutOfStep) as met:
        return _answered_before(met)
    log.info("phone_step", at="", to=State.LANGUAGE.value, step=0)
    return _markup(answer)


def _secured(call: Call, line: models.SecureLine, *, begins: bool) -> Turn:
    """Return the turn that begins on the line, or leads back where the carrier came after it was given up."""
    account = accounts.get_account(number=line.asked.account_number)
    if begins:
        if call.payee is None or call.payee.number != account.number:
            # Nothing of the account is heard on the line; it is kept to tell who calls back how it ended.
            call = about(call, payee_of(account, ""))
        return enter(
            call, asked_id=line.asked_id, amount_cents=line.asked.amount_cents,
            return_to=line.return_to,
        )  # fmt: skip
    return replace(leave(replace(call, return_to=line.return_to), Left.GAVE_UP), left=None)


def _led_back(row: models.Call, call: Call, line: models.SecureLine) -> str:
    """Return the way back from a line that another followed. Nothing is kept: the same step is waited for."""
    turn = _secured(call, line, begins=False)
    return render(turn, step=row.step, organisation=get_organisation().name)


def _left(row: models.Call, how: Left | None) -> models.SecureLine | None:
    """End the line a caller leaves, and return it; None where they leave none."""
    line = securing.find_line(call=row) if how else None
    if line is not None and how is not None:
        securing.end_line(line=line, how=how)
    return line


def _again(
    row: models.Call | None, met: services.AlreadyAnswered | services.OutOfStep
) -> HttpResponse:
    if row and row.state == State.TRANSFER and isinstance(met, services.AlreadyAnswered):
        securing.recover_line(call=row)
    return _answered_before(met)


def _answered_before(met: services.AlreadyAnswered | services.OutOfStep) -> HttpResponse:
    if isinstance(met, services.AlreadyAnswered):
        return _markup(met.answer)
    log.warning("phone_step_refused")
    return HttpResponse(status=409)


def _markup(answer: str) -> HttpResponse:
    return HttpResponse(answer, content_type="text/xml; charset=utf-8")
