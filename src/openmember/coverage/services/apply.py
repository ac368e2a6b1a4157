"""Doing what one instruction of an enrolment file says, or saying why a person has to."""

from dataclasses import dataclass, field
from datetime import date

from openmember.accounts import services as accounts
from openmember.coverage import models, reading, rules
from openmember.coverage.rules import Act, Cannot, Step
from openmember.coverage.types import CoverageType, Effects, Span
from openmember.exchange.x834.types import HealthCoverage, MemberInstruction
from openmember.members import services as members
from openmember.members.queries import get_member
from openmember.members.types import Actor

# What the trade calls INS03 and HD01.
CHANGE, ADD, TERMINATE, REINSTATE, AUDIT = "001", "021", "024", "025", "030"
_SPAN_FIELDS = (
    "coverage_type", "insurance_line", "plan", "level", "group_number", "starts_on", "ends_on",
    "premium_cents", "aptc_cents", "member_share_cents", "rating_area",
)  # fmt: skip


@dataclass(slots=True)
class Applier:
    """Applies one transaction's instructions in order. `last_subscriber` links dependents that follow."""

    sponsor: models.Sponsor
    effects: Effects
    actor: Actor
    last_subscriber: models.Enrollee | None = None
    seen: set[int] = field(default_factory=set)

    def apply(self, instruction: MemberInstruction) -> None:
        """Do what the instruction says. Errors: Cannot, with nothing of it done by the caller's savepoint."""
        enrollee = self._find(instruction)
        before = _work(self.effects)
        if instruction.is_subscriber:
            self.last_subscriber = enrollee
        if enrollee is None:
            if instruction.maintenance_type not in {ADD, AUDIT}:
                raise Cannot("unknown_member", self._unknown(instruction))
            enrollee = self._enroll(instruction)
        else:
            self._correct(enrollee, instruction)
        self.seen.add(enrollee.pk)
        known = list_spans(enrollee)
        if instruction.maintenance_type == TERMINATE and not instruction.coverages:
            self._end_all(enrollee, reading.ends_on(instruction, None))
        elif instruction.maintenance_type == REINSTATE and not instruction.coverages:
            self._reinstate_all(enrollee, known, instruction)
        for coverage in instruction.coverages:
            self._cover(enrollee, instruction, coverage)
        self.effects.unchanged += _work(self.effects) == before

    def _find(self, instruction: MemberInstruction) -> models.Enrollee | None:
        said = reading.person_of(instruction)
        candidates = models.Enrollee.objects.filter(
            sponsor=self.sponsor, is_subscriber=instruction.is_subscriber
        )
        if instruction.is_subscriber:
            found = candidates.filter(subscriber_number=instruction.subscriber_number).first()
            if found and not self._may_be(found, instruction):
                raise Cannot(
                    "other_person",
                    "The subscriber number belongs to somebody with another name or birth date.",
                )
            return found
        numbers = [instruction.subscriber_number]
        if self.last_subscriber:
            numbers.append(self.last_subscriber.subscriber_number)
        for found in candidates.filter(subscriber_number__in=numbers):
            if reading.is_same_person(get_member(member_id=found.member_id).person, said):
                return found
        return None

    def _may_be(self, found: models.Enrollee, instruction: MemberInstruction) -> bool:
        known = get_member(member_id=found.member_id).person
        if reading.is_same_person(known, reading.person_of(instruction)):
            return True
        # A correction carries what was wrong before: that has to be the person we know.
        prior = instruction.prior
        if prior is None:
            return False
        born_on = prior.demographics.born_on if prior.demographics else None
        return (known.name.last.casefold() == prior.last_name.casefold()) and (
            not born_on or born_on == known.birth_on
        )

    def _unknown(self, instruction: MemberInstruction) -> str:
        who = "subscriber" if instruction.is_subscriber else "dependent"
        return f"No {who} is known under this number; only an addition (021) may bring in somebody new."

    def _enroll(self, instruction: MemberInstruction) -> models.Enrollee:
        subscriber = None if instruction.is_subscriber else self._subscriber_of(instruction)
        member = members.add_member(person=reading.person_of(instruction), actor=self.actor)
        self.effects.members_added += 1
        if subscriber is None:
            number = accounts.open_account(holder_id=member.id, actor=self.actor).number
            self.effects.accounts_opened += 1
        else:
            number = subscriber.account_number
            accounts.add_person(
                account_number=number,
                member_id=member.id,
                relationship=reading.relationship_of(instruction.relationship),
            )
        enrollee = models.Enrollee.objects.create(
            sponsor=self.sponsor,
            subscriber_number=(
                subscriber.subscriber_number if subscriber else instruction.subscriber_number
            ),
            member_id=member.id,
            account_number=number,
            is_subscriber=instruction.is_subscriber,
            relationship=instruction.relationship,
        )
        if instruction.is_subscriber:
            self.last_subscriber = enrollee
        return enrollee

    def _subscriber_of(self, instruction: MemberInstruction) -> models.Enrollee:
        """Return whose account a dependent shares: the subscriber named, else the one just before."""
        named = models.Enrollee.objects.filter(
            sponsor=self.sponsor,
            subscriber_number=instruction.subscriber_number,
            is_subscriber=True,
        ).first()
        subscriber = named or self.last_subscriber
        if subscriber is None:
            raise Cannot(
                "unknown_subscriber",
                "The subscriber whose account the dependent shares is not known.",
            )
        return subscriber

    def _correct(self, enrollee: models.Enrollee, instruction: MemberInstruction) -> None:
        changed = members.correct_member(
            member_id=enrollee.member_id, person=reading.person_of(instruction), actor=self.actor
        )
        self.effects.members_corrected += bool(changed)

    def _cover(
        self, enrollee: models.Enrollee, instruction: MemberInstruction, coverage: HealthCoverage
    ) -> None:
        known = list_spans(enrollee)
        kind = coverage.maintenance_type
        if kind == TERMINATE or instruction.maintenance_type == TERMINATE:
            last_day = reading.ends_on(instruction, coverage)
            self.write(enrollee, rules.end(known, coverage.insurance_line, last_day))
            if enrollee.is_subscriber and instruction.maintenance_type == TERMINATE:
                self._end_family(enrollee, coverage.insurance_line, last_day)
            return
        wanted = reading.span_of(instruction, coverage, CoverageType(self.sponsor.coverage_type))
        decide = {CHANGE: rules.change, REINSTATE: rules.reinstate}.get(kind, rules.add)
        if kind == AUDIT and any(span.is_open_on(wanted.starts_on) for span in known):
            decide = rules.change
        self.write(enrollee, decide(known, wanted))

    def _end_all(self, enrollee: models.Enrollee, last_day: date) -> None:
        self.write(enrollee, rules.end(list_spans(enrollee), None, last_day))
        if enrollee.is_subscriber:
            self._end_family(enrollee, None, last_day)

    def _end_family(
        self, subscriber: models.Enrollee, insurance_line: str | None, last_day: date
    ) -> None:
        """End the dependents' coverage too: it hangs on the subscriber's."""
        family = models.Enrollee.objects.filter(
            sponsor=self.sponsor,
            subscriber_number=subscriber.subscriber_number,
            is_subscriber=False,
        )
        for dependent in family:
            self.write(dependent, rules.end(list_spans(dependent), insurance_line, last_day))

    def _reinstate_all(
        self, enrollee: models.Enrollee, known: tuple[Span, ...], instruction: MemberInstruction
    ) -> None:
        if instruction.eligible_from is None:
            raise Cannot("no_date", "DTP*356 must say from when the coverage is reinstated.")
        latest = {span.insurance_line: span for span in known}
        if not latest:
            raise Cannot("no_coverage", "There was no coverage to reinstate.")
        for span in latest.values():
            wanted = rules.restart(span, instruction.eligible_from)
            self.write(enrollee, rules.reinstate(known, wanted))

    def write(self, enrollee: models.Enrollee, steps: tuple[Step, ...]) -> None:
        """Do these steps to the enrollee's spans, and count them."""
        for step in steps:
            rows = models.Span.objects.filter(id=step.span.id or 0)
            fields = {name: getattr(step.span, name) for name in _SPAN_FIELDS}
            if step.act is Act.ADD:
                models.Span.objects.create(
                    enrollee=enrollee, account_number=enrollee.account_number, **fields
                )
                self.effects.spans_added += 1
            elif step.act is Act.CANCEL:
                self.effects.spans_canceled += rows.update(canceled=True)
            elif step.act is Act.END:
                self.effects.spans_ended += rows.update(ends_on=step.span.ends_on)
            elif step.act is Act.REINSTATE:
                self.effects.spans_reinstated += rows.update(ends_on=step.span.ends_on)
            else:
                self.effects.spans_changed += rows.update(**fields)


def list_spans(enrollee: models.Enrollee) -> tuple[Span, ...]:
    """Return the enrollee's spans that were not canceled, the earliest first."""
    rows = models.Span.objects.filter(enrollee=enrollee, canceled=False).order_by("starts_on")
    return tuple(
        Span(
            id=row.id,
            **{name: getattr(row, name) for name in _SPAN_FIELDS if name != "coverage_type"},
            coverage_type=CoverageType(row.coverage_type),
        )
        for row in rows
    )


def _work(effects: Effects) -> int:
    return (
        effects.members_added + effects.members_corrected + effects.spans_added
        + effects.spans_changed + effects.spans_ended + effects.spans_canceled
        + effects.spans_reinstated
    )  # fmt: skip
