"""The monthly budget report of a large company, from the question to its bytes 预算执行分析报告用时."""

from __future__ import annotations

import asyncio
import statistics
from functools import partial
from typing import Any

import psycopg

from infrastructure import bench_budget, server
from infrastructure.figures import FiguresInViews
from infrastructure.projecting.runner import Runner
from infrastructure.settings import Settings
from interfaces.bootstrap import opener, running


async def run(
    settings: Settings,
    *,
    lines: int = bench_budget.LINES,
    entries: int = bench_budget.ENTRIES,
    orders: int = bench_budget.ORDERS,
    times: int = 5,
) -> dict[str, Any]:
    """``report_seconds`` is the median of ``times``. The database is one to be dropped."""
    async with running(settings) as house:
        await bench_budget.fill(house.journal, house.codec, lines=lines, entries=entries, orders=orders)
        runner = partial(Runner, house.url, opener(settings))
        await asyncio.to_thread(runner(bench_budget.VIEWS).finish)
        with psycopg.connect(server.database_url(settings), autocommit=True) as connection:
            connection.execute("analyze")
        up_to = await house.journal.size() - 1
        async with FiguresInViews(house.url, runner) as figures:
            took = [await bench_budget.report_seconds(figures, up_to) for _ in range(times)]
    return {
        "report_seconds": round(statistics.median(took), 3),
        "report_seconds_longest": round(max(took), 3),
        "departments": bench_budget.DEPARTMENTS,
        "categories": 5,
        "lines": lines,
        "entries": entries,
        "order_lines": orders * 2,
    }
