"""A form of the desk is done once, however often it is sent."""

import threading

import pytest
from django.db import connection

from openmember.desk.acts import Repeated, once

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_two_forms_with_one_key_at_once_are_done_once():
    done, started = [], threading.Barrier(2)

    def send():
        started.wait()
        try:
            with once("one-key"):
                done.append("done")
        except Repeated:
            done.append("repeated")
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(done) == ["done", "repeated"]


def test_a_key_whose_act_was_refused_can_be_used_again():
    with pytest.raises(ValueError, match="refused"), once("one-key"):
        raise ValueError("refused")

    with once("one-key"):
        pass

    with pytest.raises(Repeated), once("one-key"):
        pass
