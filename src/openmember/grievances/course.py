"""What the events of a dispute come to. No database, no now: the same events always give the same standing."""

from collections.abc import Iterable

from openmember.grievances.ending import most_days_of, standing_of
from openmember.grievances.happening import HAPPENED, received, run_out
from openmember.grievances.types import BadCourse, Event, Kind, Misfit, Standing
from openmember.grievances.visits import Course


def standing(events: Iterable[Event]) -> Standing:
    """Return what the events come to, in the order in which they were written. Errors: BadCourse."""
    return standing_of(_course_of(events))


def following(events: Iterable[Event], event: Event) -> Standing:
    """Return what a log comes to with one event more.

    Errors: BadCourse; `log_unfit` where not that event but one that is written already does not fit.
    """
    try:
        course = _course_of(events)
    except BadCourse as refused:
        raise BadCourse("log_unfit", "a corrected rule does not take its log") from refused
    return standing_of(after(course, event))


def misfit_of(events: Iterable[Event]) -> Misfit | None:
    """Return the first event of a log that the rules of now would not take, or None where all fit."""
    course: Course | None = None
    for serial, event in enumerate(events, 1):
        try:
            course = after(course, event)
        except BadCourse as refused:
            return Misfit(serial, event, refused)
    return None


def which_can(events: Iterable[Event], tries: Iterable[Event]) -> list[Event]:
    """Return those of some events any of which can come next. The log is read once for all of them."""
    course = _course_of(events)
    return [one for one in tries if _can(course, one)]


def most_days(events: Iterable[Event]) -> int:
    """Return how many days the laws let the plan take longer to decide where it is; 0 where they give none."""
    return most_days_of(_course_of(events))


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
