"""The register of qualified suppliers 《合格供应商名录》 as a whole (clause 4.1.2.1), one for the company.

Its entries follow from the suppliers' own histories, in their transactions, so that no company stands on it twice. In
the month the policy names it opens the yearly evaluation (clause 4.1.2.2) of everybody on it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from pydantic import Field

from domain.kernel import Aggregate, Command, Context, Decision, Event, Schedule
from domain.operations.procurement.supplier_rules import CLAUSE_EVALUATION, CLAUSE_REGISTER, SupplierRegistered
from domain.policy import Policy
from domain.working_time import WorkingTime

THE_REGISTER = "company"
"""The number of the one register."""


class EnterSupplier(Command):
    """Enter a supplier that was qualified 列入名录; issued together with its qualification."""

    zh: ClassVar[str] = "列入合格供应商名录"
    by_house: ClassVar[bool] = True
    supplier: str
    name: str
    credit_code: str
    categories: tuple[str, ...]


class StrikeSupplier(Command):
    """Strike a supplier that was removed 移出名录; issued together with its removal."""

    zh: ClassVar[str] = "移出合格供应商名录"
    by_house: ClassVar[bool] = True
    supplier: str


class OpenYearlyEvaluation(Command):
    """Open the evaluation of a year 开启年度评估; issued by the calendar."""

    zh: ClassVar[str] = "开启年度评估"
    by_house: ClassVar[bool] = True
    year: int = Field(ge=2000, le=9999)


RegisterCommand = EnterSupplier | StrikeSupplier | OpenYearlyEvaluation


class SupplierEntered(Event):
    """A supplier was entered in the register 供应商已列入名录."""

    zh: ClassVar[str] = "供应商已列入名录"
    clause: ClassVar[str] = CLAUSE_REGISTER
    supplier: str
    name: str
    credit_code: str
    categories: tuple[str, ...]


class SupplierStruck(Event):
    """A supplier was struck from the register 供应商已移出名录."""

    zh: ClassVar[str] = "供应商已移出名录"
    clause: ClassVar[str] = CLAUSE_REGISTER
    supplier: str


class YearlyEvaluationOpened(Event):
    """Everybody on the register is to be evaluated for a year 年度评估已开启."""

    zh: ClassVar[str] = "年度评估已开启"
    clause: ClassVar[str] = CLAUSE_EVALUATION
    year: int
    suppliers: tuple[str, ...]


RegisterEvent = SupplierEntered | SupplierStruck | YearlyEvaluationOpened


@dataclass(frozen=True, slots=True)
class Register:
    """Who stands on the register: supplier to credit code; and the last year opened for evaluation."""

    suppliers: Mapping[str, str] = field(default_factory=dict)
    evaluated: int = 0


def decide(command: RegisterCommand, state: Register, context: Context) -> Decision:
    """The order of the cases is the order of the rules."""
    match command:
        case EnterSupplier():
            for supplier, code in state.suppliers.items():
                if code == command.credit_code and supplier != command.supplier:
                    raise SupplierRegistered(field="credit_code", credit_code=code, supplier=supplier)
            return [SupplierEntered(**dict(command))]
        case StrikeSupplier(supplier=supplier):
            return [SupplierStruck(supplier=supplier)] if supplier in state.suppliers else []
        case OpenYearlyEvaluation(year=year):
            if year <= state.evaluated:
                return []
            opened = YearlyEvaluationOpened(year=year, suppliers=tuple(sorted(state.suppliers)))
            return [opened.under(context.basis(CLAUSE_EVALUATION, "yearly", "opened", suppliers=len(state.suppliers)))]


def evolve(state: Register, event: RegisterEvent) -> Register:
    """The register after ``event``."""
    match event:
        case SupplierEntered(supplier=supplier, credit_code=code):
            return Register({**state.suppliers, supplier: code}, state.evaluated)
        case SupplierStruck(supplier=supplier):
            return Register({s: code for s, code in state.suppliers.items() if s != supplier}, state.evaluated)
        case YearlyEvaluationOpened(year=year):
            return Register(state.suppliers, year)


def evaluation_opens(day: date, policy: Policy, working_time: WorkingTime) -> bool:
    """Whether ``day`` is the first working day of the month in which the last year is evaluated."""
    month = int(policy.value(CLAUSE_EVALUATION, "evaluation_month"))
    return day.month == month and day == working_time.nth_working_day(day.year, month, 1)


def _last_year(day: Any) -> tuple[str, Command]:
    return THE_REGISTER, OpenYearlyEvaluation(year=day.year - 1)


SUPPLIER_REGISTER = Aggregate(
    name="supplier_register",
    zh="合格供应商名录",
    prefix="SR",
    initial=Register(),
    decide=decide,
    evolve=evolve,
    schedules=(
        Schedule(
            clause=CLAUSE_EVALUATION,
            zh="年度供应商评估",
            due_on=evaluation_opens,
            period=lambda day: f"{day.year - 1}",
            act=_last_year,
        ),
    ),
)
