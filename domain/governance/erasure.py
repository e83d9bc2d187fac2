"""Erasure of personal data 个人信息删除 (个人信息保护法 article 47): whose, kept for what, on what ground.

The journal only grows: a person's data were encrypted before they were hashed, and erasing destroys the key. The event
stays as the proof that it was done; ``infrastructure.erasing`` destroys the keys it names and clears the views.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

from pydantic import Field

from domain.directory import Role
from domain.kernel import Aggregate, Command, Context, Decision, Event, Refusal

CLAUSE = "4.3.2.1"
Purpose = Literal["employment", "supplier_contact"]
"""What personal data are kept for 处理目的: 劳动关系, 供应商联系."""


class ErasePerson(Command):
    """Erase what is kept of a person for one purpose 删除个人信息."""

    zh: ClassVar[str] = "删除个人信息"
    person: str = Field(min_length=1, max_length=100, description="Employee or contact 员工或联系人编号")
    purpose: Purpose = Field(description="What the data were kept for 处理目的")
    ground: str = Field(min_length=1, max_length=1000, description="Ground, e.g. request of the person 删除依据")


class SubjectErased(Event):
    """What was kept of a person for one purpose is erased 个人信息已删除."""

    zh: ClassVar[str] = "个人信息已删除"
    clause: ClassVar[str] = CLAUSE
    person: str
    purpose: Purpose
    ground: str
    decided_by: str


class ErasedByKeeper(Refusal):
    """Personal data are erased by Human Resources or the administrator.

    个人信息由人力资源部或系统管理员删除。

    → Hand the request to Human Resources.
    → 请将申请交人力资源部办理。
    """

    clause = CLAUSE
    attempt = True


class OnePersonOneRecord(Refusal):
    """Each person's erasures stand in a record of his own.

    每人的删除记录单独成册。

    → Use the person's number as the number of the record.
    → 请以该人员编号作为记录编号。
    """

    clause = CLAUSE


@dataclass(frozen=True, slots=True)
class Erasures:
    """What was erased of one person so far. New data may have come since, so it may be asked again."""

    purposes: tuple[str, ...] = ()


def decide(command: ErasePerson, state: Erasures, context: Context) -> Decision:
    """Whoever keeps people's data erases them, in the record of that person."""
    if context.directory.roles_of(context.principal).isdisjoint({Role.HR, Role.HR_MANAGER, Role.ADMINISTRATOR}):
        raise ErasedByKeeper()
    if context.subject.id != command.person:
        raise OnePersonOneRecord(field="person", record=context.subject.id, person=command.person)
    erased = SubjectErased(
        person=command.person, purpose=command.purpose, ground=command.ground, decided_by=context.actor
    )
    return [erased.under(context.basis(CLAUSE, "erasure", "erased", purpose=command.purpose, ground=command.ground))]


def evolve(state: Erasures, event: SubjectErased) -> Erasures:
    """One purpose more."""
    return Erasures((*state.purposes, event.purpose))


ERASURE = Aggregate(name="erasure", zh="个人信息删除", prefix="ER", initial=Erasures(), decide=decide, evolve=evolve)
