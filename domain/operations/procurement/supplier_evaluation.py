"""Yearly supplier evaluation 年度供应商评估 (clause 4.1.2.2): price, quality, punctual delivery, of 100.

Quotes and receipts are told to this history as they happen; a year's score is computed from it alone. The evaluation of
a supplier has the supplier's number.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar

from pydantic import Field

from domain.kernel import Aggregate, Command, Context, Decision, Event
from domain.money import Money, Percent
from domain.operations.goods import Sum
from domain.operations.procurement import supplier_rules as rules
from domain.operations.procurement.duties import plays
from domain.operations.procurement.supplier_rules import CLAUSE_EVALUATION
from domain.operations.procurement.supplier_score import Tally, rounded_down, scores, weighted
from domain.working_time import SHANGHAI


class RecordComparedQuote(Command):
    """A quote of the supplier was compared with the others 登记报价对比; issued by the house."""

    zh: ClassVar[str] = "登记报价对比"
    by_house: ClassVar[bool] = True
    rfq: str
    on: date
    amount: Money
    lowest: Money


class RecordDelivery(Command):
    """A delivery of the supplier was checked 登记到货质量; quantities by fault; issued by the house."""

    zh: ClassVar[str] = "登记到货情况"
    by_house: ClassVar[bool] = True
    receipt: str
    order: str
    promised_on: date
    arrived_on: date
    received: Sum
    faults: Mapping[str, Sum]


class EvaluateSupplier(Command):
    """Evaluate the supplier for a year that is over 评估供应商."""

    zh: ClassVar[str] = "评估供应商"
    year: int = Field(ge=2000, le=9999, description="Year that is evaluated 评估年度")
    remark: str = Field("", max_length=2000, description="What else is to be said 备注")


EvaluationCommand = RecordComparedQuote | RecordDelivery | EvaluateSupplier


class QuoteCompared(Event):
    """A quote stands on the supplier's record 报价对比已登记: its amount beside the lowest of the request."""

    zh: ClassVar[str] = "报价对比已登记"
    clause: ClassVar[str] = CLAUSE_EVALUATION
    rfq: str
    on: date
    amount: Money
    lowest: Money


class DeliveryRecorded(Event):
    """A delivery stands on the supplier's record 到货情况已登记: how much was good, and whether it came in time."""

    zh: ClassVar[str] = "到货情况已登记"
    clause: ClassVar[str] = CLAUSE_EVALUATION
    receipt: str
    order: str
    promised_on: date
    arrived_on: date
    on_time: bool
    received: Sum
    good: Sum
    faults: Mapping[str, Sum]


class SupplierEvaluated(Event):
    """A supplier was evaluated for a year 供应商已评估; ``carried_from`` where the score is that of an earlier year."""

    zh: ClassVar[str] = "供应商已评估"
    clause: ClassVar[str] = CLAUSE_EVALUATION
    year: int
    price: Percent | None
    quality: Percent | None
    delivery: Percent | None
    score: Percent
    minimum: Percent
    carried_from: int | None = None
    evaluator: str
    remark: str = ""


class SupplierNotEvaluated(Event):
    """A year gave nothing to score 供应商本年度无可评估记录."""

    zh: ClassVar[str] = "供应商无可评估记录"
    clause: ClassVar[str] = CLAUSE_EVALUATION
    year: int
    minimum: Percent
    evaluator: str


