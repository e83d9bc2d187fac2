"""Costs shown apart, and what a unit costs 成本列示与单位成本 (clauses 2.2.1.2, 2.2.1.3): pure, exact to the fen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from domain.finance.cost_period_messages import CostEntry, DepartmentCosts
from domain.finance.shares import divided
from domain.money import ZERO, total

HEADINGS = ("labour", "materials", "operating", "period")


def department_costs(entries: Iterable[CostEntry]) -> tuple[DepartmentCosts, ...]:
    """What every department bears under each heading, by department; entries without an account are left out."""
    sums: dict[str, dict[str, Decimal]] = {}
    for each in entries:
        if each.heading:
            found = sums.setdefault(each.department, dict.fromkeys(HEADINGS, ZERO))
            found[each.heading] += each.amount
    return tuple(
        DepartmentCosts.model_validate({"department": department, **found})
        for department, found in sorted(sums.items())
    )


def shown_apart(entries: Iterable[CostEntry]) -> Mapping[str, Mapping[tuple[str, str], Decimal]]:
    """重点成本项目: labour and operating expenses by department and account, materials by department that uses them,
    period expenses by department and project; amounts in CNY by heading, then by those two (the second may be empty).
    """
    sums: dict[str, dict[tuple[str, str], Decimal]] = {heading: {} for heading in HEADINGS}
    for each in entries:
        if not each.heading:
            continue
        second = {"materials": "", "period": each.project}.get(each.heading, each.account)
        found = sums[each.heading]
        found[each.department, second] = found.get((each.department, second), ZERO) + each.amount
    return sums


@dataclass(frozen=True, slots=True)
class Work:
    """What became of an object's work in a month: finished, in progress 在产品, and how far in percent."""

    object: str
    finished: Decimal
    in_progress: Decimal
    completion: Decimal

    @property
    def equivalent(self) -> Decimal:
        """Work in progress as finished units 约当产量."""
        return self.in_progress * self.completion / 100


@dataclass(frozen=True, slots=True)
class Opening:
    """What was in progress when the month began, in CNY: cost transferred in from the step before, and own cost."""

    transferred: Decimal = ZERO
    own: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Calculated:
    """An object's costs of the month in CNY 成本计算单; what came in equals what is finished and still in progress."""

    object: str
    opening: Decimal
    transferred_in: Decimal
    direct: Decimal
    indirect: Decimal
    finished: Decimal
    in_progress_transferred: Decimal
    in_progress_own: Decimal

    @property
    def came_in(self) -> Decimal:
        """Everything there was to divide."""
        return self.opening + self.transferred_in + self.direct + self.indirect

    @property
    def in_progress(self) -> Decimal:
        """What stays in work in progress."""
        return self.in_progress_transferred + self.in_progress_own


def by_object(entries: Iterable[CostEntry], objects: Sequence[str]) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """Direct costs by object, and the department's other costs divided in proportion to them, evenly where none are.

    Objects that are not among ``objects`` count as none.
    """
    direct = dict.fromkeys(objects, ZERO)
    other = ZERO
    for each in entries:
        if each.object in direct:
            direct[each.object] += each.amount
        else:
            other += each.amount
    weights = [max(each, ZERO) for each in direct.values()]
    if not any(weights):
        weights = [Decimal(1)] * len(objects)
    return direct, dict(zip(objects, divided(other, weights), strict=True))


def variety_costs(
    work: Sequence[Work],
    opening: Mapping[str, Opening],
    direct: Mapping[str, Decimal],
    indirect: Mapping[str, Decimal],
) -> tuple[Calculated, ...]:
    """Variety costing 品种法: each variety's costs over finished and equivalent units."""
    return tuple(_calculated(each, opening, ZERO, direct, indirect) for each in work)


def process_costs(
    work: Sequence[Work],
    opening: Mapping[str, Opening],
    direct: Mapping[str, Decimal],
    indirect: Mapping[str, Decimal],
) -> tuple[Calculated, ...]:
    """Process costing 分步法: step by step, what a step finished costs is transferred to the next 结转."""
    results: list[Calculated] = []
    transferred = ZERO
    for each in work:
        results.append(_calculated(each, opening, transferred, direct, indirect))
        transferred = results[-1].finished
    return tuple(results)


def _calculated(
    work: Work,
    opening: Mapping[str, Opening],
    transferred_in: Decimal,
    direct: Mapping[str, Decimal],
    indirect: Mapping[str, Decimal],
) -> Calculated:
    began = opening.get(work.object, Opening())
    # What was transferred in is whole in every unit in progress; the step's own cost only as far as it is done.
    taken, left = _split(began.transferred + transferred_in, work.finished, work.in_progress)
    own = began.own + direct[work.object] + indirect[work.object]
    own_taken, own_left = _split(own, work.finished, work.equivalent)
    return Calculated(
        object=work.object,
        opening=total((began.transferred, began.own)),
        transferred_in=transferred_in,
        direct=direct[work.object],
        indirect=indirect[work.object],
        finished=total((taken, own_taken)),
        in_progress_transferred=left,
        in_progress_own=own_left,
    )


def _split(amount: Decimal, finished: Decimal, unfinished: Decimal) -> tuple[Decimal, Decimal]:
    """The amount over both; where neither is anything it stays in progress."""
    if not finished + unfinished:
        return ZERO, amount
    taken, left = divided(amount, (finished, unfinished))
    return taken, left
