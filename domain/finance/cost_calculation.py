"""Cost calculation 成本计算单 (clause 2.2.1.2): what a department's products cost in a month, by its costing method.

Finance gives what was finished and what is in progress; the costs come from the closed period, what was in progress
before from the calculation of the month before. A calculation has the number ``2026-03.D06``; given again, it is a new
version.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field, PlainSerializer

from domain.directory import Role
from domain.finance.accounts import DepartmentId
from domain.finance.cost_period_state import PeriodStanding
from domain.finance.costing import Calculated, Opening, Work, by_object, process_costs, variety_costs
from domain.finance.costing_method import CostObject, Method, MethodStanding
from domain.finance.periods import Month, month_after
from domain.kernel import Aggregate, Command, Context, Decision, Event, Fact, Message, Refusal, Stream
from domain.money import Change, Count, Percent

CLAUSE = "2.2.1.2"

UnitCost = Annotated[
    Decimal,
    Field(allow_inf_nan=False, description="CNY a unit, six places 单位成本(元)"),
    AfterValidator(lambda value: value.quantize(Decimal("0.000001"), ROUND_HALF_EVEN)),
    PlainSerializer(str, return_type=str),
]
"""A cost of one unit in CNY, told to six places; amounts are exact, this is not multiplied back."""


class Output(Message):
    """What became of an object in the month 产量: finished, in progress, and how far that is in percent 完工程度."""

    object: CostObject
    finished: Count
    in_progress: Count = Decimal("0.000")
    completion: Percent = Field(Decimal(0), description="Completion of work in progress, percent 完工程度")


class CalculateCosts(Command):
    """Calculate what the department's products cost in the month 计算产品成本; outputs of all its objects."""

    zh: ClassVar[str] = "计算产品成本"
    month: Month
    department: DepartmentId
    outputs: tuple[Output, ...] = Field(min_length=1, max_length=100, description="Outputs 产量")


class ObjectCost(Message):
    """What an object cost 成本, in CNY: opening + transferred in + direct + indirect = finished + in progress."""

    object: str
    quantity: Count
    opening: Change
    transferred_in: Change
    direct: Change
    indirect: Change
    finished: Change
    in_progress_transferred: Change
    in_progress_own: Change
    unit_cost: UnitCost | None


class CostsCalculated(Event):
    """A department's products cost so much 产品成本已计算; ``version`` counts from 1."""

    zh: ClassVar[str] = "产品成本已计算"
    clause: ClassVar[str] = CLAUSE
    month: str
    department: str
    method: Method
    version: int
    outputs: tuple[Output, ...]
    costs: tuple[ObjectCost, ...]
    total: Change
    by: str


CalculationCommand = CalculateCosts
CalculationEvent = CostsCalculated


class CalculatedByFinance(Refusal):
    """Product costs are calculated by finance.

    产品成本由财务计算。

    → Ask finance.
    → 请联系财务办理。
    """

    clause = CLAUSE
    attempt = True


class NoMethodInForce(Refusal):
    """Product costs are calculated by the method approved for the department.

    产品成本须按该部门已批准的核算方法计算。

    → Have the head of the department choose a method, approved by the finance manager.
    → 请由部门主管选定核算方法并经财务经理批准。
    """

    clause = CLAUSE


class CostsNotGathered(Refusal):
    """Product costs are calculated once the costs of the month are gathered.

    当月成本归集完成后方可计算产品成本。

    → Close the cost period first.
    → 请先关闭该成本期间。
    """

    clause = CLAUSE


class OutputsAsObjects(Refusal):
    """Outputs are given for every cost object of the department's method, once.

    须为该部门核算方法的每个成本对象填写产量，且只填一次。

    → Give one output for each object named; zero where nothing was made.
    → 请为所列每个对象各填写一项产量，无产量的填零。
    """

    clause = CLAUSE


class NumberedByMonth(Refusal):
    """A calculation has the number of its month and department.

    成本计算单以月份与部门编号。

    → Use the number named.
    → 请使用所列编号。
    """

    clause = CLAUSE


