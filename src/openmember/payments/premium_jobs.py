"""Premium runs asked for at the desk, done by the worker."""

from datetime import date

import structlog
from django.conf import settings
from django.contrib.auth import get_user_model
from procrastinate.contrib.django import app

from openmember.billing.premiums.rules import OutOfOrder
from openmember.billing.premiums.services import runs
from openmember.members.queries import actor_of
from openmember.payments.jobs import office_today
from openmember.payments.services.premiums import run_premiums

log = structlog.get_logger("openmember.payments")


# One waits at most: who asks meanwhile is told that it is coming.
@app.task(queueing_lock="premium_run", pass_context=False)
def work_premiums(
    month: str, is_preview: bool, reason: str, accept_change: bool, staff_id: int
) -> None:
    """Preview or bill a month for somebody on the staff, whose roles are asked for again."""
    actor = actor_of(get_user_model().objects.get(pk=staff_id))
    request = runs.RunRequest(
        month=date.fromisoformat(month), today=office_today(), reason=reason,
        accept_change=accept_change, workers=settings.PREMIUM_RUN_WORKERS,
    )  # fmt: skip
    try:
        if is_preview:
            runs.preview(request=request, actor=actor)
        else:
            run_premiums(request=request, actor=actor)
    except (OutOfOrder, runs.RunAtWork, runs.RunUnfinished, runs.ChangeTooLarge) as refused:
        # Nothing was billed. A run that stopped says so on its page.
        log.warning("premiums_refused", month=month, why=type(refused).__name__)
