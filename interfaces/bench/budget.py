"""``bench budget``: how many purchases a second can reserve on few budget lines, with none exceeded 预算预留."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Sequence
from decimal import Decimal
from multiprocessing.synchronize import Event
from typing import Any
from uuid import uuid4

from application.acts import Act
from application.simulator.company import DEPARTMENTS
from domain.finance.budget_book import BOOK, EnterYear
from domain.finance.budget_line import BudgetLine, line_of
from domain.finance.budget_line_messages import OpenLine
from domain.finance.budget_line_rules import BudgetExceeded
from domain.finance.periods import MONTHS, fiscal_start, fiscal_year, month_of
from domain.governance.regulation import default_policy
from domain.kernel import SYSTEM, Command, Stream
from domain.operations.procurement.requisition_messages import SubmitRequisition
from domain.operations.procurement.terms import RequestedLine
from domain.working_time import SHANGHAI
from infrastructure.settings import Settings
from interfaces.bench.lifecycle import founded
from interfaces.bootstrap import House, real_clock, running

CLIENTS, LINES = 32, 10
PRICE, ROOM = Decimal("100.00"), 40
"""What one purchase asks for in CNY, and for how many of them the scarce line of the second part has room."""
SCARCE = DEPARTMENTS[LINES].id


def run(settings: Settings, *, clients: int = CLIENTS, each: int = 100, processes: int = 1) -> dict[str, Any]:
    """``clients`` at once reserve ``each`` times on ten lines; then all of them race for the last of an eleventh."""
    asyncio.run(_prepared(settings, clients * each))
    context = multiprocessing.get_context("spawn")
    share = [clients // processes + (number < clients % processes) for number in range(processes)]
    ready, go = context.Barrier(processes + 1), context.Event()
    said: Any = context.SimpleQueue()
    workers = [
        context.Process(target=_work, args=(settings, share[number], each, ready, go, said), daemon=True)
        for number in range(processes)
    ]
    for worker in workers:
        worker.start()
    ready.wait(120)
    began = time.perf_counter()
    go.set()
    results = [said.get() for _ in workers]
    seconds = time.perf_counter() - began
    for worker in workers:
        worker.join(30)
    overspent, scarce = asyncio.run(_checked(settings))
    return {
        "reservations_per_s": round(sum(result["reserved"] for result in results) / seconds, 1),
        "conflict_retries": sum(result["retries"] for result in results),
        "queued": sum(result["waited"] for result in results),
        "overspent": overspent,
        "reservations": sum(result["reserved"] for result in results),
        "scarce_line": {"room_for": ROOM, "asked": sum(result["asked"] for result in results), "reserved": scarce},
        "clients": clients,
        "shared_lines": LINES,
        "processes": processes,
    }


async def _prepared(settings: Settings, purchases: int) -> None:
    await founded(settings)
    year = _year()
    async with running(settings) as house:
        await _house_does(house, BOOK, EnterYear(year=year))
        ample = PRICE * purchases
        for department in DEPARTMENTS[: LINES + 1]:
            amount = PRICE * ROOM if department.id == SCARCE else ample
            line = OpenLine(
                year=year,
                department=department.id,
                account="office",
                category="administration",
                phasing=(amount, *(Decimal(0),) * (MONTHS - 1)),
            )
            await _house_does(house, line_of(year, department.id, "office"), line)


async def _house_does(house: House, subject: Stream, command: Command) -> None:
    await house.handler.handle(Act(subject, command, SYSTEM, uuid4(), by_house=True))


def _year() -> int:
    today = real_clock().astimezone(SHANGHAI).date()
    return fiscal_year(month_of(today), fiscal_start(default_policy("bench", real_clock())))


def _work(settings: Settings, clients: int, each: int, ready: Any, go: Event, said: Any) -> None:
    async def work() -> None:
        async with running(settings) as house:
            await house.handler.standing.refresh(house.journal, house.codec)
            departments = [department.id for department in DEPARTMENTS[:LINES]]
            await asyncio.gather(*(_reserve(house, departments, 3, one) for one in range(clients)))
            moved, waited = house.handler.moved, house.handler.waited
            await asyncio.to_thread(ready.wait)
            await asyncio.to_thread(go.wait)
            reserved = await asyncio.gather(*(_reserve(house, departments, each, one) for one in range(clients)))
            told = {"retries": house.handler.moved - moved, "waited": house.handler.waited - waited}
            said.put({"reserved": sum(reserved), "asked": clients * ROOM, **told})
            await asyncio.gather(*(_reserve(house, [SCARCE], ROOM, one) for one in range(clients)))

    try:
        import uvloop
    except ImportError:
        asyncio.run(work())
    else:
        uvloop.run(work())


async def _reserve(house: House, departments: Sequence[str], count: int, client: int) -> int:
    """File ``count`` requisitions, the lines in turn; how many found room."""
    directory = house.handler.standing.directory(real_clock())
    staff = {id: max(each.id for each in directory.employees.values() if each.department == id) for id in departments}
    reserved = 0
    for one in range(count):
        department = departments[(client + one) % len(departments)]
        line = RequestedLine(
            item="示例办公用品",
            specification="标准",
            category="office_supplies",
            quantity=Decimal(1),
            estimated_price=PRICE,
        )
        form = SubmitRequisition(department=department, lines=(line,), purpose="性能测试")
        subject = Stream("requisition", f"PRB{uuid4().hex[:12]}")
        try:
            await house.handler.handle(Act(subject, form, staff[department], uuid4(), expected_version=0))
        except BudgetExceeded:
            continue
        reserved += 1
    return reserved


async def _checked(settings: Settings) -> tuple[int, int]:
    """How many lines are exceeded, read from the journal anew, and for how many the scarce line had room."""
    year = _year()
    overspent = scarce = 0
    async with running(settings) as house:
        for department in DEPARTMENTS[: LINES + 1]:
            state, _ = await house.handler.state(line_of(year, department.id, "office"))
            assert isinstance(state, BudgetLine)
            overspent += state.available < 0
            if department.id == SCARCE:
                scarce = int(state.reserved / PRICE)
    return overspent, scarce
