"""Who does which jobs in a served site."""

from procrastinate.contrib.django import app

from openmember.cli.serve import QUEUES
from openmember.devices.jobs import tell_devices


def test_every_job_is_on_a_queue_that_has_a_worker():
    queues = {task.queue for task in app.tasks.values() if task.name.startswith("openmember.")}

    assert queues == set(QUEUES)


def test_what_waits_for_servers_members_name_holds_up_nothing_else():
    alone = [task.name for task in app.tasks.values() if task.queue == tell_devices.queue]

    assert alone == [tell_devices.name]
