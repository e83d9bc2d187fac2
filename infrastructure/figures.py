"""Figures of the budget, read from the views as of a position 预算取数: implements ``application.figures.Figures``.

The rows of ``budget_movements``, ``purchases_by_line`` and ``costs_of_departments`` carry the position they came with,
so that what is asked as of a position comes out the same whenever it is asked. Where nobody projects the views, they
are brought up to date here.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from types import TracebackType
from typing import Any

import psycopg

from application.journal import Unavailable
from domain.finance.figures import CostFigures, LabourShare, LineFigures, PurchasedGoods
from domain.money import ZERO
from domain.working_time import SHANGHAI
from infrastructure.projecting.progress import ViewsBehind, wait_for
from infrastructure.projecting.runner import Runner

AT_ONCE, PATIENCE = 0.2, 60.0
"""Seconds the views are waited for before whoever asks looks whether anybody projects them, and afterwards."""
LINES, PURCHASES, COSTS = ("budget_lines", "budget_movements"), ("purchases_by_line",), ("costs_of_departments",)
PERIODS = ("cost_periods",)

_KNOWN = """
    select subject, substr(subject, 13) as line, department, account, category, months
    from views.budget_lines where year = %(year)s order by department, account
"""
_PHASED = """
    select distinct on (subject) subject, phasing from views.budget_movements
    where year = %(year)s and phasing is not null and position <= %(upto)s and occurred_at < %(before)s
    order by subject, position desc
"""
_ORIGINAL = """
    select subject, phasing from views.budget_movements
    where year = %(year)s and kind = 'opened' and position <= %(upto)s and occurred_at < %(before)s
"""
_MOVED = """
    select subject, month, sum(reserved), sum(committed), sum(actual) from views.budget_movements
    where year = %(year)s and kind = 'moved' and position <= %(upto)s and occurred_at < %(before)s
    group by subject, month
"""
_HAPPENED = "select occurred_at from journal.entries where position = %(position)s"
_PURCHASED = """
    with changes as (
        select "order", number, part, sum(given_up) as given_up, sum(accepted) as came,
               array_agg(month order by position) filter (where accepted <> 0) as months,
               array_agg(accepted order by position) filter (where accepted <> 0) as accepted
        from views.purchase_by_line_changes where position <= %(upto)s group by "order", number, part
    )
    select bought.line, bought."order", bought.number, bought.planned_price, bought.price,
           case when bought.until <= %(upto)s then coalesce(changes.came, 0)
                when bought.until is null then bought.ordered - coalesce(changes.given_up, 0)
                else bought.ordered + next.ordered - coalesce(changes.given_up, 0) end as ordered,
           bought.promised, changes.months, changes.accepted
    from views.purchases_by_line bought
    left join changes using ("order", number, part)
    left join views.purchases_by_line next
        on next."order" = bought."order" and next.number = bought.number and next.part = bought.part + 1
    where bought.year = %(year)s and bought.position <= %(upto)s
    order by bought.line, bought."order", bought.number, bought.part
"""
_SPENT_BY_CATEGORY = """
    select lines.department, lines.category, sum(moved.actual) from views.budget_movements moved
    join views.budget_lines lines using (subject)
    where moved.year = %(year)s and moved.position <= %(upto)s group by lines.department, lines.category
"""
_SPENT_IN_PERIODS = """
    with gathered as (
        select month from views.cost_periods where year = %(year)s and closed_at <= coalesce(
            (select occurred_at from journal.entries where position = %(upto)s), 'infinity')
    )
    select department, category, sum(amount) from views.costs_of_departments
    where month in (select month from gathered) and (select count(*) from gathered) = 12
        and position <= %(upto)s and category <> '' group by department, category
"""
_COSTS = """
    select department, account, category, heading, project, sum(amount),
           count(*) filter (where origin <> 'correction')
    from views.costs_of_departments where month = %(month)s and position <= %(upto)s
    group by department, account, category, heading, project
    order by department, account, project
"""
_CORRECTED = """
    select entry.department, entry.account, entry.project, count(distinct entry.entry)
    from views.costs_of_departments entry
    join views.costs_of_departments reversal
        on reversal.original = entry.entry and reversal.original_month = %(month)s and reversal.position <= %(upto)s
    where entry.month = %(month)s and entry.position <= %(upto)s
    group by entry.department, entry.account, entry.project
