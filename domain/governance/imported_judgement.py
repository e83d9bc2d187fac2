"""How a step of an imported history is judged 导入判定: by the course its case took, and what the procedure says."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.governance.approval_rules import DecidedAlready, OwnRequest
from domain.governance.imported_procedure import CLAUSE, Activity, Judge, LogStep
from domain.governance.imported_rules import (
    CarriedOutOutOfOrder,
    CarriedOutTwice,
    CarriedOutUnapproved,
    DecidedWhenNothingWaited,
    FinalWithoutAuthority,
    GivenUpIsOver,
    GivenUpWithoutRejection,
    NeededStepLeftOut,
    NotInTheProcedure,
    NotTheStepsRole,
    SavedAfterSubmission,
    StepOutOfOrder,
    StepTakenTwice,
    SubmittedWhileUnderWay,
)
from domain.kernel import Refusal

__all__ = ["CLAUSE", "STATUS_AFTER", "Course", "Status", "course_after", "judged", "unanswered"]

Status = Literal["none", "draft", "open", "rejected", "given_up", "approved"]
DECISIONS = ("approved", "finally_approved", "rejected")
STATUS_AFTER: dict[str, Status] = {
    "saved": "draft",
    "submitted": "open",
    "rejected": "rejected",
    "given_up": "given_up",
    "finally_approved": "approved",
}
"""Where a case stands after an outcome; after any other it stands where it stood."""


@dataclass(frozen=True, slots=True)
class Course:
    """The course a case took: ``taken`` are the decisions of this round, by step and person; ``carried_out`` of all."""

    status: Status = "none"
    round: int = 0
    author: str = ""
    taken: tuple[tuple[str, str], ...] = ()
    carried_out: tuple[str, ...] = ()
    finals: tuple[frozenset[str], ...] = ()
    """Of each final approval, the steps that had decided in its round."""
    pairs: tuple[tuple[str, str], ...] = ()
    """Author and decider of every decision, for what has to be told apart."""
    roles: frozenset[tuple[str, str]] = frozenset()
    """Step and role of everything done."""
    last_at: datetime | None = None
    disordered: bool = False


def course_after(course: Course, step: str, outcome: str, *, role: str, person: str, at: datetime) -> Course:
    """The course once this happened, allowed or not."""
    taken, pairs, finals = course.taken, course.pairs, course.finals
    if outcome in DECISIONS:
        pairs = (*pairs, (course.author, person))
        taken = (*taken, (step, person))
    if outcome == "finally_approved":
        finals = (*finals, frozenset(each for each, _ in taken))
    elif outcome in ("saved", "submitted", "given_up", "rejected"):
        taken = ()
    submitted = outcome == "submitted"
    return Course(
        status=STATUS_AFTER.get(outcome, course.status),
        round=course.round + submitted,
        author=person if submitted else course.author,
        taken=taken,
        carried_out=(*course.carried_out, step) if outcome == "carried_out" else course.carried_out,
        finals=finals,
        pairs=pairs,
        roles=course.roles if (step, role) in course.roles else course.roles | {(step, role)},
        last_at=at,
        disordered=course.disordered or (course.last_at is not None and at < course.last_at),
    )


def judged(course: Course, activity: Activity | None, role: str, person: str, judge: Judge) -> Refusal | None:
    """The rule that stands against it, or None; the order of the cases is the order of the rules."""
    if activity is None:
        return NotInTheProcedure()
    step = judge.steps[activity.step]
    if role not in step.roles and role not in judge.procedure.unknown_roles and step.kind != "lost":
        return NotTheStepsRole(role=role, step=step.name)
    match activity.outcome:
        case "saved" if course.status in ("open", "approved"):
            return SavedAfterSubmission(status=course.status)
        case "submitted" if course.status in ("open", "approved"):
            return SubmittedWhileUnderWay(status=course.status)
        case "saved" | "submitted":
            closed = course.status == "given_up" and judge.procedure.after_giving_up == "closed"
            return GivenUpIsOver() if closed else None
        case "given_up":
            allowed = ("rejected",) if judge.procedure.giving_up == "after_rejection" else ("rejected", "open", "draft")
            return None if course.status in allowed else GivenUpWithoutRejection(status=course.status)
        case "carried_out":
            return _carried_out(course, step, judge)
        case _:
            return _decided(course, step, activity.outcome, person, judge)


def _decided(course: Course, step: LogStep, outcome: str, person: str, judge: Judge) -> Refusal | None:
    if course.status != "open":
        return DecidedWhenNothingWaited(status=course.status)
    taken = [name for name, _ in course.taken]
    if step.name in taken:
        return StepTakenTwice(step=step.name)
    if step.kind == "decision":
        place = {name: judge.rank[name] for name in taken if judge.steps[name].kind == "decision"}
        later = [name for name, rank in place.items() if rank > judge.rank[step.name]]
        if later:
            return StepOutOfOrder(step=step.name, after=", ".join(later))
    if outcome == "finally_approved":
        if not step.final:
            return FinalWithoutAuthority(step=step.name)
        needed = [each.name for each in judge.of_kind("decision") if each.needed == "always"]
        missing = [name for name in needed if name != step.name and name not in taken]
        if missing:
            return NeededStepLeftOut(missing=", ".join(missing))
    if _known(person, judge):
        if person == course.author:
            return OwnRequest(requester=person)
        if person in (who for _, who in course.taken):
            return DecidedAlready(step=step.name)
    return None


def _carried_out(course: Course, step: LogStep, judge: Judge) -> Refusal | None:
    if step.name in course.carried_out:
        return CarriedOutTwice(step=step.name)
    before = judge.of_kind("afterwards")[: judge.rank[step.name]]
    missing = [each.name for each in before if each.name not in course.carried_out]
    if missing:
        return CarriedOutOutOfOrder(step=step.name, before=", ".join(missing))
    return None if course.status == "approved" else CarriedOutUnapproved(status=course.status)


def unanswered(course: Course, judge: Judge) -> tuple[str, ...]:
    """What the log does not tell of a case: who (separation of duties), under what role, which step was needed."""
    questions: list[str] = []
    if any(not (_known(author, judge) and _known(decider, judge)) for author, decider in course.pairs):
        questions.append("separation_of_duties")
    lost = {name for name, step in judge.steps.items() if step.kind == "lost"}
    unknown = set(judge.procedure.unknown_roles)
    if any(step in lost or (step and role in unknown) for step, role in course.roles):
        questions.append("authority")
    for step in judge.of_kind("decision"):
        if step.needed == "unknown" and any(step.name not in final for final in course.finals):
            questions.append(f"{step.name}_needed")
    if course.disordered:
        questions.append("order")
    return tuple(questions)


def _known(person: str, judge: Judge) -> bool:
    return bool(person) and person not in judge.procedure.unknown_people
