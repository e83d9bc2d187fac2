"""The approval path 审批路径: from the authorities a clause names to people who may sign, computed once.

A step's authority is a role of the department or the company. Whoever may not sign (the requester, somebody who already
signs an earlier step) is replaced by his superior, and the step says whom he stands in for; a step that nobody can fill
is refused by name.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from pydantic import Field

from domain.directory import MANAGEMENT, Directory, Role
from domain.governance.approval_rules import VacantStep
from domain.kernel import Context, Message


class Authority(Message):
    """What a clause asks of a step: a role, ``management`` or ``superior``, or named employees; all or any of them."""

    role: str
    clause: str
    mode: Literal["all", "any"] = "any"
    people: tuple[str, ...] = ()
    limit_working_hours: int | None = None
    """Overrides the policy's general limit of a step; 0 means none."""


class Step(Message):
    """A step of a stored path. ``clause`` and ``policy`` say why it is there."""

    authority: str
    signers: tuple[str, ...] = Field(min_length=1)
    mode: Literal["all", "any"] = "any"
    clause: str
    policy: str
    instead_of: tuple[str, ...] = ()
    limit_working_hours: int | None = None


def path(
    authorities: Iterable[Authority], *, requester: str, department: str | None, context: Context
) -> tuple[Step, ...]:
    """Who signs, step by step. Raises VacantStep naming the first step nobody can fill."""
    steps: list[Step] = []
    taken = {requester}
    for authority in authorities:
        step = _staffed(authority, taken, requester, department, context)
        steps.append(step)
        taken.update(step.signers if step.mode == "all" or len(step.signers) == 1 else ())
    return tuple(steps)


def open_step(step: Step, context: Context) -> tuple[datetime | None, datetime | None]:
    """When a step that opens now is reminded of and when it is due, by the policy's limits in working hours."""
    limit = step.limit_working_hours
    if limit is None:
        limit = int(context.policy.value("5.1", "approval_step_working_hours"))
    if not limit:
        return None, None
    remind = min(limit, int(context.policy.value("5.1", "approval_reminder_working_hours")))
    hours_after = context.working_time.working_hours_after
    return hours_after(context.now, remind), hours_after(context.now, limit)


def _staffed(
    authority: Authority, taken: set[str], requester: str, department: str | None, context: Context
) -> Step:
    holders = authority.people or _holders(authority.role, requester, department, context.directory)
    signers = tuple(person for person in holders if person not in taken)
    replaced: tuple[str, ...] = ()
    if not signers or (authority.mode == "all" and len(signers) < len(holders)):
        replaced = tuple(person for person in holders if person in taken)
        stand_ins = (_first_superior(person, taken | set(signers), context.directory) for person in replaced)
        signers = tuple(dict.fromkeys([*signers, *(person for person in stand_ins if person)]))
    if not signers:
        raise VacantStep(field=authority.role, step=authority.role, department=department or "", clause=authority.clause)
    return Step(
        authority=authority.role,
        signers=signers,
        mode=authority.mode,
        clause=authority.clause,
        policy=context.policy.version,
        instead_of=replaced,
        limit_working_hours=authority.limit_working_hours,
    )


def _holders(role: str, requester: str, department: str | None, directory: Directory) -> tuple[str, ...]:
    if role == "superior":
        superior = directory.superior_of(requester)
        return (superior,) if superior else ()
    if role == "management":
        return tuple(sorted({person for each in MANAGEMENT for person in directory.holders(each)}))
    return directory.holders(Role(role), department)


def _first_superior(person: str, taken: set[str], directory: Directory) -> str | None:
    seen = {person}
    superior = directory.superior_of(person)
    while superior is not None and superior in taken and superior not in seen:
        seen.add(superior)
        superior = directory.superior_of(superior)
    return superior if superior is not None and superior not in taken else None