"""
_BUDGETED = """
    select distinct on (moved.subject) moved.department, moved.account, lines.category,
           moved.phasing ->> (array_position(lines.months, %(month)s) - 1)
    from views.budget_movements moved join views.budget_lines lines using (subject)
    where %(month)s = any(lines.months) and moved.phasing is not null and moved.position <= %(upto)s
    order by moved.subject, moved.position desc
"""
_SPENT_OF_CATEGORIES = """
    select department, category, sum(amount) from views.costs_of_departments
    where month = %(month)s and position <= %(upto)s group by department, category
"""
LAST = 2**62
"""A position behind every entry."""


class FiguresInViews:
    """Figures from the views in the database at ``url``; ``runner(names)`` projects these where nobody does.

    All methods may raise Unavailable; ViewsBehind where the views do not get as far, ViewStopped where one stopped at
    an error.
    """

    def __init__(
        self, url: str, runner: Callable[[Sequence[str]], Runner] | None = None, patience: float = PATIENCE
    ) -> None:
        self._url, self._runner, self._patience = url, runner, patience
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._one_at_a_time = asyncio.Lock()

    async def __aenter__(self) -> FiguresInViews:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            await self._connection.close()

    async def budget_lines(self, year: int, up_to: int, before: datetime | None = None) -> Sequence[LineFigures]:
        """Every line of a fiscal year; only what happened before the moment ``before``, if one is given."""
        asked = {"year": year, "upto": up_to, "before": before or datetime.max}
        known, original, phased, moved, moved_last = await self._ask(
            LINES, up_to, asked, _KNOWN, _ORIGINAL, _PHASED, _MOVED, (_MOVED, {**asked, "year": year - 1})
        )
        last = _by_line(moved_last)
        return _lines(known, dict(original), dict(phased), _by_line(moved), last)

    async def moved_by_month(self, year: int, up_to: int, before: datetime | None = None) -> Sequence[tuple[Any, ...]]:
        """By line and month: the line's id, the month, and what was reserved, committed and spent net in it."""
        asked = {"year": year, "upto": up_to, "before": before or datetime.max}
        (moved,) = await self._ask(LINES, up_to, asked, _MOVED)
        return [(subject.removeprefix("budget_line-"), *rest) for subject, *rest in moved]

    async def moment_of(self, position: int) -> datetime | None:
        """When the entry at ``position`` happened, None where there is none."""
        (rows,) = await self._ask((), -1, {"position": position}, _HAPPENED)
        return rows[0][0].astimezone(SHANGHAI) if rows else None

    async def purchased(self, year: int, up_to: int) -> Sequence[PurchasedGoods]:
        """What was bought on the lines of a fiscal year, by line and order."""
        (rows,) = await self._ask(PURCHASES, up_to, {"year": year, "upto": up_to}, _PURCHASED)
        return [
            PurchasedGoods(
                line=line,
                order=order,
                number=number,
                planned_price=planned,
                price=price,
                ordered=ordered,
                promised=promised,
                accepted=tuple(zip(months or (), accepted or (), strict=True)),
            )
            for line, order, number, planned, price, ordered, promised, months, accepted in rows
        ]

    async def labour_shares(self, months: Sequence[str], up_to: int) -> Sequence[LabourShare]:
        """Labour and total cost of every department with costs or budget in these months, by month and department."""
        found = []
        for month in months:
            asked = {"month": month, "upto": up_to}
            spent, budgeted = await self._ask((*LINES, *COSTS), up_to, asked, _SPENT_OF_CATEGORIES, _BUDGETED)
            sums: dict[str, list[Decimal]] = defaultdict(lambda: [ZERO] * 4)
            for department, category, amount in spent:
                _count(sums[department], 0, category, amount)
            for department, _, category, amount in budgeted:
                _count(sums[department], 2, category, Decimal(amount))
            found += [LabourShare(each, month, *sums[each]) for each in sorted(sums)]
        return found

    async def costs(self, month: str, up_to: int) -> Sequence[CostFigures]:
        """What every department spent in a month, by account and project; accounts with budget alone as well."""
        asked = {"month": month, "upto": up_to}
        spent, corrected, budgeted = await self._ask((*LINES, *COSTS), up_to, asked, _COSTS, _CORRECTED, _BUDGETED)
        wrong = {(department, account, project): count for department, account, project, count in corrected}
        budget = {
            (department, account): (category, Decimal(amount)) for department, account, category, amount in budgeted
        }
        headings = {account: heading for _, account, _, heading, *_ in spent}
        found = {}
        for department, account, category, heading, project, amount, entries in spent:
            key = (department, account, project)
            found[key] = CostFigures(
                department, month, account, category, heading, project, amount, ZERO, entries, wrong.get(key, 0)
            )
        for (department, account), (category, amount) in budget.items():
            key = (department, account, "")
            known = found.get(key)
            told = (
                (known.category, known.heading, known.amount, known.entries, known.corrected)
                if known
                else (category, headings.get(account, ""), ZERO, 0, 0)
            )
            found[key] = CostFigures(
                department, month, account, told[0], told[1], "", told[2], amount, told[3], told[4]
            )
        return [found[key] for key in sorted(found)]

    async def yearly_actuals(self, year: int, up_to: int) -> Mapping[tuple[str, str], Decimal]:
        """What was spent in a fiscal year, by department and cost category: on its budget lines; of a year without a
        budget what its cost periods gathered, once all twelve are closed.
        """
        asked = {"year": year, "upto": up_to}
        rows, gathered = await self._ask(
            (*LINES, *COSTS, *PERIODS), up_to, asked, _SPENT_BY_CATEGORY, _SPENT_IN_PERIODS
        )
        rows = rows or gathered
        return {(department, category): amount for department, category, amount in rows if amount}

    async def _ask(
        self, views: Sequence[str], up_to: int, asked: Mapping[str, Any], *queries: str | tuple[str, Mapping[str, Any]]
    ) -> list[list[tuple[Any, ...]]]:
        async with self._one_at_a_time:
            try:
                if self._connection is None or self._connection.closed:
                    self._connection = await psycopg.AsyncConnection.connect(self._url, autocommit=True)
                await self._read_to(self._connection, views, up_to)
                found = []
                for query in queries:
                    statement, values = query if isinstance(query, tuple) else (query, asked)
                    found.append(await (await self._connection.execute(statement.encode(), values)).fetchall())
                return found
            except psycopg.errors.UndefinedTable as error:
                raise ViewsBehind("the views are being filled for the first time 视图正在首次建立") from error
            except (psycopg.OperationalError, psycopg.InterfaceError) as error:
                raise Unavailable(f"the database went away 数据库连接中断: {error}") from error

    async def _read_to(self, connection: psycopg.AsyncConnection[Any], views: Sequence[str], up_to: int) -> None:
        """Until the views have read that far; whoever asks reads himself where nobody else does."""
        if up_to >= LAST:
            row = await (await connection.execute("select size from journal.head")).fetchone()
            up_to = (row[0] if row else 0) - 1
        if self._runner is not None:
            if await wait_for(connection, views, up_to, AT_ONCE):
                return
            await asyncio.to_thread(self._runner(views).finish)
        if not await wait_for(connection, views, up_to, self._patience):
            raise ViewsBehind(f"{', '.join(views)} have not read position {up_to} yet 视图尚未更新到该位置")