EvaluationEvent = QuoteCompared | DeliveryRecorded | SupplierEvaluated | SupplierNotEvaluated


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What is on record by year, the last year evaluated, and the last score with its year."""

    years: Mapping[int, Tally] = field(default_factory=dict)
    evaluated: int = 0
    last: tuple[int, Decimal] | None = None

    def has(self, id: str, year: int) -> bool:
        """Whether a request or receipt stands on record for the year."""
        return year in self.years and id in self.years[year].counted


def decide(command: EvaluationCommand, state: Evaluation, context: Context) -> Decision:
    """The order of the cases is the order of the rules."""
    match command:
        case RecordComparedQuote(rfq=rfq, on=on):
            return [] if state.has(rfq, on.year) else [QuoteCompared(**dict(command))]
        case RecordDelivery(receipt=receipt, arrived_on=arrived_on):
            return [] if state.has(receipt, arrived_on.year) else [_delivery(command, context)]
        case EvaluateSupplier():
            roles = context.policy.value(CLAUSE_EVALUATION, "evaluated_by")
            department = context.directory.department_of(context.principal)
            if not plays(context.principal, roles, department, context.directory):
                raise rules.EvaluatedByBuyer(roles=", ".join(roles))
            if command.year >= context.now.astimezone(SHANGHAI).year:
                raise rules.YearNotOver(field="year", year=command.year)
            if command.year <= state.evaluated:
                raise rules.EvaluatedAlready(field="year", year=state.evaluated)
            return _evaluate(command, state, context)


def evolve(state: Evaluation, event: EvaluationEvent) -> Evaluation:
    """The record after ``event``."""
    match event:
        case QuoteCompared(on=on, amount=amount, lowest=lowest):
            tally = state.years.get(on.year, Tally())
            ratio = Fraction(lowest) / Fraction(amount) if amount else Fraction(1)
            tally = replace(
                tally,
                quotes=tally.quotes + 1,
                price_ratios=tally.price_ratios + ratio,
                counted=tally.counted | {event.rfq},
            )
            return replace(state, years={**state.years, on.year: tally})
        case DeliveryRecorded(arrived_on=arrived_on):
            tally = state.years.get(arrived_on.year, Tally())
            tally = replace(
                tally,
                receipts=tally.receipts + 1,
                on_time=tally.on_time + event.on_time,
                good_receipts=tally.good_receipts + (event.good == event.received),
                received=tally.received + event.received,
                good=tally.good + event.good,
                counted=tally.counted | {event.receipt},
            )
            return replace(state, years={**state.years, arrived_on.year: tally})
        case SupplierEvaluated(year=year, score=score):
            return Evaluation(_later(state, year), year, (year, score))
        case SupplierNotEvaluated(year=year):
            return Evaluation(_later(state, year), year, state.last)


def _delivery(command: RecordDelivery, context: Context) -> DeliveryRecorded:
    bad = context.policy.value(CLAUSE_EVALUATION, "bad_quality")
    grace = int(context.policy.value(CLAUSE_EVALUATION, "late_after_days"))
    faulty = sum((quantity for kind, quantity in command.faults.items() if kind in bad), Decimal(0))
    return DeliveryRecorded(
        receipt=command.receipt,
        order=command.order,
        promised_on=command.promised_on,
        arrived_on=command.arrived_on,
        on_time=(command.arrived_on - command.promised_on).days <= grace,
        received=command.received,
        good=max(command.received - faulty, Decimal(0)),
        faults=command.faults,
    )


def _evaluate(command: EvaluateSupplier, state: Evaluation, context: Context) -> Decision:
    policy = context.policy
    minimum = policy.value(CLAUSE_EVALUATION, "minimum")
    weights = policy.value(CLAUSE_EVALUATION, "weights")
    tally = state.years.get(command.year, Tally())
    found = scores(tally, policy.value(CLAUSE_EVALUATION, "quality_basis")) if tally.receipts else {}
    inputs: dict[str, object] = {
        **{f"weight_{criterion}": weight for criterion, weight in weights.items()},
        **{criterion: rounded_down(score) for criterion, score in found.items()},
        "quotes": tally.quotes,
        "receipts": tally.receipts,
        "on_time": tally.on_time,
        "good_receipts": tally.good_receipts,
        "received": tally.received,
        "good": tally.good,
        "minimum": minimum,
    }
    carried_from = None
    if found:
        score = rounded_down(weighted(found, weights))
    elif state.last and policy.value(CLAUSE_EVALUATION, "without_receipts") == "carry_forward":
        carried_from, score = state.last
    else:
        nothing = SupplierNotEvaluated(year=command.year, minimum=minimum, evaluator=context.principal)
        return [nothing.under(context.basis(CLAUSE_EVALUATION, "without_receipts", "not evaluated", **inputs))]
    evaluated = SupplierEvaluated(
        year=command.year,
        price=rounded_down(found["price"]) if "price" in found else None,
        quality=rounded_down(found["quality"]) if "quality" in found else None,
        delivery=rounded_down(found["delivery"]) if "delivery" in found else None,
        score=score,
        minimum=minimum,
        carried_from=carried_from,
        evaluator=context.principal,
        remark=command.remark,
    )
    outcome = "stays" if score >= minimum else "removed"
    return [evaluated.under(context.basis(CLAUSE_EVALUATION, "score", outcome, score=score, **inputs))]


def _later(state: Evaluation, year: int) -> dict[int, Tally]:
    return {each: tally for each, tally in state.years.items() if each > year}


SUPPLIER_EVALUATION = Aggregate(
    name="supplier_evaluation",
    zh="供应商评估",
    prefix="SE",
    initial=Evaluation(),
    decide=decide,
    evolve=evolve,
)
