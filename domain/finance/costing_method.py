"""Costing method of a department 成本核算方法 (clause 2.2.1.2): process costing 分步法 or variety costing 品种法.

By the nature of its business a department that produces chooses its method and names its cost objects: the steps of its
process in order, or its product varieties. The head proposes, the finance manager approves. From then on its direct
costs name the object they are for. The method has the department's number.
"""

from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from domain.directory import Role
from domain.governance import approvals
from domain.governance.approval_path import Authority, Step, path
from domain.governance.approvals import Approval, ApprovalCommand, ApprovalEvent
from domain.governance.policy_changes import approved_by
from domain.kernel import Aggregate, Command, Context, Decision, Event, Fact, Refusal

CLAUSE = "2.2.1.2"

Method = Literal["process_costing", "variety_costing"]
"""分步法, 品种法."""

CostObject = Annotated[str, Field(min_length=1, max_length=64, description="Variety, or step of the process 成本对象")]


class ChooseMethod(Command):
    """Choose the department's method and cost objects 选定成本核算方法; those of a process in order."""

    zh: ClassVar[str] = "选定成本核算方法"
    method: str = Field(max_length=40, description="process_costing 分步法, variety_costing 品种法")
    objects: tuple[CostObject, ...] = Field(min_length=1, max_length=100, description="Cost objects 成本对象")
    reason: str = Field(min_length=1, max_length=2000, description="Nature of the business 业务特点")


MethodCommand = ChooseMethod | ApprovalCommand


class CostingMethodChosen(Event):
    """A method was chosen and waits for approval 成本核算方法已选定."""

    zh: ClassVar[str] = "成本核算方法已选定"
    clause: ClassVar[str] = CLAUSE
    department: str
    method: Method
    objects: tuple[str, ...]
    reason: str
    proposer: str
    path: tuple[Step, ...]


class CostingMethodAdopted(Event):
    """The method is in force 成本核算方法已启用."""

    zh: ClassVar[str] = "成本核算方法已启用"
    clause: ClassVar[str] = CLAUSE
    department: str
    method: Method
    objects: tuple[str, ...]


MethodEvent = CostingMethodChosen | CostingMethodAdopted | ApprovalEvent


class ChosenByHead(Refusal):
    """The costing method is chosen by the head of the department.

    成本核算方法由部门主管选定。

    → Ask the head of the department.
    → 请由部门主管提出。
    """

    clause = CLAUSE
    attempt = True


class NoSuchMethod(Refusal):
    """A department costs by one of the methods the policy allows.

    成本核算方法须为制度所列方法。

    → Choose one of those named.
    → 请选择所列方法之一。
    """

    clause = CLAUSE


class ObjectTwice(Refusal):
    """Every cost object is named once.

    成本对象不得重复。

    → Leave out what stands twice.
    → 请去掉重复的成本对象。
    """

    clause = CLAUSE


class MethodWaits(Refusal):
    """Another choice waits for approval; one is decided at a time.

    已有方案待审批，办结后方可另行选定。

    → Wait until it is decided, or have it withdrawn or returned.
    → 请等待审批办结，或先撤回、退回。
    """

    clause = CLAUSE


@dataclass(frozen=True, slots=True)
class MethodStanding(Fact):
    """The method in force in a department 现行成本核算方法; ``method`` is empty before the first."""

    department: str
    method: str
    objects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CostingMethod:
    """A department's method as its history left it; ``chosen`` is what waits or was last decided."""

    chosen: CostingMethodChosen | None = None
    method: str = ""
    objects: tuple[str, ...] = ()
    approval: Approval = Approval()


def decide(command: MethodCommand, state: CostingMethod, context: Context) -> Decision:
    """The order of the cases is the order of the rules."""
    match command:
        case ChooseMethod():
            return _choose(command, state, context)
        case _:
            decision = approvals.decide(command, state.approval, context)
            if state.chosen is None or not approved_by(decision):
                return decision
            adopted = CostingMethodAdopted(
                department=context.subject.id, method=state.chosen.method, objects=state.chosen.objects
            )
            ruling = context.basis(CLAUSE, "methods", "adopted", method=adopted.method, objects=len(adopted.objects))
            return [*decision, adopted.under(ruling)]


def evolve(state: CostingMethod, event: MethodEvent) -> CostingMethod:
    """The method after ``event``."""
    match event:
        case CostingMethodChosen(proposer=proposer, path=steps):
            return replace(state, chosen=event, approval=approvals.opened(state.approval, proposer, steps))
        case CostingMethodAdopted(method=method, objects=objects):
            return replace(state, method=method, objects=objects)
        case _:
            return replace(state, approval=approvals.evolve(state.approval, event))


def _choose(command: ChooseMethod, state: CostingMethod, context: Context) -> Decision:
    department = context.subject.id
    proposer = context.principal
    if proposer not in context.directory.holders(Role.DEPARTMENT_HEAD, department):
        raise ChosenByHead(department=department)
    if state.approval.status == "open":
        raise MethodWaits(status=state.approval.status)
    methods = context.policy.value(CLAUSE, "methods")
    if command.method not in methods:
        raise NoSuchMethod(field="method", method=command.method, methods=", ".join(methods))
    if len(set(command.objects)) < len(command.objects):
        raise ObjectTwice(field="objects")
    authority = Authority(role=Role.FINANCE_MANAGER, clause=CLAUSE)
    steps = path([authority], requester=proposer, department=department, context=context)
    chosen = CostingMethodChosen.model_validate(
        {**dict(command), "department": department, "proposer": proposer, "path": steps}
    )
    _, first = approvals.submit(state.approval, proposer, steps, context)
    return [chosen, first]


def standing(state: CostingMethod) -> MethodStanding | None:
    """What others may know of it."""
    if state.chosen is None:
        return None
    return MethodStanding(state.chosen.department, state.method, state.objects)


def department(command: MethodCommand, state: CostingMethod, context: Context) -> str | None:
    """The department whose detailed rules apply."""
    return context.subject.id


COSTING_METHOD = Aggregate(
    name="costing_method",
    zh="成本核算方法",
    prefix="CM",
    initial=CostingMethod(),
    decide=decide,
    evolve=evolve,
    fact=standing,
    department=department,
)