@dataclass(frozen=True, slots=True)
class CalculationStanding(Fact):
    """What was in progress at the end of the month, by object 期末在产品成本."""

    in_progress: dict[str, Opening]


@dataclass(frozen=True, slots=True)
class CostCalculation:
    """A calculation as its history left it: the last version."""

    last: CostsCalculated | None = None


def decide(command: CalculationCommand, state: CostCalculation, context: Context) -> Decision:
    """The order of the checks is the order of the rules."""
    holds = context.directory.holds
    if not (holds(context.principal, Role.FINANCE) or holds(context.principal, Role.FINANCE_MANAGER)):
        raise CalculatedByFinance()
    month, department = command.month, command.department
    if context.subject.id != f"{month}.{department}":
        raise NumberedByMonth(number=context.subject.id, expected=f"{month}.{department}")
    method = context.fact(MethodStanding, "costing_method", department)
    if method is None or not method.method:
        raise NoMethodInForce(department=department)
    period = context.fact(PeriodStanding, "cost_period", month)
    if period is None or period.status != "closed":
        raise CostsNotGathered(month=month)
    outputs = {each.object: each for each in command.outputs}
    if set(outputs) != set(method.objects) or len(outputs) < len(command.outputs):
        raise OutputsAsObjects(field="outputs", objects=", ".join(method.objects))
    if state.last is not None and state.last.outputs == command.outputs:
        return []
    before = context.fact(CalculationStanding, "cost_calculation", f"{month_after(month, -1)}.{department}")
    opening = before.in_progress if before else {}
    work = [Work(e.object, e.finished, e.in_progress, e.completion) for e in map(outputs.__getitem__, method.objects)]
    entries = [each for each in period.entries if each.department == department]
    direct, indirect = by_object(entries, method.objects)
    calculate = process_costs if method.method == "process_costing" else variety_costs
    results = calculate(work, opening, direct, indirect)
    calculated = CostsCalculated.model_validate(
        {
            "month": month,
            "department": department,
            "method": method.method,
            "version": 1 if state.last is None else state.last.version + 1,
            "outputs": command.outputs,
            "costs": tuple(_told(result, outputs[result.object].finished) for result in results),
            "total": sum((each.amount for each in entries), Decimal("0.00")),
            "by": context.principal,
        }
    )
    inputs = {"method": method.method, "entries": len(entries), "total": calculated.total}
    return [calculated.under(context.basis(CLAUSE, "method", "calculated", **inputs))]


def _told(result: Calculated, quantity: Decimal) -> ObjectCost:
    return ObjectCost(
        object=result.object,
        quantity=quantity,
        opening=result.opening,
        transferred_in=result.transferred_in,
        direct=result.direct,
        indirect=result.indirect,
        finished=result.finished,
        in_progress_transferred=result.in_progress_transferred,
        in_progress_own=result.in_progress_own,
        unit_cost=result.finished / quantity if quantity else None,
    )


def evolve(state: CostCalculation, event: CalculationEvent) -> CostCalculation:
    """The calculation after ``event``."""
    return CostCalculation(event)


def standing(state: CostCalculation) -> CalculationStanding | None:
    """What the calculation of the next month begins with."""
    if state.last is None:
        return None
    left = {e.object: Opening(e.in_progress_transferred, e.in_progress_own) for e in state.last.costs}
    return CalculationStanding(left)


def consults(command: CalculationCommand, state: CostCalculation) -> Iterable[Stream]:
    """The method, the month's costs, and the calculation of the month before."""
    before = f"{month_after(command.month, -1)}.{command.department}"
    yield Stream("costing_method", command.department)
    yield Stream("cost_period", command.month)
    yield Stream("cost_calculation", before)


def department(command: CalculationCommand, state: CostCalculation, context: Context) -> str | None:
    """The department whose detailed rules apply."""
    return command.department


COST_CALCULATION = Aggregate(
    name="cost_calculation",
    zh="成本计算单",
    prefix="CC",
    initial=CostCalculation(),
    decide=decide,
    evolve=evolve,
    consults=consults,
    fact=standing,
    department=department,
)
