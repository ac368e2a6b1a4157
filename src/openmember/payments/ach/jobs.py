"""What runs by the clock: settling what banks have booked."""

from procrastinate.contrib.django import app

from openmember.members.types import system
from openmember.payments.ach.services import files
from openmember.payments.jobs import office_today


@app.periodic(cron="30 6 * * *")
@app.task(queueing_lock="settle_ach", pass_context=False)
def settle_ach(timestamp: int) -> None:
    """Settle every morning the debits whose booking day has come."""
    files.settle_files(on=office_today(), actor=system("ach"))