def _count(sums: list[Decimal], place: int, category: str, amount: Decimal) -> None:
    sums[place + 1] += amount
    if category == "labour":
        sums[place] += amount


_Moved = dict[str, dict[str, tuple[Decimal, Decimal, Decimal]]]


def _by_line(moved: Sequence[tuple[Any, ...]]) -> _Moved:
    found: _Moved = defaultdict(dict)
    for subject, month, reserved, committed, actual in moved:
        found[subject][month] = (reserved, committed, actual)
    return found


def _lines(
    known: Sequence[tuple[Any, ...]],
    original: Mapping[str, Sequence[str]],
    phased: Mapping[str, Sequence[str]],
    moved: _Moved,
    last: _Moved,
) -> Sequence[LineFigures]:
    """Lines that had been opened by then."""
    found = []
    nothing = (ZERO, ZERO, ZERO)
    for subject, line, department, account, category, months in known:
        if subject not in original:
            continue
        own = moved.get(subject, {})
        before = last.get(f"budget_line-{int(line[:4]) - 1}{line[4:]}")
        found.append(
            LineFigures(
                line=line,
                year=int(line[:4]),
                department=department,
                account=account,
                category=category,
                months=tuple(months),
                original=tuple(Decimal(each) for each in original[subject]),
                budget=tuple(Decimal(each) for each in phased[subject]),
                actual=tuple(own.get(month, nothing)[2] for month in months),
                reserved=sum((each[0] for each in own.values()), ZERO),
                committed=sum((each[1] for each in own.values()), ZERO),
                last_year=None
                if before is None
                else tuple(before.get(f"{int(month[:4]) - 1}{month[4:]}", nothing)[2] for month in months),
            )
        )
    return found
