"""The approval path 审批路径: from the authorities a clause names to people who may sign, computed once.

A step's authority is a role of the department or the company. Whoever may not sign (the requester, a delegate who
files for him, somebody who signs another step) is replaced by his superior, and the step says whom he stands in for; a
step that nobody can fill is refused by name. Who left 离职 since is replaced by whoever holds the authority by then.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from pydantic import Field

from domain.directory import MANAGEMENT, Directory, Role
from domain.governance.approval_rules import VacantStep
from domain.kernel import Context, Message

TimeEnd = Literal["wait", "escalate"]


class Authority(Message):
    """What a clause asks of a step: a role, ``management`` or ``superior``, or named employees; all or any of them.

    The last three override the policy's general limits of a step (5.1); no limit is written 0.
    """

    role: str
    clause: str
    mode: Literal["all", "any"] = "any"
    people: tuple[str, ...] = ()
    limit_working_hours: int | None = Field(None, ge=0)
    remind_working_hours: int | None = Field(None, ge=0)
    at_time_end: TimeEnd | None = None


class Step(Message):
    """A step of a stored path. ``clause`` and ``policy`` say why it is there; ``instead_of`` who may not sign it."""

    authority: str
    signers: tuple[str, ...] = Field(min_length=1)
    mode: Literal["all", "any"] = "any"
    clause: str
    policy: str
    instead_of: tuple[str, ...] = ()
    limit_working_hours: int | None = None
    remind_working_hours: int | None = None
    at_time_end: TimeEnd | None = None


def path(
    authorities: Iterable[Authority], *, requester: str, department: str | None, context: Context
) -> tuple[Step, ...]:
    """Who signs, step by step: neither the requester nor whoever files for him. Raises VacantStep naming the first
    step nobody can fill.
    """
    steps: list[Step] = []
    taken = {requester, context.actor}
    for authority in authorities:
        holders = _holders(authority, requester, department, context.directory)
        step = _staffed(authority, holders, taken, department, context)
        steps.append(step)
        taken.update(_needed(step))
    return tuple(_spared(number, steps, taken, department, context) for number in range(len(steps)))


def open_step(step: Step, context: Context) -> tuple[datetime | None, datetime | None]:
    """When a step that opens now is reminded of and when it is due, by its limits or the policy's, in working hours."""
    general = context.policy.value
    limit, remind = step.limit_working_hours, step.remind_working_hours
    if limit is None:
        limit = int(general("5.1", "approval_step_working_hours"))
    if remind is None:
        remind = int(general("5.1", "approval_reminder_working_hours"))
    if not limit:
        return None, None
    hours_after = context.working_time.working_hours_after
    return hours_after(context.now, min(limit, remind)) if remind else None, hours_after(context.now, limit)


def time_end(step: Step, context: Context) -> TimeEnd:
    """What happens when the step's time is over."""
    if step.at_time_end is not None:
        return step.at_time_end
    return "wait" if context.policy.value("5.1", "approval_at_step_end") == "wait" else "escalate"


def first_superior(person: str, barred: set[str], directory: Directory) -> str | None:
    """The first up the reporting line who is not barred, or None."""
    seen = {person}
    superior = directory.superior_of(person)
    while superior is not None and superior in barred and superior not in seen:
        seen.add(superior)
        superior = directory.superior_of(superior)
    return superior if superior is not None and superior not in barred else None


def staffed_now(
    step: Step, signers: tuple[str, ...], requester: str, barred: set[str], context: Context
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who signs the step of those ``signers`` it was computed for, and who of them left 离职 and is replaced.

    An any-of step needs nobody new while a signer is still employed; where no successor is known, the step keeps who
    left, and waits.
    """
    employed = context.directory.employees
    staying = tuple(person for person in signers if person in employed)
    if len(staying) == len(signers) or (step.mode == "any" and staying):
        return staying, ()
    if step.mode == "any":
        found = successors(step, requester, barred, context)
        return (found, signers) if found else (signers, ())
    now: dict[str, str] = {}
    for person in signers:
        holders = successors(step, requester, barred | set(now.values()), context) if person not in employed else ()
        now[person] = holders[0] if holders else person
    return tuple(now.values()), tuple(person for person, successor in now.items() if successor != person)


def successors(step: Step, requester: str, barred: set[str], context: Context) -> tuple[str, ...]:
    """Who may sign in place of a signer who left: whoever holds the step's authority for the requester's department
    today, else the nearest superior known, of a holder who is barred or of the requester.
    """
    directory = context.directory
    holders: tuple[str, ...] = ()
    if step.authority in {"superior", "management", *Role}:
        authority = Authority(role=step.authority, clause=step.clause)
        holders = _holders(authority, requester, directory.department_of(requester), directory)
    free = tuple(person for person in holders if person not in barred)
    superiors = (first_superior(person, barred, directory) for person in (*holders, requester))
    return free or tuple(person for person in superiors if person is not None)[:1]


def _needed(step: Step) -> tuple[str, ...]:
    """Whose signature the step cannot do without."""
    return step.signers if step.mode == "all" or len(step.signers) == 1 else ()


def _staffed(
    authority: Authority, holders: tuple[str, ...], taken: set[str], department: str | None, context: Context
) -> Step:
    """The step with those holders who may sign; where one whose signature is wanted may not, his superior."""
    employees = context.directory.employees
    signers = [person for person in holders if person in employees and person not in taken]
    replaced = [person for person in holders if person in employees and person in taken]
    gone = [person for person in holders if person not in employees]
    vacant = VacantStep(field=authority.role, step=authority.role, department=department or "", clause=authority.clause)
    if authority.mode == "all" and gone:
        raise vacant
    instead_of: tuple[str, ...] = ()
    if not signers or (authority.mode == "all" and replaced):
        instead_of = tuple(replaced)
        for person in replaced:
            superior = first_superior(person, taken | set(signers), context.directory)
            if superior is not None:
                signers.append(superior)
            elif authority.mode == "all":
                raise vacant
    if not signers:
        raise vacant
    return Step(
        authority=authority.role,
        signers=tuple(signers),
        mode=authority.mode,
        clause=authority.clause,
        policy=context.policy.version,
        instead_of=instead_of,
        limit_working_hours=authority.limit_working_hours,
        remind_working_hours=authority.remind_working_hours,
        at_time_end=authority.at_time_end,
    )


def _spared(number: int, steps: list[Step], taken: set[str], department: str | None, context: Context) -> Step:
    """The step without those a later step cannot do without, since nobody signs two."""
    step = steps[number]
    later = {person for each in steps[number + 1 :] for person in _needed(each)}
    if later.isdisjoint(step.signers):
        return step
    free = tuple(person for person in step.signers if person not in later)
    superiors = (first_superior(person, taken, context.directory) for person in step.signers)
    signers = free or tuple(dict.fromkeys(person for person in superiors if person is not None))
    if not signers:
        raise VacantStep(field=step.authority, step=step.authority, department=department or "", clause=step.clause)
    return step.model_copy(update={"signers": signers, "instead_of": step.instead_of if free else step.signers})


def _holders(authority: Authority, requester: str, department: str | None, directory: Directory) -> tuple[str, ...]:
    if authority.people:
        return authority.people
    if authority.role == "superior":
        superior = directory.superior_of(requester)
        return (superior,) if superior else ()
    if authority.role == "management":
        held = {each.employee for each in directory.assignments if each.role in MANAGEMENT}
        return tuple(sorted(held & directory.employees.keys()))
    return directory.holders(Role(authority.role), department)
