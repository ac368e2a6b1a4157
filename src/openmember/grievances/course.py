"""What the events of a dispute come to. No database, no now: the same events always give the same standing."""

from collections.abc import Iterable

from openmember.grievances.ending import standing_of
from openmember.grievances.happening import HAPPENED, received, run_out
from openmember.grievances.types import BadCourse, Event, Kind, Standing
from openmember.grievances.visits import Course


def standing(events: Iterable[Event]) -> Standing:
    """Return what the events come to, in the order in which they were written. Errors: BadCourse."""
    return standing_of(_course_of(events))


def which_can(events: Iterable[Event], tries: Iterable[Event]) -> list[Event]:
    """Return those of some events any of which can come next. The log is read once for all of them."""
    course = _course_of(events)
    return [one for one in tries if _can(course, one)]


def _can(course: Course, event: Event) -> bool:
    try:
        after(course, event)
    except BadCourse:
        return False
    return True


def _course_of(events: Iterable[Event]) -> Course:
    course: Course | None = None
    for event in events:
        course = after(course, event)
    if course is None:
        raise BadCourse("never_received")
    return course


def after(course: Course | None, event: Event) -> Course:
    if event.kind is Kind.RECEIVED:
        if course is not None:
            raise BadCourse("received_twice")
        return received(event)
    if course is None:
        raise BadCourse("never_received")
    return HAPPENED[event.kind](run_out(course, event), event)
