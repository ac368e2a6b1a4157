"""What tests of registering and recovering share: a member to be, what they type, what they are told."""

import re

from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from openmember.members.types import Address
from openmember.payments.testing import a_member
from openmember.portal.registration import jobs

HOME = Address("1 Elm St", "", "Oakland", "CA", "94612")
# Well formed, and nobody has it.
UNKNOWN = "600488100092"


def a_holder(**facts):
    return a_member(**{"address": HOME, "phone": "(510) 555-0143", **facts})


def answers(number, **changes):
    month, day, year = changes.pop("born", "5 17 1970").split()
    return {
        "number": number,
        "last_name": "Ruiz",
        "birth_on_month": month,
        "birth_on_day": day,
        "birth_on_year": year,
        "zip_or_phone": "94612",
        **changes,
    }


def send(client, number, **changes):
    return client.post(reverse("portal:register"), answers(number, **changes))


def what_is_said(response, number):
    """Return a page without what the person typed themselves and without its one-time parts."""
    text = response.content.decode().replace(number, "NUMBER")
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)
    return re.sub(r'(name="(last_name|birth_on_\w+|zip_or_phone)" value=)"[^"]*"', r"\1", text)


def run_jobs():
    """Do what was queued, as the worker would."""
    tasks = {task.name: task for task in (jobs.tell_registered, jobs.send_factor_reset)}
    for job in ProcrastinateJob.objects.filter(status="todo"):
        tasks[job.task_name](**job.args)
